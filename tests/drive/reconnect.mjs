// SPDX-License-Identifier: MIT
// The reconnect demo against a server that refuses, breaks off, refuses again, and then closes.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describeEnd } from './report.mjs';
import { firstDifference, plain } from './transcript.mjs';

// How long, and why, is chance and the target's.
const told = ({ text }) => plain(text).replace(/in \d+ ms.*/, 'in N ms');

// What a browser says on its own behalf.
const isBrowsers = ({ text }) => text.startsWith('console: ');

export async function reconnect(host, { root, urls }) {
  // A path of its own, since other hosts run at the same time.
  const url = `${urls.restarting}/${host.name}`;
  const result = await host.run('demos', 'reconnect', [url]);
  const file = path.join(root, 'demos/reconnect/transcript.txt');
  const expected = readFileSync(file, 'utf8').trimEnd().split('\n');
  const wrong = result.code === 0
    ? firstDifference(expected, result.lines.filter((line) => !isBrowsers(line)).map(told))
    : describeEnd(result);
  return [[`${host.name}: reconnect`, wrong ? { failures: [wrong] } : { passed: 1 }]];
}
