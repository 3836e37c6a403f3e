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

struct eft_ws {
    eft__identified identified; /* on the seam, until it is closed */
    uint32_t keepers; /* the user, the world, operations: the last frees */
    eft__ws_state state;
    bool given_up;       /* by its user: eft_ws_free() or a cancelled connect */
    bool paused;         /* the world was asked to stop reading */
    eft__ws_op *connect; /* pending; NULL: none */
    eft__ws_op *receive; /* pending; NULL: none */
    eft__node *sends;    /* queue of those that are not handed over */
    eft__node *closes;   /* queue of those that wait for the end */

    eft__message *first; /* messages that nobody has received */
    eft__message *last;
    size_t waiting_count;
    size_t waiting_bytes;

    eft_future *timeout; /* of opening or closing; NULL: none */
    int64_t open_timeout_ms;
    int64_t close_timeout_ms;
    size_t max_message;

    uint16_t sent_code;   /* of our Close; 0: none was sent, or it had none */
    int32_t failure;      /* why we cut it ourselves; 0: we did not */
    char *failure_detail; /* its sentence */
    uint16_t close_code;  /* RFC 6455 section 7.1.5 */
    char *close_reason;   /* the peer's; NULL: none */
    char *subprotocol;    /* NULL: none */
    int32_t end;          /* in CLOSED: what a receive ends with */
    char *end_detail;     /* its sentence; NULL: none */
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

/* Cuts an open or opening connection because of error; detail is copied. */
void eft__ws_cut(eft_ws *ws, int32_t error, const char *detail);

/* Frees what nobody has received. */
void eft__ws_drop_messages(eft_ws *ws);

/* Completes a pending receive as the socket ended. */
void eft__ws_receive_end(eft_ws *ws, int32_t error, const char *detail);

#endif
