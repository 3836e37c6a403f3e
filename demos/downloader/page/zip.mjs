// SPDX-License-Identifier: MIT
// A ZIP archive of Blobs, without compression: PKWARE's APPNOTE.TXT.

const NAMES_ARE_UTF8 = 0x0800;
const VERSION = 20;
const DATE = 0x21; // the first of January 1980: when a file came is nobody's concern
const MOST = 0xffffffff; // bytes, as long as it is no ZIP64

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let i = 0; i < 8; i++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

// Read in pieces: the whole may be larger than the memory.
async function checksum(blob) {
  const reader = blob.stream().getReader();
  let sum = 0xffffffff;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    for (const byte of value) sum = TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
  }
  return ~sum >>> 0;
}

// record('4 2 2', [number, …]): each number in so many bytes, the lowest first.
function record(sizes, values) {
  return Uint8Array.from(sizes.split(' ').flatMap((size, i) =>
    Array.from({ length: Number(size) }, (_, at) => Math.floor(values[i] / 256 ** at) % 256)));
}

// What both headers of a file say.
const SIZES = '2 2 2 2 2 4 4 4 2 2';
const told = (sum, size, name) =>
  [VERSION, NAMES_ARE_UTF8, 0, 0, DATE, sum, size, size, name.length, 0];

// zip([{name, blob}, …]) gives a Blob.
export async function zip(entries) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, blob } of entries) {
    const bytes = new TextEncoder().encode(name);
    const fields = told(await checksum(blob), blob.size, bytes);
    const header = record(`4 ${SIZES}`, [0x04034b50, ...fields]);
    const entry = record(`4 2 ${SIZES} 2 2 2 4 4`,
      [0x02014b50, VERSION, ...fields, 0, 0, 0, 0, offset]);
    parts.push(header, bytes, blob);
    directory.push(entry, bytes);
    offset += header.length + bytes.length + blob.size;
    if (offset > MOST) throw new Error('these are too many bytes for one archive: save each');
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = record('4 2 2 2 2 4 4 2',
    [0x06054b50, 0, 0, entries.length, entries.length, size, offset, 0]);
  return new globalThis.Blob([...parts, ...directory, end], { type: 'application/zip' });
}
