/* SPDX-License-Identifier: MIT
 * Inside a WebSocket. */
#ifndef EFT_NET_WS_H
#define EFT_NET_WS_H

#include <stdbool.h>
#include <stdint.h>

#include "../core/future.h"
#include "../core/ids.h"
#include "eft/ws.h"
#include "message.h"

/* Who moves it on:
 *
 *   CONNECTING --open--> OPEN --eft_ws_close--> CLOSING --+
 *       |                 |                               | closed
 *       +-----------------+-------------------------------+------> CLOSED
 *
 * The world owns the connection in the first three, and its closed event is the
 * only way to the last. */
typedef enum eft__ws_state {
    EFT__WS_CONNECTING, /* the connect future waits for the world */
    EFT__WS_OPEN,       /* both sides may send */
    EFT__WS_CLOSING,    /* our Close is queued: nothing more is sent */
    EFT__WS_CLOSED      /* the world has forgotten it; end says why */
} eft__ws_state;

/* A future of an operation on a socket; it keeps the struct's memory. */
typedef struct eft__ws_op {
    eft_future future;
    eft_ws *ws;
    eft__node link; /* in the socket's queue of sends or closes */
} eft__ws_op;

struct eft__ws_opening;
struct eft__ws_pulse;
struct eft__ws_turns;

/* An idle connection costs this much: what only some of a connection's time
 * needs is behind a pointer, and there while it is needed. */
struct eft_ws {
    eft__identified identified; /* on the seam, until it is closed */
    uint32_t keepers; /* the user, the world, operations: the last frees */
    eft__ws_state state;
    bool given_up : 1;   /* by its user: eft_ws_free() or a cancelled connect */
    bool paused : 1;     /* the world was asked to stop reading */
    bool aborted : 1;    /* the world was asked to end it without a handshake */
    bool fragments : 1;  /* the option */
    uint16_t sent_code;  /* of our Close; 0: none was sent, or it had none */
    uint16_t close_code; /* RFC 6455 section 7.1.5 */
    uint16_t status;     /* of an HTTP answer that ended it; 0: none did */
    int32_t end; /* why we end it, 0: we do not; in CLOSED: what a receive
                    ends with */
    uint32_t receive_queue; /* the option */
    size_t max_message;     /* the option */
    int64_t close_timeout_ms;

    struct eft__ws_opening *opening; /* in CONNECTING; else NULL */
    struct eft__ws_turns *turns; /* of a message in parts, and what waits for
                                    its end; NULL: there is none */
    eft__node *sends;            /* queue of those that are not handed over */
    eft__node *closes;           /* queue of those that wait for the end */
    eft__node *pings;            /* queue of those that wait for an answer */
    struct eft__ws_pulse *pulse; /* while open, where somebody asks whether
                                    the peer is there; else NULL */
    eft__ws_op *receive;         /* pending; NULL: none */
    eft__message *first;         /* messages that nobody has received */
    eft__message *last;
    size_t waiting_bytes;   /* in these, and of themselves */
    uint32_t waiting_count; /* of these */

    double latency;      /* milliseconds; 0: none was measured */
    eft_future *timeout; /* of opening or closing; NULL: none */
    char *end_detail;    /* the sentence of end; NULL: none */
    char *close_reason;  /* the peer's; NULL: none */
    char *subprotocol;   /* NULL: none */
};

/* Operations. make gives a pending one, or NULL and what to return instead. */
eft__ws_op *eft__ws_op_make(eft_ws *ws, const eft__future_class *type,
                            eft_future **instead);
void eft__ws_op_fini(eft_future *future);

/* Completes a whole queue: with success, or as the socket ended. */
void eft__ws_ops_succeed(eft__node **queue);
void eft__ws_ops_end(eft__node **queue, int32_t error, const char *detail);

/* A future that has failed as the socket ended, or is closing. */
eft_future *eft__ws_refuse(const eft_ws *ws);

void eft__ws_unkeep(eft_ws *ws);

/* eft__ws_accept makes what a server's world has opened: the world reports to
 * id from now on, as on a connection of a client's, and the caller has ws.
 * options are checked, and filled in or not; NULL: out of memory. */
eft_ws *eft__ws_accept(const eft_ws_options *options, const char *subprotocol,
                       uint32_t *id);

/* The HTTP status that a connect has failed with, or 0; the future is one of
 * eft_ws_connect()'s, and complete. */
int eft__ws_connect_status(const eft_future *connect);

/* Ends an open connection because of error, with a Close of ours and without
 * waiting longer than usual for the peer's; detail is copied.  One that is not
 * open is cut. */
void eft__ws_fail(eft_ws *ws, uint16_t code, const char *reason, int32_t error,
                  const char *detail);

/* Cuts an open or opening connection because of error; detail is copied. */
void eft__ws_cut(eft_ws *ws, int32_t error, const char *detail);

/* Calls expired(ws) after a time, instead of what was to be called. */
void eft__ws_start_timeout(eft_ws *ws, int64_t timeout_ms,
                           void (*expired)(void *ws));

/* Frees what nobody has received. */
void eft__ws_drop_messages(eft_ws *ws);

/* Completes a pending receive as the socket ended. */
void eft__ws_receive_end(eft_ws *ws, int32_t error, const char *detail);

/* Forgets a message in parts, and completes what waits for its end; true: some
 * of the message is with the peer. */
bool eft__ws_turns_end(eft_ws *ws, int32_t error, const char *detail);

#endif
