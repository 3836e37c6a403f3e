// SPDX-License-Identifier: MIT
// Runs a web program under Node: node web/run.mjs PROGRAM.mjs [ARGUMENT...]

// The log goes to stderr, stdout to stdout, the exit code is the program's. Ctrl-C cancels the
// program, a second one kills it.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { run } from './loader.mjs';

const [file, ...args] = process.argv.slice(2);

function usage() {
  console.error('usage: node web/run.mjs PROGRAM.mjs [ARGUMENT...]');
  return 2;
}

// Node has its own from version 22 on; npm ws serves the older ones.
async function provideWebSocket() {
  if (typeof globalThis.WebSocket === 'function') return;
  try {
    globalThis.WebSocket = (await import('ws')).default;
  } catch {
    // Without it connecting fails, with a sentence that says what to do.
  }
}

async function main() {
  if (!file) return usage();
  await provideWebSocket();
  const cancel = new AbortController();
  process.on('SIGINT', () => {
    if (cancel.signal.aborted) {
      ended = true;
      process.exit(130);
    }
    cancel.abort();
  });
  const program = run(pathToFileURL(resolve(file)), {
    args,
    log: (level, text) => console.error(`${level}: ${text}`),
    print: (text) => console.log(text),
    printErr: (text) => console.error(text),
    signal: cancel.signal,
  });
  return program.exit;
}

// Node ends where nothing is left to wait for, also in the middle of a program.
let ended = false;
process.on('exit', () => {
  if (!ended) console.error('the program waits for what can never come');
});

// What was printed must get through a pipe first.
const written = (stream) => new Promise((done) => {
  stream.write('', done);
});

process.exitCode = 1;
main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error) => {
    console.error(error.message);
  })
  .finally(async () => {
    ended = true;
    await Promise.all([process.stdout, process.stderr].map(written));
    // Node's fetch can leave a connection that keeps it up: behind a 204 that told a length, say.
    process.exit();
  });
