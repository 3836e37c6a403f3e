/* SPDX-License-Identifier: MIT
 * How often a task was cancelled, and taking that back. */
#include <eft/eft.h>

#include "journal.h"
#include "suite.h"
#include "task_case.h"

static eft_result sleep_twice(void *arg)
{
    (void)arg;
    note("first:%d", eft_await(eft_sleep(50)).error);
    note("second:%d", eft_await(eft_sleep(50)).error);
    return eft_ok();
}

static eft_result return_current(void *arg)
{
    (void)arg;
    return eft_ok_ptr(eft_current_task());
}

static void note_current(void *arg)
{
    *(bool *)arg = eft_current_task() == NULL;
}

static void the_current_task_is_the_one_that_runs(void)
{
    eft_future *task = eft_spawn(return_current, NULL);

    CHECK(eft_current_task() != task);
    CHECK(eft_await(eft_future_ref(task)).ptr == task);
    eft_future_free(task);
}

static void the_current_task_is_the_same_after_an_await(void)
{
    eft_future *before = eft_current_task();

    eft_await(eft_spawn(return_current, NULL));
    CHECK(eft_current_task() == before);
}

static void outside_of_tasks_there_is_no_current_one(void)
{
    bool none = false;

    eft_await(eft_call_soon(note_current, &none));
    CHECK(none);
}

static void each_cancel_counts(void)
{
    eft_future *task = eft_spawn(sleep_twice, NULL);

    journal_clear();
    CHECK(eft_cancel_count(task) == 0);
    eft_await(eft_sleep(0));
    eft_cancel(task);
    CHECK(eft_cancel_count(task) == 1);
    eft_cancel(task);
    CHECK(eft_cancel_count(task) == 2);
    CHECK(eft_await(task).error == 0);
    CHECK(journal_is("first:-1 second:0"));
}

static void a_cancel_that_was_swallowed_counts(void)
{
    eft_cancel(eft_current_task());
    CHECK(eft_await(eft_sleep(1)).error == EFT_ECANCELED);
    CHECK(eft_cancel_count(eft_current_task()) == 1);
    CHECK(eft_await(eft_sleep(1)).error == 0);
    CHECK(eft_uncancel(eft_current_task()) == 0);
}

static void uncancel_gives_what_is_left(void)
{
    eft_future *task = eft_spawn(sleep_twice, NULL);

    journal_clear();
    eft_await(eft_sleep(0));
    eft_cancel(task);
    eft_cancel(task);
    CHECK(eft_uncancel(task) == 1);
    CHECK(eft_uncancel(task) == 0);
    CHECK(eft_uncancel(task) == 0);
    eft_result_free(eft_await(task));
}

static void uncancel_does_not_undo_what_was_delivered(void)
{
    eft_future *task = eft_spawn(sleep_twice, NULL);

    journal_clear();
    eft_await(eft_sleep(0));
    eft_cancel(task);
    CHECK(eft_uncancel(task) == 0);
    CHECK(eft_await(task).error == 0);
    CHECK(journal_is("first:-1 second:0"));
}

static void uncancel_forgets_what_was_not_delivered(void)
{
    eft_future *future = eft_future_new();
    eft_future *task = eft_spawn(await_arg, eft_future_ref(future));

    eft_await(eft_sleep(0));
    eft_future_resolve(future, eft_ok_i64(42));
    eft_future_free(future);
    eft_cancel(task);
    CHECK(eft_uncancel(task) == 0);
    CHECK(eft_await(task).i64 == 42);
}

static void with_another_cancel_left_nothing_is_forgotten(void)
{
    eft_cancel(eft_current_task());
    eft_cancel(eft_current_task());
    CHECK(eft_uncancel(eft_current_task()) == 1);
    CHECK(eft_await(eft_sleep(1)).error == EFT_ECANCELED);
    CHECK(eft_uncancel(eft_current_task()) == 0);
}

static void uncancel_lets_a_task_begin_after_all(void)
{
    eft_future *task = eft_spawn(sleep_twice, NULL);

    journal_clear();
    eft_cancel(task);
    CHECK(eft_uncancel(task) == 0);
    CHECK(eft_await(task).error == 0);
    CHECK(journal_is("first:0 second:0"));
}

static void cancel_the_task(void *arg)
{
    note("timeout");
    eft_cancel(arg);
}

/* A timeout as a program would write it, of nothing but cancel and uncancel. */
static eft_result with_timeout(void *arg)
{
    int64_t delay_ms = *(const int64_t *)arg;
    eft_future *timer = eft_call_later(50, cancel_the_task, eft_current_task());
    eft_result result = eft_await(eft_sleep(delay_ms));

    eft_cancel(timer);
    bool was_met = eft_await(timer).error == 0;
    if (was_met && eft_uncancel(eft_current_task()) == 0 &&
        result.error == EFT_ECANCELED)
        note("timed-out");
    note("after:%d", eft_await(eft_sleep(0)).error);
    return eft_ok();
}

static void structured_blocks_can_be_built_of_it(void)
{
    int64_t delays[] = {1000, 10};

    journal_clear();
    CHECK(eft_await(eft_spawn(with_timeout, &delays[0])).error == 0);
    CHECK(journal_is("timeout timed-out after:0"));
    journal_clear();
    CHECK(eft_await(eft_spawn(with_timeout, &delays[1])).error == 0);
    CHECK(journal_is("after:0"));
}

static void a_cancel_that_passes_through_counts_at_each_task(void)
{
    eft_future *inner = eft_spawn(sleep_twice, NULL);
    eft_future *outer = eft_spawn(await_arg, eft_future_ref(inner));

    journal_clear();
    eft_await(eft_sleep(0));
    eft_await(eft_sleep(0));
    eft_cancel(outer);
    CHECK(eft_cancel_count(outer) == 1);
    CHECK(eft_cancel_count(inner) == 1);
    eft_result_free(eft_await(outer));
    eft_future_free(inner);
}

static void a_cancel_of_an_ended_task_does_not_count(void)
{
    eft_future *task = eft_spawn(return_current, NULL);

    eft_await(eft_future_ref(task));
    CHECK(!eft_cancel(task));
    CHECK(eft_cancel_count(task) == 0);
    eft_future_free(task);
}

static void what_is_no_task_has_no_count(void)
{
    eft_future *future = eft_future_new();

    CHECK(eft_cancel_count(future) == 0);
    CHECK(eft_uncancel(future) == 0);
    CHECK(eft_cancel_count(NULL) == 0);
    CHECK(eft_uncancel(NULL) == 0);
    eft_future_free(future);
}

const test_case suite_cancel_count[] = {
    {"the_current_task_is_the_one_that_runs",
     the_current_task_is_the_one_that_runs},
    {"the_current_task_is_the_same_after_an_await",
     the_current_task_is_the_same_after_an_await},
    {"outside_of_tasks_there_is_no_current_one",
     outside_of_tasks_there_is_no_current_one},
    {"each_cancel_counts", each_cancel_counts},
    {"a_cancel_that_was_swallowed_counts", a_cancel_that_was_swallowed_counts},
    {"uncancel_gives_what_is_left", uncancel_gives_what_is_left},
    {"uncancel_does_not_undo_what_was_delivered",
     uncancel_does_not_undo_what_was_delivered},
    {"uncancel_forgets_what_was_not_delivered",
     uncancel_forgets_what_was_not_delivered},
    {"with_another_cancel_left_nothing_is_forgotten",
     with_another_cancel_left_nothing_is_forgotten},
    {"uncancel_lets_a_task_begin_after_all",
     uncancel_lets_a_task_begin_after_all},
    {"structured_blocks_can_be_built_of_it",
     structured_blocks_can_be_built_of_it},
    {"a_cancel_that_passes_through_counts_at_each_task",
     a_cancel_that_passes_through_counts_at_each_task},
    {"a_cancel_of_an_ended_task_does_not_count",
     a_cancel_of_an_ended_task_does_not_count},
    {"what_is_no_task_has_no_count", what_is_no_task_has_no_count},
    {NULL, NULL},
};
