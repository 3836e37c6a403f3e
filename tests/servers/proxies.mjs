// SPDX-License-Identifier: MIT
// HTTP proxies: good and bad ones of our own, and Debian's tinyproxy.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

const HOST = '127.0.0.1';
const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n';
const AUTHORIZATION = `Basic ${Buffer.from('eft:se cret').toString('base64')}`;

function relay(target, socket, begin) {
  const { hostname, port } = new URL(`http://${target}`);
  const other = net.connect(Number(port), hostname.replace(/^\[|\]$/g, ''), () => {
    begin();
    other.pipe(socket).pipe(other);
  });
  other.on('error', () => socket.destroy());
  socket.on('close', () => other.destroy());
}

// Each byte in a segment of its own.
async function writeInPieces(socket, text) {
  for (const byte of text) {
    await new Promise((resolve) => socket.write(byte, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function relayInPieces(request, socket) {
  await writeInPieces(socket, ESTABLISHED);
  relay(request.url, socket, () => {});
}

// An endless head, as fast as it is read.
function flood(socket) {
  socket.write('HTTP/1.1 200 OK\r\n');
  const line = `X-More: ${'x'.repeat(1000)}\r\n`;
  const more = () => {
    while (!socket.destroyed && socket.write(line));
  };
  socket.on('drain', more);
  more();
}

// What each does with a CONNECT: (request, socket).
const answers = {
  proxy: (request, socket) => relay(request.url, socket, () => socket.write(ESTABLISHED)),
  'proxy-split': relayInPieces,
  'proxy-interim': (request, socket) => relay(request.url, socket, () =>
    socket.write(`HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${ESTABLISHED}`)),
  'proxy-auth': (request, socket) => {
    if (request.headers['proxy-authorization'] === AUTHORIZATION) {
      answers.proxy(request, socket);
    } else {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n' +
        'Proxy-Authenticate: Basic realm="test"\r\nContent-Length: 0\r\n\r\n');
    }
  },
  'proxy-403': (request, socket) => socket.end('HTTP/1.1 403 Filtered\r\n\r\nno'),
  'proxy-502': (request, socket) => socket.end('HTTP/1.0 502 Bad Gateway\r\n\r\n'),
  'proxy-garbage': (request, socket) => socket.end('220 mail.test ESMTP\r\n'),
  'proxy-talks': (request, socket) => socket.write(`${ESTABLISHED}hello`),
  'proxy-flood': (request, socket) => flood(socket),
  'proxy-hangs': () => {},
  'proxy-closes': (request, socket) => socket.end(),
  'proxy-resets': (request, socket) => socket.resetAndDestroy(),
};

// Plain http: through a proxy: the request as it is, but for what is the proxy's; Via tells where
// it has been.
function forward(request, response) {
  const { 'proxy-authorization': own, 'proxy-connection': old, ...headers } = request.headers;
  const other = http.request(request.url, {
    method: request.method,
    headers: { ...headers, via: own ? '1.1 test-auth' : '1.1 test', 'x-old': old ? 'yes' : 'no' },
    agent: false,
  });
  other.on('response', (answer) => {
    response.writeHead(answer.statusCode, answer.statusMessage, answer.rawHeaders);
    answer.pipe(response);
  });
  other.on('error', () => response.writeHead(502).end('no\n'));
  response.on('close', () => other.destroy());
  request.pipe(other);
}

const wantsPassword = (name) => name.endsWith('-auth');

// What a proxy does with a request that is no CONNECT: those that let one through let this through.
function pass(name, request, response) {
  const lets = ['proxy', 'proxy-auth', 'proxy-split', 'proxy-interim'].includes(name);
  const knows = request.headers['proxy-authorization'] === AUTHORIZATION;
  if (!request.url.startsWith('http:')) response.writeHead(400).end('no proxy request\n');
  else if (lets && (knows || !wantsPassword(name))) forward(request, response);
  else answers[name](request, request.socket);
}

// A port that is free now.
async function freePort() {
  const server = net.createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// Runs tinyproxy on one port; null where somebody else has taken that meanwhile.
async function runTinyproxy(file, port, more) {
  writeFileSync(file, [`Port ${port}`, `Listen ${HOST}`, 'LogLevel Info', 'Timeout 60',
    'MaxClients 50', ...more, ''].join('\n'));
  const child = spawn('tinyproxy', ['-d', '-c', file], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child, 'spawn');
  let ready = false;
  const lines = readline.createInterface(child.stdout);
  await new Promise((resolve) => {
    lines.on('line', (line) => {
      ready ||= line.includes('Starting main loop');
      if (ready) resolve();
    });
    lines.on('close', resolve);
  });
  const end = async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return ready ? { port, end } : null;
}

// Starts tinyproxy, which cannot be told to take any port; null where it is not installed.
async function startTinyproxy(folder, name, more) {
  const file = path.join(folder, name);
  for (let attempts = 0; attempts < 20; attempts++) {
    try {
      const running = await runTinyproxy(file, await freePort(), more);
      if (running) return running;
    } catch (error) {
      if (error.code === 'ENOENT') return null;
      throw error;
    }
  }
  throw new Error('tinyproxy does not start');
}

// startProxies(start) gives {urls, close}; start(server) lets a server listen and gives its
// "host:port", which is how they are called: without a scheme.
export async function startProxies(start) {
  const urls = {};
  for (const [name, answer] of Object.entries(answers)) {
    const server = http.createServer((request, response) => pass(name, request, response));
    server.on('connect', answer);
    urls[name] = await start(server);
  }

  const folder = mkdtempSync(path.join(os.tmpdir(), 'eft-proxies-'));
  const children = [];
  for (const [name, more] of [['tinyproxy', []], ['tinyproxy-auth', ['BasicAuth eft secret']]]) {
    const child = await startTinyproxy(folder, name, more);
    if (!child) break;
    children.push(child);
    urls[name] = `${HOST}:${child.port}`;
  }
  const close = async () => {
    await Promise.all(children.map(({ end }) => end()));
    rmSync(folder, { recursive: true });
  };
  return { urls, close };
}
