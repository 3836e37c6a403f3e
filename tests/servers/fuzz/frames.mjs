// SPDX-License-Identifier: MIT
// Frames as a server may send them, also wrongly, and as a client must send them (RFC 6455).

export const OP = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 };

// What a client did that it may not do, or did not do that it must.
export class Wrong extends Error {}

// frame(opcode, payload, {fin, rsv, form, declared, mask}) makes one frame:
//
//   rsv       the three reserved bits as a number, RSV1 being 4
//   form      0, 2 or 8: bytes of length, where it shall not be the shortest form
//   declared  the length that the header says, where it shall not be the payload's
//   mask      four bytes, where the server shall mask
export function frame(opcode, payload = '', options = {}) {
  const { fin = true, rsv = 0, mask } = options;
  const data = Buffer.from(payload);
  const length = BigInt(options.declared ?? data.length);
  const form = options.form ?? (length < 126n ? 0 : length < 65536n ? 2 : 8);
  const head = Buffer.alloc(2 + form);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (mask ? 0x80 : 0) | (form === 0 ? Number(length) : form === 2 ? 126 : 127);
  if (form === 2) head.writeUInt16BE(Number(length), 2);
  if (form === 8) head.writeBigUInt64BE(length, 2);
  if (!mask) return Buffer.concat([head, data]);
  return Buffer.concat([head, mask, data.map((byte, i) => byte ^ mask[i & 3])]);
}

// The payload of a Close frame.
export function closing(code, reason = '') {
  if (code === undefined) return Buffer.alloc(0);
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return Buffer.concat([head, Buffer.from(reason)]);
}

// Section 7.4, and IANA's registry.
export const mayBeSent = (code) => (code >= 1000 && code <= 1003) ||
  (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function isText(bytes) {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function must(holds, sentence) {
  if (!holds) throw new Wrong(`the client ${sentence}`);
}

// Reads what a client sends, and insists on every rule of section 5. feed(bytes, tell) tells of
// {type: 'message', opcode, payload, compressed, size}, {type: 'ping' or 'pong', payload} and
// {type: 'close', code, reason}.  deflate is null where nothing was agreed on.
export class ClientReader {
  masks = [];
  #pending = Buffer.alloc(0);
  #message = null;
  #closed = false;

  constructor(deflate) {
    this.deflate = deflate;
  }

  feed(bytes, tell) {
    this.#pending = this.#pending.length ? Buffer.concat([this.#pending, bytes]) : bytes;
    for (let size = this.#frameSize(); size; size = this.#frameSize()) {
      const event = this.#read(this.#pending.subarray(0, size));
      this.#pending = this.#pending.subarray(size);
      if (event) tell(event);
    }
  }

  // Where a frame is whole: its size.
  #frameSize() {
    const data = this.#pending;
    if (data.length < 2) return 0;
    must(!this.#closed, 'sent something behind its Close');
    must(data[1] & 0x80, 'sent a frame that is not masked');
    const short = data[1] & 0x7f;
    const form = short === 127 ? 8 : short === 126 ? 2 : 0;
    if (data.length < 6 + form) return 0;
    const length = form === 8 ? Number(data.readBigUInt64BE(2))
      : form === 2 ? data.readUInt16BE(2) : short;
    must(length >= { 0: 0, 2: 126, 8: 65536 }[form], 'sent a length not in its shortest form');
    return data.length < 6 + form + length ? 0 : 6 + form + length;
  }

  #read(whole) {
    const fin = (whole[0] & 0x80) !== 0;
    const rsv = (whole[0] >> 4) & 7;
    const opcode = whole[0] & 15;
    const short = whole[1] & 0x7f;
    const head = short === 127 ? 10 : short === 126 ? 4 : 2;
    const mask = whole.subarray(head, head + 4);
    const payload = Buffer.from(whole.subarray(head + 4));
    for (let i = 0; i < payload.length; i++) payload[i] ^= mask[i & 3];
    this.masks.push(mask.toString('hex'));
    if (opcode >= 8) return this.#control(opcode, fin, rsv, payload);
    return this.#data(opcode, fin, rsv, payload);
  }

  #control(opcode, fin, rsv, payload) {
    must(fin, 'sent a control frame in fragments');
    must(!rsv, 'set reserved bits in a control frame');
    must(payload.length <= 125, 'sent a control frame of more than 125 bytes');
    must(opcode <= OP.PONG, `sent the reserved opcode ${opcode}`);
    if (opcode !== OP.CLOSE) return { type: opcode === OP.PING ? 'ping' : 'pong', payload };
    this.#closed = true;
    must(payload.length !== 1, 'sent half a close code');
    if (!payload.length) return { type: 'close', reason: '' };
    const code = payload.readUInt16BE();
    must(mayBeSent(code), `sent the close code ${code}`);
    must(isText(payload.subarray(2)), 'sent a reason that is not UTF-8');
    return { type: 'close', code, reason: payload.subarray(2).toString() };
  }

  #data(opcode, fin, rsv, payload) {
    must(opcode <= OP.BINARY, `sent the reserved opcode ${opcode}`);
    must((opcode === 0) === Boolean(this.#message), `sent the opcode ${opcode} out of its turn`);
    must(!rsv || (rsv === 4 && opcode && this.deflate), `set the reserved bits ${rsv}`);
    this.#message ??= { opcode, compressed: rsv === 4, parts: [] };
    this.#message.parts.push(payload);
    if (!fin) return null;
    const { parts, compressed } = this.#message;
    const sent = Buffer.concat(parts);
    const whole = compressed ? this.deflate.decompress(sent) : sent;
    const event = {
      type: 'message', opcode: this.#message.opcode, payload: whole, compressed, size: sent.length,
    };
    this.#message = null;
    must(event.opcode !== OP.TEXT || isText(whole), 'sent text that is not UTF-8');
    return event;
  }
}
