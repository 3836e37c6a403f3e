// SPDX-License-Identifier: MIT
// Bad input to the Handler demo, as a user would give it: it must end by itself, with exit code 1
// and a sentence that says what is wrong.

import { describeEnd } from './report.mjs';
import { plain } from './transcript.mjs';

const LIMIT = 30_000; // ms; the demo's own limits are far below

// [name, the URL, what the last error line must say: natively, in Node, in a page]
function cases({ urls }) {
  const hidden = /could not connect.*the browser does not tell/;
  const refused = /could not connect/;
  const lost = /without a Close frame|was lost/;
  return [
    ['malformed URL', 'ws://', /URL/],
    ['unknown scheme', 'gopher://127.0.0.1/', /scheme/],
    ['unresolvable host', urls.unresolvable, /resolve.*no-such-host\.invalid/, refused, hidden],
    ['refused port', urls.refused, /refused/, refused, hidden],
    ['404 to the upgrade', urls['not-found'], /404/, refused, hidden],
    ['a server that never answers', urls.silent, /timed out/],
    ['dropped at once', urls.drop, lost],
    ['dropped in mid-message', urls['drop-mid'], lost],
    ['reset', urls.reset, lost],
    ['closed with an error', `${urls.close}/4001/bye`, /4001/],
  ];
}

async function check(host, url, expected) {
  const result = await host.run('demos', 'handler', [url], { limit: LIMIT });
  const errors = result.lines.map(({ text }) => plain(text)).filter((text) => /^error/.test(text));
  if (result.reason || result.code !== 1) return describeEnd(result);
  if (!errors.length) return describeEnd({ ...result, reason: 'no error was logged' });
  if (!expected.test(errors.at(-1))) return `"${errors.at(-1)}" should match ${expected}`;
  return null;
}

export async function badInput(host, context) {
  const failures = [];
  let passed = 0;
  for (const [name, url, native, node = native, page = node] of cases(context)) {
    const expected = host.world === 'native' ? native : host.engine ? page : node;
    const wrong = await check(host, url, expected);
    if (wrong) failures.push(`${name}: ${wrong}`);
    else passed++;
  }
  return [[`${host.name}: bad input`, { passed, failures }]];
}
