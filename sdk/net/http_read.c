/* SPDX-License-Identifier: MIT
 * The body of a response: read whole, or in pieces. */
#include "http.h"

#include <string.h>

#include "../core/loop.h"
#include "../core/result.h"

/* Design notes.  A body is given once, but never lost: what was read for a
 * future that is freed before anybody took its result goes back, as does a body
 * that is not what its reader thought.  Pieces are given from the ready queue:
 * so what comes in one go is one piece, and the last one knows that it is. */

enum { WASTE = 1024 /* bytes that a message may have for nothing */ };

static void free_message(void *message)
{
    eft_message_free(message);
}

/* Operations */

static bool cancel_read(eft_future *future)
{
    ((eft__http_op *)future)->response->reader = NULL;
    return eft__future_cancel_now(future);
}

static void give_back(eft__http_op *op, eft_message *message)
{
    eft_http_response *self = op->response;

    if (self->given_up) {
        eft_message_free(message);
        return;
    }
    if (op->want == EFT__HTTP_CHUNK)
        self->begun = !message->first;
    else
        self->is_taken = false;
    self->is_text |= op->want == EFT__HTTP_TEXT;
    eft__http_put_back(self, message);
    eft__http_read_deliver(self);
}

/* What nobody has taken goes back. */
static void fini_read(eft_future *future)
{
    eft__http_op *op = (eft__http_op *)future;

    if (!future->taken && future->result.kind == EFT_KIND_MESSAGE) {
        future->taken = true;
        give_back(op, future->result.message);
    } else if (op->body && future->taken) {
        eft_message_free(op->body);
    } else if (op->body) {
        give_back(op, op->body);
    }
    eft__http_unkeep(op->response);
}

static const eft__future_class read_class = {
    .name = "http_read", .cancel = cancel_read, .fini = fini_read};

static void fail(eft__http_op *op, int32_t error, const char *detail)
{
    eft__future_fail_copy(&op->future, error, detail);
}

void eft__http_give(eft__http_op *op, eft_message *message)
{
    eft__future_complete(
        &op->future,
        eft__result_of_kind(EFT_KIND_MESSAGE, message, free_message));
}

/* Less of a pooled message than pays: a copy, which has its size; or NULL. */
static eft_message *copy_of(eft_message *message)
{
    eft_message *copy =
        eft__message_copy(EFT_MESSAGE_BINARY, message->data, message->length);

    if (copy)
        eft_message_free(message);
    return copy;
}

/* Gives memory back that a message does not need. */
static eft_message *trim(eft_message *message, size_t capacity)
{
    eft_message *less = NULL;

    if (((eft__message *)message)->home) {
        if (message->length < capacity / 4)
            less = copy_of(message);
    } else if (capacity - message->length > WASTE + message->length / 4) {
        less = eft__message_resize(message, message->length);
    }
    if (less)
        message = less;
    message->data[message->length] = 0;
    return message;
}

/* Pieces */

static bool has_ended_well(const eft_http_response *self)
{
    return self->state == EFT__HTTP_OVER && !self->end;
}

/* The next piece, or an empty one; NULL: out of memory. */
static eft_message *next_piece(eft_http_response *self)
{
    size_t capacity = 0;
    eft_message *piece;

    if (self->tail && !self->first)
        capacity = eft__message_capacity(self->tail);
    if (eft__http_take_piece(self, &piece))
        return NULL;
    if (!piece)
        return eft__message_new(EFT_MESSAGE_BINARY, 0);
    return trim(piece, capacity > piece->length ? capacity : piece->length);
}

static void give_chunk(eft_http_response *self, eft__http_op *op)
{
    if (!self->unread && self->end) {
        fail(op, self->end, self->end_detail);
        return;
    }
    eft_message *piece = next_piece(self);
    if (!piece) {
        fail(op, EFT_ENOMEM, NULL);
        return;
    }
    piece->first = !self->begun;
    piece->last = has_ended_well(self) && !self->unread;
    self->begun = true;
    self->is_finished = piece->last;
    eft__http_give(op, piece);
    eft__http_resume(self);
}

static bool has_chunk(const eft_http_response *self)
{
    return self->unread || self->state == EFT__HTTP_OVER;
}

static void deliver(eft__node *node)
{
    eft_http_response *self = EFT__OWNER(node, eft_http_response, deliver);
    eft__http_op *op = self->reader;

    if (op && op->want == EFT__HTTP_CHUNK && has_chunk(self)) {
        self->reader = NULL;
        give_chunk(self, op);
    }
    eft__http_unkeep(self);
}

void eft__http_read_deliver(eft_http_response *self)
{
    if (!self->reader || self->reader->want != EFT__HTTP_CHUNK ||
        self->deliver.next)
        return;
    self->deliver.run = deliver;
    eft__http_keep(self);
    eft__loop_ready(eft__loop_here, &self->deliver);
}

/* The whole */

/* All that has come, as one message, or NULL: out of memory. */
static eft_message *take_all(eft_http_response *self)
{
    eft_message *all;

    if (!eft__http_gather(self))
        return NULL;
    all = self->tail ? trim(self->tail, eft__message_capacity(self->tail))
                     : eft__message_new(EFT_MESSAGE_BINARY, 0);
    self->tail = NULL;
    self->unread = 0;
    if (all)
        all->first = all->last = true;
    return all;
}

static void give_whole(eft_http_response *self, eft__http_op *op)
{
    char detail[96];

    if (self->end) {
        fail(op, self->end, self->end_detail);
    } else if (self->unread > self->max_body) {
        eft__http_say_too_large(self, detail, sizeof detail);
        fail(op, EFT_EMSGSIZE, detail);
    } else {
        eft_message *all = take_all(self);

        self->is_taken = all != NULL;
        if (all)
            eft__http_give_content(self, op, all);
        else
            fail(op, EFT_ENOMEM, NULL);
    }
}

/* Is it told that more is left to be read, here or to come, than may? */
static bool is_too_large(const eft_http_response *self)
{
    uint64_t all = self->unread;

    if (self->expected >= 0 && (uint64_t)self->expected > self->received)
        all += (uint64_t)self->expected - self->received;
    return all > self->max_body;
}

/* Waits for the end.  From now on all goes into one message. */
static void await_whole(eft_http_response *self, eft__http_op *op)
{
    char detail[96];

    if (!eft__http_gather(self)) {
        fail(op, EFT_ENOMEM, NULL);
        return;
    }
    self->reader = op;
    if (!is_too_large(self)) {
        eft__http_resume(self);
        return;
    }
    eft__http_say_too_large(self, detail, sizeof detail);
    eft__http_cut(self, EFT_EMSGSIZE, detail);
}

void eft__http_read_over(eft_http_response *self)
{
    eft__http_op *op = self->reader;

    self->reader = NULL;
    if (!op)
        return;
    if (op->want == EFT__HTTP_CHUNK)
        give_chunk(self, op);
    else
        give_whole(self, op);
}

void eft__http_read_close(eft_http_response *self)
{
    eft__http_op *op = self->reader;

    self->reader = NULL;
    if (op)
        fail(op, EFT_ECLOSED, NULL);
}

/* Why there is nothing to be read here, or NULL. */
static eft_future *refuse(const eft_http_response *self, eft__http_want want)
{
    if (!self)
        return eft__future_failed(EFT_EINVAL, "there is no response: NULL");
    if (self->reader)
        return eft__future_failed(EFT_EBUSY,
                                  "another read is pending on this response");
    if (self->is_taken || (self->is_finished && want != EFT__HTTP_CHUNK))
        return eft__future_failed(EFT_ETAKEN, "the body has been read");
    return NULL;
}

static eft_future *read(eft_http_response *self, eft__http_want want,
                        const char *charset)
{
    size_t length = charset ? strlen(charset) : 0;
    eft_future *instead = refuse(self, want);

    if (instead)
        return instead;
    eft__http_op *op = eft__http_op_make(
        self, sizeof(eft__http_op) + length + 1, &read_class, &instead);
    if (!op)
        return instead;
    op->want = want;
    if (charset)
        op->charset = memcpy(op + 1, charset, length + 1);
    if (want != EFT__HTTP_CHUNK && self->state != EFT__HTTP_OVER)
        await_whole(self, op);
    else if (want != EFT__HTTP_CHUNK)
        give_whole(self, op);
    else if (has_chunk(self))
        give_chunk(self, op);
    else
        self->reader = op;
    return &op->future;
}

eft_future *eft_http_response_read(eft_http_response *response)
{
    return read(response, EFT__HTTP_BYTES, NULL);
}

eft_future *eft_http_response_text(eft_http_response *response,
                                   const char *charset)
{
    return read(response, EFT__HTTP_TEXT, charset);
}

eft_future *eft_http_response_json(eft_http_response *response)
{
    return read(response, EFT__HTTP_JSON, NULL);
}

eft_future *eft_http_response_chunk(eft_http_response *response)
{
    return read(response, EFT__HTTP_CHUNK, NULL);
}
