// SPDX-License-Identifier: MIT
// Log lines: to Module.eftLog where the loader set it, else to the console.

const EftLogLibrary = {
  eft_web_log__deps: [],
  eft_web_log: function (level, address) {
    address >>>= 0;
    const end = HEAPU8.indexOf(0, address);
    const text = new TextDecoder().decode(HEAPU8.subarray(address, end));
    const methods = ['debug', 'info', 'warn', 'error']; // as eft_log_level counts
    try {
      if (Module['eftLog']) Module['eftLog'](level, text);
      else console[methods[level] || 'log'](text);
    } catch (error) {
      // A page's log that throws must not unwind the program's C frames.
      console.error(error);
    }
  },
};

mergeInto(LibraryManager.library, EftLogLibrary);
