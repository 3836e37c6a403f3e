// SPDX-License-Identifier: MIT
// Closing, in all ways: RFC 6455 sections 5.5.1 and 7.

import { hex, noise } from './bytes.mjs';
import { OP, Wrong, closing, frame } from './frames.mjs';

const list = [];
const add = (name, run, more) => list.push({ name: `close.${name}`, run, ...more });

const VALID = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3001,
  3999, 4000, 4001, 4999];
const INVALID = [0, 1, 100, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 9999,
  32768, 65535];

for (const code of VALID) {
  add(`code_${code}`, (peer) => peer.finish(code));
  add(`code_${code}_with_a_reason`, (peer) => peer.finish(code, 'Grüße'));
}
for (const code of INVALID) {
  add(`code_${code}`, async (peer) => {
    await peer.send(OP.CLOSE, closing(code));
    await peer.fails(1002);
  });
  add(`code_${code}_with_a_reason`, async (peer) => {
    await peer.send(OP.CLOSE, closing(code, 'why'));
    await peer.fails(1002);
  });
}

add('without_a_code', (peer) => peer.finish(undefined));
add('without_a_code_after_messages', async (peer) => {
  for (let i = 0; i < 5; i++) await peer.echo(OP.TEXT, `text ${i}`);
  await peer.finish(undefined);
});
for (const byte of [0x00, 0x03, 0xff]) {
  add(`half_a_code_${byte}`, async (peer) => {
    await peer.send(OP.CLOSE, Buffer.from([byte]));
    await peer.fails(1002);
  });
}

for (const length of [1, 2, 64, 122, 123]) {
  add(`reason_of_${length}`, (peer) => peer.finish(1000, Buffer.alloc(length, 'r')));
}
add('reason_of_124', async (peer) => {
  await peer.send(OP.CLOSE, closing(1000, Buffer.alloc(124, 'r')));
  await peer.fails(1002);
});
add('reason_of_NULs', (peer) => peer.finish(1000, Buffer.alloc(10)));
add('reason_of_four_byte_characters', (peer) => peer.finish(1000, '🦎'.repeat(30)));
add('reason_that_ends_in_the_middle_of_a_character', async (peer) => {
  await peer.send(OP.CLOSE, closing(1000, Buffer.from('🦎'.repeat(31)).subarray(0, 123)));
  await peer.fails(1007);
});
for (const text of ['80', 'ff', 'c0af', 'eda080', 'f4908080', 'c2', 'e180', '61ff62']) {
  add(`reason_${text}`, async (peer) => {
    await peer.send(OP.CLOSE, closing(1000, hex(text)));
    await peer.fails(1007);
  });
}

for (const chop of [1, 2, 3]) {
  add(`chopped_at_${chop}`, async (peer) => {
    await peer.send(OP.CLOSE, closing(1000, 'in pieces'), { chop });
    await peer.answered(1000);
  });
}

// Section 5.5.1: after a Close nothing counts.
const BEHIND = [
  ['text', frame(OP.TEXT, 'too late')],
  ['ping', frame(OP.PING, 'too late')],
  ['pong', frame(OP.PONG, 'too late')],
  ['another_close', frame(OP.CLOSE, closing(4000, 'second'))],
  ['a_wrong_close', frame(OP.CLOSE, closing(1005))],
  ['a_reserved_opcode', frame(3, 'too late')],
  ['reserved_bits', frame(OP.TEXT, 'too late', { rsv: 7 })],
  ['text_that_is_no_utf8', frame(OP.TEXT, hex('ff'))],
  ['noise', noise(3000)],
];
for (const [name, bytes] of BEHIND) {
  add(`${name}_behind_it_in_its_segment`, async (peer) => {
    await peer.write(Buffer.concat([frame(OP.CLOSE, closing(1000)), bytes]));
    await peer.answered(1000);
  });
  add(`${name}_behind_its_answer`, async (peer) => {
    await peer.send(OP.CLOSE, closing(1001, 'bye'));
    await peer.hearsClose([1001]);
    await peer.write(bytes);
    peer.socket.end();
    await peer.hearsEnd();
  });
}
add('a_mebibyte_behind_its_answer', async (peer) => {
  await peer.send(OP.CLOSE, closing(1000));
  await peer.hearsClose([1000]);
  await peer.write(noise(1 << 20));
  peer.socket.end();
  await peer.hearsEnd();
});

// What came before it is not lost; the answers to it may come too late to be sent.
add('messages_in_its_segment', async (peer) => {
  const texts = Array.from({ length: 10 }, (_, i) => `text ${i}`);
  await peer.write(Buffer.concat([
    ...texts.map((text) => frame(OP.TEXT, text)), frame(OP.CLOSE, closing(1000)),
  ]));
  for (;;) {
    const event = await peer.next();
    if (event.type === 'close' && event.code === 1000) break;
    if (event.payload?.toString() !== texts.shift()) throw new Wrong('an echo is out of its turn');
  }
  peer.socket.end();
  await peer.hearsEnd();
});
add('ping_in_its_segment', async (peer) => {
  await peer.write(Buffer.concat([frame(OP.PING, 'first'), frame(OP.CLOSE, closing(1000))]));
  await peer.hearsPong('first');
  await peer.answered(1000);
});
add('in_the_segment_of_the_answer', async (peer) => {
  await peer.open({ behind: frame(OP.CLOSE, closing(1000)) });
  await peer.answered(1000);
}, { answers: true });
add('in_the_middle_of_a_frame', async (peer) => {
  await peer.text('half', { declared: 1000 });
  peer.socket.end();
  await peer.hearsEnd();
});

// Section 7.1.1: the server ends TCP; where it does not, the client does so after a while.
add('tcp_is_not_ended', async (peer) => {
  await peer.send(OP.CLOSE, closing(1000));
  await peer.hearsClose([1000]);
  await peer.hearsEnd(15_000);
});
add('tcp_is_not_ended_after_a_failure', async (peer) => {
  await peer.send(3, 'reserved');
  await peer.hearsClose([1002]);
  await peer.hearsEnd(15_000);
});
add('the_server_talks_on_after_a_failure', async (peer) => {
  await peer.send(3, 'reserved');
  await peer.hearsClose([1002]);
  let over = false;
  peer.socket.once('end', () => (over = true));
  peer.socket.once('close', () => (over = true));
  const deadline = Date.now() + 15_000;
  while (!over && Date.now() < deadline) await peer.text('a'.repeat(65536));
  if (!over) throw new Wrong('the client listened to the end');
});

// Section 7.1.5: no Close at all.
add('tcp_ends_at_once', async (peer) => {
  peer.socket.end();
  await peer.hearsEnd();
});
add('tcp_ends_in_the_segment_of_the_answer', async (peer) => {
  peer.listen();
  peer.socket.end(peer.answer());
  await peer.hearsEnd();
}, { answers: true });
add('tcp_ends_behind_a_message', async (peer) => {
  await peer.echo(OP.TEXT, 'one');
  peer.socket.end();
  await peer.hearsEnd();
});
add('tcp_ends_between_fragments', async (peer) => {
  await peer.text('be', { fin: false });
  peer.socket.end();
  await peer.hearsEnd();
});
for (const bytes of ['81', '817e', '817e01', '817f00000000', '8805', '880503e8']) {
  add(`tcp_ends_in_a_header_${bytes}`, async (peer) => {
    await peer.write(hex(bytes));
    peer.socket.end();
    await peer.hearsEnd();
  });
}
add('tcp_is_reset', async (peer) => {
  await peer.isWell();
  peer.socket.resetAndDestroy();
});
add('tcp_is_reset_in_a_frame', async (peer) => {
  await peer.isWell();
  await peer.binary(noise(1000), { declared: 100_000 });
  peer.socket.resetAndDestroy();
});

export const closeCases = list;
