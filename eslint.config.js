// SPDX-License-Identifier: MIT
// What the linter checks: mistakes, and the house's line width.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

const names = (list, how = 'readonly') =>
  Object.fromEntries(list.split(' ').map((name) => [name, how]));

const everywhere = names(
  'AbortController AbortSignal Blob ByteLengthQueuingStrategy Event EventTarget ' +
    'MessageChannel ReadableStream Request Response TextDecoder TextEncoder URL ' +
    'URLSearchParams WebAssembly WebSocket WebSocketError WebSocketStream clearInterval ' +
    'clearTimeout console fetch globalThis performance queueMicrotask setInterval setTimeout ' +
    'structuredClone',
);
const browser = names(
  'CustomEvent MutationObserver Worker dispatchEvent document location matchMedia navigator ' +
    'requestAnimationFrame self window',
);
const node = names('Buffer process setImmediate');

// Emscripten pastes these files into its output: they see its variables, each other's $objects,
// and, with a _ before its name, each function of C.
function pasted(folder) {
  const found = {};
  for (const file of readdirSync(folder)) {
    const pattern = { c: /\b((?:eft|chat)_\w+)\(/g, js: /\$(\w+):/g }[file.split('.').pop()];
    if (!pattern) continue;
    const prefix = file.endsWith('.c') ? '_' : '';
    for (const [, name] of readFileSync(`${folder}/${file}`, 'utf8').matchAll(pattern)) {
      found[prefix + name] = 'writable';
    }
  }
  return found;
}

const library = {
  ...everywhere,
  ...pasted(`${here}web`),
  ...pasted(`${here}targets/virtual`),
  ...pasted(`${here}demos/chat`),
  ...pasted(`${here}demos/downloader`),
  ...names('HEAP8 HEAPU8 HEAP16 HEAPU16 HEAP32 HEAPU32 HEAPF32 HEAPF64 LibraryManager Module'),
  ...names('Asyncify ExitStatus Fibers mergeInto process setImmediate'),
  ...names('wasmExports wasmMemory wasmTable', 'writable'),
};

const rules = {
  'constructor-super': 'error',
  eqeqeq: 'error',
  'max-len': ['error', { code: 100, ignoreUrls: true }],
  'max-lines-per-function': ['error', { max: 60, skipComments: true }],
  'no-const-assign': 'error',
  'no-dupe-keys': 'error',
  'no-fallthrough': 'error',
  'no-implicit-globals': 'error',
  'no-redeclare': 'error',
  'no-shadow': 'error',
  'no-trailing-spaces': 'error',
  'no-undef': 'error',
  'no-unreachable': 'error',
  'no-unused-vars': ['error', { caughtErrors: 'none' }],
  'no-useless-catch': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  semi: 'error',
};

export default [
  { ignores: ['build/', '.deps/', 'node_modules/'] },
  {
    files: ['**/*.mjs', '*.js'],
    languageOptions: { globals: { ...everywhere, ...browser, ...node } },
    rules,
  },
  {
    files: ['web/*.js', 'targets/**/*.js', 'demos/chat/*.js', 'demos/downloader/*.js'],
    languageOptions: { sourceType: 'script', globals: library },
    rules: {
      ...rules,
      'no-implicit-globals': 'off',
      // Emscripten 3.1.6 drops `const { a } = b` as unused when it optimizes.
      'no-restricted-syntax': ['error', 'ObjectPattern', 'ArrayPattern'],
    },
  },
];
