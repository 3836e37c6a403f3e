// SPDX-License-Identifier: MIT
// The command lines of the programs that compare.

import { parseArgs } from 'node:util';

// What parseArgs gives, --help and -h included.  What it does not know ends the program with code
// 2, and with what is wrong before the usage.
export function readArguments(options, usage) {
  const help = { type: 'boolean', short: 'h' };
  try {
    return parseArgs({ allowPositionals: true, options: { ...options, help } });
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}
