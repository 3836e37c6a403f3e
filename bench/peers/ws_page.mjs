// SPDX-License-Identifier: MIT
// The cases of bench/ws in a page, with its WebSocket and callbacks alone: URL CASE N SIZE COUNT

// It prints what the program `ws` prints, with the time on the wall instead of CPU time, and 0 KiB:
// a page is told neither.

const IN_FLIGHT = 64;
const WARM_UP_PART = 10;
const AT_ONCE = 100;

function open(url) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => resolve(socket);
    socket.onclose = () => reject(new Error('cannot connect'));
  });
}

function close(socket) {
  return new Promise((resolve) => {
    socket.onclose = resolve;
    socket.close(1000);
  });
}

// n messages there and back with so many in flight; then calls done.
function exchange(socket, { n, size, times }, inFlight, done) {
  const payload = new Uint8Array(size).fill(0x5a);
  const sentAt = new Array(inFlight);
  let sent = 0;
  let received = 0;
  const send = () => {
    sentAt[sent++ % inFlight] = performance.now();
    socket.send(payload);
  };
  socket.onmessage = (event) => {
    if (event.data.byteLength !== size) throw new Error('an echo of another length');
    times?.push(performance.now() - sentAt[received % inFlight]);
    if (sent < n) send();
    if (++received === n) done();
  };
  while (sent < n && sent < inFlight) send();
}

const exchangeAll = (socket, what, inFlight) =>
  new Promise((resolve) => {
    exchange(socket, what, inFlight, resolve);
  });

async function openAll(url, count) {
  const sockets = [];
  while (sockets.length < count) {
    const batch = Math.min(AT_ONCE, count - sockets.length);
    sockets.push(...await Promise.all(Array.from({ length: batch }, () => open(url))));
  }
  return sockets;
}

const flow = (inFlight) => async ({ url, n, size, times, start }) => {
  const socket = await open(url);
  await exchangeAll(socket, { n: Math.floor(n / WARM_UP_PART), size }, inFlight);
  start();
  await exchangeAll(socket, { n, size, times }, inFlight);
  return n;
};

async function fanout({ url, n, size, count, times, start }) {
  const sockets = await openAll(url, count);
  const each = Math.floor(n / count);
  await Promise.all(sockets.map((socket) => exchangeAll(socket, { n: 1, size }, 1)));
  start();
  await Promise.all(sockets.map((socket) => exchangeAll(socket, { n: each, size, times }, 1)));
  return each * count;
}

async function connect({ url, n, count, times, start }) {
  start();
  if (count > 1) {
    const one = async () => {
      const begin = performance.now();
      await open(url);
      times.push(performance.now() - begin);
    };
    await Promise.all(Array.from({ length: count }, one));
    return count;
  }
  for (let i = 0; i < n; i++) {
    const begin = performance.now();
    await close(await open(url));
    times.push(performance.now() - begin);
  }
  return n;
}

const cases = { rtt: flow(1), pipeline: flow(IN_FLIGHT), fanout, connect };

const micro = (ms) => (ms * 1000).toFixed(2);

export async function main([url, name, ...numbers], print) {
  const [n, size, count] = numbers.map(Number);
  if (!Object.hasOwn(cases, name) || !(n > 0 && size >= 0 && count > 0)) return 2;
  const times = [];
  let begin = 0;
  const start = () => {
    begin = performance.now();
  };
  const done = await cases[name]({ url, n, size, count, times, start });
  const spent = performance.now() - begin;
  times.sort((a, b) => a - b);
  const at = (percent) => micro(times[Math.min(times.length - 1,
    Math.floor(times.length * percent / 100))]);
  print(`${name} ${Math.round(done * 1000 / spent)} ${(spent * 1000 / done).toFixed(3)} ` +
    `${at(50)} ${at(99)} 0`);
  return 0;
}
