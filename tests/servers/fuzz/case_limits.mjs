// SPDX-License-Identifier: MIT
// A server that wants the client's memory: RFC 6455 section 10.4.

import { noise, prose } from './bytes.mjs';
import { OP, Wrong, frame } from './frames.mjs';

const MIB = 1 << 20;

const list = [];
const add = (name, limit, run) => list.push({
  name: `limits.${name}`, args: limit ? ['--max-size', String(limit)] : [], run,
});

// A build with the sanitizer keeps what was freed for a while.
export function staysSmall(peer, { asan }, most = 8 * MIB) {
  const grown = peer.grown();
  const allowed = asan ? most + 280 * MIB : most;
  if (grown > allowed) throw new Wrong(`the client took ${Math.round(grown / MIB)} MiB of memory`);
}

async function failsSmall(peer, settings, code = 1009) {
  await peer.hearsClose([code]);
  staysSmall(peer, settings);
  peer.socket.end();
  await peer.hearsEnd();
}

// A length is refused when it is declared, whatever of it comes.
for (const declared of [2n ** 63n - 1n, 2n ** 62n, 2n ** 40n, 2n ** 33n, 2n ** 32n, 2n ** 31n,
  2n ** 30n]) {
  add(`a_declared_length_of_${declared}`, 0, async (peer, settings) => {
    await peer.binary('', { declared });
    await failsSmall(peer, settings);
  });
  add(`a_declared_length_of_${declared}_in_a_continuation`, 0, async (peer, settings) => {
    await peer.text('be', { fin: false });
    await peer.send(OP.CONTINUATION, 'gun', { declared });
    await failsSmall(peer, settings);
  });
}

// One that is allowed costs what comes, not what is declared.
add('a_declared_length_that_does_not_come', 1 << 30, async (peer, settings) => {
  await peer.binary(noise(100), { declared: 1 << 30 });
  peer.socket.end();
  await peer.hearsEnd();
  staysSmall(peer, settings);
});

for (const limit of [1, 125, 126, 65535, 65536, MIB]) {
  const [text, bytes] = [prose(limit), noise(limit)];
  add(`a_message_of_the_maximum_${limit}`, limit, async (peer) => {
    await peer.echo(OP.TEXT, text);
    await peer.echo(OP.BINARY, bytes);
    await peer.isWell(noise(125));
    await peer.finish();
  });
  add(`one_byte_over_${limit}`, limit, async (peer) => {
    await peer.echo(OP.BINARY, bytes);
    await peer.binary('', { declared: limit + 1 });
    await peer.fails(1009);
  });
  add(`one_byte_over_${limit}_in_fragments`, limit, async (peer) => {
    await peer.binary(bytes, { fin: false });
    await peer.isWell();
    await peer.send(OP.CONTINUATION, 'x');
    await peer.fails(1009);
  });
  add(`the_maximum_${limit}_in_fragments`, limit, async (peer) => {
    await peer.text('', { fin: false });
    await peer.send(OP.CONTINUATION, text, { fin: false });
    await peer.send(OP.CONTINUATION, '');
    await peer.hearsMessage(OP.TEXT, text);
    await peer.finish();
  });
}

add('fragments_without_end', 100_000, async (peer, settings) => {
  await peer.binary(noise(1000), { fin: false });
  for (let i = 1; i < 100; i++) await peer.send(OP.CONTINUATION, noise(1000), { fin: false });
  await peer.isWell();
  await peer.send(OP.CONTINUATION, noise(1), { fin: false });
  await failsSmall(peer, settings);
});

add('a_hundred_thousand_empty_fragments', 0, async (peer, settings) => {
  const some = Buffer.concat(Array(1000).fill(frame(OP.CONTINUATION, '', { fin: false })));
  await peer.binary('', { fin: false });
  for (let i = 0; i < 100; i++) await peer.write(some);
  await peer.isWell();
  staysSmall(peer, settings);
  await peer.send(OP.CONTINUATION, 'end');
  await peer.hearsMessage(OP.BINARY, 'end');
  await peer.finish();
});

add('a_hundred_thousand_pongs', 0, async (peer, settings) => {
  const some = Buffer.concat(Array(1000).fill(frame(OP.PONG, noise(125))));
  for (let i = 0; i < 100; i++) await peer.write(some);
  await peer.isWell();
  staysSmall(peer, settings);
  await peer.finish();
});

// Section 5.5.3 lets it answer the last alone; it must not pile up what nobody reads.
add('pings_of_a_server_that_does_not_read', 0, async (peer, settings) => {
  const some = Buffer.concat(Array(1000).fill(frame(OP.PING, noise(125))));
  peer.socket.pause();
  for (let i = 0; i < 300; i++) await peer.write(some);
  await peer.send(OP.PING, 'the last');
  peer.socket.resume();
  let event;
  do event = await peer.next();
  while (event.type === 'pong' && event.payload.toString() !== 'the last');
  if (event.type !== 'pong') throw new Wrong('the last ping was not answered');
  staysSmall(peer, settings);
  await peer.finish();
});

// Messages of a server that reads no echo wait in its own memory, not in the client's.
add('messages_of_a_server_that_does_not_read', 0, async (peer, settings) => {
  const some = frame(OP.BINARY, noise(65536));
  let sent = 0;
  peer.socket.pause();
  while (peer.socket.writableLength < 4 * MIB && sent < 2000) {
    peer.socket.write(some);
    sent++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (sent === 2000) throw new Wrong('the client read 125 MiB whose echo nobody read');
  staysSmall(peer, settings, 24 * MIB);
  peer.socket.resume();
  for (let i = 0; i < sent; i++) await peer.hearsMessage(OP.BINARY, noise(65536));
  await peer.finish();
});

export const limitCases = list;
