// SPDX-License-Identifier: MIT
// The server's end of one connection: what a case says with it, and what it hears.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Deflate, readExtensions } from './deflate.mjs';
import { ClientReader, OP, Wrong, closing, frame } from './frames.mjs';

const LIMIT = 20_000; // ms for an answer, on a machine that has much else to do

// RFC 6455 section 1.3.
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

// The pace of a server that is slow: a case may take as long as it likes to send, and takes nothing
// to have happened meanwhile.
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// Lets what the client sent, or its end, be heard.
export const turn = () => new Promise((resolve) => setImmediate(resolve));

const short = (bytes) => (bytes.length > 40
  ? `${bytes.length} bytes ${bytes.subarray(0, 40).toString('hex')}…`
  : `"${bytes.toString('latin1')}"`);

function nameOf({ type, opcode, payload, code, reason }) {
  if (type === 'message') return `${opcode === OP.TEXT ? 'text' : 'binary'} of ${short(payload)}`;
  if (type === 'close') return `a Close with ${code ?? 'no code'} "${reason}"`;
  if (type === 'end') return 'the end of TCP';
  return `a ${type} with ${short(payload)}`;
}

export class Peer {
  deflate = null;
  reader = null; // once the handshake is over
  #events = [];
  #wake = () => {};

  // request is what request.mjs has read; pid is the client's.
  constructor(socket, request, pid) {
    Object.assign(this, { socket, request, pid });
    socket.on('data', (bytes) => this.#hear(bytes));
    socket.on('error', () => {});
    const end = () => {
      if (this.#events.at(-1)?.type !== 'end') this.#events.push({ type: 'end' });
      this.#wake();
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.resume();
  }

  #hear(bytes) {
    try {
      if (!this.reader) throw new Wrong('the client sent something before our answer');
      this.reader.feed(bytes, (event) => this.#events.push(event));
    } catch (error) {
      this.#events.push({ type: 'fault', error });
    }
    this.#wake();
  }

  // The opening handshake

  get accept() {
    const key = this.request.headers.get('sec-websocket-key');
    return createHash('sha1').update(key + GUID).digest('base64');
  }

  // The offer of an extension, or undefined.
  offer(name) {
    return readExtensions(this.request.headers.get('sec-websocket-extensions'))
      .find((extension) => extension.name === name);
  }

  // The right answer; more is further lines, behind sends bytes in the same segment.
  answer({ status = 'HTTP/1.1 101 Switching Protocols', upgrade = 'Upgrade: websocket',
    connection = 'Connection: Upgrade', accept = `Sec-WebSocket-Accept: ${this.accept}`,
    more = [], end = '\r\n' } = {}) {
    return [status, upgrade, connection, accept, ...more, '', '']
      .filter((line) => line !== null).join(end);
  }

  // Opens; agreed is of the class Deflate, or null, and extensions the header that says so.
  async open({ extensions, agreed = null, behind = '' } = {}) {
    if (extensions && !this.offer('permessage-deflate')) {
      throw new Wrong('the client did not offer permessage-deflate');
    }
    const more = extensions ? [`Sec-WebSocket-Extensions: ${extensions}`] : [];
    this.listen(agreed);
    await this.write(Buffer.concat([Buffer.from(this.answer({ more })), Buffer.from(behind)]));
  }

  openDeflate(parameters = '', agreed = {}) {
    const extensions = `permessage-deflate${parameters && `; ${parameters}`}`;
    return this.open({ extensions, agreed: new Deflate(agreed) });
  }

  // From here on what comes is frames.
  listen(agreed = null) {
    this.deflate = agreed;
    this.reader = new ClientReader(agreed);
    this.memoryAtFirst = this.memory();
  }

  // Sending

  // Writes all of it, in pieces of chop bytes where that is given.
  async write(bytes, chop = bytes.length || 1) {
    for (let at = 0; at < bytes.length && !this.socket.destroyed; at += chop) {
      const more = this.socket.write(bytes.subarray(at, at + chop));
      if (chop < bytes.length) await turn();
      if (!more) await this.#drained();
    }
  }

  #drained() {
    return new Promise((resolve) => {
      const done = () => {
        this.socket.off('drain', done);
        this.socket.off('close', done);
        resolve();
      };
      this.socket.on('drain', done);
      this.socket.on('close', done);
    });
  }

  send(opcode, payload, options = {}) {
    return this.write(frame(opcode, payload, options), options.chop);
  }

  text(payload, options) {
    return this.send(OP.TEXT, payload, options);
  }

  binary(payload, options) {
    return this.send(OP.BINARY, payload, options);
  }

  // One compressed message.
  compressed(opcode, payload, { level, strategy, ...options } = {}) {
    const whole = this.deflate.compress(payload, { level, strategy });
    return this.send(opcode, whole, { rsv: 4, ...options });
  }

  // Hearing

  // What comes next, whatever it is.
  async next(limit = LIMIT, wanted = 'something') {
    const deadline = Date.now() + limit;
    while (!this.#events.length) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Wrong(`nothing came within ${limit} ms, ${wanted} should have`);
      await new Promise((resolve) => {
        // A limit for what never comes: whatever comes wakes this at once.
        const clock = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(clock);
          resolve();
        };
      });
    }
    const event = this.#events.shift();
    if (event.type === 'fault') throw event.error;
    return event;
  }

  async #hears(wanted, fits, limit) {
    const event = await this.next(limit, wanted);
    if (!fits(event)) throw new Wrong(`${wanted} should have come, ${nameOf(event)} did`);
    return event;
  }

  hearsMessage(opcode, payload) {
    const data = Buffer.from(payload);
    const wanted = nameOf({ type: 'message', opcode, payload: data });
    return this.#hears(wanted, (event) => event.type === 'message' && event.opcode === opcode &&
      event.payload.equals(data));
  }

  hearsPong(payload) {
    const data = Buffer.from(payload);
    const wanted = nameOf({ type: 'pong', payload: data });
    return this.#hears(wanted, (event) => event.type === 'pong' && event.payload.equals(data));
  }

  // A Close with one of these codes; undefined is one without.
  hearsClose(codes, limit) {
    const wanted = `a Close with ${codes.map((code) => code ?? 'no code').join(' or ')}`;
    return this.#hears(wanted, ({ type, code }) => type === 'close' && codes.includes(code), limit);
  }

  hearsEnd(limit) {
    return this.#hears('the end of TCP', ({ type }) => type === 'end', limit);
  }

  // Whole stretches of a case

  async echo(opcode, payload, options) {
    await this.send(opcode, payload, options);
    await this.hearsMessage(opcode, payload);
  }

  async echoCompressed(opcode, payload, options) {
    await this.compressed(opcode, payload, options);
    return this.hearsMessage(opcode, payload);
  }

  // A ping that is answered shows that the connection is well, and all before it was read.
  async isWell(payload = 'well?') {
    await this.send(OP.PING, payload);
    await this.hearsPong(payload);
  }

  // Closes in the right way: the client answers with the same code, the server ends TCP, and the
  // client does.
  async finish(code = 1000, reason = '') {
    await this.send(OP.CLOSE, closing(code, reason));
    await this.answered(code);
  }

  async answered(code) {
    await this.hearsClose(code === undefined ? [undefined, 1000] : [code]);
    this.socket.end();
    await this.hearsEnd();
  }

  // The client must give the connection up, with one of these codes.
  async fails(...codes) {
    await this.hearsClose(codes);
    this.socket.end();
    await this.hearsEnd();
  }

  // The most memory that the client has ever held, in bytes, and how much of it came since the
  // connection was open.
  memory() {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'latin1');
      return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) * 1024;
    } catch {
      return 0;
    }
  }

  grown() {
    return this.memory() - this.memoryAtFirst;
  }
}
