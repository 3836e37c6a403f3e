// SPDX-License-Identifier: MIT
// Servers that no WebSocket library would be: they answer the upgrade with bytes of their own.

import { createHash } from 'node:crypto';

// RFC 6455 section 1.3.
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const acceptOf = (request) =>
  createHash('sha1').update(request.headers['sec-websocket-key'] + GUID).digest('base64');

const headOf = (head, lines) => [head, ...lines, '', ''].join('\r\n');

function answer(socket, head, lines) {
  socket.write(headOf(head, lines));
}

const upgradeText = (request, more = []) => headOf('HTTP/1.1 101 Switching Protocols', [
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Accept: ${acceptOf(request)}`,
  ...more,
]);

function upgrade(request, socket, more = []) {
  socket.write(upgradeText(request, more));
}

// The right answer, then binary messages of 5,000 bytes, each full of its number, then a Close.
function manyBehindAnswer(request, count) {
  const frames = Array.from({ length: count }, (_, i) =>
    Buffer.concat([Buffer.from([0x82, 126, 0x13, 0x88]), Buffer.alloc(5000, i)]));
  return Buffer.concat([
    Buffer.from(upgradeText(request)), ...frames, Buffer.from('880403e86279', 'hex'),
  ]);
}

// What begins a text message in one frame (RFC 6455 section 5.2).
function textHead(length) {
  if (length < 126) return Buffer.of(0x81, length);
  if (length < 65536) return Buffer.of(0x81, 126, length >> 8, length & 255);
  const head = Buffer.of(0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0);
  head.writeUInt32BE(length, 6);
  return head;
}

// Each: (request, socket, the path's other parts).
export const rawBehaviours = {
  // /status/CODE: an HTTP answer instead of an upgrade.
  status: (request, socket, [code]) => {
    const body = 'no\n';
    answer(socket, `HTTP/1.1 ${code} ${code === '404' ? 'Not Found' : 'Nothing'}`, [
      'Content-Type: text/plain',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ]);
    socket.end(body);
  },
  // /redirect/STATUS/LOCATION: a redirect; the location is encoded as one part of the path.
  redirect: (request, socket, [status, location]) => {
    answer(socket, `HTTP/1.1 ${status} Elsewhere`, [
      ...(location ? [`Location: ${decodeURIComponent(location)}`] : []),
      'Content-Length: 0',
      'Connection: close',
    ]);
    socket.end();
  },
  // /long-answer/BYTES: an upgrade with so long a header.
  'long-answer': (request, socket, [bytes]) =>
    upgrade(request, socket, [`X-Long: ${'x'.repeat(Number(bytes))}`]),
  // /raw/HEX: these bytes after the upgrade, whatever they mean; then silence.
  raw: (request, socket, [hex]) => {
    upgrade(request, socket);
    socket.write(Buffer.from(hex ?? '', 'hex'));
  },
  // /at-once/COUNT: so many messages and a Close in one write with the answer; TCP ends behind it.
  'at-once': (request, socket, [count]) => {
    socket.end(manyBehindAnswer(request, Number(count)));
    socket.resume();
  },
  // /in-writes/COUNT/SIZE: the same in writes of SIZE bytes, each in a turn of its own.
  'in-writes': (request, socket, [count, size]) => {
    const bytes = manyBehindAnswer(request, Number(count));
    const step = (at) => {
      if (at >= bytes.length) socket.end();
      else socket.write(bytes.subarray(at, at + Number(size)), () => step(at + Number(size)));
    };
    socket.setNoDelay();
    socket.resume();
    step(0);
  },
  // /drop-mid: half of a text message of 1,000 bytes, then the end of the TCP connection.
  'drop-mid': (request, socket) => {
    upgrade(request, socket);
    socket.write(Buffer.from([0x81, 126, 0x03, 0xe8]));
    socket.end(Buffer.alloc(500, 'x'));
    socket.resume();
  },
  // /reset: the TCP connection is reset at the first message.
  reset: (request, socket) => {
    upgrade(request, socket);
    socket.once('data', () => socket.resetAndDestroy());
  },
  // /no-answer: the TCP connection is open, the upgrade request read, nothing is answered.
  'no-answer': () => {},
  // /bad-accept: the handshake with a wrong key.
  'bad-accept': (request, socket) => {
    answer(socket, 'HTTP/1.1 101 Switching Protocols', [
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    ]);
  },
  // /bad-subprotocol: the handshake with a subprotocol that nobody asked for.
  'bad-subprotocol': (request, socket) =>
    upgrade(request, socket, ['Sec-WebSocket-Protocol: nobody-asked']),
  // /answer/HEX: this answer, in which {accept} stands for what our key must come back as.
  answer: (request, socket, [hex]) => {
    const text = Buffer.from(hex, 'hex').toString('latin1');
    socket.write(text.replaceAll('{accept}', acceptOf(request)), 'latin1');
  },
  // /together/HEX: the upgrade and these bytes behind it in one piece.
  together: (request, socket, [hex]) => {
    socket.cork();
    upgrade(request, socket);
    socket.write(Buffer.from(hex, 'hex'));
    socket.uncork();
  },
  // /pieces/HEX: the same, each byte in a segment of its own.
  pieces: async (request, socket, [hex]) => {
    const whole = Buffer.concat([Buffer.from(upgradeText(request)), Buffer.from(hex, 'hex')]);
    for (const byte of whole) {
      await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
  // /head-flood: a head without an end, as fast as it is read.
  'head-flood': (request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\n');
    const more = () => {
      while (!socket.destroyed && socket.write(`X-More: ${'x'.repeat(1000)}\r\n`));
    };
    socket.on('drain', more);
    more();
  },
  // /interim-flood: interim answers without an end.
  'interim-flood': (request, socket) => {
    const hint = `HTTP/1.1 103 Early Hints\r\nX: ${'x'.repeat(99)}\r\n\r\n`;
    const more = () => {
      while (!socket.destroyed && socket.write(hint));
    };
    socket.on('drain', more);
    more();
  },
  // /request: one text message, the request's headers, a line "name: value" for each; and with TLS
  // "server name: " and what the client called us, and "session: resumed" or "session: new".
  request: (request, socket) => {
    const raw = request.rawHeaders;
    const lines = raw.flatMap((name, i) => (i % 2 ? [] : [`${name}: ${raw[i + 1]}\n`]));
    if (socket.encrypted) {
      lines.push(`server name: ${socket.servername}\n`);
      lines.push(`session: ${socket.isSessionReused() ? 'resumed' : 'new'}\n`);
    }
    const data = Buffer.from(lines.join(''), 'latin1');
    upgrade(request, socket);
    socket.write(Buffer.concat([textHead(data.length), data]));
  },
  // /garbage: not HTTP at all.
  garbage: (request, socket) => socket.end('What do you mean?\r\n\r\n'),
  // /hang-up: the connection ends instead of an answer.
  'hang-up': (request, socket) => socket.end(),
};
