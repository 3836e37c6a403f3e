/* SPDX-License-Identifier: MIT
 * Fuzzes a connection: however its input is cut, it tells and writes the same.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -Isdk -Isdk/include \
 *         tests/fuzz_frame.c sdk/net/{utf8,bytes,frame,protocol,message}.c \
 *         sdk/core/memory.c -o fuzz_frame && ./fuzz_frame -max_total_time=120
 *
 * Byte 0 chooses the role, the limit and whether we close first, byte 1 how
 * the input is cut; the rest is the input. */
#include <stdlib.h>
#include <string.h>

#include "eft/error.h"
#include "eft/memory.h"
#include "net/protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

enum { AS_SERVER = 1, WITHOUT_LIMIT = 2, CLOSE_FIRST = 4, SMALL_LIMIT = 100 };

static void ensure(bool holds)
{
    if (!holds)
        abort();
}

static void fill(void *bytes, size_t length)
{
    memset(bytes, 0x5A, length);
}

/* Everything that a run told and wrote. */
typedef struct record {
    eft__bytes events;
    eft__bytes output;
    eft__closing closing;
} record;

static void keep(eft__bytes *bytes, const void *data, size_t length)
{
    ensure(eft__bytes_append(bytes, data, length));
}

static bool is_text(const uint8_t *bytes, size_t length)
{
    eft__utf8 utf8 = {0, 0, 0};

    for (size_t i = 0; i < length; i++) {
        if (!eft__utf8_feed(&utf8, bytes + i, 1))
            return false;
    }
    return !utf8.need;
}

static void keep_event(record *record, eft__event *event)
{
    eft_message *message = event->message;

    keep(&record->events, &event->type, sizeof event->type);
    switch (event->type) {
    case EFT__EVENT_MESSAGE:
        ensure(!message->data[message->length]);
        ensure(message->type == EFT_MESSAGE_BINARY ||
               is_text(message->data, message->length));
        keep(&record->events, &message->type, sizeof message->type);
        keep(&record->events, &message->length, sizeof message->length);
        keep(&record->events, message->data, message->length);
        eft_message_free(message);
        break;
    case EFT__EVENT_CLOSE:
        ensure(is_text(event->payload, event->length));
        ensure(event->code == EFT__CLOSE_NONE ||
               eft__close_code_valid(event->code));
        keep(&record->events, &event->code, sizeof event->code);
        keep(&record->events, event->payload, event->length);
        break;
    case EFT__EVENT_PING:
    case EFT__EVENT_PONG:
        ensure(event->length <= EFT__CONTROL_MAX);
        keep(&record->events, event->payload, event->length);
        break;
    case EFT__EVENT_ERROR:
        keep(&record->events, &event->code, sizeof event->code);
        keep(&record->events, &event->error, sizeof event->error);
        keep(&record->events, &event->detail, sizeof event->detail);
        break;
    }
}

/* Feeds one piece from a block of just its size. */
static void feed(eft__protocol *protocol, const uint8_t *piece, size_t length,
                 record *record)
{
    uint8_t *copy = malloc(length);
    const uint8_t *data = copy;
    eft__event event;

    ensure(copy != NULL);
    memcpy(copy, piece, length);
    while (eft__protocol_next(protocol, &data, &length, &event))
        keep_event(record, &event);
    ensure(!length && data >= copy);
    free(copy);
}

/* Cuts are seeded by cut; 0 is none. */
static void run(const uint8_t *input, size_t size, uint8_t choice, uint32_t cut,
                record *record)
{
    size_t limit = choice & WITHOUT_LIMIT ? SIZE_MAX : SMALL_LIMIT;
    eft__mask_pool masks = {.fill = fill};
    eft__protocol protocol;
    const uint8_t *output;

    memset(record, 0, sizeof *record);
    eft__protocol_init(&protocol,
                       choice & AS_SERVER ? EFT__SERVER : EFT__CLIENT, limit,
                       &masks);
    if (choice & CLOSE_FIRST)
        ensure(!eft__protocol_close(&protocol, 1000, "bye", 3));
    for (size_t at = 0, piece; at < size; at += piece) {
        cut = cut * 1664525 + (cut ? 1013904223 : 0);
        piece = cut ? 1 + (cut >> 24) % (1 + (cut >> 20) % 16) : size;
        if (piece > size - at)
            piece = size - at;
        feed(&protocol, input + at, piece, record);
    }
    output = eft__protocol_output(&protocol, &size);
    keep(&record->output, output, size);
    ensure(eft__protocol_eof(&protocol));
    record->closing = *eft__protocol_closing(&protocol);
    ensure(record->closing.error != 0);
    eft__protocol_fini(&protocol);
}

static bool same(const eft__bytes *one, const eft__bytes *other)
{
    size_t length = eft__bytes_length(one);

    return length == eft__bytes_length(other) &&
           (!length ||
            !memcmp(eft__bytes_data(one), eft__bytes_data(other), length));
}

static void forget(record *record)
{
    eft__bytes_fini(&record->events);
    eft__bytes_fini(&record->output);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    record whole, cut;

    if (size < 2)
        return 0;
    run(input + 2, size - 2, input[0], 0, &whole);
    run(input + 2, size - 2, input[0], input[1] + 1u, &cut);
    ensure(same(&whole.events, &cut.events));
    ensure(same(&whole.output, &cut.output));
    ensure(whole.closing.code == cut.closing.code &&
           whole.closing.sent == cut.closing.sent &&
           whole.closing.clean == cut.closing.clean &&
           whole.closing.error == cut.closing.error &&
           whole.closing.detail == cut.closing.detail);
    forget(&whole);
    forget(&cut);
    ensure(!eft_live_objects());
    return 0;
}
