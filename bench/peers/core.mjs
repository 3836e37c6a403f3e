// SPDX-License-Identifier: MIT
// The cases of bench/core with JavaScript's own promises: node core.mjs CASE N, or in a page.

const SECOND = 1e9; // ns
const node = typeof process === 'object';

const wall = () => performance.now() * 1e6;

// A page is not told its CPU time.
function busy() {
  if (!node) return wall();
  const { user, system } = process.cpuUsage();
  return (user + system) * 1e3;
}

// Lets a time pass that busy() would count although nothing is done; answers how much it did.
function idle(ns) {
  if (node) return 0;
  const begin = wall();
  while (wall() - begin < ns);
  return wall() - begin;
}

function check(right) {
  if (!right) throw new Error('a wrong result');
}

async function sleepMany(n) {
  let seen = 0;
  const sleeper = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    seen++;
  };
  const begin = wall();
  const tasks = [];
  for (let i = 0; i < n; i++) tasks.push(sleeper());
  for (const task of tasks) await task;
  const spent = wall() - begin - SECOND;
  check(seen === n);
  return spent / n;
}

async function give(i) {
  return i;
}

async function spawnJoin(n) {
  const begin = wall();
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await give(i);
  const spent = wall() - begin;
  check(sum === (n * (n - 1)) / 2);
  return spent / n;
}

async function gather(n) {
  const begin = wall();
  const tasks = [];
  for (let i = 0; i < n; i++) tasks.push(give(i));
  const results = await Promise.all(tasks);
  const spent = wall() - begin;
  check(results.length === n && results.every((result, i) => result === i));
  return spent / n;
}

// The language has none; this is asyncio's.
class Queue {
  #capacity;
  #items = [];
  #getters = [];
  #putters = [];

  constructor(capacity) {
    this.#capacity = capacity;
  }

  async put(item) {
    while (this.#items.length >= this.#capacity) {
      await new Promise((resolve) => this.#putters.push(resolve));
    }
    this.#items.push(item);
    this.#getters.shift()?.();
  }

  async get() {
    while (!this.#items.length) {
      await new Promise((resolve) => this.#getters.push(resolve));
    }
    const item = this.#items.shift();
    this.#putters.shift()?.();
    return item;
  }
}

async function pingpong(n) {
  const hops = Math.floor(n / 2);
  const play = async (source, target) => {
    for (let i = 0; i < hops; i++) await target.put((await source.get()) + 1);
  };
  const left = new Queue(1);
  const right = new Queue(1);
  await left.put(0);
  const begin = wall();
  await Promise.all([play(left, right), play(right, left)]);
  const spent = wall() - begin;
  check((await left.get()) === 2 * hops);
  return spent / n;
}

async function timers(n) {
  const delays = Array.from({ length: n }, () => 1000 * Math.random());
  let left = Math.max(Math.floor(n / 10), 1);
  let finish;
  const done = new Promise((resolve) => {
    finish = resolve;
  });
  const fire = () => {
    if (--left === 0) finish();
  };
  const begin = busy();
  const armed = delays.map((delay) => setTimeout(fire, delay));
  for (let i = 0; i < n - left; i++) clearTimeout(armed[i]);
  const idled = idle(SECOND);
  await done;
  return (busy() - begin - idled) / (2 * n);
}

async function cancel(n) {
  let seen = 0;
  const waitForNothing = async (signal) => {
    try {
      await new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    } catch (error) {
      if (error.name === 'AbortError') seen++;
      throw error;
    }
  };
  const controllers = Array.from({ length: n }, () => new AbortController());
  const tasks = controllers.map(({ signal }) => waitForNothing(signal));
  const begin = wall();
  for (const controller of controllers) controller.abort();
  const ends = await Promise.allSettled(tasks);
  const spent = wall() - begin;
  check(seen === n && ends.every(({ status }) => status === 'rejected'));
  return spent / n;
}

async function yieldOften(n) {
  let seen = 0;
  const turns = Math.floor(n / 2);
  const task = async () => {
    for (let i = 0; i < turns; i++) {
      await undefined;
      seen++;
    }
  };
  const begin = wall();
  await Promise.all([task(), task()]);
  const spent = wall() - begin;
  check(seen === 2 * turns);
  return spent / n;
}

async function awaitDone(n) {
  const done = Promise.resolve(1);
  const begin = wall();
  let seen = 0;
  for (let i = 0; i < n; i++) seen += await done;
  const spent = wall() - begin;
  check(seen === n);
  return spent / n;
}

const cases = {
  sleep_many: sleepMany,
  spawn_join: spawnJoin,
  gather,
  pingpong,
  timers,
  cancel,
  yield: yieldOften,
  await_done: awaitDone,
};

// In a page it is the heap of JavaScript, where the browser tells it.
async function peakKib() {
  if (!node) return Math.round((performance.memory?.totalJSHeapSize ?? 0) / 1024);
  const { readFileSync } = await import('node:fs');
  const status = readFileSync('/proc/self/status', 'ascii');
  return Number(/^VmHWM:\s*(\d+)/m.exec(status)[1]);
}

// Gives the exit code; print(text) gets the line.
export async function main(args, print) {
  const [name, count] = args;
  const n = Number(count);
  if (args.length !== 2 || !Object.hasOwn(cases, name) || !(Number.isInteger(n) && n > 0)) return 2;
  const ns = await cases[name](n);
  print(`${name} ${n} ${ns.toFixed(1)} ${await peakKib()}`);
  return 0;
}

if (node) process.exitCode = await main(process.argv.slice(2), console.log);
