/* SPDX-License-Identifier: MIT
 * eft_wait: what is enough, what is told, and that nothing is cancelled. */
#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"
#include "task_case.h"

static eft_result fail_after(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(*(const int64_t *)arg)));
    return eft_failed(EFT_EUSER);
}

static eft_result note_end(void *arg)
{
    eft_result result = eft_await(eft_sleep(50));

    note("%s:%d", (const char *)arg, result.error);
    return result;
}

/* Notes what a wait told, as "done:0,2 pending:1", and frees it. */
static void note_waited(eft_result result)
{
    if (result.error) {
        note("%s", eft_error_name(result.error));
        return;
    }
    note("done");
    for (size_t i = 0; i < result.waited->done_count; i++)
        note("%zu", result.waited->done[i]);
    note("pending");
    for (size_t i = 0; i < result.waited->pending_count; i++)
        note("%zu", result.waited->pending[i]);
    eft_result_free(result);
}

static void free_both(eft_future *a, eft_future *b)
{
    eft_future_free(a);
    eft_future_free(b);
}

static void free_all(eft_future *const *futures, size_t count)
{
    for (size_t i = 0; i < count; i++)
        eft_future_free(futures[i]);
}

static void it_waits_for_all(void)
{
    int64_t start = eft_now();
    eft_future *futures[] = {eft_sleep(30), eft_sleep(10), eft_sleep(20)};

    journal_clear();
    note_waited(
        eft_await(eft_wait_array(futures, 3, EFT_ALL_COMPLETED, EFT_FOREVER)));
    CHECK(journal_is("done 0 1 2 pending"));
    CHECK(eft_now() == start + 30);
    free_all(futures, 3);
}

static void it_is_a_macro_over_the_futures_too(void)
{
    eft_future *a = eft_sleep(10);
    eft_future *b = eft_sleep(20);

    journal_clear();
    note_waited(eft_await(eft_wait(EFT_FIRST_COMPLETED, EFT_FOREVER, a, b)));
    CHECK(journal_is("done 0 pending 1"));
    free_both(a, b);
}

static void the_values_stay_with_the_futures(void)
{
    int64_t delays[] = {2, 1};
    eft_future *a = eft_spawn(sleep_and_return, &delays[0]);
    eft_future *b = eft_spawn(sleep_and_return, &delays[1]);

    eft_result_free(eft_await(eft_wait(EFT_ALL_COMPLETED, HOUR, a, b)));
    CHECK(eft_await(a).i64 == 2);
    CHECK(eft_await(b).i64 == 1);
}

static void the_first_completed_is_enough(void)
{
    int64_t start = eft_now();
    eft_future *futures[] = {eft_sleep(30), eft_sleep(10), eft_sleep(20)};

    journal_clear();
    note_waited(eft_await(
        eft_wait_array(futures, 3, EFT_FIRST_COMPLETED, EFT_FOREVER)));
    CHECK(journal_is("done 1 pending 0 2"));
    CHECK(eft_now() == start + 10);
    free_all(futures, 3);
}

static void two_that_end_together_are_both_told(void)
{
    eft_future *a = eft_future_new();
    eft_future *b = eft_future_new();
    eft_future *wait = eft_wait(EFT_FIRST_COMPLETED, EFT_FOREVER, a, b);

    journal_clear();
    eft_future_resolve(a, eft_ok());
    eft_future_resolve(b, eft_ok());
    note_waited(eft_await(wait));
    CHECK(journal_is("done 0 1 pending"));
    free_both(a, b);
}

static void the_answer_is_of_when_the_wait_ended(void)
{
    eft_future *a = eft_future_new();
    eft_future *b = eft_future_new();
    eft_future *wait = eft_wait(EFT_FIRST_COMPLETED, EFT_FOREVER, a, b);

    journal_clear();
    eft_future_resolve(a, eft_ok());
    eft_await(eft_sleep(0));
    eft_await(eft_sleep(0));
    eft_future_resolve(b, eft_ok());
    note_waited(eft_await(wait));
    CHECK(journal_is("done 0 pending 1"));
    free_both(a, b);
}

static void a_cancelled_future_is_a_completed_one(void)
{
    eft_future *a = eft_sleep(HOUR);
    eft_future *b = eft_sleep(HOUR);
    eft_future *wait = eft_wait(EFT_FIRST_COMPLETED, EFT_FOREVER, a, b);

    journal_clear();
    eft_cancel(b);
    note_waited(eft_await(wait));
    CHECK(journal_is("done 1 pending 0"));
    free_both(a, b);
}

static void the_first_error_is_enough(void)
{
    int64_t delays[] = {10, 20, 30};
    int64_t start = eft_now();
    eft_future *futures[] = {eft_spawn(sleep_and_return, &delays[0]),
                             eft_spawn(fail_after, &delays[1]),
                             eft_spawn(sleep_and_return, &delays[2])};

    journal_clear();
    note_waited(
        eft_await(eft_wait_array(futures, 3, EFT_FIRST_ERROR, EFT_FOREVER)));
    CHECK(journal_is("done 0 1 pending 2"));
    CHECK(eft_now() == start + 20);
    free_all(futures, 3);
}

static void an_error_that_is_there_is_enough(void)
{
    eft_future *a = eft_future_new();
    eft_future *b = eft_sleep(HOUR);

    journal_clear();
    eft_future_resolve(a, eft_failed(EFT_EUSER));
    note_waited(eft_await(eft_wait(EFT_FIRST_ERROR, EFT_FOREVER, b, a)));
    CHECK(journal_is("done 1 pending 0"));
    free_both(a, b);
}

static void a_cancelled_future_is_no_error(void)
{
    eft_future *a = eft_sleep(HOUR);
    eft_future *b = eft_sleep(10);
    eft_future *wait = eft_wait(EFT_FIRST_ERROR, EFT_FOREVER, a, b);

    journal_clear();
    eft_cancel(a);
    note_waited(eft_await(wait));
    CHECK(journal_is("done 0 1 pending"));
    free_both(a, b);
}

static void without_an_error_it_waits_for_all(void)
{
    eft_future *a = eft_sleep(10);
    eft_future *b = eft_sleep(20);

    journal_clear();
    note_waited(eft_await(eft_wait(EFT_FIRST_ERROR, EFT_FOREVER, a, b)));
    CHECK(journal_is("done 0 1 pending"));
    free_both(a, b);
}

static void an_error_does_not_end_a_wait_for_all(void)
{
    int64_t delays[] = {1, 2};
    eft_future *a = eft_spawn(fail_after, &delays[0]);
    eft_future *b = eft_spawn(sleep_and_return, &delays[1]);

    journal_clear();
    note_waited(eft_await(eft_wait(EFT_ALL_COMPLETED, EFT_FOREVER, a, b)));
    CHECK(journal_is("done 0 1 pending"));
    CHECK(eft_await(a).error == EFT_EUSER);
    CHECK(eft_await(b).i64 == 2);
}

static void the_deadline_is_no_error_and_cancels_nothing(void)
{
    int64_t start = eft_now();
    eft_future *a = eft_sleep(10);
    eft_future *b = eft_sleep(100);

    journal_clear();
    note_waited(eft_await(eft_wait(EFT_ALL_COMPLETED, 50, a, b)));
    CHECK(journal_is("done 0 pending 1"));
    CHECK(eft_now() == start + 50);
    CHECK(eft_await(b).error == 0);
    eft_future_free(a);
}

static void a_deadline_that_is_not_reached_is_forgotten(void)
{
    eft_future *a = eft_sleep(10);

    eft_result_free(eft_await(eft_wait(EFT_ALL_COMPLETED, 20, a)));
    CHECK(eft_await(eft_sleep(50)).error == 0);
    eft_future_free(a);
}

static void a_timeout_of_zero_tells_what_is_there(void)
{
    eft_future *a = eft_future_new();
    eft_future *b = eft_future_new();

    journal_clear();
    eft_future_resolve(b, eft_ok());
    note_waited(eft_await(eft_wait(EFT_ALL_COMPLETED, 0, a, b)));
    CHECK(journal_is("done 1 pending 0"));
    free_both(a, b);
}

static void a_timeout_of_zero_on_what_is_complete(void)
{
    eft_future *a = eft_future_new();

    journal_clear();
    eft_future_resolve(a, eft_ok());
    note_waited(eft_await(eft_wait(EFT_ALL_COMPLETED, 0, a)));
    CHECK(journal_is("done 0 pending"));
    eft_future_free(a);
}

static eft_result wait_for_arg(void *arg)
{
    return eft_await(eft_wait(EFT_ALL_COMPLETED, EFT_FOREVER, arg));
}

static void cancelling_the_waiter_leaves_the_futures_running(void)
{
    journal_clear();
    eft_future *task = eft_spawn(note_end, (void *)"task");
    eft_future *waiter = eft_spawn(wait_for_arg, task);

    eft_await(eft_sleep(10));
    CHECK(eft_cancel(waiter));
    CHECK(eft_await(waiter).error == EFT_ECANCELED);
    CHECK(eft_await(task).error == 0);
    CHECK(journal_is("task:0"));
}

static void a_dropped_wait_leaves_the_futures_running(void)
{
    journal_clear();
    eft_future *task = eft_spawn(note_end, (void *)"task");

    eft_future_free(eft_wait(EFT_ALL_COMPLETED, EFT_FOREVER, task));
    CHECK(eft_await(task).error == 0);
    CHECK(journal_is("task:0"));
}

static void a_wait_keeps_what_its_owner_drops(void)
{
    eft_future *a = eft_sleep(10);
    eft_future *wait = eft_wait(EFT_ALL_COMPLETED, EFT_FOREVER, a);

    eft_future_free(a);
    journal_clear();
    note_waited(eft_await(wait));
    CHECK(journal_is("done 0 pending"));
}

static void an_operation_that_only_a_cancelled_wait_holds_is_cancelled(void)
{
    eft_future *a = eft_sleep(HOUR);
    eft_future *wait = eft_wait(EFT_ALL_COMPLETED, EFT_FOREVER, a);

    eft_future_free(a);
    eft_cancel(wait);
    CHECK(eft_await(wait).error == EFT_ECANCELED);
}

static void one_future_twice_is_told_twice(void)
{
    eft_future *a = eft_sleep(1);

    journal_clear();
    note_waited(eft_await(eft_wait(EFT_ALL_COMPLETED, EFT_FOREVER, a, a)));
    CHECK(journal_is("done 0 1 pending"));
    eft_future_free(a);
}

static void a_wait_for_nothing_is_invalid(void)
{
    eft_future *none[] = {NULL};

    CHECK(eft_await(eft_wait_array(NULL, 0, EFT_ALL_COMPLETED, 0)).error ==
          EFT_EINVAL);
    CHECK(eft_await(eft_wait_array(none, 1, EFT_ALL_COMPLETED, 0)).error ==
          EFT_EINVAL);
}

static void an_unknown_return_when_is_invalid(void)
{
    eft_future *a = eft_sleep(HOUR);

    CHECK(eft_await(eft_wait((eft_return_when)7, 0, a)).error == EFT_EINVAL);
    eft_future_free(a);
}

static void a_long_chain_of_waits_is_dropped_without_recursion(void)
{
    enum { LENGTH = 10000 };
    eft_future *last = eft_sleep(HOUR);

    for (int i = 0; i < LENGTH; i++) {
        eft_future *wait = eft_wait(EFT_ALL_COMPLETED, EFT_FOREVER, last);

        eft_future_free(last);
        last = wait;
    }
    eft_future_free(last);
}

static void without_memory_it_fails_and_holds_nothing(void)
{
    eft_future *a = eft_sleep(HOUR);

    for (size_t n = 0; n < 2; n++) {
        size_t allowed = n;

        eft_set_allocator(run_out, &allowed);
        eft_future *wait = eft_wait(EFT_ALL_COMPLETED, EFT_FOREVER, a);
        eft_set_allocator(NULL, NULL);
        CHECK(eft_await(wait).error == EFT_ENOMEM);
    }
    eft_future_free(a);
}

const test_case suite_wait[] = {
    {"it_waits_for_all", it_waits_for_all},
    {"it_is_a_macro_over_the_futures_too", it_is_a_macro_over_the_futures_too},
    {"the_values_stay_with_the_futures", the_values_stay_with_the_futures},
    {"the_first_completed_is_enough", the_first_completed_is_enough},
    {"two_that_end_together_are_both_told",
     two_that_end_together_are_both_told},
    {"the_answer_is_of_when_the_wait_ended",
     the_answer_is_of_when_the_wait_ended},
    {"a_cancelled_future_is_a_completed_one",
     a_cancelled_future_is_a_completed_one},
    {"the_first_error_is_enough", the_first_error_is_enough},
    {"an_error_that_is_there_is_enough", an_error_that_is_there_is_enough},
    {"a_cancelled_future_is_no_error", a_cancelled_future_is_no_error},
    {"without_an_error_it_waits_for_all", without_an_error_it_waits_for_all},
    {"an_error_does_not_end_a_wait_for_all",
     an_error_does_not_end_a_wait_for_all},
    {"the_deadline_is_no_error_and_cancels_nothing",
     the_deadline_is_no_error_and_cancels_nothing},
    {"a_deadline_that_is_not_reached_is_forgotten",
     a_deadline_that_is_not_reached_is_forgotten},
    {"a_timeout_of_zero_tells_what_is_there",
     a_timeout_of_zero_tells_what_is_there},
    {"a_timeout_of_zero_on_what_is_complete",
     a_timeout_of_zero_on_what_is_complete},
    {"cancelling_the_waiter_leaves_the_futures_running",
     cancelling_the_waiter_leaves_the_futures_running},
    {"a_dropped_wait_leaves_the_futures_running",
     a_dropped_wait_leaves_the_futures_running},
    {"a_wait_keeps_what_its_owner_drops", a_wait_keeps_what_its_owner_drops},
    {"an_operation_that_only_a_cancelled_wait_holds_is_cancelled",
     an_operation_that_only_a_cancelled_wait_holds_is_cancelled},
    {"one_future_twice_is_told_twice", one_future_twice_is_told_twice},
    {"a_wait_for_nothing_is_invalid", a_wait_for_nothing_is_invalid},
    {"an_unknown_return_when_is_invalid", an_unknown_return_when_is_invalid},
    {"a_long_chain_of_waits_is_dropped_without_recursion",
     a_long_chain_of_waits_is_dropped_without_recursion},
    {"without_memory_it_fails_and_holds_nothing",
     without_memory_it_fails_and_holds_nothing},
    {NULL, NULL},
};
