// SPDX-License-Identifier: MIT
// A static HTTP server on 127.0.0.1 for pages and programs.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

// The file that a path means, by the first mount whose prefix it has; null outside of all.
function fileOf(mounts, pathname) {
  for (const [prefix, directory] of mounts) {
    if (!pathname.startsWith(prefix)) continue;
    const file = path.join(directory, pathname.slice(prefix.length));
    if (path.relative(directory, file).startsWith('..')) return null;
    return pathname.endsWith('/') ? path.join(file, 'index.html') : file;
  }
  return null;
}

// serve([['/prefix/', directory], …], port) gives {url, close}; '/' comes last where it is one.
// behave(request, response), where there is one, answers what is below /http/, as if that were '/'.
export async function serve(mounts, port = 0, behave = null) {
  const server = http.createServer(async (request, response) => {
    if (behave && request.url.startsWith('/http/')) {
      request.url = request.url.slice('/http'.length);
      behave(request, response);
      return;
    }
    try {
      const file = fileOf(mounts, decodeURIComponent(new URL(request.url, 'http://x').pathname));
      const body = await readFile(file);
      const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
    } catch {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
