/* SPDX-License-Identifier: MIT
 * What the cases do alike as fibers and as steps: timers, the table, checks. */
#include "bench.h"

/* 0 + 1 + ... + n - 1; where that is too much it wraps, as the tasks' sum. */
size_t bench_sum_below(size_t n)
{
    return n % 2 ? (n - 1) / 2 * n : n / 2 * (n - 1);
}

eft_result bench_lay_table(bench *b)
{
    static const eft_queue_options one = {.capacity = 1};

    for (int side = 0; side < 2; side++)
        if (!(b->queues[side] = eft_queue_new(&one)))
            return eft_failed(EFT_ENOMEM);
    for (int side = 0; side < 2; side++)
        b->players[side] =
            (bench_player){b->queues[side], b->queues[!side], b->n / 2};
    return eft_failed(eft_queue_put_nowait(b->queues[0], eft_ok_size(0)));
}

bool bench_token_is_back(bench *b)
{
    eft_result token = eft_queue_get_nowait(b->queues[0]);

    return !token.error && token.size == b->n / 2 * 2;
}

bool bench_is_in_order(const bench *b, eft_result gathered)
{
    if (gathered.results->count != b->n)
        return false;
    for (size_t i = 0; i < b->n; i++)
        if (gathered.results->items[i].size != i)
            return false;
    return true;
}

static void count_fired(void *arg)
{
    ((bench *)arg)->seen++;
}

/* Marsaglia's xorshift: the same deadlines in every run. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

void bench_arm_timers(bench *b)
{
    uint32_t state = 2463534242u;

    for (; b->spawned < b->n; b->spawned++) {
        int64_t delay_ms = 1 + next_random(&state) % BENCH_SECOND_MS;

        b->futures[b->spawned] = eft_call_later(delay_ms, count_fired, b);
    }
}

void bench_cancel_most(bench *b)
{
    size_t most = b->n - b->n / 10;

    /* One has to be left to wait for. */
    if (most == b->n)
        most--;
    while (b->joined < most) {
        eft_future *timer = b->futures[b->joined++];

        eft_cancel(timer);
        eft_future_free(timer);
    }
}
