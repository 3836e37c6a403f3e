// SPDX-License-Identifier: MIT
// Counts what passed, and prints what did not.

// A run of the test runner, as {passed, failures, skips}: each failure is a text of one or more
// lines.  The closing line must be there and agree with the exit code: a program that dies or
// hangs half-way must not look like one with fewer tests.
export function readSuites({ lines, code, reason }) {
  const failures = new Map();
  const skips = [];
  let passed = 0;
  let closing = null;
  for (const { text } of lines) {
    const [, verdict, name] = /^(ok|not ok|skip) ([^\s:]+)/.exec(text) ?? [];
    if (verdict === 'ok') passed++;
    else if (verdict === 'skip') skips.push(text);
    else if (verdict) failures.set(name, [...(failures.get(name) ?? []), text]);
    else if (/^\d+ passed, \d+ failed$/.test(text)) closing = text;
  }
  const texts = [...failures.values()].map((all) => all.join('\n'));
  const counted = `${passed} passed, ${failures.size} failed`;
  if (reason || !closing) {
    texts.push(describeEnd({ lines, code, reason: reason ?? `exit code ${code}` }));
  } else if (closing !== counted) {
    texts.push(`the closing line says "${closing}", its lines "${counted}"`);
  } else if ((code === 0) !== (failures.size === 0)) {
    texts.push(describeEnd({ lines, code, reason: `exit code ${code} after "${closing}"` }));
  }
  return { passed, failures: texts, skips };
}

const TAIL = 60;

// How a program ended that should have ended otherwise, with its last lines.
export function describeEnd({ lines, code, reason }) {
  const tail = lines.slice(-TAIL).map(({ text }) => `    ${text}`);
  const head = reason ?? `exit code ${code}`;
  return [lines.length ? `${head}; its last lines:` : `${head}; it printed nothing`, ...tail]
    .join('\n');
}

export class Report {
  passed = 0;
  failed = 0;

  // add('native', {passed, failures, skips}) prints one line for the run, and those of interest.
  add(name, { passed = 0, failures = [], skips = [] }, seconds) {
    for (const skip of skips) console.log(`${name}: ${skip}`);
    for (const failure of failures) console.log(`${name}: ${failure}`);
    const time = seconds === undefined ? '' : ` (${seconds.toFixed(1)} s)`;
    console.log(`${name}: ${passed} passed, ${failures.length} failed${time}`);
    this.passed += passed;
    this.failed += failures.length;
  }

  closing() {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}
