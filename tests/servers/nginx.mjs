// SPDX-License-Identifier: MIT
// nginx: in front of the plain test server, as TLS, and set up wrongly; and with files of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
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
    # Cuts what is silent for so long; the handshake has to be answered in that time, too.
    location /brief/ {
      proxy_pass http://${backend}/;${upgrade}
      proxy_read_timeout 2s;
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
    }
    # Files, for pages of other origins too.
    location /files/ {
      root .;
      gzip on;
      gzip_min_length 100;
      gzip_types text/plain;
      add_header Cache-Control no-store always;
      add_header Access-Control-Allow-Origin $allowed always;
      add_header Access-Control-Allow-Headers Range always;
      add_header Access-Control-Expose-Headers "Content-Encoding, Content-Range, ETag" always;
      if ($request_method = OPTIONS) {
        return 204;
      }
    }
    # What every server has to say.
    location = /moved {
      add_header Access-Control-Allow-Origin $allowed always;
      return 301 /files/text.txt;
    }
    location = /empty {
      add_header Access-Control-Allow-Origin $allowed always;
      return 204;
    }
    location = /secret.txt {
      add_header Access-Control-Allow-Origin $allowed always;
      root files;
      auth_basic "test";
      auth_basic_user_file users;
    }`;

// What there is to get: text.txt can be compressed, large.bin is 200 MiB of zeros that take no room
// on the disk.
const LARGE = 200 << 20;
const TEXT = 'All work and no play makes Jack a dull boy.\n'.repeat(1000);

function makeFiles(prefix) {
  const folder = path.join(prefix, 'files');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'text.txt'), TEXT);
  writeFileSync(path.join(folder, 'secret.txt'), 'sesame\n');
  writeFileSync(path.join(folder, 'large.bin'), '');
  truncateSync(path.join(folder, 'large.bin'), LARGE);
  writeFileSync(path.join(prefix, 'users'), 'eft:{PLAIN}secret\n');
  // Its workers are nobody where it is started by root.
  chmodSync(prefix, 0o755);
}

const configuration = ({ ports, backend, refused, certificates }) => `
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
  types {
    text/plain txt;
  }
  default_type application/octet-stream;
  map $http_origin $allowed {
    "" "";
    default $http_origin;
  }
  ssl_certificate ${path.resolve(certificates, 'good.crt')};
  ssl_certificate_key ${path.resolve(certificates, 'good.key')};
  server {
    listen ${HOST}:${ports[0]};${locations(backend, refused)}
  }
  server {
    listen ${HOST}:${ports[1]} ssl;${locations(backend, refused)}
  }
  server {
    listen ${HOST}:${ports[2]} ssl http2;${locations(backend, refused)}
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
  const sockets = [await listening(), await listening(), await listening()];
  const ports = sockets.map((server) => server.address().port);
  const [plain, tls, tls2] = ports.map((port) => `${HOST}:${port}`);
  const file = path.join(prefix, 'nginx.conf');
  makeFiles(prefix);
  writeFileSync(file, configuration({ ...options, ports }));
  const child = spawn(NGINX, ['-p', prefix, '-c', file, '-e', path.join(prefix, 'error.log')], {
    stdio: ['ignore', 'inherit', 'inherit', ...sockets.map((server) => server._handle.fd)],
    env: { ...process.env, NGINX: '3;4;5;' },
  });
  const ended = once(child, 'exit').catch((error) => [error.message]);
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(prefix, { recursive: true, force: true });
  };
  sockets.forEach((server) => server.close());
  const urls = {
    nginx: `ws://${plain}`,
    'nginx-wss': `wss://${tls}`,
    'nginx-http': `http://${plain}`,
    'nginx-https': `https://${tls}`,
    'nginx-http2': `https://${tls2}`,
  };
  return { urls, close };
}
