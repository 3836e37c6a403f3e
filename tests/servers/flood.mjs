// SPDX-License-Identifier: MIT
// A server that sends more than anybody wants, and another connection that tells how much left.

const STILL = 300; // ms without progress that mean: the client is not read any more
const AT_ONCE = 1 << 20; // bytes handed to the system at a time

const floods = new Map(); // key -> {sent, code}
let keys = 0;

// Sends until the system takes no more, then goes on when it does.
function pour(ws, state, size, count) {
  while (state.offered < count && ws.readyState === ws.OPEN && ws.bufferedAmount < AT_ONCE) {
    const data = Buffer.alloc(size);
    data.writeUInt32LE(state.offered++);
    ws.send(data, (error) => {
      if (error) return;
      state.sent += size;
      pour(ws, state, size, count);
    });
  }
  if (state.sent === size * count) ws.close(1000, 'all sent');
}

// /flood/SIZE/COUNT: a text, which is a key; then so many binary messages, each begins with its
// number as a uint32; then a Close.
export function flood(ws, [size, count]) {
  const key = String(++keys);
  const state = { offered: 0, sent: 0, code: 0 };
  floods.set(key, state);
  ws.on('close', (code) => {
    state.code = code;
  });
  ws.send(key);
  pour(ws, state, Number(size), Number(count));
}

// /flooded/KEY: the text "BYTES CODE" once that flood makes no progress, or has ended: how many
// bytes the system took of it, and the code that closed it, or 0.
export function flooded(ws, [key]) {
  const state = floods.get(key);
  let before = -1;
  const timer = setInterval(() => {
    if (!state.code && state.sent !== before) {
      before = state.sent;
      return;
    }
    clearInterval(timer);
    ws.send(`${state.sent} ${state.code}`);
  }, STILL);
  ws.on('close', () => clearInterval(timer));
}
