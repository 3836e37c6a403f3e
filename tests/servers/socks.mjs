// SPDX-License-Identifier: MIT
// SOCKS 5 proxies, good and bad ones: RFC 1928, RFC 1929.

import net from 'node:net';

const HOST = '127.0.0.1';
const VERSION = 5;
const NO_LOGIN = 0;
const LOGIN = 2;
const NONE_OF_THESE = 0xff;
const USER = 'eft';
const PASSWORD = 'se cret';
const NAME = 3;
const LENGTHS = { 1: 4, 4: 16 };

// What the proxy alone can resolve.
const KNOWN = 'behind-the-proxy.test';

const REPLIES = { ECONNREFUSED: 5, ENOTFOUND: 4 };
const NOT_ALLOWED = 2;
const NO_SUCH_ADDRESSES = 8;

const reply = (code) => Buffer.from([VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0]);

// Bytes of a socket, as many as are asked for: take(count) gives a promise.
function reader(socket) {
  let held = Buffer.alloc(0);
  let wanted = null;
  const look = () => {
    if (!wanted || held.length < wanted.count) return;
    const { count, resolve } = wanted;
    wanted = null;
    const taken = held.subarray(0, count);
    held = held.subarray(count);
    resolve(taken);
  };
  const onData = (data) => {
    held = Buffer.concat([held, data]);
    look();
  };
  socket.on('data', onData);
  const take = (count) => new Promise((resolve) => {
    wanted = { count, resolve };
    look();
  });
  const rest = () => {
    socket.off('data', onData);
    return held;
  };
  return { take, rest };
}

const byte = async (take) => (await take(1))[0];
const text = async (take) => (await take(await byte(take))).toString();

// Each byte in a segment of its own, where that is wanted.
async function write(socket, data, split) {
  for (const piece of split ? data : [data]) {
    await new Promise((resolve) => socket.write(Buffer.from(split ? [piece] : piece), resolve));
    if (split) await new Promise((resolve) => setImmediate(resolve));
  }
}

// Which method, and whether who asks may go on.
async function admit(socket, take, { login, split }) {
  await byte(take);
  const methods = await take(await byte(take));
  const wanted = login ? LOGIN : NO_LOGIN;
  const method = methods.includes(wanted) ? wanted : NONE_OF_THESE;
  await write(socket, [VERSION, method], split);
  if (method !== LOGIN) return method === NO_LOGIN;
  await byte(take);
  const user = await text(take);
  const password = await text(take);
  const right = user === USER && password === PASSWORD;
  await write(socket, [1, right ? 0 : 1], split);
  return right;
}

async function readTarget(take) {
  const type = (await take(4))[3];
  const name = type === NAME ? await text(take) : '';
  if (!name) await take(LENGTHS[type]);
  const port = (await take(2)).readUInt16BE();
  return { name, port };
}

// All that is here is on this machine, whichever of its addresses was asked for.
const hostOf = (name) => (!name || name === KNOWN || net.isIP(name) ? HOST : name);

function connect(socket, { name, port }, rest, split) {
  const other = net.connect(port, hostOf(name));
  let fail = ({ code }) => socket.end(reply(REPLIES[code] ?? 1));
  other.on('connect', async () => {
    fail = () => socket.destroy();
    await write(socket, reply(0), split);
    other.write(rest());
    other.pipe(socket).pipe(other);
  });
  other.on('error', (error) => fail(error));
  socket.on('close', () => other.destroy());
}

const serve = (how) => async (socket) => {
  const { take, rest } = reader(socket);
  if (!await admit(socket, take, how)) {
    socket.end();
    return;
  }
  const target = await readTarget(take);
  if (how.forbids) socket.end(reply(NOT_ALLOWED));
  else if (how.addresses && target.name) socket.end(reply(NO_SUCH_ADDRESSES));
  else connect(socket, target, rest, how.split);
};

const servers = {
  socks: serve({}),
  'socks-auth': serve({ login: true }),
  'socks-split': serve({ login: true, split: true }),
  'socks-addresses': serve({ addresses: true }),
  'socks-forbids': serve({ forbids: true }),
  'socks-closes': (socket) => socket.once('data', () => socket.end()),
  'socks-garbage': (socket) => socket.once('data', () => socket.write('220 mail.test ESMTP\r\n')),
  'socks-hangs': () => {},
};

// startSocks(start) gives {name: "host:port"}; start(server) lets a server listen and gives that.
export async function startSocks(start) {
  const urls = {};
  for (const [name, onSocket] of Object.entries(servers)) {
    urls[name] = await start(net.createServer(onSocket));
  }
  return urls;
}
