/* SPDX-License-Identifier: MIT
 * Keepalive: when a peer counts as gone, and when it does not. */
#include "sdk/net/ws.h"
#include "suite.h"
#include "targets/virtual/virtual.h"
#include "ws_case.h"
#include "ws_script.h"

static void a_ping_goes_every_interval_less_the_latency(void)
{
    eft_ws *ws = open_with((eft_ws_options){0});

    REQUIRE(ws);
    wait_ms(19999);
    CHECK(script_asked(""));
    wait_ms(1);
    CHECK(pinged());
    wait_ms(50);
    pongs();
    wait_ms(0);
    CHECK(eft_ws_latency(ws) == 50);
    wait_ms(19949);
    CHECK(script_asked(""));
    wait_ms(1);
    CHECK(pinged());
    pongs();
    close_ws(ws);
}

static void a_slow_answer_brings_the_next_question_at_once(void)
{
    eft_ws *ws = open_with(
        (eft_ws_options){.ping_interval_ms = 10, .ping_timeout_ms = 1000});

    REQUIRE(ws);
    wait_ms(10);
    CHECK(pinged());
    wait_ms(100);
    pongs();
    wait_ms(1);
    CHECK(pinged());
    pongs();
    close_ws(ws);
}

static void no_answer_ends_the_connection(void)
{
    eft_ws *ws = open_with((eft_ws_options){0});

    REQUIRE(ws);
    eft_future *receive = eft_ws_receive(ws);
    eft_future *sent = eft_ws_send_text(ws, "x", 1);
    CHECK(script_asked("send text x"));
    wait_ms(20000);
    CHECK(pinged());
    wait_ms(20000);
    CHECK(script_asked(""));
    wait_ms(2);
    CHECK(script_asked("close 1011 keepalive ping timeout"));
    /* The Close has a second to leave; then it is over. */
    wait_ms(998);
    CHECK(script_asked(""));
    wait_ms(1);
    CHECK(script_asked("abort"));
    CHECK(script_error(receive) == EFT_EABNORMAL);
    CHECK(script_told("keepalive ping timeout: no answer within 20000 ms"));
    CHECK(script_error(sent) == EFT_EABNORMAL);
    CHECK(script_error(eft_ws_receive(ws)) == EFT_EABNORMAL);
    CHECK(eft_ws_close_code(ws) == 1006);
    close_ws(ws);
}

static void a_peer_that_closes_then_ends_it_sooner(void)
{
    eft_ws *ws = open_with((eft_ws_options){0});

    REQUIRE(ws);
    wait_ms(40002);
    script_ignore();
    script_closes(1011, "keepalive ping timeout");
    CHECK(script_error(eft_ws_receive(ws)) == EFT_EABNORMAL);
    CHECK(script_told("keepalive ping timeout"));
    CHECK(eft_ws_close_code(ws) == 1011);
    close_ws(ws);
}

static void what_arrives_is_a_sign_of_life(void)
{
    eft_ws *ws = open_with((eft_ws_options){0});

    REQUIRE(ws);
    wait_ms(20000);
    CHECK(pinged());
    for (int i = 0; i < 10; i++) {
        wait_ms(9000);
        script_says("still here");
        CHECK(script_receives(ws, "still here"));
    }
    CHECK(script_asked(""));
    /* From the last one on it has the time of a ping, and half of it. */
    wait_ms(19990);
    CHECK(script_asked(""));
    wait_ms(10020);
    CHECK(script_asked("close 1011 keepalive ping timeout"));
    close_ws(ws);
}

static void who_does_not_receive_hears_nothing(void)
{
    eft_ws *ws = open_with((eft_ws_options){.receive_queue = 1});

    REQUIRE(ws);
    script_says("a");
    CHECK(script_asked("pause"));
    wait_ms(20000);
    CHECK(pinged());
    wait_ms(3600000);
    CHECK(script_asked(""));
    CHECK(script_receives(ws, "a"));
    CHECK(script_asked("resume"));
    /* Now it can hear, from now on. */
    wait_ms(9000);
    pongs();
    wait_ms(20000);
    CHECK(pinged());
    close_ws(ws);
}

static void it_can_be_turned_off(void)
{
    eft_ws *ws = open_with((eft_ws_options){.ping_interval_ms = EFT_FOREVER});

    REQUIRE(ws);
    CHECK(!ws->pulse);
    wait_ms(3600000);
    CHECK(script_asked(""));
    close_ws(ws);
}

static void it_can_ask_without_a_limit(void)
{
    eft_ws *ws = open_with((eft_ws_options){.ping_timeout_ms = EFT_FOREVER});

    REQUIRE(ws);
    wait_ms(20000);
    CHECK(pinged());
    wait_ms(3600000);
    CHECK(script_asked(""));
    pongs();
    wait_ms(0);
    CHECK(eft_ws_latency(ws) == 3600000);
    wait_ms(1);
    CHECK(pinged());
    close_ws(ws);
}

static void the_shortest_times(void)
{
    eft_ws *ws = open_with(
        (eft_ws_options){.ping_interval_ms = 1, .ping_timeout_ms = 1});

    REQUIRE(ws);
    for (int i = 0; i < 20; i++) {
        wait_ms(1);
        CHECK(pinged());
        pongs();
        wait_ms(0);
    }
    wait_ms(4);
    script_ignore();
    CHECK(ws->state == EFT__WS_CLOSING);
    close_ws(ws);
}

static void a_ping_of_the_program_answers_for_it(void)
{
    eft_ws *ws = open_with((eft_ws_options){0});

    REQUIRE(ws);
    wait_ms(20000);
    CHECK(pinged());
    eft_future *mine = eft_ws_ping(ws, "mine", 4);
    CHECK(script_asked("ping mine"));
    wait_ms(100);
    script_pongs("mine");
    CHECK(script_error(mine) == 0);
    wait_ms(19899);
    CHECK(script_asked(""));
    wait_ms(1);
    CHECK(pinged());
    close_ws(ws);
}

static void a_close_ends_the_asking(void)
{
    eft_ws *ws = open_with((eft_ws_options){.close_timeout_ms = EFT_FOREVER});

    REQUIRE(ws);
    wait_ms(20000);
    CHECK(pinged());
    eft_future *closed = eft_ws_close(ws, 1000, "bye");
    CHECK(script_asked("close 1000 bye"));
    wait_ms(3600000);
    CHECK(script_asked(""));
    script_closes(1000, "");
    CHECK(script_error(closed) == 0);
    CHECK(!ws->pulse);
    close_ws(ws);
}

static void a_servers_connection_is_kept_alive_too(void)
{
    uint32_t id = 0;

    script_begin();
    eft_ws *ws = eft__ws_accept(&(eft_ws_options){0}, "", &id);
    REQUIRE(ws);
    eft__virtual_ws_adopt(id);
    wait_ms(20000);
    CHECK(pinged());
    wait_ms(20002);
    CHECK(script_asked("close 1011 keepalive ping timeout"));
    close_ws(ws);
}

static void nothing_is_asked_of_one_that_was_given_up(void)
{
    eft_ws *ws = open_with((eft_ws_options){0});

    REQUIRE(ws);
    eft__virtual_ws_answer_aborts(false);
    wait_ms(20000);
    CHECK(pinged());
    eft_ws_free(ws);
    CHECK(script_asked("abort"));
    wait_ms(3600000);
    CHECK(script_asked(""));
    eft__virtual_ws_answer_aborts(true);
    script_closes(1006, "");
    script_end();
}

const test_case suite_ws_keepalive[] = {
    {"a_ping_goes_every_interval_less_the_latency",
     a_ping_goes_every_interval_less_the_latency},
    {"a_slow_answer_brings_the_next_question_at_once",
     a_slow_answer_brings_the_next_question_at_once},
    {"no_answer_ends_the_connection", no_answer_ends_the_connection},
    {"a_peer_that_closes_then_ends_it_sooner",
     a_peer_that_closes_then_ends_it_sooner},
    {"what_arrives_is_a_sign_of_life", what_arrives_is_a_sign_of_life},
    {"who_does_not_receive_hears_nothing", who_does_not_receive_hears_nothing},
    {"it_can_be_turned_off", it_can_be_turned_off},
    {"it_can_ask_without_a_limit", it_can_ask_without_a_limit},
    {"the_shortest_times", the_shortest_times},
    {"a_ping_of_the_program_answers_for_it",
     a_ping_of_the_program_answers_for_it},
    {"a_close_ends_the_asking", a_close_ends_the_asking},
    {"a_servers_connection_is_kept_alive_too",
     a_servers_connection_is_kept_alive_too},
    {"nothing_is_asked_of_one_that_was_given_up",
     nothing_is_asked_of_one_that_was_given_up},
    {NULL, NULL},
};
