/* SPDX-License-Identifier: MIT
 * Tasks: spawning, awaiting each other, cancelling, owning. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "suite.h"
#include "task_case.h"

static void spawn_does_not_run_at_once(void)
{
    journal_clear();
    eft_future *task = eft_spawn(note_and_return, (void *)"task");
    note("spawned");
    eft_await(task);
    CHECK(journal_is("spawned task"));
}

static void tasks_begin_in_the_order_of_spawning(void)
{
    journal_clear();
    eft_future *a = eft_spawn(note_and_return, (void *)"a");
    eft_future *b = eft_spawn(note_and_return, (void *)"b");
    eft_await(b);
    eft_await(a);
    CHECK(journal_is("a b"));
}

static void await_gives_what_the_body_returned(void)
{
    int value = 0;

    CHECK(eft_await(eft_spawn(return_arg, &value)).ptr == &value);
}

static eft_result fail(void *arg)
{
    return eft_fail(EFT_EUSER, "failed because of %s", (const char *)arg);
}

static void an_error_of_the_body_comes_with_its_sentence(void)
{
    CHECK(eft_await(eft_spawn(fail, (void *)"rain")).error == EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "failed because of rain"));
}

static eft_result fail_deeper(void *arg)
{
    EFT_TRY(eft_await(eft_spawn(fail, arg)));
    return eft_ok();
}

static void the_sentence_travels_through_several_tasks(void)
{
    CHECK(eft_await(eft_spawn(fail_deeper, (void *)"snow")).error == EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "failed because of snow"));
}

static eft_result fail_otherwise(void *arg)
{
    (void)eft_await(eft_spawn(fail, arg));
    return eft_failed(EFT_EINVAL);
}

static void a_sentence_goes_with_its_own_error_only(void)
{
    CHECK(eft_await(eft_spawn(fail_otherwise, (void *)"hail")).error ==
          EFT_EINVAL);
    CHECK(!strcmp(eft_error_detail(), "invalid argument"));
}

static eft_result yield_thrice(void *arg)
{
    for (int i = 0; i < 3; i++) {
        note("%s%d", (const char *)arg, i);
        EFT_TRY(eft_await(eft_sleep(0)));
    }
    return eft_ok();
}

static void tasks_take_turns(void)
{
    journal_clear();
    eft_future *a = eft_spawn(yield_thrice, (void *)"a");
    eft_future *b = eft_spawn(yield_thrice, (void *)"b");
    eft_await(a);
    eft_await(b);
    CHECK(journal_is("a0 b0 a1 b1 a2 b2"));
}

static eft_result await_own(void *arg)
{
    return eft_await(eft_future_ref(*(eft_future **)arg));
}

static void awaiting_oneself_is_invalid(void)
{
    eft_future *task = NULL;

    task = eft_spawn(await_own, &task);
    CHECK(eft_await(task).error == EFT_EINVAL);
}

static void a_dropped_task_runs_on(void)
{
    journal_clear();
    eft_future_free(eft_spawn(yield_thrice, (void *)"x"));
    for (int i = 0; i < 5; i++)
        eft_await(eft_sleep(0));
    CHECK(journal_is("x0 x1 x2"));
}

static void the_result_of_a_dropped_task_is_freed(void)
{
    eft_future *message = eft_spawn(fail, (void *)"nobody listens");

    eft_future_free(message);
    eft_await(eft_sleep(0));
    eft_await(eft_sleep(0));
}

static void an_owned_result_of_a_dropped_task_is_freed(void)
{
    int freed = 0;

    eft_future_free(eft_spawn(return_owned, &freed));
    eft_await(eft_sleep(0));
    CHECK(freed == 1);
}

static void spawn_owned_frees_its_argument_when_the_body_ends(void)
{
    int freed = 0;
    eft_future *task = eft_spawn_owned(return_arg, &freed, count_free);

    CHECK(freed == 0);
    eft_await(task);
    CHECK(freed == 1);
}

static void spawn_owned_frees_its_argument_where_the_body_never_begins(void)
{
    int freed = 0;
    eft_future *task = eft_spawn_owned(return_arg, &freed, count_free);

    eft_cancel(task);
    eft_await(task);
    CHECK(freed == 1);
}

static eft_result spawn_and_leave(void *arg)
{
    eft_future_free(eft_spawn(note_and_return, arg));
    return eft_ok();
}

static void a_task_may_end_before_what_it_spawned(void)
{
    journal_clear();
    eft_await(eft_spawn(spawn_and_leave, (void *)"orphan"));
    eft_await(eft_sleep(0));
    CHECK(journal_is("orphan"));
}

static void one_future_wakes_all_who_await_it(void)
{
    eft_future *gate = eft_future_new();
    eft_future *tasks[3];

    for (int i = 0; i < 3; i++)
        tasks[i] = eft_spawn(await_arg, eft_future_ref(gate));
    eft_await(eft_sleep(0));
    eft_future_resolve(gate, eft_ok_i64(2));
    eft_future_free(gate);
    for (int i = 0; i < 3; i++)
        CHECK(eft_await(tasks[i]).i64 == 2);
}

static void too_many_fibers_is_a_limit_error(void)
{
    enum { LIMIT = 20 };
    eft_future *tasks[LIMIT];

    eft_set_fiber_limit(1);
    CHECK(eft_await(eft_sleep(1)).error == 0);
    for (int i = 0; i < LIMIT; i++)
        tasks[i] = eft_spawn(sleep_long, NULL);
    eft_await(eft_sleep(0));

    /* Fibers that earlier tests left idle are used; no new one is made. */
    CHECK(eft_future_state(tasks[LIMIT - 1]) == EFT_FINISHED);
    CHECK(eft_future_take(tasks[LIMIT - 1]).error == EFT_ELIMIT);
    CHECK(!strcmp(eft_error_detail(), "too many fibers"));
    eft_set_fiber_limit(0);
    for (int i = 0; i < LIMIT; i++) {
        eft_cancel(tasks[i]);
        eft_future_free(tasks[i]);
    }
    CHECK(eft_await(eft_spawn(return_arg, NULL)).error == 0);
}

static void ten_thousand_short_tasks_need_one_fiber(void)
{
    enum { COUNT = 10000 };
    static eft_future *tasks[COUNT];
    int good = 0;

    for (int i = 0; i < COUNT; i++)
        tasks[i] = eft_spawn(return_arg, &tasks[i]);
    for (int i = 0; i < COUNT; i++)
        good += eft_await(tasks[i]).ptr == &tasks[i];
    CHECK(good == COUNT);
}

static void a_nested_run_is_refused(void)
{
    eft_log_set_level(EFT_LOG_OFF);
    CHECK(eft_run(return_arg, NULL) == 1);
    eft_log_set_level(EFT_LOG_INFO);
}

const test_case suite_task[] = {
    {"spawn_does_not_run_at_once", spawn_does_not_run_at_once},
    {"tasks_begin_in_the_order_of_spawning",
     tasks_begin_in_the_order_of_spawning},
    {"await_gives_what_the_body_returned", await_gives_what_the_body_returned},
    {"an_error_of_the_body_comes_with_its_sentence",
     an_error_of_the_body_comes_with_its_sentence},
    {"the_sentence_travels_through_several_tasks",
     the_sentence_travels_through_several_tasks},
    {"a_sentence_goes_with_its_own_error_only",
     a_sentence_goes_with_its_own_error_only},
    {"tasks_take_turns", tasks_take_turns},
    {"awaiting_oneself_is_invalid", awaiting_oneself_is_invalid},
    {"a_dropped_task_runs_on", a_dropped_task_runs_on},
    {"the_result_of_a_dropped_task_is_freed",
     the_result_of_a_dropped_task_is_freed},
    {"an_owned_result_of_a_dropped_task_is_freed",
     an_owned_result_of_a_dropped_task_is_freed},
    {"spawn_owned_frees_its_argument_when_the_body_ends",
     spawn_owned_frees_its_argument_when_the_body_ends},
    {"spawn_owned_frees_its_argument_where_the_body_never_begins",
     spawn_owned_frees_its_argument_where_the_body_never_begins},
    {"a_task_may_end_before_what_it_spawned",
     a_task_may_end_before_what_it_spawned},
    {"one_future_wakes_all_who_await_it", one_future_wakes_all_who_await_it},
    {"too_many_fibers_is_a_limit_error", too_many_fibers_is_a_limit_error},
    {"ten_thousand_short_tasks_need_one_fiber",
     ten_thousand_short_tasks_need_one_fiber},
    {"a_nested_run_is_refused", a_nested_run_is_refused},
    {NULL, NULL},
};
