// SPDX-License-Identifier: MIT
// Payloads of every size: the same ones each time.

// Bytes of which no compressor makes less.
export function noise(length, seed = 1) {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

const LINE = 'The young newt leaves the water; Molch, triton, тритон, 蠑螈, 🦎. ';

// Text with characters of one to four bytes, of just so many bytes.
export function prose(length) {
  const line = Buffer.from(LINE);
  const bytes = Buffer.alloc(length, line);
  // Where the last character is cut, spaces take its place.
  let end = length;
  while (end > 0 && (bytes[end - 1] & 0xc0) === 0x80) end--;
  if (end > 0 && bytes[end - 1] >= 0xc0) {
    const needs = bytes[end - 1] >= 0xf0 ? 4 : bytes[end - 1] >= 0xe0 ? 3 : 2;
    if (length - (end - 1) < needs) bytes.fill(' ', end - 1);
  }
  return bytes;
}

// A list of all splits of bytes into two, both parts being allowed to be empty.
export const splits = (bytes) => Array.from({ length: bytes.length + 1 }, (_, at) =>
  [bytes.subarray(0, at), bytes.subarray(at)]);

export const hex = (text) => Buffer.from(text.replace(/ /g, ''), 'hex');
