/* SPDX-License-Identifier: MIT
 * The body of a response, as it comes: pieces, and when there are enough. */
#include <stdio.h>
#include <string.h>

#include "../core/loop.h"
#include "eft/error.h"
#include "http.h"
#include "targets/complete.h"
#include "targets/world.h"

/* Design notes.  The world writes into room that lies in a message already: in
 * the last piece that waits or, while the body is read as a whole, in the one
 * message that will be given.  So no byte is copied but by growing.
 *
 * A Content-Length is believed as far as memory is cheap: what lies about it
 * costs a first step.  It never ends a body: a browser may tell the length of
 * what it has decompressed since. */

enum {
    LEAST = 4096,           /* room in a piece */
    FULL = 1 << 18,         /* waiting, from which on reading stops */
    FULL_AWAITED = 1 << 20, /* the same while somebody has asked for a piece */
    LOW = FULL / 4,         /* reading goes on */
    FIRST_STEP = 1 << 20,   /* room for a body that says how long it is */
    SINK = 1 << 14          /* for what is dropped */
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Pieces */

static void push_tail(eft_http_response *self)
{
    eft__message *tail = (eft__message *)self->tail;

    if (!tail)
        return;
    self->tail = NULL;
    tail->next = NULL;
    if (self->last)
        self->last->next = tail;
    else
        self->first = tail;
    self->last = tail;
}

static eft_message *pop(eft_http_response *self)
{
    eft__message *first = self->first;

    self->first = first->next;
    if (!self->first)
        self->last = NULL;
    return &first->message;
}

void eft__http_put_back(eft_http_response *self, eft_message *piece)
{
    eft__message *added = (eft__message *)piece;

    self->is_finished = false;
    if (!piece->length) {
        eft_message_free(piece);
        return;
    }
    self->unread += piece->length;
    added->next = self->first;
    self->first = added;
    if (!self->last)
        self->last = added;
}

void eft__http_drop_pieces(eft_http_response *self)
{
    while (self->first)
        eft_message_free(pop(self));
    eft_message_free(self->tail);
    self->tail = NULL;
    self->unread = 0;
}

/* A whole body whose read was cancelled is more than one piece.  0: this one is
 * taken from it. */
static int32_t cut_piece(eft_http_response *self, eft_message **piece)
{
    eft_message *big = &self->first->message;

    *piece = eft__message_copy(EFT_MESSAGE_BINARY, big->data, EFT__HTTP_PIECE);
    if (!*piece)
        return EFT_ENOMEM;
    big->data += EFT__HTTP_PIECE;
    big->length -= EFT__HTTP_PIECE;
    return 0;
}

int32_t eft__http_take_piece(eft_http_response *self, eft_message **piece)
{
    int32_t error = 0;

    *piece = NULL;
    if (!self->unread)
        return 0;
    if (self->tail && self->tail->length > EFT__HTTP_PIECE)
        push_tail(self);
    if (!self->first) {
        *piece = self->tail;
        self->tail = NULL;
    } else if (self->first->message.length > EFT__HTTP_PIECE) {
        error = cut_piece(self, piece);
    } else {
        *piece = pop(self);
    }
    if (*piece)
        self->unread -= (*piece)->length;
    return error;
}

static bool is_pooled(const eft_message *message)
{
    return ((const eft__message *)message)->home != NULL;
}

/* What begins a message again, when its beginning has been given away. */
static eft_message *straighten(eft_message *message)
{
    uint8_t *begin = (uint8_t *)((eft__message *)message + 1);

    if (message->data != begin)
        memmove(begin, message->data, message->length);
    message->data = begin;
    /* In the queue its capacity was forgotten. */
    ((eft__message *)message)->capacity = message->length;
    return message;
}

bool eft__http_gather(eft_http_response *self)
{
    if (!self->first && (!self->tail || !is_pooled(self->tail)))
        return true;
    if (self->first && self->first == self->last && !self->tail &&
        !is_pooled(&self->first->message)) {
        self->tail = straighten(pop(self));
        return true;
    }
    eft_message *all = eft__message_new(EFT_MESSAGE_BINARY, self->unread);
    if (!all)
        return false;
    push_tail(self);
    while (self->first) {
        eft_message *piece = pop(self);

        memcpy(all->data + all->length, piece->data, piece->length);
        all->length += piece->length;
        eft_message_free(piece);
    }
    self->tail = all;
    return true;
}

/* Room */

/* What is still to come, as far as it is known; else 0. */
static size_t left(const eft_http_response *self)
{
    if (self->expected < 0 || self->received >= (uint64_t)self->expected)
        return 0;
    uint64_t bytes = (uint64_t)self->expected - self->received;
    return bytes < SIZE_MAX / 2 ? (size_t)bytes : SIZE_MAX / 2;
}

/* For one more piece, of which length bytes are there. */
static size_t piece_size(const eft_http_response *self, size_t length)
{
    size_t to_come = left(self);
    size_t size = most(length, LEAST);

    if (to_come >= length && to_come < size)
        size = to_come;
    return least(size, EFT__HTTP_POOLED);
}

/* For a whole body that has length bytes more. */
static size_t whole_size(const eft_http_response *self, size_t length)
{
    size_t have = self->tail ? self->tail->length : 0;
    size_t to_come = left(self);
    size_t size = most(most(have <= SIZE_MAX / 4 ? have * 2 : have, LEAST),
                       have + length);

    if (to_come)
        size = have + to_come <= most(size, FIRST_STEP)
                   ? have + to_come
                   : most(size, FIRST_STEP);
    return least(size, self->max_body);
}

void eft__http_say_too_large(const eft_http_response *self, char *text,
                             size_t size)
{
    snprintf(text, size, "the body has more than max_body, %zu bytes",
             self->max_body);
}

static bool grow_whole(eft_http_response *self, size_t length)
{
    eft_message *tail = self->tail;
    char detail[96];

    if (tail && tail->length >= self->max_body) {
        eft__http_say_too_large(self, detail, sizeof detail);
        eft__http_cut(self, EFT_EMSGSIZE, detail);
        return false;
    }
    size_t size = whole_size(self, length);
    tail = tail ? eft__message_resize(tail, size)
                : eft__message_new(EFT_MESSAGE_BINARY, size);
    if (tail)
        self->tail = tail;
    else
        eft__http_cut(self, EFT_ENOMEM, NULL);
    return tail;
}

/* A body that is large, or says so, has pieces of the pool. */
static eft_message *new_piece(eft_http_response *self, size_t length)
{
    eft__http_pool *pool = NULL;

    if (left(self) >= EFT__HTTP_POOLED || self->received >= EFT__HTTP_POOLED)
        pool = eft__http_session_pool(self->session);
    return pool
               ? eft__http_pool_take(pool)
               : eft__message_new(EFT_MESSAGE_BINARY, piece_size(self, length));
}

static bool add_piece(eft_http_response *self, size_t length)
{
    eft_message *piece = new_piece(self, length);

    if (!piece) {
        eft__http_cut(self, EFT_ENOMEM, NULL);
        return false;
    }
    push_tail(self);
    self->tail = piece;
    return true;
}

/* Bytes that fit at the end of what waits. */
static size_t room_in_tail(const eft_http_response *self)
{
    const eft_message *tail = self->tail;
    size_t capacity = tail ? eft__message_capacity(tail) : 0;

    if (eft__http_is_whole(self))
        capacity = least(capacity, self->max_body);
    return tail && tail->length < capacity ? capacity - tail->length : 0;
}

static bool make_room(eft_http_response *self, size_t length)
{
    if (self->dropping && !self->tail)
        return add_piece(self, SINK);
    if (room_in_tail(self))
        return true;
    return eft__http_is_whole(self) ? grow_whole(self, length)
                                    : add_piece(self, length);
}

static eft_http_response *find(uint32_t id)
{
    eft_http_response *self = (eft_http_response *)eft__id_find(id);

    return self && self->state == EFT__HTTP_BODY && !self->aborted ? self
                                                                   : NULL;
}

void *eft_core_http_room(uint32_t id, size_t length, size_t *room)
{
    eft_http_response *self = find(id);

    if (!self || !make_room(self, length))
        return NULL;
    *room = least(length, room_in_tail(self));
    return self->tail->data + self->tail->length;
}

/* Backpressure */

static bool is_enough(const eft_http_response *self)
{
    if (eft__http_is_whole(self))
        return false;
    return self->unread >= (self->reader ? FULL_AWAITED : FULL);
}

void eft__http_resume(eft_http_response *self)
{
    if (!self->paused || (self->unread > LOW && !eft__http_is_whole(self)))
        return;
    self->paused = false;
    if (self->state != EFT__HTTP_BODY || self->aborted)
        return;
    eft__http_read_start(self);
    eft_target_http_pause(self->identified.id, false);
}

static bool take_in(eft_http_response *self, size_t length)
{
    self->tail->length += length;
    self->unread += length;
    eft__http_read_deliver(self);
    if (self->paused || !is_enough(self))
        return !self->paused;
    self->paused = true;
    eft__http_read_start(self);
    eft_target_http_pause(self->identified.id, true);
    return false;
}

static bool arrived(eft_http_response *self, size_t length)
{
    self->received += length;
    eft__http_read_start(self);
    if (self->dropping) {
        eft__http_drop(self);
        return !self->aborted;
    }
    eft__http_progress_tell(self);
    return take_in(self, length);
}

bool eft_core_http_arrived(uint32_t id, size_t length)
{
    eft_http_response *self = find(id);

    if (!self)
        return false;
    eft__http_keep(self); /* an abort may be its end */
    bool more = arrived(self, length);
    eft__http_unkeep(self);
    return more;
}
