/* SPDX-License-Identifier: MIT
 * Random programs: locks and their like are made, freed and looked at. */
#include "random.h"

void objects_open(void)
{
    for (int i = 0; i < LOCKS; i++)
        world.locks[i] = eft_lock_new();
    for (int i = 0; i < SEMAPHORES; i++) {
        size_t value = (size_t)world.permits[i];

        world.semaphores[i] = world.bounds[i] ? eft_semaphore_new_bounded(value)
                                              : eft_semaphore_new(value);
    }
    for (int i = 0; i < EVENTS; i++)
        world.events[i] = eft_event_new();
    for (int i = 0; i < CONDITIONS; i++)
        world.conditions[i] = eft_condition_new(world.locks[i]);
    for (int i = 0; i < BARRIERS; i++)
        world.barriers[i] = eft_barrier_new((size_t)i + 2);
    queues_open();
}

static void free_lock(int index)
{
    eft_lock *lock = world.locks[index];

    world.locks[index] = NULL;
    world.lock_holder[index] = 0;
    eft_lock_free(lock);
}

static void free_semaphore(int index)
{
    eft_semaphore *semaphore = world.semaphores[index];

    world.semaphores[index] = NULL;
    eft_semaphore_free(semaphore);
}

static void free_event(int index)
{
    eft_event *event = world.events[index];

    world.events[index] = NULL;
    eft_event_free(event);
}

static void free_condition(int index)
{
    eft_condition *condition = world.conditions[index];

    world.conditions[index] = NULL;
    eft_condition_free(condition);
}

static void free_barrier(int index)
{
    eft_barrier *barrier = world.barriers[index];

    world.barriers[index] = NULL;
    eft_barrier_free(barrier);
}

void object_free(int object)
{
    static const struct {
        int count;
        void (*free_at)(int index);
    } kinds[] = {
        {LOCKS, free_lock},       {SEMAPHORES, free_semaphore},
        {EVENTS, free_event},     {CONDITIONS, free_condition},
        {BARRIERS, free_barrier}, {QUEUES, queue_free_at},
    };
    size_t kind = 0;

    while (object >= kinds[kind].count)
        object -= kinds[kind++].count;
    kinds[kind].free_at(object);
}

static void check_condition_waiter(const random_actor *self, int index)
{
    bool is_free =
        world.locks[index] && !eft_lock_is_locked(world.locks[index]);

    if (!world.conditions[index] && (is_free || !world.locks[index]))
        broken("task %d waits for a freed condition", self->index);
    if (self->must_wake && (is_free || !world.locks[index]))
        broken("task %d was notified and waits still", self->index);
}

static bool is_gone(const random_op *op)
{
    int at = op->object;

    return (op->kind == OP_ACQUIRE && !world.locks[at]) ||
           (op->kind == OP_PERMIT && !world.semaphores[at]) ||
           (op->kind == OP_EVENT_WAIT && !world.events[at]) ||
           (op->kind == OP_BARRIER_WAIT && !world.barriers[at]);
}

void check_sync_waiter(const random_actor *self)
{
    const random_op *op = self->op;
    int at = op->object;

    if (op->kind == OP_CONDITION_WAIT || op->kind == OP_CONDITION_UNTIL)
        check_condition_waiter(self, at);
    else if (self->must_wake)
        broken("task %d was woken and waits still", self->index);
    if (is_gone(op))
        broken("task %d waits for what was freed", self->index);
    else if (op->kind == OP_ACQUIRE && !eft_lock_is_locked(world.locks[at]))
        broken("task %d waits for a lock that is free", self->index);
    else if (op->kind == OP_PERMIT && world.semaphore_strict[at] &&
             world.permits[at] > 0)
        broken("task %d waits for a permit, and there is one", self->index);
    else if (op->kind == OP_EVENT_WAIT && eft_event_is_set(world.events[at]))
        broken("task %d waits for an event that is set", self->index);
    else if (op->kind == OP_BARRIER_WAIT && world.barrier_broken[at])
        broken("task %d waits at a broken barrier", self->index);
}

static size_t waiting_at(int barrier)
{
    size_t waiting = 0;

    for (int i = 0; i < TASKS; i++) {
        const random_op *op = world.actors[i].op;

        waiting += op && op->kind == OP_BARRIER_WAIT && op->object == barrier;
    }
    return waiting;
}

void check_sync_objects(void)
{
    for (int i = 0; i < LOCKS; i++)
        if (world.locks[i] && (world.lock_strict[i] || world.lock_holder[i]) &&
            eft_lock_is_locked(world.locks[i]) != (world.lock_holder[i] != 0))
            broken("lock %d is not as it should be", i);
    for (int i = 0; i < SEMAPHORES; i++)
        if (world.semaphores[i] && world.semaphore_strict[i] &&
            eft_semaphore_is_locked(world.semaphores[i]) !=
                (world.permits[i] == 0))
            broken("semaphore %d is not as it should be", i);
    for (int i = 0; i < BARRIERS; i++)
        if (world.barriers[i] && world.barrier_strict[i] &&
            (eft_barrier_waiting(world.barriers[i]) != waiting_at(i) ||
             waiting_at(i) >= eft_barrier_parties(world.barriers[i])))
            broken("barrier %d is not as it should be", i);
}
