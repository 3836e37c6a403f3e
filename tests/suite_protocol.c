/* SPDX-License-Identifier: MIT
 * Tests of a connection's life without I/O: sending, pings, receiving. */
#include <string.h>

#include "eft/error.h"
#include "eft/memory.h"
#include "protocol_peer.h"
#include "suite.h"

/* How often count_fills was asked for randomness. */
static unsigned fills;

static void count_fills(void *bytes, size_t length)
{
    fills++;
    fill_with_zeros(bytes, length);
}

static void fill_with_numbers(void *bytes, size_t length)
{
    uint8_t *at = bytes;

    for (size_t i = 0; i < length; i++)
        at[i] = (uint8_t)i;
}

static void start_with(eft__protocol *client, eft__mask_pool *masks)
{
    eft__protocol_settings settings = {
        .role = EFT__CLIENT, .max_message = LIMIT, .masks = masks};

    eft__protocol_init(client, &settings);
}

/* Sending */

static void a_message_goes_out_as_one_frame(void)
{
    eft__protocol server, client;

    start(&server, EFT__SERVER);
    CU_ASSERT_EQUAL(
        eft__protocol_send(&server, EFT_MESSAGE_TEXT, true, true, "Hello", 5),
        0);
    CU_ASSERT_EQUAL(
        eft__protocol_send(&server, EFT_MESSAGE_BINARY, true, true, NULL, 0),
        0);
    CU_ASSERT_TRUE(writes(&server, BYTES("\x81\x05Hello\x82\0")));
    eft__protocol_fini(&server);
    start(&client, EFT__CLIENT);
    CU_ASSERT_EQUAL(
        eft__protocol_send(&client, EFT_MESSAGE_TEXT, true, true, "Hello", 5),
        0);
    CU_ASSERT_EQUAL(eft__protocol_ping(&client, "p", 1), 0);
    CU_ASSERT_TRUE(
        writes(&client, BYTES("\x81\x85\0\0\0\0Hello\x89\x81\0\0\0\0p")));
    eft__protocol_fini(&client);
}

static void every_frame_has_a_key_of_its_own(void)
{
    eft__mask_pool numbers = {.fill = fill_with_numbers};
    eft__protocol client;
    size_t length;
    const uint8_t *output;

    start_with(&client, &numbers);
    for (int i = 0; i < 64; i++)
        CU_ASSERT_EQUAL(eft__protocol_ping(&client, NULL, 0), 0);
    output = eft__protocol_output(&client, &length);
    REQUIRE(length == 64 * 6);
    for (size_t i = 0; i < 64; i++)
        CU_ASSERT_EQUAL(output[i * 6 + 2], 4 * (63 - i));
    eft__protocol_fini(&client);
}

static void one_read_of_randomness_makes_many_keys(void)
{
    eft__mask_pool pool = {.fill = count_fills};
    eft__protocol client;

    start_with(&client, &pool);
    fills = 0;
    for (int i = 0; i < 640; i++)
        CU_ASSERT_EQUAL(eft__protocol_ping(&client, NULL, 0), 0);
    CU_ASSERT_EQUAL(fills, 10);
    eft__protocol_fini(&client);
}

static void a_ping_over_125_bytes_is_invalid(void)
{
    static const char payload[126];
    eft__protocol client;

    start(&client, EFT__CLIENT);
    CU_ASSERT_EQUAL(eft__protocol_ping(&client, payload, 126), EFT_EINVAL);
    CU_ASSERT_TRUE(writes(&client, NULL, 0));
    CU_ASSERT_EQUAL(eft__protocol_ping(&client, payload, 125), 0);
    eft__protocol_fini(&client);
}

static void a_written_part_leaves_the_rest(void)
{
    eft__protocol server;

    start(&server, EFT__SERVER);
    REQUIRE(
        !eft__protocol_send(&server, EFT_MESSAGE_TEXT, true, true, "Hello", 5));
    eft__protocol_written(&server, 3);
    CU_ASSERT_EQUAL(
        eft__protocol_send(&server, EFT_MESSAGE_TEXT, true, true, "x", 1), 0);
    CU_ASSERT_TRUE(writes(&server, BYTES("ello\x81\x01x")));
    eft__protocol_fini(&server);
}

static void trim_gives_the_output_back_when_it_is_empty(void)
{
    size_t live = eft_live_objects();
    eft__protocol server;

    start(&server, EFT__SERVER);
    CU_ASSERT_EQUAL(
        eft__protocol_send(&server, EFT_MESSAGE_TEXT, true, true, "x", 1), 0);
    eft__protocol_trim(&server);
    CU_ASSERT_TRUE(writes(&server, BYTES("\x81\x01x")));
    CU_ASSERT_EQUAL(eft_live_objects(), live + 1);
    eft__protocol_trim(&server);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    eft__protocol_fini(&server);
}

/* Pings */

static void pings_are_answered_each_and_in_order(void)
{
    eft__protocol server;

    start(&server, EFT__SERVER);
    CU_ASSERT_EQUAL(feed(&server,
                         BYTES("\x89\x81\0\0\0\0"
                               "1\x89\x80\0\0\0\0"
                               "\x89\x81\0\0\0\0"
                               "3"),
                         NULL),
                    EFT__EVENT_PING);
    CU_ASSERT_TRUE(writes(&server, BYTES("\x8a\x01"
                                         "1\x8a\0\x8a\x01"
                                         "3")));
    eft__protocol_fini(&server);
}

static void pongs_are_told_and_not_answered(void)
{
    eft__protocol client;

    start(&client, EFT__CLIENT);
    CU_ASSERT_EQUAL(feed(&client, BYTES("\x8a\x01p"), NULL), EFT__EVENT_PONG);
    CU_ASSERT_TRUE(writes(&client, NULL, 0));
    eft__protocol_fini(&client);
}

/* Pings until far more than the limit would wait; the last one is "last". */
static void flood(eft__protocol *client)
{
    char ping[2 + 125] = {(char)0x89, 125};

    for (int i = 0; i < 10000; i++)
        feed(client, ping, sizeof ping, NULL);
    feed(client, BYTES("\x89\x04last"), NULL);
}

static void a_flood_of_pings_costs_bounded_memory(void)
{
    static const char last[] = "\x8a\x84\0\0\0\0last";
    eft__protocol client;
    size_t waiting;

    start(&client, EFT__CLIENT);
    flood(&client);
    eft__protocol_output(&client, &waiting);
    REQUIRE(waiting >= 16384 && waiting < 16384 + 131);
    CU_ASSERT(client.out.capacity <= 65536);
    eft__protocol_written(&client, 1);
    eft__protocol_written(&client, waiting - 1);
    CU_ASSERT_TRUE(writes(&client, BYTES(last)));
    CU_ASSERT_TRUE(writes(&client, NULL, 0));
    eft__protocol_fini(&client);
}

static void the_last_ping_is_answered_before_our_close(void)
{
    static const char end[] = "\x8a\x84\0\0\0\0last\x88\x82\0\0\0\0\x03\xe8";
    eft__protocol client;
    const uint8_t *output;
    size_t length;

    start(&client, EFT__CLIENT);
    flood(&client);
    CU_ASSERT_EQUAL(eft__protocol_close(&client, 1000, NULL, 0), 0);
    output = eft__protocol_output(&client, &length);
    REQUIRE(length > sizeof end);
    CU_ASSERT_EQUAL(memcmp(output + length - (sizeof end - 1), BYTES(end)), 0);
    eft__protocol_fini(&client);
}

static void the_last_ping_is_answered_before_the_answer_to_a_close(void)
{
    static const char end[] = "\x8a\x84\0\0\0\0last\x88\x80\0\0\0\0";
    eft__protocol client;
    const uint8_t *output;
    size_t length;

    start(&client, EFT__CLIENT);
    flood(&client);
    feed(&client, BYTES("\x88\0"), NULL);
    output = eft__protocol_output(&client, &length);
    REQUIRE(length > sizeof end);
    CU_ASSERT_EQUAL(memcmp(output + length - (sizeof end - 1), BYTES(end)), 0);
    eft__protocol_fini(&client);
}

static void a_failure_frees_a_pong_that_was_put_off(void)
{
    size_t live = eft_live_objects();
    eft__protocol client;

    start(&client, EFT__CLIENT);
    flood(&client);
    CU_ASSERT_EQUAL(eft_live_objects(), live + 2);
    eft__protocol_fail(&client, 1011, EFT_ETIMEDOUT, "no pong came");
    CU_ASSERT_EQUAL(eft_live_objects(), live + 1);
    eft__protocol_fini(&client);
}

static void fini_takes_a_pong_that_was_put_off(void)
{
    size_t live = eft_live_objects();
    eft__protocol client;

    start(&client, EFT__CLIENT);
    flood(&client);
    eft__protocol_fini(&client);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
}

static void a_ping_after_our_close_is_not_answered(void)
{
    eft__protocol server;

    start(&server, EFT__SERVER);
    CU_ASSERT_EQUAL(eft__protocol_close(&server, 1000, NULL, 0), 0);
    CU_ASSERT_TRUE(writes(&server, BYTES("\x88\x02\x03\xe8")));
    CU_ASSERT_EQUAL(feed(&server, BYTES("\x89\x80\0\0\0\0"), NULL),
                    EFT__EVENT_PING);
    CU_ASSERT_TRUE(writes(&server, NULL, 0));
    eft__protocol_fini(&server);
}

/* Receiving */

static void the_driver_may_stop_between_two_events(void)
{
    static const char stream[] = "\x81\x01x\x81\x01y";
    const uint8_t *data = (const uint8_t *)stream;
    size_t length = sizeof stream - 1;
    eft__protocol client;
    eft__event event;

    start(&client, EFT__CLIENT);
    REQUIRE(eft__protocol_next(&client, &data, &length, &event) &&
            event.type == EFT__EVENT_MESSAGE);
    CU_ASSERT_EQUAL(event.message->data[0], 'x');
    eft_message_free(event.message);
    CU_ASSERT_EQUAL(length, 3);
    CU_ASSERT_EQUAL(
        eft__protocol_send(&client, EFT_MESSAGE_TEXT, true, true, "a", 1), 0);
    REQUIRE(eft__protocol_next(&client, &data, &length, &event) &&
            event.type == EFT__EVENT_MESSAGE);
    CU_ASSERT_EQUAL(event.message->data[0], 'y');
    eft_message_free(event.message);
    CU_ASSERT_FALSE(eft__protocol_next(&client, &data, &length, &event));
    eft__protocol_fini(&client);
}

static void messages_still_arrive_after_our_close(void)
{
    eft__protocol client;
    unsigned messages = 0;

    start(&client, EFT__CLIENT);
    CU_ASSERT_EQUAL(eft__protocol_close(&client, 1000, NULL, 0), 0);
    CU_ASSERT_EQUAL(feed(&client, BYTES("\x81\x01x\x82\0\x88\0"), &messages),
                    EFT__EVENT_CLOSE);
    CU_ASSERT_EQUAL(messages, 2);
    eft__protocol_fini(&client);
}

const test_case suite_protocol[] = {
    {"a_message_goes_out_as_one_frame", a_message_goes_out_as_one_frame},
    {"every_frame_has_a_key_of_its_own", every_frame_has_a_key_of_its_own},
    {"one_read_of_randomness_makes_many_keys",
     one_read_of_randomness_makes_many_keys},
    {"a_ping_over_125_bytes_is_invalid", a_ping_over_125_bytes_is_invalid},
    {"a_written_part_leaves_the_rest", a_written_part_leaves_the_rest},
    {"trim_gives_the_output_back_when_it_is_empty",
     trim_gives_the_output_back_when_it_is_empty},
    {"pings_are_answered_each_and_in_order",
     pings_are_answered_each_and_in_order},
    {"pongs_are_told_and_not_answered", pongs_are_told_and_not_answered},
    {"a_flood_of_pings_costs_bounded_memory",
     a_flood_of_pings_costs_bounded_memory},
    {"the_last_ping_is_answered_before_our_close",
     the_last_ping_is_answered_before_our_close},
    {"the_last_ping_is_answered_before_the_answer_to_a_close",
     the_last_ping_is_answered_before_the_answer_to_a_close},
    {"a_failure_frees_a_pong_that_was_put_off",
     a_failure_frees_a_pong_that_was_put_off},
    {"fini_takes_a_pong_that_was_put_off", fini_takes_a_pong_that_was_put_off},
    {"a_ping_after_our_close_is_not_answered",
     a_ping_after_our_close_is_not_answered},
    {"the_driver_may_stop_between_two_events",
     the_driver_may_stop_between_two_events},
    {"messages_still_arrive_after_our_close",
     messages_still_arrive_after_our_close},
    {NULL, NULL},
};
