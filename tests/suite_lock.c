/* SPDX-License-Identifier: MIT
 * Locks: one holder at a time, first come, first served. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"

/* The lock of the running test. */
static eft_lock *lock;

static void begin(void)
{
    journal_clear();
    lock = eft_lock_new();
}

static void finish(void)
{
    eft_lock_free(lock);
}

static void turn(void)
{
    eft_await(eft_sleep(0));
}

/* Acquires, and notes its name, or its name and an error. */
static eft_result take(void *arg)
{
    eft_result result = eft_await(eft_lock_acquire(lock));

    note("%s%s", (const char *)arg, result.error ? ":error" : "");
    return result;
}

/* Holds the lock for a turn. */
static eft_result hold(void *arg)
{
    EFT_TRY(take(arg));
    eft_result result = eft_await(eft_sleep(0));
    note("/%s", (const char *)arg);
    eft_lock_release(lock);
    return result;
}

static eft_future *spawn(eft_body *body, const char *name)
{
    return eft_spawn(body, (void *)(uintptr_t)name);
}

static void a_new_lock_is_free(void)
{
    begin();
    CHECK(!eft_lock_is_locked(lock));
    finish();
}

static void a_free_lock_is_taken_at_once(void)
{
    begin();
    size_t live = eft_live_objects();
    eft_future *acquire = eft_lock_acquire(lock);
    CHECK(eft_future_state(acquire) == EFT_FINISHED);
    CHECK(eft_lock_is_locked(lock));
    CHECK(eft_live_objects() == live);
    CHECK(!eft_await(acquire).error);
    CHECK(eft_lock_release(lock) == 0);
    CHECK(!eft_lock_is_locked(lock));
    finish();
}

static void who_waits_takes_it_in_the_order_of_arrival(void)
{
    begin();
    CHECK(!eft_await(eft_lock_acquire(lock)).error);
    eft_future *t1 = spawn(take, "1");
    eft_future *t2 = spawn(take, "2");
    turn();
    CHECK(journal_is(""));
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1"));
    turn();
    CHECK(journal_is("1"));
    eft_future *t3 = spawn(take, "3");
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1 2"));
    eft_lock_release(lock);
    turn();
    CHECK(journal_is("1 2 3"));
    eft_result_free(eft_await(eft_gather(t1, t2, t3)));
    finish();
}

static void a_released_lock_is_free_until_the_next_has_its_turn(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *task = spawn(take, "a");
    turn();
    eft_lock_release(lock);
    CHECK(!eft_lock_is_locked(lock));
    turn();
    CHECK(eft_lock_is_locked(lock));
    eft_await(task);
    finish();
}

static void nobody_takes_a_lock_that_is_promised(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = spawn(hold, "a");
    turn();
    eft_lock_release(lock);
    eft_future *mine = eft_lock_acquire(lock);
    CHECK(eft_future_state(mine) == EFT_PENDING);
    CHECK(!eft_await(mine).error);
    note("mine");
    CHECK(journal_is("a /a mine"));
    eft_await(a);
    finish();
}

static void a_cancelled_wait_takes_nothing(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *task = spawn(take, "a");
    turn();
    CHECK(eft_cancel(task));
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(eft_lock_is_locked(lock));
    eft_lock_release(lock);
    turn();
    CHECK(!eft_lock_is_locked(lock));
    finish();
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
    begin();
    eft_future *blocker = eft_future_new();
    eft_future *a = eft_spawn(hold_until, eft_future_ref(blocker));
    eft_future *b = spawn(hold, "b");
    eft_future *c = spawn(hold, "c");
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
    finish();
}

static void a_cancel_before_a_release_lets_only_one_take_it(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = spawn(take, "a");
    eft_future *b = spawn(take, "b");
    eft_future *c = spawn(take, "c");
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
    finish();
}

static void a_cancel_after_the_release_passes_the_lock_on(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = spawn(take, "a");
    eft_future *b = spawn(take, "b");
    turn();
    eft_lock_release(lock);
    CHECK(eft_cancel(a));
    CHECK(!eft_lock_is_locked(lock));
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(!eft_await(b).error);
    CHECK(eft_lock_is_locked(lock));
    CHECK(journal_is("a:error b"));
    finish();
}

static void who_comes_after_a_cancelled_promise_has_the_lock_in_its_turn(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = spawn(take, "a");
    turn();
    eft_lock_release(lock);
    eft_cancel(a);
    eft_future *mine = eft_lock_acquire(lock);
    CHECK(eft_future_state(mine) == EFT_PENDING);
    CHECK(!eft_await(mine).error);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    finish();
}

static void a_cancel_in_the_middle_keeps_the_order_of_the_others(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = spawn(hold, "a");
    eft_future *b = spawn(hold, "b");
    eft_future *c = spawn(hold, "c");
    turn();
    eft_cancel(b);
    eft_lock_release(lock);
    eft_await(a);
    eft_await(c);
    CHECK(eft_await(b).error == EFT_ECANCELED);
    CHECK(journal_is("b:error a /a c /c"));
    finish();
}

static void when_all_waits_are_cancelled_the_lock_can_be_had_at_once(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
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
    finish();
}

static void release_of_a_free_lock_is_refused(void)
{
    begin();
    CHECK(eft_lock_release(lock) == EFT_EINVAL);
    eft_await(eft_lock_acquire(lock));
    CHECK(eft_lock_release(lock) == 0);
    CHECK(eft_lock_release(lock) == EFT_EINVAL);
    finish();
}

static void release_of_a_promised_lock_is_refused(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = eft_lock_acquire(lock);
    CHECK(eft_lock_release(lock) == 0);
    CHECK(eft_lock_release(lock) == EFT_EINVAL);
    CHECK(!eft_await(a).error);
    finish();
}

static void who_holds_it_waits_for_ever_to_hold_it_again(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_result result = eft_await(eft_wait_for(20, eft_lock_acquire(lock)));
    CHECK(result.error == EFT_ETIMEDOUT);
    CHECK(eft_lock_release(lock) == 0);
    CHECK(!eft_lock_is_locked(lock));
    finish();
}

static void a_wait_that_is_given_up_takes_nothing(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *first = eft_lock_acquire(lock);
    eft_future *second = eft_lock_acquire(lock);
    eft_future_free(first);
    eft_lock_release(lock);
    CHECK(!eft_await(second).error);
    finish();
}

static void a_wait_that_is_given_up_when_promised_passes_the_lock_on(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *first = eft_lock_acquire(lock);
    eft_future *second = eft_lock_acquire(lock);
    eft_lock_release(lock);
    eft_future_free(first);
    CHECK(!eft_await(second).error);
    CHECK(eft_lock_is_locked(lock));
    finish();
}

static void note_done(eft_future *future, void *arg)
{
    note("%s:%d", (const char *)arg, eft_future_take(future).error);
}

static void a_callback_is_told(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *acquire = eft_lock_acquire(lock);
    CHECK(!eft_future_on_done(acquire, note_done, (void *)"told"));
    eft_lock_release(lock);
    CHECK(journal_is(""));
    turn();
    CHECK(journal_is("told:0"));
    eft_future_free(acquire);
    finish();
}

static void note_word(void *arg)
{
    note("%s", (const char *)arg);
}

static void who_is_served_runs_before_what_became_ready_later(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = spawn(take, "a");
    turn();
    eft_future *before = eft_call_soon(note_word, (void *)"before");
    eft_lock_release(lock);
    eft_future *after = eft_call_soon(note_word, (void *)"after");
    turn();
    CHECK(journal_is("before a after"));
    eft_result_free(eft_await(eft_gather(before, after, a)));
    finish();
}

static void who_is_cancelled_when_promised_runs_in_the_same_place(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = spawn(take, "a");
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
    finish();
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

    begin();
    eft_future *tasks[20];
    for (int i = 0; i < 20; i++)
        tasks[i] = eft_spawn(count_inside, &inside);
    eft_result result = eft_await(eft_gather_array(tasks, 20, NULL));
    CHECK(!result.error);
    eft_result_free(result);
    finish();
}

static void freeing_it_ends_what_waits(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = eft_lock_acquire(lock);
    eft_future *b = spawn(take, "b");
    turn();
    eft_lock_free(lock);
    CHECK(eft_await(a).error == EFT_ECLOSED);
    CHECK(!strcmp(eft_error_detail(), "the lock was freed"));
    CHECK(eft_await(b).error == EFT_ECLOSED);
}

static void freeing_it_ends_what_it_was_promised_to(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = eft_lock_acquire(lock);
    eft_future *b = eft_lock_acquire(lock);
    eft_lock_release(lock);
    eft_lock_free(lock);
    CHECK(eft_await(a).error == EFT_ECLOSED);
    CHECK(eft_await(b).error == EFT_ECLOSED);
}

static void a_wait_can_be_cancelled_after_the_lock_was_freed(void)
{
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = eft_lock_acquire(lock);
    eft_lock_free(lock);
    eft_cancel(a);
    CHECK(eft_await(a).error == EFT_ECANCELED);
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
    begin();
    eft_await(eft_lock_acquire(lock));
    eft_future *a = eft_spawn(take_and_free, NULL);
    eft_future *b = spawn(take, "b");
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

    begin();
    eft_await(eft_lock_acquire(lock));
    eft_set_allocator(run_out, &none);
    eft_future *a = eft_lock_acquire(lock);
    eft_lock *other = eft_lock_new();
    eft_set_allocator(NULL, NULL);
    CHECK(!other);
    CHECK(eft_await(a).error == EFT_ENOMEM);
    CHECK(eft_lock_release(lock) == 0);
    CHECK(!eft_lock_is_locked(lock));
    finish();
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
    {"release_of_a_free_lock_is_refused", release_of_a_free_lock_is_refused},
    {"release_of_a_promised_lock_is_refused",
     release_of_a_promised_lock_is_refused},
    {"who_holds_it_waits_for_ever_to_hold_it_again",
     who_holds_it_waits_for_ever_to_hold_it_again},
    {"a_wait_that_is_given_up_takes_nothing",
     a_wait_that_is_given_up_takes_nothing},
    {"a_wait_that_is_given_up_when_promised_passes_the_lock_on",
     a_wait_that_is_given_up_when_promised_passes_the_lock_on},
    {"a_callback_is_told", a_callback_is_told},
    {"who_is_served_runs_before_what_became_ready_later",
     who_is_served_runs_before_what_became_ready_later},
    {"who_is_cancelled_when_promised_runs_in_the_same_place",
     who_is_cancelled_when_promised_runs_in_the_same_place},
    {"never_are_two_inside", never_are_two_inside},
    {"freeing_it_ends_what_waits", freeing_it_ends_what_waits},
    {"freeing_it_ends_what_it_was_promised_to",
     freeing_it_ends_what_it_was_promised_to},
    {"a_wait_can_be_cancelled_after_the_lock_was_freed",
     a_wait_can_be_cancelled_after_the_lock_was_freed},
    {"who_gets_it_may_free_it", who_gets_it_may_free_it},
    {"null_is_answered", null_is_answered},
    {"without_memory_nobody_waits", without_memory_nobody_waits},
    {NULL, NULL},
};
