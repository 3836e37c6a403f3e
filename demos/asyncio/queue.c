/* SPDX-License-Identifier: MIT
 * Producers and consumers, with room for three numbers between them.
 *
 *   natively:  build/native/demos/asyncio/queue
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/queue.mjs
 *
 * It prints queue.txt, and so does queue.py. */
#include <stdio.h>

#include <eft/eft.h>

struct market {
    eft_queue *queue;
    int64_t sum;
};

struct range {
    eft_queue *queue;
    int first, last;
};

static eft_result produce(void *arg)
{
    const struct range *self = arg;

    for (int i = self->first; i <= self->last; i++)
        EFT_TRY(eft_await(eft_queue_put(self->queue, eft_ok_i64(i))));
    return eft_ok();
}

/* Works until it is cancelled. */
static eft_result consume(void *arg)
{
    struct market *self = arg;

    for (;;) {
        eft_result number = eft_await(eft_queue_get(self->queue));

        if (number.error)
            return number;
        self->sum += number.i64;
        EFT_TRY(eft_await(eft_sleep(1)));
        EFT_TRY(eft_failed(eft_queue_task_done(self->queue)));
    }
}

static eft_result trade(eft_queue *queue)
{
    EFT_TRY(eft_await(
        eft_gather(eft_spawn(produce, &(struct range){queue, 1, 10}),
                   eft_spawn(produce, &(struct range){queue, 11, 20}))));
    puts("all put");
    return eft_await(eft_queue_join(queue));
}

static eft_result open_market(eft_queue *queue)
{
    struct market market = {.queue = queue};
    eft_future *consumers[] = {eft_spawn(consume, &market),
                               eft_spawn(consume, &market)};
    eft_result result = trade(queue);

    for (int i = 0; i < 2; i++) {
        eft_cancel(consumers[i]);
        eft_await(consumers[i]);
    }
    if (result.error)
        return result;
    printf("all taken, sum %lld\n", (long long)market.sum);
    printf("empty: %s\n", eft_queue_is_empty(queue) ? "yes" : "no");
    return eft_ok();
}

static eft_result by_priority(eft_queue *queue)
{
    static const int numbers[] = {30, 10, 20};

    for (int i = 0; i < 3; i++)
        EFT_TRY(
            eft_failed(eft_queue_put_nowait(queue, eft_ok_i64(numbers[i]))));
    while (!eft_queue_is_empty(queue))
        printf("next: %lld\n", (long long)eft_queue_get_nowait(queue).i64);
    return eft_ok();
}

static eft_result with_queue(eft_queue_options options,
                             eft_result (*use)(eft_queue *queue))
{
    eft_queue *queue = eft_queue_new(&options);
    eft_result result = queue ? use(queue) : eft_failed(EFT_ENOMEM);

    eft_queue_free(queue);
    return result;
}

static eft_result app(void *arg)
{
    (void)arg;
    EFT_TRY(with_queue((eft_queue_options){.capacity = 3}, open_market));
    return with_queue((eft_queue_options){.order = EFT_QUEUE_PRIORITY},
                      by_priority);
}

int main(void)
{
    return eft_run(app, NULL);
}
