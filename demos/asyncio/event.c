/* SPDX-License-Identifier: MIT
 * All wait for one signal.
 *
 *   natively:  build/native/demos/asyncio/event
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/event.mjs
 *
 * It prints event.txt, and so does event.py. */
#include <stdio.h>

#include <eft/eft.h>

typedef struct runner {
    eft_event *start;
    const char *name;
} runner;

static eft_result run(void *arg)
{
    const runner *self = arg;

    printf("%s waits\n", self->name);
    EFT_TRY(eft_await(eft_event_wait(self->start)));
    printf("%s runs\n", self->name);
    return eft_ok();
}

static eft_result race(eft_event *start)
{
    eft_future *runners = eft_gather(eft_spawn(run, &(runner){start, "Ann"}),
                                     eft_spawn(run, &(runner){start, "Ben"}),
                                     eft_spawn(run, &(runner){start, "Cleo"}));

    eft_await(eft_sleep(100));
    puts("go");
    eft_event_set(start);
    eft_event_clear(start); /* those who waited run all the same */
    EFT_TRY(eft_await(runners));
    printf("set: %s\n", eft_event_is_set(start) ? "yes" : "no");
    eft_event_set(start);
    return run(&(runner){start, "a latecomer"});
}

static eft_result app(void *arg)
{
    eft_event *start = eft_event_new();

    (void)arg;
    eft_result result = start ? race(start) : eft_failed(EFT_ENOMEM);
    eft_event_free(start);
    return result;
}

int main(void)
{
    return eft_run(app, NULL);
}
