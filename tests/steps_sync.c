/* SPDX-License-Identifier: MIT
 * Steps wait for locks, events, conditions, semaphores and barriers. */
#include "journal.h"
#include "steps.h"

/* What a case works with: one of them, the others are NULL. */
typedef struct objects {
    eft_lock *lock;
    eft_event *event;
    eft_condition *condition;
    eft_semaphore *semaphore;
    eft_barrier *barrier;
} objects;

typedef struct test {
    eft_step step;
    eft_result result;
    eft_future *future;
    eft_future *tasks[3];
    objects of;
    int i;
} test;

/* One of several tasks that work with it too. */
typedef struct visitor {
    eft_step step;
    const char *name;
    objects of;
    eft_result result;
} visitor;

static const char *const names[] = {"a", "b", "c"};

static void start(test *t, eft_body *steps, int count)
{
    for (int i = 0; i < count; i++) {
        const visitor state = {.name = names[i], .of = t->of};

        t->tasks[i] = eft_spawn_steps(steps, &state, sizeof state);
    }
}

/* Goes into a lock or a semaphore for a turn. */
static eft_result come_and_go(void *state)
{
    visitor *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(self->of.lock ? eft_lock_acquire(self->of.lock)
                               : eft_semaphore_acquire(self->of.semaphore));
    note("%s in", self->name);
    EFT_STEP_TRY(eft_sleep(0));
    note("%s out", self->name);
    if (self->of.lock)
        eft_lock_release(self->of.lock);
    else
        eft_semaphore_release(self->of.semaphore);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_lock_is_held_by_one_at_a_time(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->of.lock = eft_lock_new();
    start(t, come_and_go, 3);
    EFT_STEP_TRY(eft_gather_array(t->tasks, 3, NULL));
    STEP_CHECK(journal_is("a in a out b in b out c in c out"));
    eft_lock_free(t->of.lock);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_free_lock_is_had_without_a_turn(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->of.lock = eft_lock_new();
    eft_future_free(eft_call_soon(step_count, &t->i));
    EFT_STEP_TRY(eft_lock_acquire(t->of.lock));
    STEP_CHECK(t->i == 0 && eft_lock_is_locked(t->of.lock));
    eft_lock_release(t->of.lock);
    EFT_STEP_TRY(eft_sleep(0));
    eft_lock_free(t->of.lock);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_cancelled_acquire_leaves_the_lock_to_the_next(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->of.lock = eft_lock_new();
    EFT_STEP_TRY(eft_lock_acquire(t->of.lock));
    start(t, come_and_go, 2);
    EFT_STEP_TRY(eft_sleep(0));
    eft_cancel(t->tasks[0]);
    eft_lock_release(t->of.lock);
    EFT_STEP_AWAIT(t->result, t->tasks[0]);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    EFT_STEP_TRY(t->tasks[1]);
    STEP_CHECK(journal_is("b in b out"));
    eft_lock_free(t->of.lock);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_freed_lock_ends_the_acquire(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->of.lock = eft_lock_new();
    EFT_STEP_TRY(eft_lock_acquire(t->of.lock));
    start(t, come_and_go, 1);
    EFT_STEP_TRY(eft_sleep(0));
    eft_lock_free(t->of.lock);
    EFT_STEP_AWAIT(t->result, t->tasks[0]);
    STEP_CHECK(t->result.error == EFT_ECLOSED);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result await_event(void *state)
{
    visitor *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(eft_event_wait(self->of.event));
    note("%s", self->name);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result an_event_wakes_all_even_if_it_is_cleared(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->of.event = eft_event_new();
    start(t, await_event, 2);
    EFT_STEP_TRY(eft_sleep(0));
    eft_event_set(t->of.event);
    eft_event_clear(t->of.event);
    EFT_STEP_TRY(eft_gather_array(t->tasks, 2, NULL));
    STEP_CHECK(journal_is("a b"));
    eft_event_free(t->of.event);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result an_event_that_is_set_is_not_waited_for(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->of.event = eft_event_new();
    eft_event_set(t->of.event);
    eft_future_free(eft_call_soon(step_count, &t->i));
    EFT_STEP_TRY(eft_event_wait(t->of.event));
    STEP_CHECK(t->i == 0);
    EFT_STEP_TRY(eft_sleep(0));
    eft_event_free(t->of.event);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result await_condition(void *state)
{
    visitor *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(eft_lock_acquire(eft_condition_lock(self->of.condition)));
    EFT_STEP_AWAIT(self->result, eft_condition_wait(self->of.condition));
    note("%s:%s", self->name, eft_error_name(self->result.error));
    STEP_CHECK(eft_lock_is_locked(eft_condition_lock(self->of.condition)));
    eft_lock_release(eft_condition_lock(self->of.condition));
    EFT_STEP_END();
    return self->result;
}

static eft_result a_condition_notifies_as_many_as_it_is_told(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->of.condition = eft_condition_new(NULL);
    start(t, await_condition, 2);
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_TRY(eft_lock_acquire(eft_condition_lock(t->of.condition)));
    STEP_CHECK(!eft_condition_notify(t->of.condition, 1));
    eft_lock_release(eft_condition_lock(t->of.condition));
    EFT_STEP_TRY(t->tasks[0]);
    STEP_CHECK(journal_is("a:EFT_OK"));
    EFT_STEP_TRY(eft_lock_acquire(eft_condition_lock(t->of.condition)));
    eft_condition_notify_all(t->of.condition);
    eft_lock_release(eft_condition_lock(t->of.condition));
    EFT_STEP_TRY(t->tasks[1]);
    eft_condition_free(t->of.condition);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_cancelled_wait_has_its_lock_again(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->of.condition = eft_condition_new(NULL);
    start(t, await_condition, 1);
    EFT_STEP_TRY(eft_sleep(0));
    eft_cancel(t->tasks[0]);
    EFT_STEP_AWAIT(t->result, t->tasks[0]);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    STEP_CHECK(journal_is("a:EFT_ECANCELED"));
    eft_condition_free(t->of.condition);
    EFT_STEP_END();
    return eft_ok();
}

static bool is_three(void *arg)
{
    return *(const int *)arg == 3;
}

typedef struct teller {
    eft_step step;
    eft_condition *condition;
    int *number;
} teller;

static eft_result count_up(void *state)
{
    teller *self = state;

    EFT_STEP_BEGIN(self);
    while (*self->number < 3) {
        EFT_STEP_TRY(eft_lock_acquire(eft_condition_lock(self->condition)));
        ++*self->number;
        eft_condition_notify_all(self->condition);
        eft_lock_release(eft_condition_lock(self->condition));
        EFT_STEP_TRY(eft_sleep(0));
    }
    EFT_STEP_END();
    return eft_ok();
}

static eft_result wait_until_waits_for_what_is_true(void *state)
{
    static int number;
    test *t = state;
    teller other = {.number = &number};

    EFT_STEP_BEGIN(t);
    number = 0;
    t->of.condition = other.condition = eft_condition_new(NULL);
    EFT_STEP_TRY(eft_lock_acquire(eft_condition_lock(t->of.condition)));
    t->future = eft_spawn_steps(count_up, &other, sizeof other);
    EFT_STEP_TRY(eft_condition_wait_until(t->of.condition, is_three, &number));
    STEP_CHECK(number == 3);
    eft_lock_release(eft_condition_lock(t->of.condition));
    EFT_STEP_TRY(t->future);
    eft_condition_free(t->of.condition);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_semaphore_lets_as_many_in_as_it_has_permits(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->of.semaphore = eft_semaphore_new(2);
    start(t, come_and_go, 3);
    EFT_STEP_TRY(eft_gather_array(t->tasks, 3, NULL));
    STEP_CHECK(journal_is("a in b in a out b out c in c out"));
    STEP_CHECK(!eft_semaphore_is_locked(t->of.semaphore));
    eft_semaphore_free(t->of.semaphore);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_cancelled_permit_goes_to_the_next(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->of.semaphore = eft_semaphore_new(0);
    start(t, come_and_go, 2);
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(!eft_semaphore_release(t->of.semaphore));
    eft_cancel(t->tasks[0]);
    EFT_STEP_AWAIT(t->result, t->tasks[0]);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    EFT_STEP_TRY(t->tasks[1]);
    STEP_CHECK(journal_is("b in b out"));
    eft_semaphore_free(t->of.semaphore);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result come_to_the_barrier(void *state)
{
    visitor *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_AWAIT(self->result, eft_barrier_wait(self->of.barrier));
    if (self->result.error)
        return self->result;
    note("%s%d", self->name, (int)self->result.size);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_barrier_lets_all_go_together(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->of.barrier = eft_barrier_new(3);
    start(t, come_to_the_barrier, 2);
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(journal_is("") && eft_barrier_waiting(t->of.barrier) == 2);
    EFT_STEP_AWAIT(t->result, eft_barrier_wait(t->of.barrier));
    STEP_CHECK(t->result.size == 2);
    EFT_STEP_TRY(eft_gather_array(t->tasks, 2, NULL));
    STEP_CHECK(journal_is("a0 b1"));
    eft_barrier_free(t->of.barrier);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_broken_barrier_ends_who_waits(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->of.barrier = eft_barrier_new(2);
    start(t, come_to_the_barrier, 1);
    EFT_STEP_TRY(eft_sleep(0));
    eft_barrier_abort(t->of.barrier);
    EFT_STEP_AWAIT(t->result, t->tasks[0]);
    STEP_CHECK(t->result.error == EFT_EBROKEN);
    eft_barrier_free(t->of.barrier);
    EFT_STEP_END();
    return eft_ok();
}

const step_case steps_sync[] = {
    STEP_CASE(a_lock_is_held_by_one_at_a_time),
    STEP_CASE(a_free_lock_is_had_without_a_turn),
    STEP_CASE(a_cancelled_acquire_leaves_the_lock_to_the_next),
    STEP_CASE(a_freed_lock_ends_the_acquire),
    STEP_CASE(an_event_wakes_all_even_if_it_is_cleared),
    STEP_CASE(an_event_that_is_set_is_not_waited_for),
    STEP_CASE(a_condition_notifies_as_many_as_it_is_told),
    STEP_CASE(a_cancelled_wait_has_its_lock_again),
    STEP_CASE(wait_until_waits_for_what_is_true),
    STEP_CASE(a_semaphore_lets_as_many_in_as_it_has_permits),
    STEP_CASE(a_cancelled_permit_goes_to_the_next),
    STEP_CASE(a_barrier_lets_all_go_together),
    STEP_CASE(a_broken_barrier_ends_who_waits),
    {NULL, NULL, 0},
};
