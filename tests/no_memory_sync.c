/* SPDX-License-Identifier: MIT
 * Programs for too little memory: locks and their like. */
#include <eft/eft.h>

#include "no_memory.h"

/* What the tasks of a program share. */
typedef struct shared {
    eft_lock *lock;
    eft_condition *condition;
    eft_semaphore *semaphore;
    eft_event *event;
    eft_barrier *barrier;
    int inside;
    int count;
} shared;

static eft_result hold_the_lock(void *arg)
{
    shared *self = arg;

    EFT_TRY(eft_await(eft_lock_acquire(self->lock)));
    SHOULD(eft_lock_is_locked(self->lock));
    SHOULD(self->inside++ == 0);
    eft_result result = eft_await(eft_sleep(1));
    self->inside--;
    SHOULD(eft_lock_release(self->lock) == 0);
    return result;
}

static eft_result take_turns_with_a_lock(void *arg)
{
    shared self = {.lock = eft_lock_new()};

    (void)arg;
    if (!self.lock)
        return eft_failed(EFT_ENOMEM);
    eft_future *a = eft_spawn(hold_the_lock, &self);
    eft_future *b = eft_spawn(hold_the_lock, &self);
    eft_result result = scenario_both(eft_await(a), eft_await(b));
    SHOULD(!eft_lock_is_locked(self.lock));
    eft_lock_free(self.lock);
    return result;
}

static eft_result free_a_lock_that_is_wanted(void *arg)
{
    shared self = {.lock = eft_lock_new()};
    eft_result held = eft_await(eft_lock_acquire(self.lock));
    eft_future *wanted = eft_lock_acquire(self.lock);

    (void)arg;
    eft_lock_free(self.lock);
    eft_result result = eft_await(wanted);
    if (!self.lock)
        return eft_failed(EFT_ENOMEM);
    SHOULD(!held.error);
    SHOULD(result.error == EFT_ECLOSED || result.error == EFT_ENOMEM);
    return result.error == EFT_ECLOSED ? eft_ok() : result;
}

static eft_result wait_for_the_event(void *arg)
{
    return eft_await(eft_event_wait(((shared *)arg)->event));
}

static eft_result set_an_event(void *arg)
{
    shared self = {.event = eft_event_new()};

    (void)arg;
    if (!self.event)
        return eft_failed(EFT_ENOMEM);
    eft_future *a = eft_spawn(wait_for_the_event, &self);
    eft_future *b = eft_spawn(wait_for_the_event, &self);
    eft_result slept = eft_await(eft_sleep(1));
    eft_event_set(self.event);
    SHOULD(eft_event_is_set(self.event));
    if (!slept.error)
        eft_event_clear(self.event); /* both wait, and are woken already */
    eft_result result = scenario_both(eft_await(a), eft_await(b));
    eft_event_free(self.event);
    return result.error ? result : slept;
}

static bool is_counted(void *arg)
{
    return ((shared *)arg)->count > 1;
}

static eft_result wait_until_counted(void *arg)
{
    shared *self = arg;
    eft_lock *lock = eft_condition_lock(self->condition);

    EFT_TRY(eft_await(eft_lock_acquire(lock)));
    eft_result result =
        eft_await(eft_condition_wait_until(self->condition, is_counted, self));
    SHOULD(result.error || is_counted(self));
    SHOULD(eft_lock_is_locked(lock));
    eft_lock_release(lock);
    return result;
}

static eft_result wait_once(void *arg)
{
    shared *self = arg;
    eft_lock *lock = eft_condition_lock(self->condition);

    EFT_TRY(eft_await(eft_lock_acquire(lock)));
    eft_result result = eft_await(eft_condition_wait(self->condition));
    SHOULD(eft_lock_is_locked(lock));
    eft_lock_release(lock);
    return result;
}

static eft_result count_and_notify(shared *self)
{
    eft_lock *lock = eft_condition_lock(self->condition);
    eft_result result = eft_await(eft_lock_acquire(lock));

    /* Without the lock nobody can be told: the waits are ended instead. */
    if (result.error)
        return result;
    self->count++;
    SHOULD(eft_condition_notify(self->condition, 1) == 0);
    self->count++;
    SHOULD(eft_condition_notify_all(self->condition) == 0);
    SHOULD(eft_lock_release(lock) == 0);
    return eft_ok();
}

static eft_result notify_a_condition(void *arg)
{
    shared self = {.condition = eft_condition_new(NULL)};

    (void)arg;
    if (!self.condition)
        return eft_failed(EFT_ENOMEM);
    eft_future *a = eft_spawn(wait_until_counted, &self);
    eft_future *b = eft_spawn(wait_once, &self);
    eft_result result = eft_await(eft_sleep(1));
    if (!result.error)
        result = count_and_notify(&self);
    if (result.error) {
        eft_cancel(a);
        eft_cancel(b);
    }
    eft_result ends = scenario_both(eft_await(a), eft_await(b));
    eft_condition_free(self.condition);
    return result.error ? result : ends;
}

static eft_result share_a_lock_between_conditions(void *arg)
{
    eft_lock *lock = eft_lock_new();
    shared self = {.condition = lock ? eft_condition_new(lock) : NULL};
    eft_condition *other = lock ? eft_condition_new(lock) : NULL;
    bool enough = lock && self.condition && other;

    (void)arg;
    SHOULD(!enough || eft_condition_lock(other) == lock);
    eft_future *task = enough ? eft_spawn(wait_once, &self) : NULL;
    eft_result slept = eft_await(eft_sleep(1));
    if (slept.error)
        eft_cancel(task); /* it may not have begun, and is not to */
    eft_condition_free(other);
    eft_condition_free(self.condition);
    eft_result result = eft_failed(EFT_ENOMEM);
    if (task)
        result = eft_await(task);
    eft_lock_free(lock);
    SHOULD(result.error == EFT_ECLOSED || result.error == EFT_ENOMEM ||
           slept.error || result.error == EFT_EINVAL);
    return result.error == EFT_ECLOSED ? slept : eft_failed(EFT_ENOMEM);
}

static eft_result hold_a_permit(void *arg)
{
    shared *self = arg;

    EFT_TRY(eft_await(eft_semaphore_acquire(self->semaphore)));
    SHOULD(self->inside++ < 2);
    eft_result result = eft_await(eft_sleep(1));
    self->inside--;
    SHOULD(eft_semaphore_release(self->semaphore) == 0);
    return result;
}

static eft_result share_permits(void *arg)
{
    shared self = {.semaphore = eft_semaphore_new_bounded(2)};
    eft_future *tasks[3];
    eft_result result = eft_ok();

    (void)arg;
    if (!self.semaphore)
        return eft_failed(EFT_ENOMEM);
    for (int i = 0; i < 3; i++)
        tasks[i] = eft_spawn(hold_a_permit, &self);
    for (int i = 0; i < 3; i++)
        result = scenario_both(result, eft_await(tasks[i]));
    SHOULD(!eft_semaphore_is_locked(self.semaphore));
    SHOULD(eft_semaphore_release(self.semaphore) == EFT_EINVAL);
    eft_semaphore_free(self.semaphore);
    return result;
}

static eft_result time_out_at_a_semaphore(void *arg)
{
    eft_semaphore *semaphore = eft_semaphore_new(0);
    eft_result result =
        eft_await(eft_wait_for(5, eft_semaphore_acquire(semaphore)));
    int32_t released = eft_semaphore_release(semaphore);
    bool free = semaphore && !eft_semaphore_is_locked(semaphore);

    (void)arg;
    eft_semaphore_free(semaphore);
    if (!semaphore)
        return eft_failed(EFT_ENOMEM);
    SHOULD(released == 0 && free);
    return result.error == EFT_ETIMEDOUT ? eft_ok() : result;
}

/* One that cannot wait breaks the barrier for the others; and it does not wait
 * for ever for one that could not be started. */
static eft_result meet(void *arg)
{
    shared *self = arg;
    eft_result result =
        eft_await(eft_wait_for(100, eft_barrier_wait(self->barrier)));

    if (result.error)
        eft_barrier_abort(self->barrier);
    return result;
}

static eft_result meet_at_a_barrier(void *arg)
{
    shared self = {.barrier = eft_barrier_new(2)};

    (void)arg;
    if (!self.barrier)
        return eft_failed(EFT_ENOMEM);
    SHOULD(eft_barrier_parties(self.barrier) == 2);
    eft_future *a = eft_spawn(meet, &self);
    eft_result slept = eft_await(eft_sleep(1));
    SHOULD(eft_barrier_waiting(self.barrier) <= 1);
    eft_result mine = meet(&self);
    if (mine.error)
        eft_cancel(a);
    eft_result ended = eft_await(a);
    bool broken = eft_barrier_is_broken(self.barrier);
    eft_barrier_reset(self.barrier);
    SHOULD(!eft_barrier_is_broken(self.barrier));
    SHOULD(broken == (mine.error != 0 || ended.error != 0) || ended.error);
    eft_barrier_free(self.barrier);
    return mine.error || ended.error ? eft_failed(EFT_ENOMEM) : slept;
}

const scenario no_memory_sync[] = {
    {"take_turns_with_a_lock", take_turns_with_a_lock},
    {"free_a_lock_that_is_wanted", free_a_lock_that_is_wanted},
    {"set_an_event", set_an_event},
    {"notify_a_condition", notify_a_condition},
    {"share_a_lock_between_conditions", share_a_lock_between_conditions},
    {"share_permits", share_permits},
    {"time_out_at_a_semaphore", time_out_at_a_semaphore},
    {"meet_at_a_barrier", meet_at_a_barrier},
    {NULL, NULL},
};
