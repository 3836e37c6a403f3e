/* SPDX-License-Identifier: MIT
 * Conditions: waiting for news, and holding the lock afterwards. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"

/* The condition of the running test, its lock, and what predicates ask. */
static eft_condition *condition;
static eft_lock *lock;
static int state;

static void begin(void)
{
    journal_clear();
    state = 0;
    condition = eft_condition_new(NULL);
    lock = eft_condition_lock(condition);
}

static void finish(void)
{
    eft_condition_free(condition);
}

static void turn(void)
{
    eft_await(eft_sleep(0));
}

static void acquire(void)
{
    CHECK(!eft_await(eft_lock_acquire(lock)).error);
}

static eft_future *spawn(eft_body *body, const char *name)
{
    return eft_spawn(body, (void *)(uintptr_t)name);
}

/* Waits, notes how that ended, and keeps the lock. */
static eft_result wait(void *arg)
{
    acquire();
    eft_result result = eft_await(eft_condition_wait(condition));
    note("%s%s", (const char *)arg, result.error ? ":error" : "");
    CHECK(eft_lock_is_locked(lock));
    return result;
}

/* The same, and releases the lock. */
static eft_result wait_and_release(void *arg)
{
    eft_result result = wait(arg);

    CHECK(eft_lock_release(lock) == 0);
    return result;
}

static bool is_nonzero(void *arg)
{
    return *(int *)arg != 0;
}

static void a_wait_ends_when_notified_and_the_lock_is_released(void)
{
    begin();
    eft_future *a = spawn(wait, "1");
    eft_future *b = spawn(wait, "2");
    eft_future *c = spawn(wait, "3");
    turn();
    CHECK(journal_is("") && !eft_lock_is_locked(lock));
    acquire();
    CHECK(eft_condition_notify(condition, 1) == 0);
    turn();
    CHECK(journal_is("") && eft_lock_is_locked(lock));
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1") && eft_lock_is_locked(lock));
    eft_condition_notify(condition, 2);
    turn();
    CHECK(journal_is("1") && eft_lock_is_locked(lock));
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1 2") && eft_lock_is_locked(lock));
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1 2 3") && eft_lock_is_locked(lock));
    eft_result_free(eft_await(eft_gather(a, b, c)));
    finish();
}

static void a_cancelled_wait_holds_the_lock(void)
{
    begin();
    eft_future *a = spawn(wait, "a");
    turn();
    CHECK(!eft_lock_is_locked(lock));
    CHECK(eft_cancel(a));
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(eft_lock_is_locked(lock));
    CHECK(journal_is("a:error"));
    finish();
}

static void a_cancelled_wait_waits_for_the_lock(void)
{
    begin();
    eft_future *a = spawn(wait, "a");
    turn();
    acquire();
    eft_cancel(a);
    turn();
    turn();
    CHECK(eft_future_state(a) == EFT_PENDING);
    eft_lock_release(lock);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(eft_lock_is_locked(lock));
    finish();
}

static void a_cancel_after_the_notification_holds_the_lock_too(void)
{
    begin();
    eft_future *a = spawn(wait, "a");
    turn();
    acquire();
    eft_condition_notify(condition, 1);
    eft_cancel(a);
    eft_lock_release(lock);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(eft_lock_is_locked(lock));
    finish();
}

static void a_cancel_while_it_wants_the_lock_is_remembered(void)
{
    begin();
    eft_future *a = spawn(wait_and_release, "a");
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
    finish();
}

static void repeated_cancels_change_nothing(void)
{
    begin();
    eft_future *a = spawn(wait_and_release, "a");
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
    finish();
}

static void a_cancelled_wait_keeps_its_place_for_the_lock(void)
{
    begin();
    eft_future *a = spawn(wait_and_release, "a");
    eft_future *b = spawn(wait_and_release, "b");
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
    finish();
}

static void a_wait_without_the_lock_is_refused(void)
{
    begin();
    CHECK(eft_await(eft_condition_wait(condition)).error == EFT_EINVAL);
    CHECK(!strcmp(eft_error_detail(), "the condition's lock is not held"));
    finish();
}

static eft_result wait_until(void *arg)
{
    acquire();
    eft_result result =
        eft_await(eft_condition_wait_until(condition, is_nonzero, &state));
    note("%s%s", (const char *)arg, result.error ? ":error" : "");
    CHECK(eft_lock_release(lock) == 0);
    return result;
}

static void notify_one(void)
{
    acquire();
    CHECK(eft_condition_notify(condition, 1) == 0);
    eft_lock_release(lock);
}

static void wait_until_goes_on_waiting_while_the_predicate_is_false(void)
{
    begin();
    eft_future *a = spawn(wait_until, "a");
    turn();
    CHECK(journal_is(""));
    notify_one();
    turn();
    CHECK(journal_is("") && !eft_lock_is_locked(lock));
    state = 1;
    notify_one();
    turn();
    CHECK(journal_is("a"));
    CHECK(!eft_await(a).error);
    finish();
}

static void wait_until_is_done_at_once_where_it_is_true(void)
{
    begin();
    state = 1;
    size_t live = eft_live_objects();
    CHECK(!eft_await(eft_condition_wait_until(condition, is_nonzero, &state))
               .error);
    CHECK(eft_live_objects() == live && !eft_lock_is_locked(lock));
    finish();
}

static void wait_until_without_the_lock_is_refused(void)
{
    begin();
    CHECK(eft_await(eft_condition_wait_until(condition, is_nonzero, &state))
              .error == EFT_EINVAL);
    finish();
}

static void a_cancelled_wait_until_holds_the_lock(void)
{
    begin();
    eft_future *a = spawn(wait_until, "a");
    turn();
    eft_cancel(a);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(journal_is("a:error"));
    CHECK(!eft_lock_is_locked(lock));
    finish();
}

static void notify_wakes_as_many_as_it_says_in_their_order(void)
{
    begin();
    eft_future *a = spawn(wait_and_release, "1");
    eft_future *b = spawn(wait_and_release, "2");
    eft_future *c = spawn(wait_and_release, "3");
    turn();
    notify_one();
    turn();
    CHECK(journal_is("1"));
    acquire();
    eft_condition_notify(condition, 1);
    eft_condition_notify(condition, 2048);
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1 2 3"));
    eft_result_free(eft_await(eft_gather(a, b, c)));
    finish();
}

static void notify_of_none_wakes_none(void)
{
    begin();
    eft_future *a = spawn(wait_and_release, "a");
    turn();
    acquire();
    CHECK(eft_condition_notify(condition, 0) == 0);
    eft_lock_release(lock);
    turn();
    CHECK(journal_is(""));
    notify_one();
    eft_await(a);
    finish();
}

static void notify_all_wakes_all(void)
{
    begin();
    eft_future *a = spawn(wait_and_release, "1");
    eft_future *b = spawn(wait_and_release, "2");
    turn();
    acquire();
    CHECK(eft_condition_notify_all(condition) == 0);
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1 2"));
    eft_result_free(eft_await(eft_gather(a, b)));
    finish();
}

static void a_notification_is_not_kept_for_who_comes_later(void)
{
    begin();
    notify_one();
    eft_future *a = spawn(wait_and_release, "a");
    turn();
    turn();
    CHECK(journal_is(""));
    notify_one();
    eft_await(a);
    finish();
}

static void notify_without_the_lock_is_refused(void)
{
    begin();
    CHECK(eft_condition_notify(condition, 1) == EFT_EINVAL);
    CHECK(eft_condition_notify_all(condition) == EFT_EINVAL);
    finish();
}

static void a_lock_can_be_given_and_shared(void)
{
    eft_lock *shared = eft_lock_new();
    eft_condition *one = eft_condition_new(shared);
    eft_condition *two = eft_condition_new(shared);

    CHECK(eft_condition_lock(one) == shared);
    eft_await(eft_lock_acquire(shared));
    eft_future *a = eft_condition_wait(one);
    CHECK(!eft_lock_is_locked(shared));
    eft_await(eft_lock_acquire(shared));
    eft_future *b = eft_condition_wait(two);
    eft_await(eft_lock_acquire(shared));
    eft_condition_notify(two, 1);
    eft_lock_release(shared);
    CHECK(!eft_await(b).error);
    CHECK(eft_future_state(a) == EFT_PENDING);
    eft_condition_notify(one, 1);
    eft_lock_release(shared);
    CHECK(!eft_await(a).error);
    eft_condition_free(one);
    eft_condition_free(two);
    CHECK(eft_lock_release(shared) == 0);
    eft_lock_free(shared);
}

static void a_wait_can_time_out_and_holds_the_lock(void)
{
    begin();
    acquire();
    CHECK(eft_await(eft_wait_for(500, eft_condition_wait(condition))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_lock_is_locked(lock));
    finish();
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

static bool is_zero(void *arg)
{
    return *(int *)arg == 0;
}

/* One of two consumers is notified and cancelled: the other one must get it. */
static void cancel_one_of_two_consumers(bool it_wants_the_lock)
{
    begin();
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
    finish();
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
    begin();
    eft_future *a = spawn(wait_and_release, "a");
    eft_future *b = spawn(wait_and_release, "b");
    turn();
    eft_cancel(a);
    eft_await(a);
    turn();
    CHECK(journal_is("a:error"));
    notify_one();
    CHECK(!eft_await(b).error);
    finish();
}

static void a_wait_that_is_given_up_leaves_the_lock_alone(void)
{
    begin();
    acquire();
    eft_future *waiting = eft_condition_wait(condition);
    eft_future_free(waiting);
    turn();
    CHECK(!eft_lock_is_locked(lock));
    finish();
}

static void a_wait_that_is_given_up_passes_notification_and_lock_on(void)
{
    begin();
    acquire();
    eft_future *first = eft_condition_wait(condition);
    acquire();
    eft_future *second = eft_condition_wait(condition);
    acquire();
    eft_condition_notify(condition, 1);
    turn();
    eft_lock_release(lock);
    eft_future_free(first);
    CHECK(!eft_await(second).error);
    CHECK(eft_lock_is_locked(lock));
    finish();
}

static void a_cancelled_wait_can_be_given_up(void)
{
    begin();
    acquire();
    eft_future *waiting = eft_condition_wait(condition);
    acquire();
    eft_cancel(waiting);
    turn();
    eft_future_free(waiting);
    CHECK(eft_lock_release(lock) == 0);
    turn();
    CHECK(!eft_lock_is_locked(lock));
    finish();
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
    begin();
    acquire();
    asking = eft_condition_wait_until(condition, cancel_asking, &state);
    eft_future *waiting = asking;
    state = 1;
    notify_one();
    CHECK(eft_await(waiting).error == EFT_ECANCELED);
    CHECK(eft_lock_is_locked(lock));
    finish();
}

static void a_predicate_may_give_up_the_wait(void)
{
    begin();
    acquire();
    asking = eft_condition_wait_until(condition, give_up_asking, &state);
    state = 1;
    notify_one();
    turn();
    CHECK(!asking);
    CHECK(!eft_lock_is_locked(lock));
    finish();
}

static void freeing_it_ends_what_waits(void)
{
    begin();
    acquire();
    eft_future *first = eft_condition_wait(condition);
    acquire();
    eft_future *second = eft_condition_wait(condition);
    acquire();
    eft_condition_notify(condition, 1);
    turn();
    eft_condition_free(condition);
    CHECK(eft_await(first).error == EFT_ECLOSED);
    CHECK(eft_await(second).error == EFT_ECLOSED);
    CHECK(!strcmp(eft_error_detail(), "the condition was freed"));
}

static void freeing_it_leaves_each_wait_with_the_lock_that_was_given(void)
{
    begin();
    eft_condition_free(condition);
    lock = eft_lock_new();
    condition = eft_condition_new(lock);
    eft_future *a = spawn(wait_and_release, "a");
    eft_future *b = spawn(wait_and_release, "b");
    turn();
    eft_condition_free(condition);
    CHECK(eft_await(a).error == EFT_ECLOSED);
    CHECK(eft_await(b).error == EFT_ECLOSED);
    CHECK(journal_is("a:error b:error"));
    eft_lock_free(lock);
}

static void freeing_its_lock_first_does_no_harm(void)
{
    begin();
    eft_condition_free(condition);
    lock = eft_lock_new();
    condition = eft_condition_new(lock);
    acquire();
    eft_future *waiting = eft_condition_wait(condition);
    acquire();
    eft_condition_notify(condition, 1);
    turn();
    eft_lock_free(lock);
    CHECK(eft_await(waiting).error == EFT_ECLOSED);
    CHECK(eft_await(eft_condition_wait(condition)).error == EFT_EINVAL);
    eft_condition_free(condition);
}

static void null_is_answered(void)
{
    CHECK(eft_await(eft_condition_wait(NULL)).error == EFT_EINVAL);
    CHECK(eft_await(eft_condition_wait_until(NULL, is_zero, NULL)).error ==
          EFT_EINVAL);
    CHECK(eft_condition_notify(NULL, 1) == EFT_EINVAL);
    CHECK(eft_condition_notify_all(NULL) == EFT_EINVAL);
    CHECK(!eft_condition_lock(NULL));
    eft_condition_free(NULL);
}

static void without_memory_the_lock_stays_held(void)
{
    size_t none = 0;
    size_t one = 1;

    begin();
    acquire();
    eft_set_allocator(run_out, &none);
    eft_future *waiting = eft_condition_wait(condition);
    eft_set_allocator(run_out, &one);
    eft_condition *other = eft_condition_new(NULL);
    eft_set_allocator(NULL, NULL);
    CHECK(!other);
    CHECK(eft_await(waiting).error == EFT_ENOMEM);
    CHECK(eft_lock_is_locked(lock));
    finish();
}

const test_case suite_condition[] = {
    {"a_wait_ends_when_notified_and_the_lock_is_released",
     a_wait_ends_when_notified_and_the_lock_is_released},
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
    {"a_wait_without_the_lock_is_refused", a_wait_without_the_lock_is_refused},
    {"wait_until_goes_on_waiting_while_the_predicate_is_false",
     wait_until_goes_on_waiting_while_the_predicate_is_false},
    {"wait_until_is_done_at_once_where_it_is_true",
     wait_until_is_done_at_once_where_it_is_true},
    {"wait_until_without_the_lock_is_refused",
     wait_until_without_the_lock_is_refused},
    {"a_cancelled_wait_until_holds_the_lock",
     a_cancelled_wait_until_holds_the_lock},
    {"notify_wakes_as_many_as_it_says_in_their_order",
     notify_wakes_as_many_as_it_says_in_their_order},
    {"notify_of_none_wakes_none", notify_of_none_wakes_none},
    {"notify_all_wakes_all", notify_all_wakes_all},
    {"a_notification_is_not_kept_for_who_comes_later",
     a_notification_is_not_kept_for_who_comes_later},
    {"notify_without_the_lock_is_refused", notify_without_the_lock_is_refused},
    {"a_lock_can_be_given_and_shared", a_lock_can_be_given_and_shared},
    {"a_wait_can_time_out_and_holds_the_lock",
     a_wait_can_time_out_and_holds_the_lock},
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
    {"freeing_it_ends_what_waits", freeing_it_ends_what_waits},
    {"freeing_it_leaves_each_wait_with_the_lock_that_was_given",
     freeing_it_leaves_each_wait_with_the_lock_that_was_given},
    {"freeing_its_lock_first_does_no_harm",
     freeing_its_lock_first_does_no_harm},
    {"null_is_answered", null_is_answered},
    {"without_memory_the_lock_stays_held", without_memory_the_lock_stays_held},
    {NULL, NULL},
};
