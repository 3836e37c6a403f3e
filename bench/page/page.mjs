// SPDX-License-Identifier: MIT
// Measures one case in the page, then posts what was printed to the address in ?report=.

// The address says the rest: ?program= is its name; ?kind= is a build ('jspi', 'asyncify' or
// 'plain'), or 'js' for the peer; ?sockets= is the loader's option; each ?arg= is an argument.
// Nothing watches the page meanwhile, least of all a debugger.

const SETTLE = 300; // ms that the browser has to come to rest

const PEERS = { core: '/peers/core.mjs', ws: '/peers/ws_page.mjs', http: '/peers/http.mjs' };

const query = new URLSearchParams(location.search);
const kind = query.get('kind');
const name = query.get('program');
const args = query.getAll('arg');
const lines = [];
const keep = (stream) => (text) => lines.push({ stream, text });

async function start() {
  if (kind === 'js') {
    const { main } = await import(PEERS[name]);
    return main(args, keep('out'));
  }
  const { run } = await import('/eft/loader.mjs');
  const program = run(`/bench/${kind}/${name}.mjs`, {
    args,
    sockets: query.get('sockets'),
    print: keep('out'),
    printErr: keep('err'),
    log: (level, text) => keep('err')(`${level}: ${text}`),
  });
  return program.exit;
}

async function measure() {
  await new Promise((resolve) => setTimeout(resolve, SETTLE));
  await tell({ begins: true });
  try {
    return { code: await start(), reason: null };
  } catch (error) {
    return { code: null, reason: String(error.message ?? error) };
  }
}

// The server is not ours, so it is only told, and cannot answer.
function tell(what) {
  return fetch(query.get('report'), {
    method: 'POST', mode: 'no-cors', body: JSON.stringify(what),
  });
}

const end = await measure();
await tell({ lines, ...end });
