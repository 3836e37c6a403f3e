/* SPDX-License-Identifier: MIT
 * Waiting until something is true, which others make so.
 *
 *   natively:  build/native/demos/asyncio/condition
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/condition.mjs
 *
 * It prints condition.txt, and so does condition.py. */
#include <stdio.h>

#include <eft/eft.h>

struct bakery {
    eft_condition *changed;
    int loaves;
};

struct customer {
    struct bakery *bakery;
    const char *name;
    int wanted;
};

static bool enough(void *arg)
{
    const struct customer *self = arg;

    return self->bakery->loaves >= self->wanted;
}

static eft_result buy(void *arg)
{
    const struct customer *self = arg;
    struct bakery *bakery = self->bakery;
    eft_lock *lock = eft_condition_lock(bakery->changed);

    EFT_TRY(eft_await(eft_lock_acquire(lock)));
    printf("%s wants %d\n", self->name, self->wanted);
    eft_result result =
        eft_await(eft_condition_wait_until(bakery->changed, enough, arg));
    if (!result.error) {
        bakery->loaves -= self->wanted;
        printf("%s has %d, %d left\n", self->name, self->wanted,
               bakery->loaves);
    }
    int32_t error = eft_lock_release(lock);
    return error ? eft_failed(error) : result;
}

static eft_result bake(void *arg)
{
    struct bakery *bakery = arg;
    eft_lock *lock = eft_condition_lock(bakery->changed);

    for (int i = 0; i < 3; i++) {
        EFT_TRY(eft_await(eft_sleep(50)));
        EFT_TRY(eft_await(eft_lock_acquire(lock)));
        bakery->loaves += 2;
        printf("baked 2, %d there\n", bakery->loaves);
        EFT_TRY(eft_failed(eft_condition_notify_all(bakery->changed)));
        EFT_TRY(eft_failed(eft_lock_release(lock)));
    }
    return eft_ok();
}

static eft_result open_shop(struct bakery *bakery)
{
    EFT_TRY(eft_await(
        eft_gather(eft_spawn(buy, &(struct customer){bakery, "Ada", 3}),
                   eft_spawn(buy, &(struct customer){bakery, "Bob", 1}),
                   eft_spawn(bake, bakery))));
    printf("left: %d\n", bakery->loaves);
    return eft_ok();
}

static eft_result app(void *arg)
{
    struct bakery bakery = {.changed = eft_condition_new(NULL)};

    (void)arg;
    eft_result result =
        bakery.changed ? open_shop(&bakery) : eft_failed(EFT_ENOMEM);
    eft_condition_free(bakery.changed);
    return result;
}

int main(void)
{
    return eft_run(app, NULL);
}
