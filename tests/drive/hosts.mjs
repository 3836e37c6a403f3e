// SPDX-License-Identifier: MIT
// Where programs run: executables, Node, and pages of browsers.

import path from 'node:path';
import { runInPage } from './browser.mjs';
import { runProcess } from './process.mjs';

const LIMIT = 120_000; // ms; no program of ours needs a tenth of it

// A host has
//
//   name      as it is printed
//   world     'native' or 'web': what its errors can tell
//   preset    whose build it runs; web-plain has no fibers
//   env       what its programs find in their environment, natively
//   engine    in pages: 'chromium' or 'firefox'
//   browser   in pages: Playwright's, once it is launched
//   run(folder, program, args, {limit, onLine}) as runProcess() does; folder is 'tests' or 'demos';
//             in a page also what runInPage() and the loader know
function executables(root, preset, env) {
  return {
    name: preset,
    world: 'native',
    preset,
    env,
    run: (folder, program, args, options = {}) =>
      runProcess(path.join(root, 'build', preset, folder, program), args, {
        limit: LIMIT, ...options, env,
      }),
  };
}

function node(root, ca, fibers) {
  return {
    name: `node-${fibers}`,
    world: 'web',
    preset: `web-${fibers}`,
    run: (folder, program, args, options = {}) => {
      const file = path.join(root, `build/web-${fibers}`, folder, `${program}.mjs`);
      return runProcess(process.execPath, [path.join(root, 'web/run.mjs'), file, ...args], {
        limit: LIMIT, ...options, env: { NODE_EXTRA_CA_CERTS: ca },
      });
    },
  };
}

function pages(engine, browser, site, fibers) {
  return {
    name: `${engine}-${fibers}`,
    world: 'web',
    preset: `web-${fibers}`,
    engine,
    browser,
    run: (folder, program, args, options = {}) =>
      runInPage(browser, site, {
        limit: LIMIT, base: `${site}/${folder}/`, ...options, name: program, args, fibers,
      }),
  };
}

// What the site of the browsers has to serve.
export function mounts(root) {
  const folders = ['tests', 'demos'].flatMap((folder) =>
    ['jspi', 'asyncify', 'plain'].map((fibers) => [
      `/${folder}/${fibers}/`, path.join(root, 'build', `web-${fibers}`, folder),
    ]));
  return [
    ...folders,
    ['/eft/', path.join(root, 'web')],
    ['/site/', path.join(root, 'build/site')],
    ['/', path.join(root, 'tests/drive')],
  ];
}

export function allHosts({ root, browsers = {}, site, ca }) {
  return [
    executables(root, 'native'),
    executables(root, 'native-asan', {
      ASAN_OPTIONS: 'detect_leaks=1',
      UBSAN_OPTIONS: 'print_stacktrace=1',
    }),
    node(root, ca, 'asyncify'),
    node(root, ca, 'plain'),
    pages('chromium', browsers.chromium, site, 'jspi'),
    pages('chromium', browsers.chromium, site, 'asyncify'),
    pages('chromium', browsers.chromium, site, 'plain'),
    pages('firefox', browsers.firefox, site, 'jspi'),
    pages('firefox', browsers.firefox, site, 'asyncify'),
    pages('firefox', browsers.firefox, site, 'plain'),
  ];
}
