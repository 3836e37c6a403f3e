// SPDX-License-Identifier: MIT
// Servers that no WebSocket library would be: they answer the upgrade with bytes of their own.

import { createHash } from 'node:crypto';

// RFC 6455 section 1.3.
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const acceptOf = (request) =>
  createHash('sha1').update(request.headers['sec-websocket-key'] + GUID).digest('base64');

function answer(socket, head, lines) {
  socket.write([head, ...lines, '', ''].join('\r\n'));
}

function upgrade(request, socket, more = []) {
  answer(socket, 'HTTP/1.1 101 Switching Protocols', [
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptOf(request)}`,
    ...more,
  ]);
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
  // /raw/HEX: these bytes after the upgrade, whatever they mean; then silence.
  raw: (request, socket, [hex]) => {
    upgrade(request, socket);
    socket.write(Buffer.from(hex ?? '', 'hex'));
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
  // /garbage: not HTTP at all.
  garbage: (request, socket) => socket.end('What do you mean?\r\n\r\n'),
  // /hang-up: the connection ends instead of an answer.
  'hang-up': (request, socket) => socket.end(),
};
