// SPDX-License-Identifier: MIT
// demos/chat: a room of the native server, in which programs and pages talk.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const LIMIT = 30_000; // ms, for each thing that is waited for

// Lines as they come, and a promise for each that somebody waits for.
class Lines {
  seen = [];
  waiting = [];

  add(text) {
    this.seen.push(text);
    this.waiting = this.waiting.filter(({ has, resolve }) => !(has(text) && (resolve(text), true)));
  }

  // Also one that has come already.
  wait(has) {
    const found = this.seen.find(has);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`not seen: ${has}; but: ${this.seen.join(' | ')}`));
      const clock = setTimeout(late, LIMIT);
      const done = (text) => { clearTimeout(clock); resolve(text); };
      this.waiting.push({ has, resolve: done });
    });
  }

  says(text) {
    return this.wait((line) => line === text);
  }
}

// A program whose standard input is ours.
function start(root, preset, name, args) {
  return spawned(path.join(root, 'build', preset, 'demos', name), args);
}

function spawned(command, args) {
  const child = spawn(command, args);
  const lines = new Lines();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (text) => lines.add(text));
  }
  const clock = setTimeout(() => child.kill('SIGKILL'), 3 * LIMIT);
  const exit = once(child, 'exit').then(([code]) => { clearTimeout(clock); return code; });
  return {
    lines,
    exit,
    write: (bytes) => child.stdin.write(bytes),
    say: (text) => child.stdin.write(`${text}\n`),
    leave: () => child.stdin.end(),
    interrupt: () => child.kill('SIGINT'),
  };
}

// The same, played by the page.
async function openPage(browser, site, fibers, name, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const lines = new Lines();
  await page.exposeFunction('heard', (text) => lines.add(text));
  await page.addInitScript(() => {
    document.addEventListener('DOMContentLoaded', () => {
      new MutationObserver((records) => {
        for (const { addedNodes } of records) {
          for (const { dataset, children } of addedNodes) {
            const words = [...children].map(({ textContent }) => textContent);
            globalThis.heard(`${dataset.kind === 'notice' ? '* ' : ''}${words.join(': ')}`);
          }
        }
      }).observe(document.getElementById('talk'), { childList: true });
    });
  });
  page.on('pageerror', (error) => lines.add(`page error: ${error}`));
  const query = new URLSearchParams({ url, name, fibers, autostart: '1' });
  await page.goto(`${site}/site/chat/?${query}`);
  return {
    lines,
    page,
    say: async (text) => {
      await page.fill('#text', text);
      await page.press('#text', 'Enter');
    },
    leave: () => page.click('#leave'),
    exit: page.waitForFunction(() => document.documentElement.dataset.exit, null, {
      timeout: 3 * LIMIT,
    }).then((handle) => handle.jsonValue()).then(Number).catch(() => null),
    close: () => context.close(),
  };
}

async function openRoom(root, preset) {
  const server = start(root, preset, 'chat-server', ['--port', '0']);
  const line = await server.lines.wait((text) => text.startsWith('the room is open'));
  return { server, url: /ws:\S+/.exec(line)[0] };
}

// Everybody hears everybody, each in the same order, and who comes late hears what was said.
async function talkTogether(people) {
  const names = Object.keys(people);
  for (const name of names) await people[name].lines.wait((text) => text.startsWith('* you are'));
  for (const name of names) {
    await people[name].say(`I am ${name}`);
    for (const other of names) await people[other].lines.says(`${name}: I am ${name}`);
  }
}

const BURST = 50; // messages
const BURSTS = 200; // together more than the system's buffers hold

async function join(url, name) {
  const ws = new WebSocket(url, { perMessageDeflate: false });
  await once(ws, 'open');
  ws.send(JSON.stringify({ name }));
  await once(ws, 'message');
  return ws;
}

// Says a burst and waits until somebody has heard it, again and again.
async function talkMuch(loud, quick) {
  for (let i = 0; i < BURSTS; i++) {
    let left = BURST;
    const heard = new Promise((resolve) => {
      const count = (data) => {
        if (!data.includes('xxx') || --left) return;
        quick.off('message', count);
        resolve();
      };
      quick.on('message', count);
    });
    for (let k = 0; k < BURST; k++) loud.send(JSON.stringify({ say: 'x'.repeat(1900) }));
    await heard;
  }
}

// A client that does not read is sent away, and nobody waits for it.
async function floodTheSlow(root, preset) {
  const { server, url } = await openRoom(root, preset);
  const slow = await join(url, 'slow');
  slow.pause();
  const [quick, loud] = [await join(url, 'quick'), await join(url, 'loud')];
  const gone = new Promise((resolve) => {
    quick.on('message', (data) => data.includes('"leave"') && resolve());
  });
  await talkMuch(loud, quick);
  slow.resume();
  const [code] = await once(slow, 'close');
  await gone;
  for (const ws of [quick, loud]) ws.terminate();
  server.interrupt();
  await server.exit;
  if (code !== 1013) throw new Error(`the slow client saw ${code}`);
}

// What somebody types that is no text, and what is no name.
async function talkNonsense(root, preset, url) {
  const typist = start(root, preset, 'chat', ['Typist', url]);
  await typist.lines.wait((text) => text.startsWith('* you are'));
  typist.write(Buffer.from([0xff, 0x0a]));
  await typist.lines.says('* that line is not valid UTF-8: it was not sent');
  typist.say('still here');
  await typist.lines.says('Typist: still here');
  typist.leave();
  await typist.lines.says('* the connection was closed: 1000');
  if (await typist.exit !== 0) throw new Error('a line that is no text ended the chat');
  // The shell's, because an argument of Node's is always UTF-8.
  const program = path.join(root, 'build', preset, 'demos', 'chat');
  const command = ['-c', 'exec "$0" "$(printf "\\377")" "$1"', program, url];
  for (const nameless of [start(root, preset, 'chat', ['', url]), spawned('sh', command)]) {
    await nameless.lines.wait((text) => text.includes('a name, please: this one is '));
    if (await nameless.exit !== 1) throw new Error('a bad name should be an error');
  }
}

async function inTerminals(host, { root }) {
  const { server, url } = await openRoom(root, host.preset);
  const people = {};
  for (const name of ['Ada', 'Bob']) people[name] = start(root, host.preset, 'chat', [name, url]);
  await talkTogether(people);
  const late = start(root, host.preset, 'chat', ['Ada', url]);
  await late.lines.says('Bob: I am Bob');
  await late.lines.wait((text) => text.startsWith('* you are Ada 2; here: '));
  people.Ada.leave();
  await late.lines.says('* Ada has gone');
  await talkNonsense(root, host.preset, url);
  server.interrupt();
  await people.Bob.lines.wait((text) => text.startsWith('* the connection was closed: 1001'));
  const codes = await Promise.all([people.Ada, people.Bob, late, server].map(({ exit }) => exit));
  if (codes.join() !== '0,0,0,130') throw new Error(`exit codes ${codes}`);
  await floodTheSlow(root, host.preset);
}

async function inPages(host, { root, site }) {
  const { server, url } = await openRoom(root, 'native');
  const fibers = host.preset.replace('web-', '');
  const people = { Ada: start(root, 'native', 'chat', ['Ada', url]) };
  for (const name of ['Eve', 'Zo\u00eb']) {
    people[name] = await openPage(host.browser, site, fibers, name, url);
  }
  await talkTogether(people);
  await people.Eve.leave();
  await people.Ada.lines.says('* Eve has gone');
  people.Ada.leave();
  server.interrupt();
  const codes = await Promise.all([people.Ada, people.Eve, people['Zo\u00eb'], server]
    .map(({ exit }) => exit));
  for (const name of ['Eve', 'Zo\u00eb']) await people[name].close();
  if (codes.join() !== '0,130,0,130') throw new Error(`exit codes ${codes}`);
}

export async function chat(host, context) {
  if (host.world !== 'native' && !host.engine) return [];
  if (host.preset === 'web-plain') return [];
  const wrong = await (host.engine ? inPages : inTerminals)(host, context)
    .then(() => null, (error) => error.stack);
  return [[`${host.name}: chat`, wrong ? { failures: [wrong] } : { passed: 1 }]];
}
