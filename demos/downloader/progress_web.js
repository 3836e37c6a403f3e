// SPDX-License-Identifier: MIT
// How far it is, for progress_web.c: an Emscripten library.  The page hears, with a file's number,
//
//     download-file    {number, name, url}: it is on the list
//     download-moved   {number, received, total}: bytes; total -1: not known
//     download-turned  {number, outcome, words}: 1 began, 2 there, 3 not found, 4 failed

mergeInto(LibraryManager.library, {
  $DownloadPage: {
    // Under Node nobody listens.
    tell: function (type, detail) {
      if (!globalThis.dispatchEvent) return;
      globalThis.dispatchEvent(new globalThis.CustomEvent(type, { detail: detail }));
    },

    text: function (address) {
      address >>>= 0;
      return new TextDecoder().decode(HEAPU8.subarray(address, HEAPU8.indexOf(0, address)));
    },
  },

  downloader_web_file__deps: ['$DownloadPage'],
  downloader_web_file: function (number, name, url) {
    const detail = { number: number, name: DownloadPage.text(name), url: DownloadPage.text(url) };
    DownloadPage.tell('download-file', detail);
  },

  downloader_web_moved__deps: ['$DownloadPage'],
  downloader_web_moved: function (number, received, total) {
    DownloadPage.tell('download-moved', { number: number, received: received, total: total });
  },

  downloader_web_turned__deps: ['$DownloadPage'],
  downloader_web_turned: function (number, outcome, words) {
    const detail = { number: number, outcome: outcome, words: DownloadPage.text(words) };
    DownloadPage.tell('download-turned', detail);
  },
});
