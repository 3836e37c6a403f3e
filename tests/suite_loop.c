/* SPDX-License-Identifier: MIT
 * The loop: turns, callbacks, timers. */
#include <eft/eft.h>

#include "journal.h"
#include "suite.h"

static void soon(const char *word)
{
    eft_future_free(eft_call_soon(note_word, (void *)word));
}

static void later(int64_t delay_ms, const char *word)
{
    eft_future_free(eft_call_later(delay_ms, note_word, (void *)word));
}

static void call_soon_runs_in_order_and_not_at_once(void)
{
    journal_clear();
    soon("a");
    soon("b");
    note("now");
    eft_await(eft_sleep(0));
    CHECK(journal_is("now a b"));
}

static void note_and_add(void *arg)
{
    note("%s", (const char *)arg);
    soon("added");
}

static void what_a_callback_adds_runs_in_the_next_turn(void)
{
    journal_clear();
    eft_future_free(eft_call_soon(note_and_add, (void *)"first"));
    soon("second");
    eft_await(eft_sleep(0));
    note("task");
    eft_await(eft_sleep(0));
    CHECK(journal_is("first second task added"));
}

static void call_soon_is_done_when_it_has_run(void)
{
    journal_clear();
    eft_future *future = eft_call_soon(note_word, (void *)"ran");
    CHECK(eft_future_state(future) == EFT_PENDING);
    CHECK(eft_await(future).error == 0);
    CHECK(journal_is("ran"));
}

static void a_cancelled_callback_never_runs(void)
{
    eft_future *future = eft_call_soon(note_word, (void *)"no");
    eft_future *timed = eft_call_later(5, note_word, (void *)"no");

    journal_clear();
    CHECK(eft_cancel(future));
    CHECK(eft_cancel(timed));
    CHECK(eft_await(future).error == EFT_ECANCELED);
    CHECK(eft_await(timed).error == EFT_ECANCELED);
    eft_await(eft_sleep(10));
    CHECK(journal_is(""));
}

static void cancel_myself(void *arg)
{
    note("cancel:%d", eft_cancel(*(eft_future **)arg));
}

static void a_callback_that_runs_cannot_be_cancelled(void)
{
    eft_future *future = NULL;

    journal_clear();
    future = eft_call_soon(cancel_myself, &future);
    CHECK(eft_await(future).error == 0);
    CHECK(journal_is("cancel:0"));
}

static void call_later_runs_in_order_of_time(void)
{
    journal_clear();
    later(30, "c");
    later(10, "a");
    later(20, "b");
    eft_await(eft_sleep(40));
    CHECK(journal_is("a b c"));
}

static void equal_deadlines_run_in_order_of_scheduling(void)
{
    static const char *const words[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
    int64_t when = eft_now() + 20;

    journal_clear();
    for (int i = 0; i < 8; i++)
        eft_future_free(eft_call_at(when, note_word, (void *)words[i]));
    eft_await(eft_sleep(40));
    CHECK(journal_is("0 1 2 3 4 5 6 7"));
}

static void call_at_in_the_past_runs_soon(void)
{
    journal_clear();
    eft_await(eft_call_at(eft_now() - 1000, note_word, (void *)"past"));
    CHECK(journal_is("past"));
}

static void sleep_is_never_early(void)
{
    int64_t before = eft_now();

    CHECK(eft_await(eft_sleep(25)).error == 0);
    CHECK(eft_now() - before >= 25);
}

static void sleep_zero_gives_the_others_a_turn(void)
{
    journal_clear();
    soon("other");
    note("before");
    CHECK(eft_await(eft_sleep(0)).error == 0);
    note("after");
    CHECK(journal_is("before other after"));
}

static void sleep_zero_can_be_gathered_and_observed(void)
{
    eft_result result =
        eft_await(eft_gather(eft_sleep(0), eft_sleep(0), eft_sleep(1)));

    REQUIRE(result.error == 0);
    CHECK(result.results->count == 3);
    eft_result_free(result);
}

static void sleep_forever_ends_when_cancelled(void)
{
    eft_future *future = eft_sleep(EFT_FOREVER);

    eft_await(eft_sleep(1));
    CHECK(eft_future_state(future) == EFT_PENDING);
    eft_cancel(future);
    CHECK(eft_await(future).error == EFT_ECANCELED);
}

static void a_dropped_sleep_is_cancelled(void)
{
    size_t live = eft_live_objects();

    eft_future_free(eft_sleep(100000));
    CHECK(eft_live_objects() == live);
}

static void many_timers_fire_once_each_in_order(void)
{
    enum { COUNT = 500 };
    eft_future *futures[COUNT];
    unsigned seed = 12345;

    for (int i = 0; i < COUNT; i++) {
        seed = seed * 1103515245u + 12345u;
        futures[i] = eft_sleep((int64_t)(seed >> 16) % 50 + 1);
    }
    for (int i = 0; i < COUNT; i += 3)
        eft_cancel(futures[i]);
    for (int i = 0; i < COUNT; i++)
        CHECK(eft_await(futures[i]).error == (i % 3 ? 0 : EFT_ECANCELED));
}

static void an_unreachable_deadline_is_no_overflow(void)
{
    eft_future *future = eft_sleep(INT64_MAX);

    eft_await(eft_sleep(1));
    CHECK(eft_future_state(future) == EFT_PENDING);
    eft_future_free(future);
}

const test_case suite_loop[] = {
    {"call_soon_runs_in_order_and_not_at_once",
     call_soon_runs_in_order_and_not_at_once},
    {"what_a_callback_adds_runs_in_the_next_turn",
     what_a_callback_adds_runs_in_the_next_turn},
    {"call_soon_is_done_when_it_has_run", call_soon_is_done_when_it_has_run},
    {"a_cancelled_callback_never_runs", a_cancelled_callback_never_runs},
    {"a_callback_that_runs_cannot_be_cancelled",
     a_callback_that_runs_cannot_be_cancelled},
    {"call_later_runs_in_order_of_time", call_later_runs_in_order_of_time},
    {"equal_deadlines_run_in_order_of_scheduling",
     equal_deadlines_run_in_order_of_scheduling},
    {"call_at_in_the_past_runs_soon", call_at_in_the_past_runs_soon},
    {"sleep_is_never_early", sleep_is_never_early},
    {"sleep_zero_gives_the_others_a_turn", sleep_zero_gives_the_others_a_turn},
    {"sleep_zero_can_be_gathered_and_observed",
     sleep_zero_can_be_gathered_and_observed},
    {"sleep_forever_ends_when_cancelled", sleep_forever_ends_when_cancelled},
    {"a_dropped_sleep_is_cancelled", a_dropped_sleep_is_cancelled},
    {"many_timers_fire_once_each_in_order",
     many_timers_fire_once_each_in_order},
    {"an_unreachable_deadline_is_no_overflow",
     an_unreachable_deadline_is_no_overflow},
    {NULL, NULL},
};
