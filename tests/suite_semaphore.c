/* SPDX-License-Identifier: MIT
 * Semaphores: a number of permits, first come, first served. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"
#include "sync_case.h"

static void one_without_permits_is_locked(void)
{
    semaphore_begin(0);
    CHECK(eft_semaphore_is_locked(permits));
    semaphore_finish();
}

static void a_permit_that_is_there_is_given_at_once(void)
{
    semaphore_begin(2);
    size_t live = eft_live_objects();
    CHECK(!eft_await(eft_semaphore_acquire(permits)).error);
    CHECK(!eft_semaphore_is_locked(permits));
    CHECK(!eft_await(eft_semaphore_acquire(permits)).error);
    CHECK(eft_semaphore_is_locked(permits));
    CHECK(eft_live_objects() == live);
    semaphore_finish();
}

static void as_many_as_there_are_permits_go_on(void)
{
    semaphore_begin(3);
    eft_await(eft_semaphore_acquire(permits));
    eft_await(eft_semaphore_acquire(permits));
    eft_future *a = spawn_named(semaphore_taker, "1");
    eft_future *b = spawn_named(semaphore_taker, "2");
    eft_future *c = spawn_named(semaphore_taker, "3");
    turn();
    CHECK(journal_is("1"));
    CHECK(eft_semaphore_is_locked(permits));
    eft_future *d = spawn_named(semaphore_taker, "4");
    eft_semaphore_release(permits);
    eft_semaphore_release(permits);
    turn();
    CHECK(journal_is("1 2 3"));
    CHECK(eft_semaphore_is_locked(permits));
    eft_semaphore_release(permits);
    eft_result_free(eft_await(eft_gather(a, b, c, d)));
    CHECK(journal_is("1 2 3 4"));
    semaphore_finish();
}

static void one_too_many_releases_are_refused_where_it_is_bounded(void)
{
    permits = eft_semaphore_new_bounded(1);
    CHECK(eft_semaphore_release(permits) == EFT_EINVAL);
    eft_await(eft_semaphore_acquire(permits));
    CHECK(eft_semaphore_release(permits) == 0);
    CHECK(eft_semaphore_release(permits) == EFT_EINVAL);
    semaphore_finish();
}

static void without_a_bound_a_release_makes_a_new_permit(void)
{
    semaphore_begin(0);
    CHECK(eft_semaphore_release(permits) == 0);
    CHECK(eft_semaphore_release(permits) == 0);
    eft_await(eft_semaphore_acquire(permits));
    eft_await(eft_semaphore_acquire(permits));
    CHECK(eft_semaphore_is_locked(permits));
    semaphore_finish();
}

static void a_release_without_waits_unlocks_it(void)
{
    semaphore_begin(1);
    eft_await(eft_semaphore_acquire(permits));
    CHECK(eft_semaphore_is_locked(permits));
    eft_semaphore_release(permits);
    CHECK(!eft_semaphore_is_locked(permits));
    semaphore_finish();
}

static eft_result take_twice(void *arg)
{
    for (int i = 1; i <= 2; i++) {
        EFT_TRY(eft_await(eft_semaphore_acquire(permits)));
        note("%s_%d", (const char *)arg, i);
        EFT_TRY(eft_await(eft_sleep(10)));
        eft_semaphore_release(permits);
    }
    return eft_ok();
}

static void who_comes_again_waits_behind_the_others(void)
{
    semaphore_begin(1);
    eft_result_free(eft_await(eft_gather(spawn_named(take_twice, "a"),
                                         spawn_named(take_twice, "b"),
                                         spawn_named(take_twice, "c"))));
    CHECK(journal_is("a_1 b_1 c_1 a_2 b_2 c_2"));
    semaphore_finish();
}

static eft_result take_give_and_take(void *arg)
{
    (void)arg;
    EFT_TRY(semaphore_taker((void *)"2"));
    eft_semaphore_release(permits);
    return semaphore_taker((void *)"4");
}

static void a_permit_one_gave_is_not_for_oneself_where_others_wait(void)
{
    semaphore_begin(1);
    eft_future *a = spawn_named(semaphore_taker, "1");
    eft_future *b = eft_spawn(take_give_and_take, NULL);
    eft_future *c = spawn_named(semaphore_taker, "3");
    turn();
    eft_semaphore_release(permits);
    eft_semaphore_release(permits);
    eft_result_free(eft_await(eft_gather(a, b, c)));
    CHECK(journal_is("1 2 3 4"));
    semaphore_finish();
}

static eft_future *fourth;

static eft_result note_arg(void *arg)
{
    note("%s", (const char *)arg);
    return eft_ok();
}

static eft_result take_and_spawn(void *arg)
{
    EFT_TRY(eft_await(eft_semaphore_acquire(permits)));
    fourth = spawn_named(note_arg, "4");
    note("%s", (const char *)arg);
    return eft_ok();
}

static eft_result release_three_and_take(void *arg)
{
    for (int i = 0; i < 3; i++)
        eft_semaphore_release(permits);
    /* There are permits, but the first has not had its turn. */
    CHECK(eft_semaphore_is_locked(permits));
    return semaphore_taker(arg);
}

static void a_turn_wakes_all_for_whom_there_are_permits(void)
{
    semaphore_begin(0);
    fourth = NULL;
    eft_future *a = spawn_named(take_and_spawn, "1");
    eft_future *b = spawn_named(release_three_and_take, "2");
    eft_future *c = spawn_named(semaphore_taker, "3");
    eft_result_free(eft_await(eft_gather(a, b, c)));
    eft_await(fourth);
    CHECK(journal_is("1 2 3 4"));
    semaphore_finish();
}

static void who_comes_while_another_is_woken_waits(void)
{
    semaphore_begin(0);
    eft_future *a = spawn_named(semaphore_taker, "a");
    turn();
    eft_semaphore_release(permits);
    eft_semaphore_release(permits);
    eft_future *mine = eft_semaphore_acquire(permits);
    CHECK(eft_future_state(mine) == EFT_PENDING);
    CHECK(!eft_await(mine).error);
    note("mine");
    CHECK(journal_is("a mine"));
    eft_await(a);
    semaphore_finish();
}

static void freeing_it_ends_what_waits_and_what_was_woken(void)
{
    semaphore_begin(0);
    eft_future *first = eft_semaphore_acquire(permits);
    eft_future *second = eft_semaphore_acquire(permits);
    eft_semaphore_release(permits);
    eft_semaphore_free(permits);
    CHECK(eft_await(first).error == EFT_ECLOSED);
    CHECK(eft_await(second).error == EFT_ECLOSED);
    CHECK(!strcmp(eft_error_detail(), "the semaphore was freed"));
}

static void null_is_answered(void)
{
    CHECK(eft_await(eft_semaphore_acquire(NULL)).error == EFT_EINVAL);
    CHECK(eft_semaphore_release(NULL) == EFT_EINVAL);
    CHECK(!eft_semaphore_is_locked(NULL));
    eft_semaphore_free(NULL);
}

static void without_memory_nobody_waits(void)
{
    size_t none = 0;

    semaphore_begin(0);
    eft_set_allocator(run_out, &none);
    eft_future *a = eft_semaphore_acquire(permits);
    eft_semaphore *other = eft_semaphore_new(1);
    eft_set_allocator(NULL, NULL);
    CHECK(!other);
    CHECK(eft_await(a).error == EFT_ENOMEM);
    eft_semaphore_release(permits);
    CHECK(!eft_semaphore_is_locked(permits));
    semaphore_finish();
}

const test_case suite_semaphore[] = {
    {"one_without_permits_is_locked", one_without_permits_is_locked},
    {"a_permit_that_is_there_is_given_at_once",
     a_permit_that_is_there_is_given_at_once},
    {"as_many_as_there_are_permits_go_on", as_many_as_there_are_permits_go_on},
    {"one_too_many_releases_are_refused_where_it_is_bounded",
     one_too_many_releases_are_refused_where_it_is_bounded},
    {"without_a_bound_a_release_makes_a_new_permit",
     without_a_bound_a_release_makes_a_new_permit},
    {"a_release_without_waits_unlocks_it", a_release_without_waits_unlocks_it},
    {"who_comes_again_waits_behind_the_others",
     who_comes_again_waits_behind_the_others},
    {"a_permit_one_gave_is_not_for_oneself_where_others_wait",
     a_permit_one_gave_is_not_for_oneself_where_others_wait},
    {"a_turn_wakes_all_for_whom_there_are_permits",
     a_turn_wakes_all_for_whom_there_are_permits},
    {"who_comes_while_another_is_woken_waits",
     who_comes_while_another_is_woken_waits},
    {"freeing_it_ends_what_waits_and_what_was_woken",
     freeing_it_ends_what_waits_and_what_was_woken},
    {"null_is_answered", null_is_answered},
    {"without_memory_nobody_waits", without_memory_nobody_waits},
    {NULL, NULL},
};
