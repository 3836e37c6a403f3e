/* SPDX-License-Identifier: MIT
 * Bodies of steps: loops, awaits, returns, and what of a state lasts. */
#include <string.h>

#include "journal.h"
#include "steps.h"

typedef struct test {
    eft_step step;
    step_part part;
    eft_result result;
    eft_future *future;
    int i;
    int j;
    int sum;
    bool at_the_end;
} test;

static const test fresh;

static eft_result a_body_without_an_await_ends_at_once(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->sum = 1;
    EFT_STEP_END();
    STEP_CHECK(t->sum == 1);
    return eft_ok();
}

static eft_result the_state_begins_as_it_was_given(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->part.turns = 7;
    EFT_STEP_AWAIT(t->result,
                   eft_spawn_steps(step_make_turns, &t->part, sizeof t->part));
    STEP_CHECK(t->result.i64 == 7);
    /* What the task changes is its own copy. */
    STEP_CHECK(t->part.made == 0);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result give_three(void *state)
{
    (void)state;
    return eft_ok_i64(3);
}

static eft_result a_state_may_be_empty(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, eft_spawn_steps(give_three, NULL, 0));
    STEP_CHECK(t->result.i64 == 3);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result give_alignment(void *state)
{
    return eft_ok_size((uintptr_t)state % 8);
}

static eft_result the_state_is_aligned_to_eight_bytes(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    for (t->i = 1; t->i < 40; t->i++) {
        EFT_STEP_AWAIT(t->result,
                       eft_spawn_steps(give_alignment, t, (size_t)t->i));
        STEP_CHECK(t->result.size == 0);
    }
    EFT_STEP_AWAIT(t->result, eft_spawn_steps(give_alignment, NULL, 0));
    STEP_CHECK(t->result.size == 0);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result an_await_goes_on_at_its_own_place(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    note("a");
    EFT_STEP_TRY(eft_sleep(0));
    note("b");
    EFT_STEP_TRY(eft_sleep(1));
    note("c");
    EFT_STEP_TRY(step_sleeper(0, 0));
    note("d");
    EFT_STEP_END();
    STEP_CHECK(journal_is("a b c d"));
    return eft_ok();
}

static eft_result what_is_before_begin_runs_at_each_call(void *state)
{
    test *t = state;

    t->sum++;
    EFT_STEP_BEGIN(t);
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_END();
    STEP_CHECK(t->sum == 3);
    return eft_ok();
}

static eft_result what_is_behind_end_runs_once(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_END();
    t->sum++;
    STEP_CHECK(t->sum == 1);
    return eft_ok();
}

static eft_result loops_may_be_nested(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    for (t->i = 0; t->i < 5; t->i++) {
        t->j = 0;
        while (t->j < 4) {
            EFT_STEP_AWAIT(t->result, step_sleeper(0, t->i * 10 + t->j));
            t->sum += (int)t->result.i64;
            t->j++;
        }
    }
    EFT_STEP_END();
    STEP_CHECK(t->sum == 430);
    return eft_ok();
}

static eft_result do_while_continue_and_break_work(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    do {
        t->i++;
        EFT_STEP_TRY(eft_sleep(0));
        if (t->i % 2)
            continue;
        EFT_STEP_TRY(eft_sleep(0));
        t->sum += t->i;
        if (t->i == 6)
            break;
    } while (t->i < 100);
    EFT_STEP_END();
    STEP_CHECK(t->sum == 12);
    return eft_ok();
}

static eft_result both_branches_may_await(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    for (t->i = 0; t->i < 4; t->i++) {
        if (t->i % 2)
            EFT_STEP_AWAIT(t->result, step_sleeper(0, 1));
        else
            EFT_STEP_AWAIT(t->result, step_sleeper(1, 10));
        t->sum += (int)t->result.i64;
    }
    EFT_STEP_END();
    STEP_CHECK(t->sum == 22);
    return eft_ok();
}

static eft_result goto_leaves_a_loop(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    for (;;) {
        EFT_STEP_TRY(eft_sleep(0));
        if (++t->i == 3)
            goto out;
    }
out:
    EFT_STEP_TRY(eft_sleep(0));
    t->at_the_end = true;
    EFT_STEP_END();
    STEP_CHECK(t->at_the_end && t->i == 3);
    return eft_ok();
}

static eft_result return_in_the_middle(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    for (t->i = 0; t->i < 10; t->i++) {
        EFT_STEP_TRY(eft_sleep(0));
        if (t->i == 4)
            return eft_ok_i64(t->i);
    }
    EFT_STEP_END();
    return eft_ok_i64(-1);
}

static eft_result a_return_in_the_middle_ends_the_task(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result,
                   eft_spawn_steps(return_in_the_middle, &fresh, sizeof fresh));
    STEP_CHECK(t->result.i64 == 4);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result await_of_what_is_complete_does_not_wait(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = eft_future_new();
    eft_future_resolve(t->future, eft_ok_i64(5));
    eft_future_free(eft_call_soon(step_count, &t->sum));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.i64 == 5);
    STEP_CHECK(t->sum == 0); /* nobody else has had a turn */
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(t->sum == 1);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result try_fails(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_TRY(step_failing(1, "so it ends here"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result try_returns_the_error_from_the_body(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, eft_spawn_steps(try_fails, &fresh, sizeof fresh));
    STEP_CHECK(t->result.error == EFT_EUSER);
    STEP_CHECK(!strcmp(eft_error_detail(), "so it ends here"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result try_frees_an_owned_value(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_TRY(step_giving_owned());
    STEP_CHECK(step_values_left == 0);
    /* One that is complete already, too. */
    t->future = eft_future_new();
    eft_future_resolve(t->future, step_owned_value());
    STEP_CHECK(step_values_left == 1);
    EFT_STEP_TRY(t->future);
    STEP_CHECK(step_values_left == 0);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result await_gives_an_owned_value_to_the_body(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, step_giving_owned());
    STEP_CHECK(t->result.kind >= EFT_KIND_OWNED && step_values_left == 1);
    eft_result_free(t->result);
    STEP_CHECK(step_values_left == 0);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result two_bodies_share_no_place(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->part = (step_part){.turns = 2};
    t->future = eft_spawn_steps(step_make_turns, &t->part, sizeof t->part);
    t->part.turns = 9;
    EFT_STEP_AWAIT(t->result,
                   eft_spawn_steps(step_make_turns, &t->part, sizeof t->part));
    t->sum = (int)t->result.i64;
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->sum == 9 && t->result.i64 == 2);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result the_current_task_is_known_between_awaits(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = eft_current_task();
    STEP_CHECK(t->future != NULL);
    STEP_CHECK(eft_future_state(t->future) == EFT_PENDING);
    EFT_STEP_TRY(step_sleeper(1, 0));
    STEP_CHECK(eft_current_task() == t->future);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_waiting_result_is_told_from_all_others(void *state)
{
    (void)state;
    STEP_CHECK(eft_step_is_waiting(eft_step_waiting()));
    STEP_CHECK(!eft_step_is_waiting(eft_ok()));
    STEP_CHECK(!eft_step_is_waiting(eft_ok_i64(15)));
    STEP_CHECK(!eft_step_is_waiting(eft_failed(EFT_ECANCELED)));
    return eft_ok();
}

const step_case steps_body[] = {
    STEP_CASE(a_body_without_an_await_ends_at_once),
    STEP_CASE(the_state_begins_as_it_was_given),
    STEP_CASE(a_state_may_be_empty),
    STEP_CASE(the_state_is_aligned_to_eight_bytes),
    STEP_CASE(an_await_goes_on_at_its_own_place),
    STEP_CASE(what_is_before_begin_runs_at_each_call),
    STEP_CASE(what_is_behind_end_runs_once),
    STEP_CASE(loops_may_be_nested),
    STEP_CASE(do_while_continue_and_break_work),
    STEP_CASE(both_branches_may_await),
    STEP_CASE(goto_leaves_a_loop),
    STEP_CASE(a_return_in_the_middle_ends_the_task),
    STEP_CASE(await_of_what_is_complete_does_not_wait),
    STEP_CASE(try_returns_the_error_from_the_body),
    STEP_CASE(try_frees_an_owned_value),
    STEP_CASE(await_gives_an_owned_value_to_the_body),
    STEP_CASE(two_bodies_share_no_place),
    STEP_CASE(the_current_task_is_known_between_awaits),
    STEP_CASE(a_waiting_result_is_told_from_all_others),
    {NULL, NULL, 0},
};
