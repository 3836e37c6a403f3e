// SPDX-License-Identifier: MIT
// A server of flags: node demos/downloader/server.mjs [PORT], 8767 if none is given.

// BASE/cc/cc.gif is the flag of a country, where BASE is
//
//   /flags   all are there, at once
//   /slow    all are there, but come bit by bit
//   /faulty  some are there, slowly; some are not, one is refused, and one breaks off in the middle

import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { countries, flag } from './flags.mjs';

const PORT = 8767;
const PIECES = 16;

const MISSING = ['et', 'th'];
const BUSY = ['ir'];
const BROKEN = ['ng'];

// Pages of every address may have them: WHATWG Fetch, CORS.
const HEADERS = { 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' };

function refuse(response, status, words) {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain' }).end(`${words}\n`);
}

function begin(response, image) {
  response.writeHead(200, {
    ...HEADERS, 'Content-Type': 'image/gif', 'Content-Length': image.length,
  });
}

// Some milliseconds between two pieces: of each country its own.
const pauseOf = (country) => 10 + 5 * (countries.indexOf(country) % 7);

// The end goes with the last piece: the client knows by the length that it is the last.
async function sendSlowly(response, image, country, upTo = PIECES) {
  begin(response, image);
  for (let i = 1; i <= upTo && !response.destroyed; i++) {
    const piece = image.subarray(((i - 1) * image.length) / PIECES, (i * image.length) / PIECES);
    if (i === PIECES) response.end(piece);
    else response.write(piece);
    await sleep(pauseOf(country));
  }
  if (upTo < PIECES) response.destroy();
}

const sites = {
  flags: (response, image) => begin(response, image) ?? response.end(image),
  slow: (response, image, country) => sendSlowly(response, image, country),
  faulty: (response, image, country) => {
    if (MISSING.includes(country)) return refuse(response, 404, 'not found');
    if (BUSY.includes(country)) return refuse(response, 503, 'busy');
    return sendSlowly(response, image, country, BROKEN.includes(country) ? PIECES / 2 : PIECES);
  },
};

async function answer(request, response) {
  const [path] = request.url.split('?');
  const [, site, country, name] = /^\/(\w+)\/([a-z]{2})\/([a-z]{2})\.gif$/.exec(path) ?? [];
  const image = country === name && country ? flag(country) : null;
  if (!image || !Object.hasOwn(sites, site)) return refuse(response, 404, 'not found');
  return sites[site](response, image, country);
}

// startFlags(port) gives {url, close, most}: a server on 127.0.0.1, where port 0 is one of the
// system's choice; most() answers how many requests were being answered at a time.
export async function startFlags(port = 0) {
  const underWay = new Set();
  let most = 0;
  const server = http.createServer((request, response) => {
    most = Math.max(most, underWay.add(response).size);
    // All is said, or the client has gone.
    for (const end of ['finish', 'close']) response.on(end, () => underWay.delete(response));
    answer(request, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    most: () => most,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startFlags(Number(process.argv[2] ?? PORT));
  console.log(`flags: ${Object.keys(sites).map((site) => `${url}/${site}`).join(' ')}`);
}
