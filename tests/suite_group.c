/* SPDX-License-Identifier: MIT
 * Groups: whom they wait for, and what an error ends. */
#include <string.h>

#include <eft/eft.h>

#include "group_case.h"
#include "journal.h"
#include "short_memory.h"
#include "suite.h"

static void the_join_waits_for_all_tasks(void)
{
    int64_t start = eft_now();
    eft_group *group = eft_group_new();
    eft_future *a = eft_group_spawn(group, sleep_and_return, (void *)&ten);
    eft_future *b = eft_group_spawn(group, sleep_and_return, (void *)&twenty);

    CHECK(group_join(group) == 0);
    CHECK(eft_now() == start + 20);
    CHECK(eft_await(a).i64 == 10);
    CHECK(eft_await(b).i64 == 20);
}

static void tasks_may_come_later(void)
{
    eft_group *group = eft_group_new();
    eft_future *a = eft_group_spawn(group, sleep_and_return, (void *)&ten);

    eft_await(eft_sleep(15));
    eft_future *b = eft_group_spawn(group, sleep_and_return, (void *)&twenty);
    CHECK(group_join(group) == 0);
    CHECK(eft_await(a).i64 == 10);
    CHECK(eft_await(b).i64 == 20);
}

static void a_group_without_tasks_is_done(void)
{
    int64_t start = eft_now();

    CHECK(group_join(eft_group_new()) == 0);
    CHECK(eft_now() == start);
}

static void a_task_that_is_cancelled_is_no_failure(void)
{
    eft_group *group = eft_group_new();
    eft_future *a = eft_group_spawn(group, note_cancel, (void *)"a");
    eft_future *b = eft_group_spawn(group, sleep_and_return, (void *)&ten);

    journal_clear();
    eft_await(eft_sleep(5));
    eft_cancel(a);
    CHECK(group_join(group) == 0);
    CHECK(journal_is("a:EFT_ECANCELED"));
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(eft_await(b).i64 == 10);
}

static void the_first_error_cancels_the_others(void)
{
    eft_group *group = eft_group_new();

    journal_clear();
    group_spawn(group, fail_after, &ten);
    group_spawn(group, note_cancel, "a");
    group_spawn(group, note_cancel, "b");
    CHECK(group_join(group) == EFT_EUSER);
    CHECK(journal_is("a:EFT_ECANCELED b:EFT_ECANCELED"));
    CHECK(!strcmp(eft_error_detail(), "after 10"));
}

static void the_first_error_cancels_the_body_until_the_join(void)
{
    eft_group *group = eft_group_new();
    int64_t start = eft_now();

    group_spawn(group, fail_after, &ten);
    eft_result body = eft_await(eft_sleep(HOUR));
    CHECK(body.error == EFT_ECANCELED);
    CHECK(eft_now() == start + 10);
    CHECK(eft_cancel_count(eft_current_task()) == 1);
    eft_group_fail(group, body);
    CHECK(group_join(group) == EFT_EUSER);
    CHECK(eft_cancel_count(eft_current_task()) == 0);
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

static void the_body_need_not_tell_that_it_was_cancelled(void)
{
    eft_group *group = eft_group_new();

    group_spawn(group, fail_after, &ten);
    CHECK(eft_await(eft_sleep(HOUR)).error == EFT_ECANCELED);
    CHECK(group_join(group) == EFT_EUSER);
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

static void errors_that_come_together_are_all_told(void)
{
    eft_group *group = eft_group_new();

    for (int i = 0; i < 3; i++)
        group_spawn(group, fail_after, &ten);
    group_spawn(group, note_cancel, "a");
    CHECK(eft_await(eft_group_join(group)).error == EFT_EUSER);
    CHECK(eft_group_errors(group)->count == 3);
    eft_group_free(group);
}

static void errors_come_in_the_order_of_their_end(void)
{
    eft_group *group = eft_group_new();

    group_spawn(group, fail_when_cancelled, "second");
    group_spawn(group, fail_after, &ten);
    CHECK(eft_await(eft_group_join(group)).error == EFT_EUSER);
    const eft_results *errors = eft_group_errors(group);
    REQUIRE(errors->count == 2);
    CHECK(errors->items[0].error == EFT_EUSER);
    CHECK(errors->items[1].error == EFT_EIO);
    CHECK(!strcmp(eft_group_error_detail(group, 0), "after 10"));
    CHECK(!strcmp(eft_group_error_detail(group, 1), "second"));
    CHECK(!strcmp(eft_group_error_detail(group, 2), ""));
    eft_group_free(group);
}

static void an_error_of_the_body_cancels_the_tasks(void)
{
    eft_group *group = eft_group_new();

    journal_clear();
    group_spawn(group, note_cancel, "a");
    group_spawn(group, note_cancel, "b");
    eft_await(eft_sleep(10));
    eft_group_fail(group, eft_fail(EFT_EUSER, "of the body"));
    CHECK(group_join(group) == EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "of the body"));
    CHECK(journal_is("a:EFT_ECANCELED b:EFT_ECANCELED"));
}

static void an_error_of_the_body_keeps_tasks_from_beginning(void)
{
    eft_group *group = eft_group_new();

    journal_clear();
    group_spawn(group, note_cancel, "a");
    eft_group_fail(group, eft_failed(EFT_EUSER));
    CHECK(group_join(group) == EFT_EUSER);
    CHECK(journal_is(""));
}

static void the_body_s_error_comes_after_those_of_the_tasks(void)
{
    eft_group *group = eft_group_new();

    group_spawn(group, fail_after, &ten);
    (void)eft_await(eft_sleep(HOUR));
    eft_group_fail(group, eft_fail(EFT_EIO, "while cleaning"));
    CHECK(eft_await(eft_group_join(group)).error == EFT_EUSER);
    REQUIRE(eft_group_errors(group)->count == 2);
    CHECK(eft_group_errors(group)->items[1].error == EFT_EIO);
    CHECK(!strcmp(eft_group_error_detail(group, 1), "while cleaning"));
    eft_group_free(group);
}

static void a_body_that_did_not_fail_ends_nothing(void)
{
    eft_group *group = eft_group_new();
    eft_future *a = eft_group_spawn(group, sleep_and_return, (void *)&ten);
    int freed = 0;

    eft_group_fail(group, eft_owned(&freed, count_free));
    CHECK(freed == 1);
    CHECK(group_join(group) == 0);
    CHECK(eft_await(a).i64 == 10);
}

static void tasks_that_clean_up_are_waited_for_undisturbed(void)
{
    eft_group *group = eft_group_new();
    int64_t start = eft_now();

    journal_clear();
    group_spawn(group, clean_up_slowly, "a");
    group_spawn(group, fail_after, &ten);
    CHECK(group_join(group) == EFT_EUSER);
    CHECK(journal_is("a:0"));
    CHECK(eft_now() == start + 1010);
}

static void no_task_is_taken_after_a_failure(void)
{
    eft_group *group = eft_group_new();

    group_spawn(group, clean_up_slowly, "a");
    group_spawn(group, fail_after, &ten);
    (void)eft_await(eft_sleep(HOUR));
    CHECK(
        eft_await(eft_group_spawn(group, note_cancel, (void *)"never")).error ==
        EFT_ECLOSED);
    CHECK(group_join(group) == EFT_EUSER);
}

static void no_task_is_taken_after_the_join(void)
{
    eft_group *group = eft_group_new();
    int freed = 0;

    CHECK(eft_await(eft_group_join(group)).error == 0);
    CHECK(
        eft_await(eft_group_spawn_owned(group, note_cancel, &freed, count_free))
            .error == EFT_ECLOSED);
    CHECK(freed == 1);
    CHECK(eft_await(eft_group_join(group)).error == EFT_EINVAL);
    eft_group_free(group);
}

static eft_result spawn_two(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(10)));
    group_spawn(arg, sleep_and_return, &ten);
    group_spawn(arg, sleep_and_return, &twenty);
    return eft_ok();
}

static void a_task_may_spawn_others_during_the_join(void)
{
    eft_group *group = eft_group_new();
    int64_t start = eft_now();

    group_spawn(group, spawn_two, group);
    CHECK(group_join(group) == 0);
    CHECK(eft_now() == start + 30);
}

typedef struct hydra {
    eft_group *group;
    int heads;
} hydra;

static eft_result grow_heads(void *arg)
{
    hydra *self = arg;

    self->heads++;
    EFT_TRY(eft_await(eft_sleep(1)));
    if (self->heads > 1000)
        return eft_ok(); /* nobody fights: there was no memory */
    group_spawn(self->group, grow_heads, self);
    group_spawn(self->group, grow_heads, self);
    return eft_ok();
}

static eft_result fight(void *arg)
{
    for (int i = 0; i < 100 && ((hydra *)arg)->heads < 10; i++)
        EFT_TRY(eft_await(eft_sleep(2)));
    return eft_failed(EFT_EUSER);
}

static void a_group_that_grows_for_ever_is_ended_by_an_error(void)
{
    hydra self = {eft_group_new(), 0};

    group_spawn(self.group, grow_heads, &self);
    group_spawn(self.group, fight, &self);
    CHECK(group_join(self.group) == EFT_EUSER);
    CHECK(self.heads >= 10);
}

static void values_that_nobody_takes_are_freed(void)
{
    eft_group *group = eft_group_new();
    int freed = 0;

    group_spawn(group, return_owned, &freed);
    CHECK(group_join(group) == 0);
    CHECK(freed == 1);
}

static void a_thousand_tasks_come_and_go(void)
{
    eft_group *group = eft_group_new();

    for (int i = 0; i < 1000; i++)
        group_spawn(group, sleep_and_return, i % 2 ? &ten : &twenty);
    CHECK(group_join(group) == 0);
}

static void outside_of_a_task_there_is_no_group(void)
{
    CHECK(
        eft_await(eft_group_spawn(NULL, note_cancel, (void *)"never")).error ==
        EFT_ENOMEM);
    CHECK(eft_await(eft_group_join(NULL)).error == EFT_ENOMEM);
    CHECK(eft_group_errors(NULL)->count == 0);
    CHECK(!strcmp(eft_group_error_detail(NULL, 0), ""));
    eft_group_cancel(NULL);
    eft_group_fail(NULL, eft_failed(EFT_EUSER));
    eft_group_free(NULL);
}

static void freed_it_closes_the_join_and_cancels_the_tasks(void)
{
    eft_group *group = eft_group_new();
    eft_future *task = eft_group_spawn(group, clean_up_slowly, (void *)"a");
    eft_future *joining = eft_group_join(group);

    journal_clear();
    eft_await(eft_sleep(1));
    CHECK(eft_await(eft_group_join(group)).error == EFT_EBUSY);
    eft_group_free(group);
    CHECK(eft_await(joining).error == EFT_ECLOSED);
    CHECK(eft_future_state(task) == EFT_PENDING);
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(journal_is("a:0"));
}

static void each_failing_allocation_leaves_nothing_behind(void)
{
    for (size_t n = 0; n < 12; n++) {
        size_t allowed = n;

        eft_set_allocator(run_out, &allowed);
        eft_group *group = eft_group_new();
        group_spawn(group, fail_after, &ten);
        group_spawn(group, fail_when_cancelled, "b");
        eft_result_free(eft_await(eft_group_join(group)));
        (void)eft_group_error_detail(group, 0);
        eft_group_free(group);
        eft_set_allocator(NULL, NULL);
        eft_await(eft_sleep(1));
        CHECK(eft_cancel_count(eft_current_task()) == 0);
    }
}

const test_case suite_group[] = {
    {"the_join_waits_for_all_tasks", the_join_waits_for_all_tasks},
    {"tasks_may_come_later", tasks_may_come_later},
    {"a_group_without_tasks_is_done", a_group_without_tasks_is_done},
    {"a_task_that_is_cancelled_is_no_failure",
     a_task_that_is_cancelled_is_no_failure},
    {"the_first_error_cancels_the_others", the_first_error_cancels_the_others},
    {"the_first_error_cancels_the_body_until_the_join",
     the_first_error_cancels_the_body_until_the_join},
    {"the_body_need_not_tell_that_it_was_cancelled",
     the_body_need_not_tell_that_it_was_cancelled},
    {"errors_that_come_together_are_all_told",
     errors_that_come_together_are_all_told},
    {"errors_come_in_the_order_of_their_end",
     errors_come_in_the_order_of_their_end},
    {"an_error_of_the_body_cancels_the_tasks",
     an_error_of_the_body_cancels_the_tasks},
    {"an_error_of_the_body_keeps_tasks_from_beginning",
     an_error_of_the_body_keeps_tasks_from_beginning},
    {"the_body_s_error_comes_after_those_of_the_tasks",
     the_body_s_error_comes_after_those_of_the_tasks},
    {"a_body_that_did_not_fail_ends_nothing",
     a_body_that_did_not_fail_ends_nothing},
    {"tasks_that_clean_up_are_waited_for_undisturbed",
     tasks_that_clean_up_are_waited_for_undisturbed},
    {"no_task_is_taken_after_a_failure", no_task_is_taken_after_a_failure},
    {"no_task_is_taken_after_the_join", no_task_is_taken_after_the_join},
    {"a_task_may_spawn_others_during_the_join",
     a_task_may_spawn_others_during_the_join},
    {"a_group_that_grows_for_ever_is_ended_by_an_error",
     a_group_that_grows_for_ever_is_ended_by_an_error},
    {"values_that_nobody_takes_are_freed", values_that_nobody_takes_are_freed},
    {"a_thousand_tasks_come_and_go", a_thousand_tasks_come_and_go},
    {"outside_of_a_task_there_is_no_group",
     outside_of_a_task_there_is_no_group},
    {"freed_it_closes_the_join_and_cancels_the_tasks",
     freed_it_closes_the_join_and_cancels_the_tasks},
    {"each_failing_allocation_leaves_nothing_behind",
     each_failing_allocation_leaves_nothing_behind},
    {NULL, NULL},
};
