/* SPDX-License-Identifier: MIT
 * Semaphores: waits that are cancelled or given up. */
#include <eft/eft.h>

#include "journal.h"
#include "suite.h"
#include "sync_case.h"

static void drop(eft_future *task)
{
    eft_cancel(task);
    eft_result_free(eft_await(task));
}

static void a_cancelled_wait_takes_nothing(void)
{
    semaphore_begin(1);
    eft_await(eft_semaphore_acquire(permits));
    eft_future *a = spawn_named(semaphore_taker, "a");
    turn();
    eft_cancel(a);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    eft_semaphore_release(permits);
    CHECK(!eft_semaphore_is_locked(permits));
    semaphore_finish();
}

static void cancels_before_the_release_serve_the_next(void)
{
    semaphore_begin(0);
    eft_future *a = spawn_named(semaphore_taker, "1");
    eft_future *b = spawn_named(semaphore_taker, "2");
    eft_future *c = spawn_named(semaphore_taker, "3");
    eft_future *d = spawn_named(semaphore_taker, "4");
    turn();
    eft_cancel(a);
    eft_cancel(b);
    eft_semaphore_release(permits);
    turn();
    turn();
    CHECK(eft_future_state(c) == EFT_FINISHED);
    CHECK(eft_future_state(d) == EFT_PENDING);
    CHECK(journal_is("1:error 2:error 3"));
    drop(a);
    drop(b);
    drop(c);
    drop(d);
    semaphore_finish();
}

static void a_cancel_before_the_release_does_not_hang(void)
{
    semaphore_begin(0);
    eft_future *a = spawn_named(semaphore_taker, "1");
    eft_future *b = spawn_named(semaphore_taker, "2");
    turn();
    eft_cancel(a);
    eft_semaphore_release(permits);
    turn();
    turn();
    CHECK(eft_semaphore_is_locked(permits));
    CHECK(eft_future_state(b) == EFT_FINISHED);
    drop(a);
    drop(b);
    semaphore_finish();
}

static eft_result pass_then_cancel(void *arg)
{
    EFT_TRY(eft_await(eft_semaphore_acquire(permits)));
    EFT_TRY(eft_await(eft_sleep(0)));
    eft_semaphore_release(permits);
    eft_cancel(*(eft_future **)arg);
    return eft_ok();
}

static void a_permit_of_a_cancelled_wait_is_given_back(void)
{
    semaphore_begin(1);
    eft_future *second = NULL;
    eft_future *first = eft_spawn(pass_then_cancel, &second);
    second = spawn_named(semaphore_taker, "never");
    CHECK(!eft_await(first).error);
    CHECK(eft_await(second).error == EFT_ECANCELED);
    CHECK(!eft_semaphore_is_locked(permits));
    CHECK(!eft_await(eft_wait_for(1000, eft_semaphore_acquire(permits))).error);
    CHECK(journal_is("never:error"));
    semaphore_finish();
}

static void a_permit_given_back_goes_to_the_next(void)
{
    semaphore_begin(0);
    eft_future *a = spawn_named(semaphore_taker, "a");
    eft_future *b = spawn_named(semaphore_taker, "b");
    turn();
    eft_semaphore_release(permits);
    eft_cancel(a);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(!eft_await(b).error);
    CHECK(journal_is("a:error b"));
    semaphore_finish();
}

static void a_cancel_of_the_first_keeps_the_order_of_the_others(void)
{
    semaphore_begin(0);
    eft_future *a = spawn_named(semaphore_taker, "1");
    eft_future *b = spawn_named(semaphore_taker, "2");
    eft_future *c = spawn_named(semaphore_taker, "3");
    turn();
    eft_cancel(a);
    turn();
    eft_semaphore_release(permits);
    eft_semaphore_release(permits);
    eft_result_free(eft_await(eft_gather(b, c)));
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(journal_is("1:error 2 3"));
    semaphore_finish();
}

static void a_wait_that_is_given_up_when_woken_gives_its_permit_back(void)
{
    semaphore_begin(0);
    eft_future *first = eft_semaphore_acquire(permits);
    eft_future *second = eft_semaphore_acquire(permits);
    eft_semaphore_release(permits);
    eft_future_free(first);
    CHECK(!eft_await(second).error);
    semaphore_finish();
}

static void what_was_woken_can_be_cancelled_after_the_free(void)
{
    semaphore_begin(0);
    eft_future *first = eft_semaphore_acquire(permits);
    eft_semaphore_release(permits);
    eft_semaphore_free(permits);
    eft_cancel(first);
    CHECK(eft_await(first).error == EFT_ECANCELED);
}

const test_case suite_semaphore_cancel[] = {
    {"a_cancelled_wait_takes_nothing", a_cancelled_wait_takes_nothing},
    {"cancels_before_the_release_serve_the_next",
     cancels_before_the_release_serve_the_next},
    {"a_cancel_before_the_release_does_not_hang",
     a_cancel_before_the_release_does_not_hang},
    {"a_permit_of_a_cancelled_wait_is_given_back",
     a_permit_of_a_cancelled_wait_is_given_back},
    {"a_permit_given_back_goes_to_the_next",
     a_permit_given_back_goes_to_the_next},
    {"a_cancel_of_the_first_keeps_the_order_of_the_others",
     a_cancel_of_the_first_keeps_the_order_of_the_others},
    {"a_wait_that_is_given_up_when_woken_gives_its_permit_back",
     a_wait_that_is_given_up_when_woken_gives_its_permit_back},
    {"what_was_woken_can_be_cancelled_after_the_free",
     what_was_woken_can_be_cancelled_after_the_free},
    {NULL, NULL},
};
