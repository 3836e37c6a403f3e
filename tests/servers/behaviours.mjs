// SPDX-License-Identifier: MIT
// What each test server does with an open WebSocket connection, by the first part of its path.

import { flood, flooded } from './flood.mjs';

const int32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};

// The Handler server's answer to one command; null where it is none.
function codeOf(data, isBinary) {
  if (!isBinary) return JSON.parse(data.toString()).role === 'admin' ? 1 : -1;
  if (data.length < 4) return null;
  const command = data.readInt32LE(0);
  if (command === 2) return JSON.parse(data.subarray(4).toString()).length;
  if (command === 0 && data.length === 5) return data.readInt8(4);
  return null;
}

function handler(ws) {
  let commands = 0;
  ws.on('message', (data, isBinary) => {
    let code = null;
    try {
      code = codeOf(data, isBinary);
    } catch {
      // Malformed JSON is an unknown command.
    }
    if (code === null) {
      ws.close(4400, 'unknown command');
      return;
    }
    ws.send(int32(code));
    if (++commands === 3) ws.close(1000, 'bye');
  });
}

function echo(ws) {
  ws.on('message', (data, isBinary) => ws.send(data, { binary: isBinary }));
}

// /ask: sends three messages, and closes when they have come back: with 1000, or with 4000 where
// others have.
function ask(ws) {
  const sent = [['text', false], [Buffer.from([0, 1, 255]), true], ['', false]];
  let heard = 0;
  ws.on('message', (data, isBinary) => {
    const [asked, wasBinary] = sent[heard++];
    if (isBinary !== wasBinary || !data.equals(Buffer.from(asked))) ws.close(4000, 'no echo');
    else if (heard === sent.length) ws.close(1000);
  });
  for (const [data] of sent) ws.send(data);
}

// /send/BYTES[/binary]: one message of so many bytes; text is all 'x'.
function send(ws, [bytes, kind]) {
  const data = Buffer.alloc(Number(bytes), 'x');
  ws.send(data, { binary: kind === 'binary' });
}

// /fragments/COUNT: one text message "0123…" of so many frames, one digit in each.
function fragments(ws, [count]) {
  const last = Number(count) - 1;
  for (let i = 0; i <= last; i++) {
    ws.send(String(i % 10), { binary: false, fin: i === last });
  }
}

// /pings/COUNT: that many pings, then a text message when the last of them is answered.
function pings(ws, [count]) {
  ws.on('pong', (data) => {
    if (data.toString() === count) ws.send(`pong ${count}`);
  });
  for (let i = 1; i <= Number(count); i++) ws.ping(String(i));
}

// /drop: the TCP connection ends at once, without a closing handshake.  /drop/COUNT: after so many
// messages from the client.
function drop(ws, [count]) {
  let left = Number(count ?? 0);
  if (!left) ws.terminate();
  ws.on('message', () => {
    if (--left === 0) ws.terminate();
  });
}

// /close/CODE/REASON; no CODE: an empty Close frame.
function close(ws, [code, reason]) {
  ws.close(code ? Number(code) : undefined, reason ? decodeURIComponent(reason) : undefined);
}

// /soak/stay, /soak/drop/COUNT, /soak/reset/COUNT, /soak/close/COUNT/CODE: echoes, tells how many
// messages it has had when it is asked "count?", and ends so after so many.
function soak(ws, [fate, count, code]) {
  const left = fate === 'stay' ? Infinity : Number(count);
  let heard = 0;
  const endIfDue = () => {
    if (heard !== left) return;
    if (fate === 'drop') ws.terminate();
    else if (fate === 'reset') ws._socket.resetAndDestroy();
    else ws.close(Number(code), 'fate');
  };
  ws.on('message', (data, isBinary) => {
    if (!isBinary && data.toString() === 'count?') {
      ws.send(`count ${heard}`);
    } else if (heard < left) {
      heard++;
      ws.send(data, { binary: isBinary });
      endIfDue();
    }
  });
  endIfDue();
}

// Paths at which a connection was broken off.
const broken = new Set();

// /restarting/…: echoes one message and breaks off, and after the next one closes normally.
function restarting(ws, rest) {
  const name = rest.join('/');
  const breaksOff = !broken.delete(name);
  if (breaksOff) broken.add(name);
  ws.on('message', (data, isBinary) => {
    ws.send(data, { binary: isBinary }, () => {
      if (breaksOff) ws.terminate();
      else ws.close(1000, 'bye');
    });
  });
}

// Each: (ws, the path's other parts).
export const behaviours = {
  echo,
  ask,
  handler,
  send,
  fragments,
  soak,
  pings,
  drop,
  close,
  flood,
  flooded,
  restarting,
  // Open, and never a word; it does answer a Close.
  'silent-open': () => {},
  // Open, and never reads.
  stall: (ws) => ws.pause(),
};

// Those of a server that answers no ping by itself.
export const ofSilentPongs = {
  // /pong/MS: echoes, and answers a ping after so many milliseconds; no MS: never.
  pong: (ws, [delay]) => {
    echo(ws);
    ws.on('ping', (data) => {
      if (delay) setTimeout(() => ws.pong(data), Number(delay));
    });
  },
};
