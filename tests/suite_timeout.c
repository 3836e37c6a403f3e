/* SPDX-License-Identifier: MIT
 * Timeout scopes: whose cancel it was, and who tells. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"
#include "task_case.h"

static eft_result sleep_in_a_scope(int64_t timeout_ms, int64_t delay_ms)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(timeout_ms);

    return eft_timeout_scope_close(scope, eft_await(eft_sleep(delay_ms)));
}

static eft_result cancel_task(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(10)));
    eft_cancel(arg);
    return eft_ok();
}

static void the_deadline_ends_what_is_awaited(void)
{
    int64_t start = eft_now();
    eft_timeout_scope *scope = eft_timeout_scope_open(10);
    eft_result result = eft_await(eft_sleep(HOUR));

    CHECK(result.error == EFT_ECANCELED);
    CHECK(eft_timeout_scope_expired(scope));
    CHECK(eft_timeout_scope_close(scope, result).error == EFT_ETIMEDOUT);
    CHECK(eft_now() == start + 10);
    CHECK(!strcmp(eft_error_detail(), "timed out"));
}

static void the_task_is_not_cancelled_afterwards(void)
{
    CHECK(sleep_in_a_scope(10, HOUR).error == EFT_ETIMEDOUT);
    CHECK(eft_cancel_count(eft_current_task()) == 0);
    CHECK(eft_await(eft_sleep(10)).error == 0);
}

static void it_may_be_opened_at_a_time(void)
{
    int64_t start = eft_now();
    eft_timeout_scope *scope = eft_timeout_scope_open_at(start + 10);

    CHECK(eft_timeout_scope_when(scope) == start + 10);
    CHECK(eft_timeout_scope_close(scope, eft_await(eft_sleep(HOUR))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_now() == start + 10);
}

static void what_is_in_time_is_left_alone(void)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(100);

    eft_await(eft_sleep(10));
    CHECK(!eft_timeout_scope_expired(scope));
    CHECK(eft_timeout_scope_when(scope) > eft_now());
    CHECK(eft_timeout_scope_close(scope, eft_ok_i64(4)).i64 == 4);
    CHECK(eft_await(eft_sleep(200)).error == 0);
}

static void without_a_deadline_it_never_expires(void)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(EFT_FOREVER);

    CHECK(eft_timeout_scope_when(scope) == EFT_FOREVER);
    CHECK(eft_await(eft_sleep(HOUR)).error == 0);
    CHECK(!eft_timeout_scope_expired(scope));
    CHECK(eft_timeout_scope_close(scope, eft_ok()).error == 0);
    scope = eft_timeout_scope_open_at(EFT_FOREVER);
    CHECK(eft_timeout_scope_when(scope) == EFT_FOREVER);
    CHECK(eft_timeout_scope_close(scope, eft_ok()).error == 0);
}

static void a_timeout_of_zero_comes_in_the_next_turn(void)
{
    int64_t start = eft_now();

    CHECK(sleep_in_a_scope(0, HOUR).error == EFT_ETIMEDOUT);
    CHECK(eft_now() == start);
}

static void a_timeout_of_zero_ends_a_yield(void)
{
    CHECK(sleep_in_a_scope(0, 0).error == EFT_ETIMEDOUT);
}

static void a_deadline_in_the_past_ends_a_yield(void)
{
    CHECK(sleep_in_a_scope(-11, 0).error == EFT_ETIMEDOUT);
}

static void without_an_await_zero_is_in_time(void)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(0);

    CHECK(eft_timeout_scope_close(scope, eft_ok_i64(1)).i64 == 1);
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

static void another_error_stays(void)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(10);
    eft_result result = eft_fail(EFT_EUSER, "of its own");

    CHECK(!eft_timeout_scope_expired(scope));
    CHECK(eft_timeout_scope_close(scope, result).error == EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "of its own"));
}

static void another_error_after_the_deadline_stays(void)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(10);

    (void)eft_await(eft_sleep(HOUR));
    CHECK(eft_timeout_scope_close(scope, eft_failed(EFT_EUSER)).error ==
          EFT_EUSER);
    CHECK(eft_cancel_count(eft_current_task()) == 0);
}

static void a_value_after_the_deadline_stays(void)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(10);

    (void)eft_await(eft_sleep(HOUR));
    CHECK(eft_timeout_scope_expired(scope));
    CHECK(eft_timeout_scope_close(scope, eft_ok_i64(7)).i64 == 7);
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

static void a_cancel_before_the_deadline_is_no_timeout(void)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(HOUR);

    eft_cancel(eft_current_task());
    eft_result result = eft_await(eft_sleep(HOUR));
    CHECK(!eft_timeout_scope_expired(scope));
    CHECK(eft_timeout_scope_close(scope, result).error == EFT_ECANCELED);
    CHECK(eft_uncancel(eft_current_task()) == 0);
}

static eft_result clean_up_in_a_scope(void *arg)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(10);
    eft_result result = eft_await(eft_sleep(HOUR));

    (void)arg;
    (void)eft_await(eft_sleep(100));
    return eft_timeout_scope_close(scope, result);
}

static void a_cancel_after_the_deadline_wins(void)
{
    eft_future *task = eft_spawn(clean_up_in_a_scope, NULL);

    eft_await(eft_sleep(50));
    CHECK(eft_cancel(task));
    CHECK(eft_await(task).error == EFT_ECANCELED);
}

static eft_result time_out_and_return(void *arg)
{
    (void)arg;
    return eft_ok_bool(sleep_in_a_scope(10, HOUR).error == EFT_ETIMEDOUT);
}

static void the_task_of_a_scope_does_not_end_cancelled(void)
{
    eft_future *task = eft_spawn(time_out_and_return, NULL);

    CHECK(eft_await(eft_future_ref(task)).boolean);
    CHECK(eft_future_state(task) == EFT_FINISHED);
    eft_future_free(task);
}

static void a_scope_after_a_cancel_times_out(void)
{
    eft_cancel(eft_current_task());
    CHECK(eft_await(eft_sleep(1)).error == EFT_ECANCELED);
    CHECK(sleep_in_a_scope(0, HOUR).error == EFT_ETIMEDOUT);
    CHECK(eft_uncancel(eft_current_task()) == 0);
}

static void a_cancel_in_a_scope_after_a_cancel_is_no_timeout(void)
{
    eft_cancel(eft_current_task());
    CHECK(eft_await(eft_sleep(1)).error == EFT_ECANCELED);
    eft_timeout_scope *scope = eft_timeout_scope_open(1000);
    eft_cancel(eft_current_task());
    CHECK(eft_timeout_scope_close(scope, eft_await(eft_sleep(2000))).error ==
          EFT_ECANCELED);
    CHECK(eft_cancel_count(eft_current_task()) == 2);
}

static void the_deadline_can_be_moved(void)
{
    int64_t start = eft_now();
    eft_timeout_scope *scope = eft_timeout_scope_open(10);

    eft_timeout_scope_reschedule(scope, start + 50);
    CHECK(eft_timeout_scope_when(scope) == start + 50);
    CHECK(eft_timeout_scope_close(scope, eft_await(eft_sleep(HOUR))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_now() == start + 50);
}

static void the_deadline_can_be_taken_away_and_given(void)
{
    int64_t start = eft_now();
    eft_timeout_scope *scope = eft_timeout_scope_open(10);

    eft_timeout_scope_reschedule(scope, EFT_FOREVER);
    CHECK(eft_timeout_scope_when(scope) == EFT_FOREVER);
    CHECK(eft_await(eft_sleep(100)).error == 0);
    eft_timeout_scope_reschedule(scope, start + 200);
    CHECK(eft_timeout_scope_close(scope, eft_await(eft_sleep(HOUR))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_now() == start + 200);
}

static void a_deadline_that_is_moved_into_the_past_comes_at_once(void)
{
    int64_t start = eft_now();
    eft_timeout_scope *scope = eft_timeout_scope_open(HOUR);

    eft_timeout_scope_reschedule(scope, start - 1);
    CHECK(eft_timeout_scope_close(scope, eft_await(eft_sleep(HOUR))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_now() == start);
}

static void a_deadline_that_was_met_stays(void)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(10);
    eft_result result = eft_await(eft_sleep(HOUR));

    eft_timeout_scope_reschedule(scope, eft_now() + 1000);
    CHECK(eft_timeout_scope_expired(scope));
    CHECK(eft_timeout_scope_close(scope, result).error == EFT_ETIMEDOUT);
}

static eft_result await_in_a_scope(void *arg)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(10);
    eft_result result = eft_await(arg);

    note("expired:%d", eft_timeout_scope_expired(scope));
    result = eft_timeout_scope_close(scope, result);
    note("count:%u", (unsigned)eft_cancel_count(eft_current_task()));
    note("sleep:%d", eft_await(eft_sleep(1)).error);
    return result;
}

static void resolve(void *arg)
{
    eft_future_resolve(arg, eft_ok_i64(5));
}

static void a_deadline_that_comes_too_late_for_the_await_is_forgotten(void)
{
    eft_future *future = eft_future_new();

    journal_clear();
    /* At one time: first the value, then the deadline, then the task's turn. */
    eft_future_free(eft_call_later(10, resolve, future));
    eft_future *task = eft_spawn(await_in_a_scope, eft_future_ref(future));
    CHECK(eft_await(task).i64 == 5);
    CHECK(journal_is("expired:1 count:0 sleep:0"));
    eft_future_free(future);
}

static void a_cancel_from_another_task_is_no_timeout(void)
{
    eft_future *canceler = eft_spawn(cancel_task, eft_current_task());

    CHECK(sleep_in_a_scope(100, HOUR).error == EFT_ECANCELED);
    eft_uncancel(eft_current_task());
    CHECK(eft_await(canceler).error == 0);
}

static void it_ends_a_gather_and_its_children(void)
{
    eft_future *kept = eft_sleep(HOUR);
    eft_timeout_scope *scope = eft_timeout_scope_open(10);
    eft_result result =
        eft_await(eft_gather(eft_future_ref(kept), eft_sleep(HOUR)));

    CHECK(eft_timeout_scope_close(scope, result).error == EFT_ETIMEDOUT);
    CHECK(eft_future_state(kept) == EFT_CANCELED);
    eft_future_free(kept);
}

static void no_scope_gives_an_error_for_a_value_only(void)
{
    int freed = 0;

    CHECK(eft_timeout_scope_close(NULL, eft_owned(&freed, count_free)).error ==
          EFT_ENOMEM);
    CHECK(freed == 1);
    CHECK(eft_timeout_scope_close(NULL, eft_failed(EFT_EUSER)).error ==
          EFT_EUSER);
    eft_timeout_scope_reschedule(NULL, 0);
    CHECK(!eft_timeout_scope_expired(NULL));
    CHECK(eft_timeout_scope_when(NULL) == EFT_FOREVER);
}

static void open_outside(void *arg)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(10);

    *(int32_t *)arg =
        scope ? 0 : eft_timeout_scope_close(scope, eft_ok()).error;
}

static void outside_of_a_task_there_is_none(void)
{
    int32_t error = 0;

    eft_await(eft_call_soon(open_outside, &error));
    CHECK(error == EFT_EDEADLK);
}

static void without_memory_there_is_none(void)
{
    size_t allowed = 0;

    eft_set_allocator(run_out, &allowed);
    eft_timeout_scope *scope = eft_timeout_scope_open(10);
    eft_set_allocator(NULL, NULL);
    CHECK(!scope);
}

const test_case suite_timeout[] = {
    {"the_deadline_ends_what_is_awaited", the_deadline_ends_what_is_awaited},
    {"the_task_is_not_cancelled_afterwards",
     the_task_is_not_cancelled_afterwards},
    {"it_may_be_opened_at_a_time", it_may_be_opened_at_a_time},
    {"what_is_in_time_is_left_alone", what_is_in_time_is_left_alone},
    {"without_a_deadline_it_never_expires",
     without_a_deadline_it_never_expires},
    {"a_timeout_of_zero_comes_in_the_next_turn",
     a_timeout_of_zero_comes_in_the_next_turn},
    {"a_timeout_of_zero_ends_a_yield", a_timeout_of_zero_ends_a_yield},
    {"a_deadline_in_the_past_ends_a_yield",
     a_deadline_in_the_past_ends_a_yield},
    {"without_an_await_zero_is_in_time", without_an_await_zero_is_in_time},
    {"another_error_stays", another_error_stays},
    {"another_error_after_the_deadline_stays",
     another_error_after_the_deadline_stays},
    {"a_value_after_the_deadline_stays", a_value_after_the_deadline_stays},
    {"a_cancel_before_the_deadline_is_no_timeout",
     a_cancel_before_the_deadline_is_no_timeout},
    {"a_cancel_after_the_deadline_wins", a_cancel_after_the_deadline_wins},
    {"the_task_of_a_scope_does_not_end_cancelled",
     the_task_of_a_scope_does_not_end_cancelled},
    {"a_scope_after_a_cancel_times_out", a_scope_after_a_cancel_times_out},
    {"a_cancel_in_a_scope_after_a_cancel_is_no_timeout",
     a_cancel_in_a_scope_after_a_cancel_is_no_timeout},
    {"the_deadline_can_be_moved", the_deadline_can_be_moved},
    {"the_deadline_can_be_taken_away_and_given",
     the_deadline_can_be_taken_away_and_given},
    {"a_deadline_that_is_moved_into_the_past_comes_at_once",
     a_deadline_that_is_moved_into_the_past_comes_at_once},
    {"a_deadline_that_was_met_stays", a_deadline_that_was_met_stays},
    {"a_deadline_that_comes_too_late_for_the_await_is_forgotten",
     a_deadline_that_comes_too_late_for_the_await_is_forgotten},
    {"a_cancel_from_another_task_is_no_timeout",
     a_cancel_from_another_task_is_no_timeout},
    {"it_ends_a_gather_and_its_children", it_ends_a_gather_and_its_children},
    {"no_scope_gives_an_error_for_a_value_only",
     no_scope_gives_an_error_for_a_value_only},
    {"outside_of_a_task_there_is_none", outside_of_a_task_there_is_none},
    {"without_memory_there_is_none", without_memory_there_is_none},
    {NULL, NULL},
};
