/* SPDX-License-Identifier: MIT
 * Groups that end early, and what must not be lost by that. */
#include <eft/eft.h>

#include "group_case.h"
#include "journal.h"
#include "suite.h"

static void an_early_end_is_no_error(void)
{
    eft_group *group = eft_group_new();

    journal_clear();
    group_spawn(group, note_cancel, "a");
    eft_await(eft_sleep(10));
    eft_group_cancel(group);
    CHECK(eft_cancel_count(eft_current_task()) == 1);
    CHECK(group_join(group) == 0);
    CHECK(journal_is("a:EFT_ECANCELED"));
    CHECK(eft_cancel_count(eft_current_task()) == 0);
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

static void an_early_end_ends_the_body_s_await(void)
{
    eft_group *group = eft_group_new();

    eft_group_cancel(group);
    eft_result body = eft_await(eft_sleep(HOUR));
    CHECK(body.error == EFT_ECANCELED);
    CHECK(group_leave(group, body).error == 0);
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

static eft_result end_group(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(10)));
    eft_group_cancel(arg);
    EFT_TRY(eft_await(eft_sleep(10)));
    return eft_failed(EFT_EIO);
}

static void a_task_may_end_its_group_early(void)
{
    eft_group *group = eft_group_new();

    journal_clear();
    group_spawn(group, note_cancel, "a");
    group_spawn(group, end_group, group);
    CHECK(group_leave(group, note_cancel((void *)"body")).error == 0);
    CHECK(journal_is("a:EFT_ECANCELED body:EFT_ECANCELED"));
}

static void an_early_end_during_the_join(void)
{
    eft_group *group = eft_group_new();
    eft_future *canceler = eft_spawn(end_group, group);

    journal_clear();
    group_spawn(group, note_cancel, "a");
    CHECK(eft_await(eft_group_join(group)).error == 0);
    CHECK(journal_is("a:EFT_ECANCELED"));
    CHECK(eft_cancel_count(eft_current_task()) == 0);
    eft_await(canceler);
    eft_group_free(group);
}

static void an_early_end_happens_once(void)
{
    eft_group *group = eft_group_new();

    journal_clear();
    group_spawn(group, clean_up_slowly, "a");
    eft_await(eft_sleep(10));
    for (int i = 0; i < 3; i++)
        eft_group_cancel(group);
    CHECK(eft_cancel_count(eft_current_task()) == 1);
    CHECK(group_join(group) == 0);
    CHECK(journal_is("a:0"));
}

static void an_early_end_after_the_join_is_none(void)
{
    eft_group *group = eft_group_new();

    CHECK(eft_await(eft_group_join(group)).error == 0);
    eft_group_cancel(group);
    CHECK(eft_cancel_count(eft_current_task()) == 0);
    eft_group_free(group);
}

static void an_early_end_does_not_hide_errors(void)
{
    eft_group *group = eft_group_new();

    group_spawn(group, fail_when_cancelled, NULL);
    eft_await(eft_sleep(10));
    eft_group_cancel(group);
    CHECK(group_join(group) == EFT_EIO);
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

static void after_an_early_end_no_task_is_taken(void)
{
    eft_group *group = eft_group_new();

    eft_group_cancel(group);
    CHECK(
        eft_await(eft_group_spawn(group, note_cancel, (void *)"never")).error ==
        EFT_ECLOSED);
    CHECK(group_join(group) == 0);
}

/* The case of cpython's issue 155433. */
static void a_deadline_is_not_lost_by_an_early_end(void)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(500);
    eft_group *group = eft_group_new();

    journal_clear();
    group_spawn(group, clean_up_slowly, "a");
    eft_result body = eft_await(eft_sleep(100));
    eft_group_cancel(group);
    eft_result result = group_leave(group, body);
    CHECK(result.error == EFT_ECANCELED);
    CHECK(eft_timeout_scope_close(scope, result).error == EFT_ETIMEDOUT);
    CHECK(journal_is("a:0"));
    CHECK(eft_cancel_count(eft_current_task()) == 0);
}

static eft_result end_early(void *arg)
{
    eft_group *group = eft_group_new();

    group_spawn(group, clean_up_slowly, arg);
    eft_result body = eft_await(eft_sleep(100));
    eft_group_cancel(group);
    return group_leave(group, body);
}

static void a_cancel_from_outside_is_not_lost_by_an_early_end(void)
{
    journal_clear();
    eft_future *task = eft_spawn(end_early, (void *)"a");
    eft_await(eft_sleep(500));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is("a:0"));
}

static void a_cancel_before_an_early_end_is_not_lost(void)
{
    eft_group *group = eft_group_new();

    eft_cancel(eft_current_task());
    eft_result body = eft_await(eft_sleep(10));
    eft_group_cancel(group);
    CHECK(group_leave(group, body).error == EFT_ECANCELED);
    CHECK(eft_uncancel(eft_current_task()) == 0);
}

static void in_a_clean_up_an_early_end_is_no_error(void)
{
    eft_cancel(eft_current_task());
    CHECK(eft_await(eft_sleep(1)).error == EFT_ECANCELED);

    eft_group *group = eft_group_new();
    group_spawn(group, fail_after, &ten);
    CHECK(group_leave(group, eft_await(eft_sleep(HOUR))).error == EFT_EUSER);
    group = eft_group_new();
    eft_group_cancel(group);
    CHECK(group_leave(group, eft_await(eft_sleep(HOUR))).error == 0);
    CHECK(eft_await(eft_sleep(1)).error == 0);
    CHECK(eft_uncancel(eft_current_task()) == 0);
}

static void a_deadline_over_a_group_times_out(void)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(10);
    eft_group *group = eft_group_new();

    journal_clear();
    group_spawn(group, note_cancel, "a");
    CHECK(eft_timeout_scope_close(scope, group_leave(group, eft_ok())).error ==
          EFT_ETIMEDOUT);
    CHECK(journal_is("a:EFT_ECANCELED"));
}

static void a_join_can_be_given_a_deadline(void)
{
    eft_group *group = eft_group_new();

    journal_clear();
    group_spawn(group, note_cancel, "a");
    CHECK(eft_await(eft_wait_for(10, eft_group_join(group))).error ==
          EFT_ETIMEDOUT);
    CHECK(journal_is("a:EFT_ECANCELED"));
    eft_group_free(group);
}

static void freed_it_takes_its_cancel_of_the_parent_back(void)
{
    eft_group *group = eft_group_new();

    eft_group_cancel(group);
    CHECK(eft_cancel_count(eft_current_task()) == 1);
    eft_group_free(group);
    CHECK(eft_cancel_count(eft_current_task()) == 0);
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

const test_case suite_group_early[] = {
    {"an_early_end_is_no_error", an_early_end_is_no_error},
    {"an_early_end_ends_the_body_s_await", an_early_end_ends_the_body_s_await},
    {"a_task_may_end_its_group_early", a_task_may_end_its_group_early},
    {"an_early_end_during_the_join", an_early_end_during_the_join},
    {"an_early_end_happens_once", an_early_end_happens_once},
    {"an_early_end_after_the_join_is_none",
     an_early_end_after_the_join_is_none},
    {"an_early_end_does_not_hide_errors", an_early_end_does_not_hide_errors},
    {"after_an_early_end_no_task_is_taken",
     after_an_early_end_no_task_is_taken},
    {"a_deadline_is_not_lost_by_an_early_end",
     a_deadline_is_not_lost_by_an_early_end},
    {"a_cancel_from_outside_is_not_lost_by_an_early_end",
     a_cancel_from_outside_is_not_lost_by_an_early_end},
    {"a_cancel_before_an_early_end_is_not_lost",
     a_cancel_before_an_early_end_is_not_lost},
    {"in_a_clean_up_an_early_end_is_no_error",
     in_a_clean_up_an_early_end_is_no_error},
    {"a_deadline_over_a_group_times_out", a_deadline_over_a_group_times_out},
    {"a_join_can_be_given_a_deadline", a_join_can_be_given_a_deadline},
    {"freed_it_takes_its_cancel_of_the_parent_back",
     freed_it_takes_its_cancel_of_the_parent_back},
    {NULL, NULL},
};
