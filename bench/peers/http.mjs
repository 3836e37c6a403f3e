#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// The cases of bench/http with Node's own fetch: http.mjs URL CASE N CONCURRENT. In a page: main().

const SMALL = 100;
const LARGE_MIB = 200;
const MIB = 1 << 20;
const WARM_UP_PART = 10;
const node = globalThis.process?.versions?.node;

const now = () => performance.now() * 1000; // us

// A page is not told its CPU time: there it is the wall's.
function busy() {
  if (!node) return now();
  const { user, system } = process.cpuUsage();
  return user + system;
}

function check(right) {
  if (!right) throw new Error('a body of another length');
}

async function getOnce(url) {
  const response = await fetch(url);
  const body = await response.arrayBuffer();
  check(body.byteLength === SMALL);
}

async function getAll(url, n, count, times) {
  let left = n;
  const one = async () => {
    while (left-- > 0) {
      const begin = now();
      await getOnce(url);
      times?.push(now() - begin);
    }
  };
  await Promise.all(Array.from({ length: count }, one));
}

async function get({ url, n, count, times, start }) {
  await getAll(url, Math.max(Math.floor(n / WARM_UP_PART), count), count);
  start();
  await getAll(url, n, count, times);
  return n;
}

async function download({ url, start }) {
  start();
  const response = await fetch(`${url}${LARGE_MIB * MIB}`);
  const reader = response.body.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
  }
  check(length === LARGE_MIB * MIB);
  return LARGE_MIB;
}

const cases = { get, download };

export async function main([url, name, ...numbers], print, peak = () => 0) {
  const [n, count] = numbers.map(Number);
  if (!Object.hasOwn(cases, name) || (name === 'get' && !(n > 0 && count > 0))) return 2;
  const times = [];
  let wall = 0;
  let cpu = 0;
  const start = () => {
    cpu = busy();
    wall = now();
  };
  const done = await cases[name]({ url, n, count, times, start });
  wall = now() - wall;
  cpu = busy() - cpu;
  times.sort((a, b) => a - b);
  const at = (percent) => (times[Math.min(times.length - 1,
    Math.floor(times.length * percent / 100))] ?? 0).toFixed(2);
  print(`${name} ${Math.round(done * 1e6 / wall)} ${(cpu / done).toFixed(3)} ` +
    `${at(50)} ${at(99)} ${peak()}`);
  return 0;
}

if (node) {
  const { readFileSync } = await import('node:fs');
  const { pathToFileURL } = await import('node:url');
  const peak = () => /VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'ascii'))[1];
  if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    process.exitCode = await main(process.argv.slice(2), console.log, peak);
    if (process.exitCode === 2) console.error('usage: http.mjs URL CASE N CONCURRENT');
  }
}
