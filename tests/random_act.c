/* SPDX-License-Identifier: MIT
 * Random programs: the interpreter, and how the tasks of a program end. */
#include "random.h"

#include <stdlib.h>

typedef struct run {
    eft_step step;
    random_actor *actor;
} run;

static const op_class *const families[] = {task_ops, combine_ops, scope_ops,
                                           sync_ops, queue_ops};

const op_class *class_of(const random_op *op)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (families[i][op->kind].begin)
            return &families[i][op->kind];
    abort();
}

/* What a future that is given up leaves to its owner: a lock that was had. */
static void give_up(random_actor *self, const random_op *op, eft_future *future)
{
    bool is_left = op->kind == OP_GET && op->flag % 2;

    if (eft_future_state(future) != EFT_PENDING && !is_left) {
        eft_result result = eft_future_take(future);

        eft_future_free(future);
        class_of(op)->end(self, op, result);
    } else {
        eft_future_free(future);
    }
}

void actor_give_up_held(random_actor *self)
{
    eft_future *held = self->held;

    self->held = NULL;
    if (held)
        give_up(self, self->held_op, held);
}

/* The future to be awaited; NULL: there is none. */
static eft_future *wrapped(random_actor *self, const random_op *op,
                           eft_future *future)
{
    if (op->wrap == WRAP_WAIT_FOR) {
        mark_time(op->wrap_time);
        return eft_wait_for(op->wrap_time, future);
    }
    if (op->wrap == WRAP_SHIELD) {
        for (int i = 0; i < op->count; i++)
            world.slots[op->slots[i]].is_shielded = true;
        return eft_shield(future);
    }
    if (op->wrap == WRAP_GATHER) {
        mark_time(op->wrap_time);
        return eft_gather(future, eft_sleep(op->wrap_time));
    }
    if (op->wrap == WRAP_DROP) {
        give_up(self, op, future);
        return NULL;
    }
    if (op->wrap == WRAP_HOLD) {
        actor_give_up_held(self);
        self->held = future;
        self->held_op = op;
        return NULL;
    }
    return future;
}

/* One op; NULL: it is over already, or was skipped. */
static eft_future *begin_op(random_actor *self, const random_op *op)
{
    world.steps++;
    self->must_wake = false;
    self->asked = false;
    self->ticket = ++world.tickets;
    random_event(self, op_names[op->kind], "begin", 0, 0);
    random_tell_op(self, op);
    eft_future *future = class_of(op)->begin(self, op);
    if (future)
        future = wrapped(self, op, future);
    if (future) {
        self->op = op;
        self->since = eft_now();
    }
    return future;
}

static const random_op *next_op(random_actor *self)
{
    const random_list *list = self->list;

    if (world.step_limit && world.steps >= world.step_limit)
        return NULL;
    if (self->at == list->count && ++self->round < list->repeat)
        self->at = 0;
    return self->at < list->count && self->round < list->repeat
               ? &list->ops[self->at++]
               : NULL;
}

static eft_future *sleep_some(random_actor *self)
{
    static const random_op none = {.kind = OP_SLEEP, .wrap = WRAP_DROP};

    self->op = &none;
    self->since = eft_now();
    mark_time(1 + self->index);
    return eft_sleep(world.twin ? 100003 * (self->index + 1) : 1 + self->index);
}

/* What is awaited before the task ends; NULL: nothing more. */
static eft_future *begin_leaving(random_actor *self)
{
    static const random_op join = {.kind = OP_GROUP_JOIN, .wrap = WRAP_NONE};

    if (self->leaving == 1) {
        self->leaving = 2;
        if (self->clean_up)
            return sleep_some(self);
    }
    if (self->leaving == 2) {
        self->leaving = 3;
        if (self->group) {
            eft_group_fail(self->group, eft_failed(self->told));
            return begin_op(self, &join);
        }
    }
    return NULL;
}

/* The next future that the task has to wait for; NULL: it ends. */
static eft_future *act_begin(random_actor *self)
{
    while (!self->leaving) {
        if (self->wait_to_go_on)
            return sleep_some(self);
        const random_op *op = next_op(self);
        if (!op) {
            self->leaving = 1;
            break;
        }
        eft_future *future = begin_op(self, op);
        if (future)
            return future;
    }
    return begin_leaving(self);
}

/* A scope may turn what the task was told into a timeout. */
static int32_t close_scopes(random_actor *self, int32_t error)
{
    static const random_op close = {.kind = OP_SCOPE_CLOSE};

    while (self->scope_count && error == EFT_ECANCELED) {
        self->told = error;
        class_of(&close)->begin(self, &close);
        error = self->told;
        self->told = 0;
    }
    return error;
}

static bool holds_something(const random_actor *self)
{
    for (int i = 0; i < LOCKS; i++)
        if (world.lock_holder[i] == self->index + 1)
            return true;
    for (int i = 0; i < SEMAPHORES; i++)
        if (self->permits[i])
            return true;
    return false;
}

void actor_tell(random_actor *self, const random_op *op, int32_t error)
{
    if (self->leaving || close_scopes(self, error) != EFT_ECANCELED)
        return;
    self->wait_to_go_on = op->on_cancel == CANCEL_WAIT;
    if (op->on_cancel >= CANCEL_SWALLOW)
        return;
    self->told = EFT_ECANCELED;
    self->leaving = 1;
    self->clean_up = op->on_cancel == CANCEL_CLEAN_UP ||
                     (world.twin && holds_something(self));
}

static void check_wait_for(const random_actor *self, const random_op *op,
                           int32_t error)
{
    int64_t spent = eft_now() - self->since;
    bool is_long = op->kind == OP_AWAIT || op->kind == OP_GATHER ||
                   op->kind == OP_GATHER_OWN || op->kind == OP_GROUP_JOIN ||
                   op->kind == OP_EACH_NEXT || op->kind == OP_CONDITION_WAIT ||
                   op->kind == OP_CONDITION_UNTIL;
    bool is_outer = !is_long; /* a timeout is not what was awaited */

    if (op->kind == OP_AWAIT && op->slots[0] < TASKS)
        is_outer = world.actors[op->slots[0]].returned.error != EFT_ETIMEDOUT;
    if (is_outer && error == EFT_ETIMEDOUT && self->asked)
        broken("task %d: a cancel was taken for a timeout", self->index);
    if (!is_long && error == EFT_ETIMEDOUT && spent < op->wrap_time)
        broken("task %d: a timeout came early", self->index);
    if (!is_long && error != EFT_ECANCELED && spent > op->wrap_time)
        broken("task %d: a timeout came late", self->index);
}

static void act_end(random_actor *self, eft_result result)
{
    const random_op *op = self->op;
    int32_t error = result.error;

    self->op = NULL;
    random_event(self, op_names[op->kind], "end", error,
                 result.kind == EFT_KIND_PLAIN && !error ? result.i64 : 0);
    if (op->wrap == WRAP_DROP) { /* the interpreter's own sleep */
        if (world.twin && error && self->clean_up)
            self->leaving = 1;
        else if (!error)
            self->wait_to_go_on = false;
        eft_result_free(result);
        return;
    }
    if (op->wrap == WRAP_WAIT_FOR)
        check_wait_for(self, op, error);
    if (!error && op->wrap == WRAP_GATHER && result.kind == EFT_KIND_RESULTS) {
        eft_result inner = result.results->items[0];

        result.results->items[0] = eft_ok();
        eft_result_free(result);
        result = inner;
    }
    class_of(op)->end(self, op, result);
    for (int i = 0; i < self->scope_count; i++) {
        const random_scope *scope = &self->scopes[i];
        bool expired = eft_timeout_scope_expired(scope->scope);

        if (scope->when != EFT_FOREVER && eft_now() > scope->when && !expired)
            broken("task %d: a scope's deadline is late", self->index);
        if (expired && eft_now() < scope->when)
            broken("task %d: a scope's deadline was early", self->index);
    }
    if (error == EFT_ECANCELED)
        actor_tell(self, op, error);
}

static void begin_actor(random_actor *self)
{
    if (self->begun)
        broken("task %d has begun twice", self->index);
    if (self->never)
        broken("task %d was cancelled before and has begun", self->index);
    self->begun = true;
    self->task = eft_current_task();
    random_event(self, "task", "begin", 0, 0);
}

static eft_result end_actor(random_actor *self)
{
    static const random_op close = {.kind = OP_SCOPE_CLOSE};
    static const random_op free_each = {.kind = OP_EACH_FREE};
    eft_result result = eft_ok_i64(self->index);

    while (self->scope_count)
        class_of(&close)->begin(self, &close);
    class_of(&free_each)->begin(self, &free_each);
    actor_give_up_held(self);
    release_all(self);
    eft_group_free(self->group);
    self->group = NULL;
    if (self->told)
        result = eft_failed(self->told);
    else if (self->list->ending == END_ERROR)
        result = eft_failed(EFT_EUSER);
    else if (self->list->ending == END_OWNED)
        result = item_new(true);
    random_event(self, "task", "return", result.error, item_id(result));
    self->returned = result;
    self->ended = true;
    self->task = NULL;
    return result;
}

static eft_result act(void *state)
{
    run *self = state;
    eft_future *future;
    eft_result result;

    EFT_STEP_BEGIN(self);
    begin_actor(self->actor);
    while ((future = act_begin(self->actor))) {
        EFT_STEP_AWAIT(result, future);
        act_end(self->actor, result);
    }
    EFT_STEP_END();
    return end_actor(self->actor);
}

/* On a stack the steps simply run. */
static eft_result act_on_stack(void *arg)
{
    run self = {.actor = arg};

    return act(&self);
}

static void forget(void *arg)
{
    if (!((random_actor *)arg)->spawned)
        broken("a task that was never spawned frees its argument");
}

static void forget_state(void *state)
{
    forget(((run *)state)->actor);
}

eft_future *actor_spawn(random_actor *self, eft_group *group)
{
    run start = {.actor = self};

    self->spawned = true;
    if (group)
        return eft_group_spawn_owned(group, act_on_stack, self, forget);
    if (!self->list->steps)
        return self->index % 2 ? eft_spawn_owned(act_on_stack, self, forget)
                               : eft_spawn(act_on_stack, self);
    return self->index % 2
               ? eft_spawn_steps_owned(act, &start, sizeof start, forget_state)
               : eft_spawn_steps(act, &start, sizeof start);
}
