/* SPDX-License-Identifier: MIT
 * Barriers: a number of tasks that go on together. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"

enum { PARTIES = 5 };

/* The barrier of the running test, and what its tasks count. */
static eft_barrier *barrier;
static int passed;
static int broken;

static void begin(void)
{
    journal_clear();
    passed = 0;
    broken = 0;
    barrier = eft_barrier_new(PARTIES);
}

static void finish(void)
{
    CHECK(eft_barrier_waiting(barrier) == 0);
    eft_barrier_free(barrier);
}

static void turn(void)
{
    eft_await(eft_sleep(0));
}

/* Waits, and counts how that ended. */
static eft_result pass(void *arg)
{
    (void)arg;
    eft_result result = eft_await(eft_barrier_wait(barrier));

    if (!result.error)
        passed++;
    else if (result.error == EFT_EBROKEN)
        broken++;
    return result;
}

static void spawn_all(eft_body *body, eft_future **tasks, int count)
{
    for (int i = 0; i < count; i++)
        tasks[i] = eft_spawn(body, NULL);
}

static void await_all(eft_future **tasks, int count)
{
    for (int i = 0; i < count; i++)
        eft_result_free(eft_await(tasks[i]));
}

/* Runs as many tasks as there are parties. */
static void run_all(eft_body *body)
{
    eft_future *tasks[PARTIES];

    spawn_all(body, tasks, PARTIES);
    await_all(tasks, PARTIES);
}

static void all_pass_when_the_last_one_comes(void)
{
    eft_future *tasks[PARTIES];

    begin();
    spawn_all(pass, tasks, PARTIES - 1);
    turn();
    turn();
    CHECK(passed == 0);
    CHECK(eft_barrier_waiting(barrier) == PARTIES - 1);
    CHECK(eft_await(eft_barrier_wait(barrier)).size == PARTIES - 1);
    turn();
    CHECK(passed == PARTIES - 1);
    await_all(tasks, PARTIES - 1);
    finish();
}

static void each_gets_a_number_of_its_own(void)
{
    eft_future *tasks[PARTIES];

    begin();
    spawn_all(pass, tasks, PARTIES);
    for (size_t i = 0; i < PARTIES; i++)
        CHECK(eft_await(tasks[i]).size == i);
    finish();
}

static void the_numbers_are_unique_where_a_wait_was_cancelled(void)
{
    begin();
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
    finish();
}

static void there_must_be_parties(void)
{
    CHECK(!eft_barrier_new(0));
    begin();
    CHECK(eft_barrier_parties(barrier) == PARTIES);
    finish();
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

    begin();
    for (size_t i = 0; i < PARTIES; i++) {
        CHECK(eft_barrier_waiting(barrier) == i);
        waits[i] = eft_barrier_wait(barrier);
    }
    CHECK(eft_barrier_waiting(barrier) == 0);
    await_all(waits, PARTIES);
    CHECK(!eft_barrier_is_broken(barrier));
    finish();
}

static eft_result pass_twice(void *arg)
{
    EFT_TRY(pass(arg));
    return pass(arg);
}

static void it_can_be_passed_again(void)
{
    begin();
    run_all(pass_twice);
    CHECK(passed == 2 * PARTIES);
    finish();
}

static eft_result pass_and_note(void *arg)
{
    EFT_TRY(pass(arg));
    note("%zu", eft_barrier_waiting(barrier));
    return eft_ok();
}

static void who_comes_before_all_have_gone_waits_for_the_next_round(void)
{
    eft_future *waits[PARTIES];

    begin();
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
    finish();
}

static int again;
static eft_barrier *others;

static eft_result pass_in_two_groups(void *arg)
{
    EFT_TRY(pass(arg));
    if (again > 0) {
        again--;
        return pass(arg);
    }
    EFT_TRY(eft_await(eft_barrier_wait(others)));
    return pass(arg);
}

static void some_block_while_it_drains(void)
{
    begin();
    again = 2;
    others = eft_barrier_new(PARTIES - 2);
    run_all(pass_in_two_groups);
    CHECK(passed == 2 * PARTIES);
    eft_barrier_free(others);
    finish();
}

static void a_cancelled_wait_leaves_its_place(void)
{
    eft_future *tasks[PARTIES];

    begin();
    eft_future *first = eft_spawn(pass, NULL);
    spawn_all(pass, tasks, PARTIES - 2);
    turn();
    CHECK(eft_barrier_waiting(barrier) == PARTIES - 1);
    eft_cancel(first);
    turn();
    CHECK(eft_barrier_waiting(barrier) == PARTIES - 2);
    CHECK(eft_await(first).error == EFT_ECANCELED);
    CHECK(!eft_barrier_is_broken(barrier));
    tasks[PARTIES - 2] = eft_spawn(pass, NULL);
    tasks[PARTIES - 1] = eft_spawn(pass, NULL);
    await_all(tasks, PARTIES);
    CHECK(passed == PARTIES);
    finish();
}

static void a_cancel_while_it_drains_does_not_hold_up_the_rest(void)
{
    eft_future *waits[PARTIES];

    begin();
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
    finish();
}

static void a_wait_that_blocks_can_be_cancelled(void)
{
    eft_future *waits[PARTIES];

    begin();
    for (int i = 0; i < PARTIES; i++)
        waits[i] = eft_barrier_wait(barrier);
    eft_future *blocked = eft_barrier_wait(barrier);
    eft_cancel(blocked);
    CHECK(eft_await(blocked).error == EFT_ECANCELED);
    await_all(waits, PARTIES);
    finish();
}

static void a_reset_of_an_empty_one_changes_nothing(void)
{
    begin();
    eft_barrier_reset(barrier);
    CHECK(!eft_barrier_is_broken(barrier));
    run_all(pass);
    CHECK(passed == PARTIES);
    finish();
}

static void a_reset_ends_those_that_wait(void)
{
    eft_future *tasks[PARTIES];

    begin();
    spawn_all(pass, tasks, PARTIES - 1);
    turn();
    eft_barrier_reset(barrier);
    await_all(tasks, PARTIES - 1);
    CHECK(broken == PARTIES - 1 && passed == 0);
    CHECK(!eft_barrier_is_broken(barrier));
    run_all(pass);
    CHECK(passed == PARTIES);
    finish();
}

static eft_result pass_and_reset_third(void *arg)
{
    EFT_TRY(pass(arg));
    if (passed == 3)
        eft_barrier_reset(barrier);
    return eft_ok();
}

static void a_reset_while_it_drains_ends_those_inside(void)
{
    begin();
    run_all(pass_and_reset_third);
    CHECK(passed == 3);
    CHECK(broken == PARTIES - 3);
    CHECK(!eft_barrier_is_broken(barrier));
    finish();
}

static int second_broken;

/* The last of three resets; all of them, and who was ended, wait once more. */
static eft_result pass_reset_and_pass(void *arg)
{
    if (pass(arg).error == EFT_EBROKEN)
        return eft_await(eft_barrier_wait(barrier));
    if (passed == 3)
        eft_barrier_reset(barrier);
    eft_result result = eft_await(eft_barrier_wait(barrier));
    if (result.error == EFT_EBROKEN)
        second_broken++;
    return result;
}

static void a_reset_spares_those_that_wait_to_come_in(void)
{
    begin();
    second_broken = 0;
    run_all(pass_reset_and_pass);
    CHECK(passed == 3 && broken == PARTIES - 3);
    CHECK(second_broken == 0);
    CHECK(!eft_barrier_is_broken(barrier));
    finish();
}

static eft_result pass_after_a_break(void *arg)
{
    (void)pass(arg);
    return pass(arg);
}

static void who_was_reset_can_wait_again(void)
{
    eft_future *tasks[PARTIES];

    begin();
    spawn_all(pass_after_a_break, tasks, PARTIES - 1);
    turn();
    eft_barrier_reset(barrier);
    turn();
    tasks[PARTIES - 1] = eft_spawn(pass, NULL);
    await_all(tasks, PARTIES);
    CHECK(broken == PARTIES - 1 && passed == PARTIES);
    finish();
}

static void an_abort_breaks_it_for_who_waits_and_who_comes(void)
{
    eft_future *tasks[PARTIES];

    begin();
    spawn_all(pass, tasks, PARTIES - 1);
    turn();
    eft_barrier_abort(barrier);
    CHECK(eft_barrier_is_broken(barrier));
    CHECK(eft_barrier_waiting(barrier) == 0);
    await_all(tasks, PARTIES - 1);
    CHECK(broken == PARTIES - 1);
    CHECK(eft_await(eft_barrier_wait(barrier)).error == EFT_EBROKEN);
    CHECK(!strcmp(eft_error_detail(), "the barrier was aborted or reset"));
    finish();
}

/* Who passes after the third aborts; the others wait once more. */
static eft_result pass_and_abort_third(void *arg)
{
    if (pass(arg).error)
        return eft_ok();
    if (passed == 3)
        eft_barrier_abort(barrier);
    else if (eft_await(eft_barrier_wait(barrier)).error == EFT_EBROKEN)
        second_broken++;
    return eft_ok();
}

static void an_abort_ends_those_inside_and_those_that_wait_to_come_in(void)
{
    begin();
    second_broken = 0;
    run_all(pass_and_abort_third);
    CHECK(passed == 3 && broken == PARTIES - 3);
    CHECK(second_broken == 2);
    CHECK(eft_barrier_is_broken(barrier));
    finish();
}

static eft_result abort_in_the_middle(void *arg)
{
    eft_result result = pass(arg);

    if (!result.error && result.size == PARTIES / 2) {
        eft_barrier_abort(barrier);
        passed--;
        return eft_ok();
    }
    return result.error ? result : pass(arg);
}

static void a_task_that_fails_can_abort(void)
{
    begin();
    run_all(abort_in_the_middle);
    CHECK(broken == PARTIES - 1);
    CHECK(eft_barrier_is_broken(barrier));
    finish();
}

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
    begin();
    others = eft_barrier_new(PARTIES);
    run_all(abort_and_reset);
    CHECK(broken == PARTIES - 1);
    CHECK(!eft_barrier_is_broken(barrier));
    CHECK(journal_is("0 0 0 0 0"));
    eft_barrier_free(others);
    finish();
}

static void a_wait_can_time_out(void)
{
    begin();
    CHECK(eft_await(eft_wait_for(5, eft_barrier_wait(barrier))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_barrier_waiting(barrier) == 0);
    run_all(pass);
    CHECK(passed == PARTIES);
    finish();
}

static void freeing_it_ends_what_waits(void)
{
    begin();
    eft_future *wait = eft_barrier_wait(barrier);
    eft_barrier_free(barrier);
    CHECK(eft_await(wait).error == EFT_ECLOSED);
    CHECK(!strcmp(eft_error_detail(), "the barrier was freed"));
}

static void freeing_it_ends_what_was_going_on(void)
{
    eft_future *waits[PARTIES];

    begin();
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

    begin();
    eft_set_allocator(run_out, &none);
    eft_future *wait = eft_barrier_wait(barrier);
    eft_barrier *other = eft_barrier_new(1);
    eft_set_allocator(NULL, NULL);
    CHECK(!other);
    CHECK(eft_await(wait).error == EFT_ENOMEM);
    finish();
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
    {"a_wait_can_time_out", a_wait_can_time_out},
    {"freeing_it_ends_what_waits", freeing_it_ends_what_waits},
    {"freeing_it_ends_what_was_going_on", freeing_it_ends_what_was_going_on},
    {"null_is_answered", null_is_answered},
    {"without_memory_nobody_comes_in", without_memory_nobody_comes_in},
    {NULL, NULL},
};
