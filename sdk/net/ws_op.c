/* SPDX-License-Identifier: MIT
 * Operations on a WebSocket: their futures and lists. */
#include "ws.h"

eft__ws_op *eft__ws_op_make(eft_ws *ws, const eft__future_class *type,
                            eft_future **instead)
{
    eft__ws_op *op = eft__future_make(sizeof *op, type, instead);

    if (op) {
        op->ws = ws;
        ws->keepers++;
    }
    return op;
}

void eft__ws_op_fini(eft_future *future)
{
    eft__ws_unkeep(((eft__ws_op *)future)->ws);
}

static eft_future *take_first(eft__node **queue)
{
    eft__ws_op *op = EFT__OWNER(*queue, eft__ws_op, link);

    eft__queue_remove(queue, &op->link);
    return &op->future;
}

void eft__ws_ops_succeed(eft__node **queue)
{
    while (*queue)
        eft__future_complete(take_first(queue), eft_ok());
}

void eft__ws_ops_end(eft__node **queue, int32_t error, const char *detail)
{
    while (*queue)
        eft__future_fail_copy(take_first(queue), error, detail);
}

eft_future *eft__ws_refuse(const eft_ws *ws)
{
    if (!ws)
        return eft__future_failed(EFT_EINVAL, "there is no connection: NULL");
    if (ws->state == EFT__WS_CLOSED)
        return eft__future_failed_copy(ws->end, ws->end_detail);
    return eft__future_failed(EFT_ECLOSED, "the connection is closing");
}
