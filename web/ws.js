// SPDX-License-Identifier: MIT
// WebSockets behind web/ws.c: one record an id, events up, calls down.

// Works in a page, in a worker, and in Node where globalThis.WebSocket exists (npm ws or Node's
// own). Heap views are read afresh after each call into C, since any of them may grow the memory.
// No destructuring: Emscripten 3.1.6's optimizer drops `const { code } = event` as unused at -O2.

// What carries a record is EftWsPlain (web/ws_plain.js) or EftWsStream (web/ws_stream.js):
//
//   open(record, address, wanted)  begins to connect; may throw
//   send(record, data, size)       a string, or a view that is copied before it returns; may throw.
//                                  True: little enough waits to be sent. Else it calls drained()
//   pause(record, paused)          stops reading, or goes on
//   close(record, code, reason)    the closing handshake, behind what was sent; may throw
//   drop(record, code)             ends it as soon as the host can, unheard
//
// and it calls EftWs.opened, take, closed, drained, always in a guard.

const EftWsLibrary = {
  $EftWs__deps: ['$EftPump', '$EftWsEnd'],
  // Made here, since an object literal of a library cannot hold live objects.
  $EftWs__postset:
    'EftWs.sockets = new Map();' +
    'EftWs.encoder = new TextEncoder();' +
    // Without ignoreBOM a decoder swallows a U+FEFF at the start of a text.
    'EftWs.decoder = new TextDecoder("utf-8", { ignoreBOM: true });' +
    // For the loader, when a program ended without closing its loop.
    'Module["eftHangUps"] = (Module["eftHangUps"] || []).concat(EftWs.reset);',

  $EftWs: {
    // Up to this many bytes in the browser's hands are "handed over", where the program does not
    // say. Measured with awaited sends of 64 KiB: as fast as sending without waiting; 256 KiB is
    // half as fast, 4 MiB no faster.
    writeLimit: 1 << 20,
    sockets: null, // id -> record, until the one ended event
    encoder: null,
    decoder: null,

    // --- strings across the border

    text: function (address, length) {
      address >>>= 0;
      return EftWs.decoder.decode(HEAPU8.subarray(address, address + length));
    },

    string: function (address) {
      address >>>= 0;
      return EftWs.text(address, HEAPU8.indexOf(0, address) - address);
    },

    // Cut at a whole character where it does not fit; always ends with a NUL.
    put: function (text, address, size) {
      const done = EftWs.encoder.encodeInto(text, HEAPU8.subarray(address, address + size - 1));
      HEAPU8[address + done.written] = 0;
    },

    // The sizes are those of words in web/ws.c.
    say: function (reason, text) {
      const words = _eft_web_ws_words() >>> 0;
      EftWs.put(reason, words, 128);
      EftWs.put(text, words + 128, 896);
    },

    // --- events

    // What comes out of C here is no task's: it is the end of the program. Events that come after
    // a program's end find it gone.
    guard: function (handler) {
      return function (event) {
        if (EftPump.over) return EftWs.reset();
        try {
          handler(event);
        } catch (error) {
          EftPump.trap(error);
        }
      };
    },

    opened: function (record, protocol) {
      record.opened = true;
      EftWs.say('', protocol);
      _eft_web_ws_opened(record.id);
    },

    drained: function (record) {
      _eft_web_ws_drained(record.id);
    },

    take: function (record, data) {
      if (typeof data === 'string') EftWs.takeText(record, data);
      else EftWs.takeBytes(record, data);
    },

    takeBytes: function (record, data) {
      const size = data.byteLength;
      if (size > record.limit) return EftWs.tooLong(record, 'binary', size);
      const at = _eft_web_ws_room(2, size) >>> 0;
      if (!at) return EftWs.noMemory(record, size);
      HEAPU8.set(data instanceof ArrayBuffer ? new Uint8Array(data) : data, at);
      _eft_web_ws_arrived(record.id, size);
    },

    // Room for one byte a UTF-16 unit first: right at once for ASCII, and the least that any
    // text needs. The rest of another text gets the most it could need, three a unit.
    takeText: function (record, text) {
      const units = text.length;
      if (units > record.limit) return EftWs.tooLong(record, 'text', EftWs.utf8Length(text));
      let at = _eft_web_ws_room(1, units) >>> 0;
      if (!at) return EftWs.noMemory(record, units);
      const first = EftWs.encoder.encodeInto(text, HEAPU8.subarray(at, at + units));
      let read = first.read;
      let written = first.written;
      if (read < units) {
        const room = Math.min(record.limit, written + 3 * (units - read));
        at = _eft_web_ws_more_room(written, room) >>> 0;
        if (!at) return EftWs.noMemory(record, room);
        const rest = EftWs.encoder.encodeInto(
          text.slice(read), HEAPU8.subarray(at + written, at + room));
        read += rest.read;
        written += rest.written;
      }
      if (read < units) return EftWs.tooLong(record, 'text', EftWs.utf8Length(text));
      _eft_web_ws_arrived(record.id, written);
    },

    utf8Length: function (text) {
      let bytes = 0;
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        // Each half of a surrogate pair stands for two of its four bytes.
        bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
      }
      return bytes;
    },

    // The connection is over; clean: both sides have sent a Close.
    closed: function (record, clean, code, reason) {
      if (!record.opened) {
        const cause = record.cause || 'the browser does not tell a page why';
        EftWs.end(record, EftWsEnd.UNREACHED, code, reason,
          'could not connect to ' + record.name + ': ' + cause);
      } else if (!clean) {
        EftWs.end(record, EftWsEnd.LOST, code, reason,
          'the connection to ' + record.name + ' was lost' +
          (record.cause ? ': ' + record.cause : ''));
      } else if (code === 1000 || code === 1001 || code === 1005) {
        EftWs.end(record, EftWsEnd.CLOSED, code, reason, '');
      } else {
        EftWs.end(record, EftWsEnd.PEER_CLOSED, code, reason,
          'the peer closed with code ' + code + (reason ? ': ' + reason : ''));
      }
    },

    // --- ends

    // The one place from which the core hears that a connection is over.
    end: function (record, how, code, reason, text) {
      record.over = true;
      if (!EftWs.sockets.delete(record.id)) return;
      EftWs.say(reason, text);
      _eft_web_ws_ended(record.id, how, code);
    },

    // Nothing is heard of it any more.
    drop: function (record, code) {
      record.over = true;
      record.carrier.drop(record, code);
    },

    // The codes are RFC 6455's 1009 and 1011 in the range that a page may send.
    tooLong: function (record, kind, size) {
      EftWs.drop(record, 4009);
      EftWs.end(record, EftWsEnd.TOO_LONG, 1006, '',
        'a ' + kind + ' message of ' + size + ' bytes arrived; the maximum is ' + record.limit);
    },

    noMemory: function (record, size) {
      EftWs.drop(record, 4011);
      EftWs.end(record, EftWsEnd.NO_MEMORY, 1006, '',
        'no memory for a message of ' + size + ' bytes');
    },

    threw: function (record, call, error) {
      EftWs.drop(record, 4011);
      EftWs.end(record, error instanceof RangeError ? EftWsEnd.NO_MEMORY : EftWsEnd.FAILED,
        1006, '', call + ' failed: ' + error.message);
    },

    reset: function () {
      EftWs.sockets.forEach(function (record) {
        EftWs.drop(record, 0);
      });
      EftWs.sockets.clear();
    },
  },

  // How a connection ended: enum how in web/ws.c is the same list.
  $EftWsEnd: {
    CLOSED: 0,
    PEER_CLOSED: 1,
    LOST: 2,
    UNREACHED: 3,
    ABORTED: 4,
    MALFORMED: 5,
    NO_SOCKET: 6,
    TOO_LONG: 7,
    NO_MEMORY: 8,
    FAILED: 9,
    BEHIND: 10,
  },

  eft_web_ws_open__deps: ['$EftWs', '$EftWsEnd', '$EftWsPlain', '$EftWsStream'],
  eft_web_ws_open: function (id, url, subprotocols, count, limit, writeLimit) {
    const address = EftWs.string(url);
    const wanted = [];
    for (let i = 0; i < count; i++) {
      wanted.push(EftWs.string(HEAPU32[(subprotocols >>> 2) + i]));
    }
    const record = {
      id: id,
      name: address.length > 200 ? address.slice(0, 200) + '…' : address,
      carrier: EftWsStream.isWanted() ? EftWsStream : EftWsPlain,
      limit: limit >>> 0, // bytes of a message
      writeLimit: writeLimit >>> 0 || EftWs.writeLimit,
      opened: false,
      over: false, // nothing is told to C any more
      cause: '', // what the host told beyond WHATWG's events
    };
    EftWs.sockets.set(id, record);
    if (typeof WebSocket !== 'function') {
      return EftWs.end(record, EftWsEnd.NO_SOCKET, 1006, '',
        'this host has no WebSocket: set globalThis.WebSocket, in Node to that of npm ws');
    }
    try {
      record.carrier.open(record, address, wanted);
    } catch (error) {
      // WHATWG: SyntaxError for the URL, SecurityError for ws: from a page of https:.
      const malformed = error.name === 'SyntaxError';
      EftWs.end(record, malformed ? EftWsEnd.MALFORMED : EftWsEnd.UNREACHED, 1006, '',
        (malformed ? '' : 'could not connect to ' + record.name + ': ') + error.message);
    }
  },

  // True when little enough remains to be sent: the caller tells the core.
  eft_web_ws_send__deps: ['$EftWs'],
  eft_web_ws_send: function (id, type, data, length) {
    const record = EftWs.sockets.get(id);
    if (!record) return false;
    data >>>= 0;
    length >>>= 0;
    try {
      if (type === 1) return record.carrier.send(record, EftWs.text(data, length), length);
      return record.carrier.send(record, HEAPU8.subarray(data, data + length), length);
    } catch (error) {
      EftWs.threw(record, 'sending', error);
      return false;
    }
  },

  eft_web_ws_pause__deps: ['$EftWs'],
  eft_web_ws_pause: function (id, paused) {
    const record = EftWs.sockets.get(id);
    if (record) record.carrier.pause(record, !!paused);
  },

  eft_web_ws_close__deps: ['$EftWs'],
  eft_web_ws_close: function (id, code, reason, length) {
    const record = EftWs.sockets.get(id);
    if (!record) return;
    try {
      record.carrier.close(record, code, EftWs.text(reason, length));
    } catch (error) {
      EftWs.threw(record, 'closing', error);
    }
  },

  eft_web_ws_abort__deps: ['$EftWs', '$EftWsEnd'],
  eft_web_ws_abort: function (id) {
    const record = EftWs.sockets.get(id);
    if (!record) return;
    EftWs.drop(record, 0);
    Promise.resolve().then(EftWs.guard(function () {
      EftWs.end(record, EftWsEnd.ABORTED, 1006, '', '');
    }));
  },

  // The loop closes: what is left reports nothing more.
  eft_web_ws_reset__deps: ['$EftWs'],
  eft_web_ws_reset: function () {
    EftWs.reset();
  },
};

mergeInto(LibraryManager.library, EftWsLibrary);
