// SPDX-License-Identifier: MIT
// permessage-deflate as it should be: RFC 7692.

import { constants } from 'node:zlib';
import { hex, noise, prose, splits } from './bytes.mjs';
import { OP, Wrong, closing } from './frames.mjs';

const LENGTHS = [0, 1, 2, 3, 7, 8, 63, 64, 65, 124, 125, 126, 127, 128, 255, 256, 257, 1000, 4096,
  32767, 32768, 32769, 65535, 65536, 65537, 131072, 1 << 20, 4 << 20];
const BITS = [8, 9, 10, 11, 12, 13, 14, 15];

const list = [];
const args = ['--deflate'];
const add = (name, parameters, agreed, run) => list.push({
  name: `deflate.${name}`, args, deflate: true, answers: true,
  run: async (peer, settings) => {
    await peer.openDeflate(parameters, agreed);
    await run(peer, settings);
    if (!peer.socket.destroyed && !peer.socket.writableEnded) await peer.finish();
  },
});

// Something of the kind that is sent in many messages.
const json = (i) => JSON.stringify({
  id: i, user: `user-${i % 17}`, text: 'the young newt leaves the water', price: i * 1.01,
});

// What both sides agree on in its four forms.
const TAKEOVERS = [
  ['both_keep', '', {}],
  ['server_starts_anew', 'server_no_context_takeover', { serverKeeps: false }],
  ['client_starts_anew', 'client_no_context_takeover', { clientKeeps: false }],
  ['both_start_anew', 'server_no_context_takeover; client_no_context_takeover',
    { serverKeeps: false, clientKeeps: false }],
];

for (const length of LENGTHS) {
  add(`text_of_${length}`, '', {}, (peer) => peer.echoCompressed(OP.TEXT, prose(length)));
  add(`noise_of_${length}`, '', {}, (peer) => peer.echoCompressed(OP.BINARY, noise(length)));
  add(`zeros_of_${length}`, '', {}, (peer) => peer.echoCompressed(OP.BINARY, Buffer.alloc(length)));
}

for (const level of [0, 1, 6, 9]) {
  add(`level_${level}`, '', {}, async (peer) => {
    for (const length of [0, 1, 100, 70_000]) {
      await peer.echoCompressed(OP.TEXT, prose(length), { level });
      await peer.echoCompressed(OP.BINARY, noise(length), { level });
    }
  });
}

for (const [name, parameters, agreed] of TAKEOVERS) {
  add(`${name}_same_message_ten_times`, parameters, agreed, async (peer) => {
    for (let i = 0; i < 10; i++) await peer.echoCompressed(OP.TEXT, prose(3000));
  });
  add(`${name}_a_thousand_messages`, parameters, agreed, async (peer) => {
    for (let i = 0; i < 1000; i++) await peer.echoCompressed(OP.TEXT, json(i));
  });
  add(`${name}_a_thousand_messages_at_once`, parameters, agreed, async (peer) => {
    for (let i = 0; i < 1000; i++) await peer.compressed(OP.TEXT, json(i));
    for (let i = 0; i < 1000; i++) await peer.hearsMessage(OP.TEXT, json(i));
  });
  add(`${name}_compressed_and_plain_by_turns`, parameters, agreed, async (peer) => {
    for (let i = 0; i < 50; i++) {
      await peer.echoCompressed(OP.TEXT, json(i));
      await peer.echo(OP.TEXT, json(i));
      await peer.echoCompressed(OP.BINARY, noise(100 * i));
    }
  });
  add(`${name}_empty_messages_in_between`, parameters, agreed, async (peer) => {
    for (let i = 0; i < 20; i++) {
      await peer.echoCompressed(OP.TEXT, json(i));
      await peer.echoCompressed(OP.TEXT, '');
      await peer.echo(OP.BINARY, '');
    }
  });
  add(`${name}_large_and_small_by_turns`, parameters, agreed, async (peer) => {
    for (let i = 0; i < 6; i++) {
      await peer.echoCompressed(OP.TEXT, prose(100_000 + i));
      await peer.echoCompressed(OP.TEXT, 'small');
      await peer.echoCompressed(OP.BINARY, noise(40_000 + i));
    }
  });
}

// Section 7.1.2: how far back either side may refer.
async function echoesOfManySizes(peer) {
  const far = Buffer.concat([noise(200), prose(33_000), noise(200)]);
  for (const message of [far, far, prose(70_000), noise(600), noise(600), json(1), json(2)]) {
    await peer.echoCompressed(OP.BINARY, message);
  }
  for (let i = 0; i < 200; i++) await peer.echoCompressed(OP.TEXT, json(i));
}
for (const bits of BITS) {
  add(`server_window_of_${bits}`, `server_max_window_bits=${bits}`, { serverBits: bits },
    echoesOfManySizes);
  add(`server_window_of_${bits}_anew`,
    `server_no_context_takeover; server_max_window_bits=${bits}`,
    { serverBits: bits, serverKeeps: false }, echoesOfManySizes);
}

// The client may be told its window only if its offer allows it (section 7.1.2.2).
const mayTell = (peer, bits) => {
  const parameters = peer.offer('permessage-deflate')?.parameters;
  return parameters?.has('client_max_window_bits') &&
    bits <= Number(parameters.get('client_max_window_bits') ?? 15);
};
for (const bits of BITS) {
  for (const clientKeeps of [true, false]) {
    const anew = clientKeeps ? '' : 'client_no_context_takeover; ';
    list.push({
      name: `deflate.client_window_of_${bits}${clientKeeps ? '' : '_anew'}`,
      args, deflate: true, answers: true,
      run: async (peer) => {
        if (!mayTell(peer, bits)) throw new Wrong('the client lets nobody tell it a window');
        await peer.openDeflate(`${anew}client_max_window_bits=${bits}`,
          { clientBits: bits, clientKeeps });
        await echoesOfManySizes(peer);
        await peer.finish();
      },
    });
  }
}
add('a_value_in_quotes', 'server_max_window_bits="10"', { serverBits: 10 }, echoesOfManySizes);
add('parameters_with_much_space', ' server_no_context_takeover ;  server_max_window_bits=12 ',
  { serverBits: 12, serverKeeps: false }, echoesOfManySizes);

// Section 7.2.1: fragments of one compressed message, cut anywhere.
const cut = (bytes, size) => {
  const parts = [];
  for (let at = 0; at < bytes.length || !at; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
};
async function sendParts(peer, opcode, parts, { between, chop } = {}) {
  for (const [at, part] of parts.entries()) {
    const fin = at === parts.length - 1;
    await peer.send(at ? OP.CONTINUATION : opcode, part, { fin, rsv: at ? 0 : 4, chop });
    if (!fin) await between?.();
  }
}
for (const [length, size] of [[10, 1], [100, 1], [1000, 3], [70_000, 125], [70_000, 126],
  [1 << 20, 4096], [1 << 20, 65536]]) {
  add(`${length}_in_frames_of_${size}`, '', {}, async (peer) => {
    for (const payload of [prose(length), noise(length)]) {
      const opcode = payload.equals(noise(length)) ? OP.BINARY : OP.TEXT;
      await sendParts(peer, opcode, cut(peer.deflate.compress(payload), size));
      await peer.hearsMessage(opcode, payload);
    }
  });
}
for (const chop of [1, 3, 997]) {
  add(`fragments_chopped_at_${chop}`, '', {}, async (peer) => {
    await sendParts(peer, OP.TEXT, cut(peer.deflate.compress(prose(3000)), 50), { chop });
    await peer.hearsMessage(OP.TEXT, prose(3000));
  });
}
add('fragments_split_anywhere', '', {}, async (peer) => {
  for (let at = 0; at < 60; at++) {
    const bytes = peer.deflate.compress(json(at));
    const [head, tail] = splits(bytes)[at % (bytes.length + 1)];
    await sendParts(peer, OP.TEXT, [head, tail]);
    await peer.hearsMessage(OP.TEXT, json(at));
  }
});
add('empty_fragments_around', '', {}, async (peer) => {
  const empty = Buffer.alloc(0);
  const [head, tail] = splits(peer.deflate.compress(json(1)))[9];
  await sendParts(peer, OP.TEXT, [empty, head, empty, empty, tail, empty]);
  await peer.hearsMessage(OP.TEXT, json(1));
});
add('pings_between_fragments', '', {}, async (peer) => {
  const parts = cut(peer.deflate.compress(prose(5000)), 20);
  await sendParts(peer, OP.TEXT, parts, { between: () => peer.isWell() });
  await peer.hearsMessage(OP.TEXT, prose(5000));
});
add('a_close_between_fragments', '', {}, async (peer) => {
  await peer.text(peer.deflate.compress(prose(5000)), { rsv: 4, fin: false });
  await peer.send(OP.CLOSE, closing(1000));
  await peer.answered(1000);
});
for (const chop of [1, 2, 3, 997]) {
  add(`chopped_at_${chop}`, '', {}, async (peer) => {
    await peer.echoCompressed(OP.TEXT, prose(3000), { chop });
    await peer.echoCompressed(OP.BINARY, noise(3000), { chop });
  });
}

// Section 7.2.3, the examples as they stand there.
const EXAMPLES = [
  ['one_block', ['f2 48 cd c9 c9 07 00']],
  ['two_messages_that_share_a_window', ['f2 48 cd c9 c9 07 00', 'f2 00 11 00 00']],
  ['a_block_without_compression', ['00 05 00 fa ff 48 65 6c 6c 6f 00']],
  ['a_final_block', ['f3 48 cd c9 c9 07 00 00']],
  ['two_blocks', ['f2 48 05 00 00 00 ff ff ca c9 c9 07 00']],
  // Section 7.2.1: blocks may follow a final one, and the window stays.
  ['a_window_kept_over_a_final_block', ['f3 48 cd c9 c9 07 00 00', 'f2 00 11 00 00']],
  ['a_final_block_twice', ['f3 48 cd c9 c9 07 00 00', 'f3 48 cd c9 c9 07 00 00']],
  ['a_block_behind_a_final_one', ['f3 48 05 00 ca c9 c9 07 00']],
  ['a_final_block_behind_another', ['f2 48 05 00 00 00 ff ff cb c9 c9 07 00 00']],
];
for (const [name, messages] of EXAMPLES) {
  add(`example_${name}`, '', {}, async (peer) => {
    for (const text of messages) {
      await peer.text(hex(text), { rsv: 4 });
      await peer.hearsMessage(OP.TEXT, 'Hello');
    }
  });
  add(`example_${name}_byte_for_byte`, '', {}, async (peer) => {
    for (const text of messages) {
      await sendParts(peer, OP.TEXT, cut(hex(text), 1), { between: () => peer.isWell() });
      await peer.hearsMessage(OP.TEXT, 'Hello');
    }
  });
}
// Sections 7.2.3.6 and 7.2.1: an empty message is one byte, or an empty block.
for (const bytes of ['00', '02 00', '00 00 00 ff ff 00', '01 00 00 ff ff 00', '03 00 00']) {
  add(`empty_message_of_${bytes.replace(/ /g, '')}`, '', {}, async (peer) => {
    await peer.echoCompressed(OP.TEXT, 'before');
    await peer.text(hex(bytes), { rsv: 4 });
    await peer.hearsMessage(OP.TEXT, '');
    await peer.echoCompressed(OP.TEXT, 'after');
  });
}
add('a_thousand_empty_blocks', '', {}, async (peer) => {
  await peer.text(Buffer.concat([...Array(1000).fill(hex('00 00 00 ff ff')),
    hex('f2 48 cd c9 c9 07 00')]), { rsv: 4 });
  await peer.hearsMessage(OP.TEXT, 'Hello');
});

// It is of use: what can be made much smaller is.
add('the_client_compresses', '', {}, async (peer) => {
  const { compressed, size } = await peer.echoCompressed(OP.TEXT, prose(65536));
  if (!compressed || size > 8192) throw new Wrong(`the echo of 65536 bytes took ${size}`);
});
add('the_client_keeps_its_window', '', {}, async (peer) => {
  const bytes = noise(4000);
  await peer.echo(OP.BINARY, bytes);
  const { size } = await peer.echoCompressed(OP.BINARY, bytes);
  if (size > 400) throw new Wrong(`the second time 4000 bytes took ${size}`);
});
add('nothing_needs_to_be_compressed', '', {}, async (peer) => {
  await peer.echo(OP.TEXT, prose(1000));
  await peer.echo(OP.BINARY, noise(1000));
});
add('huffman_only_and_fixed_codes', '', {}, async (peer) => {
  for (const strategy of [constants.Z_HUFFMAN_ONLY, constants.Z_FIXED, constants.Z_RLE]) {
    await peer.echoCompressed(OP.TEXT, prose(5000), { strategy });
  }
});

// An offer may be declined.
list.push({
  name: 'deflate.declined', args, deflate: true, answers: true,
  run: async (peer) => {
    await peer.open();
    await peer.echo(OP.TEXT, prose(5000));
    await peer.text(hex('f2 48 cd c9 c9 07 00'), { rsv: 4 });
    await peer.fails(1002);
  },
});

export const deflateCases = list;
