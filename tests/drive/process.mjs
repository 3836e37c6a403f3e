// SPDX-License-Identifier: MIT
// Runs a program of this machine within a time limit, and keeps its lines.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

// What every host's run gives, whatever ran:
//
//   lines   [{stream: 'out' or 'err', text}], in the order in which they came
//   code    the exit code, or null where there was none
//   reason  a sentence where it did not end by itself with a code, else null
//
// onLine(text, program) hears each line as it comes; program.interrupt() is Ctrl-C.
export async function runProcess(command, args, { env, limit = 60_000, onLine } = {}) {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = [];
  const program = { interrupt: () => child.kill('SIGINT') };
  for (const [stream, source] of [['out', child.stdout], ['err', child.stderr]]) {
    createInterface({ input: source }).on('line', (text) => {
      lines.push({ stream, text });
      onLine?.(text, program);
    });
  }
  let reason = null;
  const clock = setTimeout(() => {
    reason = `still running after ${limit / 1000} s`;
    child.kill('SIGKILL');
    // Whatever it started may hold the pipes open still.
    child.stdout.destroy();
    child.stderr.destroy();
  }, limit);
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      reason = `cannot be started: ${error.message}`;
      resolve(null);
    });
    child.on('close', (status, signal) => {
      if (signal) reason ??= `ended by ${signal}`;
      resolve(status);
    });
  });
  clearTimeout(clock);
  return { lines, code, reason };
}
