/* SPDX-License-Identifier: MIT
 * Tests of the frame reader: what RFC 6455 forbids, rule by rule. */
#include <stdio.h>
#include <string.h>

#include "frame_stream.h"
#include "suite.h"

static void reserved_bits_are_refused(void)
{
    static const char *const streams[] = {"\xC1\x01x", "\xA2\x01x",
                                          "\x91\x01x", "\xF9\x01x",
                                          "\xC8\x01x", "\x41\x01x"};

    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
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

    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        check_refused(EFT__CLIENT, streams[i], 4, "fragmented control frame");
}

static void long_control_frames_are_refused(void)
{
    static const char *const streams[] = {"\x88\x7e\0\x7e", "\x89\x7e\0\x7e",
                                          "\x8a\x7f\0\0"};

    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
        check_refused(EFT__CLIENT, streams[i], 4,
                      "control frame longer than 125 bytes");
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

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
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

    CHECK_ROWS(rows);
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

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
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
        expectation row = {.role = EFT__CLIENT,
                           .stream = stream,
                           .length = sizeof stream,
                           .events = events};
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

    CHECK_ROWS(rows);
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

    CHECK_ROWS(rows);
}

/* Autobahn's 6.4: neither the frame nor the message has to be whole. */
static void an_invalid_prefix_fails_before_the_frame_ends(void)
{
    static const char stream[] = "\x01\x7e\x03\xe8\xF4\x90";
    expectation row = {.role = EFT__CLIENT,
                       .stream = stream,
                       .length = sizeof stream - 1,
                       .events = ""};
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
    expectation row = {
        .role = EFT__CLIENT, .stream = stream, .length = 2, .events = ""};
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

    CHECK_ROWS(rows);
}

const test_case suite_frame_refuse[] = {
    {"reserved_bits_are_refused", reserved_bits_are_refused},
    {"reserved_opcodes_are_refused", reserved_opcodes_are_refused},
    {"fragmented_control_frames_are_refused",
     fragmented_control_frames_are_refused},
    {"long_control_frames_are_refused", long_control_frames_are_refused},
    {"lengths_not_in_shortest_form_are_refused",
     lengths_not_in_shortest_form_are_refused},
    {"lengths_with_the_top_bit_are_refused",
     lengths_with_the_top_bit_are_refused},
    {"masks_are_asked_of_clients_and_refused_of_servers",
     masks_are_asked_of_clients_and_refused_of_servers},
    {"fragments_out_of_order_are_refused", fragments_out_of_order_are_refused},
    {"half_a_close_code_is_refused", half_a_close_code_is_refused},
    {"every_close_code_is_judged", every_close_code_is_judged},
    {"close_reasons_must_be_utf8", close_reasons_must_be_utf8},
    {"text_must_be_utf8", text_must_be_utf8},
    {"an_invalid_prefix_fails_before_the_frame_ends",
     an_invalid_prefix_fails_before_the_frame_ends},
    {"wrong_headers_fail_at_their_second_byte",
     wrong_headers_fail_at_their_second_byte},
    {"messages_over_the_limit_are_refused_at_the_header",
     messages_over_the_limit_are_refused_at_the_header},
    {NULL, NULL},
};
