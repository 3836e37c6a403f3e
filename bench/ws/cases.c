/* SPDX-License-Identifier: MIT
 * The cases of one connection at a time. */
#include <stdlib.h>

#include "../measure.h"
#include "bench.h"

enum { IN_FLIGHT = 64, WARM_UP_PART = 10 };

eft_future *bench_open(const bench *b)
{
    return eft_ws_connect(b->url,
                          &(eft_ws_options){.max_message = b->size + 1024,
                                            .ping_interval_ms = EFT_FOREVER});
}

eft_result bench_take(const bench *b, eft_ws *ws)
{
    eft_result result = eft_await(eft_ws_receive(ws));

    if (result.error)
        return result;
    bool right = result.message->length == b->size;
    eft_result_free(result);
    return right ? eft_ok() : eft_fail(EFT_EUSER, "an echo of another length");
}

eft_result bench_exchange(const bench *b, eft_ws *ws)
{
    EFT_TRY(eft_await(eft_ws_send_binary(ws, b->payload, b->size)));
    return bench_take(b, ws);
}

static eft_result close_socket(eft_ws *ws)
{
    eft_result result = eft_await(eft_ws_close(ws, 1000, ""));

    eft_ws_free(ws);
    return result;
}

/* rtt: one message in flight. */

static eft_result exchange_many(bench *b, eft_ws *ws)
{
    for (size_t i = 0; i < b->n / WARM_UP_PART; i++)
        EFT_TRY(bench_exchange(b, ws));
    bench_start(b);
    for (size_t i = 0; i < b->n; i++) {
        int64_t begin = measure_wall();

        EFT_TRY(bench_exchange(b, ws));
        bench_note(b, measure_wall() - begin);
    }
    bench_stop(b);
    return eft_ok();
}

eft_result bench_rtt(void *arg)
{
    bench *b = arg;
    eft_result opened = eft_await(bench_open(b));

    if (opened.error)
        return opened;
    EFT_TRY(exchange_many(b, opened.ws));
    EFT_TRY(close_socket(opened.ws));
    return bench_report(b);
}

/* pipeline: 64 in flight; what is in flight bounds what waits to be sent, so
 * nobody has to wait for it. */

static void send_one(bench *b, eft_ws *ws, size_t i)
{
    b->sent_at[i % IN_FLIGHT] = measure_wall();
    eft_future_free(eft_ws_send_binary(ws, b->payload, b->size));
}

static eft_result pipe_many(bench *b, eft_ws *ws, size_t n, bool note)
{
    size_t sent = 0;

    while (sent < n && sent < IN_FLIGHT)
        send_one(b, ws, sent++);
    for (size_t i = 0; i < n; i++) {
        EFT_TRY(bench_take(b, ws));
        if (note)
            bench_note(b, measure_wall() - b->sent_at[i % IN_FLIGHT]);
        if (sent < n)
            send_one(b, ws, sent++);
    }
    return eft_ok();
}

eft_result bench_pipeline(void *arg)
{
    bench *b = arg;
    eft_result opened = eft_await(bench_open(b));

    if (opened.error)
        return opened;
    EFT_TRY(pipe_many(b, opened.ws, b->n / WARM_UP_PART, false));
    bench_start(b);
    EFT_TRY(pipe_many(b, opened.ws, b->n, true));
    bench_stop(b);
    EFT_TRY(close_socket(opened.ws));
    return bench_report(b);
}

/* connect, one after the other, each with its closing handshake. */

static eft_result connect_in_turn(bench *b)
{
    bench_start(b);
    for (size_t i = 0; i < b->n; i++) {
        int64_t begin = measure_wall();
        eft_result opened = eft_await(bench_open(b));

        if (opened.error)
            return opened;
        EFT_TRY(close_socket(opened.ws));
        bench_note(b, measure_wall() - begin);
    }
    bench_stop(b);
    return bench_report(b);
}

/* connect, all at once: a task for each, which times its own. */

typedef struct attempt {
    bench *b;
    size_t index;
} attempt;

static eft_result connect_one(void *arg)
{
    attempt *one = arg;
    int64_t begin = measure_wall();
    eft_result opened = eft_await(bench_open(one->b));

    if (opened.error)
        return opened;
    bench_note(one->b, measure_wall() - begin);
    one->b->sockets[one->index] = opened.ws;
    return eft_ok();
}

static eft_result connect_at_once(bench *b, eft_group *group)
{
    b->operations = b->count;
    bench_start(b);
    for (size_t i = 0; i < b->count; i++) {
        attempt *one = malloc(sizeof *one);

        if (!one)
            return eft_failed(EFT_ENOMEM);
        *one = (attempt){b, i};
        eft_future_free(eft_group_spawn_owned(group, connect_one, one, free));
    }
    EFT_TRY(eft_await(eft_group_join(group)));
    bench_stop(b);
    return bench_report(b);
}

eft_result bench_connect(void *arg)
{
    bench *b = arg;

    if (b->count == 1)
        return connect_in_turn(b);
    eft_group *group = eft_group_new();
    eft_result result =
        group ? connect_at_once(b, group) : eft_failed(EFT_ENOMEM);

    eft_group_free(group);
    return result;
}
