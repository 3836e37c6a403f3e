/* SPDX-License-Identifier: MIT
 * Conditions: waiting for news, and holding the lock afterwards. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"
#include "sync_case.h"

static void a_wait_ends_when_notified_and_the_lock_is_released(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_waiter, "1");
    eft_future *b = spawn_named(condition_waiter, "2");
    eft_future *c = spawn_named(condition_waiter, "3");
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
    condition_finish();
}

static void a_wait_without_the_lock_is_refused(void)
{
    condition_begin();
    CHECK(eft_await(eft_condition_wait(condition)).error == EFT_EINVAL);
    CHECK(!strcmp(eft_error_detail(), "the condition's lock is not held"));
    condition_finish();
}

static void wait_until_goes_on_waiting_while_the_predicate_is_false(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_watcher, "a");
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
    condition_finish();
}

static void wait_until_is_done_at_once_where_it_is_true(void)
{
    condition_begin();
    state = 1;
    size_t live = eft_live_objects();
    CHECK(!eft_await(eft_condition_wait_until(condition, is_nonzero, &state))
               .error);
    CHECK(eft_live_objects() == live && !eft_lock_is_locked(lock));
    condition_finish();
}

static void wait_until_without_the_lock_is_refused(void)
{
    condition_begin();
    CHECK(eft_await(eft_condition_wait_until(condition, is_nonzero, &state))
              .error == EFT_EINVAL);
    condition_finish();
}

static void notify_wakes_as_many_as_it_says_in_their_order(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_visitor, "1");
    eft_future *b = spawn_named(condition_visitor, "2");
    eft_future *c = spawn_named(condition_visitor, "3");
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
    condition_finish();
}

static void notify_of_none_wakes_none(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_visitor, "a");
    turn();
    acquire();
    CHECK(eft_condition_notify(condition, 0) == 0);
    eft_lock_release(lock);
    turn();
    CHECK(journal_is(""));
    notify_one();
    eft_await(a);
    condition_finish();
}

static void notify_all_wakes_all(void)
{
    condition_begin();
    eft_future *a = spawn_named(condition_visitor, "1");
    eft_future *b = spawn_named(condition_visitor, "2");
    turn();
    acquire();
    CHECK(eft_condition_notify_all(condition) == 0);
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1 2"));
    eft_result_free(eft_await(eft_gather(a, b)));
    condition_finish();
}

static void a_notification_is_not_kept_for_who_comes_later(void)
{
    condition_begin();
    notify_one();
    eft_future *a = spawn_named(condition_visitor, "a");
    turn();
    turn();
    CHECK(journal_is(""));
    notify_one();
    eft_await(a);
    condition_finish();
}

static void notify_without_the_lock_is_refused(void)
{
    condition_begin();
    CHECK(eft_condition_notify(condition, 1) == EFT_EINVAL);
    CHECK(eft_condition_notify_all(condition) == EFT_EINVAL);
    condition_finish();
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
    condition_begin();
    acquire();
    CHECK(eft_await(eft_wait_for(500, eft_condition_wait(condition))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_lock_is_locked(lock));
    condition_finish();
}

static void freeing_it_ends_what_waits(void)
{
    eft_future *first;
    eft_future *second;

    condition_begin();
    wait_twice_and_notify(&first, &second);
    eft_condition_free(condition);
    CHECK(eft_await(first).error == EFT_ECLOSED);
    CHECK(eft_await(second).error == EFT_ECLOSED);
    CHECK(!strcmp(eft_error_detail(), "the condition was freed"));
}

static void freeing_it_leaves_each_wait_with_the_lock_that_was_given(void)
{
    condition_begin();
    eft_condition_free(condition);
    lock = eft_lock_new();
    condition = eft_condition_new(lock);
    eft_future *a = spawn_named(condition_visitor, "a");
    eft_future *b = spawn_named(condition_visitor, "b");
    turn();
    eft_condition_free(condition);
    CHECK(eft_await(a).error == EFT_ECLOSED);
    CHECK(eft_await(b).error == EFT_ECLOSED);
    CHECK(journal_is("a:error b:error"));
    eft_lock_free(lock);
}

static void freeing_its_lock_first_does_no_harm(void)
{
    condition_begin();
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

    condition_begin();
    acquire();
    eft_set_allocator(run_out, &none);
    eft_future *waiting = eft_condition_wait(condition);
    eft_set_allocator(run_out, &one);
    eft_condition *other = eft_condition_new(NULL);
    eft_set_allocator(NULL, NULL);
    CHECK(!other);
    CHECK(eft_await(waiting).error == EFT_ENOMEM);
    CHECK(eft_lock_is_locked(lock));
    condition_finish();
}

const test_case suite_condition[] = {
    {"a_wait_ends_when_notified_and_the_lock_is_released",
     a_wait_ends_when_notified_and_the_lock_is_released},
    {"a_wait_without_the_lock_is_refused", a_wait_without_the_lock_is_refused},
    {"wait_until_goes_on_waiting_while_the_predicate_is_false",
     wait_until_goes_on_waiting_while_the_predicate_is_false},
    {"wait_until_is_done_at_once_where_it_is_true",
     wait_until_is_done_at_once_where_it_is_true},
    {"wait_until_without_the_lock_is_refused",
     wait_until_without_the_lock_is_refused},
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
    {"freeing_it_ends_what_waits", freeing_it_ends_what_waits},
    {"freeing_it_leaves_each_wait_with_the_lock_that_was_given",
     freeing_it_leaves_each_wait_with_the_lock_that_was_given},
    {"freeing_its_lock_first_does_no_harm",
     freeing_its_lock_first_does_no_harm},
    {"null_is_answered", null_is_answered},
    {"without_memory_the_lock_stays_held", without_memory_the_lock_stays_held},
    {NULL, NULL},
};
