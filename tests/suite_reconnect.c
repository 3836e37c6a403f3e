/* SPDX-License-Identifier: MIT
 * Reconnecting: attempts, delays, and what is told of them. */
#include "sdk/net/reconnect.h"

#include <string.h>

#include "journal.h"
#include "reconnect_case.h"
#include "suite.h"
#include "ws_script.h"

static void the_first_connection_is_tried_at_once(void)
{
    eft_reconnect *again = reconnect_make_told();
    int64_t begin = eft_now();

    eft_future *next = eft_reconnect_next(again);
    CHECK(journal_is(""));
    script_settle();
    CHECK(script_asked("open ws://host/"));
    CHECK(eft_now() == begin);
    script_opens("");
    eft_ws *ws = reconnect_opened(next);
    CHECK(ws != NULL);
    CHECK(journal_is("connecting open"));
    eft_ws_free(ws);
    reconnect_leave(again);
}

static void what_fails_is_tried_again(void)
{
    eft_reconnect *again = reconnect_make_told();

    eft_future *next = eft_reconnect_next(again);
    CHECK(reconnect_waits() == 0);
    reconnect_refuses(EFT_EREFUSED, "nobody listens there");
    CHECK(reconnect_waits() > 0);
    reconnect_answers(503);
    CHECK(reconnect_waits() > 0);
    script_opens("");
    eft_ws *ws = reconnect_opened(next);
    CHECK(ws != NULL);
    CHECK(journal_is("connecting waiting (EFT_EREFUSED 0 1) connecting "
                     "waiting (EFT_EHANDSHAKE 503 2) connecting open"));
    eft_ws_free(ws);
    reconnect_leave(again);
}

/* Delays */

static bool is_delay(int64_t delay, double most)
{
    bool right = delay >= (int64_t)(most / 2) && delay <= (int64_t)most + 1;

    if (!right)
        test_explain("# waited %lld of %f\n", (long long)delay, most);
    return right;
}

static double grown(double delay)
{
    return delay * 1.618 < 60000 ? delay * 1.618 : 60000;
}

static void the_delays_grow_up_to_a_limit(void)
{
    eft_reconnect *again = reconnect_make(NULL);
    double most = 1000;

    eft_future *next = eft_reconnect_next(again);
    CHECK(reconnect_waits() == 0);
    for (int i = 0; i < 14; i++) {
        reconnect_refuses(EFT_EREFUSED, NULL);
        CHECK(is_delay(reconnect_waits(), most));
        most = grown(most);
    }
    CHECK(most == 60000);
    eft_future_free(next);
    reconnect_leave(again);
}

static void the_limits_are_options(void)
{
    eft_reconnect *again = reconnect_make(
        &(eft_reconnect_options){.min_delay_ms = 10, .max_delay_ms = 20});
    static const double most[] = {10, 16.18, 20, 20, 20};

    eft_future *next = eft_reconnect_next(again);
    CHECK(reconnect_waits() == 0);
    for (int i = 0; i < 5; i++) {
        reconnect_refuses(EFT_EREFUSED, NULL);
        CHECK(is_delay(reconnect_waits(), most[i]));
    }
    eft_future_free(next);
    reconnect_leave(again);

    /* The least is also the most where that is longer than the default. */
    again = reconnect_make(&(eft_reconnect_options){.min_delay_ms = 100000});
    next = eft_reconnect_next(again);
    CHECK(reconnect_waits() == 0);
    reconnect_refuses(EFT_EREFUSED, NULL);
    CHECK(is_delay(reconnect_waits(), 100000));
    eft_future_free(next);
    reconnect_leave(again);
}

static void the_delays_are_spread(void)
{
    eft__backoff backoff = {.min_delay_ms = 1000, .max_delay_ms = 1000};
    int low = 0, high = 0;

    for (int i = 0; i < 1000; i++) {
        int64_t delay = eft__backoff_next(&backoff);

        CHECK(is_delay(delay, 1000));
        low += delay < 600;
        high += delay >= 900;
    }
    CHECK(low > 120 && low < 280);
    CHECK(high > 120 && high < 280);
}

static void a_seed_repeats_them(void)
{
    eft__backoff a = {.min_delay_ms = 1000, .max_delay_ms = 60000};
    eft__backoff b = a;
    eft__backoff other = a;
    bool differs = false;

    a.seeded = b.seeded = other.seeded = true;
    a.random = b.random = 7;
    other.random = 8;
    for (int i = 0; i < 20; i++) {
        int64_t delay = eft__backoff_next(&a);

        CHECK(delay == eft__backoff_next(&b));
        differs = differs || delay != eft__backoff_next(&other);
    }
    CHECK(differs);

    eft_reconnect *again = reconnect_make(NULL);
    REQUIRE(again);
    eft__reconnect_seed(again, 7);
    eft__backoff same = {
        .min_delay_ms = 1000, .max_delay_ms = 60000, .random = 7};
    same.seeded = true;
    eft_future *next = eft_reconnect_next(again);
    CHECK(reconnect_waits() == 0);
    reconnect_refuses(EFT_EREFUSED, NULL);
    CHECK(reconnect_waits() == eft__backoff_next(&same));
    eft_future_free(next);
    reconnect_leave(again);
}

/* Gets a connection that stays for a while, and is lost then. */
static int64_t connects_for(eft_reconnect *again, int64_t duration_ms)
{
    eft_future *next = eft_reconnect_next(again);
    int64_t waited = reconnect_waits();

    script_opens("");
    eft_ws *ws = reconnect_opened(next);
    CHECK(ws != NULL);
    eft_result_free(eft_await(eft_sleep(duration_ms)));
    script_closes(1006, "");
    eft_ws_free(ws);
    return waited;
}

static void a_server_that_closes_at_once_is_not_hammered(void)
{
    eft_reconnect *again = reconnect_make(NULL);
    double most = 1000;

    CHECK(connects_for(again, 0) == 0);
    for (int i = 0; i < 10; i++) {
        CHECK(is_delay(connects_for(again, 100), most));
        most = grown(most);
    }
    reconnect_leave(again);
}

static void a_steady_connection_begins_the_row_again(void)
{
    eft_reconnect *again =
        reconnect_make(&(eft_reconnect_options){.on_state = reconnect_note});

    CHECK(connects_for(again, 10000) == 0);
    CHECK(is_delay(connects_for(again, 100), 1000));
    CHECK(is_delay(connects_for(again, 4000), 1618));
    CHECK(is_delay(connects_for(again, 5000), 2617));
    CHECK(is_delay(connects_for(again, 100), 1000));
    CHECK(journal_is("connecting open waiting connecting open waiting "
                     "connecting open waiting connecting open waiting "
                     "connecting open"));
    reconnect_leave(again);

    again = reconnect_make(&(eft_reconnect_options){.steady_ms = 50});
    CHECK(connects_for(again, 10) == 0);
    CHECK(is_delay(connects_for(again, 10), 1000));
    CHECK(is_delay(connects_for(again, 50), 1618));
    CHECK(is_delay(connects_for(again, 10), 1000));
    reconnect_leave(again);
}

static void a_reset_makes_the_next_attempt_immediate(void)
{
    eft_reconnect *again = reconnect_make(NULL);

    CHECK(connects_for(again, 0) == 0);
    CHECK(is_delay(connects_for(again, 0), 1000));
    eft_reconnect_reset(again);
    CHECK(connects_for(again, 0) == 0);
    CHECK(is_delay(connects_for(again, 0), 1000));
    /* One that waits goes at once. */
    eft_future *next = eft_reconnect_next(again);
    eft_result_free(eft_await(eft_sleep(10)));
    CHECK(script_asked(""));
    eft_reconnect_reset(again);
    script_settle();
    CHECK(script_asked("5: open ws://host/"));
    /* To one that connects it means nothing but for the delay after it. */
    eft_reconnect_reset(again);
    reconnect_refuses(EFT_EREFUSED, NULL);
    CHECK(is_delay(reconnect_waits(), 1000));
    eft_future_free(next);
    eft_reconnect_reset(NULL);
    reconnect_leave(again);
}

const test_case suite_reconnect[] = {
    {"the_first_connection_is_tried_at_once",
     the_first_connection_is_tried_at_once},
    {"what_fails_is_tried_again", what_fails_is_tried_again},
    {"the_delays_grow_up_to_a_limit", the_delays_grow_up_to_a_limit},
    {"the_limits_are_options", the_limits_are_options},
    {"the_delays_are_spread", the_delays_are_spread},
    {"a_seed_repeats_them", a_seed_repeats_them},
    {"a_server_that_closes_at_once_is_not_hammered",
     a_server_that_closes_at_once_is_not_hammered},
    {"a_steady_connection_begins_the_row_again",
     a_steady_connection_begins_the_row_again},
    {"a_reset_makes_the_next_attempt_immediate",
     a_reset_makes_the_next_attempt_immediate},
    {NULL, NULL},
};
