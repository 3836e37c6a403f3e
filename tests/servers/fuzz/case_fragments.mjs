// SPDX-License-Identifier: MIT
// Fragments in all orders: RFC 6455 section 5.4.

import { noise, prose, splits } from './bytes.mjs';
import { OP, frame } from './frames.mjs';

const list = [];
const add = (name, run) => list.push({ name: `fragments.${name}`, run });

// Sends payload in so many bytes a frame, an empty one too where it is empty.
async function sendInFrames(peer, opcode, payload, size, options = {}) {
  const data = Buffer.from(payload);
  for (let at = 0; at < data.length || at === 0; at += size) {
    const fin = at + size >= data.length;
    await peer.send(at ? OP.CONTINUATION : opcode, data.subarray(at, at + size), {
      ...options, fin,
    });
    await options.between?.(at);
  }
}

for (const [length, size] of [[2, 1], [10, 1], [10, 3], [125, 1], [1000, 1], [1000, 126],
  [65536, 125], [65536, 126], [65537, 4096], [1 << 20, 65535], [1 << 20, 65536], [4 << 20, 4096],
  [4 << 20, 1 << 20]]) {
  add(`${length}_in_frames_of_${size}`, async (peer) => {
    await sendInFrames(peer, OP.TEXT, prose(length), size);
    await peer.hearsMessage(OP.TEXT, prose(length));
    await sendInFrames(peer, OP.BINARY, noise(length), size);
    await peer.hearsMessage(OP.BINARY, noise(length));
    await peer.finish();
  });
}

for (const chop of [1, 2, 3, 5, 997]) {
  add(`frames_of_7_chopped_at_${chop}`, async (peer) => {
    await sendInFrames(peer, OP.TEXT, prose(500), 7, { chop });
    await peer.hearsMessage(OP.TEXT, prose(500));
    await peer.finish();
  });
}

add('two_fragments_split_anywhere', async (peer) => {
  for (const [head, tail] of splits(prose(70))) {
    await peer.text(head, { fin: false });
    await peer.send(OP.CONTINUATION, tail);
    await peer.hearsMessage(OP.TEXT, prose(70));
  }
  await peer.finish();
});

for (const count of [2, 3, 100, 20_000]) {
  add(`${count}_empty_fragments`, async (peer) => {
    const middle = Buffer.concat(Array(count - 2).fill(frame(OP.CONTINUATION, '', { fin: false })));
    await peer.text('', { fin: false });
    await peer.write(middle);
    await peer.send(OP.CONTINUATION, '');
    await peer.hearsMessage(OP.TEXT, '');
    await peer.finish();
  });
}

for (const filled of [0, 1, 2]) {
  add(`three_fragments_only_number_${filled + 1}_with_bytes`, async (peer) => {
    const payloads = ['', '', ''];
    payloads[filled] = 'here';
    await peer.binary(payloads[0], { fin: false });
    await peer.send(OP.CONTINUATION, payloads[1], { fin: false });
    await peer.send(OP.CONTINUATION, payloads[2]);
    await peer.hearsMessage(OP.BINARY, 'here');
    await peer.finish();
  });
}

// Section 5.4: control frames may come between, and are answered before the message is whole.
add('pings_between_fragments_are_answered_at_once', async (peer) => {
  await sendInFrames(peer, OP.TEXT, prose(50), 5, {
    between: async (at) => {
      if (at < 45) await peer.isWell(`ping at ${at}`);
    },
  });
  await peer.hearsMessage(OP.TEXT, prose(50));
  await peer.finish();
});

add('pongs_between_fragments', async (peer) => {
  await sendInFrames(peer, OP.BINARY, noise(50), 5, {
    between: (at) => (at < 45 ? peer.send(OP.PONG, `pong at ${at}`) : null),
  });
  await peer.hearsMessage(OP.BINARY, noise(50));
  await peer.finish();
});

add('a_close_between_fragments', async (peer) => {
  await peer.text('never', { fin: false });
  await peer.finish();
});

add('a_ping_and_a_close_between_fragments', async (peer) => {
  await peer.binary(noise(100), { fin: false });
  await peer.send(OP.CONTINUATION, noise(100), { fin: false });
  await peer.isWell();
  await peer.finish(1001, 'gone');
});

for (const [kind, opcode] of [['text', OP.TEXT], ['binary', OP.BINARY]]) {
  add(`a_new_${kind}_in_the_middle_fails_at_its_header`, async (peer) => {
    await peer.text('be', { fin: false });
    await peer.send(opcode, '', { declared: 100 });
    await peer.fails(1002);
  });
}

// All sequences of three frames: text begun (T) and whole (t), binary begun (B), continuation that
// goes on (C) and ends (c), ping (p).  What must come is worked out frame by frame.
const LETTERS = ['T', 't', 'B', 'C', 'c', 'p'];
const frames = {
  T: [OP.TEXT, false], t: [OP.TEXT, true], B: [OP.BINARY, false],
  C: [OP.CONTINUATION, false], c: [OP.CONTINUATION, true],
};

// False once the client must have failed.
async function step(peer, letter, payload, state) {
  if (letter === 'p') {
    await peer.isWell(payload);
    return true;
  }
  const [opcode, fin] = frames[letter];
  await peer.send(opcode, payload, { fin });
  if ((opcode === OP.CONTINUATION) !== Boolean(state.open)) {
    await peer.fails(1002);
    return false;
  }
  state.open ??= { opcode, text: '' };
  state.open.text += payload;
  if (fin) {
    await peer.hearsMessage(state.open.opcode, state.open.text);
    state.open = null;
  }
  return true;
}

for (const a of LETTERS) {
  for (const b of LETTERS) {
    for (const c of LETTERS) {
      add(`order_${a}${b}${c}`, async (peer) => {
        const state = { open: null };
        for (const [at, letter] of [a, b, c].entries()) {
          if (!await step(peer, letter, `frame ${at}`, state)) return;
        }
        await peer.finish();
      });
    }
  }
}

export const fragmentCases = list;
