// SPDX-License-Identifier: MIT
// Behind the Handler page: starts the program, shows its log lines, its state and its end.

// Addresses: ?url=ws://… fills the field, ?fibers=jspi or asyncify forces a build, ?autostart=1
// connects at once. For tests the root element tells how it went: data-state, and data-exit when
// the program is over (its exit code, or "error" where it could not be loaded or trapped).

import { run } from '../eft/loader.mjs';

const BUILDS = { jspi: 'JSPI', asyncify: 'Asyncify' };

// What eft_handler logs tells the state of its connection.
const STATES = [
  ['attempting connection to', 'connecting'],
  ['connected', 'connected'],
  ['closed', 'closed'],
];

const root = document.documentElement;
const element = (id) => document.getElementById(id);
const log = element('log');
const query = new URLSearchParams(location.search);

let cancel = new AbortController();
let start = 0; // of the program that runs, in the time of performance.now()

function setState(state) {
  root.dataset.state = state;
  element('state').textContent = state;
}

function sinceConnect() {
  return `+${((performance.now() - start) / 1000).toFixed(3)}`;
}

// The time is an attribute that style.css shows: copied text is the lines alone.
function addLine(level, text) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 8;
  const line = document.createElement('li');
  line.dataset.level = level;
  line.dataset.time = sinceConnect();
  line.textContent = text;
  log.append(line);
  // Who has scrolled up to read is left there.
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function onLog(level, text) {
  addLine(level, text);
  const found = STATES.find(([words]) => text.startsWith(words));
  if (found) setState(found[1]);
}

function showRunning(running) {
  element('connect').disabled = running;
  element('cancel').disabled = !running;
  element('url').readOnly = running;
  element('fibers').disabled = running;
}

function showExit(code, failed) {
  root.dataset.exit = code;
  element('exit').textContent = code;
  setState(failed ? 'failed' : 'closed');
}

async function connect() {
  cancel = new AbortController();
  start = performance.now();
  delete root.dataset.exit;
  log.replaceChildren();
  element('exit').textContent = '–';
  setState('connecting');
  showRunning(true);
  const program = run('handler', {
    args: [element('url').value.trim()],
    fibers: element('fibers').value,
    log: onLog,
    print: (text) => addLine('stdout', text),
    printErr: (text) => addLine('stderr', text),
    signal: cancel.signal,
  });
  element('build').textContent = BUILDS[program.fibers];
  try {
    const code = await program.exit;
    // A cancelled program did what it was asked to.
    showExit(code, code !== 0 && !cancel.signal.aborted);
  } catch (error) {
    addLine('error', error.message);
    showExit('error', true);
  }
  showRunning(false);
}

element('form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!element('connect').disabled) connect();
});

element('cancel').addEventListener('click', () => {
  element('cancel').disabled = true;
  cancel.abort();
});

if (query.has('url')) element('url').value = query.get('url');
if (Object.hasOwn(BUILDS, query.get('fibers'))) element('fibers').value = query.get('fibers');
if (query.get('autostart') === '1') connect();
