// SPDX-License-Identifier: MIT
// What the demos say when they are asked how to call them.

import { describeEnd } from './report.mjs';

const OF_BOTH = ['handler', 'chat', 'downloader', 'reconnect', 'ws-echo'];
const NATIVE = ['chat-server'];

function faultOf(name, { lines, code, reason }) {
  if (reason || code !== 0) return describeEnd({ lines, code, reason });
  const [first] = lines;
  const fits = first?.text.startsWith(`usage: ${name} `) &&
    lines.every(({ stream }) => stream === 'out');
  return fits ? null : `it printed "${first?.text}" to ${first?.stream}`;
}

export async function usage(host) {
  const failures = [];
  let passed = 0;
  for (const name of host.world === 'native' ? [...OF_BOTH, ...NATIVE] : OF_BOTH) {
    const fault = faultOf(name, await host.run('demos', name, ['--help']));
    if (fault) failures.push(`${name}: ${fault}`);
    else passed++;
  }
  return [[`${host.name}: usage`, { passed, failures }]];
}
