// SPDX-License-Identifier: MIT
// Bodies that a program writes bit by bit: web/http.js.

// Where the host can send a stream, they are one: it is asked for more when the network has taken
// what was there, so a slow server makes the writer wait. A browser can over HTTP/2 only, which is
// found out when it fails; so over http: it is not asked to. There, and where it cannot at all, the
// body is put together as Blobs, which the browser keeps outside of our memory, on its disk if they
// are large, and is sent when the writer has ended. A write waits until its bytes are there.

const EftHttpUploadLibrary = {
  $EftHttpUpload__deps: ['$EftHttp', '$EftHttpEnd', '$eftNode'],
  $EftHttpUpload: {
    window: 1 << 18, // bytes that wait in a stream before its writer does
    part: 1 << 20, // bytes of a Blob
    least: 1 << 16, // bytes of a stream's buffer
    streams: null, // can this host send some? null: not known yet

    begin: function (record, options) {
      const upload = {
        hint: '',
        options: options,
        controller: null, // of the stream; null: it is gathered
        waits: false, // the core waits for written()
        sent: 0, // bytes
        queued: [], // of a stream: views of buffers that may not have been read yet, oldest first
        used: null, // the one that was read last
        free: [], // buffers
        pieces: [], // gathered: what is in no Blob yet
        size: 0, // of these, in bytes
        blobs: [],
      };
      record.upload = upload;
      if (EftHttpUpload.canStream(record.url)) EftHttpUpload.openStream(record);
    },

    canStream: function (url) {
      if (EftHttpUpload.streams === null) EftHttpUpload.streams = EftHttpUpload.detect();
      return EftHttpUpload.streams && (!!eftNode() || /^https:/i.test(url));
    },

    // A browser that does not know it makes text of the stream, and says so by a Content-Type; it
    // does not look at duplex either.
    detect: function () {
      let looked = false;
      try {
        const asked = new Request('https://localhost/', {
          'method': 'POST',
          'body': new ReadableStream(),
          get 'duplex'() {
            looked = true;
            return 'half';
          },
        });
        return looked && !asked.headers.has('content-type');
      } catch (error) {
        return false;
      }
    },

    // --- as a stream

    openStream: function (record) {
      const upload = record.upload;
      try {
        upload.options['body'] = new ReadableStream({
          'start': function (controller) {
            upload.controller = controller;
          },
          'pull': EftHttp.guard(record, EftHttpUpload.pulled),
        }, new ByteLengthQueuingStrategy({ 'highWaterMark': EftHttpUpload.window }));
        upload.options['duplex'] = 'half';
      } catch (error) {
        return EftHttp.threw(record, 'a stream', error);
      }
      upload.hint = (eftNode() ? '' : 'a page can stream an upload over HTTP/2 only; ') +
        'what is streamed is not sent again where a redirect asks for it';
      EftHttp.send(record, upload.options);
    },

    pulled: function (record) {
      const upload = record.upload;
      if (upload.waits && upload.controller['desiredSize'] > 0) EftHttpUpload.written(record);
    },

    // A copy to be enqueued. The engine would collect garbage late: 64 MiB of it are left alone.
    // Where a body is copied chunk by chunk as it is read, which WHATWG Fetch demands (section
    // 2.2.4, incrementally read), the last but one that has been read is free. Node keeps more.
    copy: function (upload, data) {
      if (eftNode()) return data.slice();
      let waiting = EftHttpUpload.window - upload.controller['desiredSize'];
      let first = upload.queued.length;
      while (first > 0 && waiting > 0) waiting -= upload.queued[--first].length;
      upload.queued.splice(0, first).forEach(function (view) {
        if (upload.used) upload.free.push(upload.used.buffer);
        upload.used = view;
      });
      let buffer = upload.free.pop();
      if (!buffer || buffer.byteLength < data.length) {
        buffer = new ArrayBuffer(Math.max(data.length, EftHttpUpload.least));
      }
      const view = new Uint8Array(buffer, 0, data.length);
      view.set(data);
      upload.queued.push(view);
      return view;
    },

    // This and gather() answer whether there is room for more; if not, they call written().
    writeStream: function (record, data, last) {
      const upload = record.upload;
      if (data.length) upload.controller['enqueue'](EftHttpUpload.copy(upload, data));
      upload.sent += data.length;
      if (last) upload.controller['close']();
      else upload.waits = upload.controller['desiredSize'] <= 0;
      return !last && !upload.waits;
    },

    // --- gathered

    gather: function (record, data, last) {
      const upload = record.upload;
      if (data.length) upload.pieces.push(data.slice());
      upload.size += data.length;
      if (last) EftHttpUpload.sendAll(record);
      if (last || upload.size < EftHttpUpload.part) return !last;
      const blob = EftHttpUpload.makeBlob(upload);
      // Its last byte can be read when all of it is where the browser keeps it.
      blob.slice(blob.size - 1).arrayBuffer().then(
        EftHttp.guard(record, EftHttpUpload.written),
        EftHttp.guard(record, function () {
          EftHttp.noMemory(record, 'a body of more than ' + upload.blobs.length + ' MiB');
        }));
      return false;
    },

    makeBlob: function (upload) {
      const blob = new Blob(upload.pieces);
      upload.blobs.push(blob);
      upload.pieces = [];
      upload.size = 0;
      return blob;
    },

    sendAll: function (record) {
      const upload = record.upload;
      EftHttpUpload.makeBlob(upload);
      const all = new Blob(upload.blobs);
      upload.blobs = [];
      upload.sent = all.size;
      upload.options['body'] = all;
      EftHttp.send(record, upload.options);
    },

    // There is room for more.
    written: function (record) {
      record.upload.waits = false;
      _eft_web_http_written(record.id);
      if (!record.over && record.upload.sent) _eft_web_http_sent(record.id, record.upload.sent);
    },
  },

  // True where there is room for more: the caller tells the core.
  eft_web_http_write__deps: ['$EftHttp', '$EftHttpUpload'],
  eft_web_http_write: function (id, data, length, last) {
    const record = EftHttp.requests.get(id);
    if (!record || record.over || !record.upload) return false;
    data >>>= 0;
    length >>>= 0;
    let room = false;
    try {
      const bytes = HEAPU8.subarray(data, data + length);
      if (record.upload.controller) room = EftHttpUpload.writeStream(record, bytes, !!last);
      else room = EftHttpUpload.gather(record, bytes, !!last);
    } catch (error) {
      EftHttp.threw(record, 'writing a body', error);
    }
    if (!record.over && record.upload.sent) _eft_web_http_sent(id, record.upload.sent);
    return room;
  },
};

mergeInto(LibraryManager.library, EftHttpUploadLibrary);
