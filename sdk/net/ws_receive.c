/* SPDX-License-Identifier: MIT
 * Receiving on a WebSocket: the queue of messages, and when it is full. */
#include "ws.h"

#include <stdio.h>

#include "../core/ids.h"
#include "../core/result.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "ws_options.h"
#include "ws_ping.h"

/* Design notes.  A message goes to the pending receive, or waits here.  It is
 * never lost between the two: a receive that completed but whose future was
 * freed before anybody took the result puts it back, in front. */

enum {
    LOW_PARTS = 4, /* of the full queue: reading goes on; websockets' low */
    FULL_BYTES = 1 << 23, /* waiting, from which on reading stops, too */
    MOST_BYTES = 1 << 24, /* the end, in a world that goes on */
    FULL_MESSAGES = 2,    /* of max_message, that may wait in any case */
    MOST_MESSAGES = 4
};

static void free_message(void *message)
{
    eft_message_free(message);
}

static bool is_unlimited(const eft_ws *ws)
{
    return ws->max_message >= SIZE_MAX - sizeof(eft__message);
}

/* Does more wait than these bytes, and so many messages of any length? */
static bool is_over(const eft_ws *ws, size_t bytes, size_t messages)
{
    return ws->waiting_bytes > bytes &&
           (is_unlimited(ws) || ws->waiting_bytes / messages >
                                    ws->max_message + sizeof(eft__message));
}

/* Time to stop reading. */
static bool is_full(const eft_ws *ws)
{
    return ws->waiting_count >= ws->receive_queue ||
           is_over(ws, FULL_BYTES, FULL_MESSAGES);
}

/* More has come than anybody can want to keep.  Who sets no limit to messages
 * has set one to their number. */
static bool is_too_much(const eft_ws *ws)
{
    return is_over(ws, MOST_BYTES, MOST_MESSAGES) &&
           (!is_unlimited(ws) || ws->waiting_count > ws->receive_queue);
}

static void resume_reading(eft_ws *ws)
{
    if (!ws->paused || ws->waiting_count > ws->receive_queue / LOW_PARTS ||
        is_full(ws))
        return;
    ws->paused = false;
    eft__ws_heard(ws);
    if (ws->state != EFT__WS_CLOSED)
        eft_target_ws_pause(ws->identified.id, false);
}

/* What a message costs: one without bytes is not free. */
static size_t cost_of(const eft_message *message)
{
    return sizeof(eft__message) + message->length;
}

static eft_message *take_first(eft_ws *ws)
{
    eft__message *first = ws->first;

    ws->first = first->next;
    if (!ws->first)
        ws->last = NULL;
    ws->waiting_count--;
    ws->waiting_bytes -= cost_of(&first->message);
    return &first->message;
}

static void put_last(eft_ws *ws, eft_message *message)
{
    eft__message *added = (eft__message *)message;

    added->next = NULL;
    if (ws->last)
        ws->last->next = added;
    else
        ws->first = added;
    ws->last = added;
    ws->waiting_count++;
    ws->waiting_bytes += cost_of(message);
}

static void put_first(eft_ws *ws, eft_message *message)
{
    eft__message *added = (eft__message *)message;

    added->next = ws->first;
    ws->first = added;
    if (!ws->last)
        ws->last = added;
    ws->waiting_count++;
    ws->waiting_bytes += cost_of(message);
}

void eft__ws_drop_messages(eft_ws *ws)
{
    while (ws->first)
        eft_message_free(take_first(ws));
}

static void deliver(eft__ws_op *op, eft_message *message)
{
    eft__future_complete(
        &op->future,
        eft__result_of_kind(EFT_KIND_MESSAGE, message, free_message));
}

/* Gives message to the pending receive; false: there is none. */
static bool hand_over(eft_ws *ws, eft_message *message)
{
    eft__ws_op *op = ws->receive;

    if (!op)
        return false;
    ws->receive = NULL;
    deliver(op, message);
    return true;
}

static bool cancel_receive(eft_future *future)
{
    ((eft__ws_op *)future)->ws->receive = NULL;
    return eft__future_cancel_now(future);
}

static void fini_receive(eft_future *future)
{
    eft_ws *ws = ((eft__ws_op *)future)->ws;
    const eft_result *result = &future->result;

    if (!future->taken && result->kind == EFT_KIND_MESSAGE && !ws->given_up) {
        future->taken = true;
        if (!hand_over(ws, result->message))
            put_first(ws, result->message);
    }
    eft__ws_op_fini(future);
}

static const eft__future_class receive_class = {
    .name = "ws_receive", .cancel = cancel_receive, .fini = fini_receive};

static eft_future *receive(eft_ws *ws)
{
    eft_future *instead;

    if (ws->receive)
        return eft__future_failed(
            EFT_EBUSY, "another receive is pending on this connection");
    if (!ws->first && ws->state == EFT__WS_CLOSED)
        return eft__ws_refuse(ws);
    eft__ws_op *op = eft__ws_op_make(ws, &receive_class, &instead);
    if (!op)
        return instead;
    if (ws->first) {
        deliver(op, take_first(ws));
        resume_reading(ws);
    } else {
        ws->receive = op;
    }
    return &op->future;
}

eft_future *eft_ws_receive(eft_ws *ws)
{
    if (!ws)
        return eft__ws_refuse(ws);
    return ws->fragments
               ? eft__future_failed(EFT_EINVAL,
                                    "a connection with the option fragments "
                                    "has eft_ws_receive_fragment()")
               : receive(ws);
}

eft_future *eft_ws_receive_fragment(eft_ws *ws)
{
    if (!ws)
        return eft__ws_refuse(ws);
    return ws->fragments
               ? receive(ws)
               : eft__future_failed(EFT_EINVAL,
                                    "eft_ws_receive_fragment() is for a "
                                    "connection with the option fragments");
}

void eft__ws_receive_end(eft_ws *ws, int32_t error, const char *detail)
{
    eft__ws_op *op = ws->receive;

    ws->receive = NULL;
    if (op)
        eft__future_fail_copy(&op->future, error, detail);
}

/* The world could not be stopped. */
static void overflow(eft_ws *ws)
{
    char detail[128];

    snprintf(detail, sizeof detail,
             "%lu messages of %zu bytes arrived faster than they were received",
             (unsigned long)ws->waiting_count, ws->waiting_bytes);
    eft__ws_fail(ws, eft__ws_traits->any_close_code ? 1008 : 4008,
                 "receive queue is full", EFT_ELIMIT, detail);
}

bool eft_core_ws_message(uint32_t id, eft_message *message)
{
    eft_ws *ws = (eft_ws *)eft__id_find(id);

    /* After our Close nothing is received any more: a browser does not give it
     * (WHATWG WebSockets: unless ready state is OPEN, return). */
    if (!ws || ws->state != EFT__WS_OPEN || ws->given_up || ws->end) {
        eft_message_free(message);
        return true;
    }
    eft__ws_heard(ws);
    if (hand_over(ws, message))
        return true;
    put_last(ws, message);
    if (!ws->paused && is_full(ws)) {
        ws->paused = true;
        eft_target_ws_pause(ws->identified.id, true);
    } else if (ws->paused && is_too_much(ws)) {
        overflow(ws);
        return false;
    }
    return !ws->paused;
}
