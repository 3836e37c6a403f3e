// SPDX-License-Identifier: MIT
// The fuzzing server against ws-echo: natively, where the frames are ours and not the browser's.

import path from 'node:path';
import { runProcess } from './process.mjs';
import { describeEnd } from './report.mjs';

const LIMIT = 600_000; // ms

const closing = /^fuzz: (\d+) passed, (\d+) failed$/;

export async function fuzz(host, { root }) {
  if (host.world !== 'native') return [];
  const script = path.join(root, 'tests/servers/fuzz.mjs');
  const program = path.join(root, 'build', host.preset, 'demos/ws-echo');
  const args = [script, `--program=${program}`];
  if (host.preset === 'native-asan') args.push('--asan');
  const result = await runProcess(process.execPath, args, { limit: LIMIT, env: host.env });
  const texts = result.lines.map(({ text }) => text);
  const failures = texts.filter((text) => text.startsWith('not ok '));
  const [, passed, failed] = closing.exec(texts.at(-1) ?? '') ?? [];
  const told = Number(failed) === failures.length && (result.code === 0) === !failures.length;
  if (result.reason || !told) {
    failures.push(describeEnd(result));
  }
  return [[`${host.name}: fuzz`, { passed: Number(passed ?? 0), failures }]];
}
