// SPDX-License-Identifier: MIT
// Behind script/demo: the test server, the native program, the page; the chat's room.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServers } from '../tests/servers/servers.mjs';
import { launch } from '../tests/drive/browser.mjs';
import { runPage } from '../tests/drive/page.mjs';
import { runProcess } from '../tests/drive/process.mjs';
import { serve } from '../tests/drive/static.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const say = (text) => console.log(text);

async function runNative(url) {
  say(`\n$ build/native/demos/handler ${url}`);
  const program = path.join(root, 'build/native/demos/handler');
  const { code, reason } = await runProcess(program, [url], { onLine: say });
  say(reason ?? `exit code ${code}`);
  return code === 0;
}

async function runPages(site, url) {
  const browser = await launch();
  let good = true;
  for (const fibers of ['jspi', 'asyncify']) {
    say(`\nChromium: ${site}/handler/?fibers=${fibers}`);
    const { lines, code, reason } = await runPage(browser, site, { url, fibers });
    // As the native program prints them, but for the time.
    for (const { text } of lines) say(text.replace(/^(\w+): /, '$1 '));
    say(reason ?? `exit code ${code}`);
    good = good && code === 0;
  }
  await browser.close();
  return good;
}

// The room of demos/chat, until it is interrupted.
async function openRoom(site) {
  const program = path.join(root, 'build/native/demos/chat-server');
  const room = spawn(program, ['--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(room.stdout, 'data');
  const url = /ws:\S+/.exec(line)[0];
  say(`\nA room to chat in, for as many tabs as you like: ${site}/chat/?url=${
    encodeURIComponent(url)}`);
  say(`and for terminals: build/native/demos/chat NAME ${url}`);
  return room;
}

async function main() {
  const servers = await startServers();
  const site = await serve([['/', path.join(root, 'build/site')]]);
  const url = servers.urls.handler;
  let good = await runNative(url);
  if (process.argv.includes('--once')) {
    good = (await runPages(site.url, url)) && good;
  } else {
    say(`\nThe same program as a page: ${site.url}/handler/?url=${encodeURIComponent(url)}`);
    const room = await openRoom(site.url);
    say('Ctrl-C ends it.');
    await once(process, 'SIGINT');
    room.kill();
    await once(room, 'exit');
  }
  await site.close();
  await servers.close();
  process.exitCode = good ? 0 : 1;
}

await main();
