// SPDX-License-Identifier: MIT
// Behind the chat's page: starts the program, hands it what is typed, shows what it prints.

// Addresses: ?url=ws://… and ?name=… fill the fields, ?fibers=jspi or asyncify forces a build,
// ?autostart=1 enters at once.  For tests the root element tells how it went: data-state, and
// data-exit when the program is over.

import { run } from '../eft/loader.mjs';

const BUILDS = ['jspi', 'asyncify'];

const STATES = {
  idle: 'not in the room',
  entering: 'entering…',
  open: 'in the room',
  closed: 'left',
  failed: 'could not stay',
};

const root = document.documentElement;
const element = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);

let leave = new AbortController();
let me = '';
let people = [];

function setState(state) {
  root.dataset.state = state;
  element('state').textContent = STATES[state];
  const inside = state === 'open';
  const busy = inside || state === 'entering';
  element('enter').hidden = busy;
  element('leave').hidden = !busy;
  for (const id of ['name', 'url']) element(id).readOnly = busy;
  element('fibers').disabled = busy;
  element('text').disabled = element('send').disabled = !inside;
  if (inside) element('text').focus();
}

// One colour for a name, wherever it is shown.
function hueOf(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return sum;
}

function showPeople() {
  element('people').replaceChildren(...people.map((name) => {
    const item = document.createElement('li');
    item.textContent = name;
    item.style.setProperty('--hue', hueOf(name));
    return item;
  }));
}

function add(kind, text, name) {
  const talk = element('talk');
  const atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 40;
  const item = document.createElement('li');
  item.dataset.kind = kind;
  if (name) {
    const by = document.createElement('b');
    by.textContent = name;
    item.style.setProperty('--hue', hueOf(name));
    item.append(by);
  }
  const said = document.createElement('span');
  said.textContent = text;
  item.append(said);
  talk.append(item);
  // Who has scrolled up to read is left there.
  if (atEnd) talk.scrollTop = talk.scrollHeight;
}

// What chat.c prints: "* a notice", or "name: what they say".
function onLine(line) {
  const [, mine, others] = /^\* you are (.*?)(?:; here: (.*))?$/.exec(line) ?? [];
  if (mine) {
    me = mine;
    people = others ? others.split(', ') : [];
    setState('open');
  }
  const [, who, how] = /^\* (.*) has (come|gone)$/.exec(line) ?? [];
  if (how === 'come' && !people.includes(who)) people.push(who);
  if (how === 'gone') people = people.filter((name) => name !== who);
  showPeople();
  const colon = line.indexOf(': ');
  if (line.startsWith('* ') || colon < 0) {
    add('notice', line.replace(/^\* /, ''));
  } else {
    const name = line.slice(0, colon);
    add(name === me ? 'mine' : 'theirs', line.slice(colon + 2), name);
  }
}

async function enter() {
  leave = new AbortController();
  delete root.dataset.exit;
  element('talk').replaceChildren();
  setState('entering');
  const program = run('chat', {
    args: [element('name').value.trim(), element('url').value.trim()],
    fibers: element('fibers').value,
    print: onLine,
    log: (level, text) => add(level, text),
    signal: leave.signal,
  });
  let code = 'error';
  try {
    code = await program.exit;
  } catch (error) {
    add('error', error.message);
  }
  people = [];
  showPeople();
  setState(code === 0 || leave.signal.aborted ? 'closed' : 'failed');
  root.dataset.exit = code;
}

element('join').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!element('enter').hidden) enter();
});

element('say').addEventListener('submit', (event) => {
  event.preventDefault();
  const detail = element('text').value.trim();
  element('text').value = '';
  if (detail) dispatchEvent(new CustomEvent('chat-line', { detail }));
});

element('leave').addEventListener('click', () => leave.abort());

if (query.has('url')) element('url').value = query.get('url');
if (query.has('name')) element('name').value = query.get('name');
if (BUILDS.includes(query.get('fibers'))) element('fibers').value = query.get('fibers');
if (query.get('autostart') === '1') enter();
