// SPDX-License-Identifier: MIT
// Compares the option tables of docs/websocket.md and docs/http.md with the headers, and with what
// each target lacks.

// A row stands for the members that it names, "tls.…" for all of a group.  Where a target's column
// begins with "yes", the target's list of lacks has none of them; else it has them all.
// A count or an argument goes with the member that it belongs to.

import { readFileSync } from 'node:fs';

const read = (file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const names = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);

const faults = [];
const check = (holds, sentence) => holds || faults.push(sentence);

// The members of a struct of a header.
function membersOf(header, name) {
  const code = read(header).replace(/\/\*[^]*?\*\//g, '');
  const body = new RegExp(`typedef struct ${name} \\{([^}]*)\\}`).exec(code)?.[1] ?? '';
  check(body, `${header} has no struct ${name}`);
  return names(body, /(\w+)(?:\)\([^;]*\))?;/g);
}

// Those of a member that is a struct of options itself go by both names.
const groups = {
  deflate: ['sdk/include/eft/ws.h', 'eft_ws_deflate'],
  tls: ['sdk/include/eft/tls.h', 'eft_tls_options'],
};

const optionsOf = (header, name) => membersOf(header, name).flatMap((member) => (groups[member]
  ? membersOf(...groups[member]).map((part) => `${member}.${part}`) : [member]));

// Of a page of docs/: its structs, each with a table of its own, in this order; what a list of
// lacks names beside members; where the targets have that list.
const pages = [
  {
    page: 'docs/websocket.md',
    structs: [{ options: optionsOf('sdk/include/eft/ws.h', 'eft_ws_options'), more: ['url.user'] }],
    lacks: { list: 'eft_target_ws_lacks', native: 'native/ws.c', web: 'web/world.c' },
  },
  {
    page: 'docs/http.md',
    structs: [
      {
        options: optionsOf('sdk/include/eft/http.h', 'eft_http_session_options'),
        more: ['redirects.return'],
      },
      {
        options: optionsOf('sdk/include/eft/http.h', 'eft_http_request'),
        more: ['redirects.return', 'parts.path', 'method.TRACE', 'method.TRACK'],
      },
    ],
    lacks: { list: 'eft_target_http_lacks', native: 'native/http.c', web: 'web/http.c' },
  },
];

// [{native, web, named}] of a table; named is options.
function rowsOf(table, { options, more }) {
  return table.trim().split('\n').map((line) => {
    const [, first = '', , native = '', web = ''] = line.split('|').map((cell) => cell.trim());
    const named = names(first, /`([^`]+)`/g).flatMap((name) => (name.endsWith('.…')
      ? options.filter((option) => option.startsWith(name.slice(0, -1))) : [name]));
    return { native, web, named: /\bURL\b/.test(first) ? more : named };
  });
}

function lacksOf(file, list) {
  const found = new RegExp(`${list}\\[\\] = \\{([^]*?)\\{NULL, NULL\\}`).exec(read(file));
  check(found, `${file} has no ${list}`);
  return names(found?.[1] ?? '', /\{"([\w.]+)",/g);
}

const goesWithAnother = (name) => /_(count|arg)$/.test(name);
const covers = (lack, name) => name === lack || name.startsWith(`${lack}.`);

// Each member once, and nothing else.
function checkNames(page, rows, { options, more }) {
  const tabled = rows.flatMap(({ named }) => named);
  for (const name of [...options, ...more]) {
    const count = tabled.filter((other) => other === name).length;
    check(count === 1, `${page} names the option ${name} ${count} times in a table, not once`);
  }
  for (const name of tabled) {
    check(more.includes(name) || options.includes(name),
      `${page} names ${name}, which is no option`);
  }
}

function checkTarget(page, rows, target, { list, [target]: file }) {
  const lacks = lacksOf(file, list);
  for (const lack of lacks) {
    check(rows.some(({ named }) => named.some((name) => covers(lack, name))),
      `${file} lacks ${lack}, which is no option of ${page}`);
  }
  for (const row of rows) {
    const honoured = /^yes\b/.test(row[target]);
    for (const name of row.named.filter((member) => !goesWithAnother(member))) {
      const lacking = lacks.some((lack) => covers(lack, name));
      check(honoured !== lacking,
        `${name}: ${page} says "${row[target]}" of ${target}, and ` +
        `${file} ${lacking ? 'lacks it' : 'does not lack it'}`);
    }
  }
}

let count = 0;
for (const { page, structs, lacks } of pages) {
  const tables = names(read(page), /\n\| option \|.*\n\|[-|]*\n((?:\|.*\n)+)/g);
  check(tables.length === structs.length,
    `${page} has ${tables.length} tables of options, not ${structs.length}`);
  const rows = structs.map((struct, i) => rowsOf(tables[i] ?? '', struct));
  structs.forEach((struct, i) => checkNames(page, rows[i], struct));
  for (const target of ['native', 'web']) checkTarget(page, rows.flat(), target, lacks);
  count += structs.reduce((sum, { options }) => sum + options.length, 0);
}

for (const sentence of faults) console.error(sentence);
console.log(`options: ${count} in the tables of ${pages.map(({ page }) => page).join(' and ')}, ` +
  `${faults.length} otherwise than the sources say`);
process.exitCode = faults.length ? 1 : 0;
