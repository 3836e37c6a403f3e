/* SPDX-License-Identifier: MIT
 * Pings: what answers them, and what ends them. */
#include <string.h>

#include "sdk/net/ws_options.h"
#include "suite.h"
#include "ws_case.h"
#include "ws_script.h"

/* Without a keepalive: only what the test asks for goes down. */
static eft_ws *open_it(void)
{
    return open_with((eft_ws_options){.ping_interval_ms = EFT_FOREVER});
}

static eft_future *ping(eft_ws *ws, const char *payload)
{
    return eft_ws_ping(ws, payload, strlen(payload));
}

static void a_ping_measures_the_round_trip(void)
{
    eft_ws *ws = open_it();

    REQUIRE(ws);
    CHECK(eft_ws_latency(ws) == 0);
    eft_future *pinged = ping(ws, "a");
    CHECK(script_asked("ping a"));
    eft_await(eft_sleep(30));
    CHECK(eft_future_state(pinged) == EFT_PENDING);
    script_pongs("a");
    eft_await(eft_sleep(5));
    CHECK(trip(pinged) == 30);
    CHECK(eft_ws_latency(ws) == 30);
    close_ws(ws);
}

static void a_pong_answers_all_pings_before_it(void)
{
    eft_ws *ws = open_it();

    REQUIRE(ws);
    eft_future *first = ping(ws, "a");
    eft_await(eft_sleep(10));
    eft_future *second = ping(ws, "b");
    eft_future *third = ping(ws, "c");
    eft_await(eft_sleep(10));
    script_pongs("b");
    CHECK(trip(first) == 20);
    CHECK(trip(second) == 10);
    CHECK(eft_ws_latency(ws) == 10);
    CHECK(eft_future_state(third) == EFT_PENDING);
    script_pongs("c");
    CHECK(trip(third) == 10);
    close_ws(ws);
}

static void an_unknown_pong_answers_nothing(void)
{
    eft_ws *ws = open_it();

    REQUIRE(ws);
    script_pongs("");
    script_pongs("unasked");
    eft_future *pinged = ping(ws, "a");
    script_pongs("");
    script_pongs("b");
    script_pongs("aa");
    CHECK(eft_future_state(pinged) == EFT_PENDING);
    script_pongs("a");
    CHECK(trip(pinged) == 0);
    script_pongs("a");
    eft_core_ws_pong(0, "a", 1);
    close_ws(ws);
}

static void a_payload_that_waits_is_not_sent_again(void)
{
    eft_ws *ws = open_it();

    REQUIRE(ws);
    eft_future *pinged = ping(ws, "same");
    CHECK(script_error(ping(ws, "same")) == EFT_EBUSY);
    CHECK(script_told("same payload"));
    CHECK(script_asked("ping same"));
    script_pongs("same");
    CHECK(trip(pinged) == 0);
    pinged = ping(ws, "same");
    CHECK(script_asked("ping same"));
    eft_future_free(pinged);
    close_ws(ws);
}

/* Takes what was asked, a ping, and copies its payload. */
static bool took_ping(char payload[4])
{
    const eft__virtual_call *call = eft__virtual_ws_next();

    if (!call || call->what != EFT__VIRTUAL_PING || call->length != 4)
        return false;
    memcpy(payload, call->data, 4);
    return true;
}

static void without_a_payload_each_ping_has_its_own(void)
{
    enum { COUNT = 200 };
    char payloads[COUNT][4];
    eft_future *pings[COUNT];
    eft_ws *ws = open_it();

    REQUIRE(ws);
    for (int i = 0; i < COUNT; i++) {
        /* What length says does not count. */
        pings[i] = eft_ws_ping(ws, NULL, i * 1000);
        CHECK(took_ping(payloads[i]));
        for (int k = 0; k < i; k++)
            CHECK(memcmp(payloads[i], payloads[k], 4) != 0);
    }
    eft_core_ws_pong(script_id(0), payloads[COUNT - 1], 4);
    for (int i = 0; i < COUNT; i++)
        CHECK(trip(pings[i]) == 0);
    close_ws(ws);
}

static void a_payload_has_0_to_125_bytes(void)
{
    char payload[126] = {0};
    eft_ws *ws = open_it();

    REQUIRE(ws);
    CHECK(script_error(eft_ws_ping(ws, payload, 126)) == EFT_EINVAL);
    CHECK(script_told("125"));
    CHECK(script_asked(""));
    eft_future *longest = eft_ws_ping(ws, payload, 125);
    eft_future *shortest = eft_ws_ping(ws, "", 0);
    CHECK(script_error(eft_ws_ping(ws, "", 0)) == EFT_EBUSY);
    eft_core_ws_pong(script_id(0), payload, 124);
    CHECK(eft_future_state(longest) == EFT_PENDING);
    eft_core_ws_pong(script_id(0), payload, 125);
    CHECK(trip(longest) == 0);
    CHECK(eft_future_state(shortest) == EFT_PENDING);
    script_pongs("");
    CHECK(trip(shortest) == 0);
    close_ws(ws);
}

static void a_cancel_only_ends_the_waiting(void)
{
    eft_ws *ws = open_it();

    REQUIRE(ws);
    eft_future *first = ping(ws, "a");
    eft_future *second = ping(ws, "b");
    eft_future_free(ping(ws, "c"));
    CHECK(eft_cancel(second));
    CHECK(script_error(second) == EFT_ECANCELED);
    CHECK(script_asked("ping a | ping b | ping c"));
    /* It answers nothing any more, and is no error either. */
    script_pongs("b");
    CHECK(eft_future_state(first) == EFT_PENDING);
    script_pongs("a");
    CHECK(trip(first) == 0);
    close_ws(ws);
}

static void the_end_of_the_connection_ends_it(void)
{
    eft_ws *ws = open_it();

    REQUIRE(ws);
    eft_future *first = ping(ws, "a");
    eft_future *second = ping(ws, "b");
    script_ends(0, (eft_core_ws_end){.error = EFT_EABNORMAL,
                                     .code = 1006,
                                     .reason = "",
                                     .detail = "the line is dead"});
    CHECK(script_error(first) == EFT_EABNORMAL);
    CHECK(script_told("the line is dead"));
    CHECK(script_error(second) == EFT_EABNORMAL);
    CHECK(script_error(ping(ws, "c")) == EFT_EABNORMAL);
    CHECK(script_told("the line is dead"));
    close_ws(ws);

    ws = open_it();
    REQUIRE(ws);
    first = ping(ws, "a");
    eft_ws_free(ws);
    CHECK(script_error(first) == EFT_ECLOSED);
    script_settle();
    script_ignore();
    script_end();
}

static void a_pong_counts_while_the_connection_closes(void)
{
    eft_ws *ws = open_it();

    REQUIRE(ws);
    eft_future *pinged = ping(ws, "a");
    eft_future *closed = eft_ws_close(ws, 1000, "");
    CHECK(script_error(ping(ws, "b")) == EFT_ECLOSED);
    CHECK(script_asked("ping a | close 1000"));
    script_pongs("a");
    CHECK(trip(pinged) == 0);
    script_closes(1000, "");
    CHECK(script_error(closed) == 0);
    close_ws(ws);
}

static void a_world_without_pings_says_so(void)
{
    static const eft_target_ws_traits of_a_page = {0};
    static const eft_target_lack lacks[] = {
        {"ping_interval_ms", "a page cannot ping"}, {NULL, NULL}};
    eft_ws *ws = open_it();

    REQUIRE(ws);
    eft__ws_traits = &of_a_page;
    eft__ws_lacks = lacks;
    eft_future *pinged = ping(ws, "a");
    eft__ws_traits = &eft_target_ws_traits_of_world;
    eft__ws_lacks = eft_target_ws_lacks;
    CHECK(script_error(pinged) == EFT_ENOTSUP);
    CHECK(script_told("a page cannot ping"));
    CHECK(script_asked(""));
    close_ws(ws);
}

const test_case suite_ws_ping[] = {
    {"a_ping_measures_the_round_trip", a_ping_measures_the_round_trip},
    {"a_pong_answers_all_pings_before_it", a_pong_answers_all_pings_before_it},
    {"an_unknown_pong_answers_nothing", an_unknown_pong_answers_nothing},
    {"a_payload_that_waits_is_not_sent_again",
     a_payload_that_waits_is_not_sent_again},
    {"without_a_payload_each_ping_has_its_own",
     without_a_payload_each_ping_has_its_own},
    {"a_payload_has_0_to_125_bytes", a_payload_has_0_to_125_bytes},
    {"a_cancel_only_ends_the_waiting", a_cancel_only_ends_the_waiting},
    {"the_end_of_the_connection_ends_it", the_end_of_the_connection_ends_it},
    {"a_pong_counts_while_the_connection_closes",
     a_pong_counts_while_the_connection_closes},
    {"a_world_without_pings_says_so", a_world_without_pings_says_so},
    {NULL, NULL},
};
