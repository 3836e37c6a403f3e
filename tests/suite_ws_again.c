/* SPDX-License-Identifier: MIT
 * Pings, keepalive and reconnecting, against real servers. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <eft/eft.h>

#include "journal.h"
#include "servers.h"
#include "suite.h"

static eft_ws *open_with(const char *url, const eft_ws_options *options)
{
    eft_result opened = eft_await(eft_ws_connect(url, options));

    CHECK(test_succeeded(opened.error));
    return opened.error ? NULL : opened.ws;
}

static bool has_pings(void)
{
    return !eft_ws_unsupported("ping_interval_ms");
}

static const char no_pings[] = "a page cannot ping";

static void a_ping_comes_back(void)
{
    eft_ws *ws = open_with(test_server("echo"), NULL);

    REQUIRE(ws);
    eft_result trip = eft_await(eft_ws_ping(ws, NULL, 0));
    if (has_pings()) {
        CHECK(trip.error == 0);
        CHECK(trip.f64 > 0 && trip.f64 == eft_ws_latency(ws));
        CHECK(eft_await(eft_ws_ping(ws, "hello", 5)).error == 0);
        CHECK(eft_await(eft_ws_ping(ws, "", 0)).error == 0);
    } else {
        CHECK(trip.error == EFT_ENOTSUP);
        CHECK(strstr(eft_error_detail(), "cannot ping") != NULL);
        CHECK(eft_ws_latency(ws) == 0);
    }
    eft_ws_free(ws);
}

static void a_late_pong_takes_its_time(void)
{
    eft_ws *ws;

    if (!has_pings())
        SKIP(no_pings);
    ws = open_with(test_server_at("pong", "/50"), NULL);
    REQUIRE(ws);
    eft_future *first = eft_ws_ping(ws, "a", 1);
    eft_result second = eft_await(eft_ws_ping(ws, "b", 1));
    CHECK(second.error == 0 && second.f64 >= 49);
    CHECK(eft_future_state(first) != EFT_PENDING);
    CHECK(eft_await(first).error == 0);
    eft_ws_free(ws);
}

static void a_connection_that_answers_is_kept(void)
{
    const eft_ws_options options = {.ping_interval_ms = 5,
                                    .ping_timeout_ms = 10000};
    eft_ws *ws;

    if (!has_pings())
        SKIP(no_pings);
    ws = open_with(test_server("echo"), &options);
    REQUIRE(ws);
    while (eft_ws_latency(ws) == 0)
        eft_await(eft_sleep(1));
    CHECK(eft_await(eft_ws_send_text(ws, "x", 1)).error == 0);
    eft_result echo = eft_await(eft_ws_receive(ws));
    CHECK(echo.error == 0);
    eft_result_free(echo);
    CHECK(eft_await(eft_ws_close(ws, 1000, "")).error == 0);
    eft_ws_free(ws);
}

static void a_server_that_answers_no_ping_is_gone(void)
{
    const eft_ws_options options = {.ping_interval_ms = 20,
                                    .ping_timeout_ms = 50};
    eft_ws *ws;

    if (!has_pings())
        SKIP(no_pings);
    ws = open_with(test_server("pong"), &options);
    REQUIRE(ws);
    CHECK(eft_await(eft_ws_receive(ws)).error == EFT_EABNORMAL);
    CHECK(strstr(eft_error_detail(), "keepalive ping timeout") != NULL);
    /* It answers a Close. */
    CHECK(eft_ws_close_code(ws) == 1011);
    eft_ws_free(ws);
}

static void a_server_that_reads_nothing_is_cut_off(void)
{
    const eft_ws_options options = {
        .ping_interval_ms = 20, .ping_timeout_ms = 50, .close_timeout_ms = 50};
    eft_ws *ws;

    if (!has_pings())
        SKIP(no_pings);
    ws = open_with(test_server("stall"), &options);
    REQUIRE(ws);
    CHECK(eft_await(eft_ws_receive(ws)).error == EFT_EABNORMAL);
    CHECK(strstr(eft_error_detail(), "keepalive ping timeout") != NULL);
    CHECK(eft_ws_close_code(ws) == 1006);
    eft_ws_free(ws);
}

static eft_future *beat(eft_ws *ws, void *arg)
{
    (void)arg;
    return eft_ws_send_text(ws, "?", 1);
}

static void a_heartbeat_measures_on_each_target(void)
{
    const eft_ws_options options = {.heartbeat = beat,
                                    .ping_interval_ms = EFT_FOREVER};
    eft_ws *ws = open_with(test_server("echo"), &options);

    REQUIRE(ws);
    eft_future *pinged = eft_ws_ping(ws, NULL, 0);
    eft_result echo = eft_await(eft_ws_receive(ws));
    CHECK(echo.error == 0);
    eft_result_free(echo);
    eft_ws_answered(ws);
    eft_result trip = eft_await(pinged);
    CHECK(trip.error == 0 && trip.f64 >= 0);
    CHECK(trip.f64 == eft_ws_latency(ws));
    eft_ws_free(ws);
}

static void a_heartbeat_without_an_answer_ends_it_on_each_target(void)
{
    const eft_ws_options options = {
        .heartbeat = beat, .ping_interval_ms = 20, .ping_timeout_ms = 50};
    eft_ws *ws = open_with(test_server("silent-open"), &options);

    REQUIRE(ws);
    CHECK(eft_await(eft_ws_receive(ws)).error == EFT_EABNORMAL);
    CHECK(strstr(eft_error_detail(), "keepalive ping timeout") != NULL);
    CHECK(eft_ws_close_code(ws) == (has_pings() ? 1011 : 4011));
    eft_ws_free(ws);
}

/* Reconnecting */

static const eft_reconnect_options soon = {.min_delay_ms = 1,
                                           .max_delay_ms = 2};

static void note_attempt(const eft_reconnect_news *news, void *arg)
{
    static const char *const names[] = {"waiting", "connecting", "open",
                                        "failed"};

    (void)arg;
    note("%s", names[news->state]);
}

/* A path that no other host's test counts at. */
static const char *flaky(int count)
{
    char suffix[64];
    struct timespec now = {0};

    timespec_get(&now, TIME_UTC);
    snprintf(suffix, sizeof suffix, "/%d/%lld.%09ld", count,
             (long long)now.tv_sec, now.tv_nsec);
    return test_server_at("flaky", suffix);
}

static void a_server_that_is_busy_is_tried_again(void)
{
    eft_reconnect_options options = soon;

    journal_clear();
    options.on_state = note_attempt;
    eft_reconnect *again = eft_reconnect_new(flaky(2), NULL, &options);
    eft_result opened = eft_await(eft_reconnect_next(again));
    CHECK(test_succeeded(opened.error));
    CHECK(journal_is("connecting waiting connecting waiting connecting open"));
    eft_result_free(opened);
    eft_reconnect_free(again);
}

static void what_a_later_attempt_cannot_mend_is_final(void)
{
    eft_reconnect_options options = soon;
    eft_reconnect *again;

    if (!has_pings())
        SKIP("a page is not told what a server has answered");
    journal_clear();
    options.on_state = note_attempt;
    options.max_attempts = 2;
    again = eft_reconnect_new(test_server("not-found"), NULL, &options);
    CHECK(eft_await(eft_reconnect_next(again)).error == EFT_EHANDSHAKE);
    CHECK(journal_is("connecting failed"));
    eft_reconnect_free(again);
}

static void nobody_there_is_tried_as_often_as_said(void)
{
    eft_reconnect_options options = soon;

    journal_clear();
    options.on_state = note_attempt;
    options.max_attempts = 2;
    eft_reconnect *again =
        eft_reconnect_new(test_server("refused"), NULL, &options);
    CHECK(
        eft_error_is(eft_await(eft_reconnect_next(again)).error, EFT_ECONNECT));
    CHECK(journal_is("connecting waiting connecting failed"));
    eft_reconnect_free(again);
}

/* A handler that loses its connection after each message, three times. */
typedef struct loser {
    eft_handler *handler;
    int connected;
} loser;

static void count_connections(const eft_handler_news *news, void *arg)
{
    loser *self = arg;

    if (news->state != EFT_HANDLER_CONNECTED)
        return;
    if (++self->connected < 4)
        eft_future_free(eft_handler_send_text(self->handler, "x", 1));
    else
        eft_future_free(eft_handler_close(self->handler, "enough"));
}

static eft_result ignore_message(const eft_message *message, void *arg)
{
    (void)message;
    (void)arg;
    return eft_ok();
}

static void a_handler_goes_on_over_lost_connections(void)
{
    loser self = {.handler = eft_handler_new()};
    const eft_handler_options options = {.reconnect = true,
                                         .reconnect_options = &soon,
                                         .on_state = count_connections,
                                         .arg = &self};

    eft_log_set_level(EFT_LOG_WARN);
    eft_result result = eft_await(eft_handler_connect_with(
        self.handler, test_server_at("drop", "/1"), &options));
    CHECK(test_succeeded(result.error));
    result = eft_await(eft_handler_receive(self.handler, ignore_message, NULL));
    CHECK(test_succeeded(result.error));
    CHECK(self.connected == 4);
    eft_handler_free(self.handler);
    eft_log_set_level(EFT_LOG_INFO);
}

const test_case suite_ws_again[] = {
    {"a_ping_comes_back", a_ping_comes_back},
    {"a_late_pong_takes_its_time", a_late_pong_takes_its_time},
    {"a_connection_that_answers_is_kept", a_connection_that_answers_is_kept},
    {"a_server_that_answers_no_ping_is_gone",
     a_server_that_answers_no_ping_is_gone},
    {"a_server_that_reads_nothing_is_cut_off",
     a_server_that_reads_nothing_is_cut_off},
    {"a_heartbeat_measures_on_each_target",
     a_heartbeat_measures_on_each_target},
    {"a_heartbeat_without_an_answer_ends_it_on_each_target",
     a_heartbeat_without_an_answer_ends_it_on_each_target},
    {"a_server_that_is_busy_is_tried_again",
     a_server_that_is_busy_is_tried_again},
    {"what_a_later_attempt_cannot_mend_is_final",
     what_a_later_attempt_cannot_mend_is_final},
    {"nobody_there_is_tried_as_often_as_said",
     nobody_there_is_tried_as_often_as_said},
    {"a_handler_goes_on_over_lost_connections",
     a_handler_goes_on_over_lost_connections},
    {NULL, NULL},
};
