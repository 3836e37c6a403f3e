/* SPDX-License-Identifier: MIT
 * Handler: one WebSocket connection, its log, and a receive loop. */
#ifndef EFT_HANDLER_H
#define EFT_HANDLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"
#include "eft/message.h"
#include "eft/reconnect.h"
#include "eft/ws.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A Handler is what most programs want of a WebSocket: connect, send from one
 * task, receive in another until the peer closes, and a log of it all.
 *
 *     eft_handler *handler = eft_handler_new();
 *     eft_result result = eft_await(eft_handler_connect(handler, url));
 *     if (!result.error)
 *         result = eft_await(eft_gather(eft_spawn(send_commands, handler),
 *                                       eft_spawn(receive_replies, handler)));
 *     eft_await(eft_handler_close(handler, "user quit"));
 *     eft_handler_free(handler);
 *
 * It logs, at level info: "attempting connection to URL" (without its
 * password), "connected", "async_recv begin", "async_recv end" and "closed CODE
 * REASON"; with reconnect also "disconnected: WHY" and "reconnecting in N ms",
 * of an attempt that has failed "reconnecting in N ms: WHY", of the last one
 * that is worth none after it "giving up: WHY". */
typedef struct eft_handler eft_handler;

/* eft_handler_new makes a handler that is not connected.
 *
 * Owns:    gives the handler, which eft_handler_free() frees; NULL when out of
 *          memory, which the functions below answer with EFT_ENOMEM. */
eft_handler *eft_handler_new(void);

/* eft_handler_free gives the handler up; what is pending on it completes with
 * EFT_ECLOSED (a connect that was about to begin or to succeed with
 * EFT_ECANCELED), and no callback runs any more.
 *
 * Owns:    takes handler; NULL is allowed. */
void eft_handler_free(eft_handler *handler);

/* eft_handler_connect opens the connection.
 *
 * Owns:    borrows handler until done; copies url; gives the future.
 * Result:  none.
 * Errors:  those of eft_ws_connect(); EFT_EBUSY, it is connected or connecting
 *          already, or an operation on the connection before has not ended. */
eft_future *eft_handler_connect(eft_handler *handler, const char *url);

/* What a handler with options goes through; from each of the others it may come
 * to CLOSED.
 *
 *   CONNECTING ---> CONNECTED ---> DISCONNECTED
 *     ^    |                            |
 *     |    +---------> WAITING <--------+
 *     +-------------------+ */
typedef enum eft_handler_state {
    EFT_HANDLER_CONNECTING,   /* an attempt is under way */
    EFT_HANDLER_CONNECTED,    /* it can send */
    EFT_HANDLER_DISCONNECTED, /* the connection has ended, and another is to
                                 follow; EFT_ECLOSED: the peer went away */
    EFT_HANDLER_WAITING,      /* delay_ms until the next attempt; with the error
                                 of the one before, if that has failed */
    EFT_HANDLER_CLOSED        /* for good; error is 0 where that was normal */
} eft_handler_state;

/* What is told of a change. */
typedef struct eft_handler_news {
    eft_handler_state state; /* the new one */
    int32_t error;           /* why, or 0 */
    const char *detail;      /* its sentence, or "" */
    int64_t delay_ms;        /* WAITING: how long; else 0 */
} eft_handler_news;

/* Called from the loop or by a task, never inside the functions of this header.
 * It may not await; it may send, close the handler, or free it.
 *
 * Owns:    borrows news until it returns. */
typedef void eft_handler_on_state(const eft_handler_news *news, void *arg);

/* Every member's zero means the default. */
typedef struct eft_handler_options {
    const eft_ws_options *ws; /* of its connections; NULL: the defaults */
    bool reconnect;           /* eft_handler_receive() connects again */
    const eft_reconnect_options
        *reconnect_options;         /* when, and how often; NULL: the defaults.
                                       Its arg is for retry alone, its on_state
                                       is not used */
    eft_handler_on_state *on_state; /* NULL: nobody is told */
    void *arg;                      /* for on_state; must live as long */
} eft_handler_options;

/* eft_handler_connect_with is eft_handler_connect() with options.
 *
 * With reconnect a first attempt that fails is tried again, and
 * eft_handler_receive() goes on over as many connections as it takes, until the
 * peer closes with 1000, eft_handler_close() or eft_handler_free() is called,
 * or an attempt fails for good.  It is the receiving that notices an end:
 * without it nothing connects again.  Between two connections what is sent
 * fails with EFT_ECLOSED at once: nothing is kept for later.
 *
 * Owns:    as eft_handler_connect(); copies options and what they point to.
 * Errors:  those of eft_handler_connect() and eft_reconnect_next(). */
eft_future *eft_handler_connect_with(eft_handler *handler, const char *url,
                                     const eft_handler_options *options);

/* eft_handler_ws lends the connection that is open, or was the last one; NULL:
 * there was none.
 *
 * Owns:    lends a socket that lives until the handler connects again, or is
 *          freed. */
eft_ws *eft_handler_ws(const eft_handler *handler);

/* eft_handler_send_json sends a JSON value as a text message.
 *
 * Owns:    takes json, also when it fails; gives the future.
 * Result:  none.
 * Errors:  those of eft_ws_send_json(); EFT_ECLOSED, it is not connected. */
eft_future *eft_handler_send_json(eft_handler *handler, struct cJSON *json);

/* eft_handler_send_text sends a text message.
 *
 * Owns:    copies text; gives the future.
 * Result:  none.
 * Errors:  those of eft_ws_send_text(); EFT_ECLOSED, it is not connected. */
eft_future *eft_handler_send_text(eft_handler *handler, const char *text,
                                  size_t length);

/* eft_handler_send_bytes sends a binary message.
 *
 * Owns:    copies data; gives the future.
 * Result:  none.
 * Errors:  those of eft_ws_send_binary(); EFT_ECLOSED, it is not connected. */
eft_future *eft_handler_send_bytes(eft_handler *handler, const void *data,
                                   size_t length);

/* Called for each message, on the stack of a task, so it may await: the next
 * message waits meanwhile.  An error ends the receiving with that error.
 *
 * Owns:    borrows message until it returns. */
typedef eft_result eft_handler_on_message(const eft_message *message,
                                          void *arg);

/* eft_handler_receive calls on_message(message, arg) for each message until the
 * connection ends.
 *
 * Owns:    borrows handler and arg until done; gives the future.
 * Result:  none: the connection was closed normally (1000, 1001 or no code), by
 *          either side; with reconnect, with 1000 or by us.
 * Errors:  those of eft_ws_receive() but EFT_ECLOSED; what on_message returns;
 *          EFT_ECLOSED, it is not connected, or was freed meanwhile. */
eft_future *eft_handler_receive(eft_handler *handler,
                                eft_handler_on_message *on_message, void *arg);

/* eft_handler_close closes the connection with code 1000 and a reason, and
 * waits for its end; one that has ended already is done at once.  With
 * reconnect there will be no other, and an attempt or the wait before it ends.
 *
 * Owns:    borrows handler until done; copies reason; gives the future.
 * Result:  none.
 * Errors:  those of eft_ws_close(); EFT_ECLOSED, it was never connected, or was
 *          freed meanwhile
 *          EFT_ECANCELED  the future was cancelled; the closing goes on */
eft_future *eft_handler_close(eft_handler *handler, const char *reason);

#ifdef __cplusplus
}
#endif
#endif
