// SPDX-License-Identifier: MIT
// Random programs: no rule is broken, the order of events is the same on every host, and asyncio's.

import path from 'node:path';
import { runProcess } from './process.mjs';
import { describeEnd, readSuites } from './report.mjs';

const EVERYWHERE = 1_000; // programs
const NATIVE = 27_000; // about four million ops
const NATIVE_ASAN = 5_000;
const ASYNCIO = 300;

// The host whose hash of all events was known first, and the hash.
let first = null;

const closing = /^# (\d+) ops, hash ([0-9a-f]{16})$/;

function differs(host, hash) {
  first ??= { host: host.name, hash };
  if (first.hash === hash) return null;
  return `the hash of all events is ${hash} on ${host.name} and ${first.hash} on ${first.host}`;
}

async function run(host, seed, programs) {
  const args = ['--seed', `${seed}`, '--programs', `${programs}`];
  const result = await host.run('tests', 'random-virtual', args);
  const texts = result.lines.map(({ text }) => text);
  const failures = texts.filter((text) => /^(not ok|# replay)/.test(text));
  const hash = texts.map((text) => closing.exec(text)?.[2]).find(Boolean);
  if (!failures.length && (result.reason || result.code !== 0 || !hash)) {
    failures.push(describeEnd(result));
  }
  return { failures, hash, passed: failures.length ? 0 : programs };
}

export async function random(host) {
  const verdict = await run(host, 1, EVERYWHERE);
  const wrong = verdict.hash && differs(host, verdict.hash);
  if (wrong) verdict.failures.push(wrong);
  const verdicts = [[`${host.name}: random programs`, verdict]];
  if (host.world === 'native') {
    const programs = host.preset === 'native' ? NATIVE : NATIVE_ASAN;
    verdicts.push([`${host.name}: more random programs`, await run(host, 100_000, programs)]);
  }
  return verdicts;
}

// CPython runs some that it can run; once is enough.
export async function randomOfAsyncio(host, { root }) {
  if (host.preset !== 'native') return [];
  const script = path.join(root, 'tests/random.py');
  const program = path.join(root, 'build/native/tests/random-virtual');
  const args = [script, program, '--programs', `${ASYNCIO}`];
  return [['python: random programs', readSuites(await runProcess('python3', args, {}))]];
}
