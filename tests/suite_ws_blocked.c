/* SPDX-License-Identifier: MIT
 * Keepalive while the loop is blocked: time that proves nothing. */
#include <string.h>

#include "log_lines.h"
#include "sdk/net/ws.h"
#include "suite.h"
#include "targets/virtual/virtual.h"
#include "ws_case.h"
#include "ws_script.h"

/* Time passes in which the loop does nothing. */
static void block_ms(int64_t delay_ms)
{
    eft__virtual_pass(delay_ms * 1000000);
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
    CHECK(script_asked(""));
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
    CHECK(script_asked(""));
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

const test_case suite_ws_blocked[] = {
    {"a_blocked_loop_does_not_end_it", a_blocked_loop_does_not_end_it},
    {"any_blocked_loop_reads_what_has_come",
     any_blocked_loop_reads_what_has_come},
    {"a_ping_that_a_blocked_loop_kept_has_half_its_time",
     a_ping_that_a_blocked_loop_kept_has_half_its_time},
    {"the_sentence_names_the_blocked_loop",
     the_sentence_names_the_blocked_loop},
    {"a_loop_that_is_always_blocked_ends_it_too",
     a_loop_that_is_always_blocked_ends_it_too},
    {NULL, NULL},
};
