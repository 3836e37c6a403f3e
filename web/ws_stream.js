// SPDX-License-Identifier: MIT
// WebSockets carried by WebSocketStream, which can be stopped from reading: web/ws.js.

// Only Chromium has it, and only a page that asks for it gets it (the loader's option sockets):
// up to version 156 the whole page dies when a peer vanishes while a message is being written.
//
// What is read while the core wants no more is kept here, up to a window; then reading stops, and
// with it, some megabytes later, the peer. A peer that closes while reading is stopped is the one
// thing that loses messages: Chromium drops what it has not handed out (at most the 128 KiB of its
// pipe), and closes the stream as if nothing had been there. So that is an error of its own. While
// reading goes on nothing is lost: what has arrived always comes before the end.
//
// A stream must not be closed while something is being written, for the same reason as above, nor
// while it is not read, which would never end.

const EftWsStreamLibrary = {
  $EftWsStream__deps: ['$EftWs', '$EftWsEnd'],
  $EftWsStream: {
    window: 1 << 22, // bytes that are kept before reading stops
    cost: 64, // what keeping a message takes beside its bytes

    isWanted: function () {
      return Module['eftSockets'] === 'stream' && typeof WebSocketStream === 'function';
    },

    open: function (record, address, wanted) {
      record.control = new AbortController();
      record.stream = new WebSocketStream(address, {
        'protocols': wanted, 'signal': record.control.signal,
      });
      record.reader = null; // until it is open
      record.writer = null;
      record.reading = false; // a read is pending
      record.reads = 0; // how many there were
      record.paused = false; // the core has enough
      record.stopped = false; // the window is full: nothing is read
      record.resuming = false; // reading has begun again, and has not had to wait yet
      record.discards = false; // we have closed: what comes is not wanted any more
      record.kept = []; // what was read while paused
      record.keptBytes = 0;
      record.sizes = []; // of what is being written, the first first
      record.unsent = 0; // their sum
      record.waits = false; // the core waits for drained()
      record.closing = null; // how to close when all is written
      record.ending = null; // how the stream has ended
      EftWsStream.listen(record);
    },

    listen: function (record) {
      const arrived = EftWs.guard(function (chunk) {
        EftWsStream.arrived(record, chunk);
      });
      record.onRead = function (chunk) {
        record.reading = false;
        if (!record.over) arrived(chunk);
        if (!chunk['done']) EftWsStream.readOn(record);
      };
      record.onReadError = EftWs.guard(function () {
        record.reading = false;
        EftWsStream.finish(record);
      });
      record.onWritten = EftWs.guard(function () {
        EftWsStream.written(record);
      });
      record.stream['opened'].then(EftWs.guard(function (ends) {
        EftWsStream.begin(record, ends);
      }), EftWsStream.ignore);
      record.stream['closed'].then(EftWs.guard(function (info) {
        EftWsStream.ended(record, info);
      }), EftWs.guard(function (error) {
        EftWsStream.ended(record, error);
      }));
    },

    // A stream tells everything twice.
    ignore: function () {},

    begin: function (record, ends) {
      record.reader = ends['readable'].getReader();
      record.writer = ends['writable'].getWriter();
      record.writer['closed'].then(EftWsStream.ignore, EftWsStream.ignore);
      if (record.over) record.stream.close(); // too late to be aborted
      else EftWs.opened(record, ends['protocol']);
      EftWsStream.read(record);
    },

    // --- reading

    read: function (record) {
      record.reading = true;
      record.reads++;
      record.reader.read().then(record.onRead, record.onReadError);
      if (record.resuming) EftWsStream.watch(record);
    },

    // Also when nobody listens any more: see discard().
    readOn: function (record) {
      if (record.reading) return;
      if (!record.stopped || record.ending || record.over) EftWsStream.read(record);
    },

    arrived: function (record, chunk) {
      const data = chunk['value'];
      if (chunk['done']) EftWsStream.finish(record);
      else if (record.paused) EftWsStream.keep(record, data);
      else EftWsStream.give(record, data);
    },

    give: function (record, data) {
      if (!record.over && !record.discards) EftWs.take(record, data);
    },

    sizeOf: function (data) {
      return EftWsStream.cost + (typeof data === 'string' ? 2 * data.length : data.byteLength);
    },

    keep: function (record, data) {
      record.kept.push(data);
      record.keptBytes += EftWsStream.sizeOf(data);
      record.stopped = record.keptBytes >= EftWsStream.window;
    },

    giveKept: function (record) {
      let next = 0;
      while (next < record.kept.length && !record.paused) {
        const data = record.kept[next++];
        record.keptBytes -= EftWsStream.sizeOf(data);
        EftWsStream.give(record, data);
      }
      record.kept.splice(0, next);
    },

    pause: function (record, paused) {
      record.paused = paused;
      if (paused) return;
      EftWsStream.giveKept(record);
      if (record.keptBytes < EftWsStream.window / 2) EftWsStream.goOn(record);
    },

    goOn: function (record) {
      if (!record.stopped) return;
      record.stopped = false;
      record.resuming = true;
      EftWsStream.read(record);
    },

    // A stream that has been closed meanwhile answers at once, message or end: before this promise
    // has its turn. One that has to be waited for is alive, and nothing of it was dropped.
    watch: function (record) {
      const turn = record.reads;
      Promise.resolve().then(function () {
        if (record.reading && record.reads === turn) record.resuming = false;
      });
    },

    // Nothing that comes is wanted; but it must come, or the Close behind it does not.
    discard: function (record) {
      record.discards = true;
      record.paused = false;
      record.kept = [];
      record.keptBytes = 0;
      EftWsStream.goOn(record);
    },

    // --- writing

    // What cannot be written at once is read only later. A message is written when the browser has
    // taken it; a promise that rejects is followed by the end.
    send: function (record, data, size) {
      const writer = record.writer;
      const queued = typeof data !== 'string' && writer['desiredSize'] !== 1;
      if (record.closing || record.ending) return false;
      record.sizes.push(size);
      record.unsent += size;
      writer.write(queued ? data.slice() : data).then(record.onWritten, EftWsStream.ignore);
      record.waits = record.unsent > record.writeLimit;
      return !record.waits;
    },

    written: function (record) {
      record.unsent -= record.sizes.shift();
      if (record.waits && record.unsent <= record.writeLimit) {
        record.waits = false;
        if (!record.over) EftWs.drained(record);
      }
      if (record.closing && !record.sizes.length) EftWsStream.closeNow(record);
    },

    // --- ends

    close: function (record, code, reason) {
      record.closing = code ? { 'closeCode': code, 'reason': reason } : {};
      if (!record.sizes.length) EftWsStream.closeNow(record);
      EftWsStream.discard(record);
    },

    closeNow: function (record) {
      if (record.ending) return;
      try {
        record.stream.close(record.closing);
      } catch (error) {
        EftWs.threw(record, 'closing', error);
      }
    },

    // A connection that is not open yet ends at once, another as soon as the browser has closed it.
    drop: function (record, code) {
      try {
        if (!record.opened) record.control.abort();
        else if (record.sizes.length) EftWsStream.cut(record, code);
        else record.stream.close(code ? { 'closeCode': code } : {});
        EftWsStream.discard(record);
      } catch (error) {
        record.cause = error.message; // It is over in any case.
      }
    },

    cut: function (record, code) {
      const why = code ? new WebSocketError('', { 'closeCode': code }) : undefined;
      record.writer.abort(why).then(EftWsStream.ignore, EftWsStream.ignore);
    },

    // how has closeCode and reason, or is an exception that has not. What was read comes first.
    ended: function (record, how) {
      const code = how['closeCode'];
      record.ending = {
        code: code || 1006,
        reason: how['reason'] || '',
      };
      if (!code && !record.opened && !record.over) record.cause = how.message;
      EftWsStream.goOn(record);
      EftWsStream.finish(record);
    },

    finish: function (record) {
      const ending = record.ending;
      if (!ending || record.reading || record.over) return;
      record.paused = false;
      for (const data of record.kept) EftWsStream.give(record, data);
      record.kept = [];
      if (record.over) return;
      // With something unwritten Chromium calls it unclean that both sides have sent a Close.
      const clean = ending.code !== 1006;
      const behind = record.resuming && !record.discards;
      if (clean && behind) EftWsStream.fellBehind(record, ending);
      else EftWs.closed(record, clean, ending.code, ending.reason);
    },

    fellBehind: function (record, ending) {
      EftWs.end(record, EftWsEnd.BEHIND, ending.code, ending.reason,
        'the peer closed with code ' + ending.code + ' while ' + record.name +
        ' was not read, since nobody received: the browser may have dropped messages');
    },
  },
};

mergeInto(LibraryManager.library, EftWsStreamLibrary);
