// SPDX-License-Identifier: MIT
// Requests that a WebSocket server has to refuse, and some that it must not: [name, bytes, status].

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

const HEADERS = [
  ['Host', 'localhost'],
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', KEY],
];

// The right request with other headers: a string replaces the value, null leaves it out, and names
// that are not there are added; an array gives several.
export function request(changes = {}, line = 'GET /echo HTTP/1.1') {
  const values = new Map(HEADERS);
  for (const [name, value] of Object.entries(changes)) values.set(name, value);
  const lines = [...values].flatMap(([name, value]) =>
    [value].flat().filter((one) => one !== null).map((one) => `${name}: ${one}`));
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}

const line = (text) => request({}, text);
const many = Array.from({ length: 130 }, (_, i) => [`X-${i}`, 'x']);
const raw = (text) => request().replace('\r\n\r\n', `\r\n${text}\r\n\r\n`);

export const requests = [
  ['the right one', request(), 101],
  ['names in capitals', request().replaceAll(/^[\w-]+:/gm, (name) => name.toUpperCase()), 101],
  ['no space behind a colon', request().replaceAll(': ', ':'), 101],
  ['spaces and tabs before values', request().replaceAll(': ', ': \t \t'), 101],
  ['spaces and tabs around a value', request({ Upgrade: ' \twebsocket\t ' }), 101],
  ['an empty line before it', `\r\n${request()}`, 101],
  ['two empty lines before it', `\r\n\r\n${request()}`, 400],
  ['lists', request({ Connection: 'keep-alive, ,Upgrade', Upgrade: 'h2c, WebSocket' }), 101],
  ['lists in several headers', request({ Connection: ['keep-alive', 'upgrade'] }), 101],
  ['an absolute target', line('GET http://other.test/echo HTTP/1.1'), 101],
  ['an absolute target without a path', line('GET ws://other.test?a HTTP/1.1'), 101],
  ['HTTP/1.2', line('GET /echo HTTP/1.2'), 101],
  ['an empty header', request({ 'X-Empty': '' }), 101],
  ['Content-Length: 0', request({ 'Content-Length': '0' }), 101],
  ['bytes over 0x7f in a value', request({ 'X-Latin': '\xe9' }), 101],

  ['HTTP/1.0', line('GET /echo HTTP/1.0'), 505],
  ['HTTP/2.0', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
  ['HTTP/0.9', 'GET /echo\r\n', 400],
  ['http in small letters', line('GET /echo http/1.1'), 400],
  ['a version with two digits', line('GET /echo HTTP/1.10'), 400],
  ['a space behind the version', line('GET /echo HTTP/1.1 '), 400],
  ['no version', line('GET /echo '), 400],
  ['two spaces before the target', line('GET  /echo HTTP/1.1'), 400],
  ['two spaces behind it', line('GET /echo  HTTP/1.1'), 400],
  ['a tab for a space', line('GET\t/echo HTTP/1.1'), 400],
  ['a space before the method', line(' GET /echo HTTP/1.1'), 400],
  ['a target with a space', line('GET /e cho HTTP/1.1'), 400],
  ['a target with a fragment', line('GET /echo#there HTTP/1.1'), 400],
  ['a target with bytes over 0x7f', line('GET /\xe9 HTTP/1.1'), 400],
  ['a target of another scheme', line('GET ftp://localhost/ HTTP/1.1'), 400],
  ['a target without a slash', line('GET echo HTTP/1.1'), 400],
  ['the target *', line('GET * HTTP/1.1'), 400],
  ['POST', line('POST /echo HTTP/1.1'), 405],
  ['HEAD', line('HEAD /echo HTTP/1.1'), 405],
  ['CONNECT', line('CONNECT localhost:80 HTTP/1.1'), 405],
  ['get in small letters', line('get /echo HTTP/1.1'), 405],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['a zero byte first', '\0', 400],

  ['lines that end in LF', request().replaceAll('\r\n', '\n'), 400],
  ['one line that ends in LF', request().replace('localhost\r\n', 'localhost\n'), 400],
  ['a CR in a line', request({ 'X-Cr': 'a\rb' }), 400],
  ['a zero in a line', request({ 'X-Zero': 'a\0b' }), 400],
  ['a bell in a value', request({ 'X-Bell': '\x07' }), 400],
  ['a DEL in a value', request({ 'X-Del': '\x7f' }), 400],
  ['a folded header', raw('X-Folded: a\r\n b'), 400],
  ['a folded header with a tab', raw('X-Folded: a\r\n\tb'), 400],
  ['a space before a colon', raw('X-Space : a'), 400],
  ['a header without a colon', raw('X-None'), 400],
  ['a header without a name', raw(': a'), 400],
  ['a name with a bracket', raw('X[0]: a'), 400],
  ['a name with a byte over 0x7f', raw('X\xe9: a'), 400],
  ['a first line that is a header', request().replace(/^.*\r\n/, ''), 400],

  ['a body', request({ 'Content-Length': '5' }), 400],
  ['two lengths', request({ 'Content-Length': ['0', '0'] }), 400],
  ['two lengths in one', request({ 'Content-Length': '0, 0' }), 400],
  ['a signed length', request({ 'Content-Length': '+0' }), 400],
  ['chunks', request({ 'Transfer-Encoding': 'chunked' }), 400],
  ['chunks and a length', request({ 'Transfer-Encoding': 'chunked', 'Content-Length': '0' }), 400],
  ['a coding nobody knows', request({ 'Transfer-Encoding': 'x' }), 400],

  ['no Host', request({ Host: null }), 400],
  ['two Hosts', request({ Host: ['localhost', 'localhost'] }), 400],
  ['an empty Host', request({ Host: '' }), 400],
  ['a Host with a user', request({ Host: 'a@b' }), 400],
  ['a Host with a path', request({ Host: 'a/b' }), 400],
  ['a Host that is a list', request({ Host: 'a, b' }), 400],
  ['no Upgrade', request({ Upgrade: null }), 426],
  ['another Upgrade', request({ Upgrade: 'h2c' }), 426],
  ['no Connection', request({ Connection: null }), 400],
  ['another Connection', request({ Connection: 'keep-alive' }), 400],
  ['no version of WebSockets', request({ 'Sec-WebSocket-Version': null }), 426],
  ['version 8', request({ 'Sec-WebSocket-Version': '8' }), 426],
  ['version 13 and 8', request({ 'Sec-WebSocket-Version': '13, 8' }), 426],
  ['version 13 twice', request({ 'Sec-WebSocket-Version': ['13', '13'] }), 400],
  ['no key', request({ 'Sec-WebSocket-Key': null }), 400],
  ['two keys', request({ 'Sec-WebSocket-Key': [KEY, KEY] }), 400],
  ['a key of 15 bytes', request({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25j' }), 400],
  ['a key of 17 bytes', request({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZWU=' }), 400],
  ['a key that is no base64', request({ 'Sec-WebSocket-Key': '!GhlIHNhbXBsZSBub25jZQ==' }), 400],
  ['a key without its padding', request({ 'Sec-WebSocket-Key': KEY.slice(0, 22) }), 400],
  ['a subprotocol with a space', request({ 'Sec-WebSocket-Protocol': 'a b' }), 400],
  ['a subprotocol twice', request({ 'Sec-WebSocket-Protocol': ['a', 'b, a'] }), 400],
  ['two Origins', request({ Origin: ['http://a.test', 'http://a.test'] }), 400],

  ['a request line that is too long', line(`GET /${'x'.repeat(20000)} HTTP/1.1`), 414],
  ['a header that is too long', request({ 'X-Long': 'x'.repeat(20000) }), 431],
  ['headers that are too long', request({ 'X-Long': Array(20).fill('x'.repeat(1000)) }), 431],
  ['too many headers', request(Object.fromEntries(many)), 431],
];
