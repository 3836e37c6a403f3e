// SPDX-License-Identifier: MIT
// Charsets behind web/decode.c.

const EftDecodeLibrary = {
  // enum outcome in web/decode.c is the same list.
  $EftDecode: {
    DONE: 0,
    UNKNOWN: 1,
    MALFORMED: 2,
    NO_MEMORY: 3,
  },

  eft_web_decode__deps: ['$EftDecode'],
  eft_web_decode: function (charset, data, length) {
    charset >>>= 0;
    data >>>= 0;
    const label = HEAPU8.subarray(charset, HEAPU8.indexOf(0, charset));
    let decoder;
    try {
      decoder = new TextDecoder(new TextDecoder().decode(label), { fatal: true });
    } catch (error) {
      return EftDecode.UNKNOWN;
    }
    let bytes;
    try {
      const text = decoder.decode(HEAPU8.subarray(data, data + (length >>> 0)));
      bytes = new TextEncoder().encode(text);
    } catch (error) {
      // A RangeError says that a text would be too long for the engine.
      return error instanceof RangeError ? EftDecode.NO_MEMORY : EftDecode.MALFORMED;
    }
    const at = _eft_web_decode_room(bytes.length) >>> 0;
    if (!at) return EftDecode.NO_MEMORY;
    HEAPU8.set(bytes, at);
    return EftDecode.DONE;
  },
};

mergeInto(LibraryManager.library, EftDecodeLibrary);
