// SPDX-License-Identifier: MIT
// What the page says, for input_web.c: an Emscripten library.  The page has
//
//     dispatchEvent(new CustomEvent('chat-line', { detail: 'hello' }));

mergeInto(LibraryManager.library, {
  $ChatInput: { listener: null },

  chat_web_listen__deps: ['$ChatInput'],
  chat_web_listen: function () {
    ChatInput.listener = function (event) {
      const bytes = new TextEncoder().encode(event.detail);
      const at = _chat_web_room(bytes.length + 1);
      if (!at) return;
      HEAPU8.set(bytes, at);
      HEAPU8[at + bytes.length] = 0;
      _chat_web_line(at);
    };
    if (globalThis.addEventListener) globalThis.addEventListener('chat-line', ChatInput.listener);
  },

  chat_web_stop__deps: ['$ChatInput'],
  chat_web_stop: function () {
    if (!globalThis.removeEventListener) return;
    globalThis.removeEventListener('chat-line', ChatInput.listener);
  },
});
