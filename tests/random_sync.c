/* SPDX-License-Identifier: MIT
 * Random programs: ops of locks, semaphores, events, conditions, barriers. */
#include "random.h"

/* First come, first served, where nothing stands between. */
static void check_turn(const random_actor *self, const random_op *op,
                       uint64_t *last)
{
    if (op->wrap != WRAP_NONE)
        return;
    if (self->ticket < *last)
        broken("task %d was overtaken", self->index);
    *last = self->ticket;
}

static void hold(random_actor *self, int index)
{
    int *holder = &world.lock_holder[index];

    if (!eft_lock_is_locked(world.locks[index]))
        broken("task %d holds a lock that is free", self->index);
    if (*holder)
        broken("task %d and %d hold a lock", self->index, *holder - 1);
    *holder = self->index + 1;
}

static eft_future *begin_acquire(random_actor *self, const random_op *op)
{
    if (!world.locks[op->object] ||
        world.lock_holder[op->object] == self->index + 1)
        return NULL;
    return eft_lock_acquire(world.locks[op->object]);
}

static void end_acquire(random_actor *self, const random_op *op,
                        eft_result result)
{
    if (result.error || !world.locks[op->object] ||
        result.kind != EFT_KIND_PLAIN) {
        eft_result_free(result);
        return;
    }
    hold(self, op->object);
    check_turn(self, op, &world.lock_ticket[op->object]);
}

static void let_go(random_actor *self, int index)
{
    if (world.lock_holder[index] != self->index + 1)
        return;
    world.lock_holder[index] = 0;
    if (eft_lock_release(world.locks[index]))
        broken("task %d cannot release its lock", self->index);
}

static eft_future *begin_release(random_actor *self, const random_op *op)
{
    let_go(self, op->object);
    return NULL;
}

static eft_future *begin_permit(random_actor *self, const random_op *op)
{
    (void)self;
    return world.semaphores[op->object]
               ? eft_semaphore_acquire(world.semaphores[op->object])
               : NULL;
}

static void end_permit(random_actor *self, const random_op *op,
                       eft_result result)
{
    int index = op->object;

    if (result.error || !world.semaphores[index]) {
        eft_result_free(result);
        return;
    }
    self->permits[index]++;
    if (--world.permits[index] < 0)
        broken("task %d has a permit too many", self->index);
    check_turn(self, op, &world.semaphore_ticket[index]);
}

static void give_permit(const random_actor *self, int index)
{
    bool is_full =
        world.bounds[index] && world.permits[index] >= world.bounds[index];
    int32_t error = eft_semaphore_release(world.semaphores[index]);

    if (error && (!is_full && world.semaphore_strict[index]))
        broken("task %d cannot give its permit back", self->index);
    if (!error)
        world.permits[index]++;
}

static eft_future *begin_permit_back(random_actor *self, const random_op *op)
{
    if (!world.semaphores[op->object])
        return NULL;
    if (self->permits[op->object]) {
        self->permits[op->object]--;
        give_permit(self, op->object);
    } else if (op->flag == 7) {
        give_permit(self, op->object);
    }
    return NULL;
}

void release_all(random_actor *self)
{
    for (int i = 0; i < LOCKS; i++)
        let_go(self, i);
    for (int i = 0; i < SEMAPHORES; i++)
        for (; self->permits[i]; self->permits[i]--)
            if (world.semaphores[i])
                give_permit(self, i);
}

/* All that wait for an object directly have to go on. */
static void wake(op_kind kind, int object)
{
    for (int i = 0; i < TASKS; i++) {
        random_actor *self = &world.actors[i];

        if (self->op && self->op->kind == kind && self->op->object == object)
            self->must_wake = true;
    }
}

static eft_future *begin_event_wait(random_actor *self, const random_op *op)
{
    (void)self;
    return world.events[op->object] ? eft_event_wait(world.events[op->object])
                                    : NULL;
}

static eft_future *begin_event_set(random_actor *self, const random_op *op)
{
    (void)self;
    wake(OP_EVENT_WAIT, op->object);
    eft_event_set(world.events[op->object]);
    return NULL;
}

static eft_future *begin_event_clear(random_actor *self, const random_op *op)
{
    (void)self;
    eft_event_clear(world.events[op->object]);
    return NULL;
}

static bool is_news(void *arg)
{
    int index = (int)((int *)arg - world.news);

    if (world.locks[index] && !eft_lock_is_locked(world.locks[index]))
        broken("a predicate is asked without the lock");
    return world.news[index] % 3 == 0;
}

static eft_future *begin_condition(random_actor *self, const random_op *op)
{
    eft_condition *condition = world.conditions[op->object];
    int *holder = &world.lock_holder[op->object];

    if (!condition || *holder != self->index + 1)
        return NULL;
    *holder = 0;
    return op->kind == OP_CONDITION_WAIT
               ? eft_condition_wait(condition)
               : eft_condition_wait_until(condition, is_news,
                                          &world.news[op->object]);
}

/* Whatever it ended with, the lock is held. */
static void end_condition(random_actor *self, const random_op *op,
                          eft_result result)
{
    if (result.error == EFT_EINVAL || result.error == EFT_ENOMEM)
        broken("task %d may not wait for a condition", self->index);
    if (world.locks[op->object])
        hold(self, op->object);
    eft_result_free(result);
}

static eft_future *begin_notify(random_actor *self, const random_op *op)
{
    eft_condition *condition = world.conditions[op->object];

    if (!condition || world.lock_holder[op->object] != self->index + 1)
        return NULL;
    world.news[op->object]++;
    if (op->flag < 5) {
        if (eft_condition_notify(condition, (size_t)op->flag))
            broken("task %d may not notify", self->index);
    } else {
        wake(OP_CONDITION_WAIT, op->object);
        if (eft_condition_notify_all(condition))
            broken("task %d may not notify all", self->index);
    }
    return NULL;
}

static eft_future *begin_barrier_wait(random_actor *self, const random_op *op)
{
    (void)self;
    return world.barriers[op->object]
               ? eft_barrier_wait(world.barriers[op->object])
               : NULL;
}

static void end_barrier_wait(random_actor *self, const random_op *op,
                             eft_result result)
{
    uint32_t *passed = &world.barrier_passed[op->object];
    const eft_barrier *barrier = world.barriers[op->object];

    if (!result.error && barrier && world.barrier_strict[op->object]) {
        size_t parties = eft_barrier_parties(barrier);

        if (result.size >= parties)
            broken("task %d has no number of a barrier", self->index);
        if (result.size == parties - 1)
            *passed = 0;
        if (*passed >> result.size & 1)
            broken("task %d has another's number", self->index);
        *passed |= 1u << result.size;
    }
    eft_result_free(result);
}

static eft_future *begin_barrier_reset(random_actor *self, const random_op *op)
{
    (void)self;
    world.barrier_broken[op->object] = false;
    eft_barrier_reset(world.barriers[op->object]);
    return NULL;
}

static eft_future *begin_barrier_abort(random_actor *self, const random_op *op)
{
    (void)self;
    world.barrier_broken[op->object] = true;
    eft_barrier_abort(world.barriers[op->object]);
    return NULL;
}

static eft_future *begin_free(random_actor *self, const random_op *op)
{
    (void)self;
    object_free(op->object);
    return NULL;
}

const op_class sync_ops[OP_KINDS] = {
    [OP_ACQUIRE] = {begin_acquire, end_acquire},
    [OP_RELEASE] = {begin_release, end_plainly},
    [OP_PERMIT] = {begin_permit, end_permit},
    [OP_PERMIT_BACK] = {begin_permit_back, end_plainly},
    [OP_EVENT_WAIT] = {begin_event_wait, end_plainly},
    [OP_EVENT_SET] = {begin_event_set, end_plainly},
    [OP_EVENT_CLEAR] = {begin_event_clear, end_plainly},
    [OP_CONDITION_WAIT] = {begin_condition, end_condition},
    [OP_CONDITION_UNTIL] = {begin_condition, end_condition},
    [OP_NOTIFY] = {begin_notify, end_plainly},
    [OP_BARRIER_WAIT] = {begin_barrier_wait, end_barrier_wait},
    [OP_BARRIER_RESET] = {begin_barrier_reset, end_plainly},
    [OP_BARRIER_ABORT] = {begin_barrier_abort, end_plainly},
    [OP_FREE] = {begin_free, end_plainly},
};
