// SPDX-License-Identifier: MIT
// nginx in front of the plain test server: as a proxy, as TLS, and set up wrongly.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const HOST = '127.0.0.1';
const NGINX = process.env.EFT_NGINX ?? '/usr/sbin/nginx';

const upgrade = `
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $http_host;`;

// What both servers of the configuration have.
const locations = (backend, refused) => `
    location / {
      proxy_pass http://${backend};${upgrade}
    }
    # Cuts what is silent for so long.
    location /brief/ {
      proxy_pass http://${backend}/;${upgrade}
      proxy_read_timeout 200ms;
    }
    # Answers of the backend must fit into so much.
    location /small/ {
      proxy_pass http://${backend}/;${upgrade}
      proxy_buffer_size 1k;
    }
    # Forgets that a WebSocket is asked for.
    location /forgetful/ {
      proxy_pass http://${backend}/;
    }
    # Nothing listens behind it.
    location /gone/ {
      proxy_pass http://${refused};${upgrade}
    }`;

const configuration = ({ plain, tls, backend, refused, certificates }) => `
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log info;
events {
  worker_connections 512;
}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {
    listen ${HOST}:${plain};${locations(backend, refused)}
  }
  server {
    listen ${HOST}:${tls} ssl;
    ssl_certificate ${path.resolve(certificates, 'good.crt')};
    ssl_certificate_key ${path.resolve(certificates, 'good.key')};${locations(backend, refused)}
  }
}
`;

// nginx cannot be asked for a port of the system's choice, but takes sockets that listen already,
// as it does from an older self that it replaces: $NGINX names their descriptors.
async function listening() {
  const server = net.createServer();
  server.listen(0, HOST);
  await once(server, 'listening');
  return server;
}

// startNginx({certificates, backend, refused}) gives {urls, close}; the latter two are HOST:PORT.
export async function startNginx(options) {
  const prefix = mkdtempSync(path.join(os.tmpdir(), 'eft-nginx-'));
  const sockets = [await listening(), await listening()];
  const [plain, tls] = sockets.map((server) => server.address().port);
  const file = path.join(prefix, 'nginx.conf');
  writeFileSync(file, configuration({ ...options, plain, tls }));
  const child = spawn(NGINX, ['-p', prefix, '-c', file, '-e', path.join(prefix, 'error.log')], {
    stdio: ['ignore', 'inherit', 'inherit', ...sockets.map((server) => server._handle.fd)],
    env: { ...process.env, NGINX: '3;4;' },
  });
  const ended = once(child, 'exit').catch((error) => [error.message]);
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(prefix, { recursive: true, force: true });
  };
  sockets.forEach((server) => server.close());
  return { urls: { nginx: `ws://${HOST}:${plain}`, 'nginx-wss': `wss://${HOST}:${tls}` }, close };
}
