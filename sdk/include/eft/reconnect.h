/* SPDX-License-Identifier: MIT
 * Reconnecting: a WebSocket that comes back. */
#ifndef EFT_RECONNECT_H
#define EFT_RECONNECT_H

#include <stdbool.h>
#include <stdint.h>

#include "eft/future.h"
#include "eft/ws.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An eft_reconnect gives one connection after the other, as Python's
 * "async for ws in connect(url)" does:
 *
 *     eft_reconnect *again = eft_reconnect_new(url, NULL, NULL);
 *     for (;;) {
 *         eft_result opened = eft_await(eft_reconnect_next(again));
 *         if (opened.error)
 *             break;                       // final: see eft_error_detail()
 *         eft_result ended = serve(opened.ws);
 *         eft_ws_free(opened.ws);
 *         if (ended.error == EFT_ECLOSED)
 *             break;                       // the peer is content, and so am I
 *     }
 *     eft_reconnect_free(again);
 *
 * The first connection is tried at once.  Where that fails, or when the next
 * one is asked for, it waits first, longer each time:
 *
 *     delay = min(max_delay, min_delay * 1.618 ^ n) * (a random 0.5 to 1)
 *
 * with n counting from 0 the waits since the last connection that was worth
 * something: one that was opened steady_ms ago begins the row again.  So
 * neither a server that refuses nor one that accepts and closes at once is
 * hammered, and many clients of one server do not come back together.
 *
 * The hooks below are called from the loop, never inside these functions.  They
 * may not await, and may do anything else: cancel the future, or call
 * eft_reconnect_free().
 * Source: Python's websockets, whose delays are 3.1 s * 1.618 ^ n up to 90 s,
 * with chance in the first alone, and begin again after each success. */
typedef struct eft_reconnect eft_reconnect;

/* Why the connection, or the attempt, before this one has ended. */
typedef struct eft_reconnect_failure {
    int32_t error;      /* an EFT_E… code */
    int status;         /* what the server answered instead of 101, or 0 */
    const char *detail; /* a sentence, "" where there is none */
    uint32_t attempt;   /* how many have failed since the last success */
} eft_reconnect_failure;

/* Decides whether a failed attempt is worth another one.
 *
 * Owns: borrows failure until it returns. */
typedef bool eft_reconnect_retry(const eft_reconnect_failure *failure,
                                 void *arg);

typedef enum eft_reconnect_state {
    EFT_RECONNECT_WAITING,    /* before an attempt; delay_ms says how long */
    EFT_RECONNECT_CONNECTING, /* an attempt is under way */
    EFT_RECONNECT_OPEN,       /* it has succeeded */
    EFT_RECONNECT_FAILED      /* for good: eft_reconnect_next() ends with it */
} eft_reconnect_state;

/* What is told of a change. */
typedef struct eft_reconnect_news {
    eft_reconnect_state state;            /* the new one */
    int64_t delay_ms;                     /* WAITING: how long */
    const eft_reconnect_failure *failure; /* WAITING, FAILED: why; or NULL */
} eft_reconnect_news;

/* Owns: borrows news until it returns. */
typedef void eft_reconnect_on_state(const eft_reconnect_news *news, void *arg);

/* Every member's zero means the default. */
typedef struct eft_reconnect_options {
    int64_t min_delay_ms;             /* 0: 1,000 */
    int64_t max_delay_ms;             /* 0: 60,000, or min_delay_ms if that
                                         is more */
    int64_t steady_ms;                /* 0: 5,000 */
    uint32_t max_attempts;            /* in a row that may fail; 0: no limit */
    eft_reconnect_retry *retry;       /* NULL: eft_reconnect_is_retryable() */
    eft_reconnect_on_state *on_state; /* NULL: nobody is told */
    void *arg;                        /* for both; must live as long */
} eft_reconnect_options;

/* eft_reconnect_new makes one.  What is wrong with url and options is what
 * eft_reconnect_next() fails with.
 *
 * Owns:    copies url, options and what they point to; gives the iterator,
 *          which eft_reconnect_free() frees; NULL when out of memory, which
 *          eft_reconnect_next() answers with EFT_ENOMEM. */
eft_reconnect *eft_reconnect_new(const char *url,
                                 const eft_ws_options *ws_options,
                                 const eft_reconnect_options *options);

/* eft_reconnect_next connects, trying again until that succeeds or cannot.
 *
 * Owns:    borrows again until done; gives the future.
 * Result:  ws, open; it is the caller's, as of eft_ws_connect().
 * Errors:  those of eft_ws_connect(), the last attempt's, where it is not worth
 *          another or there were max_attempts
 *          EFT_EINVAL     a delay is negative, or the maximum below the minimum
 *          EFT_EBUSY      another one is under way
 *          EFT_ENOMEM     also: eft_reconnect_new() gave NULL
 *          EFT_ECLOSED    eft_reconnect_free() was called
 *          EFT_ECANCELED  the attempt, or the waiting, has ended
 * Source:  Python's websockets, "async for ws in connect(...)". */
eft_future *eft_reconnect_next(eft_reconnect *again);

/* eft_reconnect_reset makes the next attempt an immediate one: for a program
 * that knows better, because the user asked or the network came back.  One
 * that waits now is tried at once.
 *
 * Owns:    borrows again; NULL is allowed. */
void eft_reconnect_reset(eft_reconnect *again);

/* eft_reconnect_is_retryable answers what is retried where no hook decides:
 * what a later attempt can mend.
 *
 * True:  no connection (refused, unreachable, not resolved), a timeout, an end
 *        before the answer or an answer that is no HTTP, HTTP 429, 500, 502,
 *        503 and 504, also a proxy's; on the web, where nothing is told, every
 *        EFT_ECONNECT.
 * False: a malformed URL, options, TLS, other answers, too many redirects.
 * Owns:  borrows failure. */
bool eft_reconnect_is_retryable(const eft_reconnect_failure *failure);

/* eft_reconnect_free gives it up; a pending next ends with EFT_ECLOSED.
 * Connections that it gave stay.
 *
 * Owns:    takes again; NULL is allowed. */
void eft_reconnect_free(eft_reconnect *again);

#ifdef __cplusplus
}
#endif
#endif
