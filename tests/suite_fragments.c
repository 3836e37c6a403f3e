/* SPDX-License-Identifier: MIT
 * Tests of messages in pieces: received as they come, and sent in parts. */
#include <string.h>

#include "eft/error.h"
#include "eft/memory.h"
#include "protocol_peer.h"
#include "suite.h"

static void start_in_pieces(eft__protocol *protocol, size_t max_message)
{
    static eft__mask_pool zeros = {.fill = fill_with_zeros};
    eft__protocol_settings settings = {.role = EFT__CLIENT,
                                       .max_message = max_message,
                                       .masks = &zeros,
                                       .fragments = true};

    eft__protocol_init(protocol, &settings);
}

/* Does the stream give this piece next?  NULL: none. */
static bool gives(eft__protocol *protocol, const char **stream, size_t *length,
                  const char *piece, bool first, bool last)
{
    const uint8_t *data = (const uint8_t *)*stream;
    eft__event event;
    bool same = false;

    if (!eft__protocol_next(protocol, &data, length, &event))
        return !piece && !*length;
    *stream = (const char *)data;
    if (event.type != EFT__EVENT_MESSAGE)
        return false;
    same = piece && event.message->length == strlen(piece) &&
           !memcmp(event.message->data, piece, strlen(piece) + 1) &&
           event.message->first == first && event.message->last == last;
    eft_message_free(event.message);
    return same;
}

/* Receiving */

static void a_piece_is_what_arrived_of_a_frame(void)
{
    eft__protocol client;
    const char *one = "\x02\x06"
                      "abcd",
               *two = "ef\x80\x02gh";
    size_t length = 6;

    start_in_pieces(&client, LIMIT);
    CU_ASSERT_TRUE(gives(&client, &one, &length, "abcd", true, false));
    CU_ASSERT_TRUE(gives(&client, &one, &length, NULL, false, false));
    length = 6;
    CU_ASSERT_TRUE(gives(&client, &two, &length, "ef", false, false));
    CU_ASSERT_TRUE(gives(&client, &two, &length, "gh", false, true));
    CU_ASSERT_TRUE(gives(&client, &two, &length, NULL, false, false));
    eft__protocol_fini(&client);
}

static void a_whole_message_is_one_piece(void)
{
    eft__protocol client;
    const char *stream = "\x81\x02hi\x82\x00";
    size_t length = 6;

    start_in_pieces(&client, LIMIT);
    CU_ASSERT_TRUE(gives(&client, &stream, &length, "hi", true, true));
    CU_ASSERT_TRUE(gives(&client, &stream, &length, "", true, true));
    eft__protocol_fini(&client);
}

static void only_the_last_piece_may_be_empty(void)
{
    eft__protocol client;
    const char *stream = "\x01\x00\x00\x01x\x00\x00\x80\x00\x01\x00\x80\x00";
    size_t length = 13;

    start_in_pieces(&client, LIMIT);
    CU_ASSERT_TRUE(gives(&client, &stream, &length, "x", true, false));
    CU_ASSERT_TRUE(gives(&client, &stream, &length, "", false, true));
    CU_ASSERT_TRUE(gives(&client, &stream, &length, "", true, true));
    CU_ASSERT_TRUE(gives(&client, &stream, &length, NULL, false, false));
    eft__protocol_fini(&client);
}

static void a_character_waits_for_its_end(void)
{
    static const char euro[] = "\xe2\x82\xac", face[] = "\xf0\x9f\x98\x80";
    eft__protocol client;
    char bytes[] = "\x01\x03"
                   "a\xe2\x82\x00\x01\xac\x80\x04\xf0\x9f\x98\x80";
    const char *at = bytes;
    size_t length = 5;

    start_in_pieces(&client, LIMIT);
    CU_ASSERT_TRUE(gives(&client, &at, &length, "a", true, false));
    CU_ASSERT_TRUE(gives(&client, &at, &length, NULL, false, false));
    at = bytes + 5;
    length = 3;
    CU_ASSERT_TRUE(gives(&client, &at, &length, euro, false, false));
    for (at = bytes + 8; at < bytes + 13;) {
        const char *byte = at++;

        length = 1;
        CU_ASSERT_TRUE(gives(&client, &byte, &length, NULL, false, false));
    }
    length = 1;
    CU_ASSERT_TRUE(gives(&client, &at, &length, face, false, true));
    eft__protocol_fini(&client);
}

static void a_piece_has_64_kib_at_most(void)
{
    static char stream[10 + 3 * EFT__PIECE_MAX] = "\x82\x7f\0\0\0\0\0\3\0\0";
    const uint8_t *data = (const uint8_t *)stream;
    size_t length = sizeof stream, count = 0;
    eft__protocol client;
    eft__event event;

    start_in_pieces(&client, SIZE_MAX);
    while (eft__protocol_next(&client, &data, &length, &event)) {
        REQUIRE(event.type == EFT__EVENT_MESSAGE);
        CU_ASSERT_EQUAL(event.message->length, EFT__PIECE_MAX);
        CU_ASSERT_EQUAL(event.message->last, ++count == 3);
        eft_message_free(event.message);
    }
    CU_ASSERT_EQUAL(count, 3);
    eft__protocol_fini(&client);
}

static void the_limit_is_that_of_all_pieces(void)
{
    eft__protocol client;
    const char *stream = "\x02\x03"
                         "abc\x00\x02"
                         "de\x80\x01"
                         "f";
    size_t length = 12;

    start_in_pieces(&client, 5);
    CU_ASSERT_TRUE(gives(&client, &stream, &length, "abc", true, false));
    CU_ASSERT_TRUE(gives(&client, &stream, &length, "de", false, false));
    CU_ASSERT_EQUAL(feed(&client, stream, length, NULL), EFT__EVENT_ERROR);
    CU_ASSERT_TRUE(ended_with(&client, 1006, EFT_EMSGSIZE, false));
    eft__protocol_fini(&client);
}

static void a_kept_character_counts_for_the_limit(void)
{
    eft__protocol client;

    start_in_pieces(&client, 3);
    CU_ASSERT_EQUAL(feed(&client, BYTES("\x01\x02\xe2\x82\x80\x02"), NULL),
                    EFT__EVENT_ERROR);
    CU_ASSERT_TRUE(ended_with(&client, 1006, EFT_EMSGSIZE, false));
    eft__protocol_fini(&client);
}

static void nothing_is_held_between_pieces(void)
{
    size_t live = eft_live_objects();
    eft__protocol client;
    const char *stream = "\x01\x06"
                         "abc\xe2";
    size_t length = 6;

    start_in_pieces(&client, LIMIT);
    CU_ASSERT_TRUE(gives(&client, &stream, &length, "abc", true, false));
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    eft__protocol_fini(&client);
}

/* Sending */

static bool sends(eft__protocol *protocol, bool first, bool last,
                  const char *text)
{
    return !eft__protocol_send(protocol, EFT_MESSAGE_BINARY, first, last, text,
                               strlen(text));
}

static void parts_are_frames(void)
{
    eft__protocol server;

    start(&server, EFT__SERVER);
    CHECK(sends(&server, true, false, "Hel") &&
          sends(&server, false, false, "") &&
          sends(&server, false, true, "lo"));
    CU_ASSERT_TRUE(writes(&server, BYTES("\x02\x03Hel\x00\x00\x80\x02lo")));
    eft__protocol_fini(&server);
}

static void control_frames_go_between_parts(void)
{
    eft__protocol client;
    bool begun;

    start(&client, EFT__CLIENT);
    begun = sends(&client, true, false, "a");
    CU_ASSERT_EQUAL(eft__protocol_ping(&client, "p", 1), 0);
    CU_ASSERT_EQUAL(feed(&client, BYTES("\x89\x01q"), NULL), EFT__EVENT_PING);
    CHECK(begun && sends(&client, false, true, "b"));
    CU_ASSERT_TRUE(writes(&client, BYTES("\x02\x81\0\0\0\0a\x89\x81\0\0\0\0p"
                                         "\x8a\x81\0\0\0\0q\x80\x81\0\0\0\0"
                                         "b")));
    eft__protocol_fini(&client);
}

static void a_close_ends_a_message_in_parts(void)
{
    eft__protocol server;
    bool begun;

    start(&server, EFT__SERVER);
    begun = sends(&server, true, false, "a");
    CU_ASSERT_EQUAL(eft__protocol_close(&server, 1011, NULL, 0), 0);
    CHECK(begun && eft__protocol_send(&server, EFT_MESSAGE_BINARY, false, true,
                                      "b", 1) == EFT_ECLOSED);
    CU_ASSERT_TRUE(writes(&server, BYTES("\x02\x01"
                                         "a\x88\x02\x03\xf3")));
    eft__protocol_fini(&server);
}

const test_case suite_fragments[] = {
    {"a_piece_is_what_arrived_of_a_frame", a_piece_is_what_arrived_of_a_frame},
    {"a_whole_message_is_one_piece", a_whole_message_is_one_piece},
    {"only_the_last_piece_may_be_empty", only_the_last_piece_may_be_empty},
    {"a_character_waits_for_its_end", a_character_waits_for_its_end},
    {"a_piece_has_64_kib_at_most", a_piece_has_64_kib_at_most},
    {"the_limit_is_that_of_all_pieces", the_limit_is_that_of_all_pieces},
    {"a_kept_character_counts_for_the_limit",
     a_kept_character_counts_for_the_limit},
    {"nothing_is_held_between_pieces", nothing_is_held_between_pieces},
    {"parts_are_frames", parts_are_frames},
    {"control_frames_go_between_parts", control_frames_go_between_parts},
    {"a_close_ends_a_message_in_parts", a_close_ends_a_message_in_parts},
    {NULL, NULL},
};
