// SPDX-License-Identifier: MIT
// demos/downloader: natively into a folder, under Node, and in its page, from a server of flags.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { countries, flag } from '../../demos/downloader/flags.mjs';
import { startFlags } from '../../demos/downloader/server.mjs';
import { runProcess } from './process.mjs';
import { describeEnd } from './report.mjs';

const LIMIT = 60_000; // ms

// What comes of BASE/faulty: see the server.
const NOT_THERE = ['et', 'th', 'ir', 'ng'];
const THERE = countries.filter((country) => !NOT_THERE.includes(country));
const SIZE = flag('in').length; // as that of all
const COUNTS = '16 ok, 2 not found, 2 errors; ';

const ensure = (holds, sentence) => {
  if (!holds) throw new Error(sentence);
};

const has = (result, words) => result.lines.some(({ text }) => text.includes(words));

// A file that is not whole must not be there, under whatever name.
function checkFolder(folder, expected) {
  const names = readdirSync(folder).sort();
  for (const name of names) {
    const country = name.slice(0, 2);
    const bytes = readFileSync(path.join(folder, name));
    ensure(name === `${country}.gif` && flag(country)?.equals(bytes), `${name} is not the flag`);
  }
  const wanted = expected?.map((country) => `${country}.gif`).sort();
  ensure(!wanted || names.join() === wanted.join(), `the folder has ${names}`);
  return names.length;
}

// Gives a folder of its own to whoever needs one.
async function inFolder(use) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'eft-downloader-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const run = (host, args, options) =>
  host.run('demos', 'downloader', args, { limit: LIMIT, ...options });

const endsWith = (result, code, words) =>
  ensure(result.code === code && has(result, words), describeEnd(result));

// Counts, and how many at a time, wherever it runs; a folder only natively.
async function counts(host, flags, folder = []) {
  const result = await run(host, ['-n', '3', '--base', `${flags.url}/faulty`, ...folder]);
  endsWith(result, 1, COUNTS);
  ensure(has(result, 'not found  et.gif') && has(result, 'error      ng.gif'), describeEnd(result));
  ensure(has(result, '4 of 20 files are not there'), describeEnd(result));
  const sizes = result.lines
    .map(({ text }) => /^ok .* (\d+) bytes$/.exec(text)?.[1])
    .filter((size) => size !== undefined);
  ensure(sizes.length === THERE.length && sizes.every((size) => Number(size) === SIZE),
    describeEnd(result));
  ensure(flags.most() === 3, `the server saw ${flags.most()} requests at a time`);
}

// Ctrl-C when the first file is there, and others are on their way.
async function interrupted(host, flags, folder = []) {
  let asked = false;
  const onLine = (text, program) => {
    if (asked || !text.startsWith('ok ')) return;
    asked = true;
    program.interrupt();
  };
  const args = ['-n', '20', '--base', `${flags.url}/slow`, ...folder];
  const result = await run(host, args, { onLine });
  endsWith(result, 130, 'stopped: ');
}

// URLs of a file, two of one name, and none that could be had.
async function listed(host, flags, folder) {
  const list = path.join(folder, 'list.txt');
  const urls = ['flags/jp/jp.gif', 'slow/jp/jp.gif', '', '# no URL'].map((at) =>
    (at.includes('/') ? `${flags.url}/${at}` : at));
  writeFileSync(list, urls.join('\n'));
  const to = path.join(folder, 'deeper/and//deeper/');
  const result = await run(host, ['-v', '-f', list, '-d', to, `${flags.url}/x`, 'http://127.0.0.1:1/']);
  endsWith(result, 1, '2 ok, 1 not found, 1 error;');
  const names = readdirSync(to).sort().join();
  ensure(names === '4-jp.gif,jp.gif', `the folder has ${names}`);
  ensure(has(result, `begin      jp.gif  ${urls[0]}`), describeEnd(result));
}

// What is there already: a file of that name is replaced, what only looks like one of ours stays.
// Names differ in more than their case.
async function overwritten(host, flags, folder) {
  const there = (name) => readFileSync(path.join(folder, name), 'latin1');
  writeFileSync(path.join(folder, 'in.gif'), 'old');
  writeFileSync(path.join(folder, 'in.gif.part'), 'mine');
  const urls = ['in/in.gif', 'in/IN.GIF', 'x/4-in.gif', 'in/in.gif'].map((at) =>
    `${flags.url}/flags/${at}`);
  const result = await run(host, ['-d', folder, ...urls]);
  endsWith(result, 1, '2 ok, 2 not found, 0 errors;');
  ensure(has(result, 'not found  2-IN.GIF') && has(result, 'not found  4-in.gif'),
    describeEnd(result));
  const names = readdirSync(folder).sort().join();
  ensure(names === '5-in.gif,in.gif,in.gif.part', `the folder has ${names}`);
  ensure(there('in.gif.part') === 'mine' && there('in.gif') === there('5-in.gif'),
    'a file has changed');
}

// Whoever reads what it prints goes after the first line; the files come all the same.
async function unread(host, { root }, flags, folder) {
  const program = path.join(root, 'build', host.preset, 'demos/downloader');
  const command = `${program} --base ${flags.url}/slow -d ${folder} | head -n 1`;
  const result = await runProcess('sh', ['-c', command], { limit: LIMIT, env: host.env });
  endsWith(result, 0, 'not all of this could be printed');
  checkFolder(folder, countries);
}

// A path that the server's own clients do not ask for.
async function oddly(flags) {
  const { status } = await fetch(`${flags.url}//`);
  ensure(status === 404, `of // the server says ${status}`);
}

async function misused(host, folder) {
  const file = path.join(folder, 'file');
  const nowhere = path.join(folder, 'nowhere');
  writeFileSync(file, '');
  for (const [args, code, words] of [
    [['-n', '0'], 2, '-n is a number from 1 to 1000, not "0"'],
    [['--nonsense'], 2, 'downloader: unrecognized option'],
    [['-d', nowhere, 'http://127.0.0.1/x', 'nonsense'], 2, 'http:// or https://: nonsense'],
    [['-d', nowhere, 'ftp://127.0.0.1/x'], 2, 'http:// or https://: ftp://127.0.0.1/x'],
    [['-d', nowhere, 'HTTP:///x'], 2, 'without a host: HTTP:///x'],
    [['-d', nowhere, 'http://h/\x1b[31m'], 2, 'a URL with a control character in it'],
    [['-d', nowhere, '--base', 'flags'], 2, 'http:// or https://: flags/in/in.gif'],
    [['-f', path.join(folder, 'nothing')], 2, 'No such file or directory'],
    [['-f', file], 2, 'names no URL'],
    [['-d', file, 'http://127.0.0.1/x'], 1, 'is no folder'],
    [['-d', path.join(file, 'a'), 'http://127.0.0.1/x'], 1, 'is no folder'],
    [['-d', '', 'http://127.0.0.1/x'], 1, 'cannot make the folder'],
    [['--help'], 0, 'usage: downloader'],
  ]) endsWith(await run(host, args), code, words);
  ensure(!existsSync(nowhere), 'there is a folder, though the arguments were wrong');
}

// On a terminal, which script(1) plays, there is a bar, and lines only of what went wrong.
async function onTerminal(host, { root }, flags, folder) {
  const program = path.join(root, 'build', host.preset, 'demos/downloader');
  const command = `${program} --base ${flags.url}/faulty -d ${folder}`;
  const result = await runProcess('script', ['-qec', command, '/dev/null'], {
    limit: LIMIT, env: { ...host.env, TERM: 'xterm' },
  });
  endsWith(result, 1, '[##############################] 20/20  2 not found  2 failed');
  ensure(has(result, 'not found  et.gif'), describeEnd(result));
  ensure(!has(result, 'ok         jp.gif'), describeEnd(result));
}

async function natively(host, context, flags) {
  await inFolder(async (folder) => {
    await counts(host, flags, ['-d', folder]);
    checkFolder(folder, THERE);
  });
  await inFolder(async (folder) => {
    await interrupted(host, flags, ['-d', folder]);
    ensure(checkFolder(folder) < countries.length, 'it was too late to interrupt it');
  });
  await inFolder((folder) => listed(host, flags, folder));
  await inFolder((folder) => overwritten(host, flags, folder));
  await inFolder((folder) => unread(host, context, flags, folder));
  await inFolder((folder) => misused(host, folder));
  await oddly(flags);
  await inFolder((folder) => onTerminal(host, context, flags, folder));
}

async function underNode(host, flags) {
  await counts(host, flags);
  await interrupted(host, flags);
  endsWith(await run(host, ['-d', 'x']), 1, 'a page has no folders');
  endsWith(await run(host, ['-f', 'x']), 2, 'a page has no files');
}

const ended = (page) => page.waitForFunction(() => document.documentElement.dataset.exit, null, {
  timeout: LIMIT,
}).then((handle) => handle.jsonValue());

const shown = (page) => page.evaluate(() => ['ok', 'missing', 'failed']
  .map((id) => document.getElementById(id).textContent).join());

async function openPage(browser, query, site, problems) {
  const context = await browser.newContext({ acceptDownloads: true });
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(`page error: ${error.stack ?? error}`));
  await page.goto(`${site}/site/downloader/?${new URLSearchParams(query)}`);
  return { page, close: () => context.close() };
}

async function savedAll(page, folder) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-all')]);
  const archive = path.join(folder, 'all.zip');
  await download.saveAs(archive);
  const to = path.join(folder, 'all');
  execFileSync('python3', ['-m', 'zipfile', '-t', archive]);
  execFileSync('python3', ['-m', 'zipfile', '-e', archive, to]);
  checkFolder(to, THERE);
}

async function inPages(host, { site }, flags) {
  const fibers = host.preset.replace('web-', '');
  const problems = [];
  const query = { base: `${flags.url}/faulty`, n: '3', fibers, autostart: '1' };
  const { page, close } = await openPage(host.browser, query, site, problems);
  const code = await ended(page);
  await page.waitForFunction(() => document.getElementById('bar').value === 20, null, {
    timeout: LIMIT,
  });
  ensure(code === '1' && await shown(page) === '16,2,2', `exit ${code}: ${await shown(page)}`);
  const lines = await page.$$eval('#log li', (items) => items.map((item) => item.textContent));
  ensure(lines.some((line) => line.startsWith(COUNTS)), `it printed ${lines.join(' | ')}`);
  ensure(flags.most() === 3, `the server saw ${flags.most()} requests at a time`);
  await page.waitForFunction(() => [...document.querySelectorAll('img.picture')]
    .filter(({ naturalWidth }) => naturalWidth === 96).length === 16, null, { timeout: LIMIT });
  await inFolder((folder) => savedAll(page, folder));
  // Again, and stopped when the first file is there.
  await page.fill('#base', `${flags.url}/slow`);
  await page.click('#start');
  await page.waitForSelector('[data-outcome="ok"]', { timeout: LIMIT });
  await page.click('#stop');
  const stopped = await ended(page);
  ensure(stopped === '130', `stopped, it ended with ${stopped}`);
  // Wrong arguments, from the keyboard: the reason is seen, and the focus is where it was.
  await page.fill('#urls', 'nonsense:');
  await page.focus('#start');
  await page.keyboard.press('Enter');
  ensure(await ended(page) === '2', 'it took nonsense for a URL');
  ensure(await page.isVisible('#log :text("a URL begins with")'), 'the log is not shown');
  ensure(await page.evaluate(() => document.activeElement.id) === 'start', 'the focus is lost');
  await close();
  ensure(!problems.length, problems.join('\n'));
}

export async function downloader(host, context) {
  if (host.preset === 'web-plain') return [];
  const flags = await startFlags();
  const check = host.engine ? inPages(host, context, flags)
    : host.world === 'native' ? natively(host, context, flags) : underNode(host, flags);
  const wrong = await check.then(() => null, (error) => error.stack);
  await flags.close();
  return [[`${host.name}: downloader`, wrong ? { failures: [wrong] } : { passed: 1 }]];
}
