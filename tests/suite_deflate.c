/* SPDX-License-Identifier: MIT
 * Tests of reading compressed messages: RFC 7692 sections 6 and 7.2. */
#include <stdlib.h>
#include <string.h>

#include "eft/memory.h"
#include "frame_stream.h"
#include "suite.h"

#define BAD                                                                    \
    "error 1007 EFT_EPROTO: compressed message that cannot be inflated\n"
#define CUT "error 1007 EFT_EPROTO: compressed message that is cut off\n"
#define TOO_BIG "error 1009 EFT_EMSGSIZE: message over the limit\n"
#define NO_TEXT "error 1007 EFT_EUTF8: text message that is not UTF-8\n"
#define HALF_TEXT                                                              \
    "error 1007 EFT_EUTF8: text message that ends inside a character\n"

#define HELLO "\xf2\x48\xcd\xc9\xc9\x07\x00"

static void the_examples_of_the_rfc_are_read(void)
{
    static const expectation rows[] = {
        /* 7.2.3.1: a message in one block, whole and in two fragments */
        {TO_CLIENT("\xc1\x07" HELLO), "text [Hello]\n", 15},
        {TO_CLIENT("\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00"),
         "text [Hello]\n", 15},
        /* 7.2.3.2: a second message with and without the first's window */
        {TO_CLIENT("\xc1\x07" HELLO "\xc1\x07" HELLO),
         "text [Hello]\ntext [Hello]\n", 15},
        {TO_CLIENT("\xc1\x07" HELLO "\xc1\x05\xf2\x00\x11\x00\x00"),
         "text [Hello]\ntext [Hello]\n", 15},
        /* 7.2.3.3: a block without compression */
        {TO_CLIENT("\xc1\x0b\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"),
         "text [Hello]\n", 15},
        /* 7.2.3.4: a final block */
        {TO_CLIENT("\xc1\x08\xf3\x48\xcd\xc9\xc9\x07\x00\x00"),
         "text [Hello]\n", 15},
        /* 7.2.3.5: two blocks */
        {TO_CLIENT("\xc1\x0d\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07"
                   "\x00"),
         "text [Hello]\n", 15},
        /* 7.2.3.6: an empty message */
        {TO_CLIENT("\xc1\x01\x00"), "text []\n", 15},
        {TO_SERVER("\xc2\x87\x01\x02\x03\x04\xf3\x4a\xce\xcd\xc8\x05\x03"),
         "binary [Hello]\n", 15},
    };

    CHECK_ROWS(rows);
}

static void after_a_final_block_the_window_is_still_there(void)
{
    static const expectation rows[] = {
        /* In the next message, and in the same one. */
        {TO_CLIENT("\xc1\x08\xf3\x48\xcd\xc9\xc9\x07\x00\x00"
                   "\xc1\x05\xf2\x00\x11\x00\x00"),
         "text [Hello]\ntext [Hello]\n", 15},
        {TO_CLIENT("\xc1\x0c\xf3\x48\xcd\xc9\xc9\x07\x00"
                   "\xf2\x00\x11\x00\x00"),
         "text [HelloHello]\n", 15},
        {TO_CLIENT("\xc1\x0f\xf3\x48\xcd\xc9\xc9\x07\x00"
                   "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"),
         "text [HelloHello]\n", 15},
        /* What ends as a final empty block ends there. */
        {TO_CLIENT("\xc1\x01\x01\xc1\x07" HELLO), "text []\ntext [Hello]\n",
         15},
    };

    CHECK_ROWS(rows);
}

static void without_takeover_each_message_stands_alone(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\xc1\x07" HELLO "\xc1\x07" HELLO),
         "text [Hello]\ntext [Hello]\n", 15, true},
        {TO_CLIENT("\xc1\x07" HELLO "\xc1\x05\xf2\x00\x11\x00\x00"),
         "text [Hello]\n" BAD, 15, true},
    };

    CHECK_ROWS(rows);
}

static void messages_may_be_uncompressed_in_between(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\xc1\x07" HELLO "\x81\x03raw\xc1\x05\xf2\x00\x11\x00\x00"),
         "text [Hello]\ntext [raw]\ntext [Hello]\n", 15},
        {TO_CLIENT("\x01\x01r\x80\x02"
                   "aw\xc2\x07" HELLO),
         "text [raw]\nbinary [Hello]\n", 15},
    };

    CHECK_ROWS(rows);
}

static void compressed_fragments_are_one_message(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x41\x00\x00\x03\xf2\x48\xcd\x89\x01p\x00\x00\x00\x04\xc9"
                   "\xc9\x07\x00\x80\x00"),
         "ping [p]\ntext [Hello]\n", 15},
        {TO_CLIENT("\x41\x0d\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07"
                   "\x00\x80\x00"),
         "text [Hello]\n", 15},
        /* Each part with its flush, and the end is an empty block. */
        {TO_CLIENT("\x41\x0b" HELLO "\x00\x00\xff\xff\x80\x01\x00"),
         "text [Hello]\n", 15},
    };

    CHECK_ROWS(rows);
}

static void the_bit_has_its_place(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x41\x03\xf2\x48\xcd\xc0\x04\xc9\xc9\x07\x00"),
         "error 1002 EFT_EPROTO: "
         "bit of compression in a continuation frame\n",
         15},
        {TO_CLIENT("\x01\x01x\xc0\x01x"),
         "error 1002 EFT_EPROTO: "
         "bit of compression in a continuation frame\n",
         15},
        {TO_CLIENT("\xc9\x00"),
         "error 1002 EFT_EPROTO: compressed control frame\n", 15},
        {TO_CLIENT("\xc8\x02\x03\xe8"),
         "error 1002 EFT_EPROTO: compressed control frame\n", 15},
        {TO_CLIENT("\xa1\x00"),
         "error 1002 EFT_EPROTO: "
         "reserved bits set that no extension uses\n",
         15},
        {TO_CLIENT("\xd1\x00"),
         "error 1002 EFT_EPROTO: "
         "reserved bits set that no extension uses\n",
         15},
        {TO_CLIENT("\xc1\x07" HELLO),
         "error 1002 EFT_EPROTO: "
         "reserved bits set, and no extension was agreed on\n"},
        {TO_CLIENT("\xc3\x01x"),
         "error 1002 EFT_EPROTO: reserved data opcode\n", 15},
    };

    CHECK_ROWS(rows);
}

static void garbage_is_refused(void)
{
    static const expectation rows[] = {
        /* A reserved type of block, lengths that differ, codes that are none,
         * a distance beyond what there was. */
        {TO_CLIENT("\xc1\x02\x06\x00"), BAD, 15},
        {TO_CLIENT("\xc1\x06\x00\x05\x00\x05\x00x"), BAD, 15},
        {TO_CLIENT("\xc2\x04\xfc\xff\xff\xff"), BAD, 15},
        {TO_CLIENT("\xc1\x05\xf2\x00\x11\x00\x00"), BAD, 15},
        {TO_CLIENT("\xc1\x07" HELLO "\xc1\x02\x06\x00"), "text [Hello]\n" BAD,
         15},
    };

    CHECK_ROWS(rows);
}

static void a_message_that_is_cut_off_is_refused(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\xc1\x00"), CUT, 15},
        {TO_CLIENT("\x41\x00\x80\x00"), CUT, 15},
        {TO_CLIENT("\xc1\x0a\x00\x0f\x00\xf0\xff\x48\x65\x6c\x6c\x6f"), CUT,
         15},
        /* A final block, and nothing of the next. */
        {TO_CLIENT("\xc1\x07\xf3\x48\xcd\xc9\xc9\x07\x00"), CUT, 15},
        /* With its flush: what follows is then the beginning of a block. */
        {TO_CLIENT("\xc1\x0b" HELLO "\x00\x00\xff\xff"), CUT, 15},
    };

    CHECK_ROWS(rows);
}

/* Whatever is missing at its end, no message comes of it. */
static void every_prefix_of_a_message_is_refused(void)
{
    static const char whole[] = HELLO;

    for (size_t length = 0; length < sizeof whole - 1; length++) {
        char stream[sizeof whole + 2] = {(char)0xc1, (char)length};
        expectation row = {.role = EFT__CLIENT,
                           .stream = stream,
                           .length = 2 + length,
                           .bits = 15};
        transcript notes, again;

        memcpy(stream + 2, whole, length);
        read_in_pieces(&row, row.length, 1, &notes);
        read_in_pieces(&row, 1, 1, &again);
        CU_ASSERT_EQUAL(strncmp(notes.text, "error 1007 ", 11), 0);
        CU_ASSERT_STRING_EQUAL(notes.text, again.text);
    }
}

static void text_is_checked_when_it_is_inflated(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\xc1\x09\x00\x03\x00\xfc\xff\xe2\x82\xac\x00"),
         "text [\xe2\x82\xac]\n", 15},
        {TO_CLIENT("\xc1\x08\x00\x02\x00\xfd\xff\xe2\x82\x00"), HALF_TEXT, 15},
        {TO_CLIENT("\xc1\x08\x00\x02\x00\xfd\xff\xe2x\x00"), NO_TEXT, 15},
        {TO_CLIENT("\xc2\x08\x00\x02\x00\xfd\xff\xe2x\x00"), "binary [\xe2x]\n",
         15},
    };
    /* Neither the frame nor the message has to be whole. */
    static const expectation early = {TO_CLIENT("\x41\x7e\x10\x00\x00\x02\x00"
                                                "\xfd\xff\xf4\x90"),
                                      NO_TEXT, 15};

    CHECK_ROWS(rows);
    CU_ASSERT_TRUE(reads_as_expected(&early));
}

/* Sizes */

/* A message of zeros, compressed, as one frame to a client. */
static bool compress_zeros(eft__bytes *out, size_t length)
{
    static const char zeros[16384];
    eft__deflater *deflater = eft__deflater_new(15, 9);
    bool done = deflater != NULL;
    size_t sent = 0;

    while (done && sent < length) {
        size_t part =
            length - sent < sizeof zeros ? length - sent : sizeof zeros;

        done = eft__frame_deflate(out, EFT__SERVER, 0,
                                  sent ? EFT__OP_CONTINUATION : EFT__OP_BINARY,
                                  sent + part == length, zeros, part, deflater);
        sent += part;
    }
    eft__deflater_free(deflater);
    return done;
}

static void the_limit_is_kept_while_inflating(void)
{
    for (size_t length = LIMIT - 2; length <= LIMIT + 2; length++) {
        eft__bytes out = {NULL, 0, 0, 0};
        expectation row = {.role = EFT__CLIENT, .bits = 15};
        transcript notes;

        REQUIRE(compress_zeros(&out, length));
        row.stream = (const char *)eft__bytes_data(&out);
        row.length = eft__bytes_length(&out);
        read_in_pieces(&row, row.length, 1, &notes);
        CHECK(!strcmp(notes.text, TOO_BIG) == (length > LIMIT));
        CHECK(!strncmp(notes.text, "binary ", 7) == (length <= LIMIT));
        row.events = notes.text;
        CU_ASSERT_TRUE(reads_as_expected(&row));
        eft__bytes_fini(&out);
    }
}

static size_t held, most_held;

/* Counts what is held, each block with its size before it. */
static void *count_bytes(void *context, void *memory, size_t size)
{
    size_t *old = memory ? (size_t *)memory - 2 : NULL, *block;

    (void)context;
    held -= old ? *old : 0;
    if (!size) {
        free(old);
        return NULL;
    }
    block = realloc(old, size + 2 * sizeof *block);
    if (!block)
        return NULL;
    *block = size;
    held += size;
    if (held > most_held)
        most_held = held;
    return block + 2;
}

/* Reads zeros with a limit of 1 MiB, and gives the memory that it took. */
static size_t memory_for_zeros(const eft__bytes *stream, bool fragments,
                               int *end, size_t *got)
{
    const uint8_t *data = eft__bytes_data(stream);
    size_t length = eft__bytes_length(stream);
    eft__frame_reader reader;
    eft__event event;

    held = most_held = *got = 0;
    *end = -1;
    eft_set_allocator(count_bytes, NULL);
    eft__frame_reader_init(&reader, EFT__CLIENT, 1 << 20);
    reader.bits = 15;
    reader.fragments = fragments;
    while (eft__frame_read(&reader, &data, &length, &event)) {
        *end = (int)event.type;
        if (event.type != EFT__EVENT_MESSAGE)
            continue;
        *got += event.message->length;
        eft_message_free(event.message);
    }
    eft__frame_reader_fini(&reader);
    eft_set_allocator(NULL, NULL);
    return most_held;
}

static void a_bomb_costs_no_more_than_the_limit(void)
{
    enum { OF_ZLIB = 64 * 1024 };
    eft__bytes bomb = {NULL, 0, 0, 0};
    size_t got;
    int end;

    REQUIRE(compress_zeros(&bomb, 64 << 20));
    CU_ASSERT(memory_for_zeros(&bomb, false, &end, &got) < (2 << 20) + OF_ZLIB);
    CU_ASSERT(end == EFT__EVENT_ERROR && !got);
    CU_ASSERT(memory_for_zeros(&bomb, true, &end, &got) <
              3 * EFT__PIECE_MAX + OF_ZLIB);
    CU_ASSERT(end == EFT__EVENT_ERROR && got <= 1 << 20);
    eft__bytes_fini(&bomb);
}

static void a_small_message_takes_little_memory(void)
{
    eft__bytes small = {NULL, 0, 0, 0};
    size_t got;
    int end;

    REQUIRE(compress_zeros(&small, 100));
    CU_ASSERT(memory_for_zeros(&small, false, &end, &got) < 48 * 1024);
    CU_ASSERT(end == EFT__EVENT_MESSAGE && got == 100);
    eft__bytes_fini(&small);
}

/* A frame may be longer than what comes out of it, even over the limit. */
static void a_long_frame_of_a_short_message_is_read(void)
{
    enum { BLOCKS = 400 };
    char stream[4 + 5 * BLOCKS + 7] = "\xc1\x7e\x07\xd7", *at = stream + 4;
    expectation row = {.role = EFT__CLIENT,
                       .stream = stream,
                       .length = sizeof stream,
                       .events = "text [Hello]\n",
                       .bits = 15};

    for (int i = 0; i < BLOCKS; i++, at += 5)
        memcpy(at, "\0\0\0\xff\xff", 5);
    memcpy(at, HELLO, 7);
    CU_ASSERT_TRUE(reads_as_expected(&row));
}

const test_case suite_deflate[] = {
    {"the_examples_of_the_rfc_are_read", the_examples_of_the_rfc_are_read},
    {"after_a_final_block_the_window_is_still_there",
     after_a_final_block_the_window_is_still_there},
    {"without_takeover_each_message_stands_alone",
     without_takeover_each_message_stands_alone},
    {"messages_may_be_uncompressed_in_between",
     messages_may_be_uncompressed_in_between},
    {"compressed_fragments_are_one_message",
     compressed_fragments_are_one_message},
    {"the_bit_has_its_place", the_bit_has_its_place},
    {"garbage_is_refused", garbage_is_refused},
    {"a_message_that_is_cut_off_is_refused",
     a_message_that_is_cut_off_is_refused},
    {"every_prefix_of_a_message_is_refused",
     every_prefix_of_a_message_is_refused},
    {"text_is_checked_when_it_is_inflated",
     text_is_checked_when_it_is_inflated},
    {"the_limit_is_kept_while_inflating", the_limit_is_kept_while_inflating},
    {"a_bomb_costs_no_more_than_the_limit",
     a_bomb_costs_no_more_than_the_limit},
    {"a_small_message_takes_little_memory",
     a_small_message_takes_little_memory},
    {"a_long_frame_of_a_short_message_is_read",
     a_long_frame_of_a_short_message_is_read},
    {NULL, NULL},
};
