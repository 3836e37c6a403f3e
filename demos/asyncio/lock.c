/* SPDX-License-Identifier: MIT
 * One at a time: what a lock is good for where tasks take turns.
 *
 *   natively:  build/native/demos/asyncio/lock
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/lock.mjs
 *
 * It prints lock.txt, and so does lock.py. */
#include <stdio.h>

#include <eft/eft.h>

struct tally {
    eft_lock *lock;
    int count;
};

struct counter {
    struct tally *tally;
    const char *name;
};

/* The count is stale by the time that it is written. */
static eft_result add_one(void *arg)
{
    struct tally *self = arg;
    int seen = self->count;

    EFT_TRY(eft_await(eft_sleep(10)));
    self->count = seen + 1;
    return eft_ok();
}

static eft_result add_one_locked(void *arg)
{
    const struct counter *self = arg;

    EFT_TRY(eft_await(eft_lock_acquire(self->tally->lock)));
    printf("%s has the lock\n", self->name);
    eft_result result = add_one(self->tally);
    int32_t error = eft_lock_release(self->tally->lock);
    return error ? eft_failed(error) : result;
}

static eft_result count_twice(struct tally *tally)
{
    EFT_TRY(eft_await(eft_gather(eft_spawn(add_one, tally),
                                 eft_spawn(add_one, tally),
                                 eft_spawn(add_one, tally))));
    printf("without a lock: %d\n", tally->count);
    tally->count = 0;
    EFT_TRY(eft_await(
        eft_gather(eft_spawn(add_one_locked, &(struct counter){tally, "a"}),
                   eft_spawn(add_one_locked, &(struct counter){tally, "b"}),
                   eft_spawn(add_one_locked, &(struct counter){tally, "c"}))));
    printf("with a lock: %d\n", tally->count);
    printf("locked: %s\n", eft_lock_is_locked(tally->lock) ? "yes" : "no");
    return eft_ok();
}

static eft_result app(void *arg)
{
    struct tally tally = {.lock = eft_lock_new()};

    (void)arg;
    eft_result result =
        tally.lock ? count_twice(&tally) : eft_failed(EFT_ENOMEM);
    eft_lock_free(tally.lock);
    return result;
}

int main(void)
{
    return eft_run(app, NULL);
}
