// SPDX-License-Identifier: MIT
// An Emscripten library for suite_web.c and suite_http_web.c.

mergeInto(LibraryManager.library, {
  // Calls C again.
  test_web_call_back: function () {
    return _test_web_await_below_javascript();
  },

  // The virtual world has none: -1.
  test_web_requests: function () {
    return typeof EftHttp === 'object' ? EftHttp.requests.size : -1;
  },

  // What the page's relative URLs are relative to; NULL: its own URL again.
  test_web_base: function (url) {
    const page = globalThis.document;
    if (!page) return;
    page.querySelectorAll('base').forEach((base) => base.remove());
    if (url) page.head.appendChild(page.createElement('base')).href = UTF8ToString(url);
  },

  // How a fetch() that a page has put into the place of its own may answer, or the page's run out
  // of memory.
  $testAnswers: {
    'is nothing': () => Promise.resolve(),
    'throws nothing': () => {
      throw undefined;
    },
    'rejects with nothing': () => Promise.reject(),
    'is hidden': () => Promise.resolve(globalThis.Response.error()),
    'has a body that is taken': () => {
      const response = new globalThis.Response('hi');
      response.body.getReader();
      return Promise.resolve(response);
    },
    'has no body': () => Promise.resolve(new globalThis.Response(null)),
    'sends no bytes': () => testStream((controller) => controller.enqueue('hi')),
    'breaks with nothing': () => testStream((controller) => controller.error()),
    'sends bytes': () => testStream((controller) => {
      controller.enqueue(new TextEncoder().encode('hi'));
      controller.close();
    }),
    'finds no memory': (url, options) => {
      const take = EftHttpBody.takeBuffer;
      EftHttpBody.takeBuffer = () => {
        EftHttpBody.takeBuffer = take;
        throw new RangeError('no memory');
      };
      return fetch(url, options);
    },
  },

  $testStream: function (start) {
    const stream = new globalThis.ReadableStream({ start: start });
    return Promise.resolve(new globalThis.Response(stream));
  },

  // The next fetch() answers so.
  test_web_fetch__deps: ['$testAnswers', '$testStream'],
  test_web_fetch: function (how) {
    const answer = testAnswers[UTF8ToString(how)];
    const kept = globalThis.fetch;
    globalThis.fetch = (url, options) => {
      globalThis.fetch = kept;
      return answer(url, options);
    };
  },
});
