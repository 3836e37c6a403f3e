// SPDX-License-Identifier: MIT
// A GIF of a few colours, without compression: GIF89a, W3C.

// The least code size of 7 bits leaves codes of 8, which are bytes, as long as the decoder's table
// is emptied before it has 256 entries.
const CODE_SIZE = 7;
const CLEAR = 1 << CODE_SIZE;
const END = CLEAR + 1;
const RUN = 120; // pixels between two that empty it

const word = (value) => [value & 255, value >> 8];

function* blocks(bytes) {
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255);
    yield block.length;
    yield* block;
  }
  yield 0;
}

// pixels has an index into palette, of '#rrggbb', for each of width × height.
export function gif(width, height, palette, pixels) {
  const colours = palette.flatMap((text) => [...Buffer.from(text.slice(1), 'hex')]);
  const codes = [];
  pixels.forEach((pixel, at) => {
    if (at % RUN === 0) codes.push(CLEAR);
    codes.push(pixel);
  });
  codes.push(END);
  return Buffer.from([
    ...Buffer.from('GIF89a'), ...word(width), ...word(height),
    0x80 | (CODE_SIZE - 1), 0, 0,
    ...colours, ...Array(3 * CLEAR - colours.length).fill(0),
    0x2c, ...word(0), ...word(0), ...word(width), ...word(height), 0,
    CODE_SIZE, ...blocks(codes),
    0x3b,
  ]);
}
