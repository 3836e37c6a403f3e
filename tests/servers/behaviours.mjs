// SPDX-License-Identifier: MIT
// What each test server does with an open WebSocket connection, by the first part of its path.

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

// Each: (ws, the path's other parts).
export const behaviours = {
  echo,
  handler,
  send,
  fragments,
  pings,
  drop,
  close,
  // Open, and never a word; it does answer a Close.
  'silent-open': () => {},
  // Open, and never reads.
  stall: (ws) => ws.pause(),
};
