// SPDX-License-Identifier: MIT
// A worker that runs one program: it is sent {name, options}, and posts lines, then how it ended.

import { run } from '/eft/loader.mjs';

const line = (stream) => (text) => self.postMessage({ stream, text });

self.onmessage = async ({ data: { name, options } }) => {
  const program = run(name, {
    ...options,
    print: line('out'),
    printErr: line('err'),
    log: (level, text) => line('err')(`${level}: ${text}`),
  });
  const end = program.exit.then((code) => ({ code }), ({ message }) => ({ reason: message }));
  self.postMessage(await end);
};
