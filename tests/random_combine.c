/* SPDX-License-Identifier: MIT
 * Random programs: ops of gathers, waits and iterators. */
#include "random.h"

static bool have_all(const random_op *op)
{
    for (int i = 0; i < op->count; i++)
        if (!world.slots[op->slots[i]].future)
            return false;
    return op->count > 0;
}

/* The futures that an op names, each with a reference more or without. */
static void collect(const random_op *op, eft_future **futures,
                    bool with_references)
{
    for (int i = 0; i < op->count; i++) {
        futures[i] = world.slots[op->slots[i]].future;
        if (with_references)
            eft_future_ref(futures[i]);
    }
}

static eft_future *begin_gather(random_actor *self, const random_op *op)
{
    eft_future *futures[CHOSEN];
    eft_gather_options options = {.return_errors = op->flag % 2};

    (void)self;
    if (!have_all(op))
        return NULL;
    collect(op, futures, true);
    return eft_gather_array(futures, (size_t)op->count, &options);
}

static void end_gather(random_actor *self, const random_op *op,
                       eft_result result)
{
    bool is_whole = result.kind == EFT_KIND_RESULTS && !result.error;

    if (is_whole && result.results->count != (size_t)op->count)
        broken("task %d gathered too few", self->index);
    for (int i = 0; is_whole && i < op->count; i++) {
        eft_result item = result.results->items[i];

        if (item.error && !(op->flag % 2))
            broken("task %d gathered an error", self->index);
        check_slot(op->slots[i]);
        check_result(op->slots[i], item);
    }
    eft_result_free(result);
}

/* Of tasks that nobody has spawned yet, and that nobody else will hold. */
static eft_future *begin_gather_own(random_actor *self, const random_op *op)
{
    eft_future *futures[CHOSEN];
    eft_gather_options options = {.return_errors = op->flag % 2};
    size_t count = 0;

    self->own = 0;
    for (int i = 0; i < op->count; i++) {
        int index = op->slots[i];

        if (index >= TASKS || world.actors[index].spawned)
            continue;
        self->own |= 1u << index;
        futures[count++] = actor_spawn(&world.actors[index], NULL);
    }
    return eft_gather_array(futures, count, &options);
}

/* Nothing outlives its owner. */
static void check_own(const random_actor *self)
{
    for (int i = 0; i < TASKS; i++) {
        const random_actor *member = &world.actors[i];

        if (self->own >> i & 1 && member->begun && !member->ended)
            broken("task %d outlives the gather of %d", i, self->index);
    }
}

static void end_gather_own(random_actor *self, const random_op *op,
                           eft_result result)
{
    if (!world.has_rings &&
        (op->wrap == WRAP_NONE || op->wrap == WRAP_WAIT_FOR))
        check_own(self);
    self->own = 0;
    eft_result_free(result);
}

static eft_future *begin_wait(random_actor *self, const random_op *op)
{
    eft_future *futures[CHOSEN];
    eft_return_when when = (eft_return_when)(op->flag % 3);

    (void)self;
    if (!have_all(op))
        return NULL;
    collect(op, futures, false);
    mark_time(op->time);
    return eft_wait_array(futures, (size_t)op->count, when, op->time);
}

static void end_wait(random_actor *self, const random_op *op, eft_result result)
{
    int64_t spent = eft_now() - self->since;

    if (result.error || result.kind != EFT_KIND_WAITED) {
        eft_result_free(result);
        return;
    }
    const eft_waited *waited = result.waited;
    bool is_late = waited->pending_count &&
                   (op->flag % 3 == EFT_ALL_COMPLETED || !waited->done_count);

    if (waited->done_count + waited->pending_count != (size_t)op->count)
        broken("task %d waited for too few", self->index);
    for (size_t i = 0; i < waited->done_count; i++) {
        const random_slot *slot = &world.slots[op->slots[waited->done[i]]];

        if (slot->future && eft_future_state(slot->future) == EFT_PENDING)
            broken("task %d was told of a pending future", self->index);
    }
    if (op->wrap == WRAP_NONE && is_late && spent != op->time &&
        op->time != EFT_FOREVER)
        broken("task %d waited %d ms instead of %d", self->index, (int)spent,
               (int)op->time);
    if (is_late && op->time == EFT_FOREVER)
        broken("task %d waited for too few, without limit", self->index);
    eft_result_free(result);
}

static eft_future *begin_each_free(random_actor *self, const random_op *op)
{
    eft_as_completed *each = self->each;

    (void)op;
    self->each = NULL;
    eft_as_completed_free(each);
    return NULL;
}

static eft_future *begin_each_new(random_actor *self, const random_op *op)
{
    eft_future *futures[CHOSEN];

    if (!have_all(op))
        return NULL;
    (void)begin_each_free(self, op);
    collect(op, futures, false);
    mark_time(op->time);
    self->each = eft_as_completed_new(futures, (size_t)op->count, op->time);
    self->each_op = op;
    self->each_given = 0;
    self->each_deadline =
        op->time == EFT_FOREVER ? INT64_MAX : eft_now() + op->time;
    return NULL;
}

static eft_future *begin_each_next(random_actor *self, const random_op *op)
{
    (void)op;
    if (!self->each || !eft_as_completed_more(self->each))
        return NULL;
    return eft_as_completed_next(self->each);
}

static void end_each_next(random_actor *self, const random_op *op,
                          eft_result result)
{
    if (!result.error) {
        const random_slot *slot =
            &world.slots[self->each_op->slots[result.size]];

        if (self->each_given >> result.size & 1)
            broken("task %d was given one twice", self->index);
        self->each_given |= 1u << result.size;
        if (slot->future && eft_future_state(slot->future) == EFT_PENDING)
            broken("task %d was given a pending one", self->index);
    }
    if (result.error == EFT_ETIMEDOUT && op->wrap == WRAP_NONE &&
        eft_now() < self->each_deadline)
        broken("task %d: an iterator's deadline was early", self->index);
    eft_result_free(result);
}

const op_class combine_ops[OP_KINDS] = {
    [OP_GATHER] = {begin_gather, end_gather},
    [OP_GATHER_OWN] = {begin_gather_own, end_gather_own},
    [OP_WAIT] = {begin_wait, end_wait},
    [OP_EACH_NEW] = {begin_each_new, end_plainly},
    [OP_EACH_NEXT] = {begin_each_next, end_each_next},
    [OP_EACH_FREE] = {begin_each_free, end_plainly},
};
