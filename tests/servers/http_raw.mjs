// SPDX-License-Identifier: MIT
// An HTTP server made by hand: what no library would send.

import net from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { corsHeaders, isPreflight, preflightHeaders } from './http_exchange.mjs';

const LONGEST_HEAD = 1 << 20;

const lines = (list) => list.map(([name, value]) => `${name}: ${value}\r\n`).join('');

// What is sent, and how it ends: {cors} stands for what lets a page see it.
//
//   keep     the connection stays, for the next request
//   end      it ends
//   reset    it is reset
//   silent   nothing more comes, ever
const HEAD = 'HTTP/1.1 200 OK\r\n{cors}Content-Type: text/plain\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const GZIP = `${HEAD}Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n`;

const texts = {
  'reset-at-once': ['', 'reset'],
  'end-at-once': ['', 'end'],
  'reset-mid-head': ['HTTP/1.1 200 OK\r\nContent-Le', 'reset'],
  'end-mid-head': ['HTTP/1.1 200 OK\r\nContent-Le', 'end'],
  'silent-mid-head': ['HTTP/1.1 200 OK\r\nContent-Le', 'silent'],
  'reset-mid-body': [`${HEAD}Content-Length: 100\r\n\r\ntwelve bytes`, 'reset'],
  'end-mid-body': [`${HEAD}Content-Length: 100\r\n\r\ntwelve bytes`, 'end'],
  'silent-mid-body': [`${HEAD}Content-Length: 100\r\n\r\ntwelve bytes`, 'silent'],
  'end-mid-chunk': [`${CHUNKED}64\r\ntwelve bytes`, 'end'],
  'no-last-chunk': [`${CHUNKED}c\r\ntwelve bytes\r\n`, 'end'],
  'bad-chunk': [`${CHUNKED}c\r\ntwelve bytes\r\nxyz\r\nmore`, 'end'],
  'huge-chunk': [`${CHUNKED}fffffffffffffffffff\r\nmore`, 'end'],
  'bad-gzip': [`${GZIP}this is no gzip data`, 'keep'],
  'end-mid-gzip': [
    `${HEAD}Content-Encoding: gzip\r\nContent-Length: 12\r\n\r\n` +
      '\x1f\x8b\b\0\0\0\0\0\0\x03KL', 'keep',
  ],
  'unknown-coding': [`${HEAD}Content-Encoding: x-eft\r\nContent-Length: 5\r\n\r\nwhat?`, 'keep'],
  'bad-length': [`${HEAD}Content-Length: many\r\n\r\ntwelve bytes`, 'end'],
  'two-lengths': [`${HEAD}Content-Length: 4\r\nContent-Length: 5\r\n\r\ntwelve`, 'end'],
  'bad-version': ['HTTP/7.7 200 OK\r\n\r\n', 'end'],
  'bad-status': ['HTTP/1.1 2OO OK\r\nContent-Length: 0\r\n\r\n', 'end'],
  garbage: ['What do you mean?\r\n\r\n', 'end'],
  'garbage-flood': ['x'.repeat(300_000), 'end'],
  smtp: ['220 mail.test ESMTP\r\n', 'silent'],
  interim: [
    'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 103 Hints\r\nX-Interim: yes\r\n\r\n' +
      `${HEAD}Content-Length: 5\r\n\r\nfinal`, 'keep',
  ],
  continue: [
    `HTTP/1.1 100 Continue\r\n\r\n${HEAD}Content-Length: 6\r\n\r\nfinal2`, 'keep',
  ],
  'no-reason': ['HTTP/1.1 200\r\n{cors}Content-Length: 5\r\n\r\nterse', 'keep'],
  'to-the-end': [`${HEAD}\r\nuntil the end`, 'end'],
  'http-1.0': ['HTTP/1.0 200 OK\r\n{cors}\r\nuntil the end', 'end'],
  'bare-lf': ['HTTP/1.1 200 OK\n{cors}Content-Length: 4\n\nbare', 'keep'],
  trailer: [`${CHUNKED}4\r\nbody\r\n0\r\nX-Trailer: yes\r\n\r\n`, 'keep'],
  'more-than-told': [
    `${HEAD}Content-Length: 4\r\n\r\nbodyHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`, 'keep',
  ],
  'with-body-204': ['HTTP/1.1 204 No Content\r\n{cors}Content-Length: 4\r\n\r\n', 'keep'],
};

function finish(socket, how) {
  if (how === 'end') socket.end();
  else if (how === 'reset') socket.resetAndDestroy();
}

// Sends the same text without an end, as fast as it is read.
function flood(socket, text) {
  const more = () => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on('drain', more);
  more();
}

// The second and every later request on a connection gets no answer.
function dying(how) {
  return (socket, { number, served, cors }) => {
    if (served > 1) {
      finish(socket, how);
      return;
    }
    const body = JSON.stringify({ connection: number });
    socket.write(`HTTP/1.1 200 OK\r\n${cors}Content-Length: ${body.length}\r\n\r\n${body}`);
  };
}

// Each: (socket, {path, number, served, cors}).
const others = {
  // /head-flood, /interim-flood: without an end.
  'head-flood': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    flood(socket, `X-More: ${'x'.repeat(1000)}\r\n`);
  },
  'line-flood': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nX-More: ');
    flood(socket, 'x'.repeat(1000));
  },
  'interim-flood': (socket) =>
    flood(socket, `HTTP/1.1 103 Early Hints\r\nX: ${'x'.repeat(99)}\r\n\r\n`),
  'chunk-flood': (socket, { cors }) => {
    socket.write(`${CHUNKED.replace('{cors}', cors)}4;x=`);
    flood(socket, 'x'.repeat(1000));
  },
  // /silent: nothing.
  silent: () => {},
  // /dies/end, /dies/reset: the connection dies at its second request.
  dies: (socket, about) => dying(about.path[1])(socket, about),
  // /leaves: ends the connection behind an answer that did not say so.
  leaves: (socket, about) => {
    dying('end')(socket, { ...about, served: 1 });
    socket.end();
  },
  // /long-head/BYTES: a header of so many bytes.
  'long-head': (socket, { path, cors }) => {
    const long = 'x'.repeat(Number(path[1]));
    socket.write(`HTTP/1.1 200 OK\r\n${cors}X-Long: ${long}\r\nContent-Length: 0\r\n\r\n`);
  },
  // /pieces: a whole answer, each byte in a segment of its own.
  pieces: async (socket, { cors }) => {
    const chunks = '4\r\nbyte\r\n3\r\nwis\r\n1;x=y\r\ne\r\n0\r\n\r\n';
    for (const byte of CHUNKED.replace('{cors}', cors) + chunks) {
      await new Promise((resolve) => socket.write(byte, resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  // /answer/HEX: these bytes, then the end.
  answer: (socket, { path }) => socket.end(Buffer.from(path[1], 'hex')),
};

// The head of a request as {method, path, headers, length}, or null: it is not complete.
function readHead(text) {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first, ...rest] = text.slice(0, end).split('\r\n');
  const [method, target] = first.split(' ');
  const headers = Object.fromEntries(rest.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
  const path = new URL(target, 'http://localhost').pathname.slice(1).split('/');
  return { method, path, headers, length: end + 4 };
}

function answer(socket, about) {
  const [name] = about.path;
  if (Object.hasOwn(others, name)) {
    others[name](socket, about);
    return;
  }
  const [text, how] = texts[name] ?? ['HTTP/1.1 404 Not Found\r\n{cors}Content-Length: 0\r\n\r\n',
    'keep'];
  if (!text) finish(socket, how);
  else socket.write(text.replace('{cors}', about.cors), 'latin1', () => finish(socket, how));
}

let connections = 0;

// Reads requests and answers them by their path; bodies are passed over as far as their length is
// told, which all that is sent here does.
export function makeRawHttp() {
  return net.createServer((socket) => {
    const number = ++connections;
    let served = 0;
    let text = '';
    let skip = 0;
    const take = () => {
      const dropped = Math.min(skip, text.length);
      skip -= dropped;
      text = text.slice(dropped);
      const head = skip ? null : readHead(text);
      if (!head) return false;
      text = text.slice(head.length);
      skip = Number(head.headers['content-length'] ?? 0);
      const { origin } = head.headers;
      if (isPreflight(head.method, head.headers)) {
        socket.write(`HTTP/1.1 204 No Content\r\n${lines(preflightHeaders(head.headers))}\r\n`);
        return true;
      }
      served++;
      const cors = origin ? lines(corsHeaders(origin, ['X-Trailer', 'X-Interim', 'X-Long'])) : '';
      answer(socket, { path: head.path, number, served, cors });
      return true;
    };
    socket.on('data', (data) => {
      text += data.toString('latin1');
      if (text.length > LONGEST_HEAD) socket.destroy();
      while (take());
    });
    socket.setNoDelay();
  });
}

// Behind TLS: takes a request, then sends what is no record of TLS.
export function makeGarbled(options) {
  const secureContext = tls.createSecureContext(options);
  return net.createServer((socket) => {
    const below = new Duplex({
      read() {},
      write(data, encoding, done) {
        socket.write(data, done);
      },
    });
    const above = new tls.TLSSocket(below, { isServer: true, secureContext });
    socket.on('data', (data) => below.push(data));
    above.on('data', () => socket.end('What do you mean?'));
    for (const each of [socket, below, above]) each.on('error', () => {});
  });
}
