/* SPDX-License-Identifier: MIT
 * Locks, events, conditions, semaphores and barriers between tasks. */
#ifndef EFT_SYNC_H
#define EFT_SYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Tasks of one thread take turns only where they await, so most data needs no
 * lock.  These are for what must hold across an await, and for tasks that wait
 * for one another.
 *
 *     EFT_TRY(eft_await(eft_lock_acquire(lock)));
 *     eft_result result = eft_await(eft_http_get(url, NULL));
 *     ... nobody else is between these two lines ...
 *     eft_lock_release(lock);
 *
 * What all of them have in common:
 *  - Who waits is served in the order in which it came.
 *  - What can be had at once is: the future is then complete already, and the
 *    lock or permit is its caller's whether or not the future is awaited.
 *  - A wait that is cancelled, or whose future is given up, while it is pending
 *    takes nothing, and the next one is served.  Who is served is pending until
 *    its turn, and its task runs in that turn: no cancel comes in between.
 *  - Freeing one of them ends what waits for it with EFT_ECLOSED.
 *  - NULL in its place is answered: EFT_EINVAL, false or 0.
 *  - They belong to one thread, and are made and freed with or without a loop.
 * Source: asyncio's locks. */

/* A lock: held by one task at a time.  It does not know by which, and who holds
 * it and acquires it once more waits for ever. */
typedef struct eft_lock eft_lock;

/* eft_lock_new makes a lock that is free.
 *
 * Owns:    gives the lock, which eft_lock_free() frees; NULL when out of
 *          memory. */
eft_lock *eft_lock_new(void);

/* eft_lock_free ends what waits for the lock with EFT_ECLOSED.
 *
 * Owns:    takes lock; NULL is allowed. */
void eft_lock_free(eft_lock *lock);

/* eft_lock_acquire waits until the lock is free, and takes it.
 *
 * Owns:    borrows lock until done; gives the future.
 * Result:  none; the lock is then held until eft_lock_release().
 * Errors:  EFT_ECANCELED; EFT_ECLOSED, the lock was freed; EFT_ENOMEM.
 * Source:  asyncio's Lock.acquire; there a release wakes nobody while the first
 *          that waits was cancelled and has not run yet, here the next one. */
eft_future *eft_lock_acquire(eft_lock *lock);

/* eft_lock_release frees a held lock, and lets the first that waits take it
 * when its turn comes: not sooner, so the lock is free meanwhile, but nobody
 * else gets it.
 *
 * Errors:  0; EFT_EINVAL, the lock is not held.
 * Source:  asyncio's Lock.release. */
int32_t eft_lock_release(eft_lock *lock);

/* eft_lock_is_locked answers whether somebody holds the lock. */
bool eft_lock_is_locked(const eft_lock *lock);

/* An event: a flag that tasks wait for. */
typedef struct eft_event eft_event;

/* eft_event_new makes an event that is not set.
 *
 * Owns:    gives the event, which eft_event_free() frees; NULL when out of
 *          memory. */
eft_event *eft_event_new(void);

/* eft_event_free ends what waits for the event with EFT_ECLOSED.
 *
 * Owns:    takes event; NULL is allowed. */
void eft_event_free(eft_event *event);

/* eft_event_set sets the flag and wakes all that wait for it: these, even if it
 * is cleared again before they run. */
void eft_event_set(eft_event *event);

/* eft_event_clear takes the flag back: who waits from now on waits. */
void eft_event_clear(eft_event *event);

/* eft_event_is_set answers whether the flag is set. */
bool eft_event_is_set(const eft_event *event);

/* eft_event_wait waits until the flag is set; done at once where it is.
 *
 * Owns:    borrows event until done; gives the future.
 * Result:  none.
 * Errors:  EFT_ECANCELED; EFT_ECLOSED, the event was freed; EFT_ENOMEM.
 * Source:  asyncio's Event.wait. */
eft_future *eft_event_wait(eft_event *event);

/* A condition: tasks that hold a lock wait for news about what it protects.
 *
 *     EFT_TRY(eft_await(eft_lock_acquire(lock)));
 *     eft_result result =
 *         eft_await(eft_condition_wait_until(condition, is_ready, state));
 *     ... the lock is held, also after an error ...
 *     eft_lock_release(lock); */
typedef struct eft_condition eft_condition;

/* eft_condition_new makes a condition that uses a lock: several may share one,
 * and NULL makes a lock of its own, which eft_condition_lock() gives.
 *
 * Owns:    borrows lock; gives the condition, which eft_condition_free() frees;
 *          NULL when out of memory. */
eft_condition *eft_condition_new(eft_lock *lock);

/* eft_condition_free ends what waits for the condition with EFT_ECLOSED: each
 * wait holds the lock once more by then, unless it was the condition's own,
 * which is freed too.
 *
 * Owns:    takes condition; NULL is allowed. */
void eft_condition_free(eft_condition *condition);

/* eft_condition_lock gives the lock to be acquired and released.
 *
 * Owns:    lends the lock, as long as the condition lives. */
eft_lock *eft_condition_lock(eft_condition *condition);

/* eft_condition_wait releases the lock, waits to be notified, and takes the
 * lock again.  It takes it whatever it ends with: a cancelled wait ends when it
 * has the lock, however often it is cancelled meanwhile, and a notification
 * that it cannot use goes to the next one.  Only a wait whose future is given
 * up ends without the lock.  It may be notified for nothing: look again.
 *
 * Owns:    borrows condition until done; gives the future.
 * Result:  none.
 * Errors:  EFT_EINVAL, the lock is not held; EFT_ECANCELED; EFT_ECLOSED, the
 *          condition or its lock was freed; EFT_ENOMEM (in these two cases of
 *          starting, EFT_EINVAL and EFT_ENOMEM, the lock is not touched).
 * Source:  asyncio's Condition.wait, which asks for the lock anew after each
 *          cancel; this one keeps its place among those who want it.  And there
 *          a cancelled wait wakes another one, notified or not. */
eft_future *eft_condition_wait(eft_condition *condition);

/* eft_condition_wait_until waits, again and again, until predicate(arg) is
 * true; done at once where it is true already, the lock held or not.  The
 * predicate is asked with the lock held; it may not await (EFT_EDEADLK) nor
 * free the condition.
 *
 * Owns:    borrows condition and arg until done; gives the future.
 * Result:  none.
 * Errors:  those of eft_condition_wait().
 * Source:  asyncio's Condition.wait_for. */
eft_future *eft_condition_wait_until(eft_condition *condition,
                                     bool (*predicate)(void *arg), void *arg);

/* eft_condition_notify wakes up to count waits, in the order in which they
 * began.  They go on when the lock is released.
 *
 * Errors:  0; EFT_EINVAL, the lock is not held.
 * Source:  asyncio's Condition.notify. */
int32_t eft_condition_notify(eft_condition *condition, size_t count);

/* eft_condition_notify_all wakes all waits.
 *
 * Errors:  those of eft_condition_notify(). */
int32_t eft_condition_notify_all(eft_condition *condition);

/* A semaphore: a number of permits. */
typedef struct eft_semaphore eft_semaphore;

/* eft_semaphore_new makes a semaphore with value permits.
 *
 * Owns:    gives the semaphore, which eft_semaphore_free() frees; NULL when out
 *          of memory. */
eft_semaphore *eft_semaphore_new(size_t value);

/* eft_semaphore_new_bounded makes one that refuses to have more than value
 * permits, and so finds a release too many.
 *
 * Owns:    as eft_semaphore_new().
 * Source:  asyncio's BoundedSemaphore. */
eft_semaphore *eft_semaphore_new_bounded(size_t value);

/* eft_semaphore_free ends what waits for a permit with EFT_ECLOSED.
 *
 * Owns:    takes semaphore; NULL is allowed. */
void eft_semaphore_free(eft_semaphore *semaphore);

/* eft_semaphore_acquire takes a permit, and waits until there is one.  Where
 * others wait it waits behind them, even if there are permits.
 *
 * Owns:    borrows semaphore until done; gives the future.
 * Result:  none; the permit is then its caller's until eft_semaphore_release().
 * Errors:  EFT_ECANCELED; EFT_ECLOSED, the semaphore was freed; EFT_ENOMEM.
 * Source:  asyncio's Semaphore.acquire. */
eft_future *eft_semaphore_acquire(eft_semaphore *semaphore);

/* eft_semaphore_release gives a permit back, or a new one: to the first that
 * waits.
 *
 * Errors:  0; EFT_EINVAL, a bounded semaphore has all its permits.
 * Source:  asyncio's Semaphore.release. */
int32_t eft_semaphore_release(eft_semaphore *semaphore);

/* eft_semaphore_is_locked answers whether an acquire would have to wait. */
bool eft_semaphore_is_locked(const eft_semaphore *semaphore);

/* A barrier: a number of tasks that wait for each other, and go on together. */
typedef struct eft_barrier eft_barrier;

/* eft_barrier_new makes a barrier for parties tasks.
 *
 * Owns:    gives the barrier, which eft_barrier_free() frees; NULL when out of
 *          memory, or where parties is 0. */
eft_barrier *eft_barrier_new(size_t parties);

/* eft_barrier_free ends what waits at the barrier with EFT_ECLOSED.
 *
 * Owns:    takes barrier; NULL is allowed. */
void eft_barrier_free(eft_barrier *barrier);

/* eft_barrier_wait waits until as many wait as the barrier has parties, and all
 * go on; the last one is done at once.  Who comes before all have gone waits
 * for the next round.  A cancelled wait leaves its place to another.
 *
 * Owns:    borrows barrier until done; gives the future.
 * Result:  size: 0 to parties - 1, each once in a round, in the order in which
 *          they came.
 * Errors:  EFT_EBROKEN, the barrier is aborted, or reset meanwhile;
 *          EFT_ECANCELED; EFT_ECLOSED, the barrier was freed; EFT_ENOMEM.
 * Source:  asyncio's Barrier.wait, which may give a number twice in a round
 *          where a wait was cancelled. */
eft_future *eft_barrier_wait(eft_barrier *barrier);

/* eft_barrier_reset makes the barrier empty and whole again: those that wait
 * end with EFT_EBROKEN.
 *
 * Source:  asyncio's Barrier.reset. */
void eft_barrier_reset(eft_barrier *barrier);

/* eft_barrier_abort breaks the barrier until eft_barrier_reset(): those that
 * wait, and that come, end with EFT_EBROKEN.
 *
 * Source:  asyncio's Barrier.abort. */
void eft_barrier_abort(eft_barrier *barrier);

/* eft_barrier_parties gives how many have to wait for all to go on. */
size_t eft_barrier_parties(const eft_barrier *barrier);

/* eft_barrier_waiting gives how many wait; 0 while they go on.
 *
 * Source:  asyncio's Barrier.n_waiting. */
size_t eft_barrier_waiting(const eft_barrier *barrier);

/* eft_barrier_is_broken answers whether the barrier was aborted, and not reset
 * since. */
bool eft_barrier_is_broken(const eft_barrier *barrier);

#ifdef __cplusplus
}
#endif
#endif
