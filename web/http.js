// SPDX-License-Identifier: MIT
// HTTP behind web/http.c: one record an id, events up, calls down.

// Works in a page, in a worker, and in Node, by fetch. Heap views are read afresh after each call
// into C, since any of them may grow the memory. No destructuring: Emscripten 3.1.6's optimizer
// drops `const { status } = response` as unused at -O2.

// Here are the request and the head of its answer; web/http_body.js reads the body, and
// web/http_upload.js sends one that a program writes bit by bit.

const EftHttpLibrary = {
  $EftHttp__deps: ['$EftPump', '$EftHttpEnd', '$EftHttpBody', '$eftNode'],
  // Made here, since an object literal of a library cannot hold live objects.
  $EftHttp__postset:
    'EftHttp.requests = new Map();' +
    'EftHttp.encoder = new TextEncoder();' +
    'EftHttp.forbidden = EftHttp.forbiddenNames();' +
    // For the loader, when a program ended without closing its loop.
    'Module["eftHangUps"] = (Module["eftHangUps"] || []).concat(EftHttp.reset);',

  $EftHttp: {
    requests: null, // id -> record, until the one ended event
    encoder: null,
    forbidden: null, // names of headers

    // --- strings across the border

    // The strings of HTTP are bytes, and each is a character here, as in WHATWG's ByteString.
    string: function (address) {
      address >>>= 0;
      const end = HEAPU8.indexOf(0, address);
      let text = '';
      for (; address < end; address += 4096) {
        const piece = HEAPU8.subarray(address, Math.min(end, address + 4096));
        text += String.fromCharCode.apply(null, piece);
      }
      return text;
    },

    put: function (text, address) {
      const room = HEAPU8.subarray(address, address + text.length);
      if (EftHttp.encoder.encodeInto(text, room).read === text.length) return; // it is ASCII
      for (let i = 0; i < text.length; i++) room[i] = text.charCodeAt(i);
    },

    // A sentence is UTF-8; it is cut at a whole character where it does not fit. The size is that
    // of short_words in web/http.c.
    say: function (text) {
      const size = 2048;
      const at = _eft_web_http_words(size) >>> 0;
      const done = EftHttp.encoder.encodeInto(text, HEAPU8.subarray(at, at + size - 1));
      HEAPU8[at + done.written] = 0;
    },

    // --- requests

    // What comes out of C here is no task's: it is the end of the program. Events that come after
    // a program's end find it gone.
    guard: function (record, handler) {
      return function (value) {
        if (EftPump.over) return EftHttp.reset();
        if (record.over) return;
        try {
          handler(record, value);
        } catch (error) {
          EftPump.trap(error);
        }
      };
    },

    make: function (id, method, url) {
      const record = {
        id: id,
        method: method,
        url: url,
        origin: '', // where that leads
        name: url.length > 200 ? url.slice(0, 200) + '…' : url,
        control: new AbortController(),
        over: false, // nothing is told to C any more
        refuses: false, // redirects
        paused: false, // the core has enough
        upload: null, // http_upload.js
        reader: null, // this and what follows: http_body.js
        byob: false, // it fills buffers of ours
        size: 0, // of such a buffer
        reading: false, // a read is pending
        received: 0, // bytes
        onRead: null,
        onReadError: null,
      };
      EftHttp.requests.set(id, record);
      return record;
    },

    headers: function (address, count) {
      const given = [];
      let at = address >>> 2;
      for (let i = 0; i < count; i++, at += 2) {
        given.push([EftHttp.string(HEAPU32[at]), EftHttp.string(HEAPU32[at + 1])]);
      }
      return given;
    },

    // A browser drops these headers without a word, and Node would send some of them: WHATWG Fetch,
    // "forbidden request-header".
    forbiddenNames: function () {
      return new Set(('accept-charset accept-encoding access-control-request-headers ' +
        'access-control-request-method access-control-request-private-network connection ' +
        'content-length cookie cookie2 date dnt expect host keep-alive origin referer ' +
        'set-cookie te trailer transfer-encoding upgrade user-agent via').split(' '));
    },

    isForbidden: function (name, value) {
      const lower = name.toLowerCase();
      if (EftHttp.forbidden.has(lower) || /^(proxy|sec)-/.test(lower)) return true;
      return /^x-(http-method(-override)?|method-override)$/.test(lower) &&
        /^(.*,)?\s*(connect|trace|track)\s*(,|$)/i.test(value);
    },

    // Where a URL leads: a page and a worker have one of their own, which others can be relative to
    // unless it is a blob: or a file:. null: to no server.
    resolve: function (url) {
      const page = globalThis['document'];
      const at = globalThis['location'];
      try {
        const to = new URL(url, page ? page['baseURI'] : at && at['href']);
        return /^https?:$/.test(to.protocol) ? to : null;
      } catch (error) {
        return null;
      }
    },

    whyNoUrl: function (record) {
      return record.name + (/^https?:/i.test(record.url) ? ' is no URL here'
        : ' is relative, and there is no page whose URL it could be relative to');
    },

    // What a page may not ask for, as a sentence; '' where it may.
    whyNot: function (record, headers) {
      if (typeof fetch !== 'function') return 'this host has no fetch()';
      for (const header of headers) {
        if (EftHttp.isForbidden(header[0], header[1])) {
          return 'a page cannot set the header ' + header[0] + ': it is its browser\'s';
        }
      }
      return '';
    },

    // Whoever refuses redirects gets to know that there was one by not following it: with 'error'
    // it would look like any failure.
    options: function (record, headers, credentials) {
      return {
        'method': record.method,
        'headers': headers,
        'credentials': ['same-origin', 'include', 'omit'][credentials],
        'redirect': record.refuses ? 'manual' : 'follow',
        'signal': record.control.signal,
      };
    },

    // fetch copies what it is given. Node 20 loses the copy once it is sent, and misses it at a
    // redirect; a Blob it keeps.
    bytes: function (address, length) {
      const view = HEAPU8.subarray(address, address + length);
      return eftNode() ? new Blob([view]) : view;
    },

    send: function (record, options) {
      try {
        fetch(record.url, options).then(
          EftHttp.guard(record, EftHttp.answered), EftHttp.guard(record, EftHttp.failed));
      } catch (error) {
        EftHttp.threw(record, 'fetch()', error);
      }
    },

    // --- the answer

    answered: function (record, response) {
      let refused = false;
      let status = 0;
      let text = '';
      try {
        status = response.status;
        refused = record.refuses && EftHttp.leadsElsewhere(response);
        text = EftHttp.headOf(record, response);
      } catch (error) {
        return EftHttp.threw(record, 'a Response', error);
      }
      if (refused) {
        EftHttp.drop(record);
        return EftHttp.end(record, EftHttpEnd.REDIRECT,
          record.name + ' answered with a redirect, which the options refuse');
      }
      if (!status) {
        EftHttp.drop(record);
        return EftHttp.end(record, EftHttpEnd.UNREACHED,
          'the browser hides from this page what ' + record.name + ' answered');
      }
      EftHttp.tell(record, status, text);
      if (record.over) return;
      if (record.method === 'HEAD' || !response.body) EftHttp.end(record, EftHttpEnd.DONE, '');
      else EftHttpBody.begin(record, response.body);
    },

    // A browser hides what a redirect says, Node does not.
    leadsElsewhere: function (response) {
      return response.type === 'opaqueredirect' ||
        (/^30[12378]$/.test(response.status) && response.headers.has('location'));
    },

    // The words of eft_web_http_head().  WHATWG's header values have no newline, but may have other
    // controls.
    headOf: function (record, response) {
      const url = response.url === record.url ? '' : response.url;
      let lines = '';
      response.headers.forEach(function (value, name) {
        lines += name + ': ' + value + '\n';
      });
      const controls = /[\0-\x08\x0b-\x1f\x7f]/g;
      if (controls.test(lines)) lines = lines.replace(controls, ' ');
      return url + '\0' + response.statusText + '\0' + lines;
    },

    tell: function (record, status, text) {
      const at = _eft_web_http_words(text.length) >>> 0;
      if (!at) return EftHttp.noMemory(record, 'a head of ' + text.length + ' bytes');
      EftHttp.put(text, at);
      _eft_web_http_head(record.id, status, text.length);
    },

    // --- ends

    // The one place from which the core hears that a request is over.
    end: function (record, how, text) {
      record.over = true;
      if (!EftHttp.requests.delete(record.id)) return;
      EftHttp.say(text);
      _eft_web_http_ended(record.id, how);
    },

    // Nothing is heard of it any more.
    drop: function (record) {
      record.over = true;
      record.control.abort();
    },

    failed: function (record, error) {
      EftHttp.end(record, EftHttpEnd.UNREACHED,
        'no answer from ' + record.name + ': ' + EftHttp.why(record, error));
    },

    // Node has a cause. A browser tells a page nothing, so that it cannot look at what is none of
    // its business; the sentence names what is likely.
    why: function (record, error) {
      const hints = [];
      const origin = EftHttp.origin();
      if (record.upload) hints.push(record.upload.hint);
      if (/^https:/.test(origin) && /^http:/.test(record.url)) {
        hints.push('a page of https: may not ask http:');
      } else if (origin && record.origin !== origin) {
        hints.push('one reason is CORS: the server has to name this page\'s origin, ' + origin +
          ', in Access-Control-Allow-Origin');
      }
      return [EftHttp.causeOf(error)].concat(hints.filter(Boolean)).join('; ');
    },

    // What is thrown may be anything: a page can have a fetch() of its own.
    causeOf: function (error) {
      const cause = error && error.cause;
      return (cause && (cause.message || cause.code)) || 'the browser does not tell a page why';
    },

    // The page's or the worker's; '' in Node.
    origin: function () {
      return typeof globalThis['origin'] === 'string' ? globalThis['origin'] : '';
    },

    noMemory: function (record, what) {
      EftHttp.drop(record);
      EftHttp.end(record, EftHttpEnd.NO_MEMORY, 'no memory for ' + what);
    },

    threw: function (record, call, error) {
      EftHttp.drop(record);
      EftHttp.end(record, error instanceof RangeError ? EftHttpEnd.NO_MEMORY : EftHttpEnd.FAILED,
        call + ' failed: ' + (error && error.message));
    },

    reset: function () {
      EftHttp.requests.forEach(EftHttp.drop);
      EftHttp.requests.clear();
    },
  },

  // How a request ended: enum how in web/http.c is the same list.
  $EftHttpEnd: {
    DONE: 0,
    UNREACHED: 1,
    REDIRECT: 2,
    LOST: 3,
    ABORTED: 4,
    MALFORMED: 5,
    FORBIDDEN: 6,
    NO_MEMORY: 7,
    FAILED: 8,
  },

  // kind: 0 no body; 1 bytes, which fetch copies; 2 what is going to be written.
  eft_web_http_start__deps: ['$EftHttp', '$EftHttpEnd', '$EftHttpUpload'],
  eft_web_http_start: function (
    id, method, url, headers, count, kind, body, length, credentials, refuses,
  ) {
    const record = EftHttp.make(id, EftHttp.string(method), EftHttp.string(url));
    const given = EftHttp.headers(headers, count);
    const whyNot = EftHttp.whyNot(record, given);
    if (whyNot) return EftHttp.end(record, EftHttpEnd.FORBIDDEN, whyNot);
    const to = EftHttp.resolve(record.url);
    if (!to) return EftHttp.end(record, EftHttpEnd.MALFORMED, EftHttp.whyNoUrl(record));
    record.origin = to.origin;
    record.refuses = !!refuses;
    const options = EftHttp.options(record, given, credentials);
    if (kind === 2) return EftHttpUpload.begin(record, options);
    try {
      if (kind === 1) options['body'] = EftHttp.bytes(body >>> 0, length >>> 0);
    } catch (error) {
      return EftHttp.threw(record, 'a body', error);
    }
    EftHttp.send(record, options);
    if (length && !record.over) _eft_web_http_sent(id, length >>> 0);
  },

  eft_web_http_pause__deps: ['$EftHttp', '$EftHttpBody'],
  eft_web_http_pause: function (id, paused) {
    const record = EftHttp.requests.get(id);
    if (!record) return;
    record.paused = !!paused;
    EftHttpBody.readOn(record);
  },

  eft_web_http_abort__deps: ['$EftHttp', '$EftHttpEnd', '$EftPump'],
  eft_web_http_abort: function (id) {
    const record = EftHttp.requests.get(id);
    if (!record) return;
    EftHttp.drop(record);
    EftPump.first.then(function () {
      if (EftPump.over) return EftHttp.reset();
      try {
        EftHttp.end(record, EftHttpEnd.ABORTED, '');
      } catch (error) {
        EftPump.trap(error);
      }
    });
  },

  // The loop closes: what is left reports nothing more.
  eft_web_http_reset__deps: ['$EftHttp'],
  eft_web_http_reset: function () {
    EftHttp.reset();
  },
};

mergeInto(LibraryManager.library, EftHttpLibrary);
