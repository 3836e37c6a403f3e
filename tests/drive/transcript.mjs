// SPDX-License-Identifier: MIT
// The Handler demo says the same, line for line, wherever it runs.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runPage } from './page.mjs';
import { describeEnd } from './report.mjs';

// The address in demos/handler/transcript.txt; here the port is the system's choice.
const WRITTEN = 'ws://127.0.0.1:8765/';

// A line of the log without its time, as "level: text", which is how web/run.mjs prints it.
export function plain(text) {
  const [, level, rest] = /^\d\d:\d\d:\d\d\.\d{3} ([a-z]+) +(.*)$/i.exec(text) ?? [];
  return level ? `${level.toLowerCase()}: ${rest}` : text;
}

// The first line in which two lists of lines differ, as a sentence; null where none does.
export function firstDifference(expected, printed) {
  for (let i = 0; i < Math.max(expected.length, printed.length); i++) {
    if (expected[i] === printed[i]) continue;
    return `line ${i + 1} should be "${expected[i] ?? '(the end)'}",` +
      ` it is "${printed[i] ?? '(the end)'}"`;
  }
  return null;
}

function compare(root, url, result) {
  if (result.code !== 0) return describeEnd(result);
  const file = path.join(root, 'demos/handler/transcript.txt');
  const expected = readFileSync(file, 'utf8').trimEnd().split('\n');
  const printed = result.lines.map(({ text }) => plain(text).replaceAll(url, WRITTEN));
  return firstDifference(expected, printed);
}

export async function transcript(host, { root, urls, site }) {
  const url = urls.handler;
  const verdict = (result) => {
    const wrong = compare(root, url, result);
    return wrong ? { failures: [wrong] } : { passed: 1 };
  };
  const program = await host.run('demos', 'handler', [url]);
  const verdicts = [[`${host.name}: handler transcript`, verdict(program)]];
  if (host.engine) {
    const fibers = host.preset.replace('web-', '');
    const page = await runPage(host.browser, `${site}/site`, { url, fibers });
    verdicts.push([`${host.name}: handler transcript of the page`, verdict(page)]);
  }
  return verdicts;
}
