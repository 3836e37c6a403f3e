// SPDX-License-Identifier: MIT
// Text is UTF-8, and what is not fails at its first wrong byte: RFC 6455 section 8.1, RFC 3629.

import { hex, prose, splits } from './bytes.mjs';
import { OP } from './frames.mjs';

const list = [];
const add = (name, run) => list.push({ name: `utf8.${name}`, run });

// Code points on both sides of each border.
const VALID = [0x00, 0x01, 0x7e, 0x7f, 0x80, 0x81, 0x7fe, 0x7ff, 0x800, 0x801, 0xfff, 0x1000,
  0xcfff, 0xd000, 0xd7ff, 0xe000, 0xe001, 0xfdd0, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x10001,
  0x1fffe, 0x3ffff, 0x40000, 0xfffff, 0x100000, 0x10fffe, 0x10ffff];

for (const point of VALID) {
  const bytes = Buffer.from(String.fromCodePoint(point));
  const name = `U+${point.toString(16).padStart(4, '0')}`;
  add(`valid_${name}`, async (peer) => {
    await peer.echo(OP.TEXT, bytes);
    await peer.echo(OP.TEXT, Buffer.concat([bytes, bytes, Buffer.from('a'), bytes]), { chop: 1 });
    for (const [head, tail] of splits(Buffer.concat([bytes, Buffer.from('a'), bytes]))) {
      await peer.text(head, { fin: false });
      await peer.isWell();
      await peer.send(OP.CONTINUATION, tail);
      await peer.hearsMessage(OP.TEXT, Buffer.concat([head, tail]));
    }
    await peer.finish();
  });
}

add('every_character_of_three_bytes', async (peer) => {
  let text = '';
  for (let point = 0x800; point < 0x10000; point++) {
    if (point < 0xd800 || point > 0xdfff) text += String.fromCodePoint(point);
  }
  await peer.echo(OP.TEXT, text);
  await peer.finish();
});

add('many_characters_of_four_bytes', async (peer) => {
  let text = '';
  for (let point = 0x10000; point < 0x110000; point += 7) text += String.fromCodePoint(point);
  await peer.echo(OP.TEXT, text);
  await peer.finish();
});

add('every_byte_a_fragment', async (peer) => {
  const text = prose(200);
  for (let at = 0; at < text.length; at++) {
    await peer.send(at ? OP.CONTINUATION : OP.TEXT, text.subarray(at, at + 1), {
      fin: at === text.length - 1,
    });
  }
  await peer.hearsMessage(OP.TEXT, text);
  await peer.finish();
});

// [what it is, bytes, how many of them are enough to see it]
const INVALID = [
  ['lone_continuation_80', '80', 1],
  ['lone_continuation_bf', 'bf', 1],
  ['continuation_behind_a_whole_character', 'c3a9 80', 3],
  ['overlong_c0', 'c080', 1],
  ['overlong_c1', 'c1bf', 1],
  ['overlong_e0_80', 'e08080', 2],
  ['overlong_e0_9f', 'e09fbf', 2],
  ['overlong_f0_80', 'f0808080', 2],
  ['overlong_f0_8f', 'f08fbfbf', 2],
  ['surrogate_d800', 'eda080', 2],
  ['surrogate_dbff', 'edafbf', 2],
  ['surrogate_dc00', 'edb080', 2],
  ['surrogate_dfff', 'edbfbf', 2],
  ['surrogate_pair', 'eda081edb080', 2],
  ['beyond_10ffff', 'f4908080', 2],
  ['beyond_f4_bf', 'f4bfbfbf', 2],
  ['f5', 'f5808080', 1],
  ['f7', 'f7bfbfbf', 1],
  ['five_bytes_f8', 'f888808080', 1],
  ['five_bytes_fb', 'fbbfbfbfbf', 1],
  ['six_bytes_fc', 'fc8480808080', 1],
  ['six_bytes_fd', 'fdbfbfbfbfbf', 1],
  ['fe', 'fe', 1],
  ['ff', 'ff', 1],
  ['two_bytes_cut_by_ascii', 'c241', 2],
  ['two_bytes_cut_by_another', 'c2c2', 2],
  ['three_bytes_cut_by_ascii_at_the_second', 'e141', 2],
  ['three_bytes_cut_by_ascii_at_the_third', 'e18041', 3],
  ['three_bytes_cut_by_another', 'e180e1', 3],
  ['four_bytes_cut_by_ascii_at_the_second', 'f141', 2],
  ['four_bytes_cut_by_ascii_at_the_third', 'f18041', 3],
  ['four_bytes_cut_by_ascii_at_the_last', 'f1808041', 4],
  ['four_bytes_cut_by_another', 'f18080f1', 4],
  ['high_ed_with_c0_as_second', 'edc0', 2],
  ['e0_with_c0_as_second', 'e0c0', 2],
  ['f0_with_c0_as_second', 'f0c0', 2],
];

const BEFORE = Buffer.from('κόσμε ');

for (const [name, text, enough] of INVALID) {
  const bytes = hex(text);
  const seen = Buffer.concat([BEFORE, bytes.subarray(0, enough)]);
  add(`${name}_in_a_frame`, async (peer) => {
    await peer.echo(OP.TEXT, BEFORE);
    await peer.text(Buffer.concat([BEFORE, bytes, Buffer.from(' behind')]));
    await peer.fails(1007);
  });
  add(`${name}_at_the_end_chopped`, async (peer) => {
    await peer.text(Buffer.concat([BEFORE, bytes]), { chop: 1 });
    await peer.fails(1007);
  });
  // No byte more is sent until the connection has failed.
  add(`${name}_fails_in_the_middle_of_a_frame`, async (peer) => {
    await peer.text(seen, { declared: 1000 });
    await peer.fails(1007);
  });
  add(`${name}_fails_before_the_last_fragment`, async (peer) => {
    await peer.text(seen, { fin: false });
    await peer.fails(1007);
  });
  add(`${name}_fails_byte_for_byte`, async (peer) => {
    for (let at = 0; at < enough; at++) {
      if (at) await peer.isWell();
      await peer.send(at ? OP.CONTINUATION : OP.TEXT, bytes.subarray(at, at + 1), { fin: false });
    }
    await peer.fails(1007);
  });
}

// Whole characters that the message ends in the middle of.
for (const text of ['c2', 'df', 'e0', 'e0a0', 'e1', 'e180', 'ed', 'ed9f', 'ef', 'efbf', 'f0',
  'f090', 'f09080', 'f1', 'f180', 'f18080', 'f4', 'f48f', 'f48fbf']) {
  const bytes = Buffer.concat([BEFORE, hex(text)]);
  add(`cut_${text}_at_the_end`, async (peer) => {
    await peer.text(bytes);
    await peer.fails(1007);
  });
  add(`cut_${text}_at_the_end_of_the_last_fragment`, async (peer) => {
    await peer.text(bytes, { fin: false });
    await peer.isWell();
    await peer.send(OP.CONTINUATION, '');
    await peer.fails(1007);
  });
  add(`cut_${text}_is_not_finished_by_the_next_message`, async (peer) => {
    await peer.echo(OP.BINARY, bytes);
    await peer.text(bytes.subarray(BEFORE.length));
    await peer.fails(1007);
  });
}

add('the_last_byte_of_a_mebibyte', async (peer) => {
  const text = prose(1 << 20);
  text[text.length - 1] = 0xff;
  await peer.text(text);
  await peer.fails(1007);
});

for (const at of [0, 1, 7, 8, 15, 16, 31, 32, 33, 100, 999]) {
  add(`ff_at_${at}_of_a_thousand_letters`, async (peer) => {
    const text = Buffer.alloc(1000, 'a');
    text[at] = 0xff;
    await peer.text(text.subarray(0, at + 1), { declared: 1000 });
    await peer.fails(1007);
  });
}

add('no_matter_in_binary', async (peer) => {
  for (const [, text] of INVALID) await peer.echo(OP.BINARY, hex(text));
  await peer.finish();
});

add('no_matter_in_pings_and_pongs', async (peer) => {
  for (const [, text] of INVALID) {
    await peer.isWell(hex(text));
    await peer.send(OP.PONG, hex(text));
  }
  await peer.finish();
});

export const utf8Cases = list;
