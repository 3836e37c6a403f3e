/* SPDX-License-Identifier: MIT
 * The frame writer and the incremental frame reader. */
#include "frame.h"

#include <assert.h>
#include <string.h>

#include "eft/error.h"
#include "message.h"

/* Design notes.
 *
 * A byte of payload is copied once in each direction: out of the caller's
 * memory into the output, masked on the way, and out of the input into its
 * message, unmasked on the way.
 *
 * permessage-deflate (RFC 7692) would be a step between the two: RSV1 is
 * allowed in head_fault(), kept with the message, and read_data() hands its
 * bytes to the inflater instead of take_payload().  Nothing else knows. */

enum { FIN = 0x80, RSV = 0x70, OPCODE = 0x0F, CONTROL = 0x08 };
enum { MASKED = 0x80, LENGTH = 0x7F, LENGTH_16 = 126, LENGTH_64 = 127 };
enum { HEAD_MAX = 14 };

/* Writing */

static void copy_masked_word(uint8_t *restrict to, const uint8_t *restrict from,
                             uint64_t key)
{
    uint64_t word;

    memcpy(&word, from, sizeof word);
    word ^= key;
    memcpy(to, &word, sizeof word);
}

/* mask holds the key in the order of memory, so that no step here depends on
 * the byte order.  Of the two words of a step compilers make one vector. */
static void copy_masked(uint8_t *restrict to, const uint8_t *restrict from,
                        size_t length, uint32_t mask)
{
    uint64_t key = (uint64_t)mask << 32 | mask;
    uint8_t key_bytes[sizeof key];
    size_t at = 0;

    for (; length - at >= 16; at += 16) {
        copy_masked_word(to + at, from + at, key);
        copy_masked_word(to + at + 8, from + at + 8, key);
    }
    for (; length - at >= 8; at += 8)
        copy_masked_word(to + at, from + at, key);
    memcpy(key_bytes, &key, sizeof key);
    for (; at < length; at++)
        to[at] = from[at] ^ key_bytes[at & 7];
}

/* The first two bytes and the length, in its shortest form (section 5.2);
 * returns how many bytes that took. */
static size_t put_head(uint8_t *to, uint8_t first, uint8_t masked,
                       uint64_t length)
{
    unsigned bytes = length < LENGTH_16 ? 0 : length <= 0xFFFF ? 2 : 8;

    to[0] = first;
    to[1] = masked | (uint8_t)(bytes == 0   ? length
                               : bytes == 2 ? LENGTH_16
                                            : LENGTH_64);
    for (unsigned i = 0; i < bytes; i++)
        to[2 + i] = (uint8_t)(length >> 8 * (bytes - 1 - i));
    return 2 + bytes;
}

bool eft__frame_write(eft__bytes *out, eft__role role, uint32_t mask,
                      eft__opcode opcode, bool fin, const void *payload,
                      size_t length)
{
    uint8_t first = (uint8_t)(opcode | (fin ? FIN : 0));
    uint8_t masked = role == EFT__CLIENT ? MASKED : 0;
    uint8_t *to = length <= SIZE_MAX - HEAD_MAX
                      ? eft__bytes_reserve(out, length + HEAD_MAX)
                      : NULL;
    size_t head;

    if (!to)
        return false;
    head = put_head(to, first, masked, length);
    if (masked) {
        memcpy(to + head, &mask, sizeof mask);
        head += sizeof mask;
        copy_masked(to + head, payload, length, mask);
    } else if (length) {
        memcpy(to + head, payload, length);
    }
    eft__bytes_added(out, head + length);
    return true;
}

/* Reading */

static void enter(eft__frame_reader *reader, eft__frame_state state)
{
    assert(reader->state != EFT__FRAME_STOPPED);
    assert(state == EFT__FRAME_STOPPED ||
           (reader->state == EFT__FRAME_HEAD) != (state == EFT__FRAME_HEAD));
    reader->state = state;
}

void eft__frame_reader_init(eft__frame_reader *reader, eft__role role,
                            size_t max_message)
{
    memset(reader, 0, sizeof *reader);
    reader->role = role;
    reader->max_message = max_message;
}

void eft__frame_reader_stop(eft__frame_reader *reader)
{
    eft_message_free(reader->message);
    reader->message = NULL;
    if (reader->state != EFT__FRAME_STOPPED)
        enter(reader, EFT__FRAME_STOPPED);
}

/* The last event of a connection whose peer broke a rule. */
static bool refuse(eft__frame_reader *reader, eft__event *event, uint16_t code,
                   const char *detail)
{
    event->type = EFT__EVENT_ERROR;
    event->code = code;
    event->error = code == EFT__CLOSE_INVALID_TEXT ? EFT_EUTF8
                   : code == EFT__CLOSE_TOO_BIG    ? EFT_EMSGSIZE
                   : code == EFT__CLOSE_INTERNAL   ? EFT_ENOMEM
                                                   : EFT_EPROTO;
    event->detail = detail;
    eft__frame_reader_stop(reader);
    return true;
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

/* What is wrong with the first two bytes, or NULL (sections 5.1 to 5.5). */
static const char *head_fault(const eft__frame_reader *reader,
                              const uint8_t *head)
{
    uint8_t opcode = head[0] & OPCODE, length = head[1] & LENGTH;

    if (head[0] & RSV)
        return "reserved bits set, and no extension was agreed on";
    if (reader->role == EFT__CLIENT && head[1] & MASKED)
        return "masked frame from the server";
    if (reader->role == EFT__SERVER && !(head[1] & MASKED))
        return "unmasked frame from the client";
    if (opcode & CONTROL) {
        if (opcode > EFT__OP_PONG)
            return "reserved control opcode";
        if (!(head[0] & FIN))
            return "fragmented control frame";
        if (length > EFT__CONTROL_MAX)
            return "control frame longer than 125 bytes";
        if (opcode == EFT__OP_CLOSE && length == 1)
            return "Close frame with half a close code";
        return NULL;
    }
    if (opcode > EFT__OP_BINARY)
        return "reserved data opcode";
    if (opcode == EFT__OP_CONTINUATION && !reader->message)
        return "continuation frame without a message to continue";
    if (opcode != EFT__OP_CONTINUATION && reader->message)
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

/* True: an event, the header's refusal. False: go on with the new state, or
 * wait if that is HEAD still. */
static bool read_head(eft__frame_reader *reader, const uint8_t **data,
                      size_t *length, eft__event *event)
{
    const uint8_t *head = whole_head(reader, data, length);
    size_t used = reader->message ? reader->message->length : 0;
    uint64_t declared = 0;
    const char *fault = NULL;

    if (head || reader->head_length >= 2)
        fault = head_fault(reader, head ? head : reader->head);
    if (head && !fault)
        fault = length_fault(head, &declared);
    if (fault)
        return refuse(reader, event, EFT__CLOSE_PROTOCOL_ERROR, fault);
    if (!head)
        return false;
    reader->opcode = head[0] & OPCODE;
    if (!(reader->opcode & CONTROL) && declared > reader->max_message - used)
        return refuse(reader, event, EFT__CLOSE_TOO_BIG,
                      "message over the limit");
    reader->left = (size_t)declared;
    if (head[1] & MASKED)
        memcpy(&reader->mask, head + head_size(head[1]) - 4, 4);
    if (reader->opcode & CONTROL) {
        reader->control_length = 0;
        enter(reader, EFT__FRAME_CONTROL);
    } else {
        reader->fin = head[0] & FIN;
        enter(reader, EFT__FRAME_DATA);
    }
    return false;
}

/* The key as the byte after the next used ones needs it. */
static uint32_t turn_mask(uint32_t mask, size_t used)
{
    uint8_t key[2 * sizeof mask];

    memcpy(key, &mask, sizeof mask);
    memcpy(key + sizeof mask, &mask, sizeof mask);
    memcpy(&mask, key + (used & 3), sizeof mask);
    return mask;
}

/* Moves size bytes of payload from the input to where they belong. */
static void take_payload(eft__frame_reader *reader, uint8_t *to, size_t size,
                         const uint8_t **data, size_t *length)
{
    if (!size)
        return;
    if (reader->role == EFT__SERVER) {
        copy_masked(to, *data, size, reader->mask);
        reader->mask = turn_mask(reader->mask, size);
    } else {
        memcpy(to, *data, size);
    }
    *data += size;
    *length -= size;
    reader->left -= size;
}

/* Makes room in the message, begun here if need be, for the more bytes that
 * have arrived: exactly, if they end it, else with as many again. */
static bool make_room(eft__frame_reader *reader, size_t more)
{
    eft_message *message = reader->message;
    size_t used = message ? message->length : 0;
    size_t needed = used + more;
    size_t capacity = reader->max_message;

    if (message && needed <= reader->capacity)
        return true;
    if (needed < capacity / 2)
        capacity = 2 * needed;
    if (reader->fin && reader->left < capacity - used)
        capacity = used + reader->left;
    message =
        message ? eft__message_resize(message, capacity)
                : eft__message_new((eft_message_type)reader->opcode, capacity);
    if (!message)
        return false;
    reader->message = message;
    reader->capacity = capacity;
    return true;
}

static bool read_data(eft__frame_reader *reader, const uint8_t **data,
                      size_t *length, eft__event *event)
{
    size_t size = *length < reader->left ? *length : reader->left;
    eft_message *message;
    uint8_t *to;

    if (!make_room(reader, size))
        return refuse(reader, event, EFT__CLOSE_INTERNAL,
                      "out of memory for a message");
    message = reader->message;
    to = message->data + message->length;
    take_payload(reader, to, size, data, length);
    message->length += size;
    if (message->type == EFT_MESSAGE_TEXT &&
        !eft__utf8_feed(&reader->utf8, to, size))
        return refuse(reader, event, EFT__CLOSE_INVALID_TEXT,
                      "text message that is not UTF-8");
    if (reader->left)
        return false;
    enter(reader, EFT__FRAME_HEAD);
    if (!reader->fin)
        return false;
    if (reader->utf8.need)
        return refuse(reader, event, EFT__CLOSE_INVALID_TEXT,
                      "text message that ends inside a character");
    message->data[message->length] = 0;
    reader->message = NULL;
    event->type = EFT__EVENT_MESSAGE;
    event->message = message;
    return true;
}

/* Section 5.5.1: nothing, or a code, or a code and a reason. */
static bool read_close(eft__frame_reader *reader, eft__event *event)
{
    unsigned code = EFT__CLOSE_NONE;

    if (event->length) {
        code = (unsigned)event->payload[0] << 8 | event->payload[1];
        event->payload += 2;
        event->length -= 2;
        if (!eft__close_code_valid(code))
            return refuse(reader, event, EFT__CLOSE_PROTOCOL_ERROR,
                          "Close frame with an illegal code");
        if (!eft__utf8_valid(event->payload, event->length))
            return refuse(reader, event, EFT__CLOSE_INVALID_TEXT,
                          "close reason that is not UTF-8");
    }
    event->type = EFT__EVENT_CLOSE;
    event->code = (uint16_t)code;
    eft__frame_reader_stop(reader);
    return true;
}

static bool read_control(eft__frame_reader *reader, const uint8_t **data,
                         size_t *length, eft__event *event)
{
    size_t size = *length < reader->left ? *length : reader->left;

    take_payload(reader, reader->control + reader->control_length, size, data,
                 length);
    reader->control_length = (uint8_t)(reader->control_length + size);
    if (reader->left)
        return false;
    enter(reader, EFT__FRAME_HEAD);
    reader->control[reader->control_length] = 0;
    event->payload = reader->control;
    event->length = reader->control_length;
    if (reader->opcode == EFT__OP_CLOSE)
        return read_close(reader, event);
    event->type =
        reader->opcode == EFT__OP_PING ? EFT__EVENT_PING : EFT__EVENT_PONG;
    return true;
}

bool eft__frame_read(eft__frame_reader *reader, const uint8_t **data,
                     size_t *length, eft__event *event)
{
    for (;;) {
        bool whole = false;

        switch (reader->state) {
        case EFT__FRAME_HEAD:
            whole = read_head(reader, data, length, event);
            if (!whole && reader->state == EFT__FRAME_HEAD)
                return false;
            break;
        case EFT__FRAME_DATA:
            whole = read_data(reader, data, length, event);
            break;
        case EFT__FRAME_CONTROL:
            whole = read_control(reader, data, length, event);
            break;
        case EFT__FRAME_STOPPED:
            *data += *length;
            *length = 0;
            return false;
        }
        if (whole)
            return true;
        if (reader->left && !*length)
            return false;
    }
}
