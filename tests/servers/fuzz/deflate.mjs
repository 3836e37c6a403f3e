// SPDX-License-Identifier: MIT
// permessage-deflate (RFC 7692) as a server does it, one message at a time.

import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { Wrong } from './frames.mjs';

const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
const finishFlush = constants.Z_SYNC_FLUSH;

// The window that the next message may refer to.
const windowOf = (before, data, bits) => Buffer.concat([before, data]).subarray(-(2 ** bits));

// zlib cannot deflate within 256 bytes; without any references it can.
function deflate(data, bits, dictionary, options) {
  const window = bits === 8 ? { strategy: constants.Z_HUFFMAN_ONLY } : { windowBits: bits };
  if (bits !== 8 && dictionary.length) window.dictionary = dictionary;
  return deflateRawSync(data, { ...options, ...window, finishFlush });
}

export class Deflate {
  #sent = Buffer.alloc(0);
  #received = Buffer.alloc(0);

  // Bits and takeover as agreed on: the server's are of what we compress.
  constructor({ serverBits = 15, clientBits = 15, serverKeeps = true, clientKeeps = true } = {}) {
    Object.assign(this, { serverBits, clientBits, serverKeeps, clientKeeps });
  }

  // options: zlib's level, or strategy.
  compress(payload, options = {}) {
    const data = Buffer.from(payload);
    const whole = deflate(data, this.serverBits, this.#sent, options);
    if (this.serverKeeps) this.#sent = windowOf(this.#sent, data, this.serverBits);
    return whole.subarray(0, -TAIL.length);
  }

  // With small pieces of output zlib sees only what the window of so many bits holds.
  decompress(payload) {
    const options = { windowBits: this.clientBits, finishFlush };
    if (this.clientBits < 15) options.chunkSize = 64;
    if (this.#received.length) options.dictionary = this.#received;
    let data;
    try {
      data = inflateRawSync(Buffer.concat([payload, TAIL]), options);
    } catch (error) {
      throw new Wrong(`the client's compressed message: ${error.message}`);
    }
    if (this.clientKeeps) this.#received = windowOf(this.#received, data, this.clientBits);
    return data;
  }
}

// "permessage-deflate; client_max_window_bits, x; y=1" as [{name, parameters: Map}].
export function readExtensions(header) {
  if (!header) return [];
  return header.split(',').map((extension) => {
    const [name, ...parameters] = extension.split(';').map((part) => part.trim());
    return { name, parameters: new Map(parameters.map((part) => part.split('='))) };
  });
}
