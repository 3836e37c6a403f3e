/* SPDX-License-Identifier: MIT
 * What the suites of queues have in common: a queue, and short calls on it. */
#include "queue_case.h"

#include "journal.h"

eft_queue *queue;

void queue_begin(size_t capacity)
{
    eft_queue_options options = {.capacity = capacity};

    journal_clear();
    queue = eft_queue_new(&options);
}

void queue_begin_order(eft_queue_order order)
{
    eft_queue_options options = {.order = order};

    journal_clear();
    queue = eft_queue_new(&options);
}

void queue_finish(void)
{
    eft_queue_free(queue);
}

void queue_turn(void)
{
    eft_await(eft_sleep(0));
}

int32_t put_now(int64_t value)
{
    return eft_queue_put_nowait(queue, eft_ok_i64(value));
}

eft_future *put_item(int64_t value)
{
    return eft_queue_put(queue, eft_ok_i64(value));
}

int64_t get_now(void)
{
    eft_result item = eft_queue_get_nowait(queue);

    return item.error ? item.error : item.i64;
}

int64_t get_item(void)
{
    eft_result item = eft_await(eft_queue_get(queue));

    return item.error ? item.error : item.i64;
}

eft_result queue_getter(void *arg)
{
    (void)arg;
    return eft_await(eft_queue_get(queue));
}

static eft_result putter(void *arg)
{
    EFT_TRY(eft_await(put_item((int64_t)(intptr_t)arg)));
    note("put%d", (int)(intptr_t)arg);
    return eft_ok();
}

eft_future *spawn_put(int value)
{
    return eft_spawn(putter, (void *)(intptr_t)value);
}
