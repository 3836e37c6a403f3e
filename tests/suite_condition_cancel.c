/* SPDX-License-Identifier: MIT
 * Conditions: waits that are cancelled or given up. */
#include <eft/eft.h>

#include "journal.h"
#include "suite.h"
#include "sync_case.h"

static void a_cancelled_wait_holds_the_lock(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_waiter, "a");
    turn();
    CHECK(!eft_lock_is_locked(lock));
    CHECK(eft_cancel(a));
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(eft_lock_is_locked(lock));
    CHECK(journal_is("a:error"));
    condition_finish();
}

static void a_cancelled_wait_waits_for_the_lock(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_waiter, "a");
    turn();
    acquire();
    eft_cancel(a);
    turn();
    turn();
    CHECK(eft_future_state(a) == EFT_PENDING);
    eft_lock_release(lock);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(eft_lock_is_locked(lock));
    condition_finish();
}

static void a_cancel_after_the_notification_holds_the_lock_too(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_waiter, "a");
    turn();
    acquire();
    eft_condition_notify(condition, 1);
    eft_cancel(a);
    eft_lock_release(lock);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(eft_lock_is_locked(lock));
    condition_finish();
}

static void a_cancel_while_it_wants_the_lock_is_remembered(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_visitor, "a");
    turn();
    acquire();
    eft_condition_notify(condition, 1);
    turn();
    eft_cancel(a);
    turn();
    CHECK(eft_future_state(a) == EFT_PENDING);
    eft_lock_release(lock);
    turn();
    CHECK(eft_future_state(a) == EFT_CANCELED);
    CHECK(journal_is("a:error"));
    eft_await(a);
    condition_finish();
}

static void repeated_cancels_change_nothing(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_visitor, "a");
    turn();
    acquire();
    for (int i = 0; i < 5; i++) {
        CHECK(eft_cancel(a));
        turn();
        CHECK(eft_future_state(a) == EFT_PENDING);
    }
    eft_lock_release(lock);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(!eft_lock_is_locked(lock));
    condition_finish();
}

static void a_cancelled_wait_keeps_its_place_for_the_lock(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_visitor, "a");
    eft_future *b = spawn_named(condition_visitor, "b");
    turn();
    acquire();
    eft_condition_notify_all(condition);
    turn();
    eft_cancel(a);
    turn();
    eft_lock_release(lock);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(!eft_await(b).error);
    CHECK(journal_is("a:error b"));
    condition_finish();
}

static void a_cancelled_wait_until_holds_the_lock(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_watcher, "a");
    turn();
    eft_cancel(a);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(journal_is("a:error"));
    CHECK(!eft_lock_is_locked(lock));
    condition_finish();
}

/* Takes what state counts, one by one; less than nothing ends it. */
static eft_result consume(void *arg)
{
    (void)arg;
    acquire();
    for (;;) {
        eft_result result =
            eft_await(eft_condition_wait_until(condition, is_nonzero, &state));

        if (result.error || state < 0) {
            eft_lock_release(lock);
            return result;
        }
        state--;
    }
}

/* One of two consumers is notified and cancelled: the other one must get it. */
static void cancel_one_of_two_consumers(bool it_wants_the_lock)
{
    condition_begin();
    eft_future *first = eft_spawn(consume, NULL);
    eft_future *second = eft_spawn(consume, NULL);
    turn();
    acquire();
    state++;
    eft_condition_notify(condition, 1);
    if (it_wants_the_lock)
        turn();
    eft_cancel(first);
    eft_await(
        eft_wait_for(10, eft_condition_wait_until(condition, is_zero, &state)));
    CHECK(state == 0);
    state = -1;
    eft_condition_notify_all(condition);
    eft_lock_release(lock);
    CHECK(!eft_await(second).error);
    CHECK(eft_await(first).error == EFT_ECANCELED);
    condition_finish();
}

static void a_notification_of_a_cancelled_wait_goes_to_the_next(void)
{
    cancel_one_of_two_consumers(false);
}

static void a_notification_of_a_wait_cancelled_for_the_lock_does_too(void)
{
    cancel_one_of_two_consumers(true);
}

static void a_cancel_without_a_notification_wakes_nobody_else(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_visitor, "a");
    eft_future *b = spawn_named(condition_visitor, "b");
    turn();
    eft_cancel(a);
    eft_await(a);
    turn();
    CHECK(journal_is("a:error"));
    notify_one();
    CHECK(!eft_await(b).error);
    condition_finish();
}

static void a_wait_that_is_given_up_leaves_the_lock_alone(void)
{
    condition_begin();
    acquire();
    eft_future *waiting = eft_condition_wait(condition);
    eft_future_free(waiting);
    turn();
    CHECK(!eft_lock_is_locked(lock));
    condition_finish();
}

static void a_wait_that_is_given_up_passes_notification_and_lock_on(void)
{
    eft_future *first;
    eft_future *second;

    condition_begin();
    wait_twice_and_notify(&first, &second);
    eft_lock_release(lock);
    eft_future_free(first);
    CHECK(!eft_await(second).error);
    CHECK(eft_lock_is_locked(lock));
    condition_finish();
}

static void a_cancelled_wait_can_be_given_up(void)
{
    condition_begin();
    acquire();
    eft_future *waiting = eft_condition_wait(condition);
    acquire();
    eft_cancel(waiting);
    turn();
    eft_future_free(waiting);
    CHECK(eft_lock_release(lock) == 0);
    turn();
    CHECK(!eft_lock_is_locked(lock));
    condition_finish();
}

/* A predicate that cancels or gives up the wait that asks it. */
static eft_future *asking;

static bool cancel_asking(void *arg)
{
    if (asking && *(int *)arg) {
        eft_cancel(asking);
        asking = NULL;
    }
    return false;
}

static bool give_up_asking(void *arg)
{
    if (asking && *(int *)arg) {
        eft_future_free(asking);
        asking = NULL;
    }
    return false;
}

static void a_predicate_may_cancel_the_wait(void)
{
    condition_begin();
    acquire();
    asking = eft_condition_wait_until(condition, cancel_asking, &state);
    eft_future *waiting = asking;
    state = 1;
    notify_one();
    CHECK(eft_await(waiting).error == EFT_ECANCELED);
    CHECK(eft_lock_is_locked(lock));
    condition_finish();
}

static void a_predicate_may_give_up_the_wait(void)
{
    condition_begin();
    acquire();
    asking = eft_condition_wait_until(condition, give_up_asking, &state);
    state = 1;
    notify_one();
    turn();
    CHECK(!asking);
    CHECK(!eft_lock_is_locked(lock));
    condition_finish();
}

const test_case suite_condition_cancel[] = {
    {"a_cancelled_wait_holds_the_lock", a_cancelled_wait_holds_the_lock},
    {"a_cancelled_wait_waits_for_the_lock",
     a_cancelled_wait_waits_for_the_lock},
    {"a_cancel_after_the_notification_holds_the_lock_too",
     a_cancel_after_the_notification_holds_the_lock_too},
    {"a_cancel_while_it_wants_the_lock_is_remembered",
     a_cancel_while_it_wants_the_lock_is_remembered},
    {"repeated_cancels_change_nothing", repeated_cancels_change_nothing},
    {"a_cancelled_wait_keeps_its_place_for_the_lock",
     a_cancelled_wait_keeps_its_place_for_the_lock},
    {"a_cancelled_wait_until_holds_the_lock",
     a_cancelled_wait_until_holds_the_lock},
    {"a_notification_of_a_cancelled_wait_goes_to_the_next",
     a_notification_of_a_cancelled_wait_goes_to_the_next},
    {"a_notification_of_a_wait_cancelled_for_the_lock_does_too",
     a_notification_of_a_wait_cancelled_for_the_lock_does_too},
    {"a_cancel_without_a_notification_wakes_nobody_else",
     a_cancel_without_a_notification_wakes_nobody_else},
    {"a_wait_that_is_given_up_leaves_the_lock_alone",
     a_wait_that_is_given_up_leaves_the_lock_alone},
    {"a_wait_that_is_given_up_passes_notification_and_lock_on",
     a_wait_that_is_given_up_passes_notification_and_lock_on},
    {"a_cancelled_wait_can_be_given_up", a_cancelled_wait_can_be_given_up},
    {"a_predicate_may_cancel_the_wait", a_predicate_may_cancel_the_wait},
    {"a_predicate_may_give_up_the_wait", a_predicate_may_give_up_the_wait},
    {NULL, NULL},
};
