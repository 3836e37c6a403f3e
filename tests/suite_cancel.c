/* SPDX-License-Identifier: MIT
 * Cancelling tasks: what it reaches, what it spares, and rings. */
#include <eft/eft.h>

#include "journal.h"
#include "suite.h"
#include "task_case.h"

static void cancel_before_the_first_step_skips_the_body(void)
{
    journal_clear();
    eft_future *task = eft_spawn(note_and_return, (void *)"never");
    CHECK(eft_cancel(task));
    CHECK(eft_future_state(task) == EFT_PENDING);
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is(""));
}

static void cancel_reaches_what_the_task_awaits(void)
{
    eft_future *task = eft_spawn(sleep_long, NULL);

    eft_await(eft_sleep(0));
    CHECK(eft_cancel(task));
    CHECK(eft_await(task).error == EFT_ECANCELED);
}

static void cancel_reaches_through_a_chain_of_tasks(void)
{
    eft_future *inner = eft_spawn(sleep_long, NULL);
    eft_future *outer = eft_spawn(await_arg, eft_future_ref(inner));

    eft_await(eft_sleep(0));
    eft_await(eft_sleep(0));
    eft_cancel(outer);
    CHECK(eft_await(outer).error == EFT_ECANCELED);
    CHECK(eft_future_state(inner) == EFT_CANCELED);
    eft_future_free(inner);
}

static eft_result clean_up(void *arg)
{
    eft_result result = eft_await(eft_sleep(HOUR));

    note("cleaning:%d", result.error == EFT_ECANCELED);
    eft_await(eft_sleep(5));
    note("%s", (const char *)arg);
    return result;
}

static void a_cancelled_task_may_await_to_clean_up(void)
{
    journal_clear();
    eft_future *task = eft_spawn(clean_up, (void *)"clean");
    eft_await(eft_sleep(0));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is("cleaning:1 clean"));
}

static eft_result swallow(void *arg)
{
    (void)arg;
    (void)eft_await(eft_sleep(HOUR));
    return eft_ok_i64(11);
}

static void a_task_may_swallow_the_cancel(void)
{
    eft_future *task = eft_spawn(swallow, NULL);

    eft_await(eft_sleep(0));
    eft_cancel(task);
    CHECK(eft_await(task).i64 == 11);
}

static eft_result cancel_self_and_return(void *arg)
{
    eft_cancel(*(eft_future **)arg);
    return eft_ok_i64(1);
}

static void a_cancel_that_no_await_noticed_ends_the_task_cancelled(void)
{
    eft_future *task = NULL;

    task = eft_spawn(cancel_self_and_return, &task);
    CHECK(eft_await(task).error == EFT_ECANCELED);
}

static eft_result cancel_self_and_sleep(void *arg)
{
    eft_cancel(*(eft_future **)arg);
    note("first:%d", eft_await(eft_sleep(1000)).error == EFT_ECANCELED);
    note("second:%d", eft_await(eft_sleep(1)).error);
    return eft_ok();
}

static void a_noted_cancel_is_delivered_by_the_next_await_once(void)
{
    eft_future *task = NULL;

    journal_clear();
    task = eft_spawn(cancel_self_and_sleep, &task);
    CHECK(eft_await(task).error == 0);
    CHECK(journal_is("first:1 second:0"));
}

static eft_result cancel_self_and_yield(void *arg)
{
    eft_cancel(*(eft_future **)arg);
    return eft_await(eft_sleep(0));
}

static void a_noted_cancel_is_delivered_by_a_yield(void)
{
    eft_future *task = NULL;

    task = eft_spawn(cancel_self_and_yield, &task);
    CHECK(eft_await(task).error == EFT_ECANCELED);
}

static eft_result await_two(void *arg)
{
    eft_future **futures = arg;
    eft_result first = eft_await(futures[0]);
    eft_result second = eft_await(futures[1]);

    note("first:%d", (int)first.i64);
    note("second:%d", second.error == EFT_ECANCELED);
    return second;
}

static void a_value_that_is_there_survives_a_cancel(void)
{
    eft_future *futures[] = {eft_future_new(), eft_future_new()};

    journal_clear();
    eft_future *task = eft_spawn(await_two, futures);
    eft_await(eft_sleep(0));
    eft_future_resolve(futures[0], eft_ok_i64(8));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is("first:8 second:1"));
}

static void cancel_of_an_ended_task_answers_false(void)
{
    eft_future *task = eft_spawn(return_arg, NULL);

    eft_await(eft_future_ref(task));
    CHECK(!eft_cancel(task));
    eft_future_free(task);
}

static void cancelling_one_awaiter_cancels_the_future_they_share(void)
{
    eft_future *gate = eft_future_new();
    eft_future *a = eft_spawn(await_arg, eft_future_ref(gate));
    eft_future *b = eft_spawn(await_arg, gate);

    eft_await(eft_sleep(0));
    eft_cancel(a);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(eft_await(b).error == EFT_ECANCELED);
}

static eft_result await_previous(void *arg)
{
    return eft_await(arg);
}

static void a_long_chain_of_tasks_is_cancelled_without_recursion(void)
{
    enum { LENGTH = 2000 };
    eft_future *last = eft_spawn(sleep_long, NULL);

    for (int i = 0; i < LENGTH; i++)
        last = eft_spawn(await_previous, last);
    for (int i = 0; i < 3; i++)
        eft_await(eft_sleep(0));
    eft_cancel(last);
    CHECK(eft_await(last).error == EFT_ECANCELED);
}

static eft_result await_other(void *arg)
{
    return eft_await(eft_future_ref(*(eft_future **)arg));
}

static eft_result gather_other(void *arg)
{
    return eft_await(eft_gather(eft_future_ref(*(eft_future **)arg)));
}

static eft_result wait_for_other(void *arg)
{
    eft_future *other = eft_future_ref(*(eft_future **)arg);

    return eft_await(eft_wait_for(HOUR, other));
}

static void rings_of_every_kind_can_be_cancelled(void)
{
    eft_body *const bodies[] = {await_other, gather_other, wait_for_other};

    for (int i = 0; i < 9; i++) {
        eft_future *a = NULL;
        eft_future *b = NULL;

        a = eft_spawn(bodies[i % 3], &b);
        b = eft_spawn(bodies[i / 3], &a);
        for (int turn = 0; turn < 3; turn++)
            eft_await(eft_sleep(0));
        CHECK(eft_cancel(a));
        CHECK(eft_await(a).error == EFT_ECANCELED);
        CHECK(eft_await(b).error == EFT_ECANCELED);
    }
}

static eft_result gather_arg_twice(void *arg)
{
    return eft_await(eft_gather(eft_spawn(await_arg, eft_future_ref(arg)),
                                eft_spawn(await_arg, arg)));
}

static void a_cancel_visits_each_task_of_a_web_once(void)
{
    enum { LEVELS = 40 };
    eft_future *last = eft_spawn(sleep_long, NULL);

    /* 2 to the power of 40 ways lead from the top to the bottom. */
    for (int i = 0; i < LEVELS; i++)
        last = eft_spawn(gather_arg_twice, last);
    for (int i = 0; i < 3 * LEVELS; i++)
        eft_await(eft_sleep(0));
    eft_cancel(last);
    CHECK(eft_await(last).error == EFT_ECANCELED);
}

static eft_result wait_for_arg(void *arg)
{
    return eft_await(eft_wait_for(HOUR, arg));
}

static void a_long_chain_of_waits_is_cancelled_without_recursion(void)
{
    enum { LENGTH = 2000 };
    eft_future *last = eft_spawn(sleep_long, NULL);

    for (int i = 0; i < LENGTH; i++)
        last = eft_spawn(wait_for_arg, last);
    for (int i = 0; i < 3; i++)
        eft_await(eft_sleep(0));
    eft_cancel(last);
    CHECK(eft_await(last).error == EFT_ECANCELED);
}

static eft_result cancel_self_and_fail(void *arg)
{
    eft_cancel(*(eft_future **)arg);
    return eft_fail(EFT_EUSER, "for a reason");
}

static void an_error_is_not_replaced_by_a_cancel(void)
{
    eft_future *task = NULL;

    task = eft_spawn(cancel_self_and_fail, &task);
    CHECK(eft_await(task).error == EFT_EUSER);
}

static void an_owned_value_survives_a_cancel_that_comes_too_late(void)
{
    eft_future *future = eft_future_new();
    eft_future *task = eft_spawn(await_arg, eft_future_ref(future));
    int freed = 0;

    eft_await(eft_sleep(0));
    eft_future_resolve(future, eft_owned(&freed, count_free));
    eft_future_free(future);
    CHECK(eft_cancel(task));
    eft_result result = eft_await(task);
    CHECK(result.error == 0 && result.ptr == &freed && freed == 0);
    eft_result_free(result);
}

const test_case suite_cancel[] = {
    {"cancel_before_the_first_step_skips_the_body",
     cancel_before_the_first_step_skips_the_body},
    {"cancel_reaches_what_the_task_awaits",
     cancel_reaches_what_the_task_awaits},
    {"cancel_reaches_through_a_chain_of_tasks",
     cancel_reaches_through_a_chain_of_tasks},
    {"a_cancelled_task_may_await_to_clean_up",
     a_cancelled_task_may_await_to_clean_up},
    {"a_task_may_swallow_the_cancel", a_task_may_swallow_the_cancel},
    {"a_cancel_that_no_await_noticed_ends_the_task_cancelled",
     a_cancel_that_no_await_noticed_ends_the_task_cancelled},
    {"a_noted_cancel_is_delivered_by_the_next_await_once",
     a_noted_cancel_is_delivered_by_the_next_await_once},
    {"a_noted_cancel_is_delivered_by_a_yield",
     a_noted_cancel_is_delivered_by_a_yield},
    {"a_value_that_is_there_survives_a_cancel",
     a_value_that_is_there_survives_a_cancel},
    {"cancel_of_an_ended_task_answers_false",
     cancel_of_an_ended_task_answers_false},
    {"cancelling_one_awaiter_cancels_the_future_they_share",
     cancelling_one_awaiter_cancels_the_future_they_share},
    {"a_long_chain_of_tasks_is_cancelled_without_recursion",
     a_long_chain_of_tasks_is_cancelled_without_recursion},
    {"rings_of_every_kind_can_be_cancelled",
     rings_of_every_kind_can_be_cancelled},
    {"a_cancel_visits_each_task_of_a_web_once",
     a_cancel_visits_each_task_of_a_web_once},
    {"a_long_chain_of_waits_is_cancelled_without_recursion",
     a_long_chain_of_waits_is_cancelled_without_recursion},
    {"an_error_is_not_replaced_by_a_cancel",
     an_error_is_not_replaced_by_a_cancel},
    {"an_owned_value_survives_a_cancel_that_comes_too_late",
     an_owned_value_survives_a_cancel_that_comes_too_late},
    {NULL, NULL},
};
