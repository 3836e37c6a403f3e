// SPDX-License-Identifier: MIT
// Servers that are processes of their own, and end with ours.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

// Debian's own Python has Debian's packages; another one that comes first in PATH does not.
const PYTHON = process.env.EFT_PYTHON ?? '/usr/bin/python3';

// Starts a server that prints one line of JSON and ends when its standard input does.
export async function startPython(script) {
  const child = spawn(PYTHON, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').catch((error) => [error.message]);
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => text);
  const first = await Promise.race([line, ended.then(([code]) => {
    throw new Error(`${PYTHON} ${script} ended with ${code}: has script/bootstrap been run?`);
  })]);
  return {
    urls: JSON.parse(first),
    close: () => {
      child.stdin.end();
      return ended;
    },
  };
}
