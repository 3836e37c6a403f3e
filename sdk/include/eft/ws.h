/* SPDX-License-Identifier: MIT
 * A WebSocket client. */
#ifndef EFT_WS_H
#define EFT_WS_H

#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"
#include "eft/message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One eft_ws is one connection, from eft_ws_connect() to eft_ws_free().
 *
 *     eft_result opened = eft_await(eft_ws_connect("ws://localhost/", NULL));
 *     if (opened.error)
 *         return opened;
 *     eft_ws *ws = opened.ws;
 *     eft_await(eft_ws_send_text(ws, "hello", 5));
 *     eft_result reply = eft_await(eft_ws_receive(ws));
 *     ...
 *     eft_result_free(reply);
 *     eft_await(eft_ws_close(ws, 1000, "done"));
 *     eft_ws_free(ws);
 *
 * Messages arrive whole, in order, and wait in a queue until they are
 * received, also after the connection has ended.  Sends keep their order.
 * Source: RFC 6455; WHATWG WebSockets; Python's websockets. */
typedef struct eft_ws eft_ws;

/* Every member's zero means the default, so a designated initialiser names
 * only what differs:  &(eft_ws_options){.max_message = 65536}. */
typedef struct eft_ws_options {
    const char *const *subprotocols; /* wanted, the best first */
    size_t subprotocol_count;        /* 0: none */
    int64_t open_timeout_ms;         /* 0: 10,000; EFT_FOREVER: no limit */
    int64_t close_timeout_ms;        /* 0: 10,000; EFT_FOREVER: no limit */
    size_t max_message;              /* bytes of a received message; 0: 1 MiB */
    const char *ca_file; /* PEM file of the authorities to trust; NULL: the
                            system's.  Targets: on the web EFT_ENOTSUP */
} eft_ws_options;

/* eft_ws_connect opens a connection to a ws: or wss: URL.
 *
 * Owns:    copies url, options and what they point to; gives the future.
 * Result:  ws, open; eft_ws_free() or eft_result_free() frees it.
 * Errors:  EFT_EURL, EFT_ESCHEME, EFT_EINVAL (a subprotocol is no token)
 *          EFT_ERESOLVE, EFT_EREFUSED, EFT_EUNREACHABLE, EFT_EHANDSHAKE,
 *          EFT_ETLS: why it failed; on the web all of them are EFT_ECONNECT
 *          EFT_ETIMEDOUT  not open within open_timeout_ms
 *          EFT_ECANCELED  the future was cancelled; the attempt has ended
 *          EFT_ENOTSUP    an option that this target cannot honour, or user
 *                         and password in the URL
 * Targets: eft_error_is(error, EFT_ECONNECT) asks the same on both; a page is
 *          not told the reason by design, and the sentence says so.
 * Source:  RFC 6455 sections 3 and 4.1. */
eft_future *eft_ws_connect(const char *url, const eft_ws_options *options);

/* eft_ws_send_text queues one whole text message on an open connection.
 *
 * Owns:    copies text; gives the future.
 * Result:  none.
 * Errors:  EFT_EUTF8      text is not valid UTF-8; nothing was sent
 *          EFT_ECLOSED    the connection is closing or closed
 *          EFT_ECANCELED  the future was cancelled: the message, being queued
 *                         already, is sent all the same if the connection lasts
 *          EFT_EABNORMAL, EFT_EPEERCLOSE…  the connection ended before
 * Units:   length in bytes.
 * Targets: done means handed to the transport: natively the system took the
 *          last byte; on the web bufferedAmount is back under its low mark.
 * Source:  RFC 6455 section 5.6; WHATWG WebSockets, send(). */
eft_future *eft_ws_send_text(eft_ws *ws, const char *text, size_t length);

/* eft_ws_send_binary is eft_ws_send_text() for any bytes. */
eft_future *eft_ws_send_binary(eft_ws *ws, const void *data, size_t length);

/* eft_ws_send_json sends a JSON value as one text message.
 *
 * Owns:    takes json, also when it fails.
 * Errors:  EFT_EDEPTH  nested more than EFT_JSON_DEPTH levels
 *          EFT_EINVAL  json is NULL, or cJSON cannot print it
 *          and those of eft_ws_send_text() */
eft_future *eft_ws_send_json(eft_ws *ws, struct cJSON *json);

/* eft_ws_receive gives the next message.
 *
 * It is safe to cancel: a message that arrives for a cancelled receive is given
 * to the next.  What arrived before the end can still be received after it;
 * what arrives after eft_ws_close() was called is dropped.
 *
 * Owns:    gives the future.
 * Result:  message; eft_message_free() or eft_result_free() frees it.
 * Errors:  EFT_ECLOSED     the connection was closed with 1000, 1001 or no
 *                          code, or eft_ws_free() was called
 *          EFT_EPEERCLOSE  the peer closed with another code
 *          EFT_EABNORMAL   it was lost without a closing handshake
 *          EFT_EPROTO, EFT_EUTF8, EFT_EMSGSIZE  what the peer sent ended it
 *          EFT_ELIMIT      too much was waiting to be received
 *          EFT_EBUSY       another receive is pending
 *          EFT_ECANCELED
 * Targets: natively a queue of 16 messages, or of more than 16 MiB and four
 *          times max_message, stops the reading of the socket; a page cannot
 *          stop it, so there so many bytes end the connection with code 4008.
 *          A page sees
 *          a peer that breaks the protocol as EFT_EABNORMAL. */
eft_future *eft_ws_receive(eft_ws *ws);

/* eft_ws_close ends the connection with a closing handshake, behind what was
 * sent; where the peer does not answer within close_timeout_ms, without.
 *
 * Calling it again waits for the same end.
 * Owns:    borrows ws until done; copies reason; gives the future.
 * Result:  none: the connection has ended, whichever way it did.
 * Errors:  EFT_EINVAL   code is not one that may be sent, or reason is longer
 *                       than 123 bytes
 *          EFT_EUTF8    reason is not valid UTF-8
 *          EFT_ENOTSUP  the target cannot send this code
 *          EFT_ECANCELED  the future was cancelled; the closing goes on
 * Units:   code 0 sends no code; reason NULL none.
 * Targets: natively 1000 to 1003, 1007 to 1014 and 3000 to 4999; a page may
 *          send only 1000 and 3000 to 4999.
 * Source:  RFC 6455 section 7; WHATWG WebSockets, close(). */
eft_future *eft_ws_close(eft_ws *ws, uint16_t code, const char *reason);

/* eft_ws_free gives the connection up: what is pending on it completes with
 * EFT_ECLOSED, and a connection that is open still is cut without a handshake.
 *
 * Owns:    takes ws; NULL is allowed. */
void eft_ws_free(eft_ws *ws);

/* eft_ws_subprotocol gives what the server chose, or "".
 *
 * Owns:    lends a string that lives as long as ws. */
const char *eft_ws_subprotocol(const eft_ws *ws);

/* eft_ws_close_code gives how the connection ended: the peer's code, 1005 when
 * it sent none, 1006 when it was lost; 0 while it has not ended.
 *
 * Source:  RFC 6455 section 7.1.5. */
uint16_t eft_ws_close_code(const eft_ws *ws);

/* eft_ws_close_reason gives the peer's words with it, or "".
 *
 * Owns:    lends a string that lives as long as ws. */
const char *eft_ws_close_reason(const eft_ws *ws);

#ifdef __cplusplus
}
#endif
#endif
