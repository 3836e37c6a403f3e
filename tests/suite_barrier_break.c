/* SPDX-License-Identifier: MIT
 * Barriers that are reset, and that break. */
#include <eft/eft.h>

#include "barrier_case.h"
#include "journal.h"
#include "suite.h"
#include "sync_case.h"

static void a_reset_of_an_empty_one_changes_nothing(void)
{
    barrier_begin();
    eft_barrier_reset(barrier);
    CHECK(!eft_barrier_is_broken(barrier));
    run_all(barrier_passer);
    CHECK(barrier_passed == PARTIES);
    barrier_finish();
}

static void a_reset_ends_those_that_wait(void)
{
    eft_future *tasks[PARTIES];

    barrier_begin();
    spawn_all(barrier_passer, tasks, PARTIES - 1);
    turn();
    eft_barrier_reset(barrier);
    await_all(tasks, PARTIES - 1);
    CHECK(barrier_broken == PARTIES - 1 && barrier_passed == 0);
    CHECK(!eft_barrier_is_broken(barrier));
    run_all(barrier_passer);
    CHECK(barrier_passed == PARTIES);
    barrier_finish();
}

static eft_result pass_and_reset_third(void *arg)
{
    EFT_TRY(barrier_passer(arg));
    if (barrier_passed == 3)
        eft_barrier_reset(barrier);
    return eft_ok();
}

static void a_reset_while_it_drains_ends_those_inside(void)
{
    barrier_begin();
    run_all(pass_and_reset_third);
    CHECK(barrier_passed == 3);
    CHECK(barrier_broken == PARTIES - 3);
    CHECK(!eft_barrier_is_broken(barrier));
    barrier_finish();
}

static int second_broken;

/* The last of three resets; all of them, and who was ended, wait once more. */
static eft_result pass_reset_and_pass(void *arg)
{
    if (barrier_passer(arg).error == EFT_EBROKEN)
        return eft_await(eft_barrier_wait(barrier));
    if (barrier_passed == 3)
        eft_barrier_reset(barrier);
    eft_result result = eft_await(eft_barrier_wait(barrier));
    if (result.error == EFT_EBROKEN)
        second_broken++;
    return result;
}

static void a_reset_spares_those_that_wait_to_come_in(void)
{
    barrier_begin();
    second_broken = 0;
    run_all(pass_reset_and_pass);
    CHECK(barrier_passed == 3 && barrier_broken == PARTIES - 3);
    CHECK(second_broken == 0);
    CHECK(!eft_barrier_is_broken(barrier));
    barrier_finish();
}

static eft_result pass_after_a_break(void *arg)
{
    (void)barrier_passer(arg);
    return barrier_passer(arg);
}

static void who_was_reset_can_wait_again(void)
{
    eft_future *tasks[PARTIES];

    barrier_begin();
    spawn_all(pass_after_a_break, tasks, PARTIES - 1);
    turn();
    eft_barrier_reset(barrier);
    turn();
    tasks[PARTIES - 1] = eft_spawn(barrier_passer, NULL);
    await_all(tasks, PARTIES);
    CHECK(barrier_broken == PARTIES - 1 && barrier_passed == PARTIES);
    barrier_finish();
}

static void an_abort_breaks_it_for_who_waits_and_who_comes(void)
{
    eft_future *tasks[PARTIES];

    barrier_begin();
    spawn_all(barrier_passer, tasks, PARTIES - 1);
    turn();
    eft_barrier_abort(barrier);
    CHECK(eft_barrier_is_broken(barrier));
    CHECK(eft_barrier_waiting(barrier) == 0);
    await_all(tasks, PARTIES - 1);
    CHECK(barrier_broken == PARTIES - 1);
    CHECK(eft_await(eft_barrier_wait(barrier)).error == EFT_EBROKEN);
    CHECK(!strcmp(eft_error_detail(), "the barrier was aborted or reset"));
    barrier_finish();
}

/* Who passes after the third aborts; the others wait once more. */
static eft_result pass_and_abort_third(void *arg)
{
    if (barrier_passer(arg).error)
        return eft_ok();
    if (barrier_passed == 3)
        eft_barrier_abort(barrier);
    else if (eft_await(eft_barrier_wait(barrier)).error == EFT_EBROKEN)
        second_broken++;
    return eft_ok();
}

static void an_abort_ends_those_inside_and_those_that_wait_to_come_in(void)
{
    barrier_begin();
    second_broken = 0;
    run_all(pass_and_abort_third);
    CHECK(barrier_passed == 3 && barrier_broken == PARTIES - 3);
    CHECK(second_broken == 2);
    CHECK(eft_barrier_is_broken(barrier));
    barrier_finish();
}

static eft_result abort_in_the_middle(void *arg)
{
    eft_result result = barrier_passer(arg);

    if (!result.error && result.size == PARTIES / 2) {
        eft_barrier_abort(barrier);
        barrier_passed--;
        return eft_ok();
    }
    return result.error ? result : barrier_passer(arg);
}

static void a_task_that_fails_can_abort(void)
{
    barrier_begin();
    run_all(abort_in_the_middle);
    CHECK(barrier_broken == PARTIES - 1);
    CHECK(eft_barrier_is_broken(barrier));
    barrier_finish();
}

/* Where those of the broken one meet before they wait again. */
static eft_barrier *others;

static eft_result abort_and_reset(void *arg)
{
    (void)abort_in_the_middle(arg);
    eft_result result = eft_await(eft_barrier_wait(others));
    if (result.size == PARTIES / 2)
        eft_barrier_reset(barrier);
    EFT_TRY(eft_await(eft_barrier_wait(others)));
    note("%d", eft_await(eft_barrier_wait(barrier)).error);
    return eft_ok();
}

static void a_reset_makes_a_broken_one_whole(void)
{
    barrier_begin();
    others = eft_barrier_new(PARTIES);
    run_all(abort_and_reset);
    CHECK(barrier_broken == PARTIES - 1);
    CHECK(!eft_barrier_is_broken(barrier));
    CHECK(journal_is("0 0 0 0 0"));
    eft_barrier_free(others);
    barrier_finish();
}

const test_case suite_barrier_break[] = {
    {"a_reset_of_an_empty_one_changes_nothing",
     a_reset_of_an_empty_one_changes_nothing},
    {"a_reset_ends_those_that_wait", a_reset_ends_those_that_wait},
    {"a_reset_while_it_drains_ends_those_inside",
     a_reset_while_it_drains_ends_those_inside},
    {"a_reset_spares_those_that_wait_to_come_in",
     a_reset_spares_those_that_wait_to_come_in},
    {"who_was_reset_can_wait_again", who_was_reset_can_wait_again},
    {"an_abort_breaks_it_for_who_waits_and_who_comes",
     an_abort_breaks_it_for_who_waits_and_who_comes},
    {"an_abort_ends_those_inside_and_those_that_wait_to_come_in",
     an_abort_ends_those_inside_and_those_that_wait_to_come_in},
    {"a_task_that_fails_can_abort", a_task_that_fails_can_abort},
    {"a_reset_makes_a_broken_one_whole", a_reset_makes_a_broken_one_whole},
    {NULL, NULL},
};
