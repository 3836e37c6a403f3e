/* SPDX-License-Identifier: MIT
 * Random programs: ops of tasks, promises and callbacks. */
#include "random.h"

void end_plainly(random_actor *self, const random_op *op, eft_result result)
{
    (void)self;
    (void)op;
    eft_result_free(result);
}

static eft_future *begin_yield(random_actor *self, const random_op *op)
{
    (void)self;
    (void)op;
    return eft_sleep(0);
}

static eft_future *begin_sleep(random_actor *self, const random_op *op)
{
    (void)self;
    mark_time(op->time);
    return eft_sleep(op->time);
}

static void end_sleep(random_actor *self, const random_op *op,
                      eft_result result)
{
    if (!result.error && op->wrap == WRAP_NONE &&
        eft_now() != self->since + op->time)
        broken("task %d: a sleep of %d ms took %d", self->index, (int)op->time,
               (int)(eft_now() - self->since));
    eft_result_free(result);
}

static void cancel_slot(const random_actor *self, int index)
{
    random_slot *slot = &world.slots[index];
    random_actor *target = index < TASKS ? &world.actors[index] : NULL;
    eft_future *future = slot->future;

    if (!future && target)
        future = target->task;
    if (!future)
        return;
    bool was_pending = eft_future_state(future) == EFT_PENDING;
    bool has_begun = target && target->begun;
    bool asked = eft_cancel(future);

    random_event(self, "cancel", "asked", asked ? 0 : EFT_EBUSY, index);
    if (asked && !was_pending)
        broken("future %d was complete and could be cancelled", index);
    if (!asked && target && was_pending && target->index != self->index)
        broken("task %d was pending and could not be cancelled", index);
    if (asked && target && !has_begun)
        target->never = true;
    if (asked && target && target->op &&
        eft_now() < target->since + target->op->wrap_time)
        target->asked = true;
    check_slot(index);
}

static eft_future *begin_spawn(random_actor *self, const random_op *op)
{
    int index = op->slots[0];
    random_actor *target = &world.actors[index];

    if (target->spawned)
        return NULL;
    world.slots[index].future = actor_spawn(target, NULL);
    if (op->flag == 7)
        cancel_slot(self, index);
    return NULL;
}

static eft_future *begin_await(random_actor *self, const random_op *op)
{
    random_slot *slot = &world.slots[op->slots[0]];

    (void)self;
    if (!slot->future)
        return NULL;
    check_slot(op->slots[0]);
    return eft_future_ref(slot->future);
}

static void end_await(random_actor *self, const random_op *op,
                      eft_result result)
{
    if (op->wrap == WRAP_NONE) {
        check_slot(op->slots[0]);
        check_result(op->slots[0], result);
        if (result.error == EFT_EINVAL && op->slots[0] != self->index)
            broken("task %d may not await %d", self->index, op->slots[0]);
    }
    eft_result_free(result);
}

static eft_future *begin_resolve(random_actor *self, const random_op *op)
{
    random_slot *slot = &world.slots[op->slots[0]];
    eft_result value = op->flag == 0 ? eft_failed(EFT_EUSER)
                                     : item_new(op->flag < 3 && !world.twin);

    if (!slot->future) {
        eft_result_free(value);
        return NULL;
    }
    bool was_pending = eft_future_state(slot->future) == EFT_PENDING;
    bool resolved = eft_future_resolve(slot->future, value);

    if (resolved != was_pending)
        broken("promise %d was %spending", op->slots[0],
               was_pending ? "" : "not ");
    if (resolved) {
        slot->resolved = true;
        slot->result = value;
    }
    random_event(self, "resolve", "is", resolved ? 0 : EFT_EBUSY, 0);
    check_slot(op->slots[0]);
    return NULL;
}

static eft_future *begin_cancel(random_actor *self, const random_op *op)
{
    for (int i = 0; i < op->count; i++)
        cancel_slot(self, op->slots[i]);
    return NULL;
}

static void end_cancel_quietly(random_actor *self, const random_op *op,
                               eft_result result)
{
    if (!result.error)
        (void)begin_cancel(self, op);
    end_sleep(self, op, result);
}

static eft_future *begin_cancel_self(random_actor *self, const random_op *op)
{
    (void)op;
    if (self->task != eft_current_task())
        broken("task %d is not the current one", self->index);
    if (!eft_cancel(self->task))
        broken("task %d cannot cancel itself", self->index);
    return NULL;
}

static eft_future *begin_uncancel(random_actor *self, const random_op *op)
{
    uint32_t count = eft_cancel_count(self->task);
    uint32_t left = eft_uncancel(self->task);

    (void)op;
    if (left != (count ? count - 1 : 0))
        broken("task %d had %u cancels and has %u", self->index, count, left);
    return NULL;
}

/* A promise that a callback or a shield keeps would never be complete. */
void slot_drop(int index)
{
    random_slot *slot = &world.slots[index];
    eft_future *future = slot->future;

    check_slot(index);
    if ((slot->told_count || slot->is_shielded) && future && index >= TASKS)
        eft_cancel(future);
    slot->future = NULL;
    eft_future_free(future);
}

static eft_future *begin_drop(random_actor *self, const random_op *op)
{
    (void)self;
    slot_drop(op->slots[0]);
    return NULL;
}

static void told_done(eft_future *future, void *arg)
{
    random_slot *slot = arg;
    int index = (int)(slot - world.slots);

    if (eft_future_state(future) == EFT_PENDING)
        broken("future %d is pending, and its callback runs", index);
    if (slot->told_count-- <= 0)
        broken("future %d calls back too often", index);
    if (eft_current_task())
        broken("a callback has a current task");
    random_event(NULL, "on_done", "runs", 0, index);
}

static eft_future *begin_on_done(random_actor *self, const random_op *op)
{
    random_slot *slot = &world.slots[op->slots[0]];

    (void)self;
    if (!slot->future)
        return NULL;
    slot->told_count++;
    if (eft_future_on_done(slot->future, told_done, slot))
        broken("on_done was refused");
    return NULL;
}

static void called(void *arg)
{
    random_call *self = arg;

    if (!self->pending)
        broken("a callback ran twice, or was cancelled");
    self->pending = false;
    if (eft_now() != self->when)
        broken("a callback came %d ms late", (int)(eft_now() - self->when));
    if (self->soon && self->number < world.soon_run)
        broken("two callbacks changed places");
    if (self->soon)
        world.soon_run = self->number;
    random_event(NULL, "call", "runs", 0, self - world.calls);
    if (self->victim >= 0 && self->victim < SLOTS) {
        static const random_actor nobody = {.index = -1};

        cancel_slot(&nobody, self->victim);
    }
}

static void forget_call(random_call *self)
{
    eft_future *future = self->future;

    self->future = NULL;
    eft_future_free(future);
}

static eft_future *begin_call(random_actor *self, const random_op *op)
{
    random_call *call = &world.calls[op->object % CALLS];
    int64_t late = op->flag == 2 ? -op->time : op->time;

    (void)self;
    if (call->pending)
        return NULL;
    forget_call(call);
    call->pending = true;
    call->soon = op->flag < 2;
    call->victim = op->flag > 4 ? op->slots[0] : -1;
    call->when = eft_now() + (call->soon || late < 0 ? 0 : late);
    if (call->soon) {
        call->number = ++world.soon_made;
        call->future = eft_call_soon(called, call);
    } else if (op->flag % 2) {
        mark_time(late);
        call->future = eft_call_later(late, called, call);
    } else {
        mark_time(late);
        call->future = eft_call_at(eft_now() + late, called, call);
    }
    if (op->slots[0] % 4 == 0)
        forget_call(call);
    return NULL;
}

static eft_future *begin_call_cancel(random_actor *self, const random_op *op)
{
    random_call *call = &world.calls[op->object % CALLS];

    (void)self;
    if (!call->future)
        return NULL;
    bool canceled = eft_cancel(call->future);

    if (canceled && !call->pending)
        broken("a callback has run and can be cancelled");
    if (canceled)
        call->pending = false;
    forget_call(call);
    return NULL;
}

const op_class task_ops[OP_KINDS] = {
    [OP_YIELD] = {begin_yield, end_plainly},
    [OP_SLEEP] = {begin_sleep, end_sleep},
    [OP_SPAWN] = {begin_spawn, end_plainly},
    [OP_AWAIT] = {begin_await, end_await},
    [OP_RESOLVE] = {begin_resolve, end_plainly},
    [OP_CANCEL] = {begin_cancel, end_plainly},
    [OP_CANCEL_QUIETLY] = {begin_sleep, end_cancel_quietly},
    [OP_CANCEL_SELF] = {begin_cancel_self, end_plainly},
    [OP_UNCANCEL] = {begin_uncancel, end_plainly},
    [OP_DROP] = {begin_drop, end_plainly},
    [OP_ON_DONE] = {begin_on_done, end_plainly},
    [OP_CALL] = {begin_call, end_plainly},
    [OP_CALL_CANCEL] = {begin_call_cancel, end_plainly},
};
