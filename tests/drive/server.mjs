// SPDX-License-Identifier: MIT
// Our WebSocket server (tests/server.c) and other people's clients: npm ws, Python's websockets,
// and bare sockets.

import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';
import { describeEnd, readSuites } from './report.mjs';
import { runProcess } from './process.mjs';
import { brokenFrames, brokenRequests, slowClients, tooManyClients } from './server_raw.mjs';

const LIMIT = 60_000; // ms
const DEBIAN_PYTHON = '/usr/bin/python3'; // the one that has Debian's packages

// Starts the server, lets work(port, interrupt) talk to it, interrupts it, and gives how it ended.
// A second interrupt would kill it: it is not passed on.
async function withServer(host, options, work) {
  const args = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  let end;
  const started = new Promise((resolve) => {
    const onLine = (text, program) => {
      if (text.startsWith('port ')) resolve({ port: Number(text.slice(5)), program });
    };
    end = host.run('tests', 'server', args, { limit: LIMIT, onLine });
    end.then(() => resolve(null));
  });
  const running = await started;
  let asked = false;
  const interrupt = () => {
    if (!asked) running?.program.interrupt();
    asked = true;
  };
  if (running) await work(running.port, interrupt);
  interrupt();
  return end;
}

// Each check is told by count(name, what is wrong or null).
async function check(host, title, options, work) {
  const failures = [];
  let passed = 0;
  const count = (name, wrong) => {
    if (wrong) failures.push(`${name}: ${wrong}`);
    else passed++;
  };
  const result = await withServer(host, options, async (port, interrupt) => {
    try {
      await work(port, count, interrupt);
    } catch (error) {
      failures.push(error.stack);
    }
  });
  const closed = options.ending === 'leave' || result.lines.some(({ text }) => text === 'closed');
  if (result.code !== 130 || !closed) failures.push(describeEnd(result));
  return [`${host.name}: server: ${title}`, { passed, failures }];
}

// npm ws

// One connection: gives what it saw: {opened, texts, code, status, protocol, extensions}.
function connect(url, options = {}, send = []) {
  return new Promise((resolve) => {
    const ws = new WebSocket(url, options.protocols ?? [], options);
    const seen = { opened: false, texts: [], pongs: 0, status: 0 };
    ws.on('unexpected-response', (_, response) => {
      seen.status = response.statusCode;
      seen.headers = response.headers;
      ws.terminate();
    });
    ws.on('upgrade', (response) => { seen.headers = response.headers; });
    ws.on('open', () => {
      Object.assign(seen, { opened: true, protocol: ws.protocol, extensions: ws.extensions });
      for (const item of send) item(ws);
    });
    ws.on('message', (data, binary) => {
      seen.texts.push(binary ? data : data.toString());
      options.onMessage?.(ws, seen);
    });
    ws.on('pong', () => { seen.pongs++; });
    ws.on('error', (error) => { seen.error = error.message; });
    ws.on('close', (code, reason) => resolve({ ...seen, code, reason: reason.toString() }));
  });
}

const closeAfter = (count) => (ws, seen) => seen.texts.length === count && ws.close(1000, 'done');

const echoes = (offered) => async (port, count) => {
  const big = 'x'.repeat(300_000);
  const texts = ['', 'hello', 'gr\u00fc\u00df', big];
  for (const perMessageDeflate of [false, true, { threshold: 0, serverNoContextTakeover: true }]) {
    const options = { perMessageDeflate, onMessage: closeAfter(texts.length + 1) };
    const seen = await connect(`ws://127.0.0.1:${port}/echo`, options,
      [...texts.map((text) => (ws) => ws.send(text)), (ws) => ws.ping('x'),
        (ws) => ws.send(Buffer.from([0, 255, 0]))]);
    const same = texts.every((text, i) => seen.texts[i] === text) &&
      Buffer.from([0, 255, 0]).equals(seen.texts[texts.length]);
    const extensions = offered && perMessageDeflate ? 'permessage-deflate' : '';
    const name = `ws: echo, deflate ${JSON.stringify(perMessageDeflate)}`;
    const right = same && seen.extensions === extensions && seen.code === 1000 && seen.pongs === 1;
    count(name, right ? null : JSON.stringify({ ...seen, texts: seen.texts.length }));
  }
};

async function closes(port, count) {
  const url = `ws://127.0.0.1:${port}`;
  const mine = await connect(`${url}/echo`, {}, [(ws) => ws.close(4000, 'mine')]);
  count('ws: our close is echoed', mine.code === 4000 ? null : `code ${mine.code}`);
  const theirs = await connect(`${url}/close/4001`);
  count('ws: a close with a reason', theirs.code === 4001 && theirs.reason === 'so long'
    ? null : `${theirs.code} ${theirs.reason}`);
  const failed = await connect(`${url}/fail`);
  count('ws: a task that fails', failed.code === 1011 ? null : `code ${failed.code}`);
}

async function headers(port, count) {
  const url = `ws://127.0.0.1:${port}`;
  const protocols = ['two', 'one'];
  const good = await connect(`${url}/request`,
    { protocols, origin: 'https://good.test', headers: { 'User-Agent': 'me' } });
  count('ws: subprotocol', good.protocol === 'one' ? null : `"${good.protocol}"`);
  count('ws: request', /^origin https:\/\/good\.test$/m.test(good.texts[0]) &&
    /^agent me$/m.test(good.texts[0]) ? null : JSON.stringify(good.texts[0]));
  const bad = await connect(`${url}/request`, { origin: 'https://bad.test' });
  count('ws: a wrong origin', bad.status === 403 ? null : `status ${bad.status}`);
  const none = await connect(`${url}/request`);
  count('ws: no origin', none.status === 403 ? null : `status ${none.status}`);
}

async function accepts(port, count) {
  const url = `ws://127.0.0.1:${port}`;
  const refused = await connect(`${url}/401`);
  count('ws: refused by the hook', refused.status === 401 &&
    refused.headers['www-authenticate'] === 'Basic realm="x"' ? null : JSON.stringify(refused));
  const accepted = await connect(`${url}/request`);
  count('ws: a header of the hook', accepted.headers['x-seen'] === '/request'
    ? null : JSON.stringify(accepted.headers));
}

// What Ctrl-C does while clients are there: each is told 1001.
async function goingAway(port, interrupt) {
  const clients = Array.from({ length: 20 }, () => connect(`ws://127.0.0.1:${port}/echo`, {
    onMessage: (ws, seen) => seen.texts.length === 1 && ready.pop()(),
  }, [(ws) => ws.send('here')]));
  const ready = [];
  const waits = clients.map(() => new Promise((resolve) => { ready.push(resolve); }));
  await Promise.all(waits);
  interrupt();
  return (await Promise.all(clients)).map(({ code }) => code);
}

const goes = (expected) => async (port, count, interrupt) => {
  const codes = await goingAway(port, interrupt);
  const right = codes.every((code) => code === expected);
  count(`each client is told ${expected}`, right ? null : codes.join(' '));
};

async function secure(port, count, { ca, cert, key, wanted }) {
  const seen = await connect(`wss://127.0.0.1:${port}/request`, { ca, cert, key });
  const text = seen.texts[0] ?? seen.error;
  count(`ws: TLS, certificate ${wanted}`, text.includes(`certificate ${wanted}\n`) &&
    text.includes('tls 1\n') ? null : text);
  const big = 'y'.repeat(500_000);
  const echoed = await connect(`wss://127.0.0.1:${port}/echo`,
    { ca, cert, key, onMessage: closeAfter(2) }, [(ws) => ws.send(big), (ws) => ws.send('z')]);
  count('ws: TLS, a big message', echoed.texts[0] === big && echoed.texts[1] === 'z' ? null
    : JSON.stringify({ ...echoed, texts: echoed.texts.length }));
}

// Python's websockets

const python = (root, mode, ...args) => async (port, count) => {
  const script = path.join(root, 'tests/drive/server.py');
  const result = await runProcess(DEBIAN_PYTHON, [script, mode, String(port), ...args], {});
  const { passed, failures } = readSuites(result);
  for (let i = 0; i < passed; i++) count(`python ${i}`, null);
  for (const failure of failures) count('python', failure);
};

function checks(host, { root, ca }) {
  const folder = path.dirname(ca);
  const file = (name) => path.join(folder, name);
  const read = (name) => readFileSync(file(name));
  const socket = path.join(os.tmpdir(), `eft-server-${process.pid}-${host.name}`);
  const tls = { certificate_file: file('good.crt'), key_file: file('good.key') };
  const mutual = { ...tls, ca_file: ca, client_certificate: 'yes' };
  const trust = { ca: read('ca.crt') };
  const client = { ...trust, cert: read('client.crt'), key: read('client.key') };
  return [
    ['requests', {}, brokenRequests],
    ['frames', {}, brokenFrames],
    ['slow clients', { open_timeout_ms: 300 }, slowClients],
    ['a flood', { max_handshakes: 8 }, (port, count) => tooManyClients(port, 8, count)],
    ['npm ws', {}, echoes(true)],
    ['npm ws without deflate', { deflate: 'off' }, echoes(false)],
    ['npm ws, closes', {}, closes],
    ['npm ws, headers', { subprotocols: 'one,two', origins: 'https://good.test' }, headers],
    ['npm ws, accept', { accept: 'path' }, accepts],
    ['npm ws, a Unix socket', { unix_path: socket }, async (port, count) => {
      const seen = await connect(`ws+unix:${socket}:/echo`, { onMessage: closeAfter(1) },
        [(ws) => ws.send('hello')]);
      count('ws: a Unix socket', seen.texts[0] === 'hello' ? null : JSON.stringify(seen));
    }],
    ['Ctrl-C', {}, goes(1001)],
    ['Ctrl-C, and the server is left alone', { ending: 'leave' }, goes(1001)],
    ['Ctrl-C, and the server is freed', { ending: 'free' }, goes(1006)],
    ['TLS', tls, (port, count) => secure(port, count, { ...trust, wanted: 'none' })],
    ['TLS with a locked key', { certificate_file: file('client.crt'), key_file: file('locked.key'),
      key_password: 'open sesame' }, async (port, count) => {
      const options = { rejectUnauthorized: false };
      const seen = await connect(`wss://127.0.0.1:${port}/request`, options);
      count('ws: TLS with a locked key', seen.opened ? null : seen.error);
    }],
    ['TLS of both', mutual, async (port, count) => {
      await secure(port, count, { ...client, wanted: 'CN=client' });
      const bare = await connect(`wss://127.0.0.1:${port}/request`, trust);
      count('ws: no certificate', bare.opened ? 'it was accepted' : null);
    }],
    ['python', { subprotocols: 'chat' }, python(root, 'plain')],
    ['python, TLS', mutual, python(root, 'tls', ca, file('client.crt'), file('client.key'))],
  ];
}

export async function server(host, context) {
  if (host.world !== 'native') return [];
  const verdicts = [];
  for (const [title, options, work] of checks(host, context)) {
    verdicts.push(await check(host, title, options, work));
  }
  return verdicts;
}
