// SPDX-License-Identifier: MIT
// Starts an eft program in a page, a worker or Node, and tells how it ends.

// A program is what eft_add_app() of CMake builds: NAME.mjs and NAME.wasm, once for each kind of
// fibers, in two folders beside each other:
//
//     eft/loader.mjs              this file
//     jspi/NAME.mjs, .wasm        for hosts that can suspend WebAssembly themselves
//     asyncify/NAME.mjs, .wasm    for all others
//     plain/NAME.mjs, .wasm       without fibers, for any host: where the program is written in
//                                 steps alone (eft/step.h)
//
//     import { run } from './eft/loader.mjs';
//
//     const cancel = new AbortController();
//     const program = run('handler', {
//       args: ['ws://127.0.0.1:8765/'],
//       log: (level, text) => console[level](text),
//       signal: cancel.signal,
//     });
//     console.log(await program.exit); // as a process's: 0, or 1 after an error, 130 if aborted
//
// web/loader.d.mts says the same to TypeScript.

const KINDS = ['jspi', 'asyncify', 'plain'];
const SOCKETS = ['plain', 'stream'];
const LEVELS = ['debug', 'info', 'warn', 'error']; // as eft_log_level counts
const INTERRUPTED = 130; // what a shell sees of a program that Ctrl-C ended

/**
 * fibers() tells how programs suspend their tasks here: 'jspi' where WebAssembly has JavaScript
 * Promise Integration, else 'asyncify'.
 */
export function fibers() {
  const jspi =
    typeof WebAssembly.Suspending === 'function' && typeof WebAssembly.promising === 'function';
  return jspi ? 'jspi' : 'asyncify';
}

/**
 * run() loads a program and starts it. It answers at once with
 *
 *   fibers  'jspi', 'asyncify' or 'plain'; null where name is the address of a file
 *   url     the address of NAME.mjs
 *   exit    a promise: resolves to the exit code; rejects with an Error when the program could
 *           not be loaded, or trapped
 *
 * name is a program's name below base, or the address of one NAME.mjs (it ends in .mjs). Options,
 * none of them required:
 *
 *   args      strings: argv[1] and so on
 *   base      where jspi/, asyncify/ and plain/ are; default: the folder above this file's
 *   fibers    'auto' (default): what fibers() says; or 'jspi' or 'asyncify' to force one; or
 *             'plain' for a build without
 *   log       (level, text): gets each line of eft_log(); level is 'debug', 'info', 'warn' or
 *             'error'. Default: the console, by the level's own method
 *   print     (text): gets each line of stdout; default console.log
 *   printErr  (text): gets each line of stderr; default console.warn
 *   sockets   'plain' (default): the host's WebSocket; 'stream': WebSocketStream where the host has
 *             it, so that a slow receiver stops the peer; web/README.md tells what that costs
 *   debug     true: debug mode, as in eft/debug.h; also by ?eft-debug in the page's address, or
 *             EFT_DEBUG=1 in Node's environment
 *   signal    an AbortSignal. Aborting is Ctrl-C: the program's task is cancelled, may clean up,
 *             and exit resolves, normally to 130. Before main() it resolves to 130
 */
export function run(name, options = {}) {
  const base = new URL(options.base || '..', options.base ? pageUrl() : import.meta.url);
  const wanted = options.fibers || 'auto';
  const given = /\.mjs(\?|$)/.test(name);
  const kind = given ? null : wanted === 'auto' ? fibers() : wanted;
  const url = new URL(given ? name : `${kind}/${name}.mjs`, folder(base));
  return { fibers: kind, url: url.href, exit: start(url, kind, options) };
}

function pageUrl() {
  return typeof location === 'object' ? location.href : import.meta.url;
}

function wantsDebug() {
  return typeof location === 'object' && new URL(location.href).searchParams.has('eft-debug');
}

// Relative addresses are resolved below a folder only if it ends in a slash.
function folder(url) {
  return url.href.endsWith('/') ? url : new URL(`${url.href}/`);
}

async function start(url, kind, options) {
  if (kind !== null && !KINDS.includes(kind)) {
    throw new TypeError(`fibers is 'auto', 'jspi', 'asyncify' or 'plain', not '${kind}'`);
  }
  if (kind === 'jspi' && fibers() !== 'jspi') {
    throw new Error('this host has no JavaScript Promise Integration: use the asyncify build');
  }
  const { signal } = options;
  if (signal && signal.aborted) return INTERRUPTED;
  const [create, wasm] = await Promise.all([load(url), compile(url)]);
  if (signal && signal.aborted) return INTERRUPTED;
  return execute(create, wasm, url, options);
}

function cannotLoad(url, error) {
  return new Error(`could not load ${url}: ${error.message}`, { cause: error });
}

// The comments keep bundlers from looking for the file at build time.
async function load(url) {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ url.href)).default;
  } catch (error) {
    throw cannotLoad(url, error);
  }
}

// Done here and not by Emscripten's own code: that one cannot read a file where Node has fetch,
// and its errors do not tell what the server answered.
async function compile(program) {
  const url = new URL(program);
  url.pathname = url.pathname.replace(/\.mjs$/, '.wasm');
  try {
    if (url.protocol === 'file:') {
      const { readFile } = await import(/* webpackIgnore: true */ 'node:fs/promises');
      return await WebAssembly.compile(await readFile(url));
    }
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const type = response.headers.get('content-type') || '';
    // Streaming also gives the engine's code cache, but insists on the type.
    if (type.startsWith('application/wasm')) return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw cannotLoad(url, error);
  }
}

function trapped(error) {
  const text = error instanceof Error ? error.message : String(error);
  return new Error(`the program trapped: ${text}`, { cause: error });
}

function execute(create, wasm, url, options) {
  const { args = [], debug, log, print, printErr, signal, sockets = 'plain' } = options;
  // Before anything runs: a rejected promise means that nothing does.
  if (!Array.isArray(args)) throw new TypeError('args is an array of strings');
  if (!SOCKETS.includes(sockets)) {
    throw new TypeError(`sockets is 'plain' or 'stream', not '${sockets}'`);
  }
  if (signal && typeof signal.addEventListener !== 'function') {
    throw new TypeError('signal is an AbortSignal: controller.signal');
  }
  let running = false;
  let module;

  function interrupt() {
    if (!running) return; // main() comes first, see receive below.
    try {
      module._eft_web_interrupt();
    } catch (error) {
      module.eftTrap(error);
    }
  }

  const exit = new Promise((resolve, reject) => {
    module = {
      arguments: args.map(String),
      locateFile: (file) => new URL(file, url).href,
      instantiateWasm(imports, receive) {
        WebAssembly.instantiate(wasm, imports)
          .then((instance) => {
            receive(instance, wasm); // runs main()
            running = true;
            if (signal && signal.aborted) interrupt();
          })
          .catch((error) => reject(trapped(error)));
        return {};
      },
      eftExit: resolve,
      eftTrap: (error) => reject(trapped(error)),
      // main() returned without eft_run(), called exit(), or trapped.
      quit(status, thrown) {
        if (thrown && thrown.name === 'ExitStatus') resolve(status);
        else reject(trapped(thrown));
        throw thrown;
      },
    };
    if (debug ?? wantsDebug()) module.eftDebug = true;
    module.eftSockets = sockets;
    if (log) module.eftLog = (level, text) => log(LEVELS[level] || 'info', text);
    if (print) module.print = print;
    if (printErr) module.printErr = printErr;
    create(module).catch((error) => reject(trapped(error)));
  });

  if (signal) signal.addEventListener('abort', interrupt);
  return exit.finally(() => {
    running = false;
    if (signal) signal.removeEventListener('abort', interrupt);
    // A program that trapped had no time to close its connections: web/ws.js and web/http.js do.
    for (const hangUp of module.eftHangUps ?? []) hangUp();
  });
}
