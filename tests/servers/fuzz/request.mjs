// SPDX-License-Identifier: MIT
// Reads a client's opening request, and insists on RFC 6455 section 4.1.

import { Wrong } from './frames.mjs';

const END = '\r\n\r\n';
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

// Headers that may come once only.
const ONCE = ['host', 'upgrade', 'connection', 'sec-websocket-key', 'sec-websocket-version',
  'origin', 'user-agent'];

function must(holds, sentence) {
  if (!holds) throw new Wrong(`the client's request ${sentence}`);
}

function readHeaders(lines) {
  const headers = new Map();
  for (const line of lines) {
    const [, name, value] = /^([^:]*):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    must(name && TOKEN.test(name), `has the line "${line}"`);
    const key = name.toLowerCase();
    must(!headers.has(key) || !ONCE.includes(key), `has ${key} twice`);
    headers.set(key, headers.has(key) ? `${headers.get(key)}, ${value}` : value);
  }
  return headers;
}

// Throws where something is missing; host is what Host must say.
export function check({ line, headers }, host) {
  must(/^GET \/\S* HTTP\/1\.1$/.test(line), `begins with "${line}"`);
  must(headers.get('host') === host, `has the Host "${headers.get('host')}"`);
  must(/^websocket$/i.test(headers.get('upgrade')), 'has no Upgrade: websocket');
  must(/(^|,)\s*upgrade\s*(,|$)/i.test(headers.get('connection')), 'has no Connection: Upgrade');
  must(headers.get('sec-websocket-version') === '13', 'is not of version 13');
  const key = headers.get('sec-websocket-key') ?? '';
  const bytes = Buffer.from(key, 'base64');
  must(bytes.length === 16 && bytes.toString('base64') === key, `has the key "${key}"`);
  must(!headers.has('content-length') && !headers.has('transfer-encoding'), 'has a body');
}

// Gives {line, path, headers}, once all of it has come.
export function readRequest(socket) {
  return new Promise((resolve, reject) => {
    let text = '';
    const hear = (bytes) => {
      text += bytes.toString('latin1');
      const end = text.indexOf(END);
      if (end < 0) return;
      socket.off('data', hear);
      socket.pause();
      try {
        must(end + END.length === text.length, 'has more behind it before our answer');
        const [line, ...lines] = text.slice(0, end).split('\r\n');
        resolve({ line, path: line.split(' ')[1], headers: readHeaders(lines) });
      } catch (error) {
        reject(error);
      }
    };
    socket.on('data', hear);
    socket.on('error', reject);
    socket.on('close', () => reject(new Wrong('the client hung up before its request was whole')));
  });
}
