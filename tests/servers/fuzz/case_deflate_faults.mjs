// SPDX-License-Identifier: MIT
// permessage-deflate as it should not be: wrong answers, wrong streams, bombs (RFC 7692).

import { Deflate } from './deflate.mjs';
import { hex, noise, prose } from './bytes.mjs';
import { staysSmall } from './case_limits.mjs';
import { OP, Wrong, closing } from './frames.mjs';

const MIB = 1 << 20;

const list = [];
const args = ['--deflate'];
const push = (name, more, run) => list.push({
  name: `deflate_faults.${name}`, args, deflate: true, answers: true, ...more, run,
});
const add = (name, run, more) => push(name, more, async (peer, settings) => {
  await peer.openDeflate();
  await run(peer, settings);
});

// Section 7.1: answers that a client must refuse.
const REFUSED = [
  'permessage-deflate; x_unknown',
  'permessage-deflate; x_unknown=1',
  'permessage-deflate; server_no_context_takeover=1',
  'permessage-deflate; client_no_context_takeover=1',
  'permessage-deflate; client_no_context_takeover="true"',
  'permessage-deflate; server_no_context_takeover; server_no_context_takeover',
  'permessage-deflate; client_no_context_takeover; client_no_context_takeover',
  'permessage-deflate; server_max_window_bits=10; server_max_window_bits=10',
  'permessage-deflate; server_max_window_bits=10; server_max_window_bits=11',
  'permessage-deflate; client_max_window_bits=10; client_max_window_bits=10',
  ...['server', 'client'].flatMap((side) => ['', '=', '=0', '=1', '=7', '=16', '=08', '=010',
    '=+10', '=-10', '=10.0', '=1e1', '=0xa', '=ten', '=99999999999999999999', '=4294967304',
    '="7"', '="', '="10'].map((value) => `permessage-deflate; ${side}_max_window_bits${value}`)),
  'permessage-deflate, permessage-deflate',
  'permessage-deflate; server_no_context_takeover, permessage-deflate',
  'permessage-deflate, x-unknown',
  'x-unknown, permessage-deflate',
  'x-webkit-deflate-frame',
  'permessage-deflates',
  'permessage',
  'permessage-deflate; server_no_context_takeovers',
  'permessage-deflate;',
  'permessage-deflate; ; server_no_context_takeover',
  'permessage-deflate server_no_context_takeover',
];
for (const value of REFUSED) {
  push(`answer_${value.replace(/ /g, '')}`, { refused: true }, async (peer) => {
    await peer.write(Buffer.from(peer.answer({ more: [`Sec-WebSocket-Extensions: ${value}`] })));
    await peer.hearsEnd();
  });
}
push('answer_in_two_lines', { refused: true }, async (peer) => {
  const more = Array(2).fill('Sec-WebSocket-Extensions: permessage-deflate');
  await peer.write(Buffer.from(peer.answer({ more })));
  await peer.hearsEnd();
});
push('answer_with_headers_in_other_cases', {}, async (peer) => {
  const more = ['SEC-WEBSOCKET-EXTENSIONS:permessage-deflate ;server_no_context_takeover'];
  peer.listen(new Deflate({ serverKeeps: false }));
  await peer.write(Buffer.from(peer.answer({ more })));
  await peer.echoCompressed(OP.TEXT, prose(5000));
  await peer.finish();
});

// Section 6: RSV1 is set on the first frame of a message, and nowhere else.
for (const [kind, opcode, payload] of [['ping', OP.PING, 'x'], ['pong', OP.PONG, 'x'],
  ['close', OP.CLOSE, closing(1000)]]) {
  for (let rsv = 1; rsv < 8; rsv++) {
    add(`reserved_bits_${rsv}_on_${kind}`, async (peer) => {
      await peer.echoCompressed(OP.TEXT, 'well');
      await peer.send(opcode, payload, { rsv });
      await peer.fails(1002);
    });
  }
}
for (const rsv of [1, 2, 3, 5, 6, 7]) {
  for (const [kind, opcode] of [['text', OP.TEXT], ['binary', OP.BINARY]]) {
    add(`reserved_bits_${rsv}_on_${kind}`, async (peer) => {
      await peer.send(opcode, hex('f2 48 cd c9 c9 07 00'), { rsv });
      await peer.fails(1002);
    });
  }
}
for (let rsv = 1; rsv < 8; rsv++) {
  for (const first of [0, 4]) {
    add(`reserved_bits_${rsv}_on_a_continuation_of_${first}`, async (peer) => {
      await peer.binary(hex('f2 48 cd'), { rsv: first, fin: false });
      await peer.send(OP.CONTINUATION, hex('c9 c9 07 00'), { rsv });
      await peer.fails(1002);
    });
  }
}
add('reserved_opcode_compressed', async (peer) => {
  await peer.send(3, hex('f2 48 cd c9 c9 07 00'), { rsv: 4 });
  await peer.fails(1002);
});

// Section 7.2.2: what is no DEFLATE.  No close code is named for it.
const STREAMS = [
  ['ff', 'ff ff ff ff'],
  ['block_type_3', '06 00'],
  ['block_type_3_behind_a_block', '00 05 00 fa ff 48 65 6c 6c 6f 06'],
  ['lengths_that_contradict', '00 05 00 05 00 48 65 6c 6c 6f 00'],
  ['distance_before_the_beginning', 'f2 00 11 00 00'],
  ['code_lengths_that_are_no_code', '04 fe ff ff ff ff ff ff ff ff 00'],
  ['too_many_codes', 'fc ff 00 00 00 00'],
  ['block_cut_in_its_bytes', '00 05 00 fa ff 48 65'],
  ['block_cut_in_its_length', '00 05 00 fa'],
  ['symbols_cut', 'f2 48 cd'],
  ['dynamic_codes_cut', '05 c1 81'],
  ['final_block_and_garbage', 'f3 48 cd c9 c9 07 00 ff ff ff'],
  ['text', '48 65 6c 6c 6f'],
  ['zlib_instead_of_raw', '78 9c f2 48 cd c9 c9 07 00'],
  ['gzip_instead_of_raw', '1f 8b 08 00 00 00 00 00 00 03 f2 48 cd c9 c9 07 00'],
];
for (const [name, bytes] of STREAMS) {
  add(`stream_${name}`, async (peer) => {
    await peer.echoCompressed(OP.BINARY, '');
    await peer.binary(hex(bytes), { rsv: 4 });
    await peer.fails(1002, 1007);
  });
  add(`stream_${name}_in_fragments`, async (peer) => {
    const data = hex(bytes);
    await peer.binary(data.subarray(0, 1), { rsv: 4, fin: false });
    for (let at = 1; at < data.length; at++) {
      await peer.send(OP.CONTINUATION, data.subarray(at, at + 1), { fin: at === data.length - 1 });
    }
    await peer.fails(1002, 1007);
  });
}
add('a_message_cut_anywhere', async (peer) => {
  const whole = peer.deflate.compress(noise(300));
  await peer.binary(whole.subarray(0, 150), { rsv: 4 });
  await peer.fails(1002, 1007);
});
push('a_window_that_was_given_up', {}, async (peer) => {
  await peer.openDeflate('server_no_context_takeover', { serverKeeps: false });
  await peer.text(hex('f2 48 cd c9 c9 07 00'), { rsv: 4 });
  await peer.hearsMessage(OP.TEXT, 'Hello');
  await peer.text(hex('f2 00 11 00 00'), { rsv: 4 });
  const event = await peer.next();
  const known = event.type === 'message' && event.payload.toString() === 'Hello';
  if (!known && ![1002, 1007].includes(event.code)) throw new Wrong('neither Hello nor a failure');
  if (known) await peer.finish();
  peer.socket.end();
  if (!known) await peer.hearsEnd();
});

// Text is UTF-8 once it is inflated.
for (const bytes of ['80', 'c080', 'eda080', 'f4908080', 'ff', 'c2']) {
  add(`text_${bytes}`, async (peer) => {
    await peer.compressed(OP.TEXT, Buffer.concat([Buffer.from('κόσμε '), hex(bytes)]));
    await peer.fails(1007);
  });
}
add('text_ff_fails_before_the_last_fragment', async (peer) => {
  const data = peer.deflate.compress(Buffer.concat([prose(5000), hex('ff'), prose(5000)]));
  await peer.text(Buffer.concat([data, hex('00 00 ff ff')]), { rsv: 4, fin: false });
  await peer.fails(1007);
});
add('text_split_in_a_character', async (peer) => {
  const [one, two] = [peer.deflate.compress(hex('61 c3')), peer.deflate.compress(hex('a9 62'))];
  await peer.text(Buffer.concat([one, hex('00 00 ff ff')]), { rsv: 4, fin: false });
  await peer.isWell();
  await peer.send(OP.CONTINUATION, two);
  await peer.hearsMessage(OP.TEXT, 'aéb');
  await peer.finish();
});

// A maximum is one of the message, not of what it came as.
const limited = (name, limit, run) => add(name, run, {
  args: ['--deflate', '--max-size', String(limit)],
});
async function failsSmall(peer, settings) {
  await peer.hearsClose([1009]);
  staysSmall(peer, settings);
  peer.socket.end();
  await peer.hearsEnd();
}
for (const limit of [1, 126, 65536, MIB]) {
  limited(`the_maximum_${limit}`, limit, async (peer) => {
    await peer.echoCompressed(OP.BINARY, noise(limit));
    await peer.echoCompressed(OP.TEXT, Buffer.alloc(limit, 'x'));
    await peer.finish();
  });
  for (const data of [noise(limit + 1), Buffer.alloc(limit + 1)]) {
    limited(`one_byte_over_${limit}_of_${data[0] ? 'noise' : 'zeros'}`, limit,
      async (peer, settings) => {
        await peer.compressed(OP.BINARY, data);
        await failsSmall(peer, settings);
      });
  }
}

// 1 GiB of zeros in a megabyte: a mebibyte that refers to the one before, again and again.
function bomb() {
  const deflate = new Deflate();
  const tail = hex('00 00 ff ff');
  const mebibyte = () => Buffer.concat([deflate.compress(Buffer.alloc(MIB), { level: 9 }), tail]);
  const first = mebibyte();
  return Buffer.concat([first, ...Array(1023).fill(mebibyte())]).subarray(0, -tail.length);
}
for (const limit of [1000, MIB, 16 * MIB]) {
  const most = 2 * limit + 8 * MIB;
  limited(`a_bomb_under_${limit}`, limit, async (peer, settings) => {
    await peer.binary(bomb(), { rsv: 4 });
    await peer.hearsClose([1009]);
    staysSmall(peer, settings, most);
    peer.socket.end();
    await peer.hearsEnd();
  });
  limited(`a_bomb_in_fragments_under_${limit}`, limit, async (peer, settings) => {
    const bytes = bomb();
    await peer.binary(bytes.subarray(0, 1000), { rsv: 4, fin: false });
    for (let at = 1000; at < 200_000; at += 1000) {
      await peer.send(OP.CONTINUATION, bytes.subarray(at, at + 1000), { fin: false });
    }
    await peer.hearsClose([1009]);
    staysSmall(peer, settings, most);
    peer.socket.end();
    await peer.hearsEnd();
  });
}
// Blocks that hold nothing: what inflates to nothing may be as long as it likes, or too long.
limited('a_mebibyte_of_empty_blocks', 1000, async (peer, settings) => {
  const empty = Buffer.concat(Array(MIB / 5 | 0).fill(hex('00 00 00 ff ff')));
  await peer.binary(Buffer.concat([empty, hex('00')]), { rsv: 4 });
  const event = await peer.next();
  staysSmall(peer, settings);
  if (event.type === 'message' && !event.payload.length) return peer.finish();
  if (event.code !== 1009) throw new Wrong('neither an empty echo nor 1009');
  peer.socket.end();
  return peer.hearsEnd();
});

export const deflateFaultCases = list;
