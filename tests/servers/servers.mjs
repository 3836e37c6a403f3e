// SPDX-License-Identifier: MIT
// Starts all test servers on ports of the system's choice, on 127.0.0.1.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { WebSocketServer } from 'ws';
import { behaviours } from './behaviours.mjs';
import { rawBehaviours } from './raw.mjs';

const HOST = '127.0.0.1';

async function listen(server) {
  server.listen(0, HOST);
  await once(server, 'listening');
  return server.address().port;
}

const partsOf = (request) => new URL(request.url, 'http://localhost').pathname.slice(1).split('/');

// The first offered subprotocol of these is chosen.
const SUBPROTOCOLS = ['eft.test', 'chat'];

// Lets an HTTP server answer upgrades by their path; tell(event) hears of each connection's end.
function serveWebSockets(server, tell) {
  const wss = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
  });
  server.on('upgrade', (request, socket, head) => {
    const [name, ...rest] = partsOf(request);
    socket.on('error', () => {});
    if (Object.hasOwn(behaviours, name)) {
      wss.handleUpgrade(request, socket, head, (ws) => {
        ws.on('error', () => {});
        ws.on('close', (code, reason) => {
          tell({ event: 'closed', path: request.url, code, reason: reason.toString() });
        });
        behaviours[name](ws, rest);
        tell({ event: 'open', path: request.url });
      });
    } else if (Object.hasOwn(rawBehaviours, name)) {
      rawBehaviours[name](request, socket, rest);
    } else {
      rawBehaviours.status(request, socket, ['404']);
    }
  });
}

function tlsServer(directory, name) {
  return https.createServer({
    key: readFileSync(path.join(directory, `${name}.key`)),
    cert: readFileSync(path.join(directory, `${name}.crt`)),
  });
}

// A port on which nothing can listen while the servers run: that of one end of a connection.
async function refusedPort(port, sockets) {
  const socket = net.connect(port, HOST);
  sockets.add(socket);
  await once(socket, 'connect');
  return socket.localPort;
}

// startServers({certificates, tell}) gives {urls, close}; certificates is the folder that
// tests/certificates filled, without which there is no wss.
export async function startServers({ certificates, tell = () => {} } = {}) {
  const sockets = new Set();
  const servers = [];
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
  for (const name of [...Object.keys(behaviours), ...Object.keys(rawBehaviours)]) {
    urls[name] = `${ws}/${name}`;
  }
  if (certificates) {
    for (const [name, file] of [['wss', 'good'], ['wss-bad', 'bad']]) {
      const server = tlsServer(certificates, file);
      server.on('tlsClientError', () => {});
      serveWebSockets(server, tell);
      urls[name] = `wss://${await start(server)}/echo`;
    }
    urls.ca = path.join(certificates, 'ca.crt');
  }

  const close = async () => {
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  };
  return { urls, close };
}
