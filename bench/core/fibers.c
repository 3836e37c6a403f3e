/* SPDX-License-Identifier: MIT
 * The cases with fibers: tasks that have a stack. */
#include "bench.h"

static void spawn_all(bench *b, eft_body *body)
{
    for (; b->spawned < b->n; b->spawned++)
        b->futures[b->spawned] = eft_spawn(body, b);
}

static void spawn_two(bench *b, eft_body *body, void *left, void *right)
{
    b->futures[b->spawned++] = eft_spawn(body, left);
    b->futures[b->spawned++] = eft_spawn(body, right);
}

static eft_result join_all(bench *b)
{
    while (b->joined < b->spawned)
        EFT_TRY(eft_await(b->futures[b->joined++]));
    return eft_ok();
}

static eft_result sleep_a_second(void *arg)
{
    bench *b = arg;

    EFT_TRY(eft_await(eft_sleep(BENCH_SECOND_MS)));
    b->seen++;
    return eft_ok();
}

static eft_result sleep_many(void *arg)
{
    bench *b = arg;

    bench_start(b);
    spawn_all(b, sleep_a_second);
    EFT_TRY(join_all(b));
    bench_stop(b);
    b->spent -= BENCH_SECOND_NS;
    return bench_report(b, b->seen == b->n);
}

static eft_result give(void *arg)
{
    return eft_ok_size((uintptr_t)arg);
}

static eft_result spawn_join(void *arg)
{
    bench *b = arg;

    bench_start(b);
    for (size_t i = 0; i < b->n; i++) {
        eft_result result = eft_await(eft_spawn(give, (void *)(uintptr_t)i));

        if (result.error)
            return result;
        b->seen += result.size;
    }
    bench_stop(b);
    return bench_report(b, b->seen == bench_sum_below(b->n));
}

static eft_result gather(void *arg)
{
    bench *b = arg;

    bench_start(b);
    for (; b->spawned < b->n; b->spawned++)
        b->futures[b->spawned] = eft_spawn(give, (void *)(uintptr_t)b->spawned);
    b->joined = b->spawned;
    eft_result result = eft_await(eft_gather_array(b->futures, b->n, NULL));
    bench_stop(b);
    if (result.error)
        return result;
    bool right = bench_is_in_order(b, result);
    eft_result_free(result);
    return bench_report(b, right);
}

static eft_result play(void *arg)
{
    const bench_player *self = arg;

    for (size_t i = 0; i < self->hops; i++) {
        eft_result token = eft_await(eft_queue_get(self->in));

        if (token.error)
            return token;
        token.size++;
        EFT_TRY(eft_await(eft_queue_put(self->out, token)));
    }
    return eft_ok();
}

static eft_result pingpong(void *arg)
{
    bench *b = arg;

    EFT_TRY(bench_lay_table(b));
    bench_start(b);
    spawn_two(b, play, &b->players[0], &b->players[1]);
    EFT_TRY(join_all(b));
    bench_stop(b);
    return bench_report(b, bench_token_is_back(b));
}

static eft_result timers(void *arg)
{
    bench *b = arg;

    b->begin = measure_busy();
    bench_arm_timers(b);
    bench_cancel_most(b);
    size_t left = b->n - b->joined;
    int64_t idle = measure_idle(BENCH_SECOND_MS);
    EFT_TRY(join_all(b));
    b->spent = measure_busy() - b->begin - idle;
    return bench_report(b, b->seen == left);
}

static eft_result wait_for_nothing(void *arg)
{
    bench *b = arg;
    eft_result result = eft_await(eft_sleep(EFT_FOREVER));

    if (result.error == EFT_ECANCELED)
        b->seen++;
    return result;
}

static eft_result cancel(void *arg)
{
    bench *b = arg;

    spawn_all(b, wait_for_nothing);
    EFT_TRY(eft_await(eft_sleep(0)));
    bench_start(b);
    for (size_t i = 0; i < b->n; i++)
        eft_cancel(b->futures[i]);
    while (b->joined < b->spawned) {
        eft_result result = eft_await(b->futures[b->joined++]);

        if (result.error != EFT_ECANCELED)
            return result.error ? result : bench_report(b, false);
    }
    bench_stop(b);
    return bench_report(b, b->seen == b->n);
}

static eft_result yield_often(void *arg)
{
    bench *b = arg;

    for (size_t i = 0; i < b->n / 2; i++) {
        EFT_TRY(eft_await(eft_sleep(0)));
        b->seen++;
    }
    return eft_ok();
}

static eft_result yield(void *arg)
{
    bench *b = arg;

    bench_start(b);
    spawn_two(b, yield_often, b, b);
    EFT_TRY(join_all(b));
    bench_stop(b);
    return bench_report(b, b->seen == b->n / 2 * 2);
}

static eft_result await_done(void *arg)
{
    bench *b = arg;

    b->done = eft_future_new();
    eft_future_resolve(b->done, eft_ok_size(1));
    bench_start(b);
    for (size_t i = 0; i < b->n; i++) {
        eft_result result = eft_await(eft_future_ref(b->done));

        if (result.error)
            return result;
        b->seen += result.size;
    }
    bench_stop(b);
    return bench_report(b, b->seen == b->n);
}

eft_body *const bench_fibers[BENCH_CASES] = {
    [BENCH_SLEEP_MANY] = sleep_many, [BENCH_SPAWN_JOIN] = spawn_join,
    [BENCH_GATHER] = gather,         [BENCH_PINGPONG] = pingpong,
    [BENCH_TIMERS] = timers,         [BENCH_CANCEL] = cancel,
    [BENCH_YIELD] = yield,           [BENCH_AWAIT_DONE] = await_done,
};
