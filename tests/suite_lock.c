/* SPDX-License-Identifier: MIT
 * Locks: one holder at a time, first come, first served. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"
#include "sync_case.h"

static void a_new_lock_is_free(void)
{
    lock_begin();
    CHECK(!eft_lock_is_locked(lock));
    lock_finish();
}

static void a_free_lock_is_taken_at_once(void)
{
    lock_begin();
    size_t live = eft_live_objects();
    eft_future *acquire = eft_lock_acquire(lock);
    CHECK(eft_future_state(acquire) == EFT_FINISHED);
    CHECK(eft_lock_is_locked(lock));
    CHECK(eft_live_objects() == live);
    CHECK(!eft_await(acquire).error);
    CHECK(eft_lock_release(lock) == 0);
    CHECK(!eft_lock_is_locked(lock));
    lock_finish();
}

static void who_waits_takes_it_in_the_order_of_arrival(void)
{
    lock_begin();
    acquire();
    eft_future *t1 = spawn_named(lock_taker, "1");
    eft_future *t2 = spawn_named(lock_taker, "2");
    turn();
    CHECK(journal_is(""));
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1"));
    turn();
    CHECK(journal_is("1"));
    eft_future *t3 = spawn_named(lock_taker, "3");
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1 2"));
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1 2 3"));
    eft_result_free(eft_await(eft_gather(t1, t2, t3)));
    lock_finish();
}

static void a_released_lock_is_free_until_the_next_has_its_turn(void)
{
    lock_begin();
    acquire();
    eft_future *task = spawn_named(lock_taker, "a");
    turn();
    eft_lock_release(lock);
    CHECK(!eft_lock_is_locked(lock));
    turn();
    CHECK(eft_lock_is_locked(lock));
    eft_await(task);
    lock_finish();
}

static void nobody_takes_a_lock_that_is_promised(void)
{
    lock_begin();
    acquire();
    eft_future *a = spawn_named(lock_holder, "a");
    turn();
    eft_lock_release(lock);
    eft_future *mine = eft_lock_acquire(lock);
    CHECK(eft_future_state(mine) == EFT_PENDING);
    CHECK(!eft_await(mine).error);
    note("mine");
    CHECK(journal_is("a /a mine"));
    eft_await(a);
    lock_finish();
}

static void release_of_a_free_lock_is_refused(void)
{
    lock_begin();
    CHECK(eft_lock_release(lock) == EFT_EINVAL);
    acquire();
    CHECK(eft_lock_release(lock) == 0);
    CHECK(eft_lock_release(lock) == EFT_EINVAL);
    lock_finish();
}

static void release_of_a_promised_lock_is_refused(void)
{
    lock_begin();
    acquire();
    eft_future *a = eft_lock_acquire(lock);
    CHECK(eft_lock_release(lock) == 0);
    CHECK(eft_lock_release(lock) == EFT_EINVAL);
    CHECK(!eft_await(a).error);
    lock_finish();
}

static void note_done(eft_future *future, void *arg)
{
    note("%s:%d", (const char *)arg, eft_future_take(future).error);
}

static void a_callback_is_told(void)
{
    lock_begin();
    acquire();
    eft_future *acquire = eft_lock_acquire(lock);
    CHECK(!eft_future_on_done(acquire, note_done, (void *)"told"));
    eft_lock_release(lock);
    CHECK(journal_is(""));
    turn();
    CHECK(journal_is("told:0"));
    eft_future_free(acquire);
    lock_finish();
}

static void who_is_served_runs_before_what_became_ready_later(void)
{
    lock_begin();
    acquire();
    eft_future *a = spawn_named(lock_taker, "a");
    turn();
    eft_future *before = eft_call_soon(note_word, (void *)"before");
    eft_lock_release(lock);
    eft_future *after = eft_call_soon(note_word, (void *)"after");
    turn();
    CHECK(journal_is("before a after"));
    eft_result_free(eft_await(eft_gather(before, after, a)));
    lock_finish();
}

static eft_result count_inside(void *arg)
{
    int *inside = arg;

    for (int i = 0; i < 10; i++) {
        EFT_TRY(eft_await(eft_lock_acquire(lock)));
        CHECK(++*inside == 1);
        EFT_TRY(eft_await(eft_sleep(i % 3)));
        CHECK(--*inside == 0);
        eft_lock_release(lock);
    }
    return eft_ok();
}

static void never_are_two_inside(void)
{
    int inside = 0;

    lock_begin();
    eft_future *tasks[20];
    for (int i = 0; i < 20; i++)
        tasks[i] = eft_spawn(count_inside, &inside);
    eft_result result = eft_await(eft_gather_array(tasks, 20, NULL));
    CHECK(!result.error);
    eft_result_free(result);
    lock_finish();
}

static void freeing_it_ends_what_waits(void)
{
    lock_begin();
    acquire();
    eft_future *a = eft_lock_acquire(lock);
    eft_future *b = spawn_named(lock_taker, "b");
    turn();
    eft_lock_free(lock);
    CHECK(eft_await(a).error == EFT_ECLOSED);
    CHECK(!strcmp(eft_error_detail(), "the lock was freed"));
    CHECK(eft_await(b).error == EFT_ECLOSED);
}

static void freeing_it_ends_what_it_was_promised_to(void)
{
    lock_begin();
    acquire();
    eft_future *a = eft_lock_acquire(lock);
    eft_future *b = eft_lock_acquire(lock);
    eft_lock_release(lock);
    eft_lock_free(lock);
    CHECK(eft_await(a).error == EFT_ECLOSED);
    CHECK(eft_await(b).error == EFT_ECLOSED);
}

static eft_result take_and_free(void *arg)
{
    (void)arg;
    EFT_TRY(eft_await(eft_lock_acquire(lock)));
    eft_lock_free(lock);
    return eft_ok();
}

static void who_gets_it_may_free_it(void)
{
    lock_begin();
    acquire();
    eft_future *a = eft_spawn(take_and_free, NULL);
    eft_future *b = spawn_named(lock_taker, "b");
    turn();
    eft_lock_release(lock);
    CHECK(!eft_await(a).error);
    CHECK(eft_await(b).error == EFT_ECLOSED);
}

static void null_is_answered(void)
{
    CHECK(eft_await(eft_lock_acquire(NULL)).error == EFT_EINVAL);
    CHECK(eft_lock_release(NULL) == EFT_EINVAL);
    CHECK(!eft_lock_is_locked(NULL));
    eft_lock_free(NULL);
}

static void without_memory_nobody_waits(void)
{
    size_t none = 0;

    lock_begin();
    acquire();
    eft_set_allocator(run_out, &none);
    eft_future *a = eft_lock_acquire(lock);
    eft_lock *other = eft_lock_new();
    eft_set_allocator(NULL, NULL);
    CHECK(!other);
    CHECK(eft_await(a).error == EFT_ENOMEM);
    CHECK(eft_lock_release(lock) == 0);
    CHECK(!eft_lock_is_locked(lock));
    lock_finish();
}

const test_case suite_lock[] = {
    {"a_new_lock_is_free", a_new_lock_is_free},
    {"a_free_lock_is_taken_at_once", a_free_lock_is_taken_at_once},
    {"who_waits_takes_it_in_the_order_of_arrival",
     who_waits_takes_it_in_the_order_of_arrival},
    {"a_released_lock_is_free_until_the_next_has_its_turn",
     a_released_lock_is_free_until_the_next_has_its_turn},
    {"nobody_takes_a_lock_that_is_promised",
     nobody_takes_a_lock_that_is_promised},
    {"release_of_a_free_lock_is_refused", release_of_a_free_lock_is_refused},
    {"release_of_a_promised_lock_is_refused",
     release_of_a_promised_lock_is_refused},
    {"a_callback_is_told", a_callback_is_told},
    {"who_is_served_runs_before_what_became_ready_later",
     who_is_served_runs_before_what_became_ready_later},
    {"never_are_two_inside", never_are_two_inside},
    {"freeing_it_ends_what_waits", freeing_it_ends_what_waits},
    {"freeing_it_ends_what_it_was_promised_to",
     freeing_it_ends_what_it_was_promised_to},
    {"who_gets_it_may_free_it", who_gets_it_may_free_it},
    {"null_is_answered", null_is_answered},
    {"without_memory_nobody_waits", without_memory_nobody_waits},
    {NULL, NULL},
};
