// SPDX-License-Identifier: MIT
// How programs end: the exit code, the last lines, and that the end comes.

import { describeEnd } from './report.mjs';
import { firstDifference, plain } from './transcript.mjs';

const cleaned = (name) => `${name} has cleaned up: EFT_ECANCELED`;

// [case of tests/ends.c, exit code, what it prints]
const cases = [
  ['value', 0, []],
  ['error', 1, ['error: there is no reason']],
  ['bare-error', 1, ['error: timed out']],
  ['cancelled', 1, ['error: cancelled']],
  ['leftovers', 0, ['the program ends', cleaned('a'), cleaned('b')]],
  ['late', 0, ['spawned at the end', cleaned('late one')]],
  ['nonsense', 1, ['error: there is no case nonsense']],
];

// A world without a network knows that nothing can ever happen any more.
const deadlock = /^error: deadlock/;

async function check(host, program, [name, code, printed]) {
  const result = await host.run('tests', program, [name]);
  const lines = result.lines.map(({ text }) => plain(text));
  if (result.reason || result.code !== code) return describeEnd(result);
  return firstDifference(printed, lines);
}

async function checkStuck(host, program) {
  const result = await host.run('tests', program, ['stuck']);
  const said = result.lines.some(({ text }) => deadlock.test(plain(text)));
  return result.code === 1 && said ? null : describeEnd(result);
}

export const ends = (program, canBeStuck) => async (host) => {
  const failures = [];
  let passed = 0;
  const count = (name, wrong) => {
    if (wrong) failures.push(`${name}: ${wrong}`);
    else passed++;
  };
  // eft_run() returns natively only.
  const times = host.world === 'native' ? 2 : 1;
  count('twice', await check(host, program, ['twice', 0, Array(times).fill('once')]));
  for (const one of cases) count(one[0], await check(host, program, one));
  if (canBeStuck) count('stuck', await checkStuck(host, program));
  return [[`${host.name}: ${program}`, { passed, failures }]];
};
