// SPDX-License-Identifier: MIT
// JavaScript that C calls and that calls C again: an Emscripten library for suite_web.c.

mergeInto(LibraryManager.library, {
  test_web_call_back: function () {
    return _test_web_await_below_javascript();
  },

  // The virtual world has none.
  test_web_requests: function () {
    return typeof EftHttp === 'object' ? EftHttp.requests.size : 0;
  },
});
