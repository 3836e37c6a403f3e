/* SPDX-License-Identifier: MIT
 * Events: a flag that can be waited for. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"
#include "sync_case.h"

/* The event of the running test. */
static eft_event *event;

static void begin(void)
{
    journal_clear();
    event = eft_event_new();
}

static void finish(void)
{
    eft_event_free(event);
}

static eft_result wait(void *arg)
{
    eft_result result = eft_await(eft_event_wait(event));

    note("%s%s", (const char *)arg, result.error ? ":error" : "");
    return result;
}

static void a_new_event_is_not_set(void)
{
    begin();
    CHECK(!eft_event_is_set(event));
    finish();
}

static void set_wakes_all_and_who_comes_later_does_not_wait(void)
{
    begin();
    eft_future *a = spawn_named(wait, "1");
    eft_future *b = spawn_named(wait, "2");
    turn();
    CHECK(journal_is(""));
    eft_future *c = spawn_named(wait, "3");
    eft_event_set(event);
    turn();
    CHECK(journal_is("3 1 2"));
    eft_result_free(eft_await(eft_gather(a, b, c)));
    finish();
}

static void a_wait_for_a_set_event_is_done_and_costs_no_memory(void)
{
    begin();
    eft_event_set(event);
    size_t live = eft_live_objects();
    eft_future *done = eft_event_wait(event);
    CHECK(eft_future_state(done) == EFT_FINISHED);
    CHECK(eft_live_objects() == live);
    CHECK(!eft_await(done).error);
    finish();
}

static void a_cancelled_wait_ends_alone(void)
{
    begin();
    eft_future *a = spawn_named(wait, "a");
    eft_future *b = spawn_named(wait, "b");
    turn();
    eft_cancel(a);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    eft_event_set(event);
    CHECK(!eft_await(b).error);
    CHECK(journal_is("a:error b"));
    finish();
}

static void clear_takes_the_flag_back(void)
{
    begin();
    eft_event_set(event);
    CHECK(eft_event_is_set(event));
    eft_event_clear(event);
    CHECK(!eft_event_is_set(event));
    eft_future *pending = eft_event_wait(event);
    CHECK(eft_future_state(pending) == EFT_PENDING);
    eft_future_free(pending);
    finish();
}

static void a_cancel_after_the_set_still_cancels(void)
{
    begin();
    eft_future *a = spawn_named(wait, "a");
    turn();
    eft_event_set(event);
    eft_cancel(a);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(journal_is("a:error"));
    finish();
}

static void a_clear_right_after_the_set_does_not_stop_who_waited(void)
{
    begin();
    eft_future *a = spawn_named(wait, "a");
    turn();
    eft_event_set(event);
    eft_event_clear(event);
    CHECK(!eft_event_is_set(event));
    eft_event_set(event);
    eft_event_set(event);
    eft_event_clear(event);
    turn();
    CHECK(journal_is("a"));
    eft_await(a);
    finish();
}

static void who_comes_after_the_clear_waits_for_the_next_set(void)
{
    begin();
    eft_future *a = spawn_named(wait, "a");
    turn();
    eft_event_set(event);
    eft_event_clear(event);
    eft_future *b = spawn_named(wait, "b");
    turn();
    turn();
    CHECK(journal_is("a"));
    eft_event_set(event);
    eft_await(b);
    CHECK(journal_is("a b"));
    eft_await(a);
    finish();
}

static void set_twice_wakes_once(void)
{
    begin();
    eft_future *a = eft_event_wait(event);
    eft_event_set(event);
    eft_event_set(event);
    CHECK(!eft_await(a).error);
    finish();
}

static void who_is_woken_runs_from_the_loop(void)
{
    begin();
    eft_future *a = spawn_named(wait, "a");
    turn();
    eft_event_set(event);
    note("set");
    eft_await(a);
    CHECK(journal_is("set a"));
    finish();
}

static void a_wait_can_time_out(void)
{
    begin();
    CHECK(eft_await(eft_wait_for(50, eft_event_wait(event))).error ==
          EFT_ETIMEDOUT);
    eft_event_set(event);
    CHECK(!eft_await(eft_wait_for(50, eft_event_wait(event))).error);
    finish();
}

static void a_wait_that_is_given_up_is_gone(void)
{
    begin();
    size_t live = eft_live_objects();
    eft_future_free(eft_event_wait(event));
    turn();
    CHECK(eft_live_objects() == live);
    eft_event_set(event);
    finish();
}

static void freeing_it_ends_what_waits(void)
{
    begin();
    eft_future *a = spawn_named(wait, "a");
    eft_future *b = eft_event_wait(event);
    turn();
    eft_event_free(event);
    CHECK(eft_await(a).error == EFT_ECLOSED);
    CHECK(eft_await(b).error == EFT_ECLOSED);
    CHECK(!strcmp(eft_error_detail(), "the event was freed"));
}

static void what_was_set_survives_the_free(void)
{
    begin();
    eft_future *a = eft_event_wait(event);
    eft_event_set(event);
    eft_event_free(event);
    CHECK(!eft_await(a).error);
}

static eft_result wait_and_free(void *arg)
{
    (void)arg;
    EFT_TRY(eft_await(eft_event_wait(event)));
    eft_event_free(event);
    return eft_ok();
}

static void who_is_woken_may_free_it(void)
{
    begin();
    eft_future *a = eft_spawn(wait_and_free, NULL);
    eft_future *b = spawn_named(wait, "b");
    turn();
    eft_event_set(event);
    CHECK(!eft_await(a).error);
    CHECK(!eft_await(b).error);
}

static void null_is_answered(void)
{
    CHECK(eft_await(eft_event_wait(NULL)).error == EFT_EINVAL);
    CHECK(!eft_event_is_set(NULL));
    eft_event_set(NULL);
    eft_event_clear(NULL);
    eft_event_free(NULL);
}

static void without_memory_nobody_waits(void)
{
    size_t none = 0;

    begin();
    eft_set_allocator(run_out, &none);
    eft_future *a = eft_event_wait(event);
    eft_event *other = eft_event_new();
    eft_set_allocator(NULL, NULL);
    CHECK(!other);
    CHECK(eft_await(a).error == EFT_ENOMEM);
    eft_event_set(event);
    finish();
}

const test_case suite_event[] = {
    {"a_new_event_is_not_set", a_new_event_is_not_set},
    {"set_wakes_all_and_who_comes_later_does_not_wait",
     set_wakes_all_and_who_comes_later_does_not_wait},
    {"a_wait_for_a_set_event_is_done_and_costs_no_memory",
     a_wait_for_a_set_event_is_done_and_costs_no_memory},
    {"a_cancelled_wait_ends_alone", a_cancelled_wait_ends_alone},
    {"clear_takes_the_flag_back", clear_takes_the_flag_back},
    {"a_cancel_after_the_set_still_cancels",
     a_cancel_after_the_set_still_cancels},
    {"a_clear_right_after_the_set_does_not_stop_who_waited",
     a_clear_right_after_the_set_does_not_stop_who_waited},
    {"who_comes_after_the_clear_waits_for_the_next_set",
     who_comes_after_the_clear_waits_for_the_next_set},
    {"set_twice_wakes_once", set_twice_wakes_once},
    {"who_is_woken_runs_from_the_loop", who_is_woken_runs_from_the_loop},
    {"a_wait_can_time_out", a_wait_can_time_out},
    {"a_wait_that_is_given_up_is_gone", a_wait_that_is_given_up_is_gone},
    {"freeing_it_ends_what_waits", freeing_it_ends_what_waits},
    {"what_was_set_survives_the_free", what_was_set_survives_the_free},
    {"who_is_woken_may_free_it", who_is_woken_may_free_it},
    {"null_is_answered", null_is_answered},
    {"without_memory_nobody_waits", without_memory_nobody_waits},
    {NULL, NULL},
};
