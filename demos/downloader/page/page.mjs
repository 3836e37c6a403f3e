// SPDX-License-Identifier: MIT
// Behind the downloader's page: starts the program, shows each file, offers what has come.

// Addresses: ?base=http://… and ?n=… fill the fields, ?fibers=jspi or asyncify forces a build,
// ?autostart=1 begins at once.  For tests the root element tells how it went: data-state, and
// data-exit when the program is over.

import { run } from '../eft/loader.mjs';
import { zip } from './zip.mjs';

const BUILDS = ['jspi', 'asyncify'];

const STATES = {
  idle: 'nothing yet',
  entering: 'downloading…',
  closed: 'done',
  stopped: 'stopped',
  failed: 'some are missing',
  refused: 'not begun',
};

// As progress.h counts them.
const OUTCOMES = ['waits', 'began', 'ok', 'missing', 'failed'];
const COUNTED = ['ok', 'missing', 'failed'];

const root = document.documentElement;
const element = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);

let stop = new AbortController();
let files = []; // {item, name, bytes, outcome, blob, address}, by their number

function setState(state) {
  root.dataset.state = state;
  element('state').textContent = STATES[state];
  const busy = state === 'entering';
  const [shown, hidden] = busy ? ['stop', 'start'] : ['start', 'stop'];
  // Who has only a keyboard stays where the buttons are.
  const hasFocus = document.activeElement === element(hidden);
  element(shown).hidden = false;
  element(hidden).hidden = true;
  if (hasFocus) element(shown).focus();
  for (const id of ['base', 'at-once', 'urls']) element(id).readOnly = busy;
  element('fibers').disabled = busy;
  element('save-all').disabled = busy || !files.some(({ blob }) => blob);
}

function inWords(bytes) {
  const unit = Math.min(4, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** unit).toFixed(unit ? 1 : 0)} ${['B', 'kB', 'MB', 'GB', 'TB'][unit]}`;
}

// At most once a frame, however many events there are.
let isDue = false;
function showTally() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    const count = (outcome) => files.filter((file) => file.outcome === outcome).length;
    for (const outcome of COUNTED) element(outcome).textContent = count(outcome);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    element('bytes').textContent = inWords(bytes);
    element('bar').max = Math.max(1, files.length);
    element('bar').value = files.reduce((sum, file) => sum + file.done, 0);
  });
}

function part(tag, className, text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

globalThis.addEventListener('download-file', ({ detail: { number, name, url } }) => {
  const item = document.createElement('li');
  item.dataset.outcome = 'waits';
  item.title = url;
  item.append(part('div', 'picture'), part('span', 'name', name), part('span', 'words'));
  element('files').append(item);
  files[number] = { item, name, bytes: 0, done: 0, outcome: 'waits' };
  showTally();
});

globalThis.addEventListener('download-moved', ({ detail: { number, received, total } }) => {
  const file = files[number];
  file.bytes = received;
  // Of what is not told how long it will be, nothing is done before all is.
  file.done = total > 0 ? received / total : 0;
  file.item.style.setProperty('--done', file.done);
  file.item.querySelector('.words').textContent = inWords(received);
  showTally();
});

globalThis.addEventListener('download-turned', ({ detail: { number, outcome, words } }) => {
  const file = files[number];
  file.outcome = OUTCOMES[outcome];
  file.item.dataset.outcome = file.outcome;
  if (file.outcome === 'began') return;
  file.done = 1;
  const told = { ok: inWords(file.bytes), missing: 'not found', failed: words }[file.outcome];
  file.item.querySelector('.words').textContent = told;
  if (words) file.item.title = words;
  showTally();
});

globalThis.addEventListener('download-saved', ({ detail: { number, name, blob } }) => {
  const file = files[number];
  const link = part('a', 'name', name);
  file.blob = blob;
  file.address = URL.createObjectURL(blob);
  link.href = file.address;
  link.download = name;
  file.item.querySelector('.name').replaceWith(link);
  if (!blob.type.startsWith('image/')) return;
  const image = part('img', 'picture');
  image.src = file.address;
  image.alt = '';
  file.item.querySelector('.picture').replaceWith(image);
});

function addLine(level, text) {
  const line = document.createElement('li');
  line.dataset.level = level;
  line.textContent = text;
  element('log').append(line);
}

// What went wrong with no file stands nowhere but there.
const showLog = () => {
  element('printed').open = true;
};

// What a program's end means; 2: its arguments were wrong.
function stateAfter(code) {
  if (code === 0) return 'closed';
  if (stop.signal.aborted) return 'stopped';
  return files.length ? 'failed' : 'refused';
}

function forget() {
  for (const { address } of files) if (address) URL.revokeObjectURL(address);
  files = [];
  element('files').replaceChildren();
  element('log').replaceChildren();
  delete root.dataset.exit;
  showTally();
}

const urls = () => element('urls').value.split('\n').map((line) => line.trim()).filter(Boolean);

async function download() {
  stop = new AbortController();
  forget();
  setState('entering');
  // What follows "--" is no option, whatever it looks like.
  const program = run('downloader', {
    args: ['-n', element('at-once').value, '--base', element('base').value.trim(), '--', ...urls()],
    fibers: element('fibers').value,
    print: (text) => addLine('out', text),
    printErr: (text) => addLine('error', text),
    log: addLine,
    signal: stop.signal,
  });
  let code = 'error';
  try {
    code = await program.exit;
  } catch (error) {
    addLine('error', error.message);
  }
  setState(stateAfter(code));
  if (root.dataset.state === 'refused' || code === 'error') showLog();
  root.dataset.exit = code;
}

async function saveAll() {
  const entries = files.filter(({ blob }) => blob).map(({ name, blob }) => ({ name, blob }));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await zip(entries));
  link.download = 'downloads.zip';
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

element('form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!element('start').hidden) download();
});
element('stop').addEventListener('click', () => stop.abort());
element('save-all').addEventListener('click', () => {
  saveAll().catch((error) => {
    addLine('error', error.message);
    showLog();
  });
});

if (query.has('base')) element('base').value = query.get('base');
if (query.has('n')) element('at-once').value = query.get('n');
if (BUILDS.includes(query.get('fibers'))) element('fibers').value = query.get('fibers');
if (query.get('autostart') === '1') download();
