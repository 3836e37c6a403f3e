// SPDX-License-Identifier: MIT
// Ctrl-C, or an AbortSignal, in the Handler demo: exit code 130, and a clean close on the wire.

import { describeEnd } from './report.mjs';

const LIMIT = 20_000; // ms

// Runs the demo and interrupts it at the first line that has the word.
async function interruptAt(host, url, word) {
  let asked = false;
  const onLine = (text, program) => {
    if (asked || !text.includes(word)) return;
    asked = true;
    program.interrupt();
  };
  const result = await host.run('demos', 'handler', [url], { limit: LIMIT, onLine });
  return result.code === 130 ? null : describeEnd(result);
}

// The event with which the server tells of the end of a connection to path.
function closedEvent(listeners, path) {
  return new Promise((resolve) => {
    const listener = (event) => {
      if (event.event !== 'closed' || event.path !== path) return;
      listeners.delete(listener);
      resolve(event);
    };
    listeners.add(listener);
  });
}

async function whileOpen(host, { urls, listeners }) {
  // A path of its own, since other hosts run at the same time.
  const closed = closedEvent(listeners, `/silent-open/${host.name}`);
  const wrong = await interruptAt(host, `${urls['silent-open']}/${host.name}`, 'connected');
  if (wrong) return wrong;
  const { code } = await closed;
  return code === 1000 ? null : `the server saw close code ${code}, not 1000`;
}

const whileConnecting = (host, { urls }) => interruptAt(host, urls.silent, 'attempting connection');

export async function interrupt(host, context) {
  const verdicts = [];
  for (const [name, check] of [
    ['interrupted while connecting', whileConnecting],
    ['interrupted while open', whileOpen],
  ]) {
    const wrong = await check(host, context);
    verdicts.push([`${host.name}: ${name}`, wrong ? { failures: [wrong] } : { passed: 1 }]);
  }
  return verdicts;
}
