/* SPDX-License-Identifier: MIT
 * An HTTP client: sessions, requests and responses. */
#ifndef EFT_HTTP_H
#define EFT_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"
#include "eft/message.h"
#include "eft/tls.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cJSON;

/* A session holds what requests share: connections that are kept open, cookies,
 * limits, defaults.  A program has one, as a rule, for as long as it runs.
 *
 *     eft_http_session *session = eft_http_session_new(NULL);
 *     eft_result got = eft_await(eft_http_get(session, url, NULL));
 *     if (got.error)
 *         return got;
 *     eft_http_response *response = got.response;
 *     eft_result text = eft_await(eft_http_response_text(response, NULL));
 *     if (!text.error)
 *         puts((char *)text.message->data);
 *     eft_result_free(text);
 *     eft_http_response_free(response);
 *     ...
 *     eft_http_session_free(session);
 *
 * A request's future is done when the head of the response has come; the body
 * is read from the response.  An answer such as 404 is a response, no error,
 * unless raise_for_status asks for that.
 * Source: RFC 9110, RFC 9112; WHATWG Fetch; Python's aiohttp. */
typedef struct eft_http_session eft_http_session;

/* A response is the answer to a request: its head is there, its body is read
 * from it. */
typedef struct eft_http_response eft_http_response;

/* A header, a parameter of a query, or a field of a form. */
typedef struct eft_http_pair {
    const char *name;
    const char *value;
} eft_http_pair;

/* What an answer that names another URL leads to. */
typedef enum eft_http_redirects {
    EFT_HTTP_DEFAULT = 0, /* of a request: as its session; of that: follow */
    EFT_HTTP_FOLLOW = 1,
    EFT_HTTP_RETURN = 2, /* it is the response.  Native */
    EFT_HTTP_REFUSE = 3  /* EFT_EREDIRECT */
} eft_http_redirects;

/* An address to take for a host instead of asking a resolver. */
typedef struct eft_http_address {
    const char *host;
    uint16_t port;       /* 0: all */
    const char *address; /* numeric, IPv4 or IPv6 */
} eft_http_address;

/* Options of a session.  Every member's zero means the default, so a designated
 * initialiser names only what differs.
 *
 * What a target cannot honour is not ignored: each request of the session then
 * fails with EFT_ENOTSUP and names the option.  "Native" below marks what a
 * page cannot; docs/http.md has the whole table, eft_http_unsupported() answers
 * it. */
typedef struct eft_http_session_options {
    const char *base_url; /* relative URLs of requests are resolved against it;
                             NULL: none.  In a page: the page's */
    const eft_http_pair *headers; /* of each request that does not give them
                                     itself */
    size_t header_count;
    const char *user;       /* "user:password", sent as basic authentication: to
                               the origin of base_url, or without that to each
                               that a request names, but to no other that a
                               redirect leads to; NULL, "": none */
    const char *user_agent; /* NULL: "eft/" and the version; "": none.
                               Native */
    bool no_cookies;        /* neither kept nor sent.  Else natively a jar of
                               the session's own; in a page its browser's, for
                               the page's own origin */
    bool credentials;       /* cookies and the like also with requests to other
                               origins, as fetch's credentials: "include";
                               natively always so */
    bool no_decompress;     /* bodies as they were sent, and nothing asked for.
                               Native: a browser always decodes */
    bool raise_for_status;  /* a status of 400 and more is EFT_ESTATUS */
    bool http1;             /* no HTTP/2.  Native */
    eft_http_redirects redirects;
    int32_t max_redirects; /* 0: 10.  Native: a browser has its own, 20 */

    size_t limit;          /* requests under way, until their bodies have come
                              to the end; 0: 100; SIZE_MAX: no limit.  More
                              wait for their turn, first in, first out */
    size_t limit_per_host; /* likewise to one scheme, host and port; 0: no
                              limit */
    int64_t keep_alive_ms; /* how long a connection without a request is used
                              again; 0: 15,000; EFT_FOREVER: as long as the
                              server likes.  Native */

    int64_t total_timeout_ms;   /* from the call to the end of the body; 0:
                                   300,000; EFT_FOREVER: no limit */
    int64_t connect_timeout_ms; /* to connect, TLS included; 0: 30,000;
                                   EFT_FOREVER: no limit.  Native: a page does
                                   not see when it is connected */
    int64_t read_timeout_ms;    /* without a byte from the server while one is
                                   waited for; 0 and EFT_FOREVER: no limit */

    size_t max_body;    /* bytes of a body that is read as a whole, decoded; 0:
                           64 MiB; SIZE_MAX: no limit.  What is read in pieces
                           has none */
    size_t max_headers; /* bytes of a response's head; 0: 64 KiB.  Native */

    const char *proxy; /* "http://[user:password@]host[:port]", or with
                          socks5:// (SOCKS 5; names are resolved here) or
                          socks5h:// (by the proxy); NULL: as the environment
                          says; "": none.  Native */
    const eft_http_address *addresses; /* of hosts and of the proxy.  Native */
    size_t address_count;
    const char *unix_path; /* connect to this socket of the file system.
                              Native */
    eft_tls_options tls;   /* whom to trust, who we are.  A redirect to another
                              origin takes neither our certificate there nor
                              server_name.  Native */
} eft_http_session_options;

/* A part of a multipart form. */
typedef struct eft_http_part {
    const char *name;
    const void *data; /* the bytes, or */
    size_t length;
    const char *path;         /* the file to send: EFT_EIO, before anything
                                 is sent, where it cannot be read, and later
                                 where its length has changed.  Native */
    const char *filename;     /* to be told; NULL: of a path its last part, else
                                 none */
    const char *content_type; /* NULL: of what has a filename
                                 application/octet-stream, else none is told */
} eft_http_part;

/* How far a request is. */
typedef struct eft_http_progress {
    uint64_t sent;      /* bytes of the request's body that were handed over */
    int64_t send_total; /* of how many; -1: not known */
    uint64_t received;  /* bytes of the response's body, decoded */
    int64_t total;      /* of how many; -1: not known, as of what is sent
                           compressed */
} eft_http_progress;

/* Is told whenever there is more, from the loop: it may not await.  It may
 * cancel the request's future until the head is there; then that is complete,
 * and what ends the transfer is to free the response.  What comes in one go is
 * told once, soon; what has not been told when the response is freed, or the
 * request has failed, is not told any more: eft_http_response_received() has
 * the whole. */
typedef void eft_http_on_progress(const eft_http_progress *progress, void *arg);

/* A body on its way to the server, for who writes it. */
typedef struct eft_http_upload eft_http_upload;

/* Writes a body while it is sent: eft_http_upload_write() in a task of its own.
 * Its return ends the body; an error it returns ends the request, whose error
 * it is.  Where the body is needed again, for a redirect, it is called again.
 *
 *     static eft_result write_lines(eft_http_upload *upload, void *arg)
 *     {
 *         FILE *file = arg;
 *         char line[256];
 *
 *         while (fgets(line, sizeof line, file))
 *             EFT_TRY(eft_await(eft_http_upload_write(upload, line,
 *                                                     strlen(line))));
 *         return eft_ok();
 *     }
 *
 * The task is cancelled where the request ends first, by an answer that does
 * not wait for the body, say, or because it is given up; where it has not begun
 * by then it never does.  A fetch that fails, and the last of the body where it
 * does not, are complete only when the writer has ended.  So a borrowed arg may
 * go when the future that was awaited has failed, also after a cancel, or the
 * body was read to its end.  Where the future or the response is freed before,
 * or the session, the writer may run on a little, and nobody can wait for it:
 * then free_writer_arg of eft_http_request is the way. */
typedef eft_result eft_http_writer(eft_http_upload *upload, void *arg);

/* What differs from a plain request; a body is given in at most one way.
 *
 * Headers that the transport owns cannot be given: Host, Connection,
 * Content-Length, Transfer-Encoding, Expect, Upgrade, Keep-Alive,
 * Proxy-Connection, TE, Trailer; in a page in addition those that WHATWG Fetch
 * forbids, Cookie among them.  Natively a Cookie is sent beside those of the
 * jar, and in the place of those with the same name.  There may be 1,024
 * headers of 64 KiB in all. */
typedef struct eft_http_request {
    const eft_http_pair *query; /* is encoded, and appended to what the URL has,
                                   in this order */
    size_t query_count;
    const char *encoded_query; /* is appended as it is, and so may hold only
                                  what a URL can: no spaces, no '#', ASCII;
                                  NULL: none */
    const eft_http_pair *headers;
    size_t header_count;
    const char *user; /* as the session's; NULL: that; "": none, nor what else
                         the session says of it */

    const void *data; /* the body */
    size_t length;
    bool lent;          /* data stays in its place until the response, or the
                           future if there is none, has been freed: it is not
                           copied */
    struct cJSON *json; /* taken */
    const eft_http_pair *form; /* application/x-www-form-urlencoded */
    size_t form_count;
    const eft_http_part *parts; /* multipart/form-data */
    size_t part_count;
    eft_http_writer *writer;
    void *writer_arg;
    void (*free_writer_arg)(void *arg); /* is called once with writer_arg when
                                           the request is over, and its writer
                                           has returned or never begun; also
                                           where the request fails at once.  It
                                           only frees.  NULL: that is
                                           borrowed */
    int64_t writer_length; /* of all that it will write; 0: it will be known in
                              the end */
    const char *content_type;     /* NULL: what the kind of body has:
                                     application/octet-stream (data, what is
                                     written), application/json, or
                                     application/x-www-form-urlencoded; "":
                                     none is told */
    const char *content_encoding; /* data, or what the writer writes, has been
                                     compressed in this way; NULL: it has not */

    int64_t total_timeout_ms; /* these are as the session's, whose they are
                                 where they are 0 */
    int64_t connect_timeout_ms;
    int64_t read_timeout_ms;
    size_t max_body;
    eft_http_redirects redirects;
    int32_t max_redirects;
    bool raise_for_status; /* or the session's */

    eft_http_on_progress *on_progress; /* NULL: nobody is told */
    void *progress_arg;
} eft_http_request;

/* eft_http_unsupported answers why this target cannot honour an option of
 * sessions or requests, by its member's name such as "proxy" or "tls.ca_file";
 * NULL: it can.
 *
 * Owns:    lends a constant sentence, also for what is no option. */
const char *eft_http_unsupported(const char *option);

/* eft_http_session_new makes a session.  What is wrong with options its
 * requests tell.  It needs no loop, and may outlive one, on its thread: the
 * next one's requests then begin with new connections, and natively an empty
 * jar.
 *
 * Owns:    copies options, NULL for the defaults, and what they point to; gives
 *          the session, or NULL: out of memory. */
eft_http_session *eft_http_session_new(const eft_http_session_options *options);

/* eft_http_session_free ends the session: its requests complete, and bodies
 * that are not read to their end end, with EFT_ECLOSED; what has come can still
 * be read from responses, which stay.
 *
 * Owns:    takes session; NULL is allowed. */
void eft_http_session_free(eft_http_session *session);

/* eft_http_fetch sends a request and gives the response when its head is there.
 *
 * The URL is http: or https:, or relative to base_url.  What has no place in a
 * URL (spaces, quotes, all that is not ASCII) is percent-encoded, mostly as
 * browsers do it: they leave | ^ ` and \ in a query, which are encoded here,
 * and take \ in a path for /.  Its fragment is dropped; user:password in it is
 * sent as basic authentication.  A method may be any word but CONNECT.
 *
 * Dropping or cancelling the future aborts the transfer; so does
 * eft_http_response_free() later.  A request that waits for its turn (limit,
 * limit_per_host) is not sent until then.
 *
 * Owns:    borrows session; copies method, url, request and what that points
 *          to; but takes json, and with free_writer_arg writer_arg, also when
 *          it fails; borrows data that is lent and what progress_arg points to
 *          until the response, or the future if there is none, has been freed,
 *          and else what writer_arg points to until the writer has returned:
 *          see eft_http_writer; gives the future.
 * Result:  response; eft_http_response_free() or eft_result_free() frees it.
 * Errors:  EFT_EURL      also a URL of more than 8,192 bytes, or a host that is
 *                        not ASCII
 *          EFT_ESCHEME   it is neither http: nor https:
 *          EFT_EINVAL    an option is out of its range, two bodies, a body with
 *                        GET or HEAD, user and password twice, what would break
 *                        the request
 *          EFT_EDEPTH    json is nested more than EFT_JSON_DEPTH levels
 *          EFT_ENOTSUP   an option that this target cannot honour
 *          EFT_ERESOLVE, EFT_EREFUSED, EFT_EUNREACHABLE, EFT_EPROXY, EFT_ETLS
 *                        why there is no connection; on the web all of them,
 *                        and what CORS does not allow, are EFT_ECONNECT
 *          EFT_EREDIRECT too many redirects, one that was to be refused, or one
 *                        that cannot be followed: to what is no http:, or with
 *                        a body that cannot be sent again
 *          EFT_ETIMEDOUT the sentence says which timeout it was
 *          EFT_EABNORMAL the server closed without an answer
 *          EFT_EPROTO    what came is no HTTP, or its head is too large
 *          EFT_ESTATUS   with raise_for_status
 *          EFT_ECLOSED   the session was freed
 *          EFT_ECANCELED the future was cancelled; the transfer has ended
 *          EFT_ENOMEM, EFT_EIO, and what a writer returned
 * Targets: natively GET, HEAD, OPTIONS, TRACE, PUT, DELETE and QUERY are sent
 *          once more, silently, if a connection that was kept open turns out to
 *          be dead; browsers do so too.
 * Source:  RFC 9110; WHATWG Fetch; aiohttp, ClientSession.request(). */
eft_future *eft_http_fetch(eft_http_session *session, const char *method,
                           const char *url, const eft_http_request *request);

/* eft_http_get is eft_http_fetch() with GET; request NULL: a plain one. */
eft_future *eft_http_get(eft_http_session *session, const char *url,
                         const eft_http_request *request);

/* eft_http_head likewise with HEAD. */
eft_future *eft_http_head(eft_http_session *session, const char *url,
                          const eft_http_request *request);

/* eft_http_post likewise with POST. */
eft_future *eft_http_post(eft_http_session *session, const char *url,
                          const eft_http_request *request);

/* eft_http_put likewise with PUT. */
eft_future *eft_http_put(eft_http_session *session, const char *url,
                         const eft_http_request *request);

/* eft_http_patch likewise with PATCH. */
eft_future *eft_http_patch(eft_http_session *session, const char *url,
                           const eft_http_request *request);

/* eft_http_delete likewise with DELETE. */
eft_future *eft_http_delete(eft_http_session *session, const char *url,
                            const eft_http_request *request);

/* eft_http_options likewise with OPTIONS. */
eft_future *eft_http_options(eft_http_session *session, const char *url,
                             const eft_http_request *request);

/* eft_http_upload_write hands over the next bytes of a body.
 *
 * Owns:    copies data; gives the future.
 * Result:  none: there is room for more.
 * Errors:  EFT_EBUSY     another write is pending
 *          EFT_EMSGSIZE  more than writer_length: nothing of it is sent
 *          EFT_ECLOSED   the request has ended: its future says how; or the
 *                        writer has returned
 *          EFT_ECANCELED the future was cancelled; what was given is sent
 * Units:   length in bytes; any length, 0 sends nothing.
 * Targets: natively done means that there is room for more on the way to the
 *          server.  In a page so it does with https: and HTTP/2, where the
 *          browser streams; else the body is gathered first. */
eft_future *eft_http_upload_write(eft_http_upload *upload, const void *data,
                                  size_t length);

/* eft_http_upload_file writes what a file holds, read by another thread.
 *
 * Owns:    copies path; gives the future.
 * Errors:  EFT_EIO  the file cannot be read, or is a directory or the like; the
 *                   sentence says why
 *          and those of eft_http_upload_write()
 * Targets: native.  A page has no files: EFT_ENOTSUP. */
eft_future *eft_http_upload_file(eft_http_upload *upload, const char *path);

/* The head of a response.  Strings live as long as it does.  Of NULL these give
 * 0, "", NULL, or a length of -1; the places of numbers may be NULL. */

/* eft_http_response_status gives the status, such as 200. */
int eft_http_response_status(const eft_http_response *response);

/* eft_http_response_ok answers whether the status is none of an error: less
 * than 400. */
bool eft_http_response_ok(const eft_http_response *response);

/* eft_http_response_reason gives the words with the status, such as "OK"; "" if
 * there are none, as in HTTP/2. */
const char *eft_http_response_reason(const eft_http_response *response);

/* eft_http_response_url gives the URL that answered, after redirects, without
 * user and password. */
const char *eft_http_response_url(const eft_http_response *response);

/* eft_http_response_version gives the version of HTTP, 10, 11 or 20.
 *
 * Targets: native; a page is not told: 0. */
int eft_http_response_version(const eft_http_response *response);

/* eft_http_response_header gives the value of a header, by its name in any
 * case; NULL: there is none.  Of a repeated one the first. */
const char *eft_http_response_header(const eft_http_response *response,
                                     const char *name);

/* eft_http_response_headers lends all headers as they came, and their number.
 *
 * Targets: a browser joins repeated ones with ", ", gives names in lower case,
 *          and of another origin's only what that exposes. */
const eft_http_pair *
eft_http_response_headers(const eft_http_response *response, size_t *count);

/* eft_http_response_cookie gives the value of a cookie that this response has
 * set; NULL: it has set none of this name.
 *
 * Owns:    lends a string that lives until the next call, or as long as
 *          response.
 * Targets: native; a page does not see Set-Cookie: NULL. */
const char *eft_http_response_cookie(eft_http_response *response,
                                     const char *name);

/* eft_http_response_length gives how many bytes the body will have, or -1: that
 * is not known, as of one that is sent compressed.  Of an answer to HEAD it is
 * what GET's would have. */
int64_t eft_http_response_length(const eft_http_response *response);

/* eft_http_response_received gives how many bytes of the body have come,
 * decoded, read or not. */
uint64_t eft_http_response_received(const eft_http_response *response);

/* eft_http_response_content_type gives the media type of Content-Type, such as
 * "text/html", in lower case and without its parameters; "": none is told, or
 * it is malformed, or memory is short. */
const char *eft_http_response_content_type(const eft_http_response *response);

/* eft_http_response_charset gives the charset of Content-Type as it stands
 * there, or "". */
const char *eft_http_response_charset(const eft_http_response *response);

/* eft_http_response_filename gives the name that Content-Disposition suggests
 * for a file, filename* before filename, and what can be made of it without
 * harm: the last part of a path, at most 255 bytes of UTF-8, not "." or "..",
 * with a '_' in the place of each control, of what turns the direction of
 * writing, and of < > : " | ? *, and without dots and spaces at its ends.
 * NULL: none is suggested, nothing is left of it, or memory is short.
 *
 * Targets: to a page of another origin the server has to expose
 *          Content-Disposition.
 * Source:  RFC 6266, RFC 8187. */
const char *eft_http_response_filename(const eft_http_response *response);

/* eft_http_response_redirects lends the responses that led here, the first one
 * first, without their bodies, and their number.
 *
 * Targets: native; a page is not told: none.  The URL shows that there was
 *          one. */
const eft_http_response *const *
eft_http_response_redirects(const eft_http_response *response, size_t *count);

/* eft_http_response_raise makes a status of 400 and more an error, and is
 * eft_ok() for any other.
 *
 * Errors:  EFT_ESTATUS  its sentence has the status, the reason and the URL
 *          EFT_EINVAL   response is NULL */
eft_result eft_http_response_raise(const eft_http_response *response);

/* The body is read once, in one of these ways.  It comes as fast as it is read:
 * of what nobody asks for 256 KiB are kept, about, and the rest waits with the
 * server. */

/* eft_http_response_read gives the whole body, or what is left of it behind
 * pieces that were read.  A body is given once: where this or one of the next
 * two has failed because of what the body holds, such as no JSON, it is still
 * there for another; as UTF-8 where it could be decoded.
 *
 * It is safe to cancel: what has come is kept for the next call.
 * Owns:    gives the future.
 * Result:  message, with a NUL behind its last byte.
 * Errors:  EFT_EMSGSIZE  more than max_body; the transfer has ended, and what
 *                        has come is there for eft_http_response_chunk()
 *          EFT_EABNORMAL the connection was lost within the body
 *          EFT_EPROTO    broken chunks or compression
 *          EFT_ETIMEDOUT total or read timeout
 *          EFT_ETAKEN    the body has been read
 *          EFT_EBUSY     another read is pending
 *          EFT_ECLOSED   the session or the response was freed
 *          EFT_ECANCELED the future was cancelled */
eft_future *eft_http_response_read(eft_http_response *response);

/* eft_http_response_text gives the whole body as UTF-8.
 *
 * Owns:    as eft_http_response_read(); charset, copied, is what to take where
 *          the response names none; NULL: UTF-8.
 * Result:  message, a text.
 * Errors:  EFT_ECHARSET  the charset is not known, or these bytes are none of
 *                        its; the sentence says which
 *          and those of eft_http_response_read()
 * Targets: UTF-8 and what WHATWG calls windows-1252 (with ISO-8859-1 and ASCII)
 *          are decoded here; others natively by iconv, in a page by
 *          TextDecoder. */
eft_future *eft_http_response_text(eft_http_response *response,
                                   const char *charset);

/* eft_http_response_json gives the whole body as JSON.
 *
 * Result:  json; cJSON_Delete() or eft_result_free() frees it.
 * Errors:  EFT_EJSON   it is none; the sentence says where, and what its
 *                      Content-Type says it is
 *          EFT_EDEPTH  nested more than EFT_JSON_DEPTH levels
 *          and those of eft_http_response_text() */
eft_future *eft_http_response_json(eft_http_response *response);

/* eft_http_response_chunk gives the next piece of the body, as it comes.  While
 * none is asked for reading stops, and so the server has to wait.
 *
 *     bool last = false;
 *     while (!last) {
 *         eft_result piece = eft_await(eft_http_response_chunk(response));
 *         if (piece.error)
 *             return piece;
 *         last = piece.message->last;
 *         use(piece.message->data, piece.message->length);
 *         eft_result_free(piece);
 *     }
 *
 * It is safe to cancel: a piece that comes for a cancelled call is given to the
 * next.
 * Result:  message: a piece, whose member last says whether it is the last one,
 *          which may be empty; no other is.  Behind that come more empty ones,
 *          last too.
 * Errors:  those of eft_http_response_read() but EFT_EMSGSIZE; what has come
 *          before is given first
 * Units:   at most 256 KiB a piece. */
eft_future *eft_http_response_chunk(eft_http_response *response);

/* eft_http_response_free gives the response up; a transfer that is not at its
 * end is aborted, and its connection closed.
 *
 * Owns:    takes response; NULL is allowed. */
void eft_http_response_free(eft_http_response *response);

/* Cookies. */

/* A cookie of the jar. */
typedef struct eft_http_cookie {
    const char *name;
    const char *value;
    const char *domain;
    const char *path;
    int64_t expires; /* seconds since 1970; 0: with the session */
    bool subdomains; /* sent to these too */
    bool secure;     /* sent with https: only */
    bool http_only;
} eft_http_cookie;

/* All of them. */
typedef struct eft_http_cookies {
    size_t count;
    eft_http_cookie *items; /* lives and dies with the struct */
} eft_http_cookies;

/* eft_http_session_cookies gives what the jar holds.
 *
 * Owns:    borrows session; gives the value.
 * Result:  ptr, an eft_http_cookies; eft_result_free() frees it.
 * Errors:  EFT_ENOMEM
 *          EFT_EINVAL  the session has no_cookies, or no loop runs on this
 *                      thread
 * Targets: native; in a page they are its browser's: EFT_ENOTSUP. */
eft_result eft_http_session_cookies(eft_http_session *session);

/* eft_http_session_set_cookie puts one into the jar, as if url had answered
 * with the header "Set-Cookie: cookie".
 *
 * Owns:    borrows session; copies url and cookie.
 * Errors:  EFT_EURL, EFT_ESCHEME, EFT_ENOMEM
 *          EFT_EINVAL  it is no cookie, or none that url can set; and those
 *                      of eft_http_session_cookies()
 * Targets: native; else EFT_ENOTSUP. */
eft_result eft_http_session_set_cookie(eft_http_session *session,
                                       const char *url, const char *cookie);

/* eft_http_session_clear_cookies empties the jar.
 *
 * Owns:    borrows session.
 * Errors:  those of eft_http_session_cookies()
 * Targets: native; else EFT_ENOTSUP. */
eft_result eft_http_session_clear_cookies(eft_http_session *session);

#ifdef __cplusplus
}
#endif
#endif
