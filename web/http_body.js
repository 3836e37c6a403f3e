// SPDX-License-Identifier: MIT
// Reads the bodies of answers: web/http.js.

// One read is under way at a time, and none while the core has enough: then the browser's pipes
// fill, and the server has to wait. The bytes come in buffers of ours where the host can fill such
// (a reader that is "byob"), which come back with each read and are used again; they cannot be
// wasm's own memory. The first are small, since most bodies are.

const EftHttpBodyLibrary = {
  $EftHttpBody__deps: ['$EftHttpEnd'],
  $EftHttpBody: {
    first: 1 << 14, // bytes of a buffer, until one is filled
    large: 1 << 18, // and then
    spare: 4, // how many of each size are kept
    buffers: {}, // size -> those that nobody uses

    begin: function (record, stream) {
      try {
        record.reader = EftHttpBody.readerOf(record, stream);
      } catch (error) {
        return EftHttp.threw(record, 'getReader()', error);
      }
      record.size = EftHttpBody.first;
      record.onRead = EftHttp.guard(record, EftHttpBody.arrived);
      record.onReadError = EftHttp.guard(record, EftHttpBody.broke);
      EftHttpBody.readOn(record);
    },

    // A body that a service worker made may have readers of the other kind only.
    readerOf: function (record, stream) {
      try {
        const reader = stream.getReader({ 'mode': 'byob' });
        record.byob = true;
        return reader;
      } catch (error) {
        return stream.getReader();
      }
    },

    readOn: function (record) {
      if (!record.reader || record.reading || record.paused || record.over) return;
      record.reading = true;
      EftHttpBody.read(record).then(record.onRead, record.onReadError);
    },

    // Without memory for a buffer it has failed like any other: C may be further up the stack.
    read: function (record) {
      try {
        return record.byob
          ? record.reader.read(new Uint8Array(EftHttpBody.takeBuffer(record.size)))
          : record.reader.read();
      } catch (error) {
        return Promise.reject(error);
      }
    },

    takeBuffer: function (size) {
      const spare = EftHttpBody.buffers[size];
      return (spare && spare.pop()) || new ArrayBuffer(size);
    },

    giveBuffer: function (buffer) {
      const size = buffer.byteLength;
      const spare = EftHttpBody.buffers[size] || (EftHttpBody.buffers[size] = []);
      if (spare.length < EftHttpBody.spare) spare.push(buffer);
    },

    arrived: function (record, chunk) {
      const data = chunk['value'];
      record.reading = false;
      if (data && !ArrayBuffer.isView(data)) return EftHttpBody.broke(record, null);
      if (data && data.byteLength) EftHttpBody.give(record, data);
      if (data && record.byob) {
        if (data.byteLength === record.size) record.size = EftHttpBody.large;
        EftHttpBody.giveBuffer(data.buffer);
      }
      if (chunk['done'] && !record.over) EftHttp.end(record, EftHttpEnd.DONE, '');
      else EftHttpBody.readOn(record);
    },

    // All of it, also where the core says in between that it has enough.
    give: function (record, data) {
      const length = data.byteLength;
      let from = 0;
      while (from < length && !record.over) {
        const at = _eft_web_http_room(record.id, length - from) >>> 0;
        if (!at) return;
        const to = Math.min(length, from + (_eft_web_http_lent() >>> 0));
        HEAPU8.set(data.subarray(from, to), at);
        record.received += to - from;
        _eft_web_http_arrived(record.id, to - from);
        from = to;
      }
    },

    // A page cannot tell a lost connection from a body that is broken.
    broke: function (record, error) {
      const body = 'the body of ' + record.name;
      if (error instanceof RangeError) return EftHttp.noMemory(record, body);
      EftHttp.drop(record);
      EftHttp.end(record, EftHttpEnd.LOST,
        body + ' broke off after ' + record.received + ' bytes: ' + EftHttp.causeOf(error));
    },
  },
};

mergeInto(LibraryManager.library, EftHttpBodyLibrary);
