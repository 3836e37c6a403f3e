/* SPDX-License-Identifier: MIT
 * The cases of many connections that are open together. */
#include <stdlib.h>

#include "../measure.h"
#include "bench.h"

enum { AT_ONCE = 100, REST_MS = 1000 };

/* Opens all, 100 at a time, without a task for each. */
static eft_result open_batch(bench *b, size_t first, size_t count)
{
    eft_future *opening[AT_ONCE];
    eft_result failed = eft_ok();

    for (size_t i = 0; i < count; i++)
        opening[i] = bench_open(b);
    for (size_t i = 0; i < count; i++) {
        eft_result opened = eft_await(opening[i]);

        if (opened.error)
            failed = opened;
        else
            b->sockets[first + i] = opened.ws;
    }
    return failed;
}

static eft_result open_all(bench *b)
{
    for (size_t i = 0; i < b->count; i += AT_ONCE) {
        size_t left = b->count - i;

        EFT_TRY(open_batch(b, i, left < AT_ONCE ? left : AT_ONCE));
    }
    return eft_ok();
}

/* fanout: a task for each connection, one message in flight each. */

typedef struct talk {
    bench *b;
    eft_ws *ws;
} talk;

static eft_result converse(void *arg)
{
    talk *one = arg;
    bench *b = one->b;

    EFT_TRY(bench_exchange(b, one->ws));
    if (!--b->warm_left) {
        bench_start(b);
        eft_event_set(b->warm);
    }
    EFT_TRY(eft_await(eft_event_wait(b->warm)));
    for (size_t i = 0; i < b->n / b->count; i++) {
        int64_t begin = measure_wall();

        EFT_TRY(bench_exchange(b, one->ws));
        bench_note(b, measure_wall() - begin);
    }
    return eft_ok();
}

static eft_result converse_all(bench *b, eft_group *group)
{
    for (size_t i = 0; i < b->count; i++) {
        talk *one = malloc(sizeof *one);

        if (!one)
            return eft_failed(EFT_ENOMEM);
        *one = (talk){b, b->sockets[i]};
        eft_future_free(eft_group_spawn_owned(group, converse, one, free));
    }
    return eft_await(eft_group_join(group));
}

eft_result bench_fanout(void *arg)
{
    bench *b = arg;

    EFT_TRY(open_all(b));
    b->operations = b->n / b->count * b->count;
    b->warm_left = b->count;
    b->warm = eft_event_new();
    eft_group *group = eft_group_new();
    eft_result result =
        b->warm && group ? converse_all(b, group) : eft_failed(EFT_ENOMEM);

    bench_stop(b);
    eft_group_free(group);
    eft_event_free(b->warm);
    return result.error ? result : bench_report(b);
}

/* idle: what memory open connections take. */

eft_result bench_idle(void *arg)
{
    bench *b = arg;
    eft_result first = eft_await(bench_open(b));

    if (first.error)
        return first;
    EFT_TRY(eft_await(eft_ws_close(first.ws, 1000, "")));
    eft_ws_free(first.ws);
    b->operations = b->count;
    b->resident = measure_resident_kib();
    bench_start(b);
    EFT_TRY(open_all(b));
    bench_stop(b);
    EFT_TRY(eft_await(eft_sleep(REST_MS)));
    b->resident = measure_resident_kib() - b->resident;
    return bench_report(b);
}
