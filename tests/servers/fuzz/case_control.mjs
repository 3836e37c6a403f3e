// SPDX-License-Identifier: MIT
// Pings and pongs: RFC 6455 section 5.5.

import { noise } from './bytes.mjs';
import { OP, Wrong, closing, frame } from './frames.mjs';

const list = [];
const add = (name, run) => list.push({ name: `control.${name}`, run });

for (const length of [0, 1, 2, 3, 7, 8, 9, 64, 124, 125]) {
  add(`ping_of_${length}`, async (peer) => {
    await peer.isWell(noise(length));
    await peer.finish();
  });
}

for (const chop of [1, 2, 3, 5, 7, 64]) {
  add(`ping_chopped_at_${chop}`, async (peer) => {
    await peer.send(OP.PING, noise(125), { chop });
    await peer.hearsPong(noise(125));
    await peer.finish();
  });
}

add('ping_of_bytes_that_are_no_text', async (peer) => {
  await peer.isWell(Buffer.from([0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff]));
  await peer.finish();
});

// Section 5.5.3: an endpoint "MAY elect to send a Pong frame for only the most recently processed
// Ping frame"; the answers that come are in order.
async function hearsLastPong(peer, payloads) {
  let at = -1;
  while (at < payloads.length - 1) {
    const event = await peer.next();
    const found = event.type === 'pong' ? payloads.indexOf(event.payload.toString()) : -1;
    if (found <= at) throw new Wrong(`a ${event.type} came out of its turn`);
    at = found;
  }
}

for (const count of [2, 10, 100, 5000]) {
  add(`${count}_pings_at_once`, async (peer) => {
    const payloads = Array.from({ length: count }, (_, i) => `ping ${i}`);
    await peer.write(Buffer.concat(payloads.map((payload) => frame(OP.PING, payload))));
    await hearsLastPong(peer, payloads);
    await peer.finish();
  });
}

add('10_pings_at_once_chopped_at_1', async (peer) => {
  const payloads = Array.from({ length: 10 }, (_, i) => `ping ${i}`);
  await peer.write(Buffer.concat(payloads.map((payload) => frame(OP.PING, payload))), 1);
  await hearsLastPong(peer, payloads);
  await peer.finish();
});

for (const payload of ['', 'nobody asked', noise(125)]) {
  add(`unsolicited_pong_of_${payload.length}`, async (peer) => {
    await peer.send(OP.PONG, payload);
    await peer.isWell();
    await peer.finish();
  });
}

add('pongs_and_pings_by_turns', async (peer) => {
  for (let i = 0; i < 20; i++) {
    await peer.send(OP.PONG, `pong ${i}`);
    await peer.isWell(`ping ${i}`);
  }
  await peer.finish();
});

add('pings_between_messages', async (peer) => {
  for (let i = 0; i < 20; i++) {
    await peer.isWell(`ping ${i}`);
    await peer.echo(OP.TEXT, `text ${i}`);
  }
  await peer.finish();
});

const kinds = [['ping', OP.PING], ['pong', OP.PONG], ['close', OP.CLOSE]];
for (const [kind, opcode] of kinds) {
  const payloadOf = (length) => closing(1000, Buffer.alloc(length - 2, 'x'));
  for (const length of [126, 127, 1000, 65535, 65536]) {
    add(`${kind}_of_${length}`, async (peer) => {
      await peer.send(opcode, payloadOf(length));
      await peer.fails(1002);
    });
  }
  add(`${kind}_that_declares_126_only`, async (peer) => {
    await peer.send(opcode, '', { declared: 126 });
    await peer.fails(1002);
  });
  for (const [form, length] of [[2, 10], [2, 125], [8, 10], [8, 125]]) {
    add(`${kind}_of_${length}_with_a_length_in_${form}_bytes`, async (peer) => {
      await peer.send(opcode, payloadOf(length), { form });
      await peer.fails(1002);
    });
  }
  add(`${kind}_in_fragments`, async (peer) => {
    await peer.send(opcode, payloadOf(4), { fin: false });
    await peer.fails(1002);
  });
  add(`${kind}_in_fragments_that_go_on`, async (peer) => {
    await peer.write(Buffer.concat([
      frame(opcode, payloadOf(4), { fin: false }), frame(OP.CONTINUATION, 'x'),
    ]));
    await peer.fails(1002);
  });
  add(`${kind}_in_fragments_between_fragments`, async (peer) => {
    await peer.text('be', { fin: false });
    await peer.send(opcode, payloadOf(4), { fin: false });
    await peer.fails(1002);
  });
}

export const controlCases = list;
