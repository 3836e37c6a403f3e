/* SPDX-License-Identifier: MIT
 * Locks: one holder at a time, first come, first served. */
#include "lock.h"

void eft__lock_pass(eft_lock *lock)
{
    if (!lock->locked && !lock->promised)
        lock->promised = eft__wake_first(&lock->waiting);
}

bool eft__lock_try(eft_lock *lock)
{
    if (lock->locked || lock->promised || lock->waiting)
        return false;
    lock->locked = true;
    return true;
}

bool eft__lock_enter(eft_lock *lock)
{
    if (lock->freed)
        return false;
    lock->promised = false;
    lock->locked = true;
    return true;
}

void eft__lock_decline(eft_lock *lock)
{
    lock->promised = false;
    eft__lock_pass(lock);
}

static void run_acquire(eft__node *node)
{
    eft__waiter *waiter = eft__waiter_of(node);
    eft_lock *lock = (eft_lock *)waiter->object;

    if (waiter->canceled) {
        if (waiter->woken)
            eft__lock_decline(lock);
        eft__turn_complete(waiter, eft_failed(EFT_ECANCELED));
    } else if (eft__lock_enter(lock)) {
        eft__turn_complete(waiter, eft_ok());
    } else {
        eft__turn_fail(waiter, EFT_ECLOSED, "the lock was freed");
    }
}

static bool cancel_acquire(eft_future *future)
{
    eft__waiter *waiter = (eft__waiter *)future;

    return eft__waiter_cancel(waiter, &((eft_lock *)waiter->object)->waiting);
}

static const eft__future_class acquire_class = {
    .name = "lock_acquire", .cancel = cancel_acquire, .fini = eft__waiter_fini};

eft_lock *eft_lock_new(void)
{
    eft_lock *lock = eft__alloc_zero(sizeof *lock);

    if (lock)
        lock->kept.keepers = 1;
    return lock;
}

void eft_lock_free(eft_lock *lock)
{
    if (!lock)
        return;
    /* Some waiters are a condition's: each ends in its own way, in its turn. */
    lock->freed = true;
    lock->locked = false;
    eft__wake_all(&lock->waiting);
    eft__unkeep(&lock->kept);
}

eft_future *eft_lock_acquire(eft_lock *lock)
{
    eft_future *instead;

    if (!lock)
        return eft__no_object();
    if (eft__lock_try(lock))
        return &eft__done;
    eft__waiter *waiter = eft__waiter_make(sizeof *waiter, &acquire_class,
                                           &lock->kept, run_acquire, &instead);
    if (!waiter)
        return instead;
    eft__waiter_wait(waiter, &lock->waiting);
    eft__lock_pass(lock);
    return &waiter->future;
}

int32_t eft_lock_release(eft_lock *lock)
{
    if (!lock || !lock->locked)
        return EFT_EINVAL;
    lock->locked = false;
    eft__lock_pass(lock);
    return 0;
}

bool eft_lock_is_locked(const eft_lock *lock)
{
    return lock && lock->locked;
}
