// SPDX-License-Identifier: MIT
// ws-echo on every host: what it echoes, its exit codes, what it prints.

import { describeEnd } from './report.mjs';
import { plain } from './transcript.mjs';

// [name, arguments, exit code, what the last line must say; null: nothing is printed]
const cases = (urls) => [
  ['echoes', [urls.ask], 0, null],
  ['a subprotocol', ['--subprotocol', 'chat', urls.ask], 0, null],
  ['compression', ['--deflate', `${urls.py}/ask`], 0, null],
  ['an abnormal end', [urls.drop], 0, /without a Close frame|was lost/],
  ['a maximum', ['--max-size', '1000', `${urls.send}/1001`], 0, /./],
  ['a refused port', [urls.refused], 1, /^error: /],
  ['no URL', [], 2, /^usage: ws-echo /],
  ['an unknown option', ['--what', urls.ask], 2, /^usage: ws-echo /],
  ['no number', ['--max-size', '1k', urls.ask], 2, /^usage: ws-echo /],
];

function faultOf(result, code, expected) {
  if (result.reason || result.code !== code) return describeEnd(result);
  const last = plain(result.lines.at(-1)?.text ?? '');
  const fits = expected ? expected.test(last) : !result.lines.length;
  return fits ? null : `it printed "${last}"`;
}

export async function wsEcho(host, { urls }) {
  const failures = [];
  let passed = 0;
  for (const [name, args, code, expected] of cases(urls)) {
    const fault = faultOf(await host.run('demos', 'ws-echo', args), code, expected);
    if (fault) failures.push(`${name}: ${fault}`);
    else passed++;
  }
  return [[`${host.name}: ws-echo`, { passed, failures }]];
}
