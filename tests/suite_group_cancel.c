/* SPDX-License-Identifier: MIT
 * Groups that are cancelled from outside, and one in another. */
#include <eft/eft.h>

#include "group_case.h"
#include "journal.h"
#include "suite.h"

static eft_result join_two(void *arg)
{
    eft_group *group = eft_group_new();

    (void)arg;
    group_spawn(group, note_cancel, "a");
    group_spawn(group, note_cancel, "b");
    return group_leave(group, eft_ok());
}

static void a_cancel_during_the_join_cancels_the_tasks(void)
{
    journal_clear();
    eft_future *task = eft_spawn(join_two, NULL);
    eft_await(eft_sleep(10));
    CHECK(eft_cancel(task));
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is("a:EFT_ECANCELED b:EFT_ECANCELED"));
}

static eft_result sleep_with_two(void *arg)
{
    eft_group *group = eft_group_new();

    group_spawn(group, note_cancel, "a");
    group_spawn(group, note_cancel, "b");
    return group_leave(group, note_cancel(arg));
}

static void a_cancel_during_the_body_cancels_the_tasks(void)
{
    journal_clear();
    eft_future *task = eft_spawn(sleep_with_two, (void *)"body");
    eft_await(eft_sleep(10));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is("body:EFT_ECANCELED a:EFT_ECANCELED b:EFT_ECANCELED"));
}

static eft_result sleep_with_nobody(void *arg)
{
    return group_leave(eft_group_new(), note_cancel(arg));
}

static void a_cancel_of_a_group_without_tasks(void)
{
    journal_clear();
    eft_future *task = eft_spawn(sleep_with_nobody, (void *)"body");
    eft_await(eft_sleep(10));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is("body:EFT_ECANCELED"));
}

static eft_result fail_when_body_is_cancelled(void *arg)
{
    return group_leave(eft_group_new(), fail_when_cancelled(arg));
}

static void a_body_may_answer_a_cancel_with_an_error(void)
{
    eft_future *task = eft_spawn(fail_when_body_is_cancelled, NULL);

    eft_await(eft_sleep(10));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_EIO);
}

static eft_result sleep_with_failing(void *arg)
{
    eft_group *group = eft_group_new();

    (void)arg;
    for (int i = 0; i < 5; i++)
        group_spawn(group, fail_when_cancelled, NULL);
    return group_leave(group, eft_await(eft_sleep(HOUR)));
}

static void errors_come_before_a_cancel(void)
{
    eft_future *task = eft_spawn(sleep_with_failing, NULL);

    eft_await(eft_sleep(10));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_EIO);
}

static eft_result join_slow_one(void *arg)
{
    eft_group *group = eft_group_new();

    group_spawn(group, clean_up_slowly, arg);
    return group_leave(group, eft_ok());
}

static void cancelled_repeatedly_it_disturbs_the_tasks_once(void)
{
    journal_clear();
    eft_future *task = eft_spawn(join_slow_one, (void *)"a");
    eft_await(eft_sleep(10));
    for (int i = 0; i < 3; i++) {
        CHECK(eft_cancel(task));
        eft_await(eft_sleep(10));
    }
    CHECK(eft_cancel_count(task) == 3);
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is("a:0"));
}

static eft_result clean_up_while_one_fails(void *arg)
{
    eft_group *group = eft_group_new();

    (void)arg;
    group_spawn(group, fail_after, &thirty);
    eft_result body = eft_await(eft_sleep(HOUR));
    note("cleaning:%s", eft_error_name(eft_await(eft_sleep(50)).error));
    return group_leave(group, body);
}

static void an_error_after_a_cancel_of_the_body_ends_it_again(void)
{
    journal_clear();
    eft_future *task = eft_spawn(clean_up_while_one_fails, NULL);
    eft_await(eft_sleep(10));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_EUSER);
    CHECK(journal_is("cleaning:EFT_ECANCELED"));
}

static void so_it_does_behind_another_task(void)
{
    journal_clear();
    eft_future *task =
        eft_spawn(await_arg, eft_spawn(clean_up_while_one_fails, NULL));
    eft_await(eft_sleep(10));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_EUSER);
    CHECK(journal_is("cleaning:EFT_ECANCELED"));
}

static eft_result fail_at_once(void *arg)
{
    eft_future_resolve(arg, eft_ok());
    EFT_TRY(eft_await(eft_sleep(0)));
    return eft_failed(EFT_EUSER);
}

static eft_result go_on_after_an_error(void *arg)
{
    eft_group *group = eft_group_new();

    group_spawn(group, fail_at_once, arg);
    eft_result result = group_leave(group, eft_await(eft_sleep(1000)));
    note("join:%s", eft_error_name(result.error));
    note("count:%u", (unsigned)eft_cancel_count(eft_current_task()));
    result = eft_await(eft_sleep(1000));
    note("after:%s", eft_error_name(result.error));
    return result;
}

static void an_error_leaves_the_cancel_to_the_next_await(void)
{
    eft_future *begun = eft_future_new();

    journal_clear();
    eft_future *task = eft_spawn(go_on_after_an_error, begun);
    eft_await(eft_future_ref(begun));
    CHECK(eft_cancel_count(task) == 0);
    eft_cancel(task);
    CHECK(eft_cancel_count(task) == 1);
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is("join:EFT_EUSER count:1 after:EFT_ECANCELED"));
    eft_future_free(begun);
}

static void an_error_of_the_outer_group_ends_the_inner(void)
{
    eft_group *outer = eft_group_new();
    eft_group *inner = eft_group_new();

    journal_clear();
    group_spawn(outer, fail_after, &ten);
    group_spawn(inner, note_cancel, "inner");
    eft_result result = group_leave(inner, eft_ok());
    CHECK(result.error == EFT_ECANCELED);
    CHECK(group_leave(outer, result).error == EFT_EUSER);
    CHECK(journal_is("inner:EFT_ECANCELED"));
    CHECK(eft_cancel_count(eft_current_task()) == 0);
}

static void an_error_of_the_inner_group_ends_the_outer(void)
{
    eft_group *outer = eft_group_new();
    eft_group *inner = eft_group_new();

    journal_clear();
    group_spawn(outer, note_cancel, "outer");
    group_spawn(inner, fail_after, &ten);
    eft_result result = group_leave(inner, eft_ok());
    CHECK(result.error == EFT_EUSER);
    CHECK(group_leave(outer, result).error == EFT_EUSER);
    CHECK(journal_is("outer:EFT_ECANCELED"));
}

static eft_result nest(void *arg)
{
    eft_group *outer = eft_group_new();
    eft_group *inner = eft_group_new();

    group_spawn(outer, note_cancel, arg);
    for (int i = 0; i < 5; i++)
        group_spawn(inner, fail_when_cancelled, NULL);
    return group_leave(outer, group_leave(inner, eft_await(eft_sleep(HOUR))));
}

static void a_cancel_ends_both_of_two_nested_groups(void)
{
    journal_clear();
    eft_future *task = eft_spawn(nest, (void *)"outer");
    eft_await(eft_sleep(10));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_EIO);
    CHECK(journal_is("outer:EFT_ECANCELED"));
}

static void both_of_two_nested_groups_may_fail_at_once(void)
{
    eft_group *outer = eft_group_new();
    eft_group *inner = eft_group_new();

    group_spawn(inner, fail_after, &ten);
    group_spawn(outer, fail_after, &ten);
    CHECK(group_leave(inner, eft_ok()).error == EFT_EUSER);
    CHECK(eft_cancel_count(eft_current_task()) == 1);
    CHECK(group_join(outer) == EFT_EUSER);
    CHECK(eft_cancel_count(eft_current_task()) == 0);
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

static eft_result join_deeper(void *arg)
{
    int *depth = arg;
    eft_group *group = eft_group_new();

    if (--*depth > 0)
        group_spawn(group, join_deeper, depth);
    else
        group_spawn(group, note_cancel, "deepest");
    return group_leave(group, eft_ok());
}

static void deeply_nested_groups_are_cancelled_without_recursion(void)
{
    int depth = 2000;

    journal_clear();
    eft_future *task = eft_spawn(join_deeper, &depth);
    eft_await(eft_sleep(10));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is("deepest:EFT_ECANCELED"));
}

static eft_result await_parent(void *arg)
{
    return eft_await(eft_future_ref(*(eft_future **)arg));
}

static eft_result join_who_awaits_me(void *arg)
{
    eft_group *group = eft_group_new();

    group_spawn(group, await_parent, arg);
    return group_leave(group, eft_ok());
}

static void a_ring_of_parent_and_task_can_be_cancelled(void)
{
    eft_future *parent = NULL;

    parent = eft_spawn(join_who_awaits_me, &parent);
    for (int i = 0; i < 3; i++)
        eft_await(eft_sleep(0));
    CHECK(eft_cancel(parent));
    CHECK(eft_await(parent).error == EFT_ECANCELED);
}

static void a_dropped_join_cancels_the_tasks(void)
{
    eft_group *group = eft_group_new();

    journal_clear();
    group_spawn(group, note_cancel, "a");
    eft_await(eft_sleep(1));
    eft_future_free(eft_group_join(group));
    eft_await(eft_sleep(1));
    CHECK(journal_is("a:EFT_ECANCELED"));
    eft_group_free(group);
}

const test_case suite_group_cancel[] = {
    {"a_cancel_during_the_join_cancels_the_tasks",
     a_cancel_during_the_join_cancels_the_tasks},
    {"a_cancel_during_the_body_cancels_the_tasks",
     a_cancel_during_the_body_cancels_the_tasks},
    {"a_cancel_of_a_group_without_tasks", a_cancel_of_a_group_without_tasks},
    {"a_body_may_answer_a_cancel_with_an_error",
     a_body_may_answer_a_cancel_with_an_error},
    {"errors_come_before_a_cancel", errors_come_before_a_cancel},
    {"cancelled_repeatedly_it_disturbs_the_tasks_once",
     cancelled_repeatedly_it_disturbs_the_tasks_once},
    {"an_error_after_a_cancel_of_the_body_ends_it_again",
     an_error_after_a_cancel_of_the_body_ends_it_again},
    {"so_it_does_behind_another_task", so_it_does_behind_another_task},
    {"an_error_leaves_the_cancel_to_the_next_await",
     an_error_leaves_the_cancel_to_the_next_await},
    {"an_error_of_the_outer_group_ends_the_inner",
     an_error_of_the_outer_group_ends_the_inner},
    {"an_error_of_the_inner_group_ends_the_outer",
     an_error_of_the_inner_group_ends_the_outer},
    {"a_cancel_ends_both_of_two_nested_groups",
     a_cancel_ends_both_of_two_nested_groups},
    {"both_of_two_nested_groups_may_fail_at_once",
     both_of_two_nested_groups_may_fail_at_once},
    {"deeply_nested_groups_are_cancelled_without_recursion",
     deeply_nested_groups_are_cancelled_without_recursion},
    {"a_ring_of_parent_and_task_can_be_cancelled",
     a_ring_of_parent_and_task_can_be_cancelled},
    {"a_dropped_join_cancels_the_tasks", a_dropped_join_cancels_the_tasks},
    {NULL, NULL},
};
