/* SPDX-License-Identifier: MIT
 * Random programs on the core, in the world whose clock jumps, and what must
 * hold of each:
 *
 *     random-virtual [--seed N] [--programs N] [--steps N] [--trace] [--export]
 *
 * Program i has the seed N + i; --steps ends each after so many ops, --trace
 * prints what happens.  The last lines are the number of ops and a hash of all
 * events, which is the same on every host.  A program that breaks a rule prints
 * the command that runs it alone.  With --export the programs are such that
 * asyncio's order of events must be ours: random.py runs them too. */
#include "random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct options {
    uint64_t seed;
    uint64_t programs;
    uint64_t steps;
    bool export;
} options = {.seed = 1, .programs = 100};

/* Longer than anything that a program waits for by itself. */
static int64_t long_time(void)
{
    return world.twin ? 9999991 : 100;
}

static void open_world(uint64_t seed)
{
    memset(&world, 0, sizeof world);
    world.seed = seed;
    world.step_limit = options.steps;
    world.begin = eft_now();
    random_seed(seed);
    random_make_program(options.export);
    objects_open();
    for (int i = TASKS; i < SLOTS; i++)
        world.slots[i].future = eft_future_new();
}

static bool cancel_all(void)
{
    bool is_left = false;

    for (int i = 0; i < TASKS; i++) {
        const random_actor *actor = &world.actors[i];

        if (actor->task)
            eft_cancel(actor->task);
        is_left = is_left || actor->task;
        if (is_left && world.twin)
            break;
    }
    return is_left;
}

static void pause(int64_t delay_ms)
{
    mark_time(delay_ms);
    eft_result result = eft_await(eft_sleep(delay_ms));

    if (result.error)
        broken("the program's own task is disturbed");
}

static void drop_slots(void)
{
    for (int i = 0; i < SLOTS; i++)
        slot_drop(i);
    for (int i = 0; i < CALLS; i++) {
        eft_future *future = world.calls[i].future;

        world.calls[i].future = NULL;
        eft_future_free(future);
    }
}

static void free_objects(void)
{
    for (int i = 0; i < OBJECTS; i++)
        object_free(i);
}

/* In three orders, by the seed: it must not matter. */
static void close_world(uint64_t way)
{
    int rounds = 0;

    world.ending = true;
    if (way == 0)
        free_objects();
    else if (way == 1)
        drop_slots();
    while (cancel_all() && ++rounds < 2000) {
        /* A condition wants its lock back, and its holder may be lost. */
        if (rounds == 100)
            free_objects();
        pause(long_time());
    }
    if (rounds == 2000)
        broken("a task does not end");
    pause(long_time());
    drop_slots();
    free_objects();
    /* What watches the clock, and callbacks that are to come. */
    if (world.last_mark > eft_now())
        eft_await(eft_sleep(world.last_mark - eft_now()));
    pause(1000);
    for (int i = 0; i < SLOTS; i++)
        if (world.slots[i].told_count)
            broken("future %d never called back", i);
    for (int i = 0; i < CALLS; i++)
        if (world.calls[i].pending)
            broken("callback %d never ran", i);
}

static void run_world(uint64_t seed)
{
    size_t live = eft_live_objects();

    open_world(seed);
    if (options.export)
        random_export();
    for (int i = 0; i < FIRST_TASKS; i++)
        if (!world.actors[i].spawned)
            world.slots[i].future = actor_spawn(&world.actors[i], NULL);
    pause(world.twin ? 49999991 : 150);
    close_world(world.twin ? 2 : seed % 3);
    if (eft_live_objects() != live)
        broken("%d objects are left", (int)(eft_live_objects() - live));
    if (world.live_items)
        broken("%d values are left", (int)world.live_items);
    random_steps += world.steps;
}

static eft_result app(void *arg)
{
    uint64_t failed = 0;

    (void)arg;
    for (uint64_t i = 0; i < options.programs; i++) {
        run_world(options.seed + i);
        failed += world.is_broken;
    }
    printf("# %" PRIu64 " ops, hash %016" PRIx64 "\n", random_steps,
           random_hash());
    printf("%" PRIu64 " passed, %" PRIu64 " failed\n",
           options.programs - failed, failed);
    return failed ? eft_fail(EFT_EUSER, "programs broke rules") : eft_ok();
}

static void read_option(const char *name, const char *value)
{
    if (!strcmp(name, "--seed"))
        options.seed = strtoull(value, NULL, 10);
    else if (!strcmp(name, "--programs"))
        options.programs = strtoull(value, NULL, 10);
    else if (!strcmp(name, "--steps"))
        options.steps = strtoull(value, NULL, 10);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--trace"))
            random_traces = true;
        else if (!strcmp(argv[i], "--export"))
            options.export = random_traces = true;
        else
            read_option(argv[i], i + 1 < argc ? argv[i + 1] : "");
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    return eft_run(app, NULL);
}
