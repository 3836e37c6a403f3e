/* SPDX-License-Identifier: MIT
 * Keepalive by heartbeats: in a page, and where they fail. */
#include "log_lines.h"
#include "sdk/net/ws.h"
#include "sdk/net/ws_options.h"
#include "suite.h"
#include "ws_script.h"

static const eft_target_ws_traits of_a_page = {0};

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

static void a_page_has_none_by_default(void)
{
    eft__ws_traits = &of_a_page;
    eft_ws *ws = open_with((eft_ws_options){0});
    if (ws) {
        wait_ms(3600000);
        CHECK(script_asked(""));
    }
    eft__ws_traits = &eft_target_ws_traits_of_world;
    REQUIRE(ws);
    CHECK(!ws->pulse);
    close_ws(ws);
}

static eft_future *beat(eft_ws *ws, void *arg)
{
    (void)arg;
    return eft_ws_send_text(ws, "?", 1);
}

static void a_page_has_one_with_a_heartbeat(void)
{
    eft__ws_traits = &of_a_page;
    eft_ws *ws = open_with(
        (eft_ws_options){.heartbeat = beat, .ping_interval_ms = 5000});
    if (ws) {
        wait_ms(5000);
        CHECK(script_asked("send text ?"));
        script_drains();
        wait_ms(200);
        eft_ws_answered(ws);
        CHECK(eft_ws_latency(ws) == 200);
        wait_ms(4800);
        CHECK(script_asked("send text ?"));
        wait_ms(20002);
        CHECK(script_asked("close 4011 keepalive ping timeout"));
    }
    eft__ws_traits = &eft_target_ws_traits_of_world;
    REQUIRE(ws);
    close_ws(ws);
}

static eft_future *fail_to_beat(eft_ws *ws, void *arg)
{
    eft_future *failed = eft_future_new();

    (void)ws;
    ++*(int *)arg;
    eft_future_resolve(failed, eft_fail(EFT_EUSER, "no breath"));
    return failed;
}

static void a_heartbeat_that_fails_is_told_and_tried_again(void)
{
    int beats = 0;
    eft_ws *ws = open_with(
        (eft_ws_options){.heartbeat = fail_to_beat, .heartbeat_arg = &beats});

    REQUIRE(ws);
    log_lines_begin();
    wait_ms(20000);
    script_settle();
    CHECK(log_lines_are("a keepalive could not be sent: no breath\n"));
    eft_log_set_level(EFT_LOG_OFF);
    wait_ms(20000);
    script_settle();
    eft_log_set_level(EFT_LOG_INFO);
    CHECK(beats == 2);
    CHECK(ws->state == EFT__WS_OPEN);
    close_ws(ws);
}

static eft_future *close_it(eft_ws *ws, void *arg)
{
    (void)arg;
    eft_future_free(eft_ws_close(ws, 1000, "enough"));
    return eft_future_new();
}

static eft_future *free_it(eft_ws *ws, void *arg)
{
    *(bool *)arg = true;
    eft_ws_free(ws);
    return eft_future_new();
}

static void a_heartbeat_may_end_the_connection(void)
{
    eft_ws *ws = open_with((eft_ws_options){.heartbeat = close_it});

    REQUIRE(ws);
    wait_ms(20000);
    CHECK(script_asked("close 1000 enough"));
    wait_ms(1);
    close_ws(ws);

    bool freed = false;
    ws = open_with(
        (eft_ws_options){.heartbeat = free_it, .heartbeat_arg = &freed});
    REQUIRE(ws);
    wait_ms(20000);
    if (!freed)
        eft_ws_free(ws);
    script_settle();
    CHECK(script_asked("abort"));
    script_end();
}

const test_case suite_ws_heartbeat[] = {
    {"a_page_has_none_by_default", a_page_has_none_by_default},
    {"a_page_has_one_with_a_heartbeat", a_page_has_one_with_a_heartbeat},
    {"a_heartbeat_that_fails_is_told_and_tried_again",
     a_heartbeat_that_fails_is_told_and_tried_again},
    {"a_heartbeat_may_end_the_connection", a_heartbeat_may_end_the_connection},
    {NULL, NULL},
};
