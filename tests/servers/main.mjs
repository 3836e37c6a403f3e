// SPDX-License-Identifier: MIT
// node tests/servers/main.mjs [CERTIFICATES]: runs all test servers until standard input ends.

// The first line on standard output is a JSON object {name: url}; each later one is an event,
// {"event": "open" or "closed", "path": …, "code": …, "reason": …}.

import { startServers } from './servers.mjs';

const line = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const waiting = [];
let tell = (event) => waiting.push(event);

const servers = await startServers({
  certificates: process.argv[2],
  tell: (event) => tell(event),
});
line(servers.urls);
tell = line;
waiting.forEach(line);
process.stdin.resume();
process.stdin.on('end', () => servers.close());
