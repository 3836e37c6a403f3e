// SPDX-License-Identifier: MIT
// Sockets of the file system: one with a WebSocket server, and what is none.

import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

async function listen(serve, sockets, name) {
  const server = http.createServer();
  serve(server);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(name);
  await once(server, 'listening');
  return server;
}

// startSockets(serve) gives {urls, close}; serve(server) makes a WebSocket server of an HTTP one.
// They are called by their path; on Linux there is one with an abstract name too.
export async function startSockets(serve) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'eft-unix-'));
  const file = (name) => path.join(folder, name);
  const sockets = new Set();
  const servers = [];
  for (const name of ['socket', 'closed']) servers.push(await listen(serve, sockets, file(name)));
  const urls = {
    unix: file('socket'),
    'unix-closed': file('closed'),
    'unix-file': file('file'),
  };
  chmodSync(file('closed'), 0);
  writeFileSync(file('file'), 'no socket\n');
  const close = async () => {
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
    rmSync(folder, { recursive: true });
  };
  return { urls, close };
}
