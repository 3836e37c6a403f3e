#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Runs the WebSocket programs alternately and prints medians and ratios: bench/README.md.

import { PYTHON, alternate, inRoot, startServer } from './alternate.mjs';
import { readArguments } from './arguments.mjs';

const USAGE = `usage: node bench/compare_ws.mjs [--runs=N] [--with=NAME,...] [--tls] [WORD...]

  --runs=N          how often each program runs each case (3)
  --with=NAME,...   which programs; the ratios are to the first that can
  --tls             eft over TLS as well, as eft-tls
  WORD              only cases whose line has it, such as pipeline or 65536
  --list            print the programs and the cases
`;

// CASE N SIZE CONNECTIONS.
const CASES = [
  'rtt 10000 64 1',
  'pipeline 100000 64 1',
  'pipeline 50000 1024 1',
  'pipeline 3000 65536 1',
  'fanout 50000 64 100',
  'fanout 50000 64 1000',
  'fanout 50000 64 5000',
  'connect 1000 64 1',
  'connect 1 64 1000',
  'idle 1 64 1000',
  'idle 1 64 5000',
];

const programs = {
  eft: [inRoot('build/native/bench/ws')],
  'eft-tls': [inRoot('build/native/bench/ws')],
  libwebsockets: [inRoot('build/native/bench/ws-lws')],
  'node-ws': [process.execPath, inRoot('bench/peers/ws.mjs')],
  aiohttp: [PYTHON, inRoot('bench/peers/ws.py'), 'aiohttp'],
  websockets: [PYTHON, inRoot('bench/peers/ws.py'), 'websockets'],
};

async function compare({ runs, names, cases, tls }) {
  const certificate = (kind) => inRoot(`build/certificates/good.${kind}`);
  const plain = await startServer('ws-server');
  const secure = tls
    ? await startServer('ws-server', '0', certificate('crt'), certificate('key')) : null;
  if (secure) process.env.SSL_CERT_FILE = inRoot('build/certificates/ca.crt');
  const chosen = names.map((name) => ({
    name, command: programs[name], url: name === 'eft-tls' ? secure.url : plain.url,
  }));
  let well = true;
  for (const one of cases) well = await alternate(chosen, one, runs) && well;
  plain.stop();
  secure?.stop();
  return well ? 0 : 1;
}

function read() {
  const { values, positionals } = readArguments({
    runs: { type: 'string', default: '3' },
    with: { type: 'string', default: 'eft,libwebsockets,node-ws,aiohttp,websockets' },
    tls: { type: 'boolean', default: false },
    list: { type: 'boolean' },
  }, USAGE);
  const names = values.with.split(',');
  if (values.tls && !names.includes('eft-tls')) names.push('eft-tls');
  return {
    ...values,
    runs: Number(values.runs),
    names,
    tls: names.includes('eft-tls'),
    cases: CASES.filter((one) => positionals.every((word) => one.split(' ').includes(word))),
  };
}

async function main() {
  const wanted = read();
  if (wanted.help) {
    console.log(USAGE);
    return 0;
  }
  if (!(wanted.runs > 0) || !wanted.cases.length || !wanted.names.every((name) => programs[name])) {
    console.error(USAGE);
    return 2;
  }
  if (wanted.list) {
    console.log([...Object.keys(programs), '', ...CASES].join('\n'));
    return 0;
  }
  return compare(wanted);
}

process.exitCode = await main();
