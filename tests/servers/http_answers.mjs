// SPDX-License-Identifier: MIT
// What the HTTP servers answer, by the first part of the path: small bodies.

import { readParts } from './http_parts.mjs';

const pairsOf = (list) => list.flatMap((name, i) => (i % 2 ? [] : [[name, list[i + 1]]]));

// /echo…: the request as JSON; of bodies over 64 KiB the length alone.
async function echo(exchange) {
  const { request, query } = exchange;
  const body = await exchange.body();
  exchange.json({
    method: request.method,
    url: request.url,
    query: [...query],
    headers: pairsOf(request.rawHeaders).filter(([name]) => !name.startsWith(':')),
    version: request.httpVersion,
    length: body.length,
    text: body.length > 65536 ? null : body.toString(),
    hex: body.length > 1024 ? null : body.toString('hex'),
    serverName: request.socket.servername || null,
    ...exchange.carried,
  });
}

// /mirror: the request's body, with its type.
function mirror(exchange) {
  const type = exchange.request.headers['content-type'] ?? 'application/octet-stream';
  exchange.head(200, [['Content-Type', type]]);
  exchange.request.pipe(exchange.response);
}

// /status/CODE[/REASON]: that, and a text.
function status(exchange) {
  const [, code, reason] = exchange.parts;
  exchange.reply(Number(code), `status ${code}\n`, {
    reason: reason === undefined ? undefined : decodeURIComponent(reason),
  });
}

// /give?status=…&type=…&hex=… or &text=…&header=NAME:VALUE…: exactly that.
function give(exchange) {
  const { query } = exchange;
  const body = query.has('hex') ? Buffer.from(query.get('hex'), 'hex') : query.get('text') ?? '';
  const headers = query.getAll('header').map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  exchange.reply(Number(query.get('status') ?? 200), body, {
    type: query.get('type') ?? 'text/plain; charset=utf-8', headers,
  });
}

function leadTo(exchange, code, location) {
  exchange.request.resume();
  exchange.reply(code, 'elsewhere\n', {
    headers: location === null ? [] : [['Location', location]],
  });
}

// /redirect/CODE?to=LOCATION; without that it names none.
function redirect(exchange) {
  leadTo(exchange, Number(exchange.parts[1]), exchange.query.get('to'));
}

// /chain/COUNT: so many redirects, the last one to /echo.
function chain(exchange) {
  const left = Number(exchange.parts[1]);
  leadTo(exchange, 302, left > 1 ? `/chain/${left - 1}` : '/echo');
}

// /loop: leads to itself.
function loop(exchange) {
  leadTo(exchange, 302, '/loop');
}

// /auth/USER/PASSWORD: 401 without these.
function auth(exchange) {
  const [user, password] = exchange.parts.slice(1).map(decodeURIComponent);
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const well = exchange.request.headers.authorization === wanted;
  exchange.reply(well ? 200 : 401, well ? 'come in\n' : 'who are you?\n', {
    headers: well ? [] : [['WWW-Authenticate', 'Basic realm="test"']],
  });
}

// /cookies: those that came, as JSON [["name", "value"], …].  /cookies/set?NAME=VALUE&…: sets some,
// whose values may have attributes.
function cookies(exchange) {
  if (exchange.parts[1] === 'set') {
    exchange.reply(200, 'set\n', {
      headers: [...exchange.query].map(([name, value]) => ['Set-Cookie', `${name}=${value}`]),
    });
    return;
  }
  const came = (exchange.request.headers.cookie ?? '').split('; ').filter((text) => text);
  exchange.json(came.map((text) => [text.split('=')[0], text.slice(text.indexOf('=') + 1)]));
}

// /form: the pairs of an urlencoded form, as JSON.
async function form(exchange) {
  exchange.json([...new URLSearchParams((await exchange.body()).toString())]);
}

// /multipart: the parts, as http_parts.mjs tells; 400 where it is malformed.
async function multipart(exchange) {
  const body = await exchange.body();
  try {
    exchange.json(readParts(exchange.request.headers['content-type'], body));
  } catch (error) {
    exchange.reply(400, `${error.message}\n`);
  }
}

// /connection: which one this is, and the how manieth request on it.
function connection(exchange) {
  exchange.request.resume();
  exchange.json(exchange.carried, {
    headers: exchange.parts[1] === 'close' ? [['Connection', 'close']] : [],
  });
}

// /silent: reads the request, never answers.
function silent(exchange) {
  exchange.request.resume();
}

// /early/CODE: answers before the body is there, and reads that then.
function early(exchange) {
  exchange.reply(Number(exchange.parts[1]), 'early\n');
  exchange.request.on('data', (piece) => {
    exchange.record.received += piece.length;
  });
}

// Each: (exchange).
export const answers = {
  echo, mirror, status, give, redirect, chain, loop, auth, cookies, form, multipart, connection,
  silent, early,
};
