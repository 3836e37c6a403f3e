/* SPDX-License-Identifier: MIT
 * Inside a lock: what a condition does with it. */
#ifndef EFT_CORE_LOCK_H
#define EFT_CORE_LOCK_H

#include "eft/sync.h"
#include "waiter.h"

/*   FREE <--release, nobody waits-- LOCKED <--acquire-- FREE
 *   PROMISED <--release, one waits-- LOCKED <--its turn-- PROMISED */
struct eft_lock {
    eft__kept kept;
    eft__node *waiting; /* queue of waiters, first come, first served */
    bool locked;
    bool promised; /* free, but a waiter was woken to take it */
    bool freed;    /* by its owner: nobody gets it any more */
};

/* Takes a lock that is free and that nobody waits for. */
bool eft__lock_try(eft_lock *lock);

/* Takes the lock in the turn of a waiter of its queue; false: it was freed. */
bool eft__lock_enter(eft_lock *lock);

/* Lets the first that waits have a lock that is free. */
void eft__lock_pass(eft_lock *lock);

/* The turn of a waiter that was woken and does not want the lock any more. */
void eft__lock_decline(eft_lock *lock);

#endif
