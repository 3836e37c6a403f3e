/* SPDX-License-Identifier: MIT
 * What the suites of locks, events, conditions and semaphores have in common.
 */
#ifndef EFT_TESTS_SYNC_CASE_H
#define EFT_TESTS_SYNC_CASE_H

#include <stdbool.h>

#include <eft/eft.h>

/* Lets what is ready have its turn. */
void turn(void);

/* A task whose argument is a name, a literal. */
eft_future *spawn_named(eft_body *body, const char *name);

/* The lock of the running test: a lock alone, or the condition's own. */
extern eft_lock *lock;

/* Make and free a lock alone. */
void lock_begin(void);
void lock_finish(void);

/* A task that acquires the lock, and notes its name, or its name and ":error".
 * The second also keeps the lock for a turn, and then notes "/" and its name.
 */
eft_result lock_taker(void *name);
eft_result lock_holder(void *name);

/* The semaphore of the running test. */
extern eft_semaphore *permits;

/* Make and free it. */
void semaphore_begin(size_t count);
void semaphore_finish(void);

/* A task that acquires a permit, and notes its name, or its name and ":error".
 */
eft_result semaphore_taker(void *name);

/* The condition of the running test, and what its predicates ask about. */
extern eft_condition *condition;
extern int state;

/* Make and free it; its lock is one of its own. */
void condition_begin(void);
void condition_finish(void);

/* Holds the condition's lock from now on. */
void acquire(void);

/* A task that acquires the lock, waits, notes its name, or its name and
 * ":error", and keeps the lock.  The second releases it.  The third waits until
 * state is not zero, and releases it. */
eft_result condition_waiter(void *name);
eft_result condition_visitor(void *name);
eft_result condition_watcher(void *name);

/* Two waits, which hold the lock when they are done: the first was notified,
 * and wants the lock, which is held. */
void wait_twice_and_notify(eft_future **first, eft_future **second);

/* Notifies one, with the lock. */
void notify_one(void);

/* Predicates on an int. */
bool is_nonzero(void *number);
bool is_zero(void *number);

#endif
