// SPDX-License-Identifier: MIT
// Starts all test servers on ports of the system's choice, on 127.0.0.1.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { WebSocketServer } from 'ws';
import { behaviours, ofSilentPongs } from './behaviours.mjs';
import { makeHandler, startHttp } from './http.mjs';
import { startOthers } from './others.mjs';
import { startProxies } from './proxies.mjs';
import { rawBehaviours } from './raw.mjs';
import { startSocks } from './socks.mjs';
import { startSockets } from './unix.mjs';

const HOST = '127.0.0.1';

// So many connections may wait to be accepted: where more do, the system loses some.
const BACKLOG = 4096;

async function listen(server) {
  server.listen({ port: 0, host: HOST, backlog: BACKLOG });
  await once(server, 'listening');
  return server.address().port;
}

const partsOf = (request) => new URL(request.url, 'http://localhost').pathname.slice(1).split('/');

// The first offered subprotocol of these is chosen.
const SUBPROTOCOLS = ['eft.test', 'chat'];

const openings = { ...behaviours, ...ofSilentPongs, flaky: behaviours.echo };

// Refuses so many attempts at a path and lets the next one pass, again and again.
function makeFlaky() {
  const refused = new Map();
  return (url, count) => {
    const before = refused.get(url) ?? 0;
    refused.set(url, before < count ? before + 1 : 0);
    return before < count;
  };
}

// Lets an HTTP server answer upgrades by their path; tell(event) hears of each connection's end.
function serveWebSockets(server, tell) {
  const options = {
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
  };
  const wss = new WebSocketServer(options);
  const wssOfSilentPongs = new WebSocketServer({ ...options, autoPong: false });
  const isRefused = makeFlaky();
  const open = (request, socket, head, behave) => {
    const chosen = behave === ofSilentPongs.pong ? wssOfSilentPongs : wss;
    chosen.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => {});
      ws.on('close', (code, reason) => {
        tell({ event: 'closed', path: request.url, code, reason: reason.toString() });
      });
      behave(ws, partsOf(request).slice(1));
      tell({ event: 'open', path: request.url });
    });
  };
  server.on('upgrade', (request, socket, head) => {
    const [name, ...rest] = partsOf(request);
    socket.on('error', () => {});
    const busy = { flaky: Number(rest[0]), restarting: 1 }[name] ?? 0;
    if (busy && isRefused(request.url, busy)) {
      rawBehaviours.status(request, socket, ['503']);
    } else if (Object.hasOwn(openings, name)) {
      open(request, socket, head, openings[name]);
    } else if (Object.hasOwn(rawBehaviours, name)) {
      rawBehaviours[name](request, socket, rest);
    } else {
      rawBehaviours.status(request, socket, ['404']);
    }
  });
}

// [name, whose certificate it shows, more options]: the servers behind TLS.
const tlsServers = (ca) => [
  ['wss', 'good'],
  ['wss-bad', 'bad'],
  ['wss-expired', 'expired'],
  ['wss-wrong-host', 'elsewhere'],
  ['wss-client-cert', 'good', { ca, requestCert: true }],
  ['wss-client-cert-1.2', 'good', { ca, requestCert: true, maxVersion: 'TLSv1.2' }],
  ['wss-old', 'good', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' }],
];

function tlsServer(directory, name, more) {
  return https.createServer({
    key: readFileSync(path.join(directory, `${name}.key`)),
    cert: readFileSync(path.join(directory, `${name}.crt`)),
    ...more,
  });
}

async function startTls({ certificates, start, tell, urls }) {
  const ca = path.join(certificates, 'ca.crt');
  for (const [name, file, more] of tlsServers(readFileSync(ca))) {
    const server = tlsServer(certificates, file, more);
    server.on('tlsClientError', () => {});
    server.on('request', makeHandler());
    serveWebSockets(server, tell);
    urls[name] = `wss://${await start(server)}/echo`;
  }
  for (const name of ['client', 'bad']) {
    urls[`${name}-crt`] = path.join(certificates, `${name}.crt`);
    urls[`${name}-key`] = path.join(certificates, `${name}.key`);
  }
  urls.ca = ca;
  urls['locked-key'] = path.join(certificates, 'locked.key');
}

// A port on which nothing can listen while the servers run: that of one end of a connection.
async function refusedPort(port, sockets) {
  const socket = net.connect(port, HOST);
  sockets.add(socket);
  await once(socket, 'connect');
  return socket.localPort;
}

// startServers({certificates, tell}) gives {urls, close}; certificates is the folder that
// tests/certificates filled, without which there is no wss, and nobody else's server.
export async function startServers({ certificates, tell = () => {} } = {}) {
  const sockets = new Set();
  const servers = [];
  let others = null;
  const start = async (server) => {
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    servers.push(server);
    return `${HOST}:${await listen(server)}`;
  };

  const plain = http.createServer((request, response) => response.writeHead(404).end('no\n'));
  serveWebSockets(plain, tell);
  const ws = `ws://${await start(plain)}`;
  const silent = await start(net.createServer());
  const urls = {
    base: ws,
    'not-found': `${ws}/nothing-here`,
    silent: `ws://${silent}/`,
    refused: `ws://${HOST}:${await refusedPort(plain.address().port, sockets)}/`,
    unresolvable: 'ws://no-such-host.invalid/',
  };
  for (const name of [...Object.keys(openings), ...Object.keys(rawBehaviours)]) {
    urls[name] = `${ws}/${name}`;
  }
  if (certificates) {
    await startTls({ certificates, start, tell, urls });
    others = await startOthers({
      certificates, backend: new URL(ws).host, refused: new URL(urls.refused).host,
    });
    Object.assign(urls, others.urls);
  }
  const proxies = await startProxies(start);
  const unix = await startSockets((server) => {
    server.on('request', makeHandler());
    serveWebSockets(server, tell);
  });
  Object.assign(urls, proxies.urls, await startSocks(start), unix.urls);
  Object.assign(urls, await startHttp({ start, certificates, urls }));

  const close = async () => {
    await others?.close();
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of sockets) socket.destroy();
    await Promise.all([...closed, proxies.close(), unix.close()]);
  };
  return { urls, close };
}
