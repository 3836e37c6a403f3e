#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// The cases of bench/ws with the npm package ws: ws.mjs URL CASE N SIZE CONNECTIONS.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';

const IN_FLIGHT = 64;
const AT_ONCE = 100;

const now = () => performance.now() * 1000; // us

function busy() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function status(name) {
  const line = readFileSync('/proc/self/status', 'ascii').split('\n')
    .find((text) => text.startsWith(name));
  return Number(/\d+/.exec(line)[0]);
}

class Clock {
  times = [];

  start() {
    this.wall = now();
    this.cpu = busy();
  }

  stop() {
    this.wall = now() - this.wall;
    this.cpu = busy() - this.cpu;
  }

  line(name, operations) {
    this.times.sort((a, b) => a - b);
    const at = (part) => this.times[Math.min(this.times.length - 1,
      Math.floor(this.times.length * part))] ?? 0;
    const memory = this.memory ?? status('VmHWM:');
    const figures = [operations / this.wall * 1e6, this.cpu / operations, at(0.5), at(0.99)];
    return [name, ...figures.map((figure) => figure.toFixed(2)), memory].join(' ');
  }
}

const open = (url) => new Promise((resolve, reject) => {
  const ws = new WebSocket(url, { perMessageDeflate: false });
  ws.binaryType = 'nodebuffer';
  ws.on('error', reject);
  ws.on('open', () => resolve(ws));
});

const close = (ws) => new Promise((resolve) => {
  ws.on('close', resolve);
  ws.close(1000);
});

// n messages with so many in flight; note(us) hears of each.
const talk = (ws, n, data, inFlight, note) => new Promise((resolve, reject) => {
  const sentAt = [];
  let received = 0;
  const send = () => {
    sentAt.push(now());
    ws.send(data);
  };
  const onMessage = (echo) => {
    if (echo.length !== data.length) reject(new Error('a wrong result'));
    note(now() - sentAt[received++]);
    if (sentAt.length < n) send();
    if (received < n) return;
    ws.off('message', onMessage);
    resolve();
  };
  ws.on('message', onMessage);
  if (!n) resolve();
  while (sentAt.length < Math.min(n, inFlight)) send();
});

async function openAll(url, count) {
  const sockets = [];
  while (sockets.length < count) {
    const some = Math.min(AT_ONCE, count - sockets.length);
    sockets.push(...await Promise.all(Array.from({ length: some }, () => open(url))));
  }
  return sockets;
}

const ignore = () => {};

async function oneSocket(url, clock, n, data, inFlight) {
  const ws = await open(url);
  await talk(ws, Math.floor(n / 10), data, inFlight, ignore);
  clock.start();
  await talk(ws, n, data, inFlight, (us) => clock.times.push(us));
  clock.stop();
  return n;
}

// Each gives how many operations that were.
const cases = {
  rtt: ({ url, clock, n, data }) => oneSocket(url, clock, n, data, 1),
  pipeline: ({ url, clock, n, data }) => oneSocket(url, clock, n, data, IN_FLIGHT),
  fanout: async ({ url, clock, n, data, count }) => {
    const sockets = await openAll(url, count);
    const each = Math.floor(n / count);
    await Promise.all(sockets.map((ws) => talk(ws, 1, data, 1, ignore)));
    clock.start();
    await Promise.all(sockets.map((ws) => talk(ws, each, data, 1, (us) => clock.times.push(us))));
    clock.stop();
    return each * count;
  },
  connect: async ({ url, clock, n, count }) => {
    const one = async () => {
      const begin = now();
      const ws = await open(url);
      if (count === 1) await close(ws);
      clock.times.push(now() - begin);
    };
    clock.start();
    if (count === 1) for (let i = 0; i < n; i++) await one();
    else await Promise.all(Array.from({ length: count }, one));
    clock.stop();
    return count === 1 ? n : count;
  },
  idle: async ({ url, clock, count }) => {
    await close(await open(url));
    const before = status('VmRSS:');
    clock.start();
    await openAll(url, count);
    clock.stop();
    await sleep(1000);
    clock.memory = status('VmRSS:') - before;
    return count;
  },
};

async function main([url, name, n, size, count]) {
  if (!count || !Object.hasOwn(cases, name)) {
    console.error('usage: ws.mjs URL CASE N SIZE CONNECTIONS');
    return 2;
  }
  const clock = new Clock();
  const data = Buffer.alloc(Number(size), 'Z');
  const operations = await cases[name]({ url, clock, n: Number(n), data, count: Number(count) });
  console.log(clock.line(name, operations));
  return 0;
}

// What is open still is the system's to close.
process.exit(await main(process.argv.slice(2)));
