// SPDX-License-Identifier: MIT
// Measures one case in the page, then posts what was printed to the address in ?report=.

// The address says the rest: ?kind= is a build ('jspi', 'asyncify' or 'plain'), or 'js' for the
// peer; each ?arg= is an argument of the program. Nothing watches the page meanwhile, least of all
// a debugger.

const SETTLE = 300; // ms that the browser has to come to rest

const query = new URLSearchParams(location.search);
const kind = query.get('kind');
const args = query.getAll('arg');
const lines = [];
const keep = (stream) => (text) => lines.push({ stream, text });

async function start() {
  if (kind === 'js') {
    const { main } = await import('/peers/core.mjs');
    return main(args, keep('out'));
  }
  const { run } = await import('/eft/loader.mjs');
  const program = run(`/bench/${kind}/core.mjs`, {
    args,
    print: keep('out'),
    printErr: keep('err'),
    log: (level, text) => keep('err')(`${level}: ${text}`),
  });
  return program.exit;
}

async function measure() {
  await new Promise((resolve) => setTimeout(resolve, SETTLE));
  try {
    return { code: await start(), reason: null };
  } catch (error) {
    return { code: null, reason: String(error.message ?? error) };
  }
}

const end = await measure();
await fetch(query.get('report'), {
  method: 'POST',
  mode: 'no-cors', // its server is not ours
  body: JSON.stringify({ lines, ...end }),
});
