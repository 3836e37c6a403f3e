/* SPDX-License-Identifier: MIT
 * WebSockets against other people's servers: how a connection ends. */
#include <string.h>

#include <eft/eft.h>

#include "servers.h"
#include "servers_case.h"
#include "suite.h"
#include "targets/world.h"

static void closing_tells_code_and_reason(void)
{
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    CHECK(eft_ws_close_code(ws) == 0);
    CHECK(eft_await(eft_ws_close(ws, 4001, "because")).error == 0);
    CHECK(eft_ws_close_code(ws) == 4001);
    CHECK(eft_await(eft_ws_receive(ws)).error == EFT_ECLOSED);
    CHECK(eft_await(eft_ws_close(ws, 1000, "again")).error == 0);
    CHECK(eft_await(eft_ws_send_text(ws, "x", 1)).error != 0);
    eft_ws_free(ws);
}

static void what_may_not_be_sent_as_close_is_refused(void)
{
    static const uint16_t codes[] = {1,    999,  1004, 1005,
                                     1006, 1015, 2999, 5000};
    char reason[125];
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        CHECK(eft_await(eft_ws_close(ws, codes[i], NULL)).error == EFT_EINVAL);
    memset(reason, 'r', sizeof reason - 1);
    reason[sizeof reason - 1] = 0;
    CHECK(eft_await(eft_ws_close(ws, 1000, reason)).error == EFT_EINVAL);
    CHECK(eft_await(eft_ws_close(ws, 1000, "\xff")).error == EFT_EUTF8);
    CHECK(eft_await(eft_ws_close(ws, 0, "reason")).error == EFT_EINVAL);
    if (!eft_target_ws_traits_of_world.any_close_code)
        CHECK(eft_await(eft_ws_close(ws, 1001, NULL)).error == EFT_ENOTSUP);
    reason[123] = 0;
    CHECK(eft_await(eft_ws_close(ws, 1000, reason)).error == 0);
    CHECK(eft_ws_close_code(ws) == 1000);
    eft_ws_free(ws);
}

static void what_arrived_before_the_end_can_be_received_after_it(void)
{
    static const int32_t zero = 0;
    eft_ws *ws = open_server("handler", "");

    REQUIRE(ws != NULL);
    for (int i = 0; i < 3; i++)
        CHECK(eft_await(eft_ws_send_binary(ws, "\0\0\0\0\0", 5)).error == 0);
    while (eft_ws_close_code(ws) == 0)
        eft_await(eft_sleep(1));
    for (int i = 0; i < 3; i++)
        CHECK(receives(ws, EFT_MESSAGE_BINARY, &zero, sizeof zero));
    CHECK(eft_await(eft_ws_receive(ws)).error == EFT_ECLOSED);
    eft_ws_free(ws);
}

static void a_freed_socket_ends_its_operations(void)
{
    eft_ws *ws = open_server("silent-open", "");

    REQUIRE(ws != NULL);
    eft_future *receive = eft_ws_receive(ws);
    eft_ws_free(ws);
    CHECK(eft_await(receive).error == EFT_ECLOSED);
}

static void a_dropped_connect_is_aborted(void)
{
    eft_future_free(eft_ws_connect(test_server("echo"), NULL));
    eft_future_free(eft_ws_connect(test_server("silent"), NULL));
    eft_await(eft_sleep(10));
}

static void an_open_connection_that_nobody_takes_is_closed(void)
{
    eft_future *connect = eft_ws_connect(test_server("echo"), NULL);

    while (eft_future_state(connect) == EFT_PENDING)
        eft_await(eft_sleep(1));
    eft_future_free(connect);
}

static void closing_does_not_wait_for_unread_messages(void)
{
    eft_ws *ws = open_server("echo", "");

    REQUIRE(ws != NULL);
    for (uint32_t i = 0; i < 100; i++)
        CHECK(eft_await(eft_ws_send_binary(ws, &i, sizeof i)).error == 0);
    eft_await(eft_sleep(20));
    CHECK(eft_await(eft_ws_close(ws, 1000, NULL)).error == 0);
    CHECK(eft_ws_close_code(ws) == 1000);
    eft_ws_free(ws);
}

const test_case suite_ws_end[] = {
    {"closing_tells_code_and_reason", closing_tells_code_and_reason},
    {"what_may_not_be_sent_as_close_is_refused",
     what_may_not_be_sent_as_close_is_refused},
    {"what_arrived_before_the_end_can_be_received_after_it",
     what_arrived_before_the_end_can_be_received_after_it},
    {"a_freed_socket_ends_its_operations", a_freed_socket_ends_its_operations},
    {"a_dropped_connect_is_aborted", a_dropped_connect_is_aborted},
    {"an_open_connection_that_nobody_takes_is_closed",
     an_open_connection_that_nobody_takes_is_closed},
    {"closing_does_not_wait_for_unread_messages",
     closing_does_not_wait_for_unread_messages},
    {NULL, NULL},
};
