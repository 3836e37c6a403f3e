/* SPDX-License-Identifier: MIT
 * The incremental frame reader: headers and the states. */
#include <assert.h>
#include <string.h>

#include "eft/error.h"
#include "frame_read.h"
#include "mask.h"
#include "message.h"
#include "../core/memory.h"

/* Design notes.
 *
 * A byte of payload is copied once: out of the input into its message, unmasked
 * on the way, or inflated from there.  frame_data.c does that, frame_control.c
 * reads what is no message; this file knows nothing of compression but which
 * messages are. */

enum { FIN = 0x80, RSV = 0x70, RSV1 = 0x40, OPCODE = 0x0F, CONTROL = 0x08 };
enum { MASKED = 0x80, LENGTH = 0x7F, LENGTH_16 = 126, LENGTH_64 = 127 };

void eft__frame_enter(eft__frame_reader *reader, eft__frame_state state)
{
    assert(reader->state != EFT__FRAME_STOPPED);
    assert(state == EFT__FRAME_STOPPED ||
           (reader->state == EFT__FRAME_HEAD) != (state == EFT__FRAME_HEAD));
    reader->state = (uint8_t)state;
}

void eft__frame_reader_init(eft__frame_reader *reader, eft__role role,
                            size_t max_message)
{
    memset(reader, 0, sizeof *reader);
    reader->role = (uint8_t)role;
    reader->max_message = max_message;
}

static void free_inflater(eft__frame_reader *reader)
{
    eft__inflater_free(reader->inflater);
    reader->inflater = NULL;
}

void eft__frame_reader_rest(eft__frame_reader *reader)
{
    if (reader->inflater && !reader->takeover && !reader->deflated)
        free_inflater(reader);
}

void eft__frame_reader_stop(eft__frame_reader *reader)
{
    eft_message_free(reader->message);
    reader->message = NULL;
    eft__free(reader->control);
    reader->control = NULL;
    free_inflater(reader);
    if (reader->state != EFT__FRAME_STOPPED)
        eft__frame_enter(reader, EFT__FRAME_STOPPED);
}

bool eft__frame_refuse(eft__frame_reader *reader, eft__event *event,
                       uint16_t code, int32_t error, const char *detail)
{
    event->type = EFT__EVENT_ERROR;
    event->code = code;
    event->error = error;
    event->detail = detail;
    eft__frame_reader_stop(reader);
    return true;
}

void eft__frame_take(eft__frame_reader *reader, uint8_t *to, size_t size,
                     const uint8_t **data, size_t *length)
{
    if (!size)
        return;
    if (reader->role == EFT__SERVER) {
        eft__mask_copy(to, *data, size, reader->mask);
        reader->mask = eft__mask_turn(reader->mask, size);
    } else {
        memcpy(to, *data, size);
    }
    *data += size;
    *length -= size;
    reader->left -= size;
}

static uint32_t key_of(const uint8_t *at)
{
    uint32_t key;

    memcpy(&key, at, sizeof key);
    return key;
}

/* How many bytes of length follow the second byte of a header. */
static unsigned length_size(uint8_t second)
{
    uint8_t length = second & LENGTH;

    return length == LENGTH_64 ? 8 : length == LENGTH_16 ? 2 : 0;
}

static unsigned head_size(uint8_t second)
{
    return 2 + length_size(second) + (second & MASKED ? 4 : 0);
}

/* A whole header: where it lies in the input if it came in one piece, else
 * what gathered in head; NULL while some of it has not come. */
static const uint8_t *whole_head(eft__frame_reader *reader,
                                 const uint8_t **data, size_t *length)
{
    const uint8_t *head = *data;
    size_t size = 2;

    if (!reader->head_length && *length >= 2)
        size = head_size(head[1]);
    if (!reader->head_length && *length >= size) {
        *data += size;
        *length -= size;
        return head;
    }
    while (*length) {
        reader->head[reader->head_length++] = *(*data)++;
        --*length;
        if (reader->head_length >= 2)
            size = head_size(reader->head[1]);
        if (reader->head_length == size) {
            reader->head_length = 0;
            return reader->head;
        }
    }
    return NULL;
}

/* What is wrong with the bits of an extension, or NULL: permessage-deflate has
 * the first, in the first frame of a message (RFC 7692 section 6). */
static const char *reserved_fault(const eft__frame_reader *reader,
                                  uint8_t first)
{
    if (!reader->bits)
        return "reserved bits set, and no extension was agreed on";
    if (first & (RSV & ~RSV1))
        return "reserved bits set that no extension uses";
    if (first & CONTROL)
        return "compressed control frame";
    if ((first & OPCODE) == EFT__OP_CONTINUATION)
        return "bit of compression in a continuation frame";
    return NULL;
}

static const char *control_fault(uint8_t first, uint8_t length)
{
    uint8_t opcode = first & OPCODE;

    if (opcode > EFT__OP_PONG)
        return "reserved control opcode";
    if (!(first & FIN))
        return "fragmented control frame";
    if (length > EFT__CONTROL_MAX)
        return "control frame longer than 125 bytes";
    if (opcode == EFT__OP_CLOSE && length == 1)
        return "Close frame with half a close code";
    return NULL;
}

/* What is wrong with the first two bytes, or NULL (sections 5.1 to 5.5). */
static const char *head_fault(const eft__frame_reader *reader,
                              const uint8_t *head)
{
    uint8_t opcode = head[0] & OPCODE;
    const char *fault = head[0] & RSV ? reserved_fault(reader, head[0]) : NULL;

    if (fault)
        return fault;
    if (reader->role == EFT__CLIENT && head[1] & MASKED)
        return "masked frame from the server";
    if (reader->role == EFT__SERVER && !(head[1] & MASKED))
        return "unmasked frame from the client";
    if (opcode & CONTROL)
        return control_fault(head[0], head[1] & LENGTH);
    if (opcode > EFT__OP_BINARY)
        return "reserved data opcode";
    if (opcode == EFT__OP_CONTINUATION && !reader->type)
        return "continuation frame without a message to continue";
    if (opcode != EFT__OP_CONTINUATION && reader->type)
        return "new message before the last fragment of another";
    return NULL;
}

/* Reads the declared length; returns what is wrong with it, or NULL. */
static const char *length_fault(const uint8_t *head, uint64_t *declared)
{
    unsigned size = length_size(head[1]);

    *declared = size ? 0 : head[1] & LENGTH;
    for (unsigned i = 0; i < size; i++)
        *declared = *declared << 8 | head[2 + i];
    if (size && *declared < (size == 2 ? LENGTH_16 : 0x10000))
        return "frame length not in its shortest form";
    return *declared >> 63 ? "frame length with its top bit set" : NULL;
}

static void begin_message(eft__frame_reader *reader, bool deflated)
{
    reader->type = reader->opcode;
    reader->deflated = deflated;
    reader->begun = false;
    reader->told = 0;
}

/* How many bytes may still come.  What a compressed frame inflates to is not
 * known before. */
static size_t most_of_frame(const eft__frame_reader *reader)
{
    const eft_message *message = reader->message;
    size_t used =
        reader->told + (message ? message->length : reader->kept_length);

    return reader->deflated ? SIZE_MAX : reader->max_message - used;
}

/* Goes on with the state that a right header leads to; true: an event. */
static bool begin_frame(eft__frame_reader *reader, const uint8_t *head,
                        uint64_t declared, eft__event *event)
{
    reader->opcode = head[0] & OPCODE;
    if (reader->opcode == EFT__OP_TEXT || reader->opcode == EFT__OP_BINARY)
        begin_message(reader, head[0] & RSV1);
    if (!(reader->opcode & CONTROL) && declared > most_of_frame(reader))
        return eft__frame_refuse(reader, event, EFT__CLOSE_TOO_BIG,
                                 EFT_EMSGSIZE, "message over the limit");
    reader->left = (size_t)declared;
    if (head[1] & MASKED)
        reader->mask = key_of(head + head_size(head[1]) - 4);
    if (reader->opcode & CONTROL) {
        reader->control_length = 0;
        eft__frame_enter(reader, EFT__FRAME_CONTROL);
    } else {
        reader->fin = head[0] & FIN;
        eft__frame_enter(reader, EFT__FRAME_DATA);
    }
    return false;
}

/* True: an event, the header's refusal. False: go on with the new state, or
 * wait if that is HEAD still. */
static bool read_head(eft__frame_reader *reader, const uint8_t **data,
                      size_t *length, eft__event *event)
{
    const uint8_t *head = whole_head(reader, data, length);
    uint64_t declared = 0;
    const char *fault = NULL;

    if (head || reader->head_length >= 2)
        fault = head_fault(reader, head ? head : reader->head);
    if (head && !fault)
        fault = length_fault(head, &declared);
    if (fault)
        return eft__frame_refuse(reader, event, EFT__CLOSE_PROTOCOL_ERROR,
                                 EFT_EPROTO, fault);
    return head && begin_frame(reader, head, declared, event);
}

/* How long the payload is that begins at head + *skip, where it is shorter than
 * 64 KiB and its length is in order; else SIZE_MAX. */
static size_t short_length(const uint8_t *head, size_t *skip)
{
    size_t length = head[1] & LENGTH;

    if (length < LENGTH_16)
        return length;
    *skip += 2;
    length = length == LENGTH_16 ? (size_t)head[2] << 8 | head[3] : 0;
    return length < LENGTH_16 ? SIZE_MAX : length;
}

/* A message that is uncompressed, in one frame, shorter than 64 KiB and whole
 * in the input: what most of them are, without the states.  False: it is
 * something else, or there is something wrong with it, which the long way finds
 * out. */
static bool read_short(eft__frame_reader *reader, const uint8_t **data,
                       size_t *length, eft__event *event)
{
    const uint8_t *head = *data;
    bool masked = reader->role == EFT__SERVER;
    size_t size, skip = masked ? 6 : 2;
    eft_message *message;

    if (reader->head_length || reader->type || *length < 4 ||
        (head[0] != (FIN | EFT__OP_TEXT) &&
         head[0] != (FIN | EFT__OP_BINARY)) ||
        masked != (head[1] & MASKED) / MASKED)
        return false;
    size = short_length(head, &skip);
    if (skip > *length || size > *length - skip || size > reader->max_message)
        return false;
    message = eft__message_copy((eft_message_type)(head[0] & OPCODE),
                                head + skip, size);
    if (!message)
        return false;
    if (masked)
        eft__mask_copy(message->data, message->data, size,
                       key_of(head + skip - 4));
    if (message->type == EFT_MESSAGE_TEXT &&
        !eft__utf8_valid(message->data, size)) {
        eft_message_free(message);
        return false;
    }
    *data += skip + size;
    *length -= skip + size;
    event->type = EFT__EVENT_MESSAGE;
    event->message = message;
    return true;
}

bool eft__frame_read(eft__frame_reader *reader, const uint8_t **data,
                     size_t *length, eft__event *event)
{
    if (reader->state == EFT__FRAME_HEAD &&
        read_short(reader, data, length, event))
        return true;
    for (;;) {
        uint8_t state = reader->state;
        bool whole = false;

        switch (state) {
        case EFT__FRAME_HEAD:
            whole = read_head(reader, data, length, event);
            break;
        case EFT__FRAME_DATA:
            whole = eft__frame_data(reader, data, length, event);
            break;
        case EFT__FRAME_CONTROL:
            whole = (*length || !reader->left) &&
                    eft__frame_control(reader, data, length, event);
            break;
        case EFT__FRAME_STOPPED:
            *data += *length;
            *length = 0;
            break;
        }
        if (whole || reader->state == state)
            return whole;
    }
}
