/* SPDX-License-Identifier: MIT
 * The cases with step tasks, which have no stack but their state. */
#include "bench.h"

/* What a task keeps between its steps: one of many no more than it must. */
typedef struct member {
    eft_step step;
    bench *bench;
} member;

/* A case's own body has this one. */
typedef struct counter {
    eft_step step;
    bench *bench;
    size_t i;
} counter;

static void spawn_all(bench *b, eft_body *steps)
{
    const member state = {.bench = b};

    for (; b->spawned < b->n; b->spawned++)
        b->futures[b->spawned] = eft_spawn_steps(steps, &state, sizeof state);
}

static eft_result sleep_a_second(void *state)
{
    member *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(eft_sleep(BENCH_SECOND_MS));
    self->bench->seen++;
    EFT_STEP_END();
    return eft_ok();
}

static eft_result sleep_many(void *state)
{
    counter *self = state;
    bench *b = self->bench;

    EFT_STEP_BEGIN(self);
    bench_start(b);
    spawn_all(b, sleep_a_second);
    while (b->joined < b->spawned)
        EFT_STEP_TRY(b->futures[b->joined++]);
    bench_stop(b);
    EFT_STEP_END();
    b->spent -= BENCH_SECOND_NS;
    return bench_report(b, b->seen == b->n);
}

/* A body without an await needs no place to go on at. */
static eft_result give(void *state)
{
    return eft_ok_size(*(const size_t *)state);
}

static eft_result spawn_join(void *state)
{
    counter *self = state;
    bench *b = self->bench;
    eft_result result;

    EFT_STEP_BEGIN(self);
    bench_start(b);
    for (; self->i < b->n; self->i++) {
        EFT_STEP_AWAIT(result, eft_spawn_steps(give, &self->i, sizeof self->i));
        if (result.error)
            return result;
        b->seen += result.size;
    }
    bench_stop(b);
    EFT_STEP_END();
    return bench_report(b, b->seen == bench_sum_below(b->n));
}

static eft_result check_gathered(bench *b, eft_result result)
{
    bool right = bench_is_in_order(b, result);

    eft_result_free(result);
    return bench_report(b, right);
}

static eft_result gather(void *state)
{
    counter *self = state;
    bench *b = self->bench;
    eft_result result;

    EFT_STEP_BEGIN(self);
    bench_start(b);
    for (; b->spawned < b->n; b->spawned++)
        b->futures[b->spawned] =
            eft_spawn_steps(give, &b->spawned, sizeof b->spawned);
    b->joined = b->spawned;
    EFT_STEP_AWAIT(result, eft_gather_array(b->futures, b->n, NULL));
    bench_stop(b);
    EFT_STEP_END();
    return result.error ? result : check_gathered(b, result);
}

typedef struct playing {
    eft_step step;
    bench_player player;
    size_t i;
} playing;

static eft_result play(void *state)
{
    playing *self = state;
    eft_result token;

    EFT_STEP_BEGIN(self);
    for (; self->i < self->player.hops; self->i++) {
        EFT_STEP_AWAIT(token, eft_queue_get(self->player.in));
        if (token.error)
            return token;
        token.size++;
        EFT_STEP_TRY(eft_queue_put(self->player.out, token));
    }
    EFT_STEP_END();
    return eft_ok();
}

static void seat_players(bench *b)
{
    for (int side = 0; side < 2; side++) {
        playing seat = {.player = b->players[side]};

        b->futures[b->spawned++] = eft_spawn_steps(play, &seat, sizeof seat);
    }
}

static eft_result pingpong(void *state)
{
    counter *self = state;
    bench *b = self->bench;

    EFT_STEP_BEGIN(self);
    EFT_TRY(bench_lay_table(b));
    bench_start(b);
    seat_players(b);
    while (b->joined < b->spawned)
        EFT_STEP_TRY(b->futures[b->joined++]);
    bench_stop(b);
    EFT_STEP_END();
    return bench_report(b, bench_token_is_back(b));
}

static eft_result timers(void *state)
{
    counter *self = state;
    bench *b = self->bench;

    EFT_STEP_BEGIN(self);
    b->begin = measure_busy();
    bench_arm_timers(b);
    bench_cancel_most(b);
    self->i = b->n - b->joined;
    b->begin += measure_idle(BENCH_SECOND_MS);
    while (b->joined < b->spawned)
        EFT_STEP_TRY(b->futures[b->joined++]);
    b->spent = measure_busy() - b->begin;
    EFT_STEP_END();
    return bench_report(b, b->seen == self->i);
}

static eft_result wait_for_nothing(void *state)
{
    member *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    EFT_STEP_AWAIT(result, eft_sleep(EFT_FOREVER));
    EFT_STEP_END();
    if (result.error == EFT_ECANCELED)
        self->bench->seen++;
    return result;
}

static eft_result cancel(void *state)
{
    counter *self = state;
    bench *b = self->bench;
    eft_result result;

    EFT_STEP_BEGIN(self);
    spawn_all(b, wait_for_nothing);
    EFT_STEP_TRY(eft_sleep(0));
    bench_start(b);
    for (size_t i = 0; i < b->n; i++)
        eft_cancel(b->futures[i]);
    while (b->joined < b->spawned) {
        EFT_STEP_AWAIT(result, b->futures[b->joined++]);
        if (result.error != EFT_ECANCELED)
            return result.error ? result : bench_report(b, false);
    }
    bench_stop(b);
    EFT_STEP_END();
    return bench_report(b, b->seen == b->n);
}

static eft_result yield_often(void *state)
{
    counter *self = state;

    EFT_STEP_BEGIN(self);
    for (; self->i < self->bench->n / 2; self->i++) {
        EFT_STEP_TRY(eft_sleep(0));
        self->bench->seen++;
    }
    EFT_STEP_END();
    return eft_ok();
}

static void spawn_yielders(bench *b)
{
    const counter state = {.bench = b};

    for (int task = 0; task < 2; task++)
        b->futures[b->spawned++] =
            eft_spawn_steps(yield_often, &state, sizeof state);
}

static eft_result yield(void *state)
{
    counter *self = state;
    bench *b = self->bench;

    EFT_STEP_BEGIN(self);
    bench_start(b);
    spawn_yielders(b);
    while (b->joined < b->spawned)
        EFT_STEP_TRY(b->futures[b->joined++]);
    bench_stop(b);
    EFT_STEP_END();
    return bench_report(b, b->seen == b->n / 2 * 2);
}

static eft_result await_done(void *state)
{
    counter *self = state;
    bench *b = self->bench;
    eft_result result;

    EFT_STEP_BEGIN(self);
    b->done = eft_future_new();
    eft_future_resolve(b->done, eft_ok_size(1));
    bench_start(b);
    for (; self->i < b->n; self->i++) {
        EFT_STEP_AWAIT(result, eft_future_ref(b->done));
        if (result.error)
            return result;
        b->seen += result.size;
    }
    bench_stop(b);
    EFT_STEP_END();
    return bench_report(b, b->seen == b->n);
}

static eft_body *const cases[BENCH_CASES] = {
    [BENCH_SLEEP_MANY] = sleep_many, [BENCH_SPAWN_JOIN] = spawn_join,
    [BENCH_GATHER] = gather,         [BENCH_PINGPONG] = pingpong,
    [BENCH_TIMERS] = timers,         [BENCH_CANCEL] = cancel,
    [BENCH_YIELD] = yield,           [BENCH_AWAIT_DONE] = await_done,
};

int bench_run_steps(bench *b)
{
    return eft_run_steps(cases[b->id], &(counter){.bench = b}, sizeof(counter));
}
