// SPDX-License-Identifier: MIT
// Lengths, reserved bits, reserved opcodes, masks: RFC 6455 sections 5.1 and 5.2.

import { noise, prose } from './bytes.mjs';
import { OP, frame } from './frames.mjs';

const LENGTHS = [0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 124, 125, 126, 127,
  128, 129, 254, 255, 256, 1000, 4095, 4096, 4097, 16383, 16384, 16385, 65534, 65535, 65536, 65537,
  131072, 262144, 1048575, 1048576, 1048577];
const LARGE = [4 << 20, 16 << 20];
const CHOPPED = [1, 2, 125, 126, 127, 1000, 65535, 65536, 65537];
const CHOPS = [1, 2, 3, 7, 29, 997, 1460, 16384];

const list = [];
const add = (name, run) => list.push({ name: `framing.${name}`, run });

const payloadOf = (opcode, length) => (opcode === OP.TEXT ? prose(length) : noise(length));
const kinds = [['text', OP.TEXT], ['binary', OP.BINARY]];

for (const [kind, opcode] of kinds) {
  for (const length of [...LENGTHS, ...LARGE]) {
    add(`${kind}_of_${length}`, async (peer) => {
      await peer.echo(opcode, payloadOf(opcode, length));
      await peer.finish();
    });
  }
  add(`${kind}_of_all_lengths_in_a_row`, async (peer) => {
    for (const length of LENGTHS) await peer.echo(opcode, payloadOf(opcode, length));
    await peer.finish();
  });
}

for (const length of CHOPPED) {
  for (const chop of CHOPS.filter((size) => size < length + 6 && length / size < 3000)) {
    add(`${length}_chopped_at_${chop}`, async (peer) => {
      await peer.echo(OP.TEXT, prose(length), { chop });
      await peer.echo(OP.BINARY, noise(length), { chop });
      await peer.finish();
    });
  }
}

add('ten_messages_in_one_segment', async (peer) => {
  const texts = Array.from({ length: 10 }, (_, i) => `message ${i}`);
  await peer.write(Buffer.concat(texts.map((text) => frame(OP.TEXT, text))));
  for (const text of texts) await peer.hearsMessage(OP.TEXT, text);
  await peer.finish();
});

add('a_thousand_messages', async (peer) => {
  const all = Array.from({ length: 1000 }, (_, i) => noise(i, i + 1));
  await peer.write(Buffer.concat(all.map((bytes) => frame(OP.BINARY, bytes))));
  for (const bytes of all) await peer.hearsMessage(OP.BINARY, bytes);
  await peer.finish();
});

list.push({
  name: 'framing.messages_in_the_segment_of_the_answer',
  answers: true,
  run: async (peer) => {
    await peer.open({ behind: Buffer.concat([frame(OP.TEXT, 'early'), frame(OP.PING, 'bird')]) });
    const first = await peer.next();
    const second = await peer.next();
    const types = [first.type, second.type].sort().join();
    if (types !== 'message,pong') throw new Error(`${types} came instead of both answers`);
    await peer.finish();
  },
});

// Section 5.2: "the minimal number of bytes MUST be used to encode the length".
for (const [form, length] of [[2, 0], [2, 1], [2, 125], [8, 0], [8, 1], [8, 125], [8, 126],
  [8, 65535]]) {
  for (const [kind, opcode] of kinds) {
    add(`${kind}_of_${length}_with_a_length_in_${form}_bytes`, async (peer) => {
      await peer.send(opcode, payloadOf(opcode, length), { form });
      await peer.fails(1002);
    });
  }
}

// "the most significant bit MUST be 0"
for (const declared of [2n ** 63n, 2n ** 63n + 5n, 2n ** 64n - 1n]) {
  add(`a_length_of_${declared}`, async (peer) => {
    await peer.binary('', { declared });
    await peer.fails(1002);
  });
}

// Section 5.2: reserved bits that no extension gives a meaning to.
const withBits = [['text', OP.TEXT], ['binary', OP.BINARY], ['ping', OP.PING], ['pong', OP.PONG],
  ['close', OP.CLOSE]];
for (let rsv = 1; rsv < 8; rsv++) {
  for (const [kind, opcode] of withBits) {
    add(`reserved_bits_${rsv}_on_${kind}`, async (peer) => {
      await peer.echo(OP.TEXT, 'well');
      await peer.send(opcode, opcode === OP.CLOSE ? '\x03\xe8' : 'ill', { rsv });
      await peer.fails(1002);
    });
  }
  add(`reserved_bits_${rsv}_on_a_continuation`, async (peer) => {
    await peer.text('be', { fin: false });
    await peer.send(OP.CONTINUATION, 'gun', { rsv });
    await peer.fails(1002);
  });
  add(`reserved_bits_${rsv}_chopped`, async (peer) => {
    await peer.text('ill', { rsv, chop: 1 });
    await peer.fails(1002);
  });
}

for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
  for (const [how, payload, options] of [['empty', ''], ['full', 'payload'],
    ['chopped', 'payload', { chop: 1 }], ['without_an_end', '', { fin: false }]]) {
    add(`reserved_opcode_${opcode}_${how}`, async (peer) => {
      await peer.echo(OP.TEXT, 'well');
      await peer.send(opcode, payload, options);
      await peer.fails(1002);
    });
  }
  add(`reserved_opcode_${opcode}_between_fragments`, async (peer) => {
    await peer.text('be', { fin: false });
    await peer.send(opcode, 'payload');
    await peer.fails(1002);
  });
}

// Section 5.1: "A client MUST close a connection if it detects a masked frame."
for (const [kind, opcode] of withBits) {
  for (const mask of [Buffer.alloc(4), noise(4)]) {
    add(`masked_${kind}_with_${mask.toString('hex')}`, async (peer) => {
      await peer.send(opcode, opcode === OP.CLOSE ? '\x03\xe8' : 'ill', { mask });
      await peer.fails(1002);
    });
  }
}

export const framingCases = list;
