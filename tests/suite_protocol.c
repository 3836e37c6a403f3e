/* SPDX-License-Identifier: MIT
 * Tests of a WebSocket connection's life without I/O: pings, closing, ends. */
#include <stdlib.h>
#include <string.h>

#include "eft/error.h"
#include "eft/memory.h"
#include "net/protocol.h"
#include "suite.h"

#define BYTES(literal) (literal), (sizeof(literal) - 1)
#define COUNT(array) (sizeof array / sizeof *array)

enum { LIMIT = 1000 };

/* A source of keys that mask nothing, so that frames stay readable. */
static unsigned fills;

static void fill_with_zeros(void *bytes, size_t length)
{
    fills++;
    memset(bytes, 0, length);
}

static void fill_with_numbers(void *bytes, size_t length)
{
    uint8_t *at = bytes;

    for (size_t i = 0; i < length; i++)
        at[i] = (uint8_t)i;
}

static eft__mask_pool zeros = {.fill = fill_with_zeros};

static eft__protocol *start(eft__protocol *protocol, eft__role role)
{
    eft__protocol_init(protocol, role, LIMIT, &zeros);
    return protocol;
}

/* Feeds a whole stream; returns the last event's type, or -1 if there was
 * none.  Messages are freed, their number is added to *messages. */
static int feed(eft__protocol *protocol, const char *stream, size_t length,
                unsigned *messages)
{
    const uint8_t *data = (const uint8_t *)stream;
    eft__event event;
    int last = -1;

    while (eft__protocol_next(protocol, &data, &length, &event)) {
        last = (int)event.type;
        if (event.type == EFT__EVENT_MESSAGE)
            eft_message_free(event.message);
        if (event.type == EFT__EVENT_MESSAGE && messages)
            ++*messages;
    }
    CU_ASSERT_EQUAL(length, 0);
    return last;
}

/* Is this, and only this, waiting to be written?  It then is. */
static bool writes(eft__protocol *protocol, const char *bytes, size_t length)
{
    size_t waiting;
    const uint8_t *output = eft__protocol_output(protocol, &waiting);
    bool same =
        waiting == length && (!length || !memcmp(output, bytes, length));

    eft__protocol_written(protocol, waiting);
    return same;
}

static bool ended_with(const eft__protocol *protocol, uint16_t code,
                       int32_t error, bool clean)
{
    const eft__closing *closing = eft__protocol_closing(protocol);

    return closing->code == code && closing->error == error &&
           closing->clean == clean && closing->detail;
}

/* Sending */

static void a_message_goes_out_as_one_frame(void)
{
    eft__protocol server, client;

    start(&server, EFT__SERVER);
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, "Hello", 5),
                    0);
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_BINARY, NULL, 0),
                    0);
    CU_ASSERT_TRUE(writes(&server, BYTES("\x81\x05Hello\x82\0")));
    eft__protocol_fini(&server);
    start(&client, EFT__CLIENT);
    CU_ASSERT_EQUAL(eft__protocol_send(&client, EFT_MESSAGE_TEXT, "Hello", 5),
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

    eft__protocol_init(&client, EFT__CLIENT, LIMIT, &numbers);
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
    eft__mask_pool pool = {.fill = fill_with_zeros};
    eft__protocol client;

    eft__protocol_init(&client, EFT__CLIENT, LIMIT, &pool);
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
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, "Hello", 5),
                    0);
    eft__protocol_written(&server, 3);
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, "x", 1), 0);
    CU_ASSERT_TRUE(writes(&server, BYTES("ello\x81\x01x")));
    eft__protocol_fini(&server);
}

static void trim_gives_the_output_back_when_it_is_empty(void)
{
    size_t live = eft_live_objects();
    eft__protocol server;

    start(&server, EFT__SERVER);
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, "x", 1), 0);
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
    CU_ASSERT(waiting >= 16384 && waiting < 16384 + 131);
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
    REQUIRE(eft__protocol_next(&client, &data, &length, &event));
    CU_ASSERT_EQUAL(event.message->data[0], 'x');
    eft_message_free(event.message);
    CU_ASSERT_EQUAL(length, 3);
    CU_ASSERT_EQUAL(eft__protocol_send(&client, EFT_MESSAGE_TEXT, "a", 1), 0);
    REQUIRE(eft__protocol_next(&client, &data, &length, &event));
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

/* Closing */

static void queued_messages_go_out_before_our_close(void)
{
    eft__protocol server;

    start(&server, EFT__SERVER);
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, "x", 1), 0);
    CU_ASSERT_EQUAL(eft__protocol_close(&server, 4000, "bye", 3), 0);
    CU_ASSERT_TRUE(writes(&server, BYTES("\x81\x01x\x88\x05\x0f\xa0"
                                         "bye")));
    eft__protocol_fini(&server);
}

static void nothing_is_sent_after_our_close(void)
{
    eft__protocol server;

    start(&server, EFT__SERVER);
    CU_ASSERT_EQUAL(eft__protocol_close(&server, 0, NULL, 0), 0);
    CU_ASSERT_EQUAL(eft__protocol_close(&server, 1000, NULL, 0), EFT_ECLOSED);
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, "x", 1),
                    EFT_ECLOSED);
    CU_ASSERT_EQUAL(eft__protocol_ping(&server, "x", 1), EFT_ECLOSED);
    eft__protocol_fail(&server, 1011, EFT_ETIMEDOUT, "no pong came");
    CU_ASSERT_TRUE(writes(&server, BYTES("\x88\0")));
    eft__protocol_fini(&server);
}

static void a_close_is_answered_with_its_code_and_once(void)
{
    eft__protocol server, client;

    start(&server, EFT__SERVER);
    CU_ASSERT_EQUAL(feed(&server,
                         BYTES("\x88\x85\0\0\0\0\x0f\xa0"
                               "bye"
                               "\x88\x82\0\0\0\0\x03\xe8\x89\x80\0\0\0\0"),
                         NULL),
                    EFT__EVENT_CLOSE);
    CU_ASSERT_TRUE(writes(&server, BYTES("\x88\x02\x0f\xa0")));
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, "x", 1),
                    EFT_ECLOSED);
    CU_ASSERT_EQUAL(eft__protocol_closing(&server)->reason_length, 3);
    CU_ASSERT_STRING_EQUAL(eft__protocol_closing(&server)->reason, "bye");
    eft__protocol_fini(&server);
    start(&client, EFT__CLIENT);
    CU_ASSERT_EQUAL(feed(&client, BYTES("\x88\0\x81\x01x"), NULL),
                    EFT__EVENT_CLOSE);
    CU_ASSERT_TRUE(writes(&client, BYTES("\x88\x80\0\0\0\0")));
    eft__protocol_fini(&client);
}

static void close_checks_its_arguments(void)
{
    static const uint16_t wrong[] = {1,    999,  1004, 1006, 1015,
                                     1016, 2999, 5000, 65535};
    static const char reason[124] = "";
    eft__protocol client;

    start(&client, EFT__CLIENT);
    for (size_t i = 0; i < COUNT(wrong); i++)
        CU_ASSERT_EQUAL(eft__protocol_close(&client, wrong[i], NULL, 0),
                        EFT_EINVAL);
    CU_ASSERT_EQUAL(eft__protocol_close(&client, 1000, reason, 124),
                    EFT_EINVAL);
    CU_ASSERT_EQUAL(eft__protocol_close(&client, 0, "x", 1), EFT_EINVAL);
    CU_ASSERT_EQUAL(eft__protocol_close(&client, 1005, "x", 1), EFT_EINVAL);
    CU_ASSERT_EQUAL(eft__protocol_close(&client, 1000, "\xE2\x82", 2),
                    EFT_EUTF8);
    CU_ASSERT_TRUE(writes(&client, NULL, 0));
    CU_ASSERT_EQUAL(eft__protocol_close(&client, 1000, reason, 123), 0);
    eft__protocol_fini(&client);
}

static void the_peers_code_says_how_it_ended(void)
{
    static const struct {
        const char *close;
        size_t length;
        uint16_t code;
        int32_t error;
    } rows[] = {
        {BYTES("\x88\0"), 1005, EFT_ECLOSED},
        {BYTES("\x88\x02\x03\xe8"), 1000, EFT_ECLOSED},
        {BYTES("\x88\x02\x03\xe9"), 1001, EFT_ECLOSED},
        {BYTES("\x88\x02\x03\xea"), 1002, EFT_EPEERCLOSE},
        {BYTES("\x88\x02\x03\xf3"), 1011, EFT_EPEERCLOSE},
        {BYTES("\x88\x02\x0f\xa0"), 4000, EFT_EPEERCLOSE},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        eft__protocol client;

        start(&client, EFT__CLIENT);
        CU_ASSERT_TRUE(ended_with(&client, 0, 0, false));
        feed(&client, rows[i].close, rows[i].length, NULL);
        CU_ASSERT_TRUE(ended_with(&client, rows[i].code, rows[i].error, true));
        CU_ASSERT_EQUAL(eft__protocol_closing(&client)->sent, rows[i].code);
        CU_ASSERT_TRUE(eft__protocol_eof(&client));
        CU_ASSERT_TRUE(ended_with(&client, rows[i].code, rows[i].error, true));
        eft__protocol_fini(&client);
    }
}

static void the_answer_to_our_own_code_is_no_error(void)
{
    eft__protocol client;

    start(&client, EFT__CLIENT);
    CU_ASSERT_EQUAL(eft__protocol_close(&client, 4000, NULL, 0), 0);
    feed(&client, BYTES("\x88\x02\x0f\xa0"), NULL);
    CU_ASSERT_TRUE(ended_with(&client, 4000, EFT_ECLOSED, true));
    eft__protocol_fini(&client);
    start(&client, EFT__CLIENT);
    CU_ASSERT_EQUAL(eft__protocol_close(&client, 4000, NULL, 0), 0);
    feed(&client, BYTES("\x88\x02\x0f\xa1"), NULL);
    CU_ASSERT_TRUE(ended_with(&client, 4001, EFT_EPEERCLOSE, true));
    CU_ASSERT_EQUAL(eft__protocol_closing(&client)->sent, 4000);
    eft__protocol_fini(&client);
}

/* Whose turn it is to end the transport (RFC 6455 section 7.1.1) */

static void the_server_ends_the_transport_and_a_client_waits(void)
{
    static const char *const closes[] = {"\x88\0", "\x88\x80\0\0\0\0"};
    static const size_t lengths[] = {2, 6};

    for (int role = EFT__CLIENT; role <= EFT__SERVER; role++) {
        eft__transport last =
            role == EFT__CLIENT ? EFT__TRANSPORT_WAIT : EFT__TRANSPORT_END;
        eft__protocol protocol;

        start(&protocol, (eft__role)role);
        CU_ASSERT_EQUAL(eft__protocol_transport(&protocol),
                        EFT__TRANSPORT_KEEP);
        CU_ASSERT_EQUAL(eft__protocol_close(&protocol, 1000, NULL, 0), 0);
        CU_ASSERT_EQUAL(eft__protocol_transport(&protocol),
                        EFT__TRANSPORT_WAIT);
        feed(&protocol, closes[role], lengths[role], NULL);
        CU_ASSERT_EQUAL(eft__protocol_transport(&protocol), last);
        CU_ASSERT_TRUE(eft__protocol_eof(&protocol));
        CU_ASSERT_EQUAL(eft__protocol_transport(&protocol), EFT__TRANSPORT_END);
        eft__protocol_fini(&protocol);
        start(&protocol, (eft__role)role);
        eft__protocol_fail(&protocol, 1011, EFT_ETIMEDOUT, "no pong came");
        CU_ASSERT_EQUAL(eft__protocol_transport(&protocol), last);
        eft__protocol_fini(&protocol);
    }
}

static void the_end_is_told_once(void)
{
    eft__protocol client;

    start(&client, EFT__CLIENT);
    CU_ASSERT_TRUE(eft__protocol_eof(&client));
    CU_ASSERT_FALSE(eft__protocol_eof(&client));
    CU_ASSERT_EQUAL(feed(&client, BYTES("\x81\x01x"), NULL), -1);
    CU_ASSERT_EQUAL(eft__protocol_send(&client, EFT_MESSAGE_TEXT, "x", 1),
                    EFT_ECLOSED);
    eft__protocol_fail(&client, 1011, EFT_ETIMEDOUT, "no pong came");
    CU_ASSERT_TRUE(ended_with(&client, 1006, EFT_EABNORMAL, false));
    eft__protocol_fini(&client);
}

static void an_end_without_a_close_is_abnormal(void)
{
    size_t live = eft_live_objects();
    eft__protocol client;

    start(&client, EFT__CLIENT);
    feed(&client, BYTES("\x81\x05Hel"), NULL);
    CU_ASSERT_EQUAL(eft__protocol_send(&client, EFT_MESSAGE_TEXT, "x", 1), 0);
    CU_ASSERT_TRUE(eft__protocol_eof(&client));
    CU_ASSERT_TRUE(ended_with(&client, 1006, EFT_EABNORMAL, false));
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    eft__protocol_fini(&client);
    start(&client, EFT__CLIENT);
    CU_ASSERT_EQUAL(eft__protocol_close(&client, 1000, NULL, 0), 0);
    CU_ASSERT_TRUE(eft__protocol_eof(&client));
    CU_ASSERT_TRUE(ended_with(&client, 1006, EFT_EABNORMAL, false));
    CU_ASSERT_EQUAL(eft__protocol_closing(&client)->sent, 1000);
    eft__protocol_fini(&client);
}

/* Failing */

static void a_broken_rule_is_answered_with_its_code(void)
{
    static const struct {
        const char *stream;
        size_t length;
        int32_t error;
        const char *close;
    } rows[] = {
        {BYTES("\x83\0"), EFT_EPROTO, "\x88\x82\0\0\0\0\x03\xea"},
        {BYTES("\x88\x01\x03"), EFT_EPROTO, "\x88\x82\0\0\0\0\x03\xea"},
        {BYTES("\x81\x01\xff"), EFT_EUTF8, "\x88\x82\0\0\0\0\x03\xef"},
        {BYTES("\x81\x7e\x7f\xff"), EFT_EMSGSIZE, "\x88\x82\0\0\0\0\x03\xf1"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        eft__protocol client;

        start(&client, EFT__CLIENT);
        CU_ASSERT_EQUAL(feed(&client, rows[i].stream, rows[i].length, NULL),
                        EFT__EVENT_ERROR);
        CU_ASSERT_TRUE(writes(&client, rows[i].close, 8));
        CU_ASSERT_TRUE(ended_with(&client, 1006, rows[i].error, false));
        CU_ASSERT_EQUAL(feed(&client, BYTES("\x88\0\x83\0"), NULL), -1);
        CU_ASSERT_EQUAL(eft__protocol_close(&client, 1000, NULL, 0),
                        EFT_ECLOSED);
        CU_ASSERT_TRUE(eft__protocol_eof(&client));
        CU_ASSERT_TRUE(ended_with(&client, 1006, rows[i].error, false));
        CU_ASSERT_TRUE(writes(&client, NULL, 0));
        eft__protocol_fini(&client);
    }
}

static void a_rule_broken_after_our_close_sends_no_second_one(void)
{
    eft__protocol server;

    start(&server, EFT__SERVER);
    CU_ASSERT_EQUAL(eft__protocol_close(&server, 1000, NULL, 0), 0);
    CU_ASSERT_EQUAL(feed(&server, BYTES("\x81\x01x"), NULL), EFT__EVENT_ERROR);
    CU_ASSERT_TRUE(writes(&server, BYTES("\x88\x02\x03\xe8")));
    CU_ASSERT_TRUE(ended_with(&server, 1006, EFT_EPROTO, false));
    eft__protocol_fini(&server);
}

static void the_driver_may_fail_a_connection(void)
{
    eft__protocol client;

    start(&client, EFT__CLIENT);
    feed(&client, BYTES("\x81\x05Hel"), NULL);
    eft__protocol_fail(&client, 1011, EFT_ETIMEDOUT, "no pong came");
    CU_ASSERT_TRUE(writes(&client, BYTES("\x88\x82\0\0\0\0\x03\xf3")));
    CU_ASSERT_TRUE(ended_with(&client, 1006, EFT_ETIMEDOUT, false));
    CU_ASSERT_STRING_EQUAL(eft__protocol_closing(&client)->detail,
                           "no pong came");
    CU_ASSERT_EQUAL(feed(&client, BYTES("lo\x81\x01x"), NULL), -1);
    eft__protocol_fini(&client);
}

static void fail_comes_too_late_once_both_have_closed(void)
{
    eft__protocol client;

    start(&client, EFT__CLIENT);
    feed(&client, BYTES("\x88\x02\x03\xe8"), NULL);
    eft__protocol_fail(&client, 1011, EFT_ETIMEDOUT, "no pong came");
    CU_ASSERT_TRUE(ended_with(&client, 1000, EFT_ECLOSED, true));
    eft__protocol_fini(&client);
}

/* Memory */

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

/* One of everything that allocates. */
static void converse(eft__protocol *server)
{
    static const char payload[20000] = "";

    feed(server, BYTES("\x01\x81\0\0\0\0a\x89\x81\0\0\0\0p\x80\x81\0\0\0\0b"),
         NULL);
    (void)eft__protocol_send(server, EFT_MESSAGE_BINARY, payload, 300);
    (void)eft__protocol_send(server, EFT_MESSAGE_BINARY, payload,
                             sizeof payload);
    feed(server, BYTES("\x89\x81\0\0\0\0q\x89\x81\0\0\0\0r"), NULL);
    feed(server, BYTES("\x88\x80\0\0\0\0"), NULL);
}

static void running_out_of_memory_neither_leaks_nor_hangs(void)
{
    size_t live = eft_live_objects();

    for (size_t allowed = 0; allowed < 20; allowed++) {
        size_t left = allowed;
        eft__protocol server;

        start(&server, EFT__SERVER);
        eft_set_allocator(run_out, &left);
        converse(&server);
        CU_ASSERT(server.state == EFT__PROTOCOL_FINISHED ||
                  server.state == EFT__PROTOCOL_FAILED);
        CU_ASSERT_NOT_EQUAL(eft__protocol_closing(&server)->error, 0);
        CU_ASSERT_TRUE(eft__protocol_eof(&server));
        eft__protocol_fini(&server);
        eft_set_allocator(NULL, NULL);
        CU_ASSERT_EQUAL(eft_live_objects(), live);
        if (left)
            return;
    }
    CU_FAIL("every allocation failed");
}

static void a_close_without_memory_changes_nothing(void)
{
    eft__protocol server;
    size_t none = 0;

    start(&server, EFT__SERVER);
    eft_set_allocator(run_out, &none);
    CU_ASSERT_EQUAL(eft__protocol_close(&server, 1000, "bye", 3), EFT_ENOMEM);
    CU_ASSERT_EQUAL(eft__protocol_send(&server, EFT_MESSAGE_TEXT, "x", 1),
                    EFT_ENOMEM);
    CU_ASSERT_EQUAL(eft__protocol_ping(&server, "x", 1), EFT_ENOMEM);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_EQUAL(eft__protocol_closing(&server)->sent, 0);
    CU_ASSERT_EQUAL(eft__protocol_close(&server, 1000, "bye", 3), 0);
    CU_ASSERT_TRUE(writes(&server, BYTES("\x88\x05\x03\xe8"
                                         "bye")));
    eft__protocol_fini(&server);
}

static void a_close_that_cannot_be_answered_is_not_clean(void)
{
    eft__protocol server;
    size_t none = 0;

    start(&server, EFT__SERVER);
    eft_set_allocator(run_out, &none);
    CU_ASSERT_EQUAL(feed(&server, BYTES("\x88\x82\0\0\0\0\x03\xe8"), NULL),
                    EFT__EVENT_CLOSE);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_TRUE(writes(&server, NULL, 0));
    CU_ASSERT_TRUE(ended_with(&server, 1000, EFT_ECLOSED, false));
    CU_ASSERT_EQUAL(eft__protocol_transport(&server), EFT__TRANSPORT_END);
    eft__protocol_fini(&server);
}

static void a_pong_that_found_no_memory_gives_way_to_a_newer_one(void)
{
    static const char payload[20000] = "";
    static const char end[] = "\x8a\x85\0\0\0\0newer";
    eft__protocol client;
    const uint8_t *output;
    size_t waiting, length, none = 0;

    start(&client, EFT__CLIENT);
    CU_ASSERT_EQUAL(eft__protocol_send(&client, EFT_MESSAGE_BINARY, payload,
                                       sizeof payload),
                    0);
    feed(&client, BYTES("\x89\x05older"), NULL);
    eft_set_allocator(run_out, &none);
    eft__protocol_written(&client, 4000);
    eft_set_allocator(NULL, NULL);
    eft__protocol_output(&client, &waiting);
    CU_ASSERT_EQUAL(waiting, 8 + sizeof payload - 4000);
    feed(&client, BYTES("\x89\x05newer"), NULL);
    output = eft__protocol_output(&client, &length);
    REQUIRE(length == waiting + sizeof end - 1);
    CU_ASSERT_EQUAL(memcmp(output + waiting, BYTES(end)), 0);
    eft__protocol_written(&client, length);
    CU_ASSERT_TRUE(writes(&client, NULL, 0));
    eft__protocol_fini(&client);
}

static void a_pong_without_memory_fails_the_connection(void)
{
    eft__protocol server;
    size_t none = 0;

    start(&server, EFT__SERVER);
    eft_set_allocator(run_out, &none);
    CU_ASSERT_EQUAL(feed(&server, BYTES("\x89\x81\0\0\0\0p"), NULL),
                    EFT__EVENT_ERROR);
    eft_set_allocator(NULL, NULL);
    CU_ASSERT_TRUE(ended_with(&server, 1006, EFT_ENOMEM, false));
    CU_ASSERT_EQUAL(eft__protocol_closing(&server)->sent, 0);
    eft__protocol_fini(&server);
}

static void an_idle_connection_holds_no_memory_and_is_small(void)
{
    size_t live = eft_live_objects();
    eft__protocol client;

    CU_ASSERT(sizeof client <= 384);
    start(&client, EFT__CLIENT);
    feed(&client, BYTES("\x81\x01x"), NULL);
    CU_ASSERT_EQUAL(eft_live_objects(), live);
    eft__protocol_fini(&client);
}

#define CASE(name)                                                             \
    {                                                                          \
#name, name                                                            \
    }

extern const test_case suite_protocol[];
const test_case suite_protocol[] = {
    CASE(a_message_goes_out_as_one_frame),
    CASE(every_frame_has_a_key_of_its_own),
    CASE(one_read_of_randomness_makes_many_keys),
    CASE(a_ping_over_125_bytes_is_invalid),
    CASE(a_written_part_leaves_the_rest),
    CASE(trim_gives_the_output_back_when_it_is_empty),
    CASE(pings_are_answered_each_and_in_order),
    CASE(pongs_are_told_and_not_answered),
    CASE(a_flood_of_pings_costs_bounded_memory),
    CASE(the_last_ping_is_answered_before_our_close),
    CASE(the_last_ping_is_answered_before_the_answer_to_a_close),
    CASE(a_failure_frees_a_pong_that_was_put_off),
    CASE(fini_takes_a_pong_that_was_put_off),
    CASE(a_ping_after_our_close_is_not_answered),
    CASE(the_driver_may_stop_between_two_events),
    CASE(messages_still_arrive_after_our_close),
    CASE(queued_messages_go_out_before_our_close),
    CASE(nothing_is_sent_after_our_close),
    CASE(a_close_is_answered_with_its_code_and_once),
    CASE(close_checks_its_arguments),
    CASE(the_peers_code_says_how_it_ended),
    CASE(the_answer_to_our_own_code_is_no_error),
    CASE(the_server_ends_the_transport_and_a_client_waits),
    CASE(the_end_is_told_once),
    CASE(an_end_without_a_close_is_abnormal),
    CASE(a_broken_rule_is_answered_with_its_code),
    CASE(a_rule_broken_after_our_close_sends_no_second_one),
    CASE(the_driver_may_fail_a_connection),
    CASE(fail_comes_too_late_once_both_have_closed),
    CASE(running_out_of_memory_neither_leaks_nor_hangs),
    CASE(a_close_without_memory_changes_nothing),
    CASE(a_close_that_cannot_be_answered_is_not_clean),
    CASE(a_pong_that_found_no_memory_gives_way_to_a_newer_one),
    CASE(a_pong_without_memory_fails_the_connection),
    CASE(an_idle_connection_holds_no_memory_and_is_small),
    {NULL, NULL},
};
