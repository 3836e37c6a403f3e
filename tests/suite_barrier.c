/* SPDX-License-Identifier: MIT
 * Barriers: a number of tasks that go on together. */
#include <string.h>

#include <eft/eft.h>

#include "barrier_case.h"
#include "journal.h"
#include "short_memory.h"
#include "suite.h"
#include "sync_case.h"

static void all_pass_when_the_last_one_comes(void)
{
    eft_future *tasks[PARTIES];

    barrier_begin();
    spawn_all(barrier_passer, tasks, PARTIES - 1);
    turn();
    turn();
    CHECK(barrier_passed == 0);
    CHECK(eft_barrier_waiting(barrier) == PARTIES - 1);
    CHECK(eft_await(eft_barrier_wait(barrier)).size == PARTIES - 1);
    turn();
    CHECK(barrier_passed == PARTIES - 1);
    await_all(tasks, PARTIES - 1);
    barrier_finish();
}

static void each_gets_a_number_of_its_own(void)
{
    eft_future *tasks[PARTIES];

    barrier_begin();
    spawn_all(barrier_passer, tasks, PARTIES);
    for (size_t i = 0; i < PARTIES; i++)
        CHECK(eft_await(tasks[i]).size == i);
    barrier_finish();
}

static void the_numbers_are_unique_where_a_wait_was_cancelled(void)
{
    barrier_begin();
    eft_future *waits[PARTIES];
    eft_future *first = eft_barrier_wait(barrier);
    for (int i = 0; i < PARTIES - 1; i++)
        waits[i] = eft_barrier_wait(barrier);
    CHECK(eft_future_state(waits[PARTIES - 2]) == EFT_FINISHED);
    await_all(waits, PARTIES - 1);
    eft_await(first);

    first = eft_barrier_wait(barrier);
    waits[0] = eft_barrier_wait(barrier);
    eft_cancel(first);
    eft_await(first);
    for (int i = 1; i < PARTIES; i++)
        waits[i] = eft_barrier_wait(barrier);
    for (size_t i = 0; i < PARTIES; i++)
        CHECK(eft_await(waits[i]).size == i);
    barrier_finish();
}

static void there_must_be_parties(void)
{
    CHECK(!eft_barrier_new(0));
    barrier_begin();
    CHECK(eft_barrier_parties(barrier) == PARTIES);
    barrier_finish();
}

static void one_party_passes_at_once_again_and_again(void)
{
    eft_barrier *alone = eft_barrier_new(1);

    for (int i = 0; i < 2; i++) {
        eft_future *wait = eft_barrier_wait(alone);

        CHECK(eft_future_state(wait) == EFT_FINISHED);
        CHECK(eft_await(wait).size == 0);
        CHECK(eft_barrier_waiting(alone) == 0);
    }
    eft_barrier_free(alone);
}

static void it_fills_task_by_task(void)
{
    eft_future *waits[PARTIES];

    barrier_begin();
    for (size_t i = 0; i < PARTIES; i++) {
        CHECK(eft_barrier_waiting(barrier) == i);
        waits[i] = eft_barrier_wait(barrier);
    }
    CHECK(eft_barrier_waiting(barrier) == 0);
    await_all(waits, PARTIES);
    CHECK(!eft_barrier_is_broken(barrier));
    barrier_finish();
}

static eft_result pass_twice(void *arg)
{
    EFT_TRY(barrier_passer(arg));
    return barrier_passer(arg);
}

static void it_can_be_passed_again(void)
{
    barrier_begin();
    run_all(pass_twice);
    CHECK(barrier_passed == 2 * PARTIES);
    barrier_finish();
}

static eft_result pass_and_note(void *arg)
{
    EFT_TRY(barrier_passer(arg));
    note("%zu", eft_barrier_waiting(barrier));
    return eft_ok();
}

static void who_comes_before_all_have_gone_waits_for_the_next_round(void)
{
    eft_future *waits[PARTIES];

    barrier_begin();
    for (int i = 0; i < PARTIES; i++)
        waits[i] = eft_barrier_wait(barrier);
    eft_future *early = eft_spawn(pass_and_note, NULL);
    turn();
    CHECK(eft_future_state(early) == EFT_PENDING);
    await_all(waits, PARTIES);
    turn();
    CHECK(eft_barrier_waiting(barrier) == 1);
    for (int i = 0; i < PARTIES - 1; i++)
        waits[i] = eft_barrier_wait(barrier);
    await_all(waits, PARTIES - 1);
    CHECK(!eft_await(early).error);
    barrier_finish();
}

static int again;
static eft_barrier *others;

static eft_result pass_in_two_groups(void *arg)
{
    EFT_TRY(barrier_passer(arg));
    if (again > 0) {
        again--;
        return barrier_passer(arg);
    }
    EFT_TRY(eft_await(eft_barrier_wait(others)));
    return barrier_passer(arg);
}

static void some_block_while_it_drains(void)
{
    barrier_begin();
    again = 2;
    others = eft_barrier_new(PARTIES - 2);
    run_all(pass_in_two_groups);
    CHECK(barrier_passed == 2 * PARTIES);
    eft_barrier_free(others);
    barrier_finish();
}

static void a_cancelled_wait_leaves_its_place(void)
{
    eft_future *tasks[PARTIES];

    barrier_begin();
    eft_future *first = eft_spawn(barrier_passer, NULL);
    spawn_all(barrier_passer, tasks, PARTIES - 2);
    turn();
    CHECK(eft_barrier_waiting(barrier) == PARTIES - 1);
    eft_cancel(first);
    turn();
    CHECK(eft_barrier_waiting(barrier) == PARTIES - 2);
    CHECK(eft_await(first).error == EFT_ECANCELED);
    CHECK(!eft_barrier_is_broken(barrier));
    tasks[PARTIES - 2] = eft_spawn(barrier_passer, NULL);
    tasks[PARTIES - 1] = eft_spawn(barrier_passer, NULL);
    await_all(tasks, PARTIES);
    CHECK(barrier_passed == PARTIES);
    barrier_finish();
}

static void a_cancel_while_it_drains_does_not_hold_up_the_rest(void)
{
    eft_future *waits[PARTIES];

    barrier_begin();
    for (int i = 0; i < PARTIES; i++)
        waits[i] = eft_barrier_wait(barrier);
    eft_cancel(waits[1]);
    CHECK(eft_await(waits[0]).size == 0);
    CHECK(eft_await(waits[1]).error == EFT_ECANCELED);
    await_all(waits + 2, PARTIES - 2);
    eft_future *next = eft_barrier_wait(barrier);
    CHECK(eft_barrier_waiting(barrier) == 1);
    eft_future_free(next);
    turn();
    barrier_finish();
}

static void a_wait_that_blocks_can_be_cancelled(void)
{
    eft_future *waits[PARTIES];

    barrier_begin();
    for (int i = 0; i < PARTIES; i++)
        waits[i] = eft_barrier_wait(barrier);
    eft_future *blocked = eft_barrier_wait(barrier);
    eft_cancel(blocked);
    CHECK(eft_await(blocked).error == EFT_ECANCELED);
    await_all(waits, PARTIES);
    barrier_finish();
}

static void a_wait_can_time_out(void)
{
    barrier_begin();
    CHECK(eft_await(eft_wait_for(5, eft_barrier_wait(barrier))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_barrier_waiting(barrier) == 0);
    run_all(barrier_passer);
    CHECK(barrier_passed == PARTIES);
    barrier_finish();
}

static void freeing_it_ends_what_waits(void)
{
    barrier_begin();
    eft_future *wait = eft_barrier_wait(barrier);
    eft_barrier_free(barrier);
    CHECK(eft_await(wait).error == EFT_ECLOSED);
    CHECK(!strcmp(eft_error_detail(), "the barrier was freed"));
}

static void freeing_it_ends_what_was_going_on(void)
{
    eft_future *waits[PARTIES];

    barrier_begin();
    for (int i = 0; i < PARTIES; i++)
        waits[i] = eft_barrier_wait(barrier);
    eft_future *blocked = eft_barrier_wait(barrier);
    eft_barrier_free(barrier);
    eft_cancel(waits[1]);
    CHECK(eft_await(waits[0]).error == EFT_ECLOSED);
    CHECK(eft_await(waits[1]).error == EFT_ECANCELED);
    CHECK(eft_await(blocked).error == EFT_ECLOSED);
    await_all(waits + 2, PARTIES - 2);
}

static void null_is_answered(void)
{
    CHECK(eft_await(eft_barrier_wait(NULL)).error == EFT_EINVAL);
    CHECK(eft_barrier_parties(NULL) == 0 && eft_barrier_waiting(NULL) == 0);
    CHECK(!eft_barrier_is_broken(NULL));
    eft_barrier_reset(NULL);
    eft_barrier_abort(NULL);
    eft_barrier_free(NULL);
}

static void without_memory_nobody_comes_in(void)
{
    size_t none = 0;

    barrier_begin();
    eft_set_allocator(run_out, &none);
    eft_future *wait = eft_barrier_wait(barrier);
    eft_barrier *other = eft_barrier_new(1);
    eft_set_allocator(NULL, NULL);
    CHECK(!other);
    CHECK(eft_await(wait).error == EFT_ENOMEM);
    barrier_finish();
}

const test_case suite_barrier[] = {
    {"all_pass_when_the_last_one_comes", all_pass_when_the_last_one_comes},
    {"each_gets_a_number_of_its_own", each_gets_a_number_of_its_own},
    {"the_numbers_are_unique_where_a_wait_was_cancelled",
     the_numbers_are_unique_where_a_wait_was_cancelled},
    {"there_must_be_parties", there_must_be_parties},
    {"one_party_passes_at_once_again_and_again",
     one_party_passes_at_once_again_and_again},
    {"it_fills_task_by_task", it_fills_task_by_task},
    {"it_can_be_passed_again", it_can_be_passed_again},
    {"who_comes_before_all_have_gone_waits_for_the_next_round",
     who_comes_before_all_have_gone_waits_for_the_next_round},
    {"some_block_while_it_drains", some_block_while_it_drains},
    {"a_cancelled_wait_leaves_its_place", a_cancelled_wait_leaves_its_place},
    {"a_cancel_while_it_drains_does_not_hold_up_the_rest",
     a_cancel_while_it_drains_does_not_hold_up_the_rest},
    {"a_wait_that_blocks_can_be_cancelled",
     a_wait_that_blocks_can_be_cancelled},
    {"a_wait_can_time_out", a_wait_can_time_out},
    {"freeing_it_ends_what_waits", freeing_it_ends_what_waits},
    {"freeing_it_ends_what_was_going_on", freeing_it_ends_what_was_going_on},
    {"null_is_answered", null_is_answered},
    {"without_memory_nobody_comes_in", without_memory_nobody_comes_in},
    {NULL, NULL},
};
