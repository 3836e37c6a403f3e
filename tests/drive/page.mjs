// SPDX-License-Identifier: MIT
// The Handler demo's page, as assembled in build/site, opened in Chromium.

const LIMIT = 60_000; // ms

// Gives what runProcess() does, the lines as the page's log shows them, "level: text".
export async function runPage(browser, site, { url, fibers }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push({ stream: 'err', text: `page error: ${error}` }));
  const query = new URLSearchParams({ url, fibers, autostart: '1' });
  let code = null;
  let reason = null;
  try {
    await page.goto(`${site}/handler/?${query}`);
    const ended = page.waitForFunction(() => document.documentElement.dataset.exit, null, {
      timeout: LIMIT,
    });
    const exit = await (await ended).jsonValue();
    if (/^\d+$/.test(exit)) code = Number(exit);
    else reason = `the page's exit is "${exit}"`;
  } catch (error) {
    reason = error.message.split('\n')[0];
  }
  const lines = await page.$$eval('li[data-level]', (items) => items.map((item) => ({
    stream: 'err',
    text: `${item.dataset.level}: ${item.textContent}`,
  })));
  await context.close();
  return { lines: [...lines, ...problems], code, reason };
}
