/* SPDX-License-Identifier: MIT
 * Fibers as tasks see them: any order, deep frames, many at once. */
#include <stdint.h>
#include <string.h>

#include <eft/eft.h>

#include "suite.h"

enum { MANY = 1000 };

/* One suspended task: what it waits for, and what it must still know. */
typedef struct sleeper {
    eft_future *gate;
    unsigned index;
    bool good;
} sleeper;

static unsigned next_random(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Descends depth frames, each with bytes of its own, and awaits below. */
static eft_result descend(sleeper *self, int depth)
{
    volatile uint8_t bytes[64];
    eft_result result;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(self->index * 31u + (unsigned)depth + i);
    if (depth > 0) {
        result = descend(self, depth - 1);
    } else {
        result = eft_await(self->gate);
        for (int i = 0; i < 3; i++)
            eft_await(eft_sleep(0));
    }
    for (size_t i = 0; i < sizeof bytes; i++)
        if (bytes[i] != (uint8_t)(self->index * 31u + (unsigned)depth + i))
            self->good = false;
    return result;
}

static eft_result sleep_deep(void *arg)
{
    sleeper *self = arg;

    return descend(self, (int)(self->index % 60));
}

static void shuffle(unsigned *order, unsigned count, unsigned seed)
{
    for (unsigned i = 0; i < count; i++)
        order[i] = i;
    for (unsigned i = count - 1; i > 0; i--) {
        unsigned other = next_random(&seed) % (i + 1);
        unsigned kept = order[i];

        order[i] = order[other];
        order[other] = kept;
    }
}

static void a_thousand_fibers_resume_in_any_order(void)
{
    static sleeper sleepers[MANY];
    static eft_future *gates[MANY];
    static eft_future *tasks[MANY];
    static unsigned order[MANY];
    unsigned good = 0;

    for (unsigned i = 0; i < MANY; i++) {
        gates[i] = eft_future_new();
        sleepers[i] = (sleeper){eft_future_ref(gates[i]), i, true};
        tasks[i] = eft_spawn(sleep_deep, &sleepers[i]);
    }
    eft_await(eft_sleep(0));
    shuffle(order, MANY, 2026);
    for (unsigned i = 0; i < MANY; i++) {
        eft_future_resolve(gates[order[i]], eft_ok_i64((int64_t)order[i]));
        eft_future_free(gates[order[i]]);
        if (i % 3 == 0)
            eft_await(eft_sleep(0));
    }
    for (unsigned i = 0; i < MANY; i++)
        good += eft_await(tasks[i]).i64 == (int64_t)i && sleepers[i].good;
    CHECK(good == MANY);
}

static void fibers_resume_last_in_first_out_too(void)
{
    enum { COUNT = 50 };
    static sleeper sleepers[COUNT];
    eft_future *gates[COUNT];
    eft_future *tasks[COUNT];

    for (unsigned i = 0; i < COUNT; i++) {
        gates[i] = eft_future_new();
        sleepers[i] = (sleeper){eft_future_ref(gates[i]), i, true};
        tasks[i] = eft_spawn(sleep_deep, &sleepers[i]);
    }
    eft_await(eft_sleep(0));
    for (unsigned i = COUNT; i-- > 0;) {
        eft_future_resolve(gates[i], eft_ok_i64((int64_t)i));
        eft_future_free(gates[i]);
        CHECK(eft_await(tasks[i]).i64 == (int64_t)i);
        CHECK(sleepers[i].good);
    }
}

static void frames_two_hundred_deep_survive(void)
{
    sleeper self = {eft_sleep(1), 7, true};

    CHECK(descend(&self, 200).error == 0);
    CHECK(self.good);
}

static eft_result count_down(void *arg)
{
    int *left = arg;

    if (--*left == 0)
        return eft_ok();
    return eft_await(eft_spawn(count_down, left));
}

static void tasks_that_await_tasks_five_hundred_deep(void)
{
    int left = 500;

    CHECK(eft_await(eft_spawn(count_down, &left)).error == 0);
    CHECK(left == 0);
}

static eft_result keep_doubles(void *arg)
{
    double x = *(double *)arg;
    double sum = 0;

    for (int i = 1; i <= 10; i++) {
        sum += x / i;
        EFT_TRY(eft_await(eft_sleep(0)));
    }
    return eft_ok_f64(sum);
}

static void floating_point_values_survive_switches(void)
{
    double values[] = {1.5, 2.25, -3.125};
    eft_future *tasks[3];

    for (int i = 0; i < 3; i++)
        tasks[i] = eft_spawn(keep_doubles, &values[i]);
    for (int i = 0; i < 3; i++) {
        double sum = 0;

        for (int k = 1; k <= 10; k++)
            sum += values[i] / k;
        CHECK(eft_await(tasks[i]).f64 == sum);
    }
}

static eft_result yield_often(void *arg)
{
    for (int i = 0; i < 200; i++)
        EFT_TRY(eft_await(eft_sleep(0)));
    ++*(int *)arg;
    return eft_ok();
}

static void waves_of_tasks_reuse_their_fibers(void)
{
    int ended = 0;

    for (int wave = 0; wave < 10; wave++) {
        eft_future *tasks[50];

        for (int i = 0; i < 50; i++)
            tasks[i] = eft_spawn(yield_often, &ended);
        eft_result_free(eft_await(eft_gather_array(tasks, 50, NULL)));
    }
    CHECK(ended == 500);
}

const test_case suite_fiber[] = {
    {"a_thousand_fibers_resume_in_any_order",
     a_thousand_fibers_resume_in_any_order},
    {"fibers_resume_last_in_first_out_too",
     fibers_resume_last_in_first_out_too},
    {"frames_two_hundred_deep_survive", frames_two_hundred_deep_survive},
    {"tasks_that_await_tasks_five_hundred_deep",
     tasks_that_await_tasks_five_hundred_deep},
    {"floating_point_values_survive_switches",
     floating_point_values_survive_switches},
    {"waves_of_tasks_reuse_their_fibers", waves_of_tasks_reuse_their_fibers},
    {NULL, NULL},
};
