/* SPDX-License-Identifier: MIT
 * Steps in timeout scopes and in groups. */
#include <string.h>

#include "journal.h"
#include "steps.h"

typedef struct test {
    eft_step step;
    eft_result result;
    eft_future *future;
    eft_group *group;
    eft_timeout_scope *scope;
    eft_timeout_scope *inner;
} test;

static const test fresh;

static eft_result a_deadline_cancels_what_is_awaited(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->scope = eft_timeout_scope_open(STEP_SOON);
    EFT_STEP_AWAIT(t->result, step_noting(STEP_HOUR, "slow"));
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    STEP_CHECK(eft_timeout_scope_expired(t->scope));
    t->result = eft_timeout_scope_close(t->scope, t->result);
    STEP_CHECK(t->result.error == EFT_ETIMEDOUT);
    STEP_CHECK(journal_is("slow:EFT_ECANCELED"));
    EFT_STEP_TRY(eft_sleep(0)); /* the cancel was the scope's, and is gone */
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_scope_that_is_in_time_changes_nothing(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->scope = eft_timeout_scope_open(STEP_HOUR);
    EFT_STEP_AWAIT(t->result, step_sleeper(1, 4));
    STEP_CHECK(!eft_timeout_scope_expired(t->scope));
    t->result = eft_timeout_scope_close(t->scope, t->result);
    STEP_CHECK(!t->result.error && t->result.i64 == 4);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_deadline_fuses_with_a_sleep(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->scope = eft_timeout_scope_open(STEP_SOON);
    EFT_STEP_AWAIT(t->result, eft_sleep(STEP_HOUR));
    t->result = eft_timeout_scope_close(t->scope, t->result);
    STEP_CHECK(t->result.error == EFT_ETIMEDOUT);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_deadline_may_be_moved(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->scope = eft_timeout_scope_open(STEP_SOON);
    eft_timeout_scope_reschedule(t->scope, EFT_FOREVER);
    STEP_CHECK(eft_timeout_scope_when(t->scope) == EFT_FOREVER);
    EFT_STEP_AWAIT(t->result, eft_sleep(2 * STEP_SOON));
    STEP_CHECK(!t->result.error);
    eft_timeout_scope_reschedule(t->scope, eft_now());
    EFT_STEP_AWAIT(t->result, eft_sleep(STEP_HOUR));
    t->result = eft_timeout_scope_close(t->scope, t->result);
    STEP_CHECK(t->result.error == EFT_ETIMEDOUT);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result the_inner_of_two_scopes_ends_first(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->scope = eft_timeout_scope_open(STEP_HOUR);
    t->inner = eft_timeout_scope_open(STEP_SOON);
    EFT_STEP_AWAIT(t->result, eft_sleep(STEP_HOUR));
    t->result = eft_timeout_scope_close(t->inner, t->result);
    STEP_CHECK(t->result.error == EFT_ETIMEDOUT);
    STEP_CHECK(!eft_timeout_scope_expired(t->scope));
    t->result = eft_timeout_scope_close(t->scope, t->result);
    STEP_CHECK(t->result.error == EFT_ETIMEDOUT);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result sleep_in_a_scope(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->scope = eft_timeout_scope_open(STEP_HOUR);
    EFT_STEP_AWAIT(t->result, eft_sleep(STEP_HOUR));
    EFT_STEP_END();
    return eft_timeout_scope_close(t->scope, t->result);
}

static eft_result a_cancel_from_outside_is_no_timeout(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = eft_spawn_steps(sleep_in_a_scope, &fresh, sizeof fresh);
    EFT_STEP_TRY(eft_sleep(0));
    eft_cancel(t->future);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    EFT_STEP_END();
    return eft_ok();
}

/* The tasks of a group are fibers, its parent need not be one. */
static eft_result fail_at_once(void *arg)
{
    return eft_fail(EFT_EUSER, "%s", (const char *)arg);
}

static eft_result note_and_end(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(0)));
    note("%s", (const char *)arg);
    return eft_ok();
}

static eft_result wait_and_note(void *arg)
{
    eft_result result = eft_await(eft_sleep(STEP_HOUR));

    note("%s:%s", (const char *)arg, eft_error_name(result.error));
    return result;
}

static void join_in(eft_group *group, eft_body *body, const char *name)
{
    eft_future_free(eft_group_spawn(group, body, (void *)(uintptr_t)name));
}

static eft_result a_group_joins_its_tasks(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    STEP_NEEDS_FIBERS();
    journal_clear();
    t->group = eft_group_new();
    join_in(t->group, note_and_end, "a");
    join_in(t->group, note_and_end, "b");
    EFT_STEP_AWAIT(t->result, eft_group_join(t->group));
    STEP_CHECK(!t->result.error && journal_is("a b"));
    eft_group_free(t->group);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result an_error_in_a_group_cancels_its_parent(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    STEP_NEEDS_FIBERS();
    journal_clear();
    t->group = eft_group_new();
    join_in(t->group, wait_and_note, "sibling");
    EFT_STEP_TRY(eft_sleep(0));
    join_in(t->group, fail_at_once, "one has failed");
    EFT_STEP_AWAIT(t->result, eft_sleep(STEP_HOUR));
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    eft_group_fail(t->group, t->result);
    EFT_STEP_AWAIT(t->result, eft_group_join(t->group));
    STEP_CHECK(t->result.error == EFT_EUSER);
    STEP_CHECK(!strcmp(eft_error_detail(), "one has failed"));
    STEP_CHECK(journal_is("sibling:EFT_ECANCELED"));
    STEP_CHECK(eft_cancel_count(eft_current_task()) == 0);
    STEP_CHECK(eft_group_errors(t->group)->count == 1);
    eft_group_free(t->group);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_group_may_be_ended_early(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    STEP_NEEDS_FIBERS();
    journal_clear();
    t->group = eft_group_new();
    join_in(t->group, wait_and_note, "a");
    EFT_STEP_TRY(eft_sleep(0));
    eft_group_cancel(t->group);
    EFT_STEP_AWAIT(t->result, eft_group_join(t->group));
    STEP_CHECK(!t->result.error && journal_is("a:EFT_ECANCELED"));
    eft_group_free(t->group);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_group_without_fibers_ends_with_their_error(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, step_fiber());
    if (!t->result.error)
        STEP_SKIP("this build has fibers");
    t->group = eft_group_new();
    join_in(t->group, fail_at_once, "never");
    EFT_STEP_AWAIT(t->result, eft_group_join(t->group));
    STEP_CHECK(t->result.error == EFT_ENOTSUP);
    STEP_CHECK(strstr(eft_error_detail(), "eft/step.h") != NULL);
    eft_group_free(t->group);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result an_empty_group_is_joined_at_once(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->group = eft_group_new();
    STEP_REQUIRE(t->group != NULL);
    EFT_STEP_AWAIT(t->result, eft_group_join(t->group));
    STEP_CHECK(!t->result.error);
    EFT_STEP_AWAIT(t->result, eft_group_join(t->group));
    STEP_CHECK(t->result.error == EFT_EINVAL);
    eft_group_free(t->group);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result the_error_of_a_groups_body_ends_it(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->group = eft_group_new();
    EFT_STEP_AWAIT(t->result, step_failing(0, "the body"));
    eft_group_fail(t->group, t->result);
    EFT_STEP_AWAIT(t->result, eft_group_join(t->group));
    STEP_CHECK(t->result.error == EFT_EUSER);
    STEP_CHECK(!strcmp(eft_group_error_detail(t->group, 0), "the body"));
    eft_group_free(t->group);
    EFT_STEP_END();
    return eft_ok();
}

const step_case steps_scope[] = {
    STEP_CASE(a_deadline_cancels_what_is_awaited),
    STEP_CASE(a_scope_that_is_in_time_changes_nothing),
    STEP_CASE(a_deadline_fuses_with_a_sleep),
    STEP_CASE(a_deadline_may_be_moved),
    STEP_CASE(the_inner_of_two_scopes_ends_first),
    STEP_CASE(a_cancel_from_outside_is_no_timeout),
    STEP_CASE(a_group_joins_its_tasks),
    STEP_CASE(an_error_in_a_group_cancels_its_parent),
    STEP_CASE(a_group_may_be_ended_early),
    STEP_CASE(a_group_without_fibers_ends_with_their_error),
    STEP_CASE(an_empty_group_is_joined_at_once),
    STEP_CASE(the_error_of_a_groups_body_ends_it),
    {NULL, NULL, 0},
};
