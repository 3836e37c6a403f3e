/* SPDX-License-Identifier: MIT
 * HTTP in the web world: what web/http.js calls, and calls. */
#include <emscripten/emscripten.h>
#include <string.h>

#include "eft/error.h"
#include "sdk/core/memory.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "web/pump.h"

/* Design notes.
 *
 * The browser's objects live in web/http.js, found by id.  JavaScript keeps no
 * address of ours: it asks for room, fills it and says so within one event, so
 * how much was lent is a static here.  The same goes for the words of an event:
 * a head, which may be long, or a sentence. */

/* How a request ended: EftHttpEnd in web/http.js is the same list. */
enum how {
    END_DONE,      /* the body is complete */
    END_UNREACHED, /* there was no answer; browsers do not tell why */
    END_REDIRECT,  /* the answer was a redirect that was to be refused */
    END_LOST,      /* the body broke off; browsers do not tell why */
    END_ABORTED,   /* eft_target_http_abort() */
    END_MALFORMED, /* no URL, or nothing that it could be relative to */
    END_FORBIDDEN, /* a page may not ask for that, or its host cannot */
    END_NO_MEMORY, /* no room for a head, or for a body to be sent */
    END_FAILED     /* a call into the browser threw */
};

static const int32_t errors[] = {
    [END_DONE] = 0,
    [END_UNREACHED] = EFT_ECONNECT,
    [END_REDIRECT] = EFT_EREDIRECT,
    [END_LOST] = EFT_EABNORMAL,
    [END_ABORTED] = EFT_ECANCELED,
    [END_MALFORMED] = EFT_EURL,
    [END_FORBIDDEN] = EFT_ENOTSUP,
    [END_NO_MEMORY] = EFT_ENOMEM,
    [END_FAILED] = EFT_EIO,
};

/* eft_web_http_start() and EftHttp.options in web/http.js count them so. */
enum body { BODY_NONE, BODY_BYTES, BODY_STREAM };
enum credentials { CREDENTIALS_SAME_ORIGIN, CREDENTIALS_ALL, CREDENTIALS_NONE };

const eft_target_http_traits eft_target_http_traits_of_world = {
    .follows = true, /* WHATWG Fetch, section 4.5 */
    .resolves = true,
};

#define BY_THE_BROWSER "a page leaves it to its browser"

const eft_target_lack eft_target_http_lacks[] = {
    {"user_agent", "a page's user agent is its browser's"},
    {"no_decompress", "a browser always decodes bodies"},
    {"http1", "the version of HTTP: " BY_THE_BROWSER},
    {"redirects.return", "a browser does not show a redirect to a page"},
    {"max_redirects", "a browser has its own limit of redirects, 20"},
    {"keep_alive_ms", "keeping connections: " BY_THE_BROWSER},
    {"connect_timeout_ms", "a page does not see when it is connected; give it "
                           "a total_timeout_ms"},
    {"max_headers", "a browser has its own limit of headers"},
    {"proxy", "proxies: " BY_THE_BROWSER},
    {"addresses", "resolving names: " BY_THE_BROWSER},
    {"unix_path", "a page has no sockets of a file system"},
    {"tls.ca_file", "whom to trust: " BY_THE_BROWSER},
    {"tls.ca_text", "whom to trust: " BY_THE_BROWSER},
    {"tls.certificate_file", "client certificates: " BY_THE_BROWSER},
    {"tls.key_file", "client certificates: " BY_THE_BROWSER},
    {"tls.key_password", "client certificates: " BY_THE_BROWSER},
    {"tls.server_name", "the server's name is the URL's host in a page"},
    {"tls.insecure", "whom to trust: " BY_THE_BROWSER},
    {"method.TRACE", "a page may not send TRACE"}, /* WHATWG Fetch, 2.2.1 */
    {"method.TRACK", "a page may not send TRACK"},
    {"parts.path", "a page has no files; give the bytes"},
    {NULL, NULL},
};

enum { WORDS = 2048 }; /* EftHttp.say in web/http.js knows it */

static char short_words[WORDS]; /* a sentence, or a head that fits */
static char *long_words;        /* a head that does not, or NULL */
static size_t lent;             /* how much room JavaScript has */

/* Implemented in web/http.js and web/http_upload.js. */
void eft_web_http_start(uint32_t id, const char *method, const char *url,
                        const eft_http_pair *headers, size_t header_count,
                        enum body kind, const void *body, size_t length,
                        enum credentials credentials, bool refuses_redirects);
bool eft_web_http_write(uint32_t id, const void *data, size_t length,
                        bool last);
void eft_web_http_pause(uint32_t id, bool paused);
void eft_web_http_abort(uint32_t id);
void eft_web_http_reset(void); /* what is under way ends unheard */

/* Called by them. */
char *eft_web_http_words(size_t size);
void eft_web_http_head(uint32_t id, int status, int32_t size);
void *eft_web_http_room(uint32_t id, size_t length);
size_t eft_web_http_lent(void);
void eft_web_http_arrived(uint32_t id, size_t length);
void eft_web_http_written(uint32_t id);
void eft_web_http_sent(uint32_t id, double bytes);
void eft_web_http_ended(uint32_t id, enum how how);

static void forget_words(void)
{
    eft__free(long_words);
    long_words = NULL;
}

/* Room for the words of the next event; NULL where memory is short. */
EMSCRIPTEN_KEEPALIVE char *eft_web_http_words(size_t size)
{
    /* An event that threw half-way left some behind. */
    forget_words();
    if (size <= WORDS)
        return short_words;
    long_words = eft__alloc(size);
    return long_words;
}

/* The words are three strings: the URL, or nothing where it is the one that was
 * asked; the reason; the headers, a line each. */
EMSCRIPTEN_KEEPALIVE void eft_web_http_head(uint32_t id, int status,
                                            int32_t size)
{
    const char *url = long_words ? long_words : short_words;
    const char *reason = url + strlen(url) + 1;
    const char *headers = reason + strlen(reason) + 1;
    eft_core_http_answer answer = {
        .status = status,
        .reason = reason,
        .url = *url ? url : NULL,
        .headers = headers,
        .headers_length = (size_t)(url + size - headers),
    };

    eft_core_http_head(id, &answer);
    forget_words();
}

/* Room for at most length bytes of a body; NULL: it is not wanted any more. */
EMSCRIPTEN_KEEPALIVE void *eft_web_http_room(uint32_t id, size_t length)
{
    return eft_core_http_room(id, length, &lent);
}

EMSCRIPTEN_KEEPALIVE size_t eft_web_http_lent(void)
{
    return lent;
}

EMSCRIPTEN_KEEPALIVE void eft_web_http_arrived(uint32_t id, size_t length)
{
    /* False means "enough for now", which eft_target_http_pause() has said, or
     * that there is no more room. */
    (void)eft_core_http_arrived(id, length);
}

EMSCRIPTEN_KEEPALIVE void eft_web_http_written(uint32_t id)
{
    eft_core_http_written(id);
}

/* A number of JavaScript has no 64 bits, but is exact up to 2 to the 53rd. */
EMSCRIPTEN_KEEPALIVE void eft_web_http_sent(uint32_t id, double bytes)
{
    eft_core_http_sent(id, (uint64_t)bytes);
}

EMSCRIPTEN_KEEPALIVE void eft_web_http_ended(uint32_t id, enum how how)
{
    eft_core_http_ended(id, errors[how], *short_words ? short_words : NULL);
}

static enum body body_of(const eft_target_http_request *request)
{
    if (!request->has_body)
        return BODY_NONE;
    return request->streams ? BODY_STREAM : BODY_BYTES;
}

static enum credentials credentials_of(const eft_http_session_options *options)
{
    if (options->no_cookies)
        return CREDENTIALS_NONE;
    return options->credentials ? CREDENTIALS_ALL : CREDENTIALS_SAME_ORIGIN;
}

/* All that a session is lies in its options: what requests share is the
 * browser's. */
void eft_target_http_open(uint32_t session,
                          const eft_http_session_options *options)
{
    (void)session;
    (void)options;
}

void eft_target_http_close(uint32_t session)
{
    (void)session;
}

static eft__web_closer closer = {.close = eft_web_http_reset};

void eft_target_http_start(uint32_t id, uint32_t session,
                           const eft_target_http_request *request)
{
    enum body kind = body_of(request);

    (void)session;
    eft__web_at_close(&closer);
    eft_web_http_start(id, request->method, request->url, request->headers,
                       request->header_count, kind, request->body,
                       kind == BODY_BYTES ? (size_t)request->body_length : 0,
                       credentials_of(request->options),
                       request->redirects == EFT_HTTP_REFUSE);
}

void eft_target_http_write(uint32_t id, const void *data, size_t length,
                           bool last)
{
    if (eft_web_http_write(id, data, length, last))
        eft_core_http_written(id);
}

void eft_target_http_pause(uint32_t id, bool paused)
{
    eft_web_http_pause(id, paused);
}

void eft_target_http_abort(uint32_t id)
{
    eft_web_http_abort(id);
}

/* The jar is the browser's, and no page sees it. */

int32_t eft_target_http_cookies(uint32_t session, eft_http_cookies **cookies)
{
    (void)session;
    (void)cookies;
    return EFT_ENOTSUP;
}

int32_t eft_target_http_set_cookie(uint32_t session, const char *url,
                                   const char *cookie)
{
    (void)session;
    (void)url;
    (void)cookie;
    return EFT_ENOTSUP;
}
