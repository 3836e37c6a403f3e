// SPDX-License-Identifier: MIT
// Other people's servers: Python's websockets, aiohttp, nginx.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPython } from './child.mjs';
import { startNginx } from './nginx.mjs';

const folder = path.dirname(fileURLToPath(import.meta.url));

// startOthers({certificates, backend, refused}) gives {urls, close}; the latter two are HOST:PORT,
// of the plain server and of nobody.
export async function startOthers(options) {
  const started = await Promise.all([
    startPython(path.join(folder, 'python_websockets.py')),
    startPython(path.join(folder, 'python_aiohttp.py')),
    startNginx(options),
  ]);
  return {
    urls: Object.assign({}, ...started.map(({ urls }) => urls)),
    close: () => Promise.all(started.map(({ close }) => close())),
  };
}
