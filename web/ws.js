// SPDX-License-Identifier: MIT
// The browser's WebSocket behind web/ws.c: one record an id, events up, calls down.

// Works in a page, in a worker, and in Node where globalThis.WebSocket exists (npm ws or Node's
// own). Heap views are read afresh after each call into C, since any of them may grow the memory.
// No destructuring: Emscripten 3.1.6's optimizer drops `const { code } = event` as unused at -O2.

const EftWsLibrary = {
  $EftWs__deps: ['$EftPump', '$EftWsEnd'],
  // Made here, since an object literal of a library cannot hold live objects.
  $EftWs__postset:
    'EftWs.sockets = new Map();' +
    'EftWs.waiting = new Set();' +
    'EftWs.encoder = new TextEncoder();' +
    // Without ignoreBOM a decoder swallows a U+FEFF at the start of a text.
    'EftWs.decoder = new TextDecoder("utf-8", { ignoreBOM: true });' +
    // For the loader, when a program ended without closing its loop.
    'Module["eftHangUp"] = EftWs.reset;',

  $EftWs: {
    // Up to this many bytes in the browser's hands are "handed over". Measured with awaited sends
    // of 64 KiB: as fast as sending without waiting; 256 KiB is half as fast, 4 MiB no faster.
    lowMark: 1 << 20,
    sockets: null, // id -> record, until the one ended event
    waiting: null, // the records whose bufferedAmount was over the mark
    timer: 0, // the one timer that looks at them, 0 when there is none
    interval: 0, // ms until it looks
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

    listen: function (record) {
      const socket = record.socket;
      socket.onopen = EftWs.guard(function () {
        record.opened = true;
        EftWs.say('', socket.protocol);
        _eft_web_ws_opened(record.id);
      });
      socket.onmessage = EftWs.guard(function (event) {
        if (typeof event.data === 'string') EftWs.takeText(record, event.data);
        else EftWs.takeBytes(record, event.data);
      });
      // A browser's error event says nothing, and the close event follows.  npm ws has a cause, and
      // would then wait for the server to end the connection.
      socket.onerror = function (event) {
        if (event.message) record.cause = event.message;
        if (record.opened && socket.terminate) socket.terminate();
      };
      socket.onclose = EftWs.guard(function (event) {
        EftWs.closed(record, event);
      });
    },

    takeBytes: function (record, data) {
      const size = data.byteLength;
      if (size > record.limit) return EftWs.tooLong(record, 'binary', size);
      const at = _eft_web_ws_room(2, size) >>> 0;
      if (!at) return EftWs.noMemory(record, size);
      HEAPU8.set(new Uint8Array(data), at);
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

    closed: function (record, event) {
      const code = event.code;
      const reason = event.reason;
      if (!record.opened) {
        const cause = record.cause || 'the browser does not tell a page why';
        EftWs.end(record, EftWsEnd.UNREACHED, code, reason,
          'could not connect to ' + record.name + ': ' + cause);
      } else if (!event.wasClean) {
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
      if (!EftWs.sockets.delete(record.id)) return;
      EftWs.forget(record);
      EftWs.say(reason, text);
      _eft_web_ws_ended(record.id, how, code);
    },

    // Nothing is heard of the socket any more. onerror stays: npm ws throws an error event that
    // nobody listens to.
    forget: function (record) {
      EftWs.waiting.delete(record);
      const socket = record.socket;
      if (!socket) return;
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.onerror = function () {};
    },

    // The codes are RFC 6455's 1009 and 1011 in the range that a page may send.
    tooLong: function (record, kind, size) {
      EftWs.hangUp(record, 4009);
      EftWs.end(record, EftWsEnd.TOO_LONG, 1006, '',
        'a ' + kind + ' message of ' + size + ' bytes arrived; the maximum is ' + record.limit);
    },

    noMemory: function (record, size) {
      EftWs.hangUp(record, 4011);
      EftWs.end(record, EftWsEnd.NO_MEMORY, 1006, '',
        'no memory for a message of ' + size + ' bytes');
    },

    threw: function (record, call, error) {
      EftWs.hangUp(record, 4011);
      EftWs.end(record, error instanceof RangeError ? EftWsEnd.NO_MEMORY : EftWsEnd.FAILED,
        1006, '', call + ' failed: ' + error.message);
    },

    hangUp: function (record, code) {
      try {
        if (code) record.socket.close(code);
        // npm ws can do what a browser cannot: end at once, without waiting for an answer.
        else if (record.socket.terminate) record.socket.terminate();
        else record.socket.close();
      } catch (error) {
        record.cause = error.message; // It is over in any case.
      }
    },

    reset: function () {
      EftWs.sockets.forEach(function (record) {
        EftWs.forget(record);
        EftWs.hangUp(record, 0);
      });
      EftWs.sockets.clear();
      clearTimeout(EftWs.timer);
      EftWs.timer = 0;
    },

    // --- what was sent

    // There is no event for a falling bufferedAmount: one timer looks at all, soon while it
    // falls, at most every 50 ms while it does not. A connection that closes leaves the set.
    watch: function (record) {
      record.left = record.socket.bufferedAmount;
      EftWs.waiting.add(record);
      if (EftWs.timer) return;
      EftWs.interval = 1;
      EftWs.timer = setTimeout(EftWs.look, EftWs.interval);
    },

    look: function () {
      let falls = false;
      EftWs.waiting.forEach(function (record) {
        const left = record.socket.bufferedAmount;
        if (left < record.left) falls = true;
        record.left = left;
        if (left > EftWs.lowMark) return;
        EftWs.waiting.delete(record);
        EftWs.guard(_eft_web_ws_drained)(record.id);
      });
      EftWs.interval = falls ? 1 : Math.min(50, 2 * EftWs.interval);
      EftWs.timer = EftWs.waiting.size ? setTimeout(EftWs.look, EftWs.interval) : 0;
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
  },

  eft_web_ws_open__deps: ['$EftWs', '$EftWsEnd', '$eftNode'],
  eft_web_ws_open: function (id, url, subprotocols, count, limit) {
    const address = EftWs.string(url);
    const wanted = [];
    for (let i = 0; i < count; i++) {
      wanted.push(EftWs.string(HEAPU32[(subprotocols >>> 2) + i]));
    }
    const record = {
      id: id,
      name: address.length > 200 ? address.slice(0, 200) + '…' : address,
      limit: limit >>> 0,
      socket: null,
      opened: false,
      left: 0, // bufferedAmount when last looked at
      cause: '', // what the host told beyond WHATWG's events
      // Browsers copy what they are given; npm ws may compress a view of it later.
      copies: !!eftNode(),
    };
    EftWs.sockets.set(id, record);
    if (typeof WebSocket !== 'function') {
      return EftWs.end(record, EftWsEnd.NO_SOCKET, 1006, '',
        'this host has no WebSocket: set globalThis.WebSocket, in Node to that of npm ws');
    }
    try {
      record.socket = new WebSocket(address, wanted);
      record.socket.binaryType = 'arraybuffer';
    } catch (error) {
      // WHATWG: SyntaxError for the URL, SecurityError for ws: from a page of https:.
      const malformed = error.name === 'SyntaxError';
      return EftWs.end(record, malformed ? EftWsEnd.MALFORMED : EftWsEnd.UNREACHED, 1006, '',
        (malformed ? '' : 'could not connect to ' + record.name + ': ') + error.message);
    }
    EftWs.listen(record);
  },

  // True when little enough remains to be sent: the caller tells the core.
  eft_web_ws_send__deps: ['$EftWs'],
  eft_web_ws_send: function (id, type, data, length) {
    const record = EftWs.sockets.get(id);
    if (!record) return false;
    const socket = record.socket;
    data >>>= 0;
    length >>>= 0;
    try {
      if (type === 1) socket.send(EftWs.text(data, length));
      else if (record.copies) socket.send(HEAPU8.slice(data, data + length));
      else socket.send(HEAPU8.subarray(data, data + length));
    } catch (error) {
      EftWs.threw(record, 'WebSocket.send', error);
      return false;
    }
    // A closing socket takes data and drops it; its close event is on the way.
    if (socket.readyState !== 1) return false;
    if (socket.bufferedAmount <= EftWs.lowMark) return true;
    EftWs.watch(record);
    return false;
  },

  eft_web_ws_close__deps: ['$EftWs'],
  eft_web_ws_close: function (id, code, reason, length) {
    const record = EftWs.sockets.get(id);
    if (!record) return;
    try {
      if (code) record.socket.close(code, EftWs.text(reason, length));
      else record.socket.close();
    } catch (error) {
      EftWs.threw(record, 'WebSocket.close', error);
    }
  },

  // A browser has no way to end at once: it closes behind our back, and we listen no more.
  eft_web_ws_abort__deps: ['$EftWs', '$EftWsEnd'],
  eft_web_ws_abort: function (id) {
    const record = EftWs.sockets.get(id);
    if (!record) return;
    EftWs.forget(record);
    EftWs.hangUp(record, 0);
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
