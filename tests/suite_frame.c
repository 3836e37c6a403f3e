/* SPDX-License-Identifier: MIT
 * Tests of the frame writer and reader: RFC 6455 section 5, rule by rule. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eft/error.h"
#include "eft/memory.h"
#include "net/frame.h"
#include "suite.h"

/* What a reader told, one event a line. */
typedef struct transcript {
    size_t length;
    char text[1024];
} transcript;

/* A stream and what it must read as, however it is cut. */
typedef struct expectation {
    eft__role role;     /* the reader's */
    const char *stream; /* may hold NUL bytes */
    size_t length;      /* of stream */
    const char *events; /* the transcript */
} expectation;

#define TO_CLIENT(bytes) EFT__CLIENT, bytes, sizeof bytes - 1
#define TO_SERVER(bytes) EFT__SERVER, bytes, sizeof bytes - 1
#define COUNT(array) (sizeof array / sizeof *array)

enum { LIMIT = 1000 };

static void note(transcript *notes, const char *format, ...)
{
    size_t room = sizeof notes->text - notes->length;
    va_list arguments;
    int size;

    va_start(arguments, format);
    size = vsnprintf(notes->text + notes->length, room, format, arguments);
    va_end(arguments);
    if (size > 0 && (size_t)size < room)
        notes->length += (size_t)size;
}

/* Long payloads count as their length and a sum. */
static void note_bytes(transcript *notes, const char *name,
                       const uint8_t *bytes, size_t length)
{
    uint32_t sum = 5381;

    for (size_t i = 0; i < length; i++)
        sum = sum * 33 + bytes[i];
    if (length <= 130)
        note(notes, "%s [%.*s]\n", name, (int)length, (const char *)bytes);
    else
        note(notes, "%s %zu bytes, sum %lu\n", name, length,
             (unsigned long)sum);
    if (bytes[length])
        note(notes, "no NUL behind it\n");
}

static void note_event(transcript *notes, const eft__event *event)
{
    const eft_message *message = event->message;

    switch (event->type) {
    case EFT__EVENT_MESSAGE:
        note_bytes(notes, message->type == EFT_MESSAGE_TEXT ? "text" : "binary",
                   message->data, message->length);
        eft_message_free(event->message);
        break;
    case EFT__EVENT_PING:
        note_bytes(notes, "ping", event->payload, event->length);
        break;
    case EFT__EVENT_PONG:
        note_bytes(notes, "pong", event->payload, event->length);
        break;
    case EFT__EVENT_CLOSE:
        note(notes, "close %u ", event->code);
        note_bytes(notes, "reason", event->payload, event->length);
        break;
    case EFT__EVENT_ERROR:
        note(notes, "error %u %s: %s\n", event->code,
             eft_error_name(event->error), event->detail);
        break;
    }
}

/* Feeds one piece from a block of just its size, so that a sanitizer sees a
 * read beyond it. */
static void feed(eft__frame_reader *reader, const char *piece, size_t length,
                 transcript *notes)
{
    uint8_t *copy = malloc(length ? length : 1);
    const uint8_t *data = copy;
    eft__event event;

    if (!copy)
        return;
    if (length)
        memcpy(copy, piece, length);
    while (eft__frame_read(reader, &data, &length, &event))
        note_event(notes, &event);
    if (length)
        note(notes, "left %zu bytes\n", length);
    free(copy);
}

/* Reads a stream in pieces of size bytes, the first of them of first bytes. */
static void read_in_pieces(const expectation *row, size_t first, size_t size,
                           transcript *notes)
{
    eft__frame_reader reader;
    size_t at = 0;

    notes->length = 0;
    notes->text[0] = 0;
    eft__frame_reader_init(&reader, row->role, LIMIT);
    while (at < row->length) {
        size_t piece = at ? size : first;

        if (piece > row->length - at)
            piece = row->length - at;
        feed(&reader, row->stream + at, piece, notes);
        at += piece;
    }
    eft__frame_reader_fini(&reader);
}

/* True if every way to cut the stream reads as expected. */
static bool reads_as_expected(const expectation *row)
{
    transcript notes = {0, ""};

    for (size_t first = 1; first <= row->length; first++) {
        read_in_pieces(row, first, row->length, &notes);
        if (strcmp(notes.text, row->events))
            break;
        read_in_pieces(row, first, first, &notes);
        if (strcmp(notes.text, row->events))
            break;
    }
    if (!strcmp(notes.text, row->events))
        return true;
    printf("expected:\n%sread:\n%s", row->events, notes.text);
    return false;
}

static void check_rows(const expectation *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_TRUE(reads_as_expected(&rows[i]));
}

static void check_refused(eft__role role, const char *stream, size_t length,
                          const char *sentence)
{
    char events[200];
    expectation row = {role, stream, length, events};

    snprintf(events, sizeof events, "error 1002 EFT_EPROTO: %s\n", sentence);
    CU_ASSERT_TRUE(reads_as_expected(&row));
}

/* Reading what is right */

static void reader_reads_the_examples_of_the_rfc(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x81\x05Hello"), "text [Hello]\n"},
        {TO_SERVER("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
         "text [Hello]\n"},
        {TO_CLIENT("\x01\x03Hel\x80\x02lo"), "text [Hello]\n"},
        {TO_CLIENT("\x89\x05Hello"), "ping [Hello]\n"},
        {TO_SERVER("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
         "pong [Hello]\n"},
    };

    check_rows(rows, COUNT(rows));
}

static void empty_messages_and_fragments_are_messages(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x81\0"), "text []\n"},
        {TO_CLIENT("\x82\0\x81\0"), "binary []\ntext []\n"},
        {TO_CLIENT("\x02\0\0\0\0\0\x80\0"), "binary []\n"},
        {TO_CLIENT("\x01\0\0\x02hi\0\0\x80\0\x82\x01x"),
         "text [hi]\nbinary [x]\n"},
        {TO_SERVER("\x02\x80zzzz\x00\x81\0\0\0\0a\x80\x80yyyy"),
         "binary [a]\n"},
    };

    check_rows(rows, COUNT(rows));
}

static void control_frames_may_stand_between_fragments(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x01\x02He\x89\x01p\x80\x03llo\x8a\0"),
         "ping [p]\ntext [Hello]\npong []\n"},
        {TO_CLIENT(
             "\x01\x01\xE2\x89\x02\xE2\x82\0\x01\x82\x8a\x01q\x80\x01\xAC"),
         "ping [\xE2\x82]\npong [q]\ntext [\xE2\x82\xAC]\n"},
        {TO_CLIENT("\x02\x02He\x88\x02\x03\xe8\x80\x03llo"),
         "close 1000 reason []\n"},
    };

    check_rows(rows, COUNT(rows));
}

static void several_events_come_in_order(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x89\x01"
                   "1\x89\x01"
                   "2\x82\x01"
                   "3\x8a\x01"
                   "4\x81\x01"
                   "5"),
         "ping [1]\nping [2]\nbinary [3]\npong [4]\ntext [5]\n"},
    };

    check_rows(rows, COUNT(rows));
}

static void a_nul_follows_every_payload(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x89\x04long\x8a\x01s\x89\0\x88\x03\x03\xe8r"),
         "ping [long]\npong [s]\nping []\nclose 1000 reason [r]\n"},
        {TO_CLIENT("\x01\x02xx\0\x01x\x80\x01x\x81\x01y"),
         "text [xxxx]\ntext [y]\n"},
    };

    check_rows(rows, COUNT(rows));
}

static void one_call_tells_one_event_and_leaves_the_rest(void)
{
    static const char stream[] = "\x89\x01"
                                 "1\x82\x01"
                                 "3\x81";
    const uint8_t *data = (const uint8_t *)stream;
    size_t length = sizeof stream - 1;
    eft__frame_reader reader;
    eft__event event;

    eft__frame_reader_init(&reader, EFT__CLIENT, LIMIT);
    REQUIRE(eft__frame_read(&reader, &data, &length, &event));
    CU_ASSERT_EQUAL(event.type, EFT__EVENT_PING);
    CU_ASSERT_EQUAL(length, sizeof stream - 1 - 3);
    CU_ASSERT_PTR_EQUAL(data, (const uint8_t *)stream + 3);
    REQUIRE(eft__frame_read(&reader, &data, &length, &event));
    CU_ASSERT_EQUAL(event.type, EFT__EVENT_MESSAGE);
    CU_ASSERT_EQUAL(length, 1);
    eft_message_free(event.message);
    CU_ASSERT_FALSE(eft__frame_read(&reader, &data, &length, &event));
    CU_ASSERT_EQUAL(length, 0);
    eft__frame_reader_fini(&reader);
}

static void close_frames_have_a_code_and_a_reason_or_none(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x88\0"), "close 1005 reason []\n"},
        {TO_CLIENT("\x88\x02\x03\xe8"), "close 1000 reason []\n"},
        {TO_CLIENT("\x88\x06\x0f\xa0"
                   "bye!"),
         "close 4000 reason [bye!]\n"},
        {TO_SERVER("\x88\x85\0\0\0\0\x03\xe9\xE2\x82\xAC"),
         "close 1001 reason [\xE2\x82\xAC]\n"},
    };

    check_rows(rows, COUNT(rows));
}

static void nothing_is_read_after_a_close(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x88\x02\x03\xe8\x81\x05Hello\x88\x02\x03\xe9\xff\xff"),
         "close 1000 reason []\n"},
        {TO_CLIENT("\x81\x85Hello\x81\x05Hello"),
         "error 1002 EFT_EPROTO: masked frame from the server\n"},
    };

    check_rows(rows, COUNT(rows));
}

/* Refusing what is wrong */

static void reserved_bits_are_refused(void)
{
    static const char *const streams[] = {"\xC1\x01x", "\xA2\x01x",
                                          "\x91\x01x", "\xF9\x01x",
                                          "\xC8\x01x", "\x41\x01x"};

    for (size_t i = 0; i < COUNT(streams); i++)
        check_refused(EFT__CLIENT, streams[i], 3,
                      "reserved bits set, and no extension was agreed on");
}

static void reserved_opcodes_are_refused(void)
{
    for (int opcode = 3; opcode < 16; opcode++) {
        char stream[] = {(char)(0x80 | opcode), 1, 'x'};

        if (opcode == 8)
            opcode = 11;
        stream[0] = (char)(0x80 | opcode);
        check_refused(EFT__CLIENT, stream, sizeof stream,
                      opcode < 8 ? "reserved data opcode"
                                 : "reserved control opcode");
    }
}

static void fragmented_control_frames_are_refused(void)
{
    static const char *const streams[] = {"\x08\x02\x03\xe8", "\x09\x02xx",
                                          "\x0a\x02xx"};

    for (size_t i = 0; i < COUNT(streams); i++)
        check_refused(EFT__CLIENT, streams[i], 4, "fragmented control frame");
}

static void long_control_frames_are_refused(void)
{
    static const char *const streams[] = {"\x88\x7e\0\x7e", "\x89\x7e\0\x7e",
                                          "\x8a\x7f\0\0"};

    for (size_t i = 0; i < COUNT(streams); i++)
        check_refused(EFT__CLIENT, streams[i], 4,
                      "control frame longer than 125 bytes");
}

static void control_frames_of_125_bytes_are_read(void)
{
    char stream[2 + 125] = {(char)0x89, 125}, events[200] = "ping [";
    expectation row = {EFT__CLIENT, stream, sizeof stream, events};

    memset(stream + 2, 'p', 125);
    memset(events + 6, 'p', 125);
    strcpy(events + 6 + 125, "]\n");
    CU_ASSERT_TRUE(reads_as_expected(&row));
}

static void lengths_not_in_shortest_form_are_refused(void)
{
    static const struct {
        const char *bytes;
        size_t length;
    } rows[] = {
        {"\x82\x7e\0\0", 4},
        {"\x82\x7e\0\x7d", 4},
        {"\x82\x7f\0\0\0\0\0\0\0\0", 10},
        {"\x82\x7f\0\0\0\0\0\0\0\x7e", 10},
        {"\x82\x7f\0\0\0\0\0\0\xff\xff", 10},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        check_refused(EFT__CLIENT, rows[i].bytes, rows[i].length,
                      "frame length not in its shortest form");
}

static void lengths_with_the_top_bit_are_refused(void)
{
    check_refused(EFT__CLIENT, "\x82\x7f\x80\0\0\0\0\0\0\0", 10,
                  "frame length with its top bit set");
    check_refused(EFT__CLIENT, "\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10,
                  "frame length with its top bit set");
}

static void masks_are_asked_of_clients_and_refused_of_servers(void)
{
    check_refused(EFT__CLIENT, "\x81\x81zzzz\x1b", 7,
                  "masked frame from the server");
    check_refused(EFT__CLIENT, "\x88\x80zzzz", 6,
                  "masked frame from the server");
    check_refused(EFT__SERVER, "\x81\x01x", 3,
                  "unmasked frame from the client");
    check_refused(EFT__SERVER, "\x88\0", 2, "unmasked frame from the client");
}

static void fragments_out_of_order_are_refused(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x80\x01x"),
         "error 1002 EFT_EPROTO: "
         "continuation frame without a message to continue\n"},
        {TO_CLIENT("\x81\x01x\0\x01x"),
         "text [x]\nerror 1002 EFT_EPROTO: "
         "continuation frame without a message to continue\n"},
        {TO_CLIENT("\x01\x01x\x80\x01y\x80\0"),
         "text [xy]\nerror 1002 EFT_EPROTO: "
         "continuation frame without a message to continue\n"},
        {TO_CLIENT("\x01\x01x\x81\x01x"),
         "error 1002 EFT_EPROTO: "
         "new message before the last fragment of another\n"},
        {TO_CLIENT("\x02\0\x02\0"),
         "error 1002 EFT_EPROTO: "
         "new message before the last fragment of another\n"},
    };

    check_rows(rows, COUNT(rows));
}

static void half_a_close_code_is_refused(void)
{
    check_refused(EFT__CLIENT, "\x88\x01\x03", 3,
                  "Close frame with half a close code");
}

static bool may_be_sent(unsigned code)
{
    static const unsigned known[] = {1000, 1001, 1002, 1003, 1007, 1008,
                                     1009, 1010, 1011, 1012, 1013, 1014};

    for (size_t i = 0; i < COUNT(known); i++) {
        if (known[i] == code)
            return true;
    }
    return code >= 3000 && code < 5000;
}

static void every_close_code_is_judged(void)
{
    unsigned wrong = 0;

    for (unsigned code = 0; code <= 0xFFFF; code++) {
        char stream[] = {(char)0x88, 2, (char)(code >> 8), (char)code};
        char events[80];
        expectation row = {EFT__CLIENT, stream, sizeof stream, events};
        transcript notes;

        if (may_be_sent(code))
            snprintf(events, sizeof events, "close %u reason []\n", code);
        else
            strcpy(events, "error 1002 EFT_EPROTO: "
                           "Close frame with an illegal code\n");
        read_in_pieces(&row, 4, 4, &notes);
        wrong += strcmp(notes.text, events) != 0;
        read_in_pieces(&row, 1, 1, &notes);
        wrong += strcmp(notes.text, events) != 0;
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void close_reasons_must_be_utf8(void)
{
    static const char events[] =
        "error 1007 EFT_EUTF8: close reason that is not UTF-8\n";
    static const expectation rows[] = {
        {TO_CLIENT("\x88\x04\x03\xe8\xE2\x82"), events},
        {TO_CLIENT("\x88\x05\x03\xe8\xED\xA0\x80"), events},
        {TO_CLIENT("\x88\x03\x03\xe8\xFF"), events},
    };

    check_rows(rows, COUNT(rows));
}

static void text_must_be_utf8(void)
{
    static const char wrong[] =
        "error 1007 EFT_EUTF8: text message that is not UTF-8\n";
    static const char early[] =
        "error 1007 EFT_EUTF8: text message that ends inside a character\n";
    static const expectation rows[] = {
        {TO_CLIENT("\x81\x01\xFF"), wrong},
        {TO_CLIENT("\x81\x03\xED\xA0\x80"), wrong},
        {TO_CLIENT("\x81\x04\xF4\x90\x80\x80"), wrong},
        {TO_CLIENT("\x81\x02\xC0\x80"), wrong},
        {TO_CLIENT("\x81\x03"
                   "a\xE2\x82"),
         early},
        {TO_CLIENT("\x01\x01\xE2\0\x01\x82\x80\0"), early},
        {TO_CLIENT("\x01\x01\xE2\0\x01\x82\x80\x01"
                   "a"),
         wrong},
        {TO_CLIENT("\x01\x02\xE2\x82\x80\x01\xAC\x81\x01\xAC"),
         "text [\xE2\x82\xAC]\n"
         "error 1007 EFT_EUTF8: text message that is not UTF-8\n"},
        {TO_CLIENT("\x82\x02\xFF\xFE"), "binary [\xFF\xFE]\n"},
        {TO_SERVER("\x81\x81\x01\x02\x03\x04\xFE"), wrong},
    };

    check_rows(rows, COUNT(rows));
}

/* Autobahn's 6.4: neither the frame nor the message has to be whole. */
static void an_invalid_prefix_fails_before_the_frame_ends(void)
{
    static const char stream[] = "\x01\x7e\x03\xe8\xF4\x90";
    expectation row = {EFT__CLIENT, stream, sizeof stream - 1, ""};
    transcript notes;

    row.length--;
    read_in_pieces(&row, row.length, 1, &notes);
    CU_ASSERT_STRING_EQUAL(notes.text, "");
    row.length++;
    read_in_pieces(&row, row.length, 1, &notes);
    CU_ASSERT_STRING_EQUAL(
        notes.text, "error 1007 EFT_EUTF8: text message that is not UTF-8\n");
}

static void wrong_headers_fail_at_their_second_byte(void)
{
    static const char stream[] = "\x83\x7f";
    expectation row = {EFT__CLIENT, stream, 2, ""};
    transcript notes;

    read_in_pieces(&row, 1, 1, &notes);
    CU_ASSERT_STRING_EQUAL(notes.text,
                           "error 1002 EFT_EPROTO: reserved data opcode\n");
}

static void messages_over_the_limit_are_refused_at_the_header(void)
{
    static const char events[] =
        "error 1009 EFT_EMSGSIZE: message over the limit\n";
    static const expectation rows[] = {
        {TO_CLIENT("\x82\x7e\x03\xe9"), events},
        {TO_CLIENT("\x82\x7f\0\0\0\0\0\1\0\0"), events},
        {TO_CLIENT("\x82\x7f\0\0\0\1\0\0\0\0"), events},
        {TO_CLIENT("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"), events},
        {TO_CLIENT("\x02\x01x\x80\x7e\x03\xe8"), events},
        {TO_CLIENT("\x02\x01x\0\x01y\0\x7e\x03\xe7"), events},
        {TO_CLIENT("\x02\x01x\x80\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"),
         events},
    };

    check_rows(rows, COUNT(rows));
}

static void a_message_of_just_the_limit_is_read(void)
{
    char stream[4 + LIMIT + 2] = "\x82\x7e\x03\xe8";
    expectation row = {EFT__CLIENT, stream, 4 + LIMIT, NULL};
    transcript notes;

    memset(stream + 4, 'x', LIMIT);
    read_in_pieces(&row, row.length, 1, &notes);
    CU_ASSERT_EQUAL(strncmp(notes.text, "binary 1000 bytes", 17), 0);
    row.events = notes.text;
    CU_ASSERT_TRUE(reads_as_expected(&row));
    /* The same in two fragments. */
    memmove(stream + 4 + LIMIT - 10 + 2, stream + 4 + LIMIT - 10, 10);
    memcpy(stream, "\x02\x7e\x03\xde", 4);
    memcpy(stream + 4 + LIMIT - 10, "\x80\x0a", 2);
    row.length += 2;
    CU_ASSERT_TRUE(reads_as_expected(&row));
}

/* Memory */

/* What the reader asked for at once, at most. */
static size_t largest;

static void *note_largest(void *context, void *memory, size_t size)
{
    (void)context;
    if (size > largest)
        largest = size;
    if (size)
        return realloc(memory, size);
    free(memory);
    return NULL;
}

static void a_declared_length_costs_no_memory(void)
{
    static const char head[] = "\x82\x7f\0\0\0\0\x40\0\0\0";
    char piece[1000] = "";
    eft__frame_reader reader;
    transcript notes = {0, ""};

    eft__frame_reader_init(&reader, EFT__CLIENT, (size_t)1 << 30);
    largest = 0;
    eft_set_allocator(note_largest, NULL);
    feed(&reader, head, sizeof head - 1, &notes);
    CU_ASSERT(largest <= sizeof(eft_message) + 1);
    for (size_t arrived = 1000; arrived <= 100000; arrived += 1000) {
        feed(&reader, piece, sizeof piece, &notes);
        CU_ASSERT(largest <= 2 * arrived + sizeof(eft_message) + 1);
    }
    eft__frame_reader_fini(&reader);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_STRING_EQUAL(notes.text, "");
}

static void a_message_that_came_whole_is_allocated_once_and_exactly(void)
{
    static const char stream[] = "\x82\x05Hello";
    size_t live = eft_live_objects();
    eft__frame_reader reader;
    transcript notes = {0, ""};

    eft__frame_reader_init(&reader, EFT__CLIENT, LIMIT);
    largest = 0;
    eft_set_allocator(note_largest, NULL);
    feed(&reader, stream, sizeof stream - 1, &notes);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_EQUAL(largest, sizeof(eft_message) + 5 + 1);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    eft__frame_reader_fini(&reader);
}

static void an_idle_reader_holds_no_memory_and_is_small(void)
{
    size_t live = eft_live_objects();
    eft__frame_reader reader;
    transcript notes = {0, ""};

    CU_ASSERT(sizeof reader <= 256);
    eft__frame_reader_init(&reader, EFT__CLIENT, LIMIT);
    feed(&reader, "\x89\x01p\x01\x01x", 6, &notes);
    CU_ASSERT_EQUAL(eft_live_objects(), live + 1);
    feed(&reader, "\x80\x01y", 3, &notes);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    CU_ASSERT_STRING_EQUAL(notes.text, "ping [p]\ntext [xy]\n");
    eft__frame_reader_fini(&reader);
}

/* Allows the first *context allocations. */
static void *run_out(void *context, void *memory, size_t size)
{
    size_t *allowed = context;

    if (!size) {
        free(memory);
        return NULL;
    }
    if (!*allowed)
        return NULL;
    --*allowed;
    return realloc(memory, size);
}

static void running_out_of_memory_closes_with_1011(void)
{
    static const char stream[] = "\x81\x03one\x01\x02tw\x80\x01o\x82\x02"
                                 "33";
    static const expectation row = {TO_CLIENT(stream), ""};
    size_t live = eft_live_objects();
    transcript notes;

    for (size_t allowed = 0; allowed < 20; allowed++) {
        size_t left = allowed;

        eft_set_allocator(run_out, &left);
        read_in_pieces(&row, 1, 1, &notes);
        eft_set_allocator(NULL, NULL);
        CU_ASSERT_EQUAL(eft_live_objects(), live);
        if (!strstr(notes.text, "error"))
            break;
        CU_ASSERT_PTR_NOT_NULL(strstr(
            notes.text, "error 1011 EFT_ENOMEM: out of memory for a message"));
    }
    CU_ASSERT_STRING_EQUAL(notes.text, "text [one]\ntext [two]\nbinary [33]\n");
}

/* Writing */

static bool writes(eft__role role, eft__opcode opcode, bool fin,
                   const char *payload, const char *frame, size_t length)
{
    eft__bytes out = {NULL, 0, 0, 0};
    uint32_t mask;
    bool same;

    memcpy(&mask, "\x37\xfa\x21\x3d", 4);
    same = eft__frame_write(&out, role, mask, opcode, fin, payload,
                            strlen(payload)) &&
           eft__bytes_length(&out) == length &&
           !memcmp(eft__bytes_data(&out), frame, length);
    eft__bytes_fini(&out);
    return same;
}

static void writer_writes_the_examples_of_the_rfc(void)
{
    CU_ASSERT_TRUE(
        writes(EFT__SERVER, EFT__OP_TEXT, true, "Hello", "\x81\x05Hello", 7));
    CU_ASSERT_TRUE(writes(EFT__CLIENT, EFT__OP_TEXT, true, "Hello",
                          "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11));
    CU_ASSERT_TRUE(
        writes(EFT__SERVER, EFT__OP_TEXT, false, "Hel", "\x01\x03Hel", 5));
    CU_ASSERT_TRUE(
        writes(EFT__SERVER, EFT__OP_CONTINUATION, true, "lo", "\x80\x02lo", 4));
    CU_ASSERT_TRUE(
        writes(EFT__SERVER, EFT__OP_PING, true, "Hello", "\x89\x05Hello", 7));
    CU_ASSERT_TRUE(writes(EFT__CLIENT, EFT__OP_PONG, true, "Hello",
                          "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11));
}

static void lengths_are_written_in_shortest_form(void)
{
    static const struct {
        size_t length, head_size;
        const char *head;
    } rows[] = {
        {0, 2, "\x82\0"},
        {125, 2, "\x82\x7d"},
        {126, 4, "\x82\x7e\0\x7e"},
        {65535, 4, "\x82\x7e\xff\xff"},
        {65536, 10, "\x82\x7f\0\0\0\0\0\1\0\0"},
    };
    static const char payload[65536];

    for (size_t i = 0; i < COUNT(rows); i++) {
        eft__bytes out = {NULL, 0, 0, 0};

        REQUIRE(eft__frame_write(&out, EFT__SERVER, 0, EFT__OP_BINARY, true,
                                 payload, rows[i].length));
        CU_ASSERT_EQUAL(eft__bytes_length(&out),
                        rows[i].head_size + rows[i].length);
        CU_ASSERT_EQUAL(
            memcmp(eft__bytes_data(&out), rows[i].head, rows[i].head_size), 0);
        eft__bytes_fini(&out);
    }
}

static void masking_covers_every_length_at_every_alignment(void)
{
    char payload[108];
    uint8_t key[4] = {0x12, 0x80, 0xFF, 0x5A};
    uint32_t mask;
    unsigned wrong = 0;

    memcpy(&mask, key, sizeof mask);
    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (char)(i * 7);
    for (size_t from = 0; from < 8; from++) {
        for (size_t length = 0; length <= 100; length++) {
            eft__bytes out = {NULL, 0, 0, 0};
            const uint8_t *frame;

            REQUIRE(eft__frame_write(&out, EFT__CLIENT, mask, EFT__OP_BINARY,
                                     true, payload + from, length));
            frame = eft__bytes_data(&out);
            for (size_t i = 0; i < length; i++)
                wrong +=
                    frame[6 + i] != ((uint8_t)payload[from + i] ^ key[i & 3]);
            eft__bytes_fini(&out);
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void a_server_reads_what_a_client_wrote_however_cut(void)
{
    char payload[300];
    eft__bytes out = {NULL, 0, 0, 0};
    expectation row = {EFT__SERVER, NULL, 0, NULL};
    transcript notes;
    uint32_t mask;

    memcpy(&mask, "\x9d\x01\x7f\xe2", 4);
    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (char)(' ' + i % 90);
    for (size_t length = 0; length <= sizeof payload; length += 25) {
        REQUIRE(eft__frame_write(&out, EFT__CLIENT, mask, EFT__OP_TEXT, true,
                                 payload, length));
        row.stream = (const char *)eft__bytes_data(&out);
        row.length = eft__bytes_length(&out);
        read_in_pieces(&row, row.length, 1, &notes);
        row.events = notes.text;
        CU_ASSERT_EQUAL(strncmp(notes.text, "text ", 5), 0);
        CU_ASSERT_TRUE(reads_as_expected(&row));
    }
    eft__bytes_fini(&out);
}

static void bytes_keep_their_order(void)
{
    eft__bytes bytes = {NULL, 0, 0, 0};
    uint8_t next_in = 0, next_out = 0;
    unsigned wrong = 0;

    for (unsigned turn = 0; turn < 3000; turn++) {
        uint8_t chunk[97];
        size_t size = turn * 31 % sizeof chunk, gone;

        for (size_t i = 0; i < size; i++)
            chunk[i] = next_in++;
        REQUIRE(eft__bytes_append(&bytes, chunk, size));
        gone = turn * 17 % (eft__bytes_length(&bytes) + 1);
        for (size_t i = 0; i < gone; i++)
            wrong += eft__bytes_data(&bytes)[i] != next_out++;
        eft__bytes_consume(&bytes, gone);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL((uint8_t)(next_in - next_out),
                    (uint8_t)eft__bytes_length(&bytes));
    eft__bytes_fini(&bytes);
    CU_ASSERT_EQUAL(eft__bytes_length(&bytes), 0);
}

static void bytes_give_back_their_storage_when_empty(void)
{
    size_t live = eft_live_objects();
    eft__bytes bytes = {NULL, 0, 0, 0};

    CU_ASSERT_PTR_NULL(eft__bytes_data(&bytes));
    CU_ASSERT_TRUE(eft__bytes_append(&bytes, NULL, 0));
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    CU_ASSERT_TRUE(eft__bytes_append(&bytes, "abc", 3));
    eft__bytes_trim(&bytes);
    CU_ASSERT_EQUAL(eft__bytes_length(&bytes), 3);
    eft__bytes_consume(&bytes, 3);
    CU_ASSERT_EQUAL(eft_live_objects(), live + 1);
    eft__bytes_trim(&bytes);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
}

static void a_failed_append_changes_nothing(void)
{
    static const char big[1000];
    eft__bytes bytes = {NULL, 0, 0, 0};
    size_t allowed = 1;

    eft_set_allocator(run_out, &allowed);
    CU_ASSERT_TRUE(eft__bytes_append(&bytes, "abc", 3));
    CU_ASSERT_FALSE(eft__bytes_append(&bytes, big, sizeof big));
    CU_ASSERT_FALSE(eft__bytes_append(&bytes, big, SIZE_MAX));
    CU_ASSERT_FALSE(eft__frame_write(&bytes, EFT__CLIENT, 0, EFT__OP_BINARY,
                                     true, big, sizeof big));
    CU_ASSERT_FALSE(eft__frame_write(&bytes, EFT__CLIENT, 0, EFT__OP_BINARY,
                                     true, big, SIZE_MAX));
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_EQUAL(eft__bytes_length(&bytes), 3);
    CU_ASSERT_EQUAL(memcmp(eft__bytes_data(&bytes), "abc", 3), 0);
    eft__bytes_fini(&bytes);
}

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

extern const test_case suite_frame[];
const test_case suite_frame[] = {
    CASE(reader_reads_the_examples_of_the_rfc),
    CASE(empty_messages_and_fragments_are_messages),
    CASE(control_frames_may_stand_between_fragments),
    CASE(several_events_come_in_order),
    CASE(a_nul_follows_every_payload),
    CASE(one_call_tells_one_event_and_leaves_the_rest),
    CASE(close_frames_have_a_code_and_a_reason_or_none),
    CASE(nothing_is_read_after_a_close),
    CASE(reserved_bits_are_refused),
    CASE(reserved_opcodes_are_refused),
    CASE(fragmented_control_frames_are_refused),
    CASE(long_control_frames_are_refused),
    CASE(control_frames_of_125_bytes_are_read),
    CASE(lengths_not_in_shortest_form_are_refused),
    CASE(lengths_with_the_top_bit_are_refused),
    CASE(masks_are_asked_of_clients_and_refused_of_servers),
    CASE(fragments_out_of_order_are_refused),
    CASE(half_a_close_code_is_refused),
    CASE(every_close_code_is_judged),
    CASE(close_reasons_must_be_utf8),
    CASE(text_must_be_utf8),
    CASE(an_invalid_prefix_fails_before_the_frame_ends),
    CASE(wrong_headers_fail_at_their_second_byte),
    CASE(messages_over_the_limit_are_refused_at_the_header),
    CASE(a_message_of_just_the_limit_is_read),
    CASE(a_declared_length_costs_no_memory),
    CASE(a_message_that_came_whole_is_allocated_once_and_exactly),
    CASE(an_idle_reader_holds_no_memory_and_is_small),
    CASE(running_out_of_memory_closes_with_1011),
    CASE(writer_writes_the_examples_of_the_rfc),
    CASE(lengths_are_written_in_shortest_form),
    CASE(masking_covers_every_length_at_every_alignment),
    CASE(a_server_reads_what_a_client_wrote_however_cut),
    CASE(bytes_keep_their_order),
    CASE(bytes_give_back_their_storage_when_empty),
    CASE(a_failed_append_changes_nothing),
    {NULL, NULL},
};
