/* SPDX-License-Identifier: MIT
 * The seam, down: what a world implements. */
#ifndef EFT_TARGETS_WORLD_H
#define EFT_TARGETS_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/http.h"
#include "eft/message.h"
#include "eft/ws.h"

/* A world is a clock, a way to wait, and the transports.  Exactly one is
 * linked, beside one fiber half; a missing function is a link error.
 *
 * The core validates, the world trusts.  Except for the clock no function
 * answers: what it leads to arrives later, through complete.h.  Calling up
 * from inside a call down is allowed, since everything that goes up only
 * queues. */

/* eft_target_clock gives monotonic time in nanoseconds, from any zero. */
int64_t eft_target_clock(void);

/* What a world can do. */
typedef struct eft_target_traits {
    bool returns; /* eft_target_run() does; it may be called again and again */
    bool threads; /* others may wake it, and there are some to work on */
} eft_target_traits;

extern const eft_target_traits eft_target_traits_of_world;

/* eft_target_open makes the world ready on this thread; the core's loop exists
 * already.
 *
 * Errors:  EFT_ENOMEM, EFT_EIO: nothing is left behind. */
int32_t eft_target_open(void);

/* eft_target_run calls eft_core_pump() until that answers EFT_PUMP_DONE, and
 * waits in between for what the world carries; then it returns what
 * eft_core_close() gives.  Where the host cannot be waited for (a page) it
 * does not return at all, leaves the caller's C stack as it is, and hands the
 * exit code to the host instead. */
int eft_target_run(void);

/* eft_target_close frees what open made, when all jobs have reported their
 * end.  The core calls it inside eft_core_close(), or outside of a run; every
 * connection has been aborted, and has reported its end or will not report any
 * more. */
void eft_target_close(void);

/* eft_target_wake says that something became ready while no pump was running.
 * The world calls eft_core_pump() soon: after the current event's callbacks,
 * never from inside this call. */
void eft_target_wake(void);

/* eft_target_waker gives what other threads wake this thread's world with.
 *
 * Owns:    lends it, until eft_target_close(). */
void *eft_target_waker(void);

/* eft_target_wake_thread is eft_target_wake() for the world of waker, from any
 * thread, also while a pump runs: another pump follows in any case. */
void eft_target_wake_thread(void *waker);

/* eft_target_work calls work(job) on another thread, and then, from the loop,
 * eft_core_work_done(id). */
void eft_target_work(uint32_t id, void (*work)(void *job), void *job);

/* eft_target_log writes one line of the log where the host's users look.
 * level is one of eft/log.h; text has no newline and ends with a NUL. */
void eft_target_log(int level, const char *text);

/* WebSocket connections.  id names one, from open to its single closed event;
 * the world keeps no pointer of the core's, and the core none of the world's.
 *
 *   open(id) --> eft_core_ws_open --> eft_core_ws_message, _drained, _pong
 *       \                \-----------------> eft_core_ws_closed, exactly once
 *        \-----------------------------------^ (connecting failed, or aborted)
 */
typedef struct eft_target_ws_request {
    const char *url;    /* the whole, checked: scheme://host[:port]/target */
    const char *host;   /* name or address, an IPv6 address without brackets */
    const char *target; /* path and query, begins with '/' */
    uint16_t port;      /* never 0 */
    bool tls;           /* wss */
    const char *authorization;     /* that header's value, or NULL */
    const eft_ws_options *options; /* checked; defaults are filled in, but for
                                      proxy, user_agent and write_limit; none
                                      is set of what the world lacks */
} eft_target_ws_request;

/* What a world can do of what eft/ws.h offers. */
typedef struct eft_target_ws_traits {
    bool any_close_code; /* false: only 1000 and 3000 to 4999 can be sent */
    bool pings;          /* eft_target_ws_ping() does */
    bool fragments;      /* messages can be sent in parts */
} eft_target_ws_traits;

extern const eft_target_ws_traits eft_target_ws_traits_of_world;

/* What it cannot do of eft_ws_options: the name of a member, or of a group of
 * members, and a sentence that says why; "url.user" stands for user and
 * password in the URL.  The list ends with a NULL. */
typedef struct eft_target_lack {
    const char *option;
    const char *why;
} eft_target_lack;

extern const eft_target_lack eft_target_ws_lacks[];

/* eft_target_ws_open starts to connect.  A redirect is not followed: its status
 * and location are reported, and the core may ask for another connection from
 * inside eft_core_ws_closed().  Borrows request and all in it until
 * eft_core_ws_open() or eft_core_ws_closed() has returned, or, should neither
 * come any more, until eft_target_close(). */
void eft_target_ws_open(uint32_t id, const eft_target_ws_request *request);

/* eft_target_ws_send queues a message on an open connection, or a part of one:
 * first and last say which parts begin and end it, type is the whole one's.
 * Copies data.  Once no more than write_limit of all that was queued waits to
 * be handed to the transport, the world calls eft_core_ws_drained().  Memory
 * short: the connection fails with EFT_ENOMEM. */
void eft_target_ws_send(uint32_t id, eft_message_type type, bool first,
                        bool last, const void *data, size_t length);

/* eft_target_ws_ping queues a ping with at most 125 bytes, which are copied;
 * its pong, and any other, is told by eft_core_ws_pong(). */
void eft_target_ws_ping(uint32_t id, const void *payload, size_t length);

/* eft_target_ws_pause stops delivering messages, or goes on.  What was read
 * already may still arrive; a world that cannot stop its host does nothing. */
void eft_target_ws_pause(uint32_t id, bool paused);

/* eft_target_ws_close starts the closing handshake on an open connection,
 * behind what was sent.  code 0 sends none; reason is at most 123 bytes of
 * UTF-8, copied.  The core has the timeout. */
void eft_target_ws_close(uint32_t id, uint16_t code, const char *reason,
                         size_t reason_length);

/* eft_target_ws_abort ends a connection in any state, at once and without a
 * handshake.  Its closed event comes soon, with EFT_ECANCELED. */
void eft_target_ws_abort(uint32_t id);

/* HTTP.  A session's id names what its requests share: it is a number of this
 * thread's, in no order with the ids of requests, and nothing is told about it.
 * A request's id names one exchange, from start to its single ended event:
 *
 *   start(id) --> eft_core_http_head --> eft_core_http_room, _arrived, ...
 *       \   \          \-----------------> eft_core_http_ended, exactly once
 *        \   \--> eft_core_http_written ------^
 *         \-----------------------------------^ (failed, or aborted)
 *
 * An exchange is one request and its answer.  A world that follows redirects by
 * itself, as browsers do, tells the last answer only; any other tells the
 * answer that names another URL, and the core starts again. */
typedef struct eft_target_http_request {
    const char *method;
    const char *url; /* checked: http or https, no user, no fragment, and only
                        characters that a URL has */
    const eft_http_pair *headers; /* checked; the world adds those of the
                                     transport: Host, Content-Length,
                                     Transfer-Encoding, Accept-Encoding, and
                                     Cookie */
    size_t header_count;
    bool has_body; /* by body, or if streams by eft_target_http_write() */
    bool streams;
    const void *body;    /* lent until the end, or until an abort returns */
    int64_t body_length; /* of either; -1: not known */
    bool idempotent;     /* may be sent again where a kept connection turned
                            out to be dead */
    bool strange;        /* a redirect has led to another origin: what says in
                            options.tls who we are, or who the server is, was
                            not meant for this one */
    eft_http_redirects redirects;            /* follow, return or refuse */
    int64_t connect_timeout_ms;              /* EFT_FOREVER: none */
    const eft_http_session_options *options; /* the session's; checked, defaults
                                                filled in (no limit: SIZE_MAX,
                                                EFT_FOREVER), but for proxy,
                                                user_agent and base_url; lent
                                                until the session is closed */
} eft_target_http_request;

typedef struct eft_target_http_traits {
    bool follows;  /* redirects, by itself */
    bool resolves; /* relative URLs, against one of its own, as a page has:
                      request.url may be relative where the session has no
                      base_url */
} eft_target_http_traits;

extern const eft_target_http_traits eft_target_http_traits_of_world;

/* What it cannot do of eft_http_session_options and eft_http_request, as
 * eft_target_ws_lacks; "redirects.return" stands for EFT_HTTP_RETURN,
 * "parts.path" for a file. */
extern const eft_target_lack eft_target_http_lacks[];

/* eft_target_http_open begins a session; what goes wrong its requests tell.
 * Borrows options until eft_target_http_close(), which comes when all requests
 * have ended, or, should it not come, until eft_target_close(): a session may
 * outlive a loop, and is opened anew in the next one. */
void eft_target_http_open(uint32_t session,
                          const eft_http_session_options *options);
void eft_target_http_close(uint32_t session);

/* eft_target_http_start sends a request.  Borrows request and all in it until
 * eft_core_http_ended() is called, maybe from inside this, or
 * eft_target_http_abort() returns, or, should neither come any more, until
 * eft_target_close(). */
void eft_target_http_start(uint32_t id, uint32_t session,
                           const eft_target_http_request *request);

/* eft_target_http_write gives the next bytes of a body that streams, which are
 * copied; last ends it, maybe with no more bytes.  Once there is room for more
 * the world calls eft_core_http_written(): exactly once for each of these that
 * is not last, and no other comes before that.  It may do so from inside this,
 * and so may eft_core_http_ended() be called. */
void eft_target_http_write(uint32_t id, const void *data, size_t length,
                           bool last);

/* eft_target_http_pause stops reading the body, so that the server has to wait,
 * or goes on.  What was read already may still arrive. */
void eft_target_http_pause(uint32_t id, bool paused);

/* eft_target_http_abort ends a request in any state, at once.  Its ended event
 * comes soon, with EFT_ECANCELED, and no other before it; when this returns the
 * world has let go of what it borrowed.  May be called from inside any of
 * eft_core_http_...(). */
void eft_target_http_abort(uint32_t id);

/* The cookie jar, and charsets: these answer at once. */

/* eft_target_http_cookies gives what the jar of a session holds, in one
 * allocation of eft__alloc(). Errors: EFT_ENOMEM, EFT_ENOTSUP. */
int32_t eft_target_http_cookies(uint32_t session, eft_http_cookies **cookies);

/* eft_target_http_set_cookie takes a Set-Cookie of a URL; cookie NULL: empties
 * the jar, and url is NULL. */
int32_t eft_target_http_set_cookie(uint32_t session, const char *url,
                                   const char *cookie);

/* eft_target_decode gives bytes of a charset, such as "gbk", as UTF-8.  Errors:
 * EFT_ECHARSET, the charset is not known, or the bytes are none of its;
 * EFT_ENOMEM. */
int32_t eft_target_decode(const char *charset, const void *data, size_t length,
                          eft_message **text);

/* Files that become bodies. */

/* eft_target_file_length says how many bytes a file has; -1: that is not known,
 * as of a FIFO.  Blocks: it is called on one of eft_target_work()'s threads.
 * Errors, with a sentence: EFT_EIO, it cannot be read; EFT_ENOTSUP. */
eft_result eft_target_file_length(const char *path, int64_t *length);

/* eft_target_file_upload writes what a file holds, and fails where that is not
 * length bytes; -1: as many as there are.  Copies path; gives a future with the
 * errors of eft_http_upload_file(). */
eft_future *eft_target_file_upload(eft_http_upload *upload, const char *path,
                                   int64_t length);

/* eft_target_random writes length bytes that nobody can guess; in the virtual
 * world the same ones in each run. */
void eft_target_random(void *bytes, size_t length);

#endif
