// SPDX-License-Identifier: MIT
// Counts the declarations of headers: public ones are documented, the seam's are in tests/seam.c.

// A function is documented by the comment right before it, which begins with its name; an inline
// function also by one for the group it stands in; a macro with parameters by any comment before
// it; a type by one before it or at its members.

import { readFileSync, readdirSync } from 'node:fs';

const ROOT = new URL('../', import.meta.url);

// What braces hold, three deep.
const LEAF = String.raw`\{[^{}]*\}`;
const BODY = [1, 2].reduce((inner) => String.raw`\{(?:[^{}]|${inner})*\}`, LEAF);

// Cuts a header into comments and declarations, in order: [{comment, text, line, gap}], gap: a
// blank line comes before it.
function pieces(source) {
  const pattern = new RegExp([
    String.raw`\/\*[^]*?\*\/`, // a comment
    String.raw`#(?:\\\n|[^\n])*`, // a directive, with the lines it goes on in
    String.raw`[A-Za-z_](?:[^;{}/#]|\/(?!\*))*(?:${BODY}[^;{}\n]*;?|;)`, // code
  ].join('|'), 'g');
  // The lines for C++ hold brackets that would look like a declaration's.
  const code = source.replace(/#ifdef __cplusplus\n[^]*?#endif/g, (all) => all.replace(/./g, ' '));
  const found = [];
  for (const { 0: text, index } of code.matchAll(pattern)) {
    const before = code.slice(0, index);
    const gap = /\n[ \t]*\n[ \t]*$/.test(before);
    found.push({ comment: text.startsWith('/*'), text, line: before.split('\n').length, gap });
  }
  return found;
}

// What a piece declares: {kind, name}, or null where it needs no documentation.
function declared({ comment, text }) {
  if (comment) return null;
  const macro = /^#\s*define\s+(\w+)\(/.exec(text);
  if (macro) return { kind: 'macro', name: macro[1] };
  if (/^(#|struct \w+;)/.test(text)) return null;
  const code = text.replace(/\/\*[^]*?\*\//g, '').replace(/__attribute__\s*\(\(.*?\)\)\s*/g, '');
  const head = code.replace(/\{[^]*\}/, ' ').trim();
  if (/^typedef\b/.test(head) || /^(enum|struct|union)\b[\w\s]*;$/.test(head)) {
    const name = /(\w+)\W*(?:\([^()]*\))?\s*;$/.exec(head)?.[1] ?? head;
    return { kind: 'type', name };
  }
  const name = /(\w+)\s*\(/.exec(head)?.[1] ?? /(\w+)\s*(?:\[.*\])?;$/.exec(head)?.[1];
  return { kind: code.startsWith('static inline') ? 'inline' : 'function', name };
}

// The comment that a declaration stands under: right before it, directives of conditions aside.
function commentBefore(list, index) {
  for (let i = index - 1; i >= 0 && !list[i + 1].gap; i--) {
    if (list[i].comment) return list[i].text;
    if (!/^#\s*(if|endif|else|define)/.test(list[i].text)) return null;
  }
  return null;
}

// The comment over a group of inline functions and their like.
function commentOfGroup(list, index) {
  let i = index;
  while (i > 0 && !list[i].comment) i--;
  const group = list.slice(i + 1, index + 1);
  return list[i].comment && group.every((piece) => declared(piece)?.kind === 'inline');
}

function isDocumented(list, index, { kind, name }) {
  const comment = commentBefore(list, index);
  const named = comment && comment.replace(/^\/\*\s*/, '').startsWith(name);
  if (kind === 'inline') return named || commentOfGroup(list, index);
  // An X-macro's list has comments of its own.
  const inside = /\/\*|\b[A-Z_]+\([A-Z_]+\)/.test(list[index].text);
  if (kind === 'type') return Boolean(comment) || inside;
  return kind === 'macro' ? Boolean(comment) : named;
}

// What a header declares: [{what, place, documented}].
function declarations(file) {
  const list = pieces(readFileSync(new URL(file, ROOT), 'utf8'));
  return list.map((piece, index) => {
    const what = declared(piece);
    const documented = what && isDocumented(list, index, what);
    return { what, place: `${file}:${piece.line}: ${what?.name}`, documented };
  }).filter(({ what }) => what);
}

const headers = process.argv.slice(2).flatMap(declarations);
const undocumented = headers.filter(({ documented }) => !documented);
for (const { place } of undocumented) console.error(`${place} is not documented`);

// The seam's functions and objects: tests/seam.c names them all, so that each is linked.
const seam = readdirSync(new URL('targets', ROOT)).filter((name) => name.endsWith('.h'))
  .flatMap((name) => declarations(`targets/${name}`))
  .filter(({ what }) => what.kind === 'function');
const parts = readFileSync(new URL('tests/seam.c', ROOT), 'utf8')
  .matchAll(/\{(?:FUNCTION|OBJECT)\((\w+)\)\}/g);
const linked = new Set([...parts].map(([, name]) => name));
const unlinked = seam.filter(({ what }) => !linked.has(what.name));
for (const { place } of unlinked) console.error(`${place} is not in tests/seam.c`);

console.log(`headers: ${headers.length} declarations, ${undocumented.length} without ` +
  `documentation; the seam: ${seam.length}, ${unlinked.length} not in tests/seam.c`);
process.exitCode = undocumented.length || unlinked.length ? 1 : 0;
