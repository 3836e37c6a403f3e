/* SPDX-License-Identifier: MIT
 * Programs for too little memory: queues. */
#include <eft/eft.h>

#include "no_memory.h"

/* What the tasks of a program share. */
typedef struct shared {
    eft_queue *queue;
    int count;
} shared;

static eft_result produce(void *arg)
{
    shared *self = arg;
    eft_result result = eft_ok();

    for (int i = 0; i < 6 && !result.error; i++)
        result = eft_await(eft_queue_put(self->queue, scenario_owned()));
    eft_queue_shutdown(self->queue, false);
    return result;
}

static eft_result consume(void *arg)
{
    shared *self = arg;

    for (;;) {
        eft_result item = eft_await(eft_queue_get(self->queue));

        if (item.error)
            return item.error == EFT_ECLOSED ? eft_ok() : item;
        eft_result_free(item);
        self->count++;
        SHOULD(eft_queue_task_done(self->queue) == 0);
    }
}

static eft_result pass_items(eft_queue_options options)
{
    shared self = {.queue = eft_queue_new(&options)};

    if (!self.queue)
        return eft_failed(EFT_ENOMEM);
    eft_future *producer = eft_spawn(produce, &self);
    eft_future *consumer = eft_spawn(consume, &self);
    eft_result consumed;
    eft_result waited =
        eft_await(eft_wait(EFT_FIRST_ERROR, EFT_FOREVER, producer, consumer));
    if (waited.error || eft_future_state(producer) == EFT_PENDING ||
        eft_future_state(consumer) == EFT_PENDING) {
        eft_cancel(producer);
        eft_cancel(consumer);
    }
    eft_result_free(waited);
    eft_result produced = eft_await(producer);
    consumed = eft_await(consumer);
    SHOULD(eft_queue_capacity(self.queue) == options.capacity);
    bool all = !produced.error && !consumed.error;
    SHOULD(!all || (self.count == 6 && eft_queue_is_empty(self.queue)));
    eft_queue_free(self.queue);
    return all ? eft_ok() : eft_failed(EFT_ENOMEM);
}

static eft_result pass_items_through_a_small_queue(void *arg)
{
    (void)arg;
    return pass_items((eft_queue_options){.capacity = 2});
}

static eft_result pass_items_through_a_large_queue(void *arg)
{
    (void)arg;
    return pass_items((eft_queue_options){.capacity = 0});
}

/* An item that finds no memory is freed, and the queue is as it was. */
static eft_result fill_a_queue(void *arg)
{
    const eft_queue_options options = {.order = EFT_QUEUE_PRIORITY};
    eft_queue *queue = eft_queue_new(&options);
    size_t held = 0;
    int64_t last = INT64_MIN;

    (void)arg;
    for (int64_t i = 20; i > 0; i--) {
        int32_t error = eft_queue_put_nowait(queue, eft_ok_i64(i));

        SHOULD(!error || error == EFT_ENOMEM || !queue);
        held += !error;
        SHOULD(eft_queue_size(queue) == held && !eft_queue_is_full(queue));
    }
    for (size_t i = 0; i < held; i++) {
        eft_result item = eft_queue_get_nowait(queue);

        SHOULD(!item.error && item.i64 > last);
        last = item.i64;
    }
    eft_queue_free(queue);
    return held == 20 ? eft_ok() : eft_failed(EFT_ENOMEM);
}

static eft_result work_off(void *arg)
{
    shared *self = arg;

    EFT_TRY(eft_await(eft_sleep(1)));
    eft_result item = eft_queue_get_nowait(self->queue);
    eft_result_free(item);
    (void)eft_queue_task_done(self->queue);
    return item.error ? eft_failed(item.error) : eft_ok();
}

static eft_result join_a_queue(void *arg)
{
    shared self = {.queue = eft_queue_new(NULL)};
    int32_t error = eft_queue_put_nowait(self.queue, scenario_owned());

    (void)arg;
    if (!self.queue || error) {
        eft_queue_free(self.queue);
        return eft_failed(EFT_ENOMEM);
    }
    eft_future *worker = eft_spawn(work_off, &self);
    eft_future *join = eft_queue_join(self.queue);
    eft_result worked = eft_await(worker);
    eft_queue_shutdown(self.queue, true); /* what is left counts as done */
    eft_result joined = eft_await(join);
    SHOULD(joined.error == 0 || joined.error == EFT_ENOMEM);
    eft_queue_free(self.queue);
    return scenario_both(worked, joined);
}

/* A get that nobody looks at gives its item back. */
static eft_result give_an_item_back(void *arg)
{
    eft_queue_options options = {.order = EFT_QUEUE_LIFO};
    eft_queue *queue = eft_queue_new(&options);
    int32_t error = eft_queue_put_nowait(queue, scenario_owned());
    eft_future *get = eft_queue_get(queue);

    (void)arg;
    (void)eft_await(eft_sleep(0));
    eft_future_free(get);
    SHOULD(error || eft_queue_size(queue) == 1);
    eft_queue_free(queue);
    return queue && !error ? eft_ok() : eft_failed(EFT_ENOMEM);
}

const scenario no_memory_queue[] = {
    {"pass_items_through_a_small_queue", pass_items_through_a_small_queue},
    {"pass_items_through_a_large_queue", pass_items_through_a_large_queue},
    {"fill_a_queue", fill_a_queue},
    {"join_a_queue", join_a_queue},
    {"give_an_item_back", give_an_item_back},
    {NULL, NULL},
};
