#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Runs the HTTP programs alternately and prints medians and ratios: bench/README.md.

import { PYTHON, alternate, inRoot, startServer } from './alternate.mjs';
import { readArguments } from './arguments.mjs';

const USAGE = `usage: node bench/compare_http.mjs [--runs=N] [--with=NAME,...] [WORD...]

  --runs=N          how often each program runs each case (3)
  --with=NAME,...   which programs; the ratios are to the first that can
  WORD              only cases whose line has it, such as download or 32
  --list            print the programs and the cases
`;

// CASE N CONCURRENT.
const CASES = ['get 5000 1', 'get 20000 32', 'get 20000 256', 'download 1 1'];

const programs = {
  eft: [inRoot('build/native/bench/http')],
  curl: [inRoot('build/native/bench/http-curl')],
  'curl-alike': [inRoot('build/native/bench/http-curl'), '--alike'],
  'curl-uv': [inRoot('build/native/bench/http-curl'), '--uv'],
  'node-fetch': [process.execPath, inRoot('bench/peers/http.mjs')],
  aiohttp: [PYTHON, inRoot('bench/peers/http_aiohttp.py')],
};

async function compare({ runs, names, cases }) {
  const { url, stop } = await startServer('http-server');
  const chosen = names.map((name) => ({ name, command: programs[name], url }));
  let well = true;
  for (const one of cases) well = await alternate(chosen, one, runs) && well;
  stop();
  return well ? 0 : 1;
}

async function main() {
  const { values, positionals } = readArguments({
    runs: { type: 'string', default: '3' },
    with: { type: 'string', default: Object.keys(programs).join(',') },
    list: { type: 'boolean' },
  }, USAGE);
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const runs = Number(values.runs);
  const names = values.with.split(',');
  const cases = CASES.filter((one) => positionals.every((word) => one.split(' ').includes(word)));
  if (!(runs > 0) || !cases.length || !names.every((name) => programs[name])) {
    console.error(USAGE);
    return 2;
  }
  if (values.list) {
    console.log([...Object.keys(programs), '', ...CASES].join('\n'));
    return 0;
  }
  return compare({ runs, names, cases });
}

process.exitCode = await main();
