/* SPDX-License-Identifier: MIT
 * What the suites of locks, events, conditions and semaphores have in common.
 */
#include "sync_case.h"

#include "journal.h"
#include "suite.h"

eft_lock *lock;
eft_semaphore *permits;
eft_condition *condition;
int state;

void turn(void)
{
    eft_await(eft_sleep(0));
}

eft_future *spawn_named(eft_body *body, const char *name)
{
    return eft_spawn(body, (void *)(uintptr_t)name);
}

void lock_begin(void)
{
    journal_clear();
    lock = eft_lock_new();
}

void lock_finish(void)
{
    eft_lock_free(lock);
}

eft_result lock_taker(void *name)
{
    eft_result result = eft_await(eft_lock_acquire(lock));

    note("%s%s", (const char *)name, result.error ? ":error" : "");
    return result;
}

eft_result lock_holder(void *name)
{
    EFT_TRY(lock_taker(name));
    eft_result result = eft_await(eft_sleep(0));
    note("/%s", (const char *)name);
    eft_lock_release(lock);
    return result;
}

void semaphore_begin(size_t count)
{
    journal_clear();
    permits = eft_semaphore_new(count);
}

void semaphore_finish(void)
{
    eft_semaphore_free(permits);
}

eft_result semaphore_taker(void *name)
{
    eft_result result = eft_await(eft_semaphore_acquire(permits));

    note("%s%s", (const char *)name, result.error ? ":error" : "");
    return result;
}

void condition_begin(void)
{
    journal_clear();
    state = 0;
    condition = eft_condition_new(NULL);
    lock = eft_condition_lock(condition);
}

void condition_finish(void)
{
    eft_condition_free(condition);
}

void acquire(void)
{
    CHECK(!eft_await(eft_lock_acquire(lock)).error);
}

/* What a wait ended with; it holds the lock in any case. */
static eft_result note_waited(const char *name, eft_result result)
{
    note("%s%s", name, result.error ? ":error" : "");
    CHECK(eft_lock_is_locked(lock));
    return result;
}

eft_result condition_waiter(void *name)
{
    acquire();
    return note_waited(name, eft_await(eft_condition_wait(condition)));
}

eft_result condition_visitor(void *name)
{
    eft_result result = condition_waiter(name);

    CHECK(eft_lock_release(lock) == 0);
    return result;
}

eft_result condition_watcher(void *name)
{
    acquire();
    eft_result result = note_waited(name, eft_await(eft_condition_wait_until(
                                              condition, is_nonzero, &state)));
    CHECK(eft_lock_release(lock) == 0);
    return result;
}

void wait_twice_and_notify(eft_future **first, eft_future **second)
{
    acquire();
    *first = eft_condition_wait(condition);
    acquire();
    *second = eft_condition_wait(condition);
    acquire();
    eft_condition_notify(condition, 1);
    turn();
}

void notify_one(void)
{
    acquire();
    CHECK(eft_condition_notify(condition, 1) == 0);
    eft_lock_release(lock);
}

bool is_nonzero(void *number)
{
    return *(int *)number != 0;
}

bool is_zero(void *number)
{
    return *(int *)number == 0;
}
