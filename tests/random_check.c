/* SPDX-License-Identifier: MIT
 * Random programs: the trace, and what must hold whenever nothing is ready. */
#include "random.h"

#include <inttypes.h>
#include <stdio.h>

/* Design notes.  The first event after a jump of the clock finds the world as
 * it was when nothing was ready.  So before anything is armed for a time, a
 * callback of the test's own is (equal deadlines fire in order), which looks at
 * all that waits. */

random_world world;
uint64_t random_steps;
bool random_traces;

static uint64_t hash = 0xcbf29ce484222325u;

uint64_t random_hash(void)
{
    return hash;
}

void random_hash_add(uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
}

void random_event(const random_actor *self, const char *what, const char *phase,
                  int32_t error, int64_t value)
{
    int64_t now = eft_now() - world.begin;
    int index = self ? self->index : -1;
    int at = self ? self->at : 0;

    random_hash_add((uint64_t)now << 32 ^ (uint64_t)(index + 1) << 24 ^
                    (uint64_t)at << 16 ^ (uint64_t)(uint8_t)*phase << 8 ^
                    (uint64_t)(-(int64_t)error));
    random_hash_add((uint64_t)value);
    if (random_traces)
        printf("%" PRId64 " %d.%d %s %s %s %" PRId64 "\n", now, index, at, what,
               phase, error ? eft_error_name(error) : "ok", value);
}

/* What is in an op, for who reads a trace. */
void random_tell_op(const random_actor *self, const random_op *op)
{
    static const char *const wraps[] = {"",        " wait_for", " shield",
                                        " gather", " drop",     " hold"};

    if (!random_traces || world.twin)
        return;
    printf("%" PRId64 " %d.%d %s%s (%d ms), %d, flag %d, %d ms, of",
           eft_now() - world.begin, self->index, self->at, op_names[op->kind],
           wraps[op->wrap], (int)op->wrap_time, op->object, op->flag,
           (int)op->time);
    for (int i = 0; i < op->count; i++)
        printf(" %d", op->slots[i]);
    printf("\n");
}

void broken(const char *format, ...)
{
    va_list arguments;

    if (world.is_broken)
        return;
    world.is_broken = true;
    printf("not ok random.seed_%" PRIu64 ": ", world.seed);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf(" at %" PRId64 " ms, step %" PRIu64 "\n", eft_now() - world.begin,
           world.steps);
    printf("# replay: random-virtual --seed %" PRIu64
           " --programs 1 --trace%s\n",
           world.seed, world.twin ? " --export" : "");
    if (world.step_limit)
        printf("# with --steps %" PRIu64 "\n", world.step_limit);
}

static void look(void *arg)
{
    (void)arg;
    check_idle();
}

void mark_time(int64_t delay_ms)
{
    int64_t when = eft_now() + delay_ms;

    if (delay_ms <= 0 || world.marked[when % 1024] == when)
        return;
    world.marked[when % 1024] = when;
    if (when > world.last_mark)
        world.last_mark = when;
    eft_future_free(eft_call_at(when, look, NULL));
}

/* A task's future says what its body returned. */
static void check_task(int index, eft_state state)
{
    const random_actor *self = &world.actors[index];
    int32_t error = self->returned.error;

    if (!self->ended) {
        if (self->begun && state != EFT_PENDING)
            broken("task %d is complete while its body runs", index);
        if (!self->begun && state == EFT_FINISHED)
            broken("task %d has finished and has never begun", index);
        return;
    }
    if (state == EFT_PENDING)
        broken("task %d has returned and is pending", index);
    else if (error == EFT_ECANCELED && state != EFT_CANCELED)
        broken("task %d returned EFT_ECANCELED and was not cancelled", index);
    else if (error && error != EFT_ECANCELED && state != EFT_FINISHED)
        broken("task %d returned an error and was cancelled", index);
    else if (!error && self->returned.kind && state != EFT_FINISHED)
        broken("task %d returned an owned value and was cancelled", index);
}

void check_slot(int index)
{
    random_slot *slot = &world.slots[index];

    if (!slot->future)
        return;
    eft_state state = eft_future_state(slot->future);

    if (slot->seen != EFT_PENDING && slot->seen != state)
        broken("future %d was in state %d and is in %d", index, slot->seen,
               state);
    slot->seen = state;
    if (index >= TASKS && slot->resolved) {
        eft_state expected =
            slot->result.error == EFT_ECANCELED ? EFT_CANCELED : EFT_FINISHED;

        if (state != expected)
            broken("promise %d was resolved and is in state %d", index, state);
    }
}

void check_result(int index, eft_result result)
{
    const random_slot *slot = &world.slots[index];
    eft_result expected =
        index < TASKS ? world.actors[index].returned : slot->result;
    bool is_known = index < TASKS ? world.actors[index].ended : slot->resolved;

    if (result.error == EFT_ECANCELED || result.error == EFT_EINVAL)
        return;
    if (!is_known)
        broken("future %d gave a result and has none", index);
    else if (result.error == EFT_ETAKEN && !expected.kind)
        broken("future %d has a plain value and it was taken", index);
    else if (result.error != EFT_ETAKEN && result.error != expected.error)
        broken("future %d should give %s and gives %s", index,
               eft_error_name(expected.error), eft_error_name(result.error));
    else if (!result.error && !expected.kind && result.i64 != expected.i64)
        broken("future %d gives another value", index);
}

/* How many of the futures that an op names are pending; -1: not known. */
static int pending_of(const random_op *op)
{
    int pending = 0;

    for (int i = 0; i < op->count; i++) {
        const random_slot *slot = &world.slots[op->slots[i]];

        if (!slot->future)
            return -1;
        pending += eft_future_state(slot->future) == EFT_PENDING;
    }
    return pending;
}

static void check_futures_waiter(const random_actor *self)
{
    const random_op *op = self->op;
    int pending = pending_of(op);

    if (pending < 0)
        return;
    if (op->kind == OP_AWAIT && !pending)
        broken("task %d waits for %d, which is complete", self->index,
               op->slots[0]);
    if ((op->kind == OP_GATHER || op->kind == OP_WAIT) && !pending)
        broken("task %d waits for futures that are all complete", self->index);
    if (op->kind == OP_WAIT && op->flag % 3 == EFT_FIRST_COMPLETED &&
        pending < op->count)
        broken("task %d waits for one of several, and there is one",
               self->index);
}

static void check_each_waiter(const random_actor *self)
{
    const random_op *op = self->each_op;
    int pending = pending_of(op);
    int given = 0;

    for (int i = 0; i < op->count; i++)
        given += self->each_given >> i & 1;
    if (pending >= 0 && op->count - pending > given)
        broken("task %d waits for a next, and there is one", self->index);
}

static void check_actor(const random_actor *self)
{
    if (self->spawned && !self->begun && !self->ended &&
        world.slots[self->index].future)
        check_task(self->index,
                   eft_future_state(world.slots[self->index].future));
    if (!self->op || self->op->wrap != WRAP_NONE)
        return;
    if (self->op->kind == OP_YIELD)
        broken("task %d has yielded and does not go on", self->index);
    check_futures_waiter(self);
    if (self->op->kind == OP_EACH_NEXT && self->each)
        check_each_waiter(self);
    check_sync_waiter(self);
    check_queue_waiter(self);
}

void check_idle(void)
{
    for (int i = 0; i < TASKS; i++) {
        check_actor(&world.actors[i]);
        if (world.slots[i].future && world.actors[i].begun)
            check_task(i, eft_future_state(world.slots[i].future));
    }
    for (int i = 0; i < SLOTS; i++)
        check_slot(i);
    check_sync_objects();
    check_queue_objects();
    if (!world.twin)
        random_event(NULL, "idle", "tick", 0, 0);
}
