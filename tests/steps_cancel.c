/* SPDX-License-Identifier: MIT
 * Cancelling tasks of steps: before, between, caught, swallowed. */
#include "journal.h"
#include "steps.h"

typedef struct test {
    eft_step step;
    eft_result result;
    eft_future *future;
    eft_future *other;
    eft_lock *lock;
    eft_event *event;
    int i;
    int *count;
} test;

static eft_result count_only(void *state)
{
    test *t = state;

    ++*t->count;
    return eft_ok();
}

static eft_result cancelled_before_its_first_step_it_never_begins(void *state)
{
    static int count;
    const test other = {.count = &count};
    test *t = state;

    EFT_STEP_BEGIN(t);
    count = 0;
    t->future = eft_spawn_steps(count_only, &other, sizeof other);
    STEP_CHECK(eft_cancel(t->future));
    STEP_CHECK(eft_future_state(t->future) == EFT_PENDING);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED && count == 0);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result cancelled_while_it_sleeps_its_await_fails(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->future = step_noting(STEP_HOUR, "sleep");
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(eft_cancel(t->future));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    STEP_CHECK(journal_is("sleep:EFT_ECANCELED"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result cancelled_while_it_yields_its_await_fails(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->future = step_noting(0, "yield");
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(eft_cancel(t->future));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(journal_is("yield:EFT_ECANCELED"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result wait_for_other(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, t->other);
    note("inner:%s", eft_error_name(t->result.error));
    EFT_STEP_END();
    return t->result;
}

static eft_result a_cancel_reaches_the_task_that_is_awaited(void *state)
{
    test other = {.i = 0};
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    other.other = step_noting(STEP_HOUR, "innermost");
    t->future = eft_spawn_steps(wait_for_other, &other, sizeof other);
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(eft_cancel(t->future));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    STEP_CHECK(journal_is("innermost:EFT_ECANCELED inner:EFT_ECANCELED"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result it_may_clean_up_and_await_more(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->future = step_cleaning("a");
    EFT_STEP_TRY(eft_sleep(0));
    eft_cancel(t->future);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    STEP_CHECK(journal_is("a:EFT_ECANCELED a:clean"));
    EFT_STEP_END();
    return eft_ok();
}

/* Holds a lock across an await, and lets it go by goto. */
static eft_result hold_lock(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_TRY(eft_lock_acquire(t->lock));
    EFT_STEP_AWAIT(t->result, eft_sleep(STEP_HOUR));
    if (t->result.error)
        goto cleanup;
    note("never");
cleanup:
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(!eft_lock_release(t->lock));
    EFT_STEP_END();
    return t->result;
}

static eft_result goto_cleanup_runs_on_a_cancel(void *state)
{
    test other = {.i = 0};
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->lock = other.lock = eft_lock_new();
    t->future = eft_spawn_steps(hold_lock, &other, sizeof other);
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(eft_lock_is_locked(t->lock));
    eft_cancel(t->future);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    STEP_CHECK(!eft_lock_is_locked(t->lock));
    STEP_CHECK(journal_is(""));
    eft_lock_free(t->lock);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_cancel_that_is_swallowed_leaves_the_value(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = step_stubborn(1, 42);
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(eft_cancel(t->future));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(!t->result.error && t->result.i64 == 42);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result each_cancel_is_delivered_once(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = step_stubborn(3, 7);
    EFT_STEP_TRY(eft_sleep(0));
    for (t->i = 0; t->i < 3; t->i++) {
        STEP_CHECK(eft_future_state(t->future) == EFT_PENDING);
        STEP_CHECK(eft_cancel(t->future));
        EFT_STEP_TRY(eft_sleep(0));
    }
    STEP_CHECK(eft_cancel_count(t->future) == 0); /* it has ended */
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.i64 == 7);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result cancel_myself_and_go_on(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    STEP_CHECK(eft_cancel(eft_current_task()));
    t->i = 1;
    EFT_STEP_AWAIT(t->result, step_sleeper(STEP_HOUR, 0));
    STEP_CHECK(t->result.error == EFT_ECANCELED && t->i == 1);
    EFT_STEP_AWAIT(t->result, eft_sleep(0));
    STEP_CHECK(!t->result.error);
    EFT_STEP_END();
    return eft_ok_i64(8);
}

static eft_result a_task_that_runs_is_cancelled_at_its_next_await(void *state)
{
    static const test fresh;
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, eft_spawn_steps(cancel_myself_and_go_on, &fresh,
                                              sizeof fresh));
    STEP_CHECK(t->result.i64 == 8);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result cancel_myself_and_end(void *state)
{
    (void)state;
    eft_cancel(eft_current_task());
    return eft_ok_i64(1);
}

static eft_result without_another_await_it_ends_cancelled(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, eft_spawn_steps(cancel_myself_and_end, NULL, 0));
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result cancel_myself_and_take_it_back(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    eft_cancel(eft_current_task());
    STEP_CHECK(eft_cancel_count(eft_current_task()) == 1);
    STEP_CHECK(eft_uncancel(eft_current_task()) == 0);
    EFT_STEP_AWAIT(t->result, eft_sleep(0));
    EFT_STEP_END();
    return t->result;
}

static eft_result a_cancel_taken_back_is_forgotten(void *state)
{
    static const test fresh;
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, eft_spawn_steps(cancel_myself_and_take_it_back,
                                              &fresh, sizeof fresh));
    STEP_CHECK(!t->result.error);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_cancel_that_comes_too_late_loses_no_value(void *state)
{
    test other = {.i = 0};
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->other = other.other = eft_future_new();
    t->future = eft_spawn_steps(wait_for_other, &other, sizeof other);
    EFT_STEP_TRY(eft_sleep(0));
    eft_future_resolve(t->other, eft_ok_i64(4));
    STEP_CHECK(eft_cancel(t->future)); /* for the next await */
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(journal_is("inner:EFT_OK"));
    STEP_CHECK(t->result.error == EFT_ECANCELED); /* there was none */
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_cancel_of_what_has_ended_is_refused(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = step_sleeper(0, 1);
    EFT_STEP_AWAIT(t->result, eft_future_ref(t->future));
    STEP_CHECK(!eft_cancel(t->future));
    STEP_CHECK(eft_future_state(t->future) == EFT_FINISHED);
    eft_future_free(t->future);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result wait_in_a_ring(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_TRY(eft_event_wait(t->event));
    EFT_STEP_AWAIT(t->result, eft_future_ref(*(eft_future **)t->other));
    EFT_STEP_END();
    return t->result;
}

static eft_result a_ring_of_tasks_is_let_out(void *state)
{
    static eft_future *ring[2];
    test other = {.i = 0};
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->event = other.event = eft_event_new();
    for (t->i = 0; t->i < 2; t->i++) {
        other.other = (eft_future *)(void *)&ring[1 - t->i];
        ring[t->i] = eft_spawn_steps(wait_in_a_ring, &other, sizeof other);
    }
    eft_event_set(t->event);
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(eft_cancel(ring[0]));
    EFT_STEP_AWAIT(t->result, ring[0]);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    EFT_STEP_AWAIT(t->result, ring[1]);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    eft_event_free(t->event);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_task_that_nobody_holds_runs_on(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    eft_future_free(step_noting(0, "detached"));
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(journal_is("detached"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result an_operation_that_nobody_holds_is_gone(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->i = (int)eft_live_objects();
    eft_future_free(eft_sleep(STEP_HOUR));
    STEP_CHECK((size_t)t->i == eft_live_objects());
    EFT_STEP_END();
    return eft_ok();
}

const step_case steps_cancel[] = {
    STEP_CASE(cancelled_before_its_first_step_it_never_begins),
    STEP_CASE(cancelled_while_it_sleeps_its_await_fails),
    STEP_CASE(cancelled_while_it_yields_its_await_fails),
    STEP_CASE(a_cancel_reaches_the_task_that_is_awaited),
    STEP_CASE(it_may_clean_up_and_await_more),
    STEP_CASE(goto_cleanup_runs_on_a_cancel),
    STEP_CASE(a_cancel_that_is_swallowed_leaves_the_value),
    STEP_CASE(each_cancel_is_delivered_once),
    STEP_CASE(a_task_that_runs_is_cancelled_at_its_next_await),
    STEP_CASE(without_another_await_it_ends_cancelled),
    STEP_CASE(a_cancel_taken_back_is_forgotten),
    STEP_CASE(a_cancel_that_comes_too_late_loses_no_value),
    STEP_CASE(a_cancel_of_what_has_ended_is_refused),
    STEP_CASE(a_ring_of_tasks_is_let_out),
    STEP_CASE(a_task_that_nobody_holds_runs_on),
    STEP_CASE(an_operation_that_nobody_holds_is_gone),
    {NULL, NULL, 0},
};
