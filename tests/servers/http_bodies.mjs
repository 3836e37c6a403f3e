// SPDX-License-Identifier: MIT
// Bodies of any size, which the HTTP servers send and check without keeping them.

import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { changed } from './http_seen.mjs';

// Byte i of every body is byte i modulo this of a pattern: of a prime, so that what is shifted by
// whole buffers differs.
export const PERIOD = 65521;

// The pattern, often enough that a piece can begin anywhere in its first part.
const AT_ONCE = 256 * 1024;

function makePattern() {
  const block = Buffer.alloc(AT_ONCE + PERIOD);
  let state = 1;
  for (let i = 0; i < PERIOD; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    block[i] = state >>> 24;
  }
  for (let i = PERIOD; i < block.length; i++) block[i] = block[i - PERIOD];
  return block;
}

const pattern = makePattern();

// Up to length bytes of it, from a place on; a view, at most 256 KiB.
export function patternAt(offset, length) {
  const begin = offset % PERIOD;
  return pattern.subarray(begin, begin + Math.min(length, AT_ONCE));
}

function* piecesOf(from, to) {
  while (from < to) {
    const piece = patternAt(from, to - from);
    yield piece;
    from += piece.length;
  }
}

// The client may leave at any time.
const done = () => {};

// Sends so much of the pattern, as fast as it is read; counts what the system has taken.
function pour({ response, record }, from, to) {
  const next = () => {
    if (response.destroyed) return;
    if (from >= to) {
      response.end();
      return;
    }
    const piece = patternAt(from, to - from);
    from += piece.length;
    response.write(piece, (error) => {
      if (error) return;
      record.sent += piece.length;
      next();
    });
  };
  next();
}

// /bytes/COUNT: so many bytes of the pattern, or the part of them that a Range asks for.
function sendBytes(exchange) {
  const { request, parts } = exchange;
  const count = Number(parts[1]);
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const from = Number(first ?? 0);
  const to = last ? Math.min(Number(last) + 1, count) : count;
  const headers = [
    ['Content-Type', 'application/octet-stream'],
    ['Accept-Ranges', 'bytes'],
  ];
  if (first && from >= count) {
    exchange.reply(416, 'no such part\n', { headers: [['Content-Range', `bytes */${count}`]] });
    return;
  }
  if (first) headers.push(['Content-Range', `bytes ${from}-${to - 1}/${count}`]);
  headers.push(['Content-Length', String(to - from)]);
  exchange.head(first ? 206 : 200, headers);
  if (request.method === 'HEAD') exchange.response.end();
  else pour(exchange, from, to);
}

// /chunked/COUNT: the same without a length.
function chunked(exchange) {
  exchange.head(200, [['Content-Type', 'application/octet-stream']]);
  pour(exchange, 0, Number(exchange.parts[1]));
}

const codecs = {
  gzip: () => zlib.createGzip(),
  deflate: () => zlib.createDeflate(),
  'raw-deflate': () => zlib.createDeflateRaw(),
  br: () => zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
};

// /encoded/CODING/COUNT[/zero]: so many bytes, compressed; of the pattern, or 0.
function encoded(exchange) {
  const [, coding, count, kind] = exchange.parts;
  exchange.head(200, [
    ['Content-Type', 'application/octet-stream'],
    ['Content-Encoding', coding.replace('raw-', '')],
  ]);
  const pieces = kind === 'zero' ? zeros(Number(count)) : piecesOf(0, Number(count));
  pipeline(Readable.from(pieces), codecs[coding](), exchange.response, done);
}

function* zeros(count) {
  const piece = Buffer.alloc(AT_ONCE);
  for (; count > 0; count -= AT_ONCE) yield piece.subarray(0, Math.min(count, AT_ONCE));
}

// /drip/COUNT/MS: so many bytes, each so long after the one before.
function drip(exchange) {
  const [, count, delay] = exchange.parts;
  let left = Number(count);
  exchange.head(200, [['Content-Type', 'text/plain'], ['Content-Length', count]]);
  exchange.response.flushHeaders();
  const timer = setInterval(() => {
    exchange.response.write('.');
    if (--left > 0) return;
    clearInterval(timer);
    exchange.response.end();
  }, Number(delay));
  exchange.response.on('close', () => clearInterval(timer));
}

// What came of a body: compared with the pattern as it comes.
class Count {
  length = 0;
  isPattern = true;
  hash = null;

  add(piece) {
    for (let at = 0; at < piece.length;) {
      const wanted = patternAt(this.length, piece.length - at);
      const here = piece.subarray(at, at + wanted.length);
      this.isPattern &&= here.equals(wanted);
      this.length += here.length;
      at += here.length;
    }
    this.hash?.update(piece);
  }

  told() {
    const sha256 = this.hash?.digest('hex') ?? null;
    return { length: this.length, pattern: this.isPattern, sha256 };
  }
}

const decoders = {
  gzip: () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
};

// /count: what the body was, as JSON {length, pattern, sha256, coding, told}: whether it is the
// pattern, how it was compressed, which length was told or null; the sum for /count?sha256 only.
// /count?hold&key=KEY reads nothing before /go/KEY/read.
async function countBody(exchange) {
  const { request, record, query } = exchange;
  const { 'content-encoding': coding = null, 'content-length': length = null } = request.headers;
  if (query.has('hold')) {
    await new Promise((resolve) => {
      record.act = { read: resolve };
      changed(record);
    });
  }
  const counted = new Count();
  if (query.has('sha256')) counted.hash = createHash('sha256');
  request.on('data', (piece) => {
    record.received += piece.length;
  });
  const body = coding ? pipeline(request, decoders[coding](), done) : request;
  try {
    for await (const piece of body) counted.add(piece);
    exchange.json({ ...counted.told(), coding, told: length });
  } catch (error) {
    exchange.reply(400, `${error.message}\n`);
  }
}

// Each: (exchange).
export const bodies = { bytes: sendBytes, chunked, encoded, drip, count: countBody };
