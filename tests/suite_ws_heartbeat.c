/* SPDX-License-Identifier: MIT
 * Heartbeats: in a ping's place, as a keepalive, and where they fail. */
#include <string.h>

#include "log_lines.h"
#include "sdk/net/ws.h"
#include "sdk/net/ws_options.h"
#include "suite.h"
#include "ws_case.h"
#include "ws_script.h"

static const eft_target_ws_traits of_a_page = {0};

static char question[] = "are you there?";

static eft_future *beat(eft_ws *ws, void *arg)
{
    return eft_ws_send_text(ws, arg, strlen(arg));
}

static eft_future *fail_to_beat(eft_ws *ws, void *arg)
{
    eft_future *failed = eft_future_new();

    (void)ws;
    ++*(int *)arg;
    eft_future_resolve(failed, eft_fail(EFT_EUSER, "no breath"));
    return failed;
}

static eft_future *beat_nothing(eft_ws *ws, void *arg)
{
    (void)ws;
    (void)arg;
    return NULL;
}

static eft_future *free_it(eft_ws *ws, void *arg)
{
    *(bool *)arg = true;
    eft_ws_free(ws);
    return eft_future_new();
}

/* Without a keepalive: it beats only when the test asks it to. */
static eft_ws *open_beating(eft_ws_heartbeat *heartbeat, void *arg)
{
    return open_with((eft_ws_options){.ping_interval_ms = EFT_FOREVER,
                                      .heartbeat = heartbeat,
                                      .heartbeat_arg = arg});
}

static void a_heartbeat_takes_the_place_of_a_ping(void)
{
    eft_ws *ws = open_beating(beat, question);

    REQUIRE(ws);
    eft_future *pinged = eft_ws_ping(ws, "payload", 7);
    CHECK(script_asked("send text are you there?"));
    wait_ms(10);
    /* Neither its being sent nor a pong is an answer. */
    script_drains();
    script_pongs("payload");
    script_settle();
    CHECK(eft_future_state(pinged) == EFT_PENDING);
    wait_ms(10);
    eft_ws_answered(ws);
    CHECK(trip(pinged) == 20);
    CHECK(eft_ws_latency(ws) == 20);
    close_ws(ws);
}

static void an_answer_is_the_oldest_heartbeats(void)
{
    eft_ws *ws = open_beating(beat, question);

    REQUIRE(ws);
    eft_ws_answered(ws);
    CHECK(eft_ws_latency(ws) == 0);
    eft_future *first = eft_ws_ping(ws, NULL, 0);
    wait_ms(10);
    eft_future *second = eft_ws_ping(ws, NULL, 0);
    eft_ws_answered(ws);
    CHECK(trip(first) == 10);
    CHECK(eft_future_state(second) == EFT_PENDING);
    eft_ws_answered(ws);
    CHECK(trip(second) == 0);
    eft_ws_answered(ws);
    close_ws(ws);
}

static void without_a_heartbeat_nothing_is_answered(void)
{
    eft_ws *ws = open_beating(NULL, NULL);

    REQUIRE(ws);
    eft_future *pinged = eft_ws_ping(ws, "a", 1);
    eft_ws_answered(ws);
    CHECK(eft_future_state(pinged) == EFT_PENDING);
    eft_future_free(pinged);
    close_ws(ws);
}

static void a_heartbeat_that_cannot_be_sent_ends_the_ping(void)
{
    int beats = 0;
    eft_ws *ws = open_beating(fail_to_beat, &beats);

    REQUIRE(ws);
    eft_future *pinged = eft_ws_ping(ws, NULL, 0);
    script_settle();
    CHECK(script_error(pinged) == EFT_EUSER);
    CHECK(script_told("no breath"));
    CHECK(beats == 1);
    close_ws(ws);

    ws = open_beating(beat_nothing, NULL);
    REQUIRE(ws);
    pinged = eft_ws_ping(ws, NULL, 0);
    script_settle();
    CHECK(script_error(pinged) == EFT_EINVAL);
    close_ws(ws);
}

static void a_heartbeat_answered_before_it_is_sent_has_no_more_to_say(void)
{
    eft_ws *ws = open_beating(beat, question);

    REQUIRE(ws);
    eft_future *pinged = eft_ws_ping(ws, NULL, 0);
    eft_ws_answered(ws);
    script_settle();
    CHECK(trip(pinged) == 0);
    eft_future *other = eft_ws_ping(ws, NULL, 0);
    CHECK(eft_cancel(other));
    CHECK(script_error(other) == EFT_ECANCELED);
    script_drains();
    close_ws(ws);
}

static void a_heartbeat_may_give_the_connection_up(void)
{
    bool freed = false;
    eft_ws *ws = open_beating(free_it, &freed);

    REQUIRE(ws);
    CHECK(script_error(eft_ws_ping(ws, NULL, 0)) == EFT_ECLOSED);
    if (!freed)
        eft_ws_free(ws);
    script_settle();
    CHECK(script_asked("abort"));
    script_end();
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

static void a_page_has_one_with_a_heartbeat(void)
{
    eft__ws_traits = &of_a_page;
    eft_ws *ws = open_with((eft_ws_options){.heartbeat = beat,
                                            .heartbeat_arg = question,
                                            .ping_interval_ms = 5000});
    if (ws) {
        wait_ms(5000);
        CHECK(script_asked("send text are you there?"));
        script_drains();
        wait_ms(200);
        eft_ws_answered(ws);
        CHECK(eft_ws_latency(ws) == 200);
        wait_ms(4800);
        CHECK(script_asked("send text are you there?"));
        wait_ms(20002);
        CHECK(script_asked("close 4011 keepalive ping timeout"));
    }
    eft__ws_traits = &eft_target_ws_traits_of_world;
    REQUIRE(ws);
    close_ws(ws);
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
    {"a_heartbeat_takes_the_place_of_a_ping",
     a_heartbeat_takes_the_place_of_a_ping},
    {"an_answer_is_the_oldest_heartbeats", an_answer_is_the_oldest_heartbeats},
    {"without_a_heartbeat_nothing_is_answered",
     without_a_heartbeat_nothing_is_answered},
    {"a_heartbeat_that_cannot_be_sent_ends_the_ping",
     a_heartbeat_that_cannot_be_sent_ends_the_ping},
    {"a_heartbeat_answered_before_it_is_sent_has_no_more_to_say",
     a_heartbeat_answered_before_it_is_sent_has_no_more_to_say},
    {"a_heartbeat_may_give_the_connection_up",
     a_heartbeat_may_give_the_connection_up},
    {"a_page_has_none_by_default", a_page_has_none_by_default},
    {"a_page_has_one_with_a_heartbeat", a_page_has_one_with_a_heartbeat},
    {"a_heartbeat_that_fails_is_told_and_tried_again",
     a_heartbeat_that_fails_is_told_and_tried_again},
    {"a_heartbeat_may_end_the_connection", a_heartbeat_may_end_the_connection},
    {NULL, NULL},
};
