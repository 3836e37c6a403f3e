/* SPDX-License-Identifier: MIT
 * eft_wait_for: deadlines, and cancels that are none. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "suite.h"
#include "task_case.h"

static eft_result note_cancel(void *arg)
{
    eft_result result = eft_await(eft_sleep(HOUR));

    note("%s:%d", (const char *)arg, result.error == EFT_ECANCELED);
    return result;
}

static eft_result swallow(void *arg)
{
    (void)arg;
    (void)eft_await(eft_sleep(HOUR));
    return eft_ok_i64(5);
}

static eft_result clean_up_slowly(void *arg)
{
    eft_result result = eft_await(eft_sleep(HOUR));

    eft_await(eft_sleep(20));
    note("%s", (const char *)arg);
    return result;
}

static eft_result fail_when_cancelled(void *arg)
{
    (void)eft_await(eft_sleep(HOUR));
    return eft_fail(EFT_EUSER, "%s", (const char *)arg);
}

static void a_value_in_time_is_given(void)
{
    eft_future *future = eft_future_new();
    eft_future *wait = eft_wait_for(1000, eft_future_ref(future));

    eft_future_resolve(future, eft_ok_i64(3));
    eft_future_free(future);
    CHECK(eft_await(wait).i64 == 3);
}

static void an_error_in_time_is_given_with_its_sentence(void)
{
    eft_future *future = eft_future_new();
    eft_future *wait = eft_wait_for(1000, eft_future_ref(future));

    eft_future_resolve(future, eft_fail(EFT_EUSER, "wrong"));
    eft_future_free(future);
    CHECK(eft_await(wait).error == EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "wrong"));
}

static void the_deadline_cancels_and_times_out(void)
{
    journal_clear();
    eft_future *task = eft_spawn(note_cancel, (void *)"task");
    CHECK(eft_await(eft_wait_for(10, task)).error == EFT_ETIMEDOUT);
    CHECK(journal_is("task:1"));
}

static void it_waits_until_the_task_has_really_ended(void)
{
    journal_clear();
    eft_future *task = eft_spawn(clean_up_slowly, (void *)"clean");
    CHECK(eft_await(eft_wait_for(10, task)).error == EFT_ETIMEDOUT);
    CHECK(journal_is("clean"));
}

static void a_value_after_a_swallowed_cancel_is_given(void)
{
    CHECK(eft_await(eft_wait_for(10, eft_spawn(swallow, NULL))).i64 == 5);
}

static void an_error_after_the_deadline_is_given(void)
{
    eft_future *task = eft_spawn(fail_when_cancelled, (void *)"while cleaning");

    CHECK(eft_await(eft_wait_for(10, task)).error == EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "while cleaning"));
}

static void a_timeout_of_zero_never_begins_the_task(void)
{
    journal_clear();
    eft_future *task = eft_spawn(note_and_return, (void *)"never");
    CHECK(eft_await(eft_wait_for(0, task)).error == EFT_ETIMEDOUT);
    CHECK(journal_is(""));
}

static void a_timeout_of_zero_gives_what_is_there(void)
{
    eft_future *future = eft_future_new();

    eft_future_resolve(future, eft_ok_i64(2));
    CHECK(eft_await(eft_wait_for(0, future)).i64 == 2);
}

static void forever_has_no_deadline(void)
{
    CHECK(eft_await(eft_wait_for(EFT_FOREVER, eft_sleep(20))).error == 0);
}

static void an_outer_cancel_is_no_timeout(void)
{
    eft_future *wait =
        eft_wait_for(10000, eft_spawn(note_cancel, (void *)"task"));

    journal_clear();
    eft_await(eft_sleep(0));
    CHECK(eft_cancel(wait));
    CHECK(eft_await(wait).error == EFT_ECANCELED);
    CHECK(journal_is("task:1"));
}

static void an_outer_cancel_after_the_deadline_wins(void)
{
    journal_clear();
    eft_future *wait =
        eft_wait_for(10, eft_spawn(clean_up_slowly, (void *)"clean"));
    eft_await(eft_sleep(20));
    CHECK(eft_cancel(wait));
    CHECK(eft_await(wait).error == EFT_ECANCELED);
    CHECK(journal_is("clean"));
}

static void an_inner_cancel_from_elsewhere_is_no_timeout(void)
{
    eft_future *future = eft_future_new();
    eft_future *wait = eft_wait_for(10000, eft_future_ref(future));

    eft_cancel(future);
    eft_future_free(future);
    CHECK(eft_await(wait).error == EFT_ECANCELED);
}

static void the_inner_of_two_nested_waits_times_out(void)
{
    journal_clear();
    eft_future *task = eft_spawn(note_cancel, (void *)"task");
    CHECK(eft_await(eft_wait_for(1000, eft_wait_for(10, task))).error ==
          EFT_ETIMEDOUT);
    CHECK(journal_is("task:1"));
}

static void the_outer_of_two_nested_waits_times_out(void)
{
    journal_clear();
    eft_future *task = eft_spawn(note_cancel, (void *)"task");
    CHECK(eft_await(eft_wait_for(10, eft_wait_for(1000, task))).error ==
          EFT_ETIMEDOUT);
    CHECK(journal_is("task:1"));
}

static eft_result wait_in_a_task(void *arg)
{
    return eft_await(eft_wait_for(10000, eft_spawn(note_cancel, arg)));
}

static void cancelling_the_waiting_task_cancels_what_it_waits_for(void)
{
    eft_future *task = eft_spawn(wait_in_a_task, (void *)"inner");

    journal_clear();
    eft_await(eft_sleep(0));
    eft_await(eft_sleep(0));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is("inner:1"));
}

static void a_dropped_wait_cancels_what_it_waits_for(void)
{
    journal_clear();
    eft_future *wait =
        eft_wait_for(10000, eft_spawn(note_cancel, (void *)"task"));
    eft_await(eft_sleep(0));
    eft_future_free(wait);
    eft_await(eft_sleep(1));
    CHECK(journal_is("task:1"));
}

static void a_gather_can_be_given_a_deadline(void)
{
    journal_clear();
    CHECK(eft_await(
              eft_wait_for(10, eft_gather(eft_spawn(note_cancel, (void *)"a"),
                                          eft_spawn(note_cancel, (void *)"b"))))
              .error == EFT_ETIMEDOUT);
    CHECK(journal_is("a:1 b:1"));
}

static void a_timeout_of_zero_cancels_an_operation(void)
{
    eft_future *sleep = eft_sleep(1000);

    CHECK(eft_await(eft_wait_for(0, eft_future_ref(sleep))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_future_state(sleep) == EFT_CANCELED);
    eft_future_free(sleep);
}

static void a_negative_timeout_is_past(void)
{
    CHECK(eft_await(eft_wait_for(-7, eft_sleep(1000))).error == EFT_ETIMEDOUT);
}

static void a_task_that_begins_again_after_the_deadline_is_waited_for(void)
{
    int64_t start = eft_now();
    eft_future *task = eft_spawn(clean_up_slowly, (void *)"clean");

    journal_clear();
    CHECK(eft_await(eft_wait_for(10, task)).error == EFT_ETIMEDOUT);
    CHECK(eft_now() >= start + 30);
}

static void a_timed_out_task_that_was_kept_is_cancelled(void)
{
    eft_future *task = eft_spawn(note_cancel, (void *)"task");

    journal_clear();
    CHECK(eft_await(eft_wait_for(10, eft_future_ref(task))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_future_state(task) == EFT_CANCELED);
    eft_future_free(task);
}

static void a_value_at_the_deadline_is_given(void)
{
    CHECK(eft_await(eft_wait_for(10, eft_sleep(10))).error == 0);
}

static void a_wait_whose_future_is_done_cannot_be_cancelled(void)
{
    eft_future *future = eft_future_new();
    eft_future *wait = eft_wait_for(1000, eft_future_ref(future));

    eft_future_resolve(future, eft_ok_i64(3));
    CHECK(!eft_cancel(wait));
    CHECK(eft_await(wait).i64 == 3);
    eft_future_free(future);
}

static void deeply_nested_waits_are_cancelled(void)
{
    eft_future *wait = eft_sleep(1000);

    for (int i = 0; i < 10000; i++)
        wait = eft_wait_for(EFT_FOREVER, wait);
    CHECK(eft_cancel(wait));
    CHECK(eft_await(wait).error == EFT_ECANCELED);
}

static void of_deeply_nested_waits_the_inner_times_out(void)
{
    eft_future *wait = eft_sleep(10000);

    for (int i = 0; i < 1000; i++)
        wait = eft_wait_for(50 + i, wait);
    CHECK(eft_await(wait).error == EFT_ETIMEDOUT);
}

static void a_wait_for_null_is_invalid(void)
{
    CHECK(eft_await(eft_wait_for(10, NULL)).error == EFT_EINVAL);
}

const test_case suite_wait_for[] = {
    {"a_value_in_time_is_given", a_value_in_time_is_given},
    {"an_error_in_time_is_given_with_its_sentence",
     an_error_in_time_is_given_with_its_sentence},
    {"the_deadline_cancels_and_times_out", the_deadline_cancels_and_times_out},
    {"it_waits_until_the_task_has_really_ended",
     it_waits_until_the_task_has_really_ended},
    {"a_value_after_a_swallowed_cancel_is_given",
     a_value_after_a_swallowed_cancel_is_given},
    {"an_error_after_the_deadline_is_given",
     an_error_after_the_deadline_is_given},
    {"a_timeout_of_zero_never_begins_the_task",
     a_timeout_of_zero_never_begins_the_task},
    {"a_timeout_of_zero_gives_what_is_there",
     a_timeout_of_zero_gives_what_is_there},
    {"forever_has_no_deadline", forever_has_no_deadline},
    {"an_outer_cancel_is_no_timeout", an_outer_cancel_is_no_timeout},
    {"an_outer_cancel_after_the_deadline_wins",
     an_outer_cancel_after_the_deadline_wins},
    {"an_inner_cancel_from_elsewhere_is_no_timeout",
     an_inner_cancel_from_elsewhere_is_no_timeout},
    {"the_inner_of_two_nested_waits_times_out",
     the_inner_of_two_nested_waits_times_out},
    {"the_outer_of_two_nested_waits_times_out",
     the_outer_of_two_nested_waits_times_out},
    {"cancelling_the_waiting_task_cancels_what_it_waits_for",
     cancelling_the_waiting_task_cancels_what_it_waits_for},
    {"a_dropped_wait_cancels_what_it_waits_for",
     a_dropped_wait_cancels_what_it_waits_for},
    {"a_gather_can_be_given_a_deadline", a_gather_can_be_given_a_deadline},
    {"a_timeout_of_zero_cancels_an_operation",
     a_timeout_of_zero_cancels_an_operation},
    {"a_negative_timeout_is_past", a_negative_timeout_is_past},
    {"a_task_that_begins_again_after_the_deadline_is_waited_for",
     a_task_that_begins_again_after_the_deadline_is_waited_for},
    {"a_timed_out_task_that_was_kept_is_cancelled",
     a_timed_out_task_that_was_kept_is_cancelled},
    {"a_value_at_the_deadline_is_given", a_value_at_the_deadline_is_given},
    {"a_wait_whose_future_is_done_cannot_be_cancelled",
     a_wait_whose_future_is_done_cannot_be_cancelled},
    {"deeply_nested_waits_are_cancelled", deeply_nested_waits_are_cancelled},
    {"of_deeply_nested_waits_the_inner_times_out",
     of_deeply_nested_waits_the_inner_times_out},
    {"a_wait_for_null_is_invalid", a_wait_for_null_is_invalid},
    {NULL, NULL},
};
