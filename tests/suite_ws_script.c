/* SPDX-License-Identifier: MIT
 * The scripted transport of the virtual world: a connection, there and back. */
#include <string.h>

#include "suite.h"
#include "ws_script.h"

static void without_a_script_there_is_no_network(void)
{
    CHECK(script_error(eft_ws_connect("ws://host/", NULL)) == EFT_ENOTSUP);
    CHECK(script_told("no network"));
}

static void a_conversation(void)
{
    script_begin();
    eft_future *connect = eft_ws_connect("ws://host/", NULL);
    CHECK(script_asked("open ws://host/"));
    script_opens("chat");
    eft_result opened = eft_await(connect);
    REQUIRE(!opened.error);
    eft_ws *ws = opened.ws;
    CHECK(!strcmp(eft_ws_subprotocol(ws), "chat"));

    eft_future *sent = eft_ws_send_text(ws, "hello", 5);
    CHECK(script_asked("send text hello"));
    CHECK(eft_future_state(sent) == EFT_PENDING);
    script_drains();
    CHECK(script_error(sent) == 0);
    CHECK(script_says("hello yourself"));
    CHECK(script_receives(ws, "hello yourself"));

    eft_future *closed = eft_ws_close(ws, 1000, "bye");
    CHECK(script_asked("close 1000 bye"));
    script_closes(1000, "bye yourself");
    CHECK(script_error(closed) == 0);
    CHECK(!strcmp(eft_ws_close_reason(ws), "bye yourself"));
    eft_ws_free(ws);
    CHECK(script_asked(""));
    script_end();
}

static void a_send_that_nobody_awaits_is_sent(void)
{
    script_begin();
    eft_ws *ws = script_connect("ws://host/", NULL);
    REQUIRE(ws);
    eft_future_free(eft_ws_send_text(ws, "first", 5));
    eft_future_free(eft_ws_send_text(ws, "second", 6));
    CHECK(script_asked("send text first | send text second"));
    script_drains();
    eft_ws_free(ws);
    script_ignore();
    script_end();
}

static void what_is_aborted_ends_soon(void)
{
    script_begin();
    eft_ws *first = script_connect("ws://host/", NULL);
    eft_ws *second = script_connect("ws://host/", NULL);
    REQUIRE(first && second);
    eft_ws_free(first);
    eft_ws_free(second);
    CHECK(script_asked("abort | 2: abort"));
    script_end();
}

const test_case suite_ws_script[] = {
    {"without_a_script_there_is_no_network",
     without_a_script_there_is_no_network},
    {"a_conversation", a_conversation},
    {"a_send_that_nobody_awaits_is_sent", a_send_that_nobody_awaits_is_sent},
    {"what_is_aborted_ends_soon", what_is_aborted_ends_soon},
    {NULL, NULL},
};
