// SPDX-License-Identifier: MIT
// Answers to the opening request, right and wrong: RFC 6455 section 4.1, RFC 9110, RFC 9112.

import { noise } from './bytes.mjs';
import { OP, Wrong } from './frames.mjs';
import { pause, turn } from './peer.mjs';

const OPEN_LIMIT = 20_000; // ms; the client's own is 10,000

const list = [];
const add = (name, more, run) => list.push({
  name: `handshake.${name}`, answers: true, ...more, run,
});

// The answer, which must be good enough to talk.
const opens = (name, fields, args) => add(`${name}_is_right`, { args }, async (peer) => {
  peer.listen();
  await peer.write(Buffer.from(peer.answer(typeof fields === 'function' ? fields(peer) : fields)));
  await peer.echo(OP.TEXT, 'open');
  await peer.finish();
});

// The client ends TCP, without another byte, and says why it could not connect.
const refuses = (name, fields, args) => add(`${name}_is_refused`, { args, refused: true },
  async (peer) => {
    const text = peer.answer(typeof fields === 'function' ? fields(peer) : fields);
    await peer.write(Buffer.from(text, 'latin1'));
    await peer.hearsEnd();
  });

// Either is allowed; nothing else is.
const either = (name, fields, args) => add(`${name}_is_clear`, { args, any: true },
  async (peer) => {
    peer.listen();
    await peer.write(Buffer.from(peer.answer(fields), 'latin1'));
    peer.socket.end();
    for (let event = await peer.next(); event.type !== 'end';) event = await peer.next();
  });

const protocol = (...names) => ({ more: names.map((name) => `Sec-WebSocket-Protocol: ${name}`) });
const extension = (...values) => ({
  more: values.map((value) => `Sec-WebSocket-Extensions: ${value}`),
});
const accept = (change) => (peer) => ({
  accept: `Sec-WebSocket-Accept: ${change(peer.accept)}`,
});

opens('the_plain_answer', {});
opens('other_cases_of_letters', (peer) => ({
  upgrade: 'UPGRADE: WebSocket', connection: 'connection: upgrade',
  accept: `sec-websocket-accept: ${peer.accept}`,
}));
opens('connection_with_keep_alive', { connection: 'Connection: keep-alive, Upgrade' });
opens('connection_in_two_lines', { connection: 'Connection: keep-alive\r\nConnection: Upgrade' });
opens('no_space_behind_colons', (peer) => ({
  upgrade: 'Upgrade:websocket', connection: 'Connection:Upgrade',
  accept: `Sec-WebSocket-Accept:${peer.accept}`,
}));
opens('much_space_around_values', (peer) => ({
  upgrade: 'Upgrade: \t websocket \t ', connection: 'Connection:   Upgrade\t',
  accept: `Sec-WebSocket-Accept: \t${peer.accept}  `,
}));
opens('another_reason_phrase', { status: 'HTTP/1.1 101 Why Not' });
opens('no_reason_phrase', { status: 'HTTP/1.1 101 ' });
opens('headers_of_all_kinds', { more: ['Server: other/1.0 (here)', 'Date: now', 'X-Empty:',
  'Set-Cookie: a=b', 'Set-Cookie: c=d', 'Sec-WebSocket-Version: 13', 'Vary: *'] });
for (const size of [1000, 8000, 30_000, 50_000]) {
  opens(`a_header_of_${size}`, { more: [`X-Long: ${'x'.repeat(size)}`] });
}
opens('two_hundred_headers', {
  more: Array.from({ length: 200 }, (_, i) => `X-Header-${i}: value ${i}`),
});
opens('a_subprotocol_that_was_asked_for', protocol('chat'), ['--subprotocol', 'chat']);
opens('the_second_subprotocol', protocol('b'), ['--subprotocol', 'a', '--subprotocol', 'b']);

// Section 4.1: what the client checks, one by one.
refuses('another_accept', accept(() => noise(20).toString('base64')));
refuses('an_accept_without_a_value', accept(() => ''));
refuses('no_accept', { accept: null });
refuses('an_accept_in_lower_case', accept((right) => right.toLowerCase()));
refuses('the_key_as_accept', (peer) => ({
  accept: `Sec-WebSocket-Accept: ${peer.request.headers.get('sec-websocket-key')}`,
}));
refuses('a_cut_accept', accept((right) => right.slice(0, -1)));
refuses('a_longer_accept', accept((right) => `${right}A`));
refuses('two_accepts', accept((right) => `${right}\r\nSec-WebSocket-Accept: AAAA`));
// Section 11.3.3: it "MUST NOT appear more than once in an HTTP response".
refuses('the_right_accept_twice',
  accept((right) => `${right}\r\nSec-WebSocket-Accept: ${right}`));
refuses('no_upgrade', { upgrade: null });
refuses('an_empty_upgrade', { upgrade: 'Upgrade:' });
refuses('another_upgrade', { upgrade: 'Upgrade: h2c' });
refuses('a_list_of_upgrades', { upgrade: 'Upgrade: websocket, h2c' });
refuses('an_upgrade_that_begins_so', { upgrade: 'Upgrade: websockets' });
refuses('no_connection', { connection: null });
refuses('an_empty_connection', { connection: 'Connection:' });
refuses('another_connection', { connection: 'Connection: close' });
refuses('a_connection_that_begins_so', { connection: 'Connection: Upgrades' });
refuses('a_subprotocol_that_nobody_asked_for', protocol('chat'));
refuses('another_subprotocol', protocol('other'), ['--subprotocol', 'chat']);
refuses('a_subprotocol_in_another_case', protocol('Chat'), ['--subprotocol', 'chat']);
refuses('two_subprotocols', protocol('a, b'), ['--subprotocol', 'a', '--subprotocol', 'b']);
refuses('two_lines_of_subprotocols', protocol('a', 'b'),
  ['--subprotocol', 'a', '--subprotocol', 'b']);
for (const value of ['x-unknown', 'permessage-deflate', 'permessage-deflate, x-unknown',
  'x-webkit-deflate-frame', 'permessage-deflate; server_no_context_takeover', ';', '=', 'a b',
  'permessage-bzip2; x="y']) {
  refuses(`the_extension_${value.replace(/ /g, '_')}`, extension(value));
}
refuses('two_lines_of_extensions', extension('x-one', 'x-two'));

// Other statuses are no upgrade, whatever else they say.
for (const status of ['200 OK', '204 No Content', '206 Partial Content', '400 Bad Request',
  '401 Unauthorized', '403 Forbidden', '404 Not Found', '407 Proxy Authentication Required',
  '426 Upgrade Required', '429 Too Many Requests', '500 Internal Server Error', '502 Bad Gateway',
  '503 Service Unavailable', '999 Whatever', '1010 Switching Protocols', '010 What']) {
  refuses(`status_${status.slice(0, 4).trim()}`, {
    status: `HTTP/1.1 ${status}`, more: ['Content-Length: 0'],
  });
}
refuses('a_redirect_to_nowhere', { status: 'HTTP/1.1 302 Found', more: ['Content-Length: 0'] });
for (const status of ['HTTP/1.0 101 Switching Protocols', 'HTTP/0.9 101 Switching Protocols',
  'HTTP/2.0 101 Switching Protocols', 'HTTP/2 101', 'HTTPS/1.1 101 Switching Protocols',
  'ICY 101 Switching Protocols', 'HTTP/1.1 one Switching Protocols', '101 Switching Protocols',
  'GET / HTTP/1.1', 'SSH-2.0-OpenSSH_9.2']) {
  refuses(`the_line_${status.replace(/ /g, '_')}`, { status });
}

// What HTTP leaves to the reader, or asks of intermediaries alone.
either('lines_that_end_in_LF', { end: '\n' });
either('lines_that_end_in_CR', { end: '\r' });
either('a_line_without_a_colon', { more: ['what is this'] });
either('a_header_without_a_name', { more: [': value'] });
either('a_space_before_the_colon', { upgrade: 'Upgrade : websocket' });
either('a_folded_header', { more: ['X-Long: one', ' two'] });
either('a_NUL_in_a_header', { more: ['X-Nul: a\0b'] });
either('bytes_over_127', { more: ['X-Bytes: \xe9\xff'] });
either('an_empty_line_first', { status: '\r\nHTTP/1.1 101 Switching Protocols' });
either('101_without_a_space', { status: 'HTTP/1.1 101' });
either('an_empty_header_of_extensions', extension(''));
either('an_empty_header_of_subprotocols', protocol(''));
either('a_subprotocol_that_was_not_chosen', {}, ['--subprotocol', 'chat']);
either('a_content_length_of_0', { more: ['Content-Length: 0'] });
either('a_content_length', { more: ['Content-Length: 100'] });
either('a_transfer_encoding', { more: ['Transfer-Encoding: chunked'] });

// RFC 9110 section 15.2: interim answers may come first.
for (const [name, interim] of [['100', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['103', 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n']]) {
  opens(`${name}_before_the_101`, { status: `${interim}HTTP/1.1 101 Switching Protocols` });
}

// TCP
for (const [name, text] of [['nothing', ''], ['half_a_status_line', 'HTTP/1.1 10'],
  ['a_status_line', 'HTTP/1.1 101 Switching Protocols\r\n'],
  ['half_of_the_headers', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConn'],
  ['no_HTTP', 'What do you mean?\r\n\r\n'], ['zeros', '\0'.repeat(2000)],
  ['a_TLS_alert', '\x15\x03\x01\x00\x02\x02\x46'], ['line_ends', '\r\n'.repeat(1000)]]) {
  add(`${name}_and_the_end_is_refused`, { refused: true }, async (peer) => {
    peer.socket.end(Buffer.from(text, 'latin1'));
    await peer.hearsEnd();
  });
}
add('a_reset_is_refused', { refused: true }, async (peer) => {
  peer.socket.resetAndDestroy();
});

add('a_slow_answer_is_right', {}, async (peer) => {
  peer.listen();
  for (const byte of peer.answer()) {
    await peer.write(Buffer.from(byte));
    await pause(5);
  }
  await peer.echo(OP.TEXT, 'open');
  await peer.finish();
});
for (const chop of [1, 2, 3, 16, 100]) {
  add(`an_answer_chopped_at_${chop}_is_right`, {}, async (peer) => {
    peer.listen();
    await peer.write(Buffer.from(peer.answer()), chop);
    await peer.echo(OP.TEXT, 'open');
    await peer.finish();
  });
}

// Answers that never end, in bounded time and memory.
async function floods(peer, head, more) {
  const deadline = Date.now() + OPEN_LIMIT;
  const over = peer.hearsEnd(OPEN_LIMIT);
  let ended = false;
  over.then(() => (ended = true), () => (ended = true));
  await peer.write(Buffer.from(head));
  for (let sent = 0; !ended && sent < 64 << 20 && Date.now() < deadline; sent += more.length) {
    await peer.write(Buffer.from(more));
    await turn();
  }
  await over;
}
const HEAD = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n';
for (const [name, head, more] of [
  ['headers', HEAD, `X-More: ${'x'.repeat(1000)}\r\n`],
  ['a_header', `${HEAD}X-More: `, 'x'.repeat(1000)],
  ['the_name_of_a_header', HEAD, 'x'.repeat(1000)],
  ['the_status_line', 'HTTP/1.1 101 ', 'x'.repeat(1000)],
  ['empty_lines', '', '\r\n'.repeat(500)],
  ['noise', '', noise(1000)]]) {
  add(`a_flood_of_${name}_is_refused`, { refused: true }, (peer) => floods(peer, head, more));
}
for (const size of [66_000, 100_000, 1_000_000]) {
  add(`a_header_of_${size}_is_refused`, { refused: true }, async (peer) => {
    await peer.write(Buffer.from(peer.answer({ more: [`X-Long: ${'x'.repeat(size)}`] })));
    await peer.hearsEnd();
  });
}
add('an_answer_that_drips_without_end_is_refused', { refused: true }, async (peer) => {
  let ended = false;
  const over = peer.hearsEnd(OPEN_LIMIT);
  over.then(() => (ended = true), () => (ended = true));
  await peer.write(Buffer.from(`${HEAD}X-Drip: `));
  while (!ended) {
    await peer.write(Buffer.from('x'));
    await pause(100);
  }
  await over;
});
add('no_answer_is_refused', { refused: true }, (peer) => peer.hearsEnd(OPEN_LIMIT));

// What the request must look like is checked before each case; here what must not be in it.
add('nothing_is_offered_that_was_not_asked_for', {}, async (peer) => {
  for (const name of ['sec-websocket-extensions', 'sec-websocket-protocol']) {
    if (peer.request.headers.has(name)) throw new Wrong(`the client sent ${name}`);
  }
  await peer.open();
  await peer.finish();
});
add('subprotocols_in_their_order', { args: ['--subprotocol', 'b', '--subprotocol', 'a'] },
  async (peer) => {
    const offered = peer.request.headers.get('sec-websocket-protocol');
    if (offered?.replace(/ /g, '') !== 'b,a') throw new Wrong(`the client offered "${offered}"`);
    peer.listen();
    await peer.write(Buffer.from(peer.answer(protocol('a'))));
    await peer.finish();
  });

export const handshakeCases = list;
