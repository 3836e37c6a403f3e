// SPDX-License-Identifier: MIT
// HTTP servers: plain, behind TLS, with HTTP/2, and one that pages may not see.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import path from 'node:path';
import { answers } from './http_answers.mjs';
import { bodies } from './http_bodies.mjs';
import { Exchange, isPreflight, preflightHeaders } from './http_exchange.mjs';
import { makeGarbled, makeRawHttp } from './http_raw.mjs';
import { steered, watch } from './http_seen.mjs';

const behaviours = { ...answers, ...bodies, ...steered };

// Heads as long as a client may want to send them, and connections that stay for as long as a test
// may take.
const OPTIONS = { maxHeaderSize: 256 * 1024, keepAliveTimeout: 120_000, requestTimeout: 0 };

function preflight(request, response) {
  for (const [name, value] of preflightHeaders(request.headers)) response.setHeader(name, value);
  response.writeHead(204).end();
}

// A client may leave while its body is being read.
async function behave(exchange, behaviour) {
  try {
    await behaviour(exchange);
  } catch (error) {
    if (error.code !== 'ECONNRESET' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

// What answers a request by its path; cors: also for pages of other origins.
export function makeHandler({ cors = true } = {}) {
  return (request, response) => {
    request.on('error', () => {});
    response.on('error', () => {});
    if (cors && isPreflight(request.method, request.headers)) {
      preflight(request, response);
      return;
    }
    const exchange = new Exchange(request, response, cors);
    const [name] = exchange.parts;
    watch(exchange);
    if (Object.hasOwn(behaviours, name)) behave(exchange, behaviours[name]);
    else exchange.reply(404, 'no such thing\n');
  };
}

// The TLS servers of HTTP/1.1 are those of the WebSockets: they share certificates and ports.
//
// startHttp({start, certificates, urls}) gives more urls; start(server) lets a server listen and
// gives its "host:port", urls are those of the WebSockets' servers.
export async function startHttp({ start, certificates, urls }) {
  const servers = {
    http: http.createServer(OPTIONS, makeHandler()),
    'http-other': http.createServer(OPTIONS, makeHandler()),
    'http-no-cors': http.createServer(OPTIONS, makeHandler({ cors: false })),
    'http-raw': makeRawHttp(),
  };
  const found = {};
  for (const [name, server] of Object.entries(servers)) {
    found[name] = `http://${await start(server)}`;
  }
  if (certificates) {
    const good = {
      key: readFileSync(path.join(certificates, 'good.key')),
      cert: readFileSync(path.join(certificates, 'good.crt')),
    };
    const server = http2.createSecureServer({ ...good, allowHTTP1: true }, makeHandler());
    found.http2 = `https://${await start(server)}`;
    found['https-garbled'] = `https://${await start(makeGarbled(good))}`;
  }
  for (const [name, url] of Object.entries(urls)) {
    if (name.startsWith('wss')) found[name.replace('wss', 'https')] = `https://${new URL(url).host}`;
  }
  found['http-refused'] = `http://${new URL(urls.refused).host}`;
  found['http-silent'] = `http://${new URL(urls.silent).host}`;
  found['http-unresolvable'] = 'http://no-such-host.invalid';
  return found;
}
