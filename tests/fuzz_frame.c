/* SPDX-License-Identifier: MIT
 * Fuzzes a connection: however its input is cut, it tells and writes the same.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -Isdk -Isdk/include \
 *         -I. tests/fuzz_frame.c sdk/net/{utf8,bytes,mask,message,protocol}.c \
 *         sdk/net/{frame,frame_control,frame_data,frame_write}.c \
 *         sdk/net/{deflate,deflate_offer}.c sdk/core/{memory,blocks}.c \
 *         -lz -o fuzz_frame && ./fuzz_frame -max_total_time=180
 *
 * Byte 0 chooses the role, the limit, whether we close first, compression and
 * fragments, byte 1 how the input is cut; the rest is the input.  What the
 * negotiation makes of it as a header is tried too. */
#include <stdlib.h>
#include <string.h>

#include "eft/error.h"
#include "eft/memory.h"
#include "net/protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

enum {
    AS_SERVER = 1,
    WITHOUT_LIMIT = 2,
    CLOSE_FIRST = 4,
    FRAGMENTS = 8,
    DEFLATE = 16,
    ALONE = 32, /* without context takeover */
    SMALL_WINDOW = 64
};
enum { SMALL_LIMIT = 100 };

/* The codec asks whether a loop is here, and there is none. */
_Thread_local struct eft__loop *eft__loop_here;

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
    size_t told;     /* where the pieces of a message begin in events */
    size_t message;  /* bytes in them */
    bool in_message; /* its last piece has not come */
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

/* The pieces of a message are kept as one, wherever it was cut. */
static void keep_message(record *record, eft_message *message, size_t limit)
{
    ensure(!message->data[message->length]);
    ensure(message->type == EFT_MESSAGE_BINARY ||
           is_text(message->data, message->length));
    ensure(message->first == !record->in_message);
    ensure(message->length || message->last);
    ensure((message->first && message->last) ||
           message->length <= EFT__PIECE_MAX);
    if (message->first) {
        record->told = eft__bytes_length(&record->events);
        record->message = 0;
        keep(&record->events, &message->type, sizeof message->type);
    }
    keep(&record->events, message->data, message->length);
    record->message += message->length;
    ensure(record->message <= limit);
    record->in_message = !message->last;
    if (message->last)
        keep(&record->events, &record->message, sizeof record->message);
    eft_message_free(message);
}

static void keep_event(record *record, eft__event *event, size_t limit)
{
    if (event->type == EFT__EVENT_MESSAGE) {
        keep_message(record, event->message, limit);
        return;
    }
    /* Where a piece is wrong, what of it came before was told or not. */
    if (event->type == EFT__EVENT_ERROR && record->in_message)
        eft__bytes_cut(&record->events, record->told);
    keep(&record->events, &event->type, sizeof event->type);
    switch (event->type) {
    case EFT__EVENT_MESSAGE:
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
                 size_t limit, record *record)
{
    uint8_t *copy = malloc(length);
    const uint8_t *data = copy;
    eft__event event;

    ensure(copy != NULL);
    memcpy(copy, piece, length);
    while (eft__protocol_next(protocol, &data, &length, &event))
        keep_event(record, &event, limit);
    ensure(!length && data >= copy);
    free(copy);
}

/* Cuts are seeded by cut; 0 is none. */
static void run(const uint8_t *input, size_t size, uint8_t choice, uint32_t cut,
                record *record)
{
    size_t limit = choice & WITHOUT_LIMIT ? SIZE_MAX : SMALL_LIMIT;
    eft__mask_pool masks = {.fill = fill};
    eft__deflate_agreed agreed = {.on = choice & DEFLATE,
                                  .receive_takeover = !(choice & ALONE),
                                  .send_bits = 15,
                                  .receive_bits =
                                      choice & SMALL_WINDOW ? 9 : 15,
                                  .level = 6};
    eft__protocol_settings settings = {.role = choice & AS_SERVER ? EFT__SERVER
                                                                  : EFT__CLIENT,
                                       .max_message = limit,
                                       .masks = &masks,
                                       .fragments = choice & FRAGMENTS,
                                       .deflate = &agreed};
    eft__protocol protocol;
    const uint8_t *output;

    memset(record, 0, sizeof *record);
    eft__protocol_init(&protocol, &settings);
    if (choice & CLOSE_FIRST)
        ensure(!eft__protocol_close(&protocol, 1000, "bye", 3));
    for (size_t at = 0, piece; at < size; at += piece) {
        cut = cut * 1664525 + (cut ? 1013904223 : 0);
        piece = cut ? 1 + (cut >> 24) % (1 + (cut >> 20) % 16) : size;
        if (piece > size - at)
            piece = size - at;
        feed(&protocol, input + at, piece, limit, record);
    }
    output = eft__protocol_output(&protocol, &size);
    keep(&record->output, output, size);
    ensure(eft__protocol_eof(&protocol));
    record->closing = *eft__protocol_closing(&protocol);
    ensure(record->closing.error != 0);
    ensure(!protocol.reader.inflater && !protocol.deflater);
    eft__protocol_fini(&protocol);
}

static bool same(const eft__bytes *one, const eft__bytes *other)
{
    size_t length = eft__bytes_length(one);

    return length == eft__bytes_length(other) &&
           (!length ||
            !memcmp(eft__bytes_data(one), eft__bytes_data(other), length));
}

static void compare(const record *whole, const record *cut)
{
    ensure(same(&whole->events, &cut->events));
    ensure(same(&whole->output, &cut->output));
    ensure(whole->closing.code == cut->closing.code &&
           whole->closing.sent == cut->closing.sent &&
           whole->closing.clean == cut->closing.clean &&
           whole->closing.error == cut->closing.error &&
           whole->closing.detail == cut->closing.detail);
}

static void forget(record *record)
{
    eft__bytes_fini(&record->events);
    eft__bytes_fini(&record->output);
}

/* As a header, from either end. */
static void negotiate(const uint8_t *input, size_t size, uint8_t choice)
{
    eft_ws_deflate wanted = {.off = choice == 0xFF,
                             .client_no_context_takeover = choice & 1,
                             .server_no_context_takeover = choice & 2,
                             .client_max_window_bits = choice & 4 ? 10 : 0,
                             .server_max_window_bits = choice & 8 ? 12 : 0};
    char *text = malloc(size + 1), answer[EFT__DEFLATE_HEADER];
    eft__deflate_agreed server, client;

    ensure(text != NULL);
    memcpy(text, input, size);
    text[size] = 0;
    (void)eft__deflate_accept(&wanted, text, &client);
    if (!eft__deflate_choose(&wanted, text, &server, answer) && server.on) {
        ensure(server.send_bits >= 8 && server.send_bits <= 15);
        ensure(server.receive_bits >= 8 && server.receive_bits <= 15);
        ensure(strlen(answer) < sizeof answer - 1);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    record whole, cut;

    if (size < 2)
        return 0;
    negotiate(input + 2, size - 2, input[1]);
    run(input + 2, size - 2, input[0], 0, &whole);
    run(input + 2, size - 2, input[0], input[1] + 1u, &cut);
    /* What lies before a small window zlib sees in what it is filling. */
    if (!(input[0] & SMALL_WINDOW))
        compare(&whole, &cut);
    forget(&whole);
    forget(&cut);
    ensure(!eft_live_objects());
    return 0;
}
