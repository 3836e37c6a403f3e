/* SPDX-License-Identifier: MIT
 * Locks: waits that are cancelled or given up. */
#include <eft/eft.h>

#include "journal.h"
#include "suite.h"
#include "sync_case.h"

static void a_cancelled_wait_takes_nothing(void)
{
    lock_begin();
    acquire();
    eft_future *task = spawn_named(lock_taker, "a");
    turn();
    CHECK(eft_cancel(task));
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(eft_lock_is_locked(lock));
    eft_lock_release(lock);
    turn();
    CHECK(!eft_lock_is_locked(lock));
    lock_finish();
}

static eft_result hold_until(void *arg)
{
    EFT_TRY(eft_await(eft_lock_acquire(lock)));
    eft_result result = eft_await(arg);
    eft_lock_release(lock);
    return result;
}

static void a_cancel_that_races_with_a_release_serves_the_next(void)
{
    lock_begin();
    eft_future *blocker = eft_future_new();
    eft_future *a = eft_spawn(hold_until, eft_future_ref(blocker));
    eft_future *b = spawn_named(lock_holder, "b");
    eft_future *c = spawn_named(lock_holder, "c");
    turn();
    eft_future_resolve(blocker, eft_ok());
    eft_cancel(b);
    turn();
    CHECK(!eft_lock_is_locked(lock));
    CHECK(eft_future_state(a) == EFT_FINISHED);
    CHECK(eft_await(b).error == EFT_ECANCELED);
    CHECK(!eft_await(c).error);
    CHECK(journal_is("b:error c /c"));
    eft_future_free(blocker);
    eft_await(a);
    lock_finish();
}

static void a_cancel_before_a_release_lets_only_one_take_it(void)
{
    lock_begin();
    acquire();
    eft_future *a = spawn_named(lock_taker, "a");
    eft_future *b = spawn_named(lock_taker, "b");
    eft_future *c = spawn_named(lock_taker, "c");
    turn();
    eft_cancel(a);
    eft_lock_release(lock);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    turn();
    CHECK(journal_is("a:error b"));
    CHECK(eft_future_state(c) == EFT_PENDING);
    eft_cancel(c);
    CHECK(eft_await(c).error == EFT_ECANCELED);
    eft_await(b);
    lock_finish();
}

static void a_cancel_after_the_release_passes_the_lock_on(void)
{
    lock_begin();
    acquire();
    eft_future *a = spawn_named(lock_taker, "a");
    eft_future *b = spawn_named(lock_taker, "b");
    turn();
    eft_lock_release(lock);
    CHECK(eft_cancel(a));
    CHECK(!eft_lock_is_locked(lock));
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(!eft_await(b).error);
    CHECK(eft_lock_is_locked(lock));
    CHECK(journal_is("a:error b"));
    lock_finish();
}

static void who_comes_after_a_cancelled_promise_has_the_lock_in_its_turn(void)
{
    lock_begin();
    acquire();
    eft_future *a = spawn_named(lock_taker, "a");
    turn();
    eft_lock_release(lock);
    eft_cancel(a);
    eft_future *mine = eft_lock_acquire(lock);
    CHECK(eft_future_state(mine) == EFT_PENDING);
    CHECK(!eft_await(mine).error);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    lock_finish();
}

static void a_cancel_in_the_middle_keeps_the_order_of_the_others(void)
{
    lock_begin();
    acquire();
    eft_future *a = spawn_named(lock_holder, "a");
    eft_future *b = spawn_named(lock_holder, "b");
    eft_future *c = spawn_named(lock_holder, "c");
    turn();
    eft_cancel(b);
    eft_lock_release(lock);
    eft_await(a);
    eft_await(c);
    CHECK(eft_await(b).error == EFT_ECANCELED);
    CHECK(journal_is("b:error a /a c /c"));
    lock_finish();
}

static void when_all_waits_are_cancelled_the_lock_can_be_had_at_once(void)
{
    lock_begin();
    acquire();
    eft_future *a = eft_lock_acquire(lock);
    eft_future *b = eft_lock_acquire(lock);
    eft_cancel(a);
    eft_cancel(b);
    eft_lock_release(lock);
    eft_future *mine = eft_lock_acquire(lock);
    CHECK(eft_future_state(mine) == EFT_FINISHED);
    eft_await(mine);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(eft_await(b).error == EFT_ECANCELED);
    lock_finish();
}

static void who_holds_it_waits_for_ever_to_hold_it_again(void)
{
    lock_begin();
    acquire();
    eft_result result = eft_await(eft_wait_for(20, eft_lock_acquire(lock)));
    CHECK(result.error == EFT_ETIMEDOUT);
    CHECK(eft_lock_release(lock) == 0);
    CHECK(!eft_lock_is_locked(lock));
    lock_finish();
}

static void a_wait_that_is_given_up_takes_nothing(void)
{
    lock_begin();
    acquire();
    eft_future *first = eft_lock_acquire(lock);
    eft_future *second = eft_lock_acquire(lock);
    eft_future_free(first);
    eft_lock_release(lock);
    CHECK(!eft_await(second).error);
    lock_finish();
}

static void a_wait_that_is_given_up_when_promised_passes_the_lock_on(void)
{
    lock_begin();
    acquire();
    eft_future *first = eft_lock_acquire(lock);
    eft_future *second = eft_lock_acquire(lock);
    eft_lock_release(lock);
    eft_future_free(first);
    CHECK(!eft_await(second).error);
    CHECK(eft_lock_is_locked(lock));
    lock_finish();
}

static void who_is_cancelled_when_promised_runs_in_the_same_place(void)
{
    lock_begin();
    acquire();
    eft_future *a = spawn_named(lock_taker, "a");
    turn();
    eft_lock_release(lock);
    eft_future *after = eft_call_soon(note_word, (void *)"after");
    eft_cancel(a);
    CHECK(eft_cancel(a));
    turn();
    CHECK(journal_is("a:error after"));
    eft_await(after);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(!eft_lock_is_locked(lock));
    lock_finish();
}

static void a_wait_can_be_cancelled_after_the_lock_was_freed(void)
{
    lock_begin();
    acquire();
    eft_future *a = eft_lock_acquire(lock);
    eft_lock_free(lock);
    eft_cancel(a);
    CHECK(eft_await(a).error == EFT_ECANCELED);
}

const test_case suite_lock_cancel[] = {
    {"a_cancelled_wait_takes_nothing", a_cancelled_wait_takes_nothing},
    {"a_cancel_that_races_with_a_release_serves_the_next",
     a_cancel_that_races_with_a_release_serves_the_next},
    {"a_cancel_before_a_release_lets_only_one_take_it",
     a_cancel_before_a_release_lets_only_one_take_it},
    {"a_cancel_after_the_release_passes_the_lock_on",
     a_cancel_after_the_release_passes_the_lock_on},
    {"who_comes_after_a_cancelled_promise_has_the_lock_in_its_turn",
     who_comes_after_a_cancelled_promise_has_the_lock_in_its_turn},
    {"a_cancel_in_the_middle_keeps_the_order_of_the_others",
     a_cancel_in_the_middle_keeps_the_order_of_the_others},
    {"when_all_waits_are_cancelled_the_lock_can_be_had_at_once",
     when_all_waits_are_cancelled_the_lock_can_be_had_at_once},
    {"who_holds_it_waits_for_ever_to_hold_it_again",
     who_holds_it_waits_for_ever_to_hold_it_again},
    {"a_wait_that_is_given_up_takes_nothing",
     a_wait_that_is_given_up_takes_nothing},
    {"a_wait_that_is_given_up_when_promised_passes_the_lock_on",
     a_wait_that_is_given_up_when_promised_passes_the_lock_on},
    {"who_is_cancelled_when_promised_runs_in_the_same_place",
     who_is_cancelled_when_promised_runs_in_the_same_place},
    {"a_wait_can_be_cancelled_after_the_lock_was_freed",
     a_wait_can_be_cancelled_after_the_lock_was_freed},
    {NULL, NULL},
};
