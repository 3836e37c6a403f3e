// SPDX-License-Identifier: MIT
// A fuzzing server: every way in which a WebSocket server can be right or wrong, for ws-echo.

// node tests/servers/fuzz.mjs [--program=FILE] [--only=WORD] [--no-deflate] [--asan] [--jobs=N]
//                             [--list]
//
// Each case runs the program (build/native/demos/ws-echo) as a process of its own against a
// connection of its own, and compares what it does with what RFC 6455 and RFC 7692 ask of it.
// Prints a line for each case that fails, and at last "fuzz: N passed, N failed".  --asan: the
// program has the address sanitizer, so that its memory is measured in a coarser way.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Wrong } from './fuzz/frames.mjs';
import { Peer } from './fuzz/peer.mjs';
import { check, readRequest } from './fuzz/request.mjs';
import { allCases } from './fuzz/cases.mjs';

const HOST = '127.0.0.1';
const CASE_LIMIT = 90_000; // ms
const EXIT_LIMIT = 10_000; // ms, from the end of TCP to that of the process

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const words = process.argv.slice(2);
const has = (name) => words.includes(`--${name}`);
const valueOf = (name) => words.find((word) => word.startsWith(`--${name}=`))?.split('=')[1];

const program = valueOf('program') ?? path.join(root, 'build/native/demos/ws-echo');
const jobs = Number(valueOf('jobs') ?? 2 * os.cpus().length);
const settings = { asan: has('asan') };

const cases = allCases.filter(({ name, deflate }) =>
  name.includes(valueOf('only') ?? '') && !(deflate && has('no-deflate')));

// Connections by the case whose number is in their path: who waits for one, and what has come.
const waiting = new Map();
const keys = new Set();
const masks = [];

async function accept(socket, port) {
  const request = await readRequest(socket);
  check(request, `${HOST}:${port}`);
  const key = request.headers.get('sec-websocket-key');
  if (keys.has(key)) throw new Wrong('the client has used a key twice');
  keys.add(key);
  return request;
}

function onConnection(socket, port) {
  socket.on('error', () => {});
  accept(socket, port).then(
    (request) => waiting.get(request.path)?.resolve({ socket, request }),
    // Whose it was is unknown: the first that waits hears of it.
    (error) => [...waiting.values()][0]?.reject(error),
  );
}

const within = (limit, sentence, promise) => {
  let clock;
  const late = new Promise((resolve, reject) => {
    clock = setTimeout(() => reject(new Wrong(sentence)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(clock));
};

function start(args, url) {
  const child = spawn(program, [...args, url], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said = [];
  child.stderr.on('data', (bytes) => said.push(bytes));
  const exit = new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: null, signal: error.message }));
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, exit, said: () => Buffer.concat(said).toString() };
}

// What is wrong with the way in which the program ended, or null.
function faultOfEnd({ code, signal }, said, { refused, any }) {
  if (signal) return `the program was ended by ${signal}: ${said}`;
  if (/Sanitizer|runtime error/.test(said)) return said;
  if (any ? code > 1 : code !== (refused ? 1 : 0)) return `the exit code is ${code}: ${said}`;
  if (code === 1 && !/error .+/.test(said)) return 'it failed and said nothing';
  return null;
}

// The case's own story, from the connection to the end of TCP.
async function play(one, connected, pid) {
  const { socket, request } = await connected;
  const peer = new Peer(socket, request, pid);
  try {
    if (!one.answers) await peer.open();
    await one.run(peer, settings);
  } finally {
    masks.push(...peer.reader?.masks ?? []);
    socket.destroy();
  }
}

async function run(one, number, port) {
  const where = `/${number}`;
  const connected = new Promise((resolve, reject) => waiting.set(where, { resolve, reject }));
  const { child, exit, said } = start(one.args ?? [], `ws://${HOST}:${port}${where}`);
  const early = exit.then(({ code, signal }) => {
    if (waiting.has(where)) throw new Wrong(`it ended with ${signal ?? code}: ${said()}`);
  });
  connected.then(() => waiting.delete(where), () => waiting.delete(where));
  early.catch(() => {});
  try {
    const story = play(one, Promise.race([connected, early.then(() => connected)]), child.pid);
    await within(CASE_LIMIT, `it did not end within ${CASE_LIMIT} ms`, story);
    const end = await within(EXIT_LIMIT, 'the program did not end after the connection', exit);
    return faultOfEnd(end, said().trim(), one);
  } catch (error) {
    const what = error instanceof Wrong ? error.message : error.stack;
    return said() ? `${what}; it said: ${said().trim()}` : what;
  } finally {
    child.kill('SIGKILL');
    await exit;
  }
}

// Keys for masking are unpredictable (RFC 6455 section 10.3): of thousands hardly two are equal.
function faultOfMasks() {
  const different = new Set(masks).size;
  return masks.length > 1000 && different < masks.length * 0.99
    ? `of ${masks.length} masks ${different} are different` : null;
}

async function main() {
  if (has('list')) {
    for (const { name } of cases) console.log(name);
    return;
  }
  const server = net.createServer({ allowHalfOpen: true, noDelay: true });
  server.listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address();
  server.on('connection', (socket) => onConnection(socket, port));
  let passed = 0;
  let failed = 0;
  const count = (name, fault) => {
    if (fault) console.log(`not ok ${name}: ${fault}`);
    if (fault) failed++;
    else passed++;
  };
  const left = cases.entries();
  const work = async () => {
    for (const [number, one] of left) count(one.name, await run(one, number, port));
  };
  await Promise.all(Array.from({ length: jobs }, work));
  count('masks', faultOfMasks());
  console.log(`fuzz: ${passed} passed, ${failed} failed`);
  process.exitCode = failed || !passed ? 1 : 0;
  server.close();
}

await main();
