// SPDX-License-Identifier: MIT
// Our WebSocket server and bare sockets: broken requests, broken frames, silent clients.

import { once } from 'node:events';
import net from 'node:net';
import { request, requests } from './server_requests.mjs';

const bytes = (text) => Buffer.from(text, 'latin1');

// Gives all that a server says to these bytes until it ends the connection, or until it has said
// these words, where there are any.  endless: we go on to send until it is cut.
export async function talk(port, pieces, { until, endless = false } = {}) {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: endless });
  let answer = '';
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('data', (data) => {
    answer += data.toString('latin1');
    if (until && answer.includes(until)) socket.end();
  });
  const closed = new Promise((resolve) => { socket.on('close', resolve); });
  await once(socket, 'connect');
  for (const piece of pieces) socket.write(piece);
  const more = endless && setInterval(() => socket.write('more'), 20);
  await closed;
  clearInterval(more);
  return answer;
}

const statusOf = (answer) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);

// A refusal says how long it is, and that it is the end.
function findFaultOfRefusal(answer) {
  const [head, body] = answer.split(/\r\n\r\n([^]*)/);
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
  if (length !== body.length) return `Content-Length is ${length}, there are ${body.length} bytes`;
  if (!/^connection: close$/im.test(head)) return 'Connection: close is missing';
  if (!/^date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/im.test(head)) return 'Date is missing';
  const status = statusOf(answer);
  if (status === 426 && !/^sec-websocket-version: 13$/im.test(head)) return 'no version is named';
  if (status === 405 && !/^allow: GET$/im.test(head)) return 'no method is named';
  return null;
}

async function checkRequest(port, text, status, pieces) {
  const answer = await talk(port, pieces, { until: status === 101 && '\r\n\r\n' });
  if (statusOf(answer) !== status) {
    return `the answer should be ${status}, it is "${answer.split('\r\n')[0]}"`;
  }
  if (status === 101) {
    return answer.includes('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=') ? null : 'Sec-WebSocket-Accept is wrong';
  }
  return findFaultOfRefusal(answer);
}

// Each request whole, and cut into its bytes where it is short.
export async function brokenRequests(port, count) {
  for (const [name, text, status] of requests) {
    const whole = bytes(text);
    count(`request: ${name}`, await checkRequest(port, text, status, [whole]));
    if (whole.length > 2000) continue;
    const single = Array.from(whole, (byte) => Buffer.of(byte));
    count(`request in pieces: ${name}`, await checkRequest(port, text, status, single));
  }
}

// A client's frame, masked with zeros.
function frame(opcode, payload, { masked = true, fin = true } = {}) {
  const head = [opcode | (fin ? 0x80 : 0), payload.length | (masked ? 0x80 : 0)];
  return Buffer.concat([Buffer.from(head), Buffer.alloc(masked ? 4 : 0), bytes(payload)]);
}

const closeCode = (answer) => {
  const frames = bytes(answer.slice(answer.indexOf('\r\n\r\n') + 4));
  const at = frames.indexOf(0x88);
  return at < 0 ? 0 : frames.readUInt16BE(at + 2);
};

// [name, what follows the request, in the same write, the code of the server's Close]
const streams = [
  ['a Close behind the request', [frame(8, '\x03\xe8')], 1000],
  ['an unmasked frame', [frame(1, 'bare', { masked: false })], 1002],
  ['a reserved opcode', [frame(3, '')], 1002],
  ['a reserved bit', [frame(0x41, 'x')], 1002],
  ['a continuation of nothing', [frame(0, 'x')], 1002],
  ['a ping in parts', [frame(9, 'x', { fin: false })], 1002],
  ['text that is not UTF-8', [frame(1, '\xff')], 1007],
  ['an illegal close code', [frame(8, '\x03\xed')], 1002],
  ['a Close of one byte', [frame(8, '\x03')], 1002],
];

// The server ends TCP, and nothing that it said is lost by that.
export async function brokenFrames(port, count) {
  const early = Buffer.concat([bytes(request()), frame(1, 'early')]);
  const echoed = await talk(port, [early], { until: 'early' });
  count('frames: one behind the request', echoed.includes('\x81\x05early') ? null : echoed);
  for (const [name, frames, code] of streams) {
    const answer = await talk(port, [Buffer.concat([bytes(request()), ...frames])]);
    const seen = closeCode(answer);
    count(`frames: ${name}`, seen === code ? null : `the Close has ${seen}, not ${code}`);
  }
}

// Clients that say nothing, or not all, are ended by the server's time limit.
export async function slowClients(port, count) {
  const half = request().slice(0, 40);
  const parts = [['nothing', ''], ['half a line', 'GET /ec'], ['half a head', half]];
  for (const [name, text] of parts) {
    const answer = await talk(port, text ? [bytes(text)] : []);
    const expected = text ? 408 : 0;
    count(`slow: ${name}`, statusOf(answer) === expected ? null : `it is answered "${answer}"`);
  }
  const refused = await talk(port, [bytes('nonsense\r\n')], { endless: true });
  const wrong = statusOf(refused) === 400 ? null : `it is answered "${refused}"`;
  count('slow: one that goes on to send', wrong);
}

// One more than there may be cuts the oldest, so that a new client gets through.
export async function tooManyClients(port, most, count) {
  const silent = Array.from({ length: 3 * most }, () => net.connect(port, '127.0.0.1'));
  const ended = silent.map(async (socket) => {
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'close');
  });
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  const answer = await talk(port, [bytes(request())], { until: '\r\n\r\n' });
  count('flood: a client among silent ones', statusOf(answer) === 101 ? null : `"${answer}"`);
  await Promise.all(ended.slice(0, most));
  count('flood: the oldest are cut', null);
  for (const socket of silent) socket.destroy();
}
