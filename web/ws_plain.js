// SPDX-License-Identifier: MIT
// WebSockets carried by the host's WebSocket, which every host has: web/ws.js.

// It cannot be stopped: what the peer sends arrives, and the core's bound on its queue is the only
// limit.

const EftWsPlainLibrary = {
  $EftWsPlain__deps: ['$EftWs', '$eftNode'],
  $EftWsPlain__postset: 'EftWsPlain.waiting = new Set();',

  $EftWsPlain: {
    waiting: null, // the records whose bufferedAmount was over their limit
    timer: 0, // the one timer that looks at them, 0 when there is none
    interval: 0, // ms until it looks

    open: function (record, address, wanted) {
      const socket = new WebSocket(address, wanted);
      socket.binaryType = 'arraybuffer';
      record.socket = socket;
      record.left = 0; // bufferedAmount when last looked at
      record.unsent = 0; // at most so many bytes are unsent: asking is dear
      // Browsers copy what they are given; npm ws may compress a view of it later.
      record.copies = !!eftNode();
      EftWsPlain.listen(record);
    },

    listen: function (record) {
      const socket = record.socket;
      socket.onopen = EftWs.guard(function () {
        EftWs.opened(record, socket.protocol);
      });
      socket.onmessage = EftWs.guard(function (event) {
        EftWs.take(record, event.data);
      });
      // A browser's error event says nothing, npm ws has a cause. Before the socket is open it is
      // the end: a close event follows, but not where a Content-Security-Policy forbids the
      // connection. Afterwards the close event tells; npm ws would wait with it for the server.
      socket.onerror = EftWs.guard(function (event) {
        if (event.message) record.cause = event.message;
        if (!record.opened) {
          EftWsPlain.forget(record);
          EftWs.closed(record, false, 1006, '');
        } else if (socket.terminate) {
          socket.terminate();
        }
      });
      socket.onclose = EftWs.guard(function (event) {
        EftWsPlain.forget(record);
        EftWs.closed(record, event.wasClean, event.code, event.reason);
      });
    },

    send: function (record, data, size) {
      const socket = record.socket;
      socket.send(record.copies && typeof data !== 'string' ? data.slice() : data);
      // A closing socket takes data and drops it; its close event is on the way.
      if (socket.readyState !== 1) return false;
      record.unsent += size;
      if (record.unsent <= record.writeLimit) return true;
      record.unsent = socket.bufferedAmount;
      if (record.unsent <= record.writeLimit) return true;
      EftWsPlain.watch(record);
      return false;
    },

    pause: function () {},

    close: function (record, code, reason) {
      if (code) record.socket.close(code, reason);
      else record.socket.close();
    },

    // A browser has no way to end at once: it closes behind our back, and we listen no more. npm
    // ws can, without waiting for an answer.
    drop: function (record, code) {
      const socket = record.socket;
      EftWsPlain.forget(record);
      try {
        if (code) socket.close(code);
        else if (socket.terminate) socket.terminate();
        else socket.close();
      } catch (error) {
        record.cause = error.message; // It is over in any case.
      }
    },

    // onerror stays: npm ws throws an error event that nobody listens to.
    forget: function (record) {
      const socket = record.socket;
      EftWsPlain.waiting.delete(record);
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.onerror = function () {};
    },

    // There is no event for a falling bufferedAmount: one timer looks at all, soon while it
    // falls, at most every 50 ms while it does not. A connection that closes leaves the set.
    watch: function (record) {
      record.left = record.socket.bufferedAmount;
      EftWsPlain.waiting.add(record);
      if (EftWsPlain.timer) return;
      EftWsPlain.interval = 1;
      EftWsPlain.timer = setTimeout(EftWsPlain.look, EftWsPlain.interval);
    },

    look: function () {
      let falls = false;
      EftWsPlain.waiting.forEach(function (record) {
        const left = record.socket.bufferedAmount;
        if (left < record.left) falls = true;
        record.left = left;
        if (left > record.writeLimit) return;
        EftWsPlain.waiting.delete(record);
        EftWs.guard(EftWs.drained)(record);
      });
      EftWsPlain.interval = falls ? 1 : Math.min(50, 2 * EftWsPlain.interval);
      EftWsPlain.timer =
        EftWsPlain.waiting.size ? setTimeout(EftWsPlain.look, EftWsPlain.interval) : 0;
    },
  },
};

mergeInto(LibraryManager.library, EftWsPlainLibrary);
