/* SPDX-License-Identifier: MIT
 * A WebSocket client. */
#ifndef EFT_WS_H
#define EFT_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"
#include "eft/message.h"
#include "eft/tls.h"

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

/* permessage-deflate: RFC 7692.  All zero, the default, offers it with its
 * widest windows; a server that does not know it goes without. */
typedef struct eft_ws_deflate {
    bool off;                        /* neither offered nor accepted */
    bool client_no_context_takeover; /* each message compressed on its own */
    bool server_no_context_takeover; /* likewise those that the server sends */
    uint8_t client_max_window_bits;  /* 9 to 15; 0: 15 */
    uint8_t server_max_window_bits;  /* 9 to 15; 0: 15 */
    uint8_t level;                   /* zlib's, 1 to 9; 0: 6 */
    size_t threshold;                /* shorter messages go as they are, in
                                        bytes; 0: 64 */
} eft_ws_deflate;

/* A name and a value of an HTTP header. */
typedef struct eft_ws_header {
    const char *name;
    const char *value;
} eft_ws_header;

/* Sends whatever the application's protocol has for "are you there?", when a
 * ping is wanted.  eft_ws_answered() tells that the answer has come.  It is
 * called inside eft_ws_ping(), and from the loop for the keepalive; it may not
 * await, and may end the connection.
 *
 * Owns: gives the future, whose error ends the ping with that error. */
typedef eft_future *eft_ws_heartbeat(eft_ws *ws, void *arg);

/* Every member's zero means the default, so a designated initialiser names
 * only what differs:  &(eft_ws_options){.max_message = 65536}.
 *
 * A redirect is followed within the open timeout, and never from wss: to ws:.
 * To another origin (scheme, host and port) nothing goes that was meant for
 * one: user and password, the headers Authorization, Cookie and
 * Proxy-Authorization, our certificate and tls.server_name; and none goes there
 * from a unix_path.
 *
 * Headers that the handshake owns cannot be given: Host, Upgrade, Connection,
 * Sec-WebSocket-…, Content-Length and Transfer-Encoding; nor Origin beside
 * origin, User-Agent unless user_agent is "", Authorization beside a user in
 * the URL.
 *
 * What a target cannot honour is not ignored: eft_ws_connect() fails with
 * EFT_ENOTSUP and names the option.  "Native" below marks what a page cannot;
 * docs/websocket.md has the whole table, eft_ws_unsupported() answers it. */
typedef struct eft_ws_options {
    const char *const *subprotocols; /* wanted, the best first: with a server
                                        that chooses none of them connecting
                                        fails, EFT_EHANDSHAKE.  NULL: none */
    size_t subprotocol_count;        /* of them */
    const eft_ws_header *headers;    /* more of the request's; NULL: none.
                                        Native */
    size_t header_count;             /* of them */
    const char *origin;              /* NULL: none.  Native: a page's is its
                                        own */
    const char *user_agent;          /* NULL: "eft/" and the version; "": none.
                                        Native */
    eft_ws_deflate deflate;          /* compression.  Native: browsers always
                                        offer it */
    int32_t max_redirects;           /* 0: 10; -1: none.  Native: a page never
                                        follows one */

    int64_t open_timeout_ms;  /* 0: 10,000; EFT_FOREVER: no limit */
    int64_t close_timeout_ms; /* 0: 10,000; EFT_FOREVER: no limit */

    int64_t ping_interval_ms; /* 0: 20,000; EFT_FOREVER: no pings.  Native,
                                 or with a heartbeat */
    int64_t ping_timeout_ms;  /* 0: 20,000; EFT_FOREVER: no limit.  Likewise */
    eft_ws_heartbeat *heartbeat; /* asks instead of pings; NULL: pings */
    void *heartbeat_arg;         /* for it; must live as long as the socket */

    size_t max_message;   /* bytes of a received message; 0: 1 MiB; SIZE_MAX: no
                             limit */
    size_t receive_queue; /* messages that may wait to be received before
                             reading stops; 0: 16 */
    size_t write_limit;   /* a send is done once no more bytes than this wait
                             to be handed over; 0: natively none, on the web
                             1 MiB */
    bool fragments;       /* eft_ws_receive_fragment() instead of
                             eft_ws_receive() */

    eft_tls_options tls;   /* whom to trust, who we are.  Native */
    const char *proxy;     /* "http://[user:password@]host[:port]"; NULL: as the
                              environment says, see eft_ws_connect(); "": none.
                              Native: a page's is its browser's */
    const char *unix_path; /* connect to this socket of the file system ('@'
                              first: of Linux's abstract names); host and port
                              of the URL go into the request only.  Native */
} eft_ws_options;

/* eft_ws_unsupported answers why this target cannot honour an option, by its
 * member's name such as "proxy" or "tls.ca_file"; NULL: it can.  Of a group,
 * "tls" or "deflate", it can if there is anything in it that it can.
 *
 * Owns:    lends a constant sentence, also for what is no option. */
const char *eft_ws_unsupported(const char *option);

/* eft_ws_connect opens a connection to a ws: or wss: URL.
 *
 * Owns:    copies url, options and what they point to; gives the future.
 * Result:  ws, open; eft_ws_free() or eft_result_free() frees it.
 * Errors:  EFT_EURL, EFT_ESCHEME
 *          EFT_EINVAL     an option is out of its range, no token, or holds
 *                         what would break the request; a list lacks its
 *                         count, or a count its list
 *          EFT_ERESOLVE, EFT_EREFUSED, EFT_EUNREACHABLE, EFT_EHANDSHAKE,
 *          EFT_EPROXY, EFT_ETLS: why it failed; on the web all of them are
 *          EFT_ECONNECT
 *          EFT_EREDIRECT  too many redirects, or one that is not followed:
 *                         from wss: to ws:, or to what is no WebSocket's URL
 *          EFT_ETIMEDOUT  not open within open_timeout_ms
 *          EFT_ECANCELED  the future was cancelled; the attempt has ended
 *          EFT_ENOTSUP    an option that this target cannot honour, or on the
 *                         web user and password in the URL
 * Targets: eft_error_is(error, EFT_ECONNECT) asks the same on both; a page is
 *          not told the reason by design, and the sentence says so.
 *          Natively user and password in the URL are sent as basic
 *          authentication, to the URL's own origin only; a user alone has an
 *          empty password.
 *          Natively the addresses of a name race, each a quarter of a second
 *          behind the one before it or at once when that has failed (RFC 8305);
 *          localhost is ::1 and 127.0.0.1 whatever a resolver says.
 *          Proxies are asked to CONNECT, for ws: too; a server's certificate
 *          names the server, not the proxy.  Of the environment the first that
 *          is set counts: wss_proxy, https_proxy, all_proxy for wss:, ws_proxy,
 *          http_proxy, all_proxy for ws:, in lower case or else, but for
 *          HTTP_PROXY (which a CGI program gets from its client), in upper
 *          case.  no_proxy lists exceptions: names with all below them,
 *          addresses, networks (10.0.0.0/8), each with ":port" or without, or
 *          "*".  A proxy that is set but cannot be used (socks, https) fails.
 * Source:  RFC 6455 sections 3 and 4.1; RFC 7617; RFC 9110 section 9.3.6;
 *          Python's websockets. */
eft_future *eft_ws_connect(const char *url, const eft_ws_options *options);

/* eft_ws_send_text queues one whole text message on an open connection.
 *
 * Who frees the future unawaited does not wait, and the message is sent all the
 * same.  Nothing bounds what is queued so: a program that sends faster than the
 * peer reads has to await.
 *
 * Owns:    copies text; gives the future.
 * Result:  none.
 * Errors:  EFT_EUTF8      text is not valid UTF-8; nothing was sent
 *          EFT_EINVAL     ws is NULL, or text is and its length is not 0
 *          EFT_ECLOSED    the connection is closing or closed
 *          EFT_ECANCELED  the future was cancelled: the message, being queued
 *                         already, is sent all the same if the connection
 *                         lasts; while it waits for the end of another in
 *                         parts it is not
 *          EFT_EABNORMAL, EFT_EPEERCLOSE…  the connection ended before
 * Units:   length in bytes.
 * Targets: done means that no more bytes than write_limit wait to be handed
 *          over: natively to the system, which by default has taken the last
 *          byte then; on the web to the network, as bufferedAmount counts them,
 *          by default 1 MiB.
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

/* eft_ws_send_begin starts a message that is sent in parts, of which nobody
 * needs to know how many there will be.  Other sends wait behind its end, with
 * a copy of their data; so does the beginning of another such message.  They
 * go in the order in which they were asked for.
 *
 * Who has begun must end: with eft_ws_send_end(), or where that can no longer
 * be, with eft_ws_close(), which then closes with 1011.
 *
 *     EFT_TRY(eft_await(eft_ws_send_begin(ws, EFT_MESSAGE_BINARY)));
 *     while ((length = read_some(buffer)))
 *         EFT_TRY(eft_await(eft_ws_send_part(ws, buffer, length)));
 *     EFT_TRY(eft_await(eft_ws_send_end(ws)));
 *
 * Owns:    gives the future.
 * Result:  none: it is this message's turn.
 * Errors:  EFT_EINVAL  type is neither text nor binary
 *          EFT_ECLOSED, EFT_EABNORMAL…  as eft_ws_send_text()
 *          EFT_ECANCELED  the future was cancelled, or freed, before it was
 *                         this message's turn: nothing has begun
 * Targets: natively each part is a frame; a page cannot send fragments, so
 *          there the parts gather in memory and go out as one message.
 * Source:  RFC 6455 section 5.4. */
eft_future *eft_ws_send_begin(eft_ws *ws, eft_message_type type);

/* eft_ws_send_part sends the next part.  A text may be cut anywhere, also
 * inside a character.
 *
 * Owns:    copies data; gives the future.
 * Result:  none.
 * Errors:  EFT_EUTF8   the text so far is not valid UTF-8: nothing of this part
 *                      was sent, and the message can go on with another
 *          EFT_EINVAL  no message has begun
 *          EFT_ENOMEM  nothing of this part was sent
 *          and those of eft_ws_send_text()
 * Targets: natively done as eft_ws_send_text() is, on the web at once. */
eft_future *eft_ws_send_part(eft_ws *ws, const void *data, size_t length);

/* eft_ws_send_end ends the message, which may have had no parts; what waited
 * behind it goes.
 *
 * Owns:    gives the future.
 * Result:  none.
 * Errors:  EFT_EUTF8   the text ends inside a character; it is still open
 *          EFT_EINVAL  no message has begun
 *          and those of eft_ws_send_text() */
eft_future *eft_ws_send_end(eft_ws *ws);

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
 *          EFT_EABNORMAL   it was lost without a closing handshake, or the
 *                          peer did not answer the keepalive
 *          EFT_EPROTO, EFT_EUTF8, EFT_EMSGSIZE  what the peer sent ended it
 *          EFT_ELIMIT      too much was waiting to be received
 *          EFT_EBUSY       another receive is pending
 *          EFT_ECANCELED
 *          EFT_EINVAL      the connection was made with the option fragments
 * Targets: a slow receiver stops the reading of the socket, so that the peer
 *          has to wait, when receive_queue messages wait, or more than 8 MiB
 *          in more than two messages of max_message; at a quarter of the
 *          queue it goes on.  So it is natively, and in a page that has asked
 *          its loader for sockets: 'stream', where the browser has that (a
 *          peer that closes meanwhile may then cost what waited, and the end
 *          is EFT_ELIMIT).  Another page cannot stop it: there more than
 *          16 MiB, and more than four times max_message (where that has no
 *          limit, more than receive_queue messages), end the connection with
 *          code 4008 and EFT_ELIMIT.  What had come can still be received.
 *          A page sees a peer that breaks the protocol as EFT_EABNORMAL. */
eft_future *eft_ws_receive(eft_ws *ws);

/* eft_ws_receive_fragment gives the next piece of a message as it comes, on a
 * connection that was made with the option fragments: for messages that are
 * too large to keep.  The message's members first and last say which pieces
 * begin and end one; max_message limits their sum.
 *
 * It is safe to cancel, as eft_ws_receive() is.
 * Owns:    gives the future.
 * Result:  message: a piece of any length, in text always whole characters.
 * Errors:  EFT_EINVAL  the connection was made without the option
 *          and those of eft_ws_receive()
 * Targets: natively a piece is what arrived of a frame, at most 64 KiB (more
 *          where it was compressed); a page gets whole messages, each in one
 *          piece. */
eft_future *eft_ws_receive_fragment(eft_ws *ws);

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
 * Targets: within a message in parts, of which the peer has some, a native
 *          close with 1000, 1001 or no code is one with 1011: that message
 *          never ends.
 *          Natively 1000 to 1003, 1007 to 1014 and 3000 to 4999; a page may
 *          send only 1000 and 3000 to 4999.
 * Source:  RFC 6455 section 7; WHATWG WebSockets, close(). */
eft_future *eft_ws_close(eft_ws *ws, uint16_t code, const char *reason);

/* eft_ws_ping measures a round trip.
 *
 * A pong answers all pings before it too: a peer need only answer the newest.
 * One that answers none is ignored.
 * Owns:    copies payload; gives the future.
 * Result:  f64: milliseconds until the answer came.
 * Errors:  EFT_EINVAL   length is over 125
 *          EFT_EBUSY    a ping with the same payload waits for its answer
 *          EFT_ENOTSUP  a page cannot ping, and there is no heartbeat
 *          EFT_ECLOSED, EFT_EABNORMAL…  the connection ended before
 *          EFT_ECANCELED  the future was cancelled; the ping was sent
 *          and with a heartbeat, what its future ends with
 * Units:   length in bytes; payload NULL: four bytes that no other ping has,
 *          whatever length is.
 * Targets: natively a ping frame; with the option heartbeat, on both, what
 *          that sends (payload is ignored), and the answer is what
 *          eft_ws_answered() tells.
 * Source:  RFC 6455 sections 5.5.2 and 5.5.3; Python's websockets, ping(). */
eft_future *eft_ws_ping(eft_ws *ws, const void *payload, size_t length);

/* eft_ws_answered tells that the oldest heartbeat's answer has come: call it
 * where your protocol sees it.  Without one under way it does nothing. */
void eft_ws_answered(eft_ws *ws);

/* eft_ws_latency gives the last round trip that a ping, or a heartbeat, has
 * measured, in milliseconds; 0 before the first. */
double eft_ws_latency(const eft_ws *ws);

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
