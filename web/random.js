// SPDX-License-Identifier: MIT
// The host's randomness.

const EftRandomLibrary = {
  eft_target_random__deps: [],
  eft_target_random: function (bytes, length) {
    const most = 65536; // of one call: Web Cryptography, getRandomValues
    const end = (bytes >>> 0) + (length >>> 0);
    const host = globalThis['crypto'];
    for (let at = bytes >>> 0; at < end; at += most) {
      const part = HEAPU8.subarray(at, Math.min(at + most, end));
      // Node 18 has none. What is made there for no eyes but a server's may be guessed.
      if (host) host.getRandomValues(part);
      else for (let i = 0; i < part.length; i++) part[i] = Math.random() * 256;
    }
  },
};

mergeInto(LibraryManager.library, EftRandomLibrary);
