/* SPDX-License-Identifier: MIT
 * Tests of the frame reader: what is right, however it is cut. */
#include <string.h>

#include "frame_stream.h"
#include "suite.h"

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

    CHECK_ROWS(rows);
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

    CHECK_ROWS(rows);
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

    CHECK_ROWS(rows);
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

    CHECK_ROWS(rows);
}

static void a_nul_follows_every_payload(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x89\x04long\x8a\x01s\x89\0\x88\x03\x03\xe8r"),
         "ping [long]\npong [s]\nping []\nclose 1000 reason [r]\n"},
        {TO_CLIENT("\x01\x02xx\0\x01x\x80\x01x\x81\x01y"),
         "text [xxxx]\ntext [y]\n"},
    };

    CHECK_ROWS(rows);
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
    REQUIRE(event.type == EFT__EVENT_MESSAGE);
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

    CHECK_ROWS(rows);
}

static void nothing_is_read_after_a_close(void)
{
    static const expectation rows[] = {
        {TO_CLIENT("\x88\x02\x03\xe8\x81\x05Hello\x88\x02\x03\xe9\xff\xff"),
         "close 1000 reason []\n"},
        {TO_CLIENT("\x81\x85Hello\x81\x05Hello"),
         "error 1002 EFT_EPROTO: masked frame from the server\n"},
    };

    CHECK_ROWS(rows);
}

static void control_frames_of_125_bytes_are_read(void)
{
    char stream[2 + 125] = {(char)0x89, 125}, events[200] = "ping [";
    expectation row = {.role = EFT__CLIENT,
                       .stream = stream,
                       .length = sizeof stream,
                       .events = events};

    memset(stream + 2, 'p', 125);
    memset(events + 6, 'p', 125);
    strcpy(events + 6 + 125, "]\n");
    CU_ASSERT_TRUE(reads_as_expected(&row));
}

static void a_message_of_just_the_limit_is_read(void)
{
    char stream[4 + LIMIT + 2] = "\x82\x7e\x03\xe8";
    expectation row = {.role = EFT__CLIENT,
                       .stream = stream,
                       .length = 4 + LIMIT,
                       .events = NULL};
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

const test_case suite_frame_read[] = {
    {"reader_reads_the_examples_of_the_rfc",
     reader_reads_the_examples_of_the_rfc},
    {"empty_messages_and_fragments_are_messages",
     empty_messages_and_fragments_are_messages},
    {"control_frames_may_stand_between_fragments",
     control_frames_may_stand_between_fragments},
    {"several_events_come_in_order", several_events_come_in_order},
    {"a_nul_follows_every_payload", a_nul_follows_every_payload},
    {"one_call_tells_one_event_and_leaves_the_rest",
     one_call_tells_one_event_and_leaves_the_rest},
    {"close_frames_have_a_code_and_a_reason_or_none",
     close_frames_have_a_code_and_a_reason_or_none},
    {"nothing_is_read_after_a_close", nothing_is_read_after_a_close},
    {"control_frames_of_125_bytes_are_read",
     control_frames_of_125_bytes_are_read},
    {"a_message_of_just_the_limit_is_read",
     a_message_of_just_the_limit_is_read},
    {NULL, NULL},
};
