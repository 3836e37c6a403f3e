// SPDX-License-Identifier: MIT
// Reads multipart/form-data strictly, as RFC 7578 and RFC 2046 have it.

import { createHash } from 'node:crypto';

function boundaryOf(type = '') {
  const [, plain] = /^multipart\/form-data; boundary=([\w'()+,./:=?-]{1,70})$/.exec(type) ?? [];
  const [, quoted] = /^multipart\/form-data; boundary="([^"]{1,70})"$/.exec(type) ?? [];
  if (!plain && !quoted) throw new Error(`no form: ${type}`);
  return plain ?? quoted;
}

function readHeaders(text) {
  return text.split('\r\n').map((line) => {
    const [, name, value] = /^([\w-]+): (.*)$/.exec(line) ?? [];
    if (!name) throw new Error(`no header: ${line}`);
    return [name.toLowerCase(), value];
  });
}

function readPart(data) {
  const end = data.indexOf('\r\n\r\n');
  if (end < 0) throw new Error('a part without an end of its headers');
  const headers = Object.fromEntries(readHeaders(data.subarray(0, end).toString()));
  const [, name, filename] =
    /^form-data; name="([^"]*)"(?:; filename="([^"]*)")?$/.exec(headers['content-disposition'])
    ?? [];
  if (name === undefined) throw new Error(`no name: ${headers['content-disposition']}`);
  const body = data.subarray(end + 4);
  return {
    name,
    filename: filename ?? null,
    type: headers['content-type'] ?? null,
    length: body.length,
    text: body.length > 4096 ? null : body.toString(),
    sha256: createHash('sha256').update(body).digest('hex'),
  };
}

// readParts(type, body) gives [{name, filename, type, length, text, sha256}, …], or throws.
export function readParts(type, body) {
  const line = Buffer.from(`\r\n--${boundaryOf(type)}`);
  const parts = [];
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  let at = whole.indexOf(line);
  if (at !== 0) throw new Error('it does not begin with its boundary');
  for (;;) {
    at += line.length;
    const next = whole.subarray(at, at + 2).toString();
    if (next === '--') break;
    if (next !== '\r\n') throw new Error('a boundary without the end of its line');
    const end = whole.indexOf(line, at + 2);
    if (end < 0) throw new Error('the last boundary is missing');
    parts.push(readPart(whole.subarray(at + 2, end)));
    at = end;
  }
  if (!['', '\r\n'].includes(whole.subarray(at + 2).toString())) throw new Error('more behind it');
  return parts;
}
