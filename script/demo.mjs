// SPDX-License-Identifier: MIT
// Behind script/demo: the test server, the native program, the page; flags to download, natively
// and in a page; the chat's room.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFlags } from '../demos/downloader/server.mjs';
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

// Into build/flags; a terminal gets the bar, so this is the program's own.
async function downloadFlags(flags) {
  const args = ['--base', `${flags.url}/slow`, '-d', 'build/flags'];
  say(`\n$ build/native/demos/downloader ${args.join(' ')}`);
  const child = spawn('build/native/demos/downloader', args, { cwd: root, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  say(`exit code ${code}`);
  return code === 0;
}

// The page of demos/downloader; its end, and what it counts, as it shows them.
async function downloadInPages(site, flags) {
  const browser = await launch();
  let good = true;
  for (const fibers of ['jspi', 'asyncify']) {
    const page = await browser.newPage();
    const query = new URLSearchParams({ base: `${flags.url}/slow`, fibers, autostart: '1' });
    say(`\nChromium: ${site}/downloader/?fibers=${fibers}`);
    await page.goto(`${site}/downloader/?${query}`);
    const exit = await page.waitForFunction(() => document.documentElement.dataset.exit);
    const code = await exit.jsonValue();
    for (const line of await page.$$eval('#log li', (all) => all.map((at) => at.textContent))) {
      say(line);
    }
    say(`exit code ${code}`);
    good = good && code === '0';
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
  const flags = await startFlags();
  let good = await runNative(url);
  good = (await downloadFlags(flags)) && good;
  if (process.argv.includes('--once')) {
    good = (await runPages(site.url, url)) && good;
    good = (await downloadInPages(site.url, flags)) && good;
  } else {
    say(`\nThe same program as a page: ${site.url}/handler/?url=${encodeURIComponent(url)}`);
    say(`Flags to download, some of them not there: ${site.url}/downloader/?base=${
      encodeURIComponent(`${flags.url}/faulty`)}`);
    const room = await openRoom(site.url);
    say('Ctrl-C ends it.');
    await once(process, 'SIGINT');
    room.kill();
    await once(room, 'exit');
  }
  await site.close();
  await flags.close();
  await servers.close();
  process.exitCode = good ? 0 : 1;
}

await main();
