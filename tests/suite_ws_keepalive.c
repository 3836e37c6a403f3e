/* SPDX-License-Identifier: MIT
 * Keepalive: when a peer counts as gone, and when it does not. */
#include <string.h>

#include "log_lines.h"
#include "sdk/net/ws.h"
#include "suite.h"
#include "targets/virtual/virtual.h"
#include "ws_script.h"

static eft_ws *open_with(eft_ws_options options)
{
    script_begin();
    return script_connect("ws://host/", &options);
}

static void close_ws(eft_ws *ws)
{
    eft_ws_free(ws);
    script_settle();
    script_ignore();
    script_end();
}

static void wait_ms(int64_t delay_ms)
{
    eft_await(eft_sleep(delay_ms));
}

/* Time passes in which the loop does nothing. */
static void block_ms(int64_t delay_ms)
{
    eft__virtual_pass(delay_ms * 1000000);
}

static char payload[8];
static size_t payload_length;

/* Was a ping asked for, and nothing else? */
static bool pinged(void)
{
    const eft__virtual_call *call = eft__virtual_ws_next();

    if (!call || call->what != EFT__VIRTUAL_PING || call->length > 8)
        return false;
    memcpy(payload, call->data, call->length);
    payload_length = call->length;
    return script_asked("");
}

static void pongs(void)
{
    eft_core_ws_pong(script_id(0), payload, payload_length);
}

static bool is_alive(void)
{
    return script_asked("");
}

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
    CHECK(is_alive());
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
    CHECK(is_alive());
    /* From the last one on it has the time of a ping, and half of it. */
    wait_ms(19990);
    CHECK(is_alive());
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
    CHECK(is_alive());
    CHECK(script_receives(ws, "a"));
    CHECK(script_asked("resume"));
    /* Now it can hear, from now on. */
    wait_ms(9000);
    pongs();
    wait_ms(20000);
    CHECK(pinged());
    close_ws(ws);
}

static void a_blocked_loop_does_not_end_it(void)
{
    eft_ws *ws = open_with((eft_ws_options){0});

    REQUIRE(ws);
    log_lines_begin();
    wait_ms(20000);
    CHECK(pinged());
    /* The pong is there, but nobody has read it. */
    block_ms(60000);
    wait_ms(1);
    CHECK(is_alive());
    pongs();
    wait_ms(0);
    CHECK(strstr(log_lines_end(), "the loop was blocked for 50000 ms") != NULL);
    wait_ms(1);
    CHECK(pinged());
    pongs();
    close_ws(ws);
}

static void read_pong(void *arg)
{
    (void)arg;
    pongs();
}

/* However long it was, and whenever: the transport is read once more. */
static void any_blocked_loop_reads_what_has_come(void)
{
    for (int64_t at = 0; at < 20000; at += 999)
        for (int64_t length = 1; length < 50000; length = length * 3 + 500) {
            eft_ws *ws = open_with((eft_ws_options){0});

            REQUIRE(ws);
            eft_log_set_level(EFT_LOG_OFF);
            wait_ms(20000);
            CHECK(pinged());
            wait_ms(at);
            block_ms(length);
            /* What is due runs first, and then the pong is read. */
            eft_future *read = eft_call_at(eft_now(), read_pong, NULL);
            wait_ms(5);
            CHECK(eft_await(read).error == 0);
            eft_log_set_level(EFT_LOG_INFO);
            CHECK(ws->state == EFT__WS_OPEN);
            close_ws(ws);
        }
}

static void a_ping_that_a_blocked_loop_kept_has_half_its_time(void)
{
    eft_ws *ws = open_with((eft_ws_options){0});

    REQUIRE(ws);
    wait_ms(20000);
    CHECK(pinged());
    block_ms(19000);
    wait_ms(9990);
    CHECK(is_alive());
    pongs();
    wait_ms(1);
    CHECK(ws->state == EFT__WS_OPEN);
    close_ws(ws);
}

static void the_sentence_names_the_blocked_loop(void)
{
    eft_ws *ws = open_with((eft_ws_options){0});

    REQUIRE(ws);
    log_lines_begin();
    wait_ms(20000);
    CHECK(pinged());
    block_ms(30000);
    wait_ms(20003);
    CHECK(strstr(log_lines_end(), "blocked") != NULL);
    CHECK(script_asked("close 1011 keepalive ping timeout"));
    script_closes(1006, "");
    CHECK(script_error(eft_ws_receive(ws)) == EFT_EABNORMAL);
    CHECK(script_told("this loop was blocked for 20000 ms meanwhile"));
    close_ws(ws);
}

/* A loop that is blocked again and again does not keep a dead peer alive. */
static void a_loop_that_is_always_blocked_ends_it_too(void)
{
    eft_ws *ws = open_with((eft_ws_options){0});
    int blocks = 0;

    REQUIRE(ws);
    log_lines_begin();
    wait_ms(20000);
    CHECK(pinged());
    while (ws->state == EFT__WS_OPEN && blocks < 20) {
        block_ms(30000);
        wait_ms(2);
        blocks++;
    }
    log_lines_end();
    CHECK(blocks < 6);
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
    {"a_blocked_loop_does_not_end_it", a_blocked_loop_does_not_end_it},
    {"any_blocked_loop_reads_what_has_come",
     any_blocked_loop_reads_what_has_come},
    {"a_ping_that_a_blocked_loop_kept_has_half_its_time",
     a_ping_that_a_blocked_loop_kept_has_half_its_time},
    {"the_sentence_names_the_blocked_loop",
     the_sentence_names_the_blocked_loop},
    {"a_loop_that_is_always_blocked_ends_it_too",
     a_loop_that_is_always_blocked_ends_it_too},
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
