/* SPDX-License-Identifier: MIT
 * Sending on a WebSocket. */
#include "ws.h"

#include <string.h>
#include <cjson/cJSON.h>

#include "eft/json.h"
#include "json.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "utf8.h"
#include "ws_turns.h"
#include "../core/ids.h"

static bool cancel_send(eft_future *future)
{
    /* The frame is queued already: only the waiting for it ends. */
    eft__ws_op *op = (eft__ws_op *)future;

    eft__queue_remove(&op->ws->sends, &op->link);
    return eft__future_cancel_now(future);
}

static const eft__future_class send_class = {
    .name = "ws_send", .cancel = cancel_send, .fini = eft__ws_op_fini};

eft__ws_op *eft__ws_send_op(eft_ws *ws, eft_future **instead)
{
    return eft__ws_op_make(ws, &send_class, instead);
}

void eft__ws_hand_down(eft_ws *ws, eft__ws_op *op, eft_message_type type,
                       bool first, bool last, const void *data, size_t length)
{
    if (op)
        eft__queue_append(&ws->sends, &op->link);
    eft_target_ws_send(ws->identified.id, type, first, last, data, length);
}

static eft_future *send(eft_ws *ws, eft_message_type type, const void *data,
                        size_t length)
{
    eft_future *instead;

    if (!ws || ws->state != EFT__WS_OPEN)
        return eft__ws_refuse(ws);
    if (ws->turns)
        return eft__ws_turns_wait(ws, type, data, length);
    eft__ws_op *op = eft__ws_send_op(ws, &instead);
    if (!op)
        return instead;
    eft__ws_hand_down(ws, op, type, true, true, data, length);
    return &op->future;
}

/* Nothing with a length. */
static eft_future *refuse_nothing(void)
{
    return eft__future_failed(EFT_EINVAL, "the data is NULL, its length not 0");
}

eft_future *eft_ws_send_text(eft_ws *ws, const char *text, size_t length)
{
    if (!text && length)
        return refuse_nothing();
    if (!eft__utf8_valid(text, length))
        return eft__future_failed(EFT_EUTF8,
                                  "a text message must be valid UTF-8");
    return send(ws, EFT_MESSAGE_TEXT, text, length);
}

eft_future *eft_ws_send_binary(eft_ws *ws, const void *data, size_t length)
{
    if (!data && length)
        return refuse_nothing();
    return send(ws, EFT_MESSAGE_BINARY, data, length);
}

eft_future *eft_ws_send_json(eft_ws *ws, cJSON *json)
{
    char *text = NULL;
    int32_t error = eft__json_print(json, &text);

    eft_json_free(json);
    if (error)
        return eft__future_failed(
            error, error == EFT_EINVAL ? "there is no JSON to send" : NULL);
    eft_future *future = eft_ws_send_text(ws, text, strlen(text));
    cJSON_free(text);
    return future;
}

void eft_core_ws_drained(uint32_t id)
{
    eft_ws *ws = (eft_ws *)eft__id_find(id);

    if (ws)
        eft__ws_ops_succeed(&ws->sends);
}
