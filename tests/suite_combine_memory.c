/* SPDX-License-Identifier: MIT
 * Combinators, scopes and groups that run out of memory. */
#include <eft/eft.h>

#include "short_memory.h"
#include "suite.h"

static eft_result sleep_one(void *arg)
{
    (void)arg;
    return eft_await(eft_sleep(1));
}

static eft_result fail_with_words(void *arg)
{
    (void)arg;
    EFT_TRY(eft_await(eft_sleep(1)));
    return eft_fail(EFT_EUSER, "some words to be copied");
}

static void gather_and_wait(void)
{
    eft_gather_options options = {.return_errors = true};
    eft_future *a = eft_spawn(sleep_one, NULL);
    eft_future *b = eft_spawn(fail_with_words, NULL);

    eft_result_free(eft_await(eft_wait(EFT_FIRST_ERROR, 50, a, b)));
    eft_result_free(eft_await(eft_wait(EFT_ALL_COMPLETED, 0, a, b)));
    eft_result_free(eft_await(eft_gather_with(&options, a, eft_wait_for(5, b),
                                              eft_shield(eft_sleep(1)))));
    eft_result_free(eft_await(eft_gather(eft_spawn(fail_with_words, NULL),
                                         eft_spawn(sleep_one, NULL))));
}

static void take_as_completed(void)
{
    eft_future *futures[] = {eft_sleep(2), eft_sleep(1), eft_sleep(100)};
    eft_as_completed *each = eft_as_completed_new(futures, 3, 10);

    for (int i = 0; i < 3; i++)
        (void)eft_await(eft_as_completed_next(each));
    eft_as_completed_free(each);
    for (int i = 0; i < 3; i++)
        eft_future_free(futures[i]);
}

static void join_in_a_scope(void)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(20);
    eft_group *group = eft_group_new();

    eft_future_free(eft_group_spawn(group, fail_with_words, NULL));
    eft_future_free(eft_group_spawn(group, sleep_one, NULL));
    eft_result result = eft_await(eft_sleep(50));
    eft_group_fail(group, result);
    result = eft_await(eft_group_join(group));
    (void)eft_group_error_detail(group, 0);
    eft_group_free(group);
    (void)eft_timeout_scope_close(scope, result);
}

static void fail_each_allocation_of(void (*exercise)(void))
{
    size_t before = eft_live_objects();
    size_t allowed = 0;

    for (size_t n = 0; n < 100; n++) {
        allowed = n;
        eft_set_allocator(run_out, &allowed);
        exercise();
        bool enough = allowed > 0;
        eft_set_allocator(NULL, NULL);
        /* An error without a sentence of its own: the last one is let go. */
        (void)eft_await(eft_wait_for(0, eft_sleep(1)));
        for (int i = 0; i < 200 && eft_live_objects() > before; i++)
            eft_await(eft_sleep(1));
        CHECK(eft_live_objects() == before);
        CHECK(eft_cancel_count(eft_current_task()) == 0);
        if (enough)
            return;
    }
    CHECK(!"enough");
}

static void gathers_waits_and_shields_leave_nothing_behind(void)
{
    fail_each_allocation_of(gather_and_wait);
}

static void iterators_leave_nothing_behind(void)
{
    fail_each_allocation_of(take_as_completed);
}

static void scopes_and_groups_leave_nothing_behind(void)
{
    fail_each_allocation_of(join_in_a_scope);
}

static eft_result note_begin(void *arg)
{
    *(bool *)arg = true;
    return eft_ok();
}

static void who_cannot_wait_lets_no_task_begin(void)
{
    size_t none = 0;
    bool begun = false;
    eft_future *a = eft_spawn(note_begin, &begun);
    eft_future *b = eft_spawn(note_begin, &begun);

    eft_set_allocator(run_out, &none);
    a = eft_gather(a, eft_sleep(0));
    b = eft_wait_for(5, b);
    eft_set_allocator(NULL, NULL);
    CHECK(eft_await(a).error == EFT_ENOMEM);
    CHECK(eft_await(b).error == EFT_ENOMEM);
    a = eft_gather(eft_spawn(note_begin, &begun), NULL);
    CHECK(eft_await(a).error == EFT_EINVAL);
    eft_await(eft_sleep(1));
    CHECK(!begun);
}

static void a_task_that_somebody_keeps_runs_on(void)
{
    size_t none = 0;
    bool begun = false;
    eft_future *task = eft_spawn(note_begin, &begun);

    eft_set_allocator(run_out, &none);
    eft_future *failed = eft_gather(eft_future_ref(task));
    eft_set_allocator(NULL, NULL);
    CHECK(eft_await(failed).error == EFT_ENOMEM);
    CHECK(!eft_await(task).error && begun);
}

const test_case suite_combine_memory[] = {
    {"gathers_waits_and_shields_leave_nothing_behind",
     gathers_waits_and_shields_leave_nothing_behind},
    {"iterators_leave_nothing_behind", iterators_leave_nothing_behind},
    {"scopes_and_groups_leave_nothing_behind",
     scopes_and_groups_leave_nothing_behind},
    {"who_cannot_wait_lets_no_task_begin", who_cannot_wait_lets_no_task_begin},
    {"a_task_that_somebody_keeps_runs_on", a_task_that_somebody_keeps_runs_on},
    {NULL, NULL},
};
