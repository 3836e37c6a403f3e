/* SPDX-License-Identifier: MIT
 * Tests of compression where memory is short. */
#include <string.h>

#include "eft/error.h"
#include "eft/memory.h"
#include "protocol_peer.h"
#include "short_memory.h"
#include "suite.h"

enum { LENGTH = 900 };

static void begin(eft__protocol *protocol, eft__role role, bool takeover,
                  bool fragments)
{
    static eft__mask_pool zeros = {.fill = fill_with_zeros};
    eft__deflate_agreed agreed = {.on = true,
                                  .send_takeover = takeover,
                                  .receive_takeover = takeover,
                                  .send_bits = 15,
                                  .receive_bits = 15,
                                  .level = 6,
                                  .threshold = 1};
    eft__protocol_settings settings = {.role = role,
                                       .max_message = LIMIT,
                                       .masks = &zeros,
                                       .fragments = fragments,
                                       .deflate = &agreed};

    eft__protocol_init(protocol, &settings);
}

/* Compresses to about half of it, so that the output has to grow. */
static void compose(char text[LENGTH])
{
    uint32_t seed = 7;

    for (size_t i = 0; i < LENGTH; i++) {
        seed = seed * 1664525 + 1013904223;
        text[i] = (char)('a' + (seed >> 24) % 16);
    }
}

static int32_t send_all(eft__protocol *from, const char *text)
{
    int32_t error = eft__protocol_send(from, EFT_MESSAGE_TEXT, true, false,
                                       text, LENGTH / 2);

    return error ? error
                 : eft__protocol_send(from, EFT_MESSAGE_TEXT, false, true,
                                      text + LENGTH / 2, LENGTH / 2);
}

/* Whatever is refused for want of memory leaves nothing behind, and what is
 * sent afterwards can be read. */
static void a_send_without_memory_spoils_nothing(void)
{
    size_t live = eft_live_objects();
    char text[LENGTH];

    compose(text);
    for (size_t allowed = 0; allowed < 40; allowed++) {
        eft__protocol server, client;
        unsigned messages = 0;
        size_t left = allowed, length;
        const uint8_t *output;
        int32_t error;

        begin(&server, EFT__SERVER, true, false);
        begin(&client, EFT__CLIENT, true, false);
        eft_set_allocator(run_out, &left);
        error = eft__protocol_send(&server, EFT_MESSAGE_TEXT, true, true, text,
                                   LENGTH);
        eft_set_allocator(NULL, NULL);
        CHECK(error == 0 || error == EFT_ENOMEM);
        CHECK(error == 0 || !eft__bytes_length(&server.out));
        CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, true,
                                           true, text, LENGTH),
                        0);
        output = eft__protocol_output(&server, &length);
        feed(&client, (const char *)output, length, &messages);
        CU_ASSERT_EQUAL(messages, error ? 1 : 2);
        eft__protocol_fini(&server);
        eft__protocol_fini(&client);
        CU_ASSERT_EQUAL(eft_live_objects(), live);
        if (!error)
            return;
    }
    CU_FAIL("every allocation failed");
}

static void a_part_without_memory_can_be_sent_again(void)
{
    char text[LENGTH];
    size_t none = 0, length, filled;
    eft__protocol server, client;
    unsigned messages = 0;
    const uint8_t *output;

    compose(text);
    begin(&server, EFT__SERVER, true, false);
    begin(&client, EFT__CLIENT, true, false);
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, true, false,
                                       text, LENGTH / 2),
                    0);
    eft__protocol_output(&server, &filled);
    eft_set_allocator(run_out, &none);
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, false, true,
                                       text, LENGTH),
                    EFT_ENOMEM);
    eft_set_allocator(NULL, NULL);
    eft__protocol_output(&server, &length);
    CU_ASSERT_EQUAL(length, filled);
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, false, true,
                                       text + LENGTH / 2, LENGTH / 2),
                    0);
    output = eft__protocol_output(&server, &length);
    feed(&client, (const char *)output, length, &messages);
    CU_ASSERT_EQUAL(messages, 1);
    eft__protocol_fini(&server);
    eft__protocol_fini(&client);
}

/* The reader asks for a state, a window, and room for what comes out. */
static bool reads_with(const char *stream, size_t length, size_t allowed,
                       bool fragments)
{
    eft__protocol client;
    unsigned messages = 0;
    int last;

    begin(&client, EFT__CLIENT, false, fragments);
    eft_set_allocator(run_out, &allowed);
    last = feed(&client, stream, length, &messages);
    if (last == EFT__EVENT_ERROR)
        CHECK(ended_with(&client, 1006, EFT_ENOMEM, false));
    else
        CHECK(last == EFT__EVENT_MESSAGE && messages >= 1);
    eft__protocol_fini(&client);
    eft_set_allocator(NULL, NULL);
    return last == EFT__EVENT_MESSAGE;
}

static void a_reader_without_memory_fails_the_connection(void)
{
    size_t live = eft_live_objects(), length, enough;
    char text[LENGTH];
    eft__protocol server;
    const char *output;

    compose(text);
    begin(&server, EFT__SERVER, false, false);
    CU_ASSERT_EQUAL(send_all(&server, text), 0);
    output = (const char *)eft__protocol_output(&server, &length);
    for (int fragments = 0; fragments < 2; fragments++) {
        for (enough = 0; enough < 20; enough++)
            if (reads_with(output, length, enough, fragments))
                break;
        CU_ASSERT(enough >= 3 && enough < 20);
    }
    eft__protocol_fini(&server);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
}

/* The message stays larger than it needs to be. */
static void a_message_that_cannot_be_made_smaller_is_told(void)
{
    static const char stream[] = "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00";
    eft__protocol client;
    size_t allowed = 20;

    begin(&client, EFT__CLIENT, true, false);
    while (allowed && reads_with(BYTES(stream), allowed, false))
        allowed--;
    CU_ASSERT(allowed >= 2 && allowed < 5);
    eft__protocol_fini(&client);
}

static void a_control_frame_in_pieces_needs_memory(void)
{
    size_t live = eft_live_objects(), none = 0;
    eft__protocol client;

    begin(&client, EFT__CLIENT, true, false);
    eft_set_allocator(run_out, &none);
    CU_ASSERT_EQUAL(feed(&client, BYTES("\x8a\x02p"), NULL), EFT__EVENT_ERROR);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_TRUE(ended_with(&client, 1006, EFT_ENOMEM, false));
    eft__protocol_fini(&client);
    begin(&client, EFT__CLIENT, true, false);
    CU_ASSERT_EQUAL(feed(&client, BYTES("\x8a\x02p"), NULL), -1);
    CU_ASSERT_EQUAL(eft_live_objects(), live + 1);
    CU_ASSERT_EQUAL(feed(&client, BYTES("q"), NULL), EFT__EVENT_PONG);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    eft__protocol_fini(&client);
}

const test_case suite_deflate_memory[] = {
    {"a_send_without_memory_spoils_nothing",
     a_send_without_memory_spoils_nothing},
    {"a_part_without_memory_can_be_sent_again",
     a_part_without_memory_can_be_sent_again},
    {"a_reader_without_memory_fails_the_connection",
     a_reader_without_memory_fails_the_connection},
    {"a_message_that_cannot_be_made_smaller_is_told",
     a_message_that_cannot_be_made_smaller_is_told},
    {"a_control_frame_in_pieces_needs_memory",
     a_control_frame_in_pieces_needs_memory},
    {NULL, NULL},
};
