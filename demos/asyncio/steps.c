/* SPDX-License-Identifier: MIT
 * A hundred thousand tasks without a stack, each a state machine that sleeps.
 *
 *   natively:  build/native/demos/asyncio/steps
 *   Node:      node web/run.mjs build/web-plain/demos/asyncio/steps.mjs
 *
 * It prints steps.txt, and so does steps.py.  No task of it has a stack, so it
 * runs in every build for the web, also in the one without fibers. */
#include <stdio.h>

#include <eft/eft.h>

enum { COUNT = 100000 };

struct nap {
    eft_step step; /* where it goes on: the first member of every state */
    int number;
};

struct night {
    eft_step step;
    eft_future *naps[COUNT];
};

static eft_result take_nap(void *state)
{
    struct nap *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(eft_sleep(self->number % 10));
    EFT_STEP_END();
    return eft_ok_i64(self->number);
}

static void spawn_naps(eft_future **naps)
{
    for (int i = 0; i < COUNT; i++) {
        const struct nap nap = {.number = i};

        naps[i] = eft_spawn_steps(take_nap, &nap, sizeof nap);
    }
}

static int64_t sum(const eft_results *numbers)
{
    int64_t total = 0;

    for (size_t i = 0; i < numbers->count; i++)
        total += numbers->items[i].i64;
    return total;
}

static eft_result sleep_all(void *state)
{
    struct night *self = state;
    eft_result numbers = eft_ok();

    EFT_STEP_BEGIN(self);
    spawn_naps(self->naps);
    EFT_STEP_AWAIT(numbers, eft_gather_array(self->naps, COUNT, NULL));
    EFT_STEP_END();
    if (numbers.error)
        return numbers;
    printf("%d tasks, sum %lld\n", COUNT, (long long)sum(numbers.results));
    eft_result_free(numbers);
    return eft_ok();
}

int main(void)
{
    static const struct night night;

    return eft_run_steps(sleep_all, &night, sizeof night);
}
