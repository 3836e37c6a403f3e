/* SPDX-License-Identifier: MIT
 * Conditions: waiting for what another task tells, with a lock. */
#include "lock.h"

/* Design notes.  A wait ends holding the lock, whatever it ends with: so a
 * cancel only ends the waiting, and the lock is asked for all the same, at the
 * place in its queue that the wait has already.  A notification that reached a
 * wait which then fails goes on to the next one. */

struct eft_condition {
    eft__kept kept;
    eft__node *waiting; /* queue of waits that nobody has notified */
    eft_lock *lock;     /* kept */
    bool owns_lock;
    bool freed;
};

/* Whose queue the node stands in tells where a wait is:
 *
 *   WAITING (condition's) --notify, cancel--> LEAVING (loop's)
 *      ^                                        |          |
 *      |                                lock is free    is held
 *      |                                        v          v
 *      +-- predicate is false -- HOLDING <---turn--- RELOCKING (lock's)
 *                                   +--> complete */
typedef enum wait_state { WAITING, LEAVING, RELOCKING, HOLDING } wait_state;

typedef struct wait {
    eft__waiter waiter;
    wait_state state;
    int32_t error;                /* what it will end with */
    bool abandoned;               /* it ends without the lock */
    bool notified;                /* since it began to wait */
    bool (*predicate)(void *arg); /* or NULL */
    void *arg;
} wait;

static eft_condition *condition_of(const wait *self)
{
    return (eft_condition *)self->waiter.object;
}

static void notify(eft_condition *condition, size_t count)
{
    while (count-- && condition->waiting) {
        wait *first = EFT__OWNER(condition->waiting, wait, waiter.node);

        if (!eft__wake_first(&condition->waiting))
            return;
        first->state = LEAVING;
        first->notified = true;
    }
}

static void await_notification(wait *self)
{
    eft_condition *condition = condition_of(self);

    self->state = WAITING;
    self->notified = false;
    eft__waiter_wait(&self->waiter, &condition->waiting);
    (void)eft_lock_release(condition->lock);
}

/* It holds the lock, or never will. */
static void finish(wait *self)
{
    eft_condition *condition = condition_of(self);

    if (self->error && self->notified)
        notify(condition, 1);
    if (self->error == EFT_ECLOSED)
        eft__turn_fail(&self->waiter, EFT_ECLOSED,
                       condition->freed ? "the condition was freed"
                                        : "the condition's lock was freed");
    else if (self->error)
        eft__turn_complete(&self->waiter, eft_failed(self->error));
    else
        eft__turn_complete(&self->waiter, eft_ok());
}

/* The predicate is the program's: it may cancel the wait, give it up, and free
 * what it waits for. */
static void ask(wait *self)
{
    eft_condition *condition = condition_of(self);
    eft_future *future = eft_future_ref(&self->waiter.future);
    bool holds = self->predicate(self->arg);

    if (future->references == 1) {
        self->error = EFT_ECANCELED;
        (void)eft_lock_release(condition->lock);
    } else if (!self->error && !holds && condition->freed) {
        self->error = EFT_ECLOSED;
    }
    if (holds || self->error)
        finish(self);
    else
        await_notification(self);
    eft_future_free(future);
}

static void hold(wait *self)
{
    self->state = HOLDING;
    if (!self->error && condition_of(self)->freed)
        self->error = EFT_ECLOSED;
    if (!self->error && self->predicate)
        ask(self);
    else
        finish(self);
}

/* The turn in which it asks for the lock. */
static void ask_for_lock(wait *self, eft_lock *lock)
{
    if (eft__lock_try(lock)) {
        hold(self);
        return;
    }
    self->state = RELOCKING;
    eft__waiter_wait(&self->waiter, &lock->waiting);
}

static void run_wait(eft__node *node)
{
    wait *self = (wait *)eft__waiter_of(node);
    eft_lock *lock = condition_of(self)->lock;

    if (self->abandoned) {
        if (self->state == RELOCKING)
            eft__lock_decline(lock);
        finish(self);
    } else if (lock->freed) {
        self->error = EFT_ECLOSED;
        finish(self);
    } else if (self->state == RELOCKING) {
        eft__lock_enter(lock);
        hold(self);
    } else {
        ask_for_lock(self, lock);
    }
}

/* Is nobody there who could hold the lock, or can it never come any more?  At
 * the end of a loop its holder may have gone without releasing it; asyncio
 * would wait for ever. */
static bool is_hopeless(const wait *self, bool canceled_before)
{
    if (!self->waiter.future.references || !eft__loop_here)
        return true;
    return canceled_before && self->state == RELOCKING &&
           eft__loop_here->state != EFT__LOOP_RUNNING;
}

static bool cancel_wait(eft_future *future)
{
    wait *self = (wait *)future;
    eft_condition *condition = condition_of(self);

    if (is_hopeless(self, self->error == EFT_ECANCELED))
        self->abandoned = true;
    self->error = EFT_ECANCELED;
    if (self->waiter.woken)
        return true;
    if (self->state == WAITING) {
        self->state = LEAVING;
        eft__waiter_cancel(&self->waiter, &condition->waiting);
    } else if (self->state == RELOCKING && self->abandoned) {
        self->state = LEAVING;
        self->waiter.canceled = false;
        eft__waiter_cancel(&self->waiter, &condition->lock->waiting);
    }
    return true;
}

static void fini_wait(eft_future *future)
{
    eft__unkeep(&condition_of((wait *)future)->lock->kept);
    eft__waiter_fini(future);
}

static const eft__future_class wait_class = {
    .name = "condition_wait", .cancel = cancel_wait, .fini = fini_wait};

eft_condition *eft_condition_new(eft_lock *lock)
{
    eft_lock *used = lock ? lock : eft_lock_new();
    eft_condition *condition = eft__alloc_zero(sizeof *condition);

    if (!used || !condition) {
        eft__free(condition);
        if (!lock)
            eft_lock_free(used);
        return NULL;
    }
    condition->kept.keepers = 1;
    condition->lock = used;
    condition->owns_lock = !lock;
    eft__keep(&used->kept);
    return condition;
}

void eft_condition_free(eft_condition *condition)
{
    if (!condition)
        return;
    eft_lock *lock = condition->lock;

    condition->freed = true;
    while (condition->waiting && eft__loop_here) {
        EFT__OWNER(condition->waiting, wait, waiter.node)->state = LEAVING;
        eft__wake_first(&condition->waiting);
    }
    if (condition->owns_lock)
        eft_lock_free(lock);
    eft__unkeep(&lock->kept);
    eft__unkeep(&condition->kept);
}

eft_lock *eft_condition_lock(eft_condition *condition)
{
    return condition ? condition->lock : NULL;
}

static const char not_held[] = "the condition's lock is not held";

static eft_future *start(eft_condition *condition, bool (*predicate)(void *arg),
                         void *arg)
{
    eft_future *instead;

    if (!condition->lock->locked)
        return eft__future_failed(EFT_EINVAL, not_held);
    wait *self = eft__waiter_make(sizeof *self, &wait_class, &condition->kept,
                                  run_wait, &instead);
    if (!self)
        return instead;
    eft__keep(&condition->lock->kept);
    self->error = 0;
    self->abandoned = false;
    self->notified = false;
    self->predicate = predicate;
    self->arg = arg;
    /* A predicate is the program's: it runs on the loop's stack. */
    if (predicate)
        self->waiter.node.run = run_wait;
    await_notification(self);
    return &self->waiter.future;
}

eft_future *eft_condition_wait(eft_condition *condition)
{
    return condition ? start(condition, NULL, NULL) : eft__no_object();
}

eft_future *eft_condition_wait_until(eft_condition *condition,
                                     bool (*predicate)(void *arg), void *arg)
{
    if (!condition || !predicate)
        return eft__no_object();
    return predicate(arg) ? &eft__done : start(condition, predicate, arg);
}

int32_t eft_condition_notify(eft_condition *condition, size_t count)
{
    if (!condition || !condition->lock->locked)
        return EFT_EINVAL;
    notify(condition, count);
    return 0;
}

int32_t eft_condition_notify_all(eft_condition *condition)
{
    return eft_condition_notify(condition, SIZE_MAX);
}
