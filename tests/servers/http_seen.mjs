// SPDX-License-Identifier: MIT
// What the HTTP servers see of a request with ?key=KEY, and how a client steers and asks them.

// ms without progress that mean: nobody reads any more.  No event says so: a stalled socket and one
// whose reader is slow look the same until it reads.  It is asked for only where the reader has
// stopped for good, so that a slow machine makes a test longer, not wrong.
const STILL = 300;

// key -> {begun, ended: null, 'complete' or 'aborted', received, sent, act, waiting}
const records = new Map();
let keys = 0;

function recordOf(key) {
  let record = records.get(key);
  if (!record) {
    record = { begun: 0, ended: null, received: 0, sent: 0, act: null, waiting: new Set() };
    records.set(key, record);
  }
  return record;
}

export function changed(record) {
  for (const look of [...record.waiting]) look();
}

function until(record, holds) {
  return new Promise((resolve) => {
    const look = () => {
      if (!holds(record)) return;
      record.waiting.delete(look);
      resolve();
    };
    record.waiting.add(look);
    look();
  });
}

// Keeps record of an exchange; one without a key has a record too, which nobody can ask for.
export function watch(exchange) {
  const key = exchange.query.get('key');
  const record = recordOf(key ?? `nameless ${++keys}`);
  if (!key) records.delete(`nameless ${keys}`);
  record.begun++;
  record.ended = null;
  exchange.record = record;
  exchange.response.on('close', () => {
    const { writableEnded, writableFinished } = exchange.response;
    record.ended = writableEnded && writableFinished ? 'complete' : 'aborted';
    changed(record);
  });
  changed(record);
}

const told = ({ begun, ended, received, sent }) => ({ begun, ended, received, sent });

// Until nothing has been sent or received for a while.
async function standsStill(record) {
  let before = -1;
  while (!record.ended && record.sent + record.received !== before) {
    before = record.sent + record.received;
    await new Promise((resolve) => {
      setTimeout(resolve, STILL);
    });
  }
}

// /key: a text that nobody else uses as a key.
function newKey(exchange) {
  exchange.reply(200, `k${++keys}`);
}

// /seen/KEY[/begun | /still]: what was seen of the last request with that key, as JSON, once it has
// ended, begun, or makes no progress any more.
async function seen(exchange) {
  const [, name, what] = exchange.parts;
  const record = recordOf(name);
  await until(record, () => record.begun > 0);
  if (what === 'still') await standsStill(record);
  else if (what !== 'begun') await until(record, () => record.ended);
  exchange.json(told(record));
}

// /go/KEY/COMMAND[?…]: has the request with that key do something, and answers when it has.
async function go(exchange) {
  const [, name, command] = exchange.parts;
  const record = recordOf(name);
  await until(record, () => record.act?.[command] || record.ended);
  if (record.ended) {
    exchange.reply(409, 'that has ended\n');
    return;
  }
  await record.act[command](exchange.query);
  exchange.reply(200, 'done\n');
}

// /puppet?key=KEY: does what it is told by
//
//   /go/KEY/head[?status=…&length=…&type=…]   begins the answer
//   /go/KEY/send?text=… or ?size=…            a piece of the body, which ends with its length
//   /go/KEY/end, /go/KEY/reset
function puppet(exchange) {
  const { record, response } = exchange;
  let left = Infinity;
  record.act = {
    head: (query) => {
      const length = query.get('length');
      if (length) left = Number(length);
      exchange.head(Number(query.get('status') ?? 200), [
        ['Content-Type', query.get('type') ?? 'text/plain'],
        ...(length ? [['Content-Length', length]] : []),
      ]);
      response.flushHeaders();
    },
    send: (query) => {
      const data = Buffer.from(query.get('text') ?? 'x'.repeat(Number(query.get('size'))));
      record.sent += data.length;
      left -= data.length;
      return new Promise((resolve) => {
        if (left > 0) response.write(data, () => resolve());
        else response.end(data, resolve);
      });
    },
    end: () => new Promise((resolve) => response.end(resolve)),
    reset: () => exchange.reset(),
  };
  exchange.request.resume();
  changed(record);
}

const groups = new Map(); // name -> {now, most, waiting}

// /together/GROUP/COUNT: answers when so many of the group are here, with the most that ever were.
function together(exchange) {
  const [, name, count] = exchange.parts;
  const group = groups.get(name) ?? { now: 0, most: 0, waiting: [] };
  groups.set(name, group);
  group.now++;
  group.most = Math.max(group.most, group.now);
  group.waiting.push(exchange);
  if (group.waiting.length < Number(count)) return;
  for (const one of group.waiting.splice(0)) {
    group.now--;
    one.json({ most: group.most });
  }
}

// Each: (exchange).
export const steered = { key: newKey, seen, go, puppet, together };
