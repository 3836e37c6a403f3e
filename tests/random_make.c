/* SPDX-License-Identifier: MIT
 * Random programs: how they are made up. */
#include "random.h"

#include <string.h>

static uint64_t state;

void random_seed(uint64_t seed)
{
    state = seed * 0x9e3779b97f4a7c15u + 0x632be59bd9b4e019u;
}

/* splitmix64 */
static uint64_t next_number(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint32_t random_below(uint32_t bound)
{
    return (uint32_t)((next_number() >> 32) * bound >> 32);
}

static bool one_in(uint32_t count)
{
    return random_below(count) == 0;
}

/* How many there are of what an op of each kind names, how often it comes, and
 * which wraps it may have: bits. */
typedef struct trait {
    int objects;
    int weight;
    unsigned wraps;
    int twin_weight;
} trait;

enum {
    W = 1u << WRAP_WAIT_FOR,
    S = 1u << WRAP_SHIELD,
    G = 1u << WRAP_GATHER,
    D = 1u << WRAP_DROP,
    H = 1u << WRAP_HOLD,
    ALL = W | S | G | D | H
};

static const trait traits[OP_KINDS] = {
    [OP_YIELD] = {1, 6, W | S, 6},
    [OP_SLEEP] = {1, 10, ALL, 4},
    [OP_SPAWN] = {1, 12, 0, 10},
    [OP_AWAIT] = {1, 10, W | S | G | D | H, 10},
    [OP_RESOLVE] = {1, 5, 0, 6},
    [OP_CANCEL] = {1, 8, 0, 0},
    [OP_CANCEL_QUIETLY] = {1, 2, 0, 4},
    [OP_CANCEL_SELF] = {1, 1, 0, 0},
    [OP_UNCANCEL] = {1, 2, 0, 0},
    [OP_DROP] = {1, 2, 0, 0},
    [OP_ON_DONE] = {1, 3, 0, 0},
    [OP_CALL] = {CALLS, 4, 0, 0},
    [OP_CALL_CANCEL] = {CALLS, 2, 0, 0},
    [OP_GATHER] = {1, 6, W | S | G | D | H, 6},
    [OP_GATHER_OWN] = {1, 6, W | S | G | D, 0},
    [OP_WAIT] = {1, 5, W | S | G | D | H, 5},
    [OP_EACH_NEW] = {1, 3, 0, 0},
    [OP_EACH_NEXT] = {1, 6, W, 0},
    [OP_EACH_FREE] = {1, 1, 0, 0},
    [OP_SCOPE_OPEN] = {1, 5, 0, 0},
    [OP_SCOPE_MOVE] = {1, 2, 0, 0},
    [OP_SCOPE_CLOSE] = {1, 4, 0, 0},
    [OP_GROUP_NEW] = {1, 3, 0, 0},
    [OP_GROUP_SPAWN] = {1, 5, 0, 0},
    [OP_GROUP_CANCEL] = {1, 1, 0, 0},
    [OP_GROUP_JOIN] = {1, 3, W, 0},
    [OP_ACQUIRE] = {LOCKS, 10, W | S | G | D | H, 8},
    [OP_RELEASE] = {LOCKS, 8, 0, 6},
    [OP_PERMIT] = {SEMAPHORES, 8, W | S | G | D | H, 6},
    [OP_PERMIT_BACK] = {SEMAPHORES, 6, 0, 5},
    [OP_EVENT_WAIT] = {EVENTS, 6, ALL, 5},
    [OP_EVENT_SET] = {EVENTS, 3, 0, 3},
    [OP_EVENT_CLEAR] = {EVENTS, 3, 0, 3},
    [OP_CONDITION_WAIT] = {CONDITIONS, 3, W, 0},
    [OP_CONDITION_UNTIL] = {CONDITIONS, 3, W, 0},
    [OP_NOTIFY] = {CONDITIONS, 3, 0, 0},
    [OP_BARRIER_WAIT] = {BARRIERS, 5, ALL, 0},
    [OP_BARRIER_RESET] = {BARRIERS, 1, 0, 0},
    [OP_BARRIER_ABORT] = {BARRIERS, 1, 0, 0},
    [OP_PUT] = {QUEUES, 9, ALL, 8},
    [OP_GET] = {QUEUES, 9, ALL, 8},
    [OP_PUT_NOW] = {QUEUES, 3, 0, 3},
    [OP_GET_NOW] = {QUEUES, 3, 0, 3},
    [OP_TASK_DONE] = {QUEUES, 4, 0, 2},
    [OP_JOIN] = {QUEUES, 2, W | S | G | D | H, 2},
    [OP_SHUTDOWN] = {QUEUES, 1, 0, 0},
    [OP_FREE] = {OBJECTS, 1, 0, 0},
};

/* Which kinds this program has more of, or none: so each program is about
 * something. */
static int weights[OP_KINDS];
static int weight_sum;

static void choose_weights(void)
{
    weight_sum = 0;
    for (int kind = 0; kind < OP_KINDS; kind++) {
        const trait *of_kind = &traits[kind];
        int weight = world.twin ? of_kind->twin_weight : of_kind->weight;
        uint32_t taste = random_below(8);

        /* A ring through a group that ends is not let out: nor is asyncio's. */
        if (world.has_rings && kind >= OP_GROUP_NEW && kind <= OP_GROUP_JOIN)
            weight = 0;
        if (taste < 2 && kind != OP_SPAWN)
            weight = kind == OP_SLEEP ? weight : 0;
        else if (taste == 7)
            weight *= 4;
        weights[kind] = weight;
        weight_sum += weight;
    }
}

static op_kind choose_kind(void)
{
    int at = (int)random_below((uint32_t)weight_sum);
    int kind = 0;

    while (at >= weights[kind])
        at -= weights[kind++];
    return (op_kind)kind;
}

static bool is_strict(const random_op *op)
{
    switch (op->kind) {
    case OP_ACQUIRE:
        return world.lock_strict[op->object];
    case OP_PERMIT:
        return world.semaphore_strict[op->object];
    case OP_BARRIER_WAIT:
        return world.barrier_strict[op->object];
    case OP_PUT:
    case OP_GET:
    case OP_JOIN:
        return world.queues[op->object].strict;
    default:
        return false;
    }
}

static random_wrap choose_wrap(const random_op *op)
{
    unsigned allowed = traits[op->kind].wraps;
    random_wrap wrap = (random_wrap)(1 + random_below(WRAP_HOLD));

    if (is_strict(op))
        allowed &= op->kind == OP_BARRIER_WAIT ? 0 : (unsigned)D;
    return !one_in(3) && allowed >> wrap & 1 ? wrap : WRAP_NONE;
}

static int32_t choose_time(void)
{
    if (one_in(12))
        return 0;
    return (int32_t)random_below(one_in(6) ? 200 : 12);
}

/* Where tasks wait for later ones only, none of them wait in a ring. */
static void choose_slots(random_op *op, int task)
{
    bool waits = op->kind != OP_CANCEL && op->kind != OP_CALL &&
                 op->kind != OP_ON_DONE && op->kind != OP_DROP;
    int first = waits && !world.has_rings ? task + 1 : 0;

    op->count = 1 + (int)random_below(CHOSEN);
    for (int i = 0; i < op->count; i++)
        op->slots[i] = first + (int)random_below((uint32_t)(SLOTS - first));
    if (op->kind == OP_GROUP_SPAWN && op->slots[0] >= TASKS)
        op->kind = OP_YIELD;
    if (op->kind == OP_SPAWN)
        op->slots[0] = (int)random_below(TASKS);
    if (op->kind == OP_RESOLVE)
        op->slots[0] = TASKS + (int)random_below(PROMISES);
    if (op->kind == OP_SPAWN || op->kind == OP_RESOLVE ||
        op->kind == OP_AWAIT || op->kind == OP_CANCEL_QUIETLY)
        op->count = 1;
}

static void make_op(random_op *op, int task)
{
    op->kind = choose_kind();
    op->flag = (int)random_below(8);
    op->object = (int)random_below((uint32_t)traits[op->kind].objects);
    op->on_cancel = (random_on_cancel)random_below(CANCEL_WAIT);
    op->time = choose_time();
    op->wrap_time = choose_time();
    choose_slots(op, task);
    op->wrap = choose_wrap(op);
    if (op->time == 0 && (op->kind == OP_WAIT || op->kind == OP_EACH_NEW ||
                          op->kind == OP_SCOPE_MOVE))
        op->time = EFT_FOREVER;
}

static bool names_tasks_only(const random_op *op)
{
    for (int i = 0; i < op->count; i++)
        if (op->slots[i] >= TASKS)
            return false;
    return true;
}

/* A twin's times are all different, and it names each future once, and only
 * those of tasks behind it: no ring. */
static void make_twin(random_op *op, int task)
{
    uint32_t after = (uint32_t)(SLOTS - task - 1);

    make_op(op, task);
    op->wrap = WRAP_NONE;
    op->time =
        op->kind == OP_WAIT ? EFT_FOREVER : 1 + (int32_t)random_below(1000000);
    if (op->on_cancel == CANCEL_SWALLOW)
        op->on_cancel = CANCEL_WAIT;
    op->count = op->count > (int)after ? (int)after : op->count;
    op->slots[0] = task + 1 + (int)random_below(after);
    for (int i = 1; i < op->count; i++)
        op->slots[i] = task + 1 + (op->slots[i - 1] - task) % (int)after;
    if (op->kind == OP_SPAWN && op->slots[0] >= TASKS)
        op->kind = OP_YIELD;
    if (op->kind == OP_RESOLVE)
        op->slots[0] = TASKS + (int)random_below(PROMISES);
    if (op->kind == OP_CANCEL_QUIETLY)
        op->slots[0] = (task + 1 + (int)random_below(SLOTS - 1)) % SLOTS;
    if (op->kind == OP_GATHER && !(op->flag % 2 && names_tasks_only(op)))
        op->wrap = WRAP_SHIELD;
    if (op->kind == OP_AWAIT && one_in(4))
        op->wrap = WRAP_SHIELD;
}

/* Each task awaits the next one: a cancel goes through all of them. */
static void make_link(random_list *list, int task)
{
    random_op *spawn = &list->ops[0];
    random_op *await = &list->ops[1];

    *spawn = (random_op){.kind = OP_SPAWN, .count = 1, .slots = {task + 1}};
    *await = *spawn;
    await->kind = OP_AWAIT;
    await->on_cancel = (random_on_cancel)random_below(CANCEL_WAIT);
    await->wrap = (random_wrap)random_below(WRAP_DROP);
    await->wrap_time = (int32_t)random_below(200);
}

static void make_list(random_list *list, int task)
{
    list->steps = one_in(2);
    list->repeat = 1 + (int)random_below(world.twin ? 1 : 4);
    list->count = 4 + (int)random_below(OPS - 4);
    list->ending = (random_ending)random_below(world.twin ? 5 : 4);
    if (list->ending > END_ERROR || (world.twin && list->ending == END_OWNED))
        list->ending = END_VALUE;
    for (int i = 0; i < list->count; i++) {
        if (world.twin)
            make_twin(&list->ops[i], task);
        else
            make_op(&list->ops[i], task);
    }
    if (world.is_chain && task + 1 < TASKS && !one_in(4))
        make_link(list, task);
}

static void make_objects(bool twin)
{
    for (int i = 0; i < LOCKS; i++)
        world.lock_strict[i] = twin || one_in(2);
    for (int i = 0; i < SEMAPHORES; i++) {
        world.semaphore_strict[i] = twin || one_in(2);
        world.permits[i] = i + 1;
        world.bounds[i] = !twin && one_in(2) ? i + 1 : 0;
    }
    for (int i = 0; i < BARRIERS; i++)
        world.barrier_strict[i] = one_in(2);
    for (int i = 0; i < QUEUES; i++) {
        model_queue *queue = &world.queues[i];

        queue->strict = twin || one_in(2);
        queue->order = (eft_queue_order)(i ? random_below(3) : 0);
        queue->capacity = random_below(4);
    }
}

void random_make_program(bool twin)
{
    world.twin = twin;
    world.has_rings = one_in(8);
    world.is_chain = !twin && one_in(8);
    make_objects(twin);
    choose_weights();
    for (int i = 0; i < TASKS; i++) {
        make_list(&world.lists[i], i);
        world.actors[i] = (random_actor){.index = i, .list = &world.lists[i]};
    }
    world.next_id = 1;
}
