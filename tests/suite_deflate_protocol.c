/* SPDX-License-Identifier: MIT
 * Tests of connections that compress: what is sent, and what the peer reads. */
#include <string.h>

#include "eft/error.h"
#include "eft/memory.h"
#include "protocol_peer.h"
#include "suite.h"

/* Compresses well, and is over every threshold here. */
#define PROSE "the newt is at home in water, the newt is at home on land; "
#define LONG_PROSE PROSE PROSE PROSE

static const eft__deflate_agreed usual = {.on = true,
                                          .send_takeover = true,
                                          .receive_takeover = true,
                                          .send_bits = 15,
                                          .receive_bits = 15,
                                          .level = 6,
                                          .threshold = 64};

static void begin(eft__protocol *protocol, eft__role role,
                  const eft__deflate_agreed *agreed)
{
    static eft__mask_pool numbers = {.fill = fill_with_a_count};
    eft__protocol_settings settings = {.role = role,
                                       .max_message = 1 << 20,
                                       .masks = &numbers,
                                       .deflate = agreed};

    eft__protocol_init(protocol, &settings);
}

static bool sends(eft__protocol *protocol, bool first, bool last,
                  const char *text)
{
    return !eft__protocol_send(protocol, EFT_MESSAGE_TEXT, first, last, text,
                               strlen(text));
}

/* Carries what waits over to the other end, which must read just this text. */
static bool arrives(eft__protocol *from, eft__protocol *to, const char *text)
{
    size_t length;
    const uint8_t *data = eft__protocol_output(from, &length);
    size_t all = length;
    eft__event event;
    bool same;

    if (!eft__protocol_next(to, &data, &length, &event) ||
        event.type != EFT__EVENT_MESSAGE)
        return false;
    same = event.message->length == strlen(text) &&
           !memcmp(event.message->data, text, strlen(text));
    eft_message_free(event.message);
    same = same && !eft__protocol_next(to, &data, &length, &event) && !length;
    eft__protocol_written(from, all);
    return same;
}

/* What is sent */

static void a_message_is_the_rfcs_example(void)
{
    eft__deflate_agreed agreed = usual;
    eft__protocol server;

    agreed.threshold = 1;
    begin(&server, EFT__SERVER, &agreed);
    CU_ASSERT_TRUE(sends(&server, true, true, "Hello"));
    CU_ASSERT_TRUE(sends(&server, true, true, "Hello"));
    CU_ASSERT_TRUE(writes(&server, BYTES("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"
                                         "\xc1\x05\xf2\x00\x11\x00\x00")));
    eft__protocol_fini(&server);
    agreed.send_takeover = false;
    begin(&server, EFT__SERVER, &agreed);
    CU_ASSERT_TRUE(sends(&server, true, true, "HelloHelloHello"));
    CU_ASSERT_TRUE(sends(&server, true, true, "HelloHelloHello"));
    CU_ASSERT_TRUE(writes(
        &server, BYTES("\xc1\x0a\xf2\x48\xcd\xc9\xc9\xf7\x80\x13\x00\x00"
                       "\xc1\x0a\xf2\x48\xcd\xc9\xc9\xf7\x80\x13\x00\x00")));
    eft__protocol_fini(&server);
}

static void short_messages_go_as_they_are(void)
{
    static const char text[64] =
        "63 bytes, one of which is missing for the threshold to be met..";
    eft__protocol server;

    begin(&server, EFT__SERVER, &usual);
    CU_ASSERT_TRUE(sends(&server, true, true, text));
    CU_ASSERT_EQUAL(waiting(&server), 2 + 63);
    CU_ASSERT_PTR_NULL(server.deflater);
    CU_ASSERT_EQUAL(eft__protocol_output(&server, &(size_t){0})[0], 0x81);
    eft__protocol_fini(&server);
}

static void an_empty_message_goes_as_it_is(void)
{
    eft__deflate_agreed agreed = usual;
    eft__protocol server;

    agreed.threshold = 0;
    begin(&server, EFT__SERVER, &agreed);
    CU_ASSERT_TRUE(sends(&server, true, true, ""));
    CU_ASSERT_TRUE(writes(&server, BYTES("\x81\x00")));
    eft__protocol_fini(&server);
}

static void control_frames_are_never_compressed(void)
{
    static const char payload[125];
    eft__protocol server;

    begin(&server, EFT__SERVER, &usual);
    CU_ASSERT_EQUAL(eft__protocol_ping(&server, payload, sizeof payload), 0);
    CU_ASSERT_EQUAL(waiting(&server), 2 + sizeof payload);
    eft__protocol_fini(&server);
}

/* zlib has no raw compressor with so small a window. */
static void with_a_window_of_8_bits_nothing_is_compressed(void)
{
    eft__deflate_agreed agreed = usual;
    eft__protocol server, client;

    agreed.send_bits = 8;
    begin(&server, EFT__SERVER, &agreed);
    agreed = turned(&agreed);
    begin(&client, EFT__CLIENT, &agreed);
    CU_ASSERT_TRUE(sends(&server, true, true, LONG_PROSE));
    CU_ASSERT(waiting(&server) > sizeof LONG_PROSE);
    CU_ASSERT_TRUE(arrives(&server, &client, LONG_PROSE));
    CU_ASSERT_TRUE(sends(&client, true, true, LONG_PROSE));
    CU_ASSERT(waiting(&client) < 100);
    CU_ASSERT_TRUE(arrives(&client, &server, LONG_PROSE));
    eft__protocol_fini(&server);
    eft__protocol_fini(&client);
}

static void a_window_of_8_bits_is_inflated(void)
{
    eft__deflate_agreed agreed = usual;
    eft__protocol client;
    unsigned messages = 0;

    agreed.receive_bits = 8;
    begin(&client, EFT__CLIENT, &agreed);
    feed(&client, BYTES("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"), &messages);
    CU_ASSERT_EQUAL(messages, 1);
    eft__protocol_fini(&client);
}

static void a_message_that_would_grow_goes_as_it_is(void)
{
    static const char noise[] =
        "q8Zr!x2Lw9@bTn#5vKp$7mYd%1hGf^3jSc&6aRe*0uWi(4oXz)QsVlBkNtMgPyHJ";
    eft__deflate_agreed agreed = usual;
    eft__protocol server, client;

    agreed.send_takeover = false;
    begin(&server, EFT__SERVER, &agreed);
    agreed = turned(&agreed);
    begin(&client, EFT__CLIENT, &agreed);
    CU_ASSERT_TRUE(sends(&server, true, true, noise));
    CU_ASSERT_EQUAL(waiting(&server), 2 + sizeof noise - 1);
    CU_ASSERT_TRUE(arrives(&server, &client, noise));
    CU_ASSERT_TRUE(sends(&server, true, true, LONG_PROSE));
    CU_ASSERT_TRUE(arrives(&server, &client, LONG_PROSE));
    eft__protocol_fini(&server);
    eft__protocol_fini(&client);
}

static void with_takeover_a_repetition_costs_little(void)
{
    eft__protocol server, client;

    begin(&server, EFT__SERVER, &usual);
    begin(&client, EFT__CLIENT, &usual);
    CU_ASSERT_TRUE(sends(&client, true, true, LONG_PROSE));
    CU_ASSERT_TRUE(arrives(&client, &server, LONG_PROSE));
    CU_ASSERT_TRUE(sends(&client, true, true, "short"));
    CU_ASSERT_TRUE(arrives(&client, &server, "short"));
    CU_ASSERT_TRUE(sends(&client, true, true, LONG_PROSE));
    CU_ASSERT(waiting(&client) < 20);
    CU_ASSERT_TRUE(arrives(&client, &server, LONG_PROSE));
    eft__protocol_fini(&server);
    eft__protocol_fini(&client);
}

/* Parts */

static void parts_are_one_compressed_message(void)
{
    static const char *const parts[][4] = {
        {PROSE, PROSE, "", ""}, {"", PROSE, "x", "y"}, {"a", "", "", "b"},
        {"", "", "", ""},       {"a", "", "", ""},     {PROSE, "", PROSE, ""},
    };

    for (size_t i = 0; i < 2 * sizeof parts / sizeof *parts; i++) {
        eft__deflate_agreed agreed = usual;
        char text[4 * sizeof PROSE] = "";
        eft__protocol server, client;

        agreed.send_takeover = agreed.receive_takeover = i & 1;
        begin(&server, EFT__SERVER, &agreed);
        begin(&client, EFT__CLIENT, &agreed);
        for (int again = 0; again < 2; again++) {
            text[0] = 0;
            for (int part = 0; part < 4; part++) {
                strcat(text, parts[i / 2][part]);
                CU_ASSERT_TRUE(
                    sends(&server, part == 0, part == 3, parts[i / 2][part]));
            }
            CU_ASSERT_EQUAL(eft__protocol_output(&server, &(size_t){0})[0],
                            0x41);
            CU_ASSERT_TRUE(arrives(&server, &client, text));
        }
        eft__protocol_fini(&server);
        eft__protocol_fini(&client);
    }
}

/* The receiver need not wait for the next part. */
static void each_part_is_flushed(void)
{
    eft__protocol_settings settings = {.role = EFT__SERVER,
                                       .max_message = LIMIT,
                                       .fragments = true,
                                       .deflate = &usual};
    eft__protocol server, client;
    const uint8_t *data;
    size_t length;
    eft__event event;

    eft__protocol_init(&server, &settings);
    begin(&client, EFT__CLIENT, &usual);
    for (int part = 0; part < 3; part++) {
        CU_ASSERT_TRUE(sends(&client, part == 0, part == 2, PROSE));
        data = eft__protocol_output(&client, &length);
        REQUIRE(eft__protocol_next(&server, &data, &length, &event));
        CU_ASSERT_EQUAL(event.message->length, sizeof PROSE - 1);
        CU_ASSERT(event.message->first == (part == 0) &&
                  event.message->last == (part == 2));
        eft_message_free(event.message);
        eft__protocol_written(&client, waiting(&client));
    }
    eft__protocol_fini(&server);
    eft__protocol_fini(&client);
}

/* Memory */

static void an_unused_connection_has_no_state(void)
{
    size_t live = eft_live_objects();
    eft__protocol client;

    begin(&client, EFT__CLIENT, &usual);
    CU_ASSERT_TRUE(sends(&client, true, true, "short"));
    CU_ASSERT_EQUAL(feed(&client, BYTES("\x81\x01x"), NULL),
                    EFT__EVENT_MESSAGE);
    eft__protocol_written(&client, waiting(&client));
    eft__protocol_trim(&client);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    eft__protocol_fini(&client);
}

static void without_takeover_an_idle_connection_has_no_state(void)
{
    size_t live = eft_live_objects();
    eft__deflate_agreed agreed = usual;
    eft__protocol server, client;

    agreed.send_takeover = agreed.receive_takeover = false;
    begin(&server, EFT__SERVER, &agreed);
    begin(&client, EFT__CLIENT, &agreed);
    CU_ASSERT_TRUE(sends(&client, true, false, LONG_PROSE));
    eft__protocol_trim(&client);
    CU_ASSERT_TRUE(sends(&client, false, true, LONG_PROSE));
    CU_ASSERT_PTR_NOT_NULL(client.deflater);
    CU_ASSERT_TRUE(arrives(&client, &server, LONG_PROSE LONG_PROSE));
    CU_ASSERT_PTR_NULL(client.deflater);
    CU_ASSERT_PTR_NULL(server.reader.inflater);
    eft__protocol_trim(&client);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    eft__protocol_fini(&server);
    eft__protocol_fini(&client);
}

static void an_ended_connection_has_no_state(void)
{
    size_t live = eft_live_objects();
    eft__protocol server;

    begin(&server, EFT__SERVER, &usual);
    CU_ASSERT_TRUE(sends(&server, true, true, LONG_PROSE));
    feed(&server, BYTES("\xc1\x87\0\0\0\0\xf2\x48\xcd\xc9\xc9\x07\x00"), NULL);
    CU_ASSERT(server.deflater && server.reader.inflater);
    CU_ASSERT_EQUAL(eft__protocol_close(&server, 1000, NULL, 0), 0);
    CU_ASSERT(!server.deflater && server.reader.inflater);
    CU_ASSERT_EQUAL(feed(&server, BYTES("\x88\x80\0\0\0\0"), NULL),
                    EFT__EVENT_CLOSE);
    CU_ASSERT_PTR_NULL(server.reader.inflater);
    CU_ASSERT_TRUE(eft__protocol_eof(&server));
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    eft__protocol_fini(&server);
}

const test_case suite_deflate_protocol[] = {
    {"a_message_is_the_rfcs_example", a_message_is_the_rfcs_example},
    {"short_messages_go_as_they_are", short_messages_go_as_they_are},
    {"an_empty_message_goes_as_it_is", an_empty_message_goes_as_it_is},
    {"control_frames_are_never_compressed",
     control_frames_are_never_compressed},
    {"with_a_window_of_8_bits_nothing_is_compressed",
     with_a_window_of_8_bits_nothing_is_compressed},
    {"a_window_of_8_bits_is_inflated", a_window_of_8_bits_is_inflated},
    {"a_message_that_would_grow_goes_as_it_is",
     a_message_that_would_grow_goes_as_it_is},
    {"with_takeover_a_repetition_costs_little",
     with_takeover_a_repetition_costs_little},
    {"parts_are_one_compressed_message", parts_are_one_compressed_message},
    {"each_part_is_flushed", each_part_is_flushed},
    {"an_unused_connection_has_no_state", an_unused_connection_has_no_state},
    {"without_takeover_an_idle_connection_has_no_state",
     without_takeover_an_idle_connection_has_no_state},
    {"an_ended_connection_has_no_state", an_ended_connection_has_no_state},
    {NULL, NULL},
};
