/* SPDX-License-Identifier: MIT
 * Random programs: items, queues, and what a queue has to hold. */
#include "random.h"

#include <stdlib.h>
#include <string.h>

enum { PRIORITIES = 4 };

static void item_free(void *value)
{
    random_item *self = value;

    if (self->id < 0)
        broken("an item was freed twice");
    self->id = -1;
    world.live_items--;
    free(self);
}

eft_result item_new(bool owned)
{
    int64_t id = world.next_id++;
    random_item *self = owned ? malloc(sizeof *self) : NULL;

    if (!self)
        return eft_ok_i64(id);
    self->id = id;
    world.live_items++;
    return eft_owned(self, item_free);
}

int64_t item_id(eft_result result)
{
    if (result.error)
        return 0;
    return result.kind ? ((const random_item *)result.ptr)->id : result.i64;
}

/* asyncio's order is that of the items themselves, all different. */
static int64_t priority(int64_t id)
{
    return world.twin ? id : id % PRIORITIES;
}

static int compare(const eft_result *a, const eft_result *b)
{
    int64_t first = priority(item_id(*a));
    int64_t second = priority(item_id(*b));

    return (first > second) - (first < second);
}

void queues_open(void)
{
    for (int i = 0; i < QUEUES; i++) {
        model_queue *self = &world.queues[i];
        eft_queue_options options = {.capacity = self->capacity,
                                     .order = self->order,
                                     .compare = compare};

        self->queue = eft_queue_new(&options);
    }
}

/* Where the model puts an item: it is got from the front. */
static void model_put(model_queue *self, int64_t id)
{
    size_t at = self->count;

    if (self->order == EFT_QUEUE_LIFO)
        at = 0;
    while (self->order == EFT_QUEUE_PRIORITY && at &&
           priority(id) < priority(self->ids[at - 1]))
        at--;
    if (self->count < MODEL) {
        memmove(&self->ids[at + 1], &self->ids[at],
                (self->count - at) * sizeof *self->ids);
        self->ids[at] = id;
        self->count++;
    }
    self->unfinished++;
}

static void check_got(const random_actor *self, model_queue *queue, int64_t id)
{
    if (id < IDS && world.got[id]++)
        broken("task %d got an item that was got before", self->index);
    if (!queue->strict)
        return;
    if (!queue->count || queue->ids[0] != id)
        broken("task %d got an item that was not next", self->index);
    if (queue->count)
        memmove(queue->ids, queue->ids + 1,
                --queue->count * sizeof *queue->ids);
}

static bool is_too_long(const model_queue *self)
{
    return !self->queue || eft_queue_size(self->queue) >= MODEL - 8;
}

static eft_future *begin_put(random_actor *self, const random_op *op)
{
    const model_queue *queue = &world.queues[op->object];
    eft_result result;

    if (is_too_long(queue))
        return NULL;
    result = item_new(op->flag % 2 && !world.twin);
    self->put_id = item_id(result);
    return eft_queue_put(queue->queue, result);
}

static void end_put(random_actor *self, const random_op *op, eft_result result)
{
    model_queue *queue = &world.queues[op->object];

    if (!result.error && queue->strict && queue->queue)
        model_put(queue, self->put_id);
    eft_result_free(result);
}

static eft_future *begin_get(random_actor *self, const random_op *op)
{
    (void)self;
    return world.queues[op->object].queue
               ? eft_queue_get(world.queues[op->object].queue)
               : NULL;
}

static void end_get(random_actor *self, const random_op *op, eft_result result)
{
    if (!result.error && result.kind != EFT_KIND_RESULTS) {
        check_got(self, &world.queues[op->object], item_id(result));
        random_event(self, "get", "item", 0, item_id(result));
    }
    eft_result_free(result);
}

static eft_future *begin_put_now(random_actor *self, const random_op *op)
{
    model_queue *queue = &world.queues[op->object];
    int32_t expected = queue->shut ? EFT_ECLOSED : 0;

    if (is_too_long(queue))
        return NULL;
    if (!expected && queue->capacity && queue->count >= queue->capacity)
        expected = EFT_EFULL;
    eft_result result = item_new(op->flag % 2 && !world.twin);
    int64_t id = item_id(result);
    int32_t error = eft_queue_put_nowait(queue->queue, result);

    random_event(self, "put", "now", error, id);
    if (queue->strict && error != expected)
        broken("task %d should be told %s", self->index,
               eft_error_name(expected));
    if (!error && queue->strict)
        model_put(queue, id);
    return NULL;
}

static eft_future *begin_get_now(random_actor *self, const random_op *op)
{
    model_queue *queue = &world.queues[op->object];

    if (!queue->queue)
        return NULL;
    eft_result result = eft_queue_get_nowait(queue->queue);

    random_event(self, "get", "now", result.error, item_id(result));
    if (!result.error)
        check_got(self, queue, item_id(result));
    else if (queue->strict && queue->count)
        broken("task %d should get an item", self->index);
    else if (result.error != (queue->shut ? EFT_ECLOSED : EFT_EEMPTY))
        broken("task %d is told another error", self->index);
    eft_result_free(result);
    return NULL;
}

static eft_future *begin_task_done(random_actor *self, const random_op *op)
{
    model_queue *queue = &world.queues[op->object];
    int32_t error = eft_queue_task_done(queue->queue);

    if (!queue->queue || !queue->strict)
        return NULL;
    if (error != (queue->unfinished ? 0 : EFT_EINVAL))
        broken("task %d: an item is done or not", self->index);
    queue->unfinished -= queue->unfinished > 0;
    return NULL;
}

static eft_future *begin_join(random_actor *self, const random_op *op)
{
    (void)self;
    return world.queues[op->object].queue
               ? eft_queue_join(world.queues[op->object].queue)
               : NULL;
}

static eft_future *begin_shutdown(random_actor *self, const random_op *op)
{
    model_queue *queue = &world.queues[op->object];

    (void)self;
    if (!queue->queue)
        return NULL;
    queue->shut = true;
    if (op->flag % 2) {
        queue->unfinished -= (int64_t)queue->count;
        queue->unfinished = queue->unfinished < 0 ? 0 : queue->unfinished;
        queue->count = 0;
    }
    eft_queue_shutdown(queue->queue, op->flag % 2);
    return NULL;
}

void queue_free_at(int index)
{
    eft_queue *queue = world.queues[index].queue;

    world.queues[index].queue = NULL;
    eft_queue_free(queue);
}

void check_queue_waiter(const random_actor *self)
{
    const random_op *op = self->op;
    const model_queue *queue = &world.queues[op->object % QUEUES];
    bool gets = op->kind == OP_GET;
    bool puts = op->kind == OP_PUT;

    if (!gets && !puts && op->kind != OP_JOIN)
        return;
    if (!queue->queue)
        broken("task %d waits for a freed queue", self->index);
    if (gets && (queue->shut || eft_queue_size(queue->queue)))
        broken("task %d waits for an item in vain", self->index);
    if (puts && (queue->shut || !eft_queue_is_full(queue->queue)))
        broken("task %d waits for room in vain", self->index);
    if (op->kind == OP_JOIN && queue->strict && !queue->unfinished)
        broken("task %d waits for work that is done", self->index);
}

void check_queue_objects(void)
{
    for (int i = 0; i < QUEUES; i++) {
        const model_queue *queue = &world.queues[i];

        if (queue->queue && queue->strict &&
            eft_queue_size(queue->queue) != queue->count)
            broken("queue %d has %d items instead of %d", i,
                   (int)eft_queue_size(queue->queue), (int)queue->count);
    }
}

const op_class queue_ops[OP_KINDS] = {
    [OP_PUT] = {begin_put, end_put},
    [OP_GET] = {begin_get, end_get},
    [OP_PUT_NOW] = {begin_put_now, end_plainly},
    [OP_GET_NOW] = {begin_get_now, end_plainly},
    [OP_TASK_DONE] = {begin_task_done, end_plainly},
    [OP_JOIN] = {begin_join, end_plainly},
    [OP_SHUTDOWN] = {begin_shutdown, end_plainly},
};
