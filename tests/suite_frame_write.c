/* SPDX-License-Identifier: MIT
 * Tests of the frame writer: heads, lengths, masks. */
#include <string.h>

#include "frame_stream.h"
#include "suite.h"

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

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
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
    expectation row = {
        .role = EFT__SERVER, .stream = NULL, .length = 0, .events = NULL};
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

const test_case suite_frame_write[] = {
    {"writer_writes_the_examples_of_the_rfc",
     writer_writes_the_examples_of_the_rfc},
    {"lengths_are_written_in_shortest_form",
     lengths_are_written_in_shortest_form},
    {"masking_covers_every_length_at_every_alignment",
     masking_covers_every_length_at_every_alignment},
    {"a_server_reads_what_a_client_wrote_however_cut",
     a_server_reads_what_a_client_wrote_however_cut},
    {NULL, NULL},
};
