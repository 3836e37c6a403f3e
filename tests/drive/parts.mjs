// SPDX-License-Identifier: MIT
// What is run on each host: the list, and the parts that need only a line.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { asyncioDemos } from './asyncio.mjs';
import { badInput } from './bad_input.mjs';
import { chat } from './chat.mjs';
import { downloader } from './downloader.mjs';
import { ends } from './ends.mjs';
import { fuzz } from './fuzz.mjs';
import { httpLarge } from './http_large.mjs';
import { interrupt } from './interrupt.mjs';
import { runProcess } from './process.mjs';
import { random, randomOfAsyncio } from './random.mjs';
import { reconnect } from './reconnect.mjs';
import { readSuites, describeEnd } from './report.mjs';
import { server } from './server.mjs';
import { firstDifference, plain, transcript } from './transcript.mjs';
import { usage } from './usage.mjs';
import { wsEcho } from './ws_echo.mjs';
import { wsInPages } from './ws_in_pages.mjs';

const argumentsOf = (urls) => Object.entries(urls).map(([name, url]) => `${name}=${url}`);

// A page has a server of its own origin too.
const addressesFor = (host, { urls, site }) =>
  argumentsOf(host.engine ? { ...urls, page: `${site}/http` } : urls);

const suites = (program, options, more = () => []) => async (host, context) => {
  const args = [...addressesFor(host, context), ...more(host)];
  const result = await host.run('tests', program, args, options);
  return [[`${host.name}: ${program}`, readSuites(result)]];
};

// With servers that are as busy as we are.
const REAL = { limit: 300_000 };

// Each test as often as it allocates: the longest of all parts, while other hosts' run. Sanitizers
// and wasm are several times slower: there fewer of a long test's allocations are refused.
const LONG = { limit: 600_000 };
const workOf = (host) => (host.preset === 'native' ? [] : ['work=6000']);

// A short one; CONTRIBUTING.md tells how to run a long one.
const soak = async (host, { urls }) => {
  const result = await host.run('tests', 'soak', [
    urls.soak, '--connections', '100', '--seconds', '3',
  ]);
  const verdict = readSuites(result);
  // What went wrong is in the lines before.
  if (verdict.failures.length) verdict.failures.push(describeEnd(result));
  return [[`${host.name}: soak`, verdict]];
};

// With these a page dies, in Chromium up to 156: the peer of a WebSocketStream vanishes while
// something is being written to it.
const KILLS_CHROMIUM = ['handler.a_drop_in_a_message_ends_both_tasks_of_a_handler'];

// The suites of connections again, on WebSocketStream, which pages get by an option.
const streams = async (host, { urls }) => {
  if (!host.engine || host.preset !== 'web-jspi') return [];
  const { lines } = await host.run('tests', 'suites', ['--list']);
  const names = lines
    .map(({ text }) => text)
    .filter((text) => /^(ws|ws_errors|ws_flow|handler)\./.test(text))
    .filter((text) => !KILLS_CHROMIUM.includes(text));
  const args = [...names, 'sockets=stream', ...argumentsOf(urls)];
  const result = await host.run('tests', 'suites', args, { sockets: 'stream' });
  return [[`${host.name}: suites on streams`, readSuites(result)]];
};

// What takes a page longer than it tells: the code is the same, and nothing of the engine's.
const outsidePages = (part) => async (host, context) => (host.engine ? [] : part(host, context));

// Programs that print as the test runner does, and exist natively only.
const native = (program) => async (host) => {
  if (host.world !== 'native') return [];
  return [[`${host.name}: ${program}`, readSuites(await host.run('tests', program, []))]];
};

// The order of events is one text for all fiber halves and worlds.
function verdictOfTrace(root, result) {
  const expected = readFileSync(path.join(root, 'tests/trace.txt'), 'utf8').trimEnd().split('\n');
  const printed = result.lines.filter(({ stream }) => stream === 'out').map(({ text }) => text);
  const wrong = result.code === 0 ? firstDifference(expected, printed) : describeEnd(result);
  return wrong ? { failures: [wrong] } : { passed: 1 };
}

const trace = (program) => async (host, { root }) => {
  const result = await host.run('tests', program, []);
  return [[`${host.name}: ${program}`, verdictOfTrace(root, result)]];
};

// CPython runs the same program; once is enough.
const asyncio = async (host, { root }) => {
  if (host.preset !== 'native') return [];
  const script = path.join(root, 'tests/trace.py');
  const result = await runProcess('python3', [script], { limit: 60_000 });
  return [['python: trace', verdictOfTrace(root, result)]];
};

// What a program that needs fibers says where there are none.
const NO_FIBERS = 'error: this build has no fibers: use tasks of steps (eft/step.h)';

const without = (program) => async (host) => {
  const result = await host.run('tests', program, ['value']);
  const said = result.lines.map(({ text }) => plain(text));
  const wrong = result.code === 1 ? firstDifference([NO_FIBERS], said) : describeEnd(result);
  return [[`${host.name}: ${program} without fibers`,
    wrong ? { failures: [wrong] } : { passed: 1 }]];
};

const hasFibers = (host) => host.preset !== 'web-plain';
const onFibers = ([name, part]) => [name, async (host, context) =>
  (hasFibers(host) ? part(host, context) : [])];
const onNone = ([name, part]) => [name, async (host, context) =>
  (hasFibers(host) ? [] : part(host, context))];

// Those that need no fibers run on every host.
const ofSteps = [
  ['steps-virtual', suites('steps-virtual')],
  ['steps', suites('steps')],
  ['steps-ends-virtual', ends('steps-ends-virtual', true)],
  ['steps-ends', ends('steps-ends', false)],
];

const ofNoFibers = [
  ['ends-virtual without fibers', without('ends-virtual')],
  ['ends without fibers', without('ends')],
];

const ofFibers = [
  ['suites-virtual', suites('suites-virtual')],
  ['suites', suites('suites', REAL)],
  ['suites-on-streams', streams],
  ['http-large', httpLarge(addressesFor)],
  ['no-memory-virtual', outsidePages(suites('no-memory-virtual', LONG, workOf))],
  ['fiber_native', native('fiber_native')],
  ['stream_native', native('stream_native')],
  ['ends-virtual', ends('ends-virtual', true)],
  ['ends', ends('ends', false)],
  ['trace-virtual', trace('trace-virtual')],
  ['trace', trace('trace')],
  ['trace of asyncio', asyncio],
  ['random', random],
  ['random of asyncio', randomOfAsyncio],
  ['transcript', transcript],
  ['reconnect', reconnect],
  ['downloader', downloader],
  ['bad-input', badInput],
  ['usage', usage],
  ['ws-echo', wsEcho],
  ['fuzz', fuzz],
  ['soak', soak],
  ['ws-in-pages', wsInPages],
  ['interrupt', interrupt],
  ['asyncio demos', asyncioDemos],
  ['server', server],
  ['server-memory', native('server-memory')],
  ['chat', chat],
];

// Each part gives a list of [name, {passed, failures, skips}].
export const parts = [...ofSteps, ...ofFibers.map(onFibers), ...ofNoFibers.map(onNone)];
