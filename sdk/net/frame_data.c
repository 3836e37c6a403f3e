/* SPDX-License-Identifier: MIT
 * The incremental frame reader: payloads become messages, or pieces of them. */
#include <string.h>

#include "eft/error.h"
#include "frame_read.h"
#include "mask.h"
#include "message.h"

/* Design notes.
 *
 * Four ways lead from a payload to an event: it is compressed or not, and whole
 * messages are wanted or pieces.  A compressed payload may give further pieces
 * when all of it was read, so that the state stays DATA although left is 0.  At
 * the end of a compressed message the four bytes are read that its sender has
 * cut off (RFC 7692 section 7.2.2). */

enum {
    ROOM_FIRST = 256, /* bytes that an inflated message starts with, at least */
    WASTE_MAX = 256,  /* bytes that one may have too many in the end */
    TEXT_STEP = 8192, /* bytes of text that are copied and checked at a time */
    UNMASKED = 2048   /* a compressed payload is unmasked in steps of this */
};

static bool refuse_size(eft__frame_reader *reader, eft__event *event)
{
    return eft__frame_refuse(reader, event, EFT__CLOSE_TOO_BIG, EFT_EMSGSIZE,
                             "message over the limit");
}

static bool refuse_memory(eft__frame_reader *reader, eft__event *event)
{
    return eft__frame_refuse(reader, event, EFT__CLOSE_INTERNAL, EFT_ENOMEM,
                             "out of memory for a message");
}

static bool refuse_text(eft__frame_reader *reader, eft__event *event)
{
    return eft__frame_refuse(reader, event, EFT__CLOSE_INVALID_TEXT, EFT_EUTF8,
                             "text message that is not UTF-8");
}

static bool refuse_deflated(eft__frame_reader *reader, eft__event *event,
                            const char *detail)
{
    return eft__frame_refuse(reader, event, EFT__CLOSE_INVALID_TEXT, EFT_EPROTO,
                             detail);
}

static bool is_text_so_far(eft__frame_reader *reader, const uint8_t *bytes,
                           size_t size)
{
    return reader->type != EFT_MESSAGE_TEXT ||
           eft__utf8_feed(&reader->utf8, bytes, size);
}

/* Room */

/* A new message begins with what the piece before has left. */
static bool new_message(eft__frame_reader *reader, size_t capacity)
{
    eft_message *message =
        eft__message_new((eft_message_type)reader->type, capacity);

    if (!message)
        return false;
    memcpy(message->data, reader->kept, reader->kept_length);
    message->length = reader->kept_length;
    reader->kept_length = 0;
    reader->message = message;
    return true;
}

static bool resize_message(eft__frame_reader *reader, size_t capacity)
{
    eft_message *message = eft__message_resize(reader->message, capacity);

    if (message)
        reader->message = message;
    return message;
}

/* Gives back what is left over.  Should there be no memory for that, it stays
 * as large as it is. */
static void shrink_message(eft__frame_reader *reader)
{
    eft_message *message = reader->message;

    if (eft__message_capacity(message) - message->length > WASTE_MAX)
        (void)resize_message(reader, message->length);
}

/* Telling */

static bool tell(eft__frame_reader *reader, eft__event *event, bool last)
{
    eft_message *message = reader->message;

    message->data[message->length] = 0;
    message->first = !reader->begun;
    message->last = last;
    reader->begun = true;
    reader->told += message->length;
    reader->message = NULL;
    event->type = EFT__EVENT_MESSAGE;
    event->message = message;
    return true;
}

static bool end_message(eft__frame_reader *reader, eft__event *event)
{
    if (reader->utf8.need)
        return eft__frame_refuse(reader, event, EFT__CLOSE_INVALID_TEXT,
                                 EFT_EUTF8,
                                 "text message that ends inside a character");
    reader->type = 0;
    return tell(reader, event, true);
}

/* Tells a piece, but for the beginning of a character at its end, which waits
 * for the next; false where nothing else is in it. */
static bool tell_piece(eft__frame_reader *reader, eft__event *event)
{
    eft_message *message = reader->message;
    uint8_t size = 0;

    if (reader->utf8.need)
        do
            size++;
        while ((message->data[message->length - size] & 0xC0) != 0xC0);
    message->length -= size;
    memcpy(reader->kept, message->data + message->length, size);
    reader->kept_length = size;
    if (message->length) {
        shrink_message(reader);
        return tell(reader, event, false);
    }
    eft_message_free(message);
    reader->message = NULL;
    return false;
}

/* Uncompressed */

/* Makes room in the message, begun here if need be, for the more bytes that
 * have arrived: exactly, if they end it, else with as many again. */
static bool make_room(eft__frame_reader *reader, size_t more)
{
    eft_message *message = reader->message;
    size_t used = message ? message->length : 0;
    size_t needed = used + more;
    size_t capacity = reader->max_message;

    if (message && needed <= eft__message_capacity(message))
        return true;
    if (needed < capacity / 2)
        capacity = 2 * needed;
    if (reader->fin && reader->left < capacity - used)
        capacity = used + reader->left;
    return message ? resize_message(reader, capacity)
                   : new_message(reader, capacity);
}

/* Moves size bytes into the message; false: they are no text.  In steps, so
 * that a text is looked at while it is in the processor's nearest cache. */
static bool take_bytes(eft__frame_reader *reader, size_t size,
                       const uint8_t **data, size_t *length)
{
    eft_message *message = reader->message;
    size_t step = message->type == EFT_MESSAGE_TEXT ? TEXT_STEP : size;
    bool is_right = true;

    for (; size && is_right; size -= step) {
        uint8_t *to = message->data + message->length;

        if (step > size)
            step = size;
        eft__frame_take(reader, to, step, data, length);
        message->length += step;
        is_right = is_text_so_far(reader, to, step);
    }
    return is_right;
}

static bool read_whole(eft__frame_reader *reader, const uint8_t **data,
                       size_t *length, eft__event *event)
{
    size_t size = *length < reader->left ? *length : reader->left;

    if (!make_room(reader, size))
        return refuse_memory(reader, event);
    if (!take_bytes(reader, size, data, length))
        return refuse_text(reader, event);
    if (reader->left)
        return false;
    eft__frame_enter(reader, EFT__FRAME_HEAD);
    return reader->fin && end_message(reader, event);
}

static bool read_piece(eft__frame_reader *reader, const uint8_t **data,
                       size_t *length, eft__event *event)
{
    size_t most = EFT__PIECE_MAX - reader->kept_length;
    size_t size = *length < reader->left ? *length : reader->left;

    if (size > most)
        size = most;
    if (!size && !reader->fin) {
        eft__frame_enter(reader, EFT__FRAME_HEAD);
        return false;
    }
    if (!new_message(reader, reader->kept_length + size))
        return refuse_memory(reader, event);
    if (!take_bytes(reader, size, data, length))
        return refuse_text(reader, event);
    if (!reader->left)
        eft__frame_enter(reader, EFT__FRAME_HEAD);
    if (!reader->left && reader->fin)
        return end_message(reader, event);
    return tell_piece(reader, event);
}

/* Compressed */

/* The most that the message may have, and in pieces the most that this may. */
static size_t most_of_message(const eft__frame_reader *reader)
{
    return reader->max_message - reader->told;
}

static size_t most_of_room(const eft__frame_reader *reader)
{
    size_t most = most_of_message(reader);

    return reader->fragments && most > EFT__PIECE_MAX ? EFT__PIECE_MAX : most;
}

/* Makes room for at least one byte more, if there may be one more: twice as
 * much as has been inflated, and at first as has arrived. */
static bool make_inflated_room(eft__frame_reader *reader, size_t arrived)
{
    eft_message *message = reader->message;
    size_t most = most_of_room(reader), capacity;

    if (message) {
        capacity = eft__message_capacity(message);
        if (message->length < capacity || capacity == most)
            return true;
    } else {
        capacity = arrived > ROOM_FIRST / 2 ? arrived : ROOM_FIRST / 2;
    }
    capacity = capacity < most / 2 ? 2 * capacity : most;
    return message ? resize_message(reader, capacity)
                   : new_message(reader, capacity);
}

/* Inflates payload from data into the message's room.  Where the room is all
 * that the message may have, the byte for the NUL belongs to it: if that is
 * filled, the message is too long. */
static eft__inflated inflate_from(eft__frame_reader *reader,
                                  const uint8_t **data, size_t *length,
                                  size_t *made)
{
    eft_message *message = reader->message;
    size_t capacity = eft__message_capacity(message);
    size_t room = capacity - message->length;

    return eft__inflate(reader->inflater, data, length,
                        message->data + message->length,
                        room + (capacity == most_of_message(reader)), made);
}

static eft__inflated inflate_tail(eft__frame_reader *reader, size_t *made)
{
    const uint8_t *at = eft__inflate_tail;
    size_t rest = sizeof eft__inflate_tail;

    return inflate_from(reader, &at, &rest, made);
}

/* Inflates what arrived, or what the inflater has still. */
static eft__inflated inflate_next(eft__frame_reader *reader,
                                  const uint8_t **data, size_t *length,
                                  size_t *made)
{
    size_t size = *length < reader->left ? *length : reader->left, rest;
    uint8_t unmasked[UNMASKED];
    const uint8_t *at = *data;
    eft__inflated state;

    if (reader->role == EFT__SERVER) {
        if (size > sizeof unmasked)
            size = sizeof unmasked;
        eft__mask_copy(unmasked, *data, size, reader->mask);
        at = unmasked;
    }
    rest = size;
    state = inflate_from(reader, &at, &rest, made);
    size -= rest;
    reader->mask = eft__mask_turn(reader->mask, size);
    reader->left -= size;
    *data += size;
    *length -= size;
    return state;
}

/* What is wrong, in the order in which it came: true is an event. */
static bool judge(eft__frame_reader *reader, eft__inflated state, size_t made,
                  eft__event *event)
{
    eft_message *message = reader->message;
    uint8_t *from = message->data + message->length;
    size_t most = most_of_message(reader) - message->length;
    bool is_over = made > most;

    if (is_over)
        made = most;
    message->length += made;
    if (!is_text_so_far(reader, from, made))
        return refuse_text(reader, event);
    if (is_over)
        return refuse_size(reader, event);
    if (state == EFT__INFLATED_BAD)
        return refuse_deflated(reader, event,
                               "compressed message that cannot be inflated");
    return state == EFT__INFLATED_NO_MEMORY && refuse_memory(reader, event);
}

/* The end of an empty block: if it is taken for anything else, that was begun
 * by what arrived, and not ended. */
static bool end_inflated(eft__frame_reader *reader, eft__event *event)
{
    size_t made;
    eft__inflated state = inflate_tail(reader, &made);

    if (state == EFT__INFLATED_NO_MEMORY)
        return refuse_memory(reader, event);
    if (made || state != EFT__INFLATED_ALL ||
        !eft__inflater_at_end(reader->inflater))
        return refuse_deflated(reader, event,
                               "compressed message that is cut off");
    if (!reader->takeover)
        eft__inflater_forget(reader->inflater);
    reader->deflated = false;
    shrink_message(reader);
    eft__frame_enter(reader, EFT__FRAME_HEAD);
    return end_message(reader, event);
}

static bool read_deflated(eft__frame_reader *reader, const uint8_t **data,
                          size_t *length, eft__event *event)
{
    if (!reader->inflater)
        reader->inflater = eft__inflater_new(reader->bits);
    if (!reader->inflater)
        return refuse_memory(reader, event);
    do {
        size_t arrived = *length < reader->left ? *length : reader->left, made;
        eft__inflated state;

        if (!make_inflated_room(reader, arrived))
            return refuse_memory(reader, event);
        state = inflate_next(reader, data, length, &made);
        if (judge(reader, state, made, event))
            return true;
        reader->more = state == EFT__INFLATED_FULL;
        if (reader->more && reader->fragments &&
            reader->message->length == EFT__PIECE_MAX)
            return tell_piece(reader, event);
    } while (reader->more || (reader->left && *length));
    if (!reader->left && reader->fin)
        return end_inflated(reader, event);
    if (!reader->left)
        eft__frame_enter(reader, EFT__FRAME_HEAD);
    return reader->fragments && tell_piece(reader, event);
}

bool eft__frame_data(eft__frame_reader *reader, const uint8_t **data,
                     size_t *length, eft__event *event)
{
    if (reader->left && !*length && !reader->more)
        return false;
    if (reader->deflated)
        return read_deflated(reader, data, length, event);
    return reader->fragments ? read_piece(reader, data, length, event)
                             : read_whole(reader, data, length, event);
}
