/* SPDX-License-Identifier: MIT
 * Messages in parts: one at a time, and what waits for its end. */
#include "ws_turns.h"

#include <string.h>

#include "../core/memory.h"
#include "../core/waiter.h"
#include "bytes.h"
#include "utf8.h"
#include "ws_options.h"

/* Design notes.  As long as no message is in parts there is no eft__ws_turns,
 * and a send goes straight to the world.  While there is one, whatever else is
 * to be sent stands in line behind it: whole messages, whose data is copied,
 * and beginnings.  When the message ends, the line moves up to the next
 * beginning.
 *
 * Whoever sends and drops the future wants the message sent; who cancels does
 * not.  So the line has the messages, and the futures only point to them.
 *
 * Calls down may come up at once, and end the connection, and with it all of
 * this: so after each of them ws->turns is looked at again. */

/* A message, or the beginning of one, that stands in line. */
typedef struct turn {
    eft__node link;
    eft__ws_op *op; /* who waits; NULL: nobody any more */
    eft_message_type type;
    bool begins;   /* a message in parts */
    size_t length; /* of what follows the struct */
} turn;

typedef struct turn_op {
    eft__ws_op op;
    turn *turn; /* NULL: it has come, and op stands in ws->sends */
} turn_op;

struct eft__ws_turns {
    eft__node *line;       /* queue of turns */
    eft_message_type type; /* of the message in parts */
    bool sent;             /* the world has a part of it */
    eft__utf8 utf8;        /* where a text stands between its parts */
    eft__bytes gathered;   /* the parts, where a world has no fragments */
};

static const char *const no_message = "no message in parts has begun";

/* Waiting */

static void remove_turn(eft_ws *ws, turn *self)
{
    eft__queue_remove(&ws->turns->line, &self->link);
    eft__free(self);
}

static bool cancel_turn(eft_future *future)
{
    turn_op *self = (turn_op *)future;
    eft_ws *ws = self->op.ws;

    if (!self->turn)
        eft__queue_remove(&ws->sends, &self->op.link);
    else if (future->references || self->turn->begins)
        remove_turn(ws, self->turn);
    else
        self->turn->op = NULL;
    return eft__future_cancel_now(future);
}

static const eft__future_class wait_class = {
    .name = "ws_send", .cancel = cancel_turn, .fini = eft__ws_op_fini};

static const eft__future_class begin_class = {
    .name = "ws_send_begin", .cancel = cancel_turn, .fini = eft__ws_op_fini};

static eft_future *stand_in_line(eft_ws *ws, const eft__future_class *type,
                                 turn what, const void *data)
{
    eft_future *instead = eft__future_no_memory();
    turn *self = what.length < SIZE_MAX - sizeof *self
                     ? eft__alloc(sizeof *self + what.length)
                     : NULL;

    if (!self)
        return instead;
    turn_op *op = eft__future_make(sizeof *op, type, &instead);
    if (!op) {
        eft__free(self);
        return instead;
    }
    op->op.ws = ws;
    ws->keepers++;
    op->turn = self;
    *self = what;
    self->op = &op->op;
    if (data)
        memcpy(self + 1, data, what.length);
    eft__queue_append(&ws->turns->line, &self->link);
    return &op->op.future;
}

eft_future *eft__ws_turns_wait(eft_ws *ws, eft_message_type type,
                               const void *data, size_t length)
{
    return stand_in_line(ws, &wait_class,
                         (turn){.type = type, .length = length}, data);
}

/* Moving up */

static void forget(eft_ws *ws)
{
    struct eft__ws_turns *turns = ws->turns;

    ws->turns = NULL;
    eft__bytes_fini(&turns->gathered);
    eft__free(turns);
}

static void send_turn(eft_ws *ws, turn *self)
{
    eft__ws_op *op = self->op;

    if (op)
        ((turn_op *)op)->turn = NULL;
    eft__ws_hand_down(ws, op, self->type, true, true, self + 1, self->length);
    eft__free(self);
}

static void begin_turn(struct eft__ws_turns *turns, turn *self)
{
    turns->type = self->type;
    turns->sent = false;
    ((turn_op *)self->op)->turn = NULL;
    eft__future_complete(&self->op->future, eft_ok());
    eft__free(self);
}

/* The message in parts has ended: what stood behind it may go, until the next
 * that begins one. */
static void move_up(eft_ws *ws)
{
    ws->keepers++;
    while (ws->turns) {
        if (!ws->turns->line) {
            forget(ws);
            break;
        }
        turn *next = EFT__OWNER(eft__queue_pop(&ws->turns->line), turn, link);
        if (next->begins) {
            begin_turn(ws->turns, next);
            break;
        }
        send_turn(ws, next);
    }
    eft__ws_unkeep(ws);
}

bool eft__ws_turns_end(eft_ws *ws, int32_t error, const char *detail)
{
    eft__node *line;
    bool sent;

    if (!ws->turns)
        return false;
    sent = ws->turns->sent;
    line = ws->turns->line;
    forget(ws);
    while (line) {
        turn *self = EFT__OWNER(eft__queue_pop(&line), turn, link);
        turn_op *op = (turn_op *)self->op;

        eft__free(self);
        if (op)
            eft__future_fail_copy(&op->op.future, error, detail);
    }
    return sent;
}

/* Parts */

eft_future *eft_ws_send_begin(eft_ws *ws, eft_message_type type)
{
    if (type != EFT_MESSAGE_TEXT && type != EFT_MESSAGE_BINARY)
        return eft__future_failed(EFT_EINVAL,
                                  "a message is either text or binary");
    if (!ws || ws->state != EFT__WS_OPEN)
        return eft__ws_refuse(ws);
    if (ws->turns)
        return stand_in_line(ws, &begin_class,
                             (turn){.type = type, .begins = true}, NULL);
    ws->turns = eft__alloc_zero(sizeof *ws->turns);
    if (!ws->turns)
        return eft__future_no_memory();
    ws->turns->type = type;
    return &eft__done;
}

/* Keeps a part until the message is whole. */
static eft_future *gather(struct eft__ws_turns *turns, eft__utf8 utf8,
                          const void *data, size_t length)
{
    if (!eft__bytes_append(&turns->gathered, data, length))
        return eft__future_no_memory();
    turns->utf8 = utf8;
    return &eft__done;
}

static eft_future *send_part(eft_ws *ws, eft__utf8 utf8, const void *data,
                             size_t length)
{
    struct eft__ws_turns *turns = ws->turns;
    eft_future *instead;
    eft__ws_op *op = eft__ws_send_op(ws, &instead);

    if (!op)
        return instead;
    bool first = !turns->sent;
    turns->utf8 = utf8;
    turns->sent = true;
    eft__ws_hand_down(ws, op, turns->type, first, false, data, length);
    return &op->future;
}

eft_future *eft_ws_send_part(eft_ws *ws, const void *data, size_t length)
{
    struct eft__ws_turns *turns = ws ? ws->turns : NULL;

    if (!ws || ws->state != EFT__WS_OPEN)
        return eft__ws_refuse(ws);
    if (!turns)
        return eft__future_failed(EFT_EINVAL, no_message);
    if (!data && length)
        return eft__future_failed(EFT_EINVAL,
                                  "the data is NULL, its length not 0");
    eft__utf8 utf8 = turns->utf8;
    if (turns->type == EFT_MESSAGE_TEXT && !eft__utf8_feed(&utf8, data, length))
        return eft__future_failed(EFT_EUTF8,
                                  "a text message must be valid UTF-8");
    if (!length)
        return &eft__done;
    return eft__ws_traits->fragments ? send_part(ws, utf8, data, length)
                                     : gather(turns, utf8, data, length);
}

eft_future *eft_ws_send_end(eft_ws *ws)
{
    struct eft__ws_turns *turns = ws ? ws->turns : NULL;
    eft_future *instead;

    if (!ws || ws->state != EFT__WS_OPEN)
        return eft__ws_refuse(ws);
    if (!turns)
        return eft__future_failed(EFT_EINVAL, no_message);
    if (turns->utf8.need)
        return eft__future_failed(EFT_EUTF8,
                                  "the text ends inside a character");
    eft__ws_op *op = eft__ws_send_op(ws, &instead);
    if (!op)
        return instead;
    eft__bytes gathered = turns->gathered;
    bool first = !turns->sent;
    turns->gathered = (eft__bytes){0};
    eft__ws_hand_down(ws, op, turns->type, first, true,
                      eft__bytes_data(&gathered), eft__bytes_length(&gathered));
    eft__bytes_fini(&gathered);
    move_up(ws);
    return &op->future;
}
