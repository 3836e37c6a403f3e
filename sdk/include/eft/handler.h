/* SPDX-License-Identifier: MIT
 * Handler: one WebSocket connection, its log, and a receive loop. */
#ifndef EFT_HANDLER_H
#define EFT_HANDLER_H

#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"
#include "eft/message.h"

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
 * It logs, at level info: "attempting connection to URL", "connected",
 * "async_recv begin", "async_recv end" and "closed CODE REASON". */
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
 *          either side.
 * Errors:  those of eft_ws_receive() but EFT_ECLOSED; what on_message returns;
 *          EFT_ECLOSED, it is not connected, or was freed meanwhile. */
eft_future *eft_handler_receive(eft_handler *handler,
                                eft_handler_on_message *on_message, void *arg);

/* eft_handler_close closes the connection with code 1000 and a reason, and
 * waits for its end; one that has ended already is done at once.
 *
 * Owns:    borrows handler until done; copies reason; gives the future.
 * Result:  none.
 * Errors:  those of eft_ws_close(); EFT_ECLOSED, it was never connected. */
eft_future *eft_handler_close(eft_handler *handler, const char *reason);

#ifdef __cplusplus
}
#endif
#endif
