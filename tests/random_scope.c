/* SPDX-License-Identifier: MIT
 * Random programs: ops of timeout scopes and groups. */
#include "random.h"

static eft_future *begin_scope_open(random_actor *self, const random_op *op)
{
    random_scope *scope = &self->scopes[self->scope_count];

    if (self->scope_count == SCOPES)
        return NULL;
    mark_time(op->time);
    scope->count = eft_cancel_count(self->task);
    scope->scope = eft_timeout_scope_open(op->time);
    scope->when = eft_timeout_scope_when(scope->scope);
    self->scope_count++;
    if (op->time > 0 && scope->when != eft_now() + op->time)
        broken("task %d: a scope has another deadline", self->index);
    return NULL;
}

static eft_future *begin_scope_move(random_actor *self, const random_op *op)
{
    if (!self->scope_count)
        return NULL;
    random_scope *scope = &self->scopes[self->scope_count - 1];

    if (eft_timeout_scope_expired(scope->scope))
        return NULL;
    mark_time(op->time);
    scope->when = op->time < 0 ? EFT_FOREVER : eft_now() + op->time;
    eft_timeout_scope_reschedule(scope->scope, scope->when);
    return NULL;
}

/* Takes what the task is about to return through its last scope. */
static eft_future *begin_scope_close(random_actor *self, const random_op *op)
{
    eft_result result = self->told ? eft_failed(self->told) : eft_ok();

    (void)op;
    if (!self->scope_count)
        return NULL;
    const random_scope *scope = &self->scopes[--self->scope_count];
    bool expired = eft_timeout_scope_expired(scope->scope);

    result = eft_timeout_scope_close(scope->scope, result);
    uint32_t count = eft_cancel_count(self->task);

    random_event(self, "scope", "close", result.error, expired);
    if (result.error != self->told) {
        if (self->told != EFT_ECANCELED || result.error != EFT_ETIMEDOUT)
            broken("task %d: a scope changed an error", self->index);
        if (!expired || count > scope->count)
            broken("task %d: a scope took another's cancel", self->index);
    } else if (expired && self->told == EFT_ECANCELED &&
               count <= scope->count) {
        broken("task %d: a scope's timeout was taken for a cancel",
               self->index);
    }
    self->told = result.error;
    return NULL;
}

static eft_future *begin_group_new(random_actor *self, const random_op *op)
{
    (void)op;
    if (!self->group) {
        self->group = eft_group_new();
        self->members = 0;
    }
    return NULL;
}

static eft_future *begin_group_spawn(random_actor *self, const random_op *op)
{
    int index = op->slots[0];
    random_actor *target = &world.actors[index];

    if (!self->group || target->spawned)
        return NULL;
    eft_future *future = actor_spawn(target, self->group);

    if (eft_future_state(future) != EFT_PENDING) {
        eft_result result = eft_future_take(future);

        if (result.error != EFT_ECLOSED)
            broken("task %d may not spawn", self->index);
        eft_future_free(future);
        return NULL;
    }
    self->members |= 1u << index;
    if (op->flag < 4)
        world.slots[index].future = future;
    else
        eft_future_free(future);
    return NULL;
}

static eft_future *begin_group_cancel(random_actor *self, const random_op *op)
{
    (void)op;
    eft_group_cancel(self->group);
    return NULL;
}

static eft_future *begin_group_join(random_actor *self, const random_op *op)
{
    (void)op;
    return self->group ? eft_group_join(self->group) : NULL;
}

static bool is_of_group(const eft_results *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        if (!errors->items[i].error || errors->items[i].error == EFT_ECANCELED)
            return false;
    return true;
}

static void end_group_join(random_actor *self, const random_op *op,
                           eft_result result)
{
    (void)op;
    if (result.error == EFT_EBUSY || result.error == EFT_EINVAL ||
        !self->group) {
        eft_result_free(result);
        return;
    }
    for (int i = 0; !world.has_rings && i < TASKS; i++) {
        const random_actor *member = &world.actors[i];

        if (self->members >> i & 1 && member->begun && !member->ended)
            broken("task %d outlives the group of %d", i, self->index);
    }
    if (!is_of_group(eft_group_errors(self->group)))
        broken("task %d: a group's errors are none", self->index);
    eft_group_free(self->group);
    self->group = NULL;
    self->members = 0;
    eft_result_free(result);
}

const op_class scope_ops[OP_KINDS] = {
    [OP_SCOPE_OPEN] = {begin_scope_open, end_plainly},
    [OP_SCOPE_MOVE] = {begin_scope_move, end_plainly},
    [OP_SCOPE_CLOSE] = {begin_scope_close, end_plainly},
    [OP_GROUP_NEW] = {begin_group_new, end_plainly},
    [OP_GROUP_SPAWN] = {begin_group_spawn, end_plainly},
    [OP_GROUP_CANCEL] = {begin_group_cancel, end_plainly},
    [OP_GROUP_JOIN] = {begin_group_join, end_group_join},
};
