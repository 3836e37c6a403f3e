// SPDX-License-Identifier: MIT
// Compares the option table of docs/websocket.md with eft/ws.h, and with what each target lacks.

// A row stands for the members that it names, "tls.…" for all of a group.  Where a target's column
// begins with "yes", the target's list eft_target_ws_lacks has none of them; else it has them all.
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
  return names(body, /(\w+);/g);
}

const groups = {
  deflate: membersOf('sdk/include/eft/ws.h', 'eft_ws_deflate'),
  tls: membersOf('sdk/include/eft/tls.h', 'eft_tls_options'),
};
const options = membersOf('sdk/include/eft/ws.h', 'eft_ws_options').flatMap((name) =>
  (groups[name] ? groups[name].map((member) => `${name}.${member}`) : [name]));
// What a list of lacks names beside members of the options.
const OF_THE_URL = 'url.user';

// [{named, native, web}] of the table; named is members.
function rowsOf(page) {
  const table = /\n\| option \|.*\n\|[-|]*\n((?:\|.*\n)+)/.exec(read(page))?.[1] ?? '';
  return table.trim().split('\n').map((line) => {
    const [, first = '', , native = '', web = ''] = line.split('|').map((cell) => cell.trim());
    const named = names(first, /`([^`]+)`/g).flatMap((name) => (name.endsWith('.…')
      ? options.filter((option) => option.startsWith(name.slice(0, -1))) : [name]));
    return { first, named: /\bURL\b/.test(first) ? [OF_THE_URL] : named, native, web };
  });
}

const lacksOf = (file) => {
  const list = /eft_target_ws_lacks\[\] = \{([^]*?)\{NULL, NULL\}/.exec(read(file));
  check(list, `${file} has no eft_target_ws_lacks`);
  return names(list?.[1] ?? '', /\{"([\w.]+)",/g);
};

const goesWithAnother = (name) => /_(count|arg)$/.test(name);
const covers = (lack, name) => name === lack || name.startsWith(`${lack}.`);

const rows = rowsOf('docs/websocket.md');
const tabled = rows.flatMap(({ named }) => named);
for (const name of [...options, OF_THE_URL]) {
  const count = tabled.filter((other) => other === name).length;
  check(count === 1, `docs/websocket.md names the option ${name} ${count} times, not once`);
}
for (const name of tabled) {
  check(name === OF_THE_URL || options.includes(name),
    `docs/websocket.md names ${name}, which eft_ws_options does not have`);
}

for (const [target, file] of [['native', 'native/ws.c'], ['web', 'web/world.c']]) {
  const lacks = lacksOf(file);
  for (const lack of lacks) {
    check(tabled.some((name) => covers(lack, name)), `${file} lacks ${lack}, which is no option`);
  }
  for (const row of rows) {
    const honoured = /^yes\b/.test(row[target]);
    for (const name of row.named.filter((member) => !goesWithAnother(member))) {
      const lacking = lacks.some((lack) => covers(lack, name));
      check(honoured !== lacking,
        `${name}: docs/websocket.md says "${row[target]}" of ${target}, and ` +
        `${file} ${lacking ? 'lacks it' : 'does not lack it'}`);
    }
  }
}

for (const sentence of faults) console.error(sentence);
console.log(`options: ${options.length} in the table of docs/websocket.md, ` +
  `${faults.length} otherwise than the sources say`);
process.exitCode = faults.length ? 1 : 0;
