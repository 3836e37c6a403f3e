// SPDX-License-Identifier: MIT
// What is downloaded becomes Blobs, for save_web.c: an Emscripten library.  The page hears
//
//     download-saved  {number, name, blob}

mergeInto(LibraryManager.library, {
  $Downloads: {}, // {name, type, parts} of those under way, by their number

  downloader_web_begin__deps: ['$Downloads', '$DownloadPage'],
  downloader_web_begin: function (number, name, type) {
    Downloads[number] = {
      name: DownloadPage.text(name), type: DownloadPage.text(type), parts: [],
    };
  },

  // A piece leaves the page's own memory as soon as it is a Blob.  Not Node's: it keeps them all,
  // and there is nobody to take them.
  downloader_web_piece__deps: ['$Downloads'],
  downloader_web_piece: function (number, data, length) {
    if (!globalThis.dispatchEvent) return true;
    data >>>= 0;
    try {
      const bytes = HEAPU8.slice(data, data + length);
      Downloads[number].parts.push(new globalThis.Blob([bytes]));
    } catch (error) {
      return false;
    }
    return true;
  },

  downloader_web_keep__deps: ['$Downloads', '$DownloadPage'],
  downloader_web_keep: function (number) {
    const file = Downloads[number];
    delete Downloads[number];
    try {
      const blob = new globalThis.Blob(file.parts, { type: file.type });
      DownloadPage.tell('download-saved', { number: number, name: file.name, blob: blob });
    } catch (error) {
      return false;
    }
    return true;
  },

  downloader_web_drop__deps: ['$Downloads'],
  downloader_web_drop: function (number) {
    delete Downloads[number];
  },
});
