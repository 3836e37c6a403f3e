/* SPDX-License-Identifier: MIT
 * WebSockets against other people's servers: what works. */
#include <string.h>

#include <cjson/cJSON.h>
#include <eft/eft.h>

#include "servers.h"
#include "servers_case.h"
#include "suite.h"
#include "targets/world.h"

static bool receives_text(eft_ws *ws, const char *text)
{
    return receives(ws, EFT_MESSAGE_TEXT, text, strlen(text));
}

static void text_comes_back(void)
{
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    CHECK(eft_await(eft_ws_send_text(ws, "gr\xc3\xbc\xc3\x9f", 6)).error == 0);
    CHECK(receives_text(ws, "gr\xc3\xbc\xc3\x9f"));
    CHECK(closes(ws));
}

static void bytes_with_nul_come_back(void)
{
    static const uint8_t bytes[] = {0, 1, 0, 255, 128, 0};
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    CHECK(eft_await(eft_ws_send_binary(ws, bytes, sizeof bytes)).error == 0);
    CHECK(receives(ws, EFT_MESSAGE_BINARY, bytes, sizeof bytes));
    CHECK(eft_await(eft_ws_send_text(ws, "a\0b", 3)).error == 0);
    CHECK(receives(ws, EFT_MESSAGE_TEXT, "a\0b", 3));
    CHECK(closes(ws));
}

static void empty_messages_come_back(void)
{
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    CHECK(eft_await(eft_ws_send_text(ws, "", 0)).error == 0);
    CHECK(eft_await(eft_ws_send_binary(ws, NULL, 0)).error == 0);
    CHECK(receives(ws, EFT_MESSAGE_TEXT, "", 0));
    CHECK(receives(ws, EFT_MESSAGE_BINARY, "", 0));
    CHECK(closes(ws));
}

static void every_length_of_a_header_comes_back(void)
{
    static const size_t lengths[] = {1,   2,     3,     7,     124,    125,
                                     126, 127,   128,   65535, 65536,  65537,
                                     200, 16384, 16385, 99999, 300000, 1048576};
    static uint8_t bytes[1048576];
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + (i >> 8));
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        CHECK(eft_await(eft_ws_send_binary(ws, bytes, lengths[i])).error == 0);
        CHECK(receives(ws, EFT_MESSAGE_BINARY, bytes, lengths[i]));
    }
    CHECK(closes(ws));
}

static void json_comes_back(void)
{
    cJSON *json = cJSON_CreateObject();
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    cJSON_AddStringToObject(json, "role", "admin");
    CHECK(eft_await(eft_ws_send_json(ws, json)).error == 0);
    CHECK(receives_text(ws, "{\"role\":\"admin\"}"));
    CHECK(eft_await(eft_ws_send_json(ws, NULL)).error == EFT_EINVAL);
    CHECK(closes(ws));
}

static void sends_that_nobody_awaits_keep_their_order(void)
{
    enum { COUNT = 300 };
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    for (uint32_t i = 0; i < COUNT; i++)
        eft_future_free(eft_ws_send_binary(ws, &i, sizeof i));
    for (uint32_t i = 0; i < COUNT; i++)
        CHECK(receives(ws, EFT_MESSAGE_BINARY, &i, sizeof i));
    CHECK(closes(ws));
}

static eft_result send_many(void *arg)
{
    for (uint32_t i = 0; i < 200; i++)
        EFT_TRY(eft_await(eft_ws_send_binary(arg, &i, sizeof i)));
    return eft_ok();
}

static eft_result receive_many(void *arg)
{
    for (uint32_t i = 0; i < 200; i++)
        if (!receives(arg, EFT_MESSAGE_BINARY, &i, sizeof i))
            return eft_failed(EFT_EUSER);
    return eft_ok();
}

static void two_tasks_share_a_connection(void)
{
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    eft_result result = eft_await(
        eft_gather(eft_spawn(send_many, ws), eft_spawn(receive_many, ws)));
    CHECK(result.error == 0);
    eft_result_free(result);
    CHECK(closes(ws));
}

static void fragments_arrive_as_one_message(void)
{
    eft_ws *ws = open_server("fragments", "/10");

    REQUIRE(ws != NULL);
    CHECK(receives_text(ws, "0123456789"));
    CHECK(closes(ws));
}

static void pings_are_answered(void)
{
    eft_ws *ws = open_server("pings", "/3");

    REQUIRE(ws != NULL);
    CHECK(receives_text(ws, "pong 3"));
    CHECK(closes(ws));
}

static void the_server_chooses_a_subprotocol(void)
{
    static const char *const wanted[] = {"other", "chat"};
    eft_ws_options options = {.subprotocols = wanted, .subprotocol_count = 2};
    eft_result result =
        eft_await(eft_ws_connect(test_server("echo"), &options));

    REQUIRE(test_succeeded(result.error));
    CHECK(!strcmp(eft_ws_subprotocol(result.ws), "chat"));
    CHECK(closes(result.ws));
}

static void a_cancelled_receive_loses_no_message(void)
{
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    eft_future *receive = eft_ws_receive(ws);
    CHECK(eft_cancel(receive));
    CHECK(eft_await(receive).error == EFT_ECANCELED);
    CHECK(eft_await(eft_wait_for(1, eft_ws_receive(ws))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_await(eft_ws_send_text(ws, "kept", 4)).error == 0);
    CHECK(receives_text(ws, "kept"));
    CHECK(closes(ws));
}

static void a_received_message_that_nobody_took_is_given_to_the_next(void)
{
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    CHECK(eft_await(eft_ws_send_text(ws, "first", 5)).error == 0);
    CHECK(eft_await(eft_ws_send_text(ws, "second", 6)).error == 0);
    eft_future *receive = eft_ws_receive(ws);
    while (eft_future_state(receive) == EFT_PENDING)
        eft_await(eft_sleep(1));
    eft_future_free(receive);
    CHECK(receives_text(ws, "first"));
    CHECK(receives_text(ws, "second"));
    CHECK(closes(ws));
}

static void two_receives_at_once_are_refused(void)
{
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    eft_future *first = eft_ws_receive(ws);
    CHECK(eft_await(eft_ws_receive(ws)).error == EFT_EBUSY);
    eft_future_free(first);
    CHECK(closes(ws));
}

static void many_connections_at_once(void)
{
    enum { COUNT = 40 };
    eft_future *connects[COUNT];

    for (int i = 0; i < COUNT; i++)
        connects[i] = eft_ws_connect(test_server("echo"), NULL);
    eft_result all = eft_await(eft_gather_array(connects, COUNT, NULL));
    REQUIRE(all.error == 0);
    for (int i = 0; i < COUNT; i++)
        eft_future_free(
            eft_ws_send_binary(all.results->items[i].ws, &i, sizeof i));
    for (int i = 0; i < COUNT; i++)
        CHECK(receives(all.results->items[i].ws, EFT_MESSAGE_BINARY, &i,
                       sizeof i));
    eft_result_free(all);
}

static void a_slow_reader_gets_every_message(void)
{
    enum { COUNT = 400 };
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    for (uint32_t i = 0; i < COUNT; i++)
        CHECK(eft_await(eft_ws_send_binary(ws, &i, sizeof i)).error == 0);
    eft_await(eft_sleep(50));
    for (uint32_t i = 0; i < COUNT; i++) {
        CHECK(receives(ws, EFT_MESSAGE_BINARY, &i, sizeof i));
        if (i % 50 == 0)
            eft_await(eft_sleep(1));
    }
    CHECK(closes(ws));
}

/* As many as a page keeps that cannot stop its peer; elsewhere the peer is
 * stopped before that. */
static void large_messages_wait_for_a_slow_reader(void)
{
    enum { COUNT = 7, SIZE = 2 << 20 };
    static uint8_t bytes[SIZE];
    eft_ws_options options = {.max_message = SIZE};
    eft_result opened =
        eft_await(eft_ws_connect(test_server("echo"), &options));

    REQUIRE(test_succeeded(opened.error));
    for (int i = 0; i < COUNT; i++)
        eft_future_free(eft_ws_send_binary(opened.ws, bytes, sizeof bytes));
    for (int i = 0; i < COUNT; i++) {
        CHECK(receives(opened.ws, EFT_MESSAGE_BINARY, bytes, sizeof bytes));
        eft_await(eft_sleep(10));
    }
    CHECK(closes(opened.ws));
}

static void a_secure_connection_with_a_good_certificate(void)
{
    eft_ws_options options = {0};

    if (eft_target_ws_traits_of_world.any_close_code)
        options.tls.ca_file = test_server("ca");
    eft_result result = eft_await(eft_ws_connect(test_server("wss"), &options));
    REQUIRE(test_succeeded(result.error));
    CHECK(eft_await(eft_ws_send_text(result.ws, "secret", 6)).error == 0);
    CHECK(receives_text(result.ws, "secret"));
    CHECK(closes(result.ws));
}

const test_case suite_ws[] = {
    {"text_comes_back", text_comes_back},
    {"bytes_with_nul_come_back", bytes_with_nul_come_back},
    {"empty_messages_come_back", empty_messages_come_back},
    {"every_length_of_a_header_comes_back",
     every_length_of_a_header_comes_back},
    {"json_comes_back", json_comes_back},
    {"sends_that_nobody_awaits_keep_their_order",
     sends_that_nobody_awaits_keep_their_order},
    {"two_tasks_share_a_connection", two_tasks_share_a_connection},
    {"fragments_arrive_as_one_message", fragments_arrive_as_one_message},
    {"pings_are_answered", pings_are_answered},
    {"the_server_chooses_a_subprotocol", the_server_chooses_a_subprotocol},
    {"a_cancelled_receive_loses_no_message",
     a_cancelled_receive_loses_no_message},
    {"a_received_message_that_nobody_took_is_given_to_the_next",
     a_received_message_that_nobody_took_is_given_to_the_next},
    {"two_receives_at_once_are_refused", two_receives_at_once_are_refused},
    {"many_connections_at_once", many_connections_at_once},
    {"a_slow_reader_gets_every_message", a_slow_reader_gets_every_message},
    {"large_messages_wait_for_a_slow_reader",
     large_messages_wait_for_a_slow_reader},
    {"a_secure_connection_with_a_good_certificate",
     a_secure_connection_with_a_good_certificate},
    {NULL, NULL},
};
