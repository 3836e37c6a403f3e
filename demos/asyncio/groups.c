/* SPDX-License-Identifier: MIT
 * A gather of gathers, one of which is cancelled.
 *
 *   natively:  build/native/demos/asyncio/groups
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/groups.mjs
 *
 * It prints groups.txt, and so does groups.py. */
#include <stdio.h>

#include <eft/eft.h>

typedef struct worker {
    const char *name;
    int ms;
} worker;

static eft_result work(void *arg)
{
    const worker *self = arg;
    eft_result result = eft_await(eft_sleep(self->ms));

    if (result.error) {
        printf("%s was %s\n", self->name, eft_strerror(result.error));
        return result;
    }
    printf("%s has finished\n", self->name);
    return eft_ok_i64(self->ms);
}

static void report(const char *name, const eft_result *group)
{
    if (group->error) {
        printf("%s: %s\n", name, eft_strerror(group->error));
        return;
    }
    printf("%s:", name);
    for (size_t i = 0; i < group->results->count; i++)
        printf(" %lld", (long long)group->results->items[i].i64);
    puts("");
}

static eft_result app(void *arg)
{
    static worker ant1 = {"ant 1", 100}, ant2 = {"ant 2", 200};
    static worker bee1 = {"bee 1", 60000}, bee2 = {"bee 2", 60000};
    const eft_gather_options options = {.return_errors = true};

    (void)arg;
    eft_future *ants =
        eft_gather(eft_spawn(work, &ant1), eft_spawn(work, &ant2));
    eft_future *bees =
        eft_gather(eft_spawn(work, &bee1), eft_spawn(work, &bee2));
    /* The gather consumes both: a reference more keeps one to cancel. */
    eft_future *everyone =
        eft_gather_with(&options, ants, eft_future_ref(bees));

    eft_await(eft_sleep(0));
    printf("cancelling the bees: %s\n", eft_cancel(bees) ? "yes" : "too late");
    eft_future_free(bees);

    eft_result result = eft_await(everyone);
    if (result.error)
        return result;
    report("ants", &result.results->items[0]);
    report("bees", &result.results->items[1]);
    eft_result_free(result);
    return eft_ok();
}

int main(void)
{
    return eft_run(app, NULL);
}
