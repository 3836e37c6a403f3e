/* SPDX-License-Identifier: MIT
 * Tests of a WebSocket connection's ends: closing, failing, the peer gone. */
#include "eft/error.h"
#include "eft/memory.h"
#include "protocol_peer.h"
#include "suite.h"

/* Closing */

static void queued_messages_go_out_before_our_close(void)
{
    eft__protocol server;

    start(&server, EFT__SERVER);
    CU_ASSERT_EQUAL(
        eft__protocol_send(&server, EFT_MESSAGE_TEXT, true, true, "x", 1), 0);
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
    CU_ASSERT_EQUAL(
        eft__protocol_send(&server, EFT_MESSAGE_TEXT, true, true, "x", 1),
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
    CU_ASSERT_EQUAL(
        eft__protocol_send(&server, EFT_MESSAGE_TEXT, true, true, "x", 1),
        EFT_ECLOSED);
    CU_ASSERT_EQUAL(eft__protocol_closing(&server)->reason_length, 3);
    if (eft__protocol_closing(&server)->reason)
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
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
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

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
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
    CU_ASSERT_EQUAL(
        eft__protocol_send(&client, EFT_MESSAGE_TEXT, true, true, "x", 1),
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
    CU_ASSERT_EQUAL(
        eft__protocol_send(&client, EFT_MESSAGE_TEXT, true, true, "x", 1), 0);
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

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
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

const test_case suite_protocol_close[] = {
    {"queued_messages_go_out_before_our_close",
     queued_messages_go_out_before_our_close},
    {"nothing_is_sent_after_our_close", nothing_is_sent_after_our_close},
    {"a_close_is_answered_with_its_code_and_once",
     a_close_is_answered_with_its_code_and_once},
    {"close_checks_its_arguments", close_checks_its_arguments},
    {"the_peers_code_says_how_it_ended", the_peers_code_says_how_it_ended},
    {"the_answer_to_our_own_code_is_no_error",
     the_answer_to_our_own_code_is_no_error},
    {"the_server_ends_the_transport_and_a_client_waits",
     the_server_ends_the_transport_and_a_client_waits},
    {"the_end_is_told_once", the_end_is_told_once},
    {"an_end_without_a_close_is_abnormal", an_end_without_a_close_is_abnormal},
    {"a_broken_rule_is_answered_with_its_code",
     a_broken_rule_is_answered_with_its_code},
    {"a_rule_broken_after_our_close_sends_no_second_one",
     a_rule_broken_after_our_close_sends_no_second_one},
    {"the_driver_may_fail_a_connection", the_driver_may_fail_a_connection},
    {"fail_comes_too_late_once_both_have_closed",
     fail_comes_too_late_once_both_have_closed},
    {NULL, NULL},
};
