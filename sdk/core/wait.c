/* SPDX-License-Identifier: MIT
 * eft_wait: until some of several futures are complete. */
#include "combine.h"
#include "loop.h"
#include "memory.h"
#include "result.h"

/* Design notes.  The answer's indices lie where the futures lay: its memory is
 * there from the beginning.  A reference that is dropped may be the last, to a
 * wait that holds the last of another: so a cancelled wait completes at once,
 * but lets go of its futures in a turn of its own, and no chain of waits is
 * long enough to overflow a stack. */

/* A place in the answer. */
typedef union slot {
    eft_future *future; /* waited for; one reference */
    size_t index;       /* of one that is complete, or of one that is not */
} slot;

_Static_assert(sizeof(slot) == sizeof(size_t), "a slot is an index");

/* WAITING --enough are complete, deadline--> complete; nothing is held
 *    +------cancel--> complete --next turn--> nothing is held */
typedef struct waiting {
    eft__timed timed;   /* its timer: the deadline */
    eft__node later;    /* ends it in a turn of its own, with a reference */
    eft_waited *waited; /* slots come after it; NULL: nothing is held */
    size_t count;
    size_t pending; /* children whose end was not noticed yet */
    eft_return_when when;
    eft__child children[];
} waiting;

static slot *slots_of(const waiting *self)
{
    return (slot *)(void *)(self->waited + 1);
}

static void free_waited(void *value)
{
    eft__free(value);
}

static void run_later(waiting *self)
{
    if (self->later.next)
        return;
    eft_future_ref(&self->timed.future);
    eft__loop_ready(eft__loop_here, &self->later);
}

/* Lets go of all futures; their children's indices then are 1 where the
 * future was complete, else 0. */
static eft_waited *let_go(waiting *self)
{
    eft_waited *waited = self->waited;
    slot *slots = slots_of(self);

    self->waited = NULL;
    for (size_t i = 0; i < self->count; i++) {
        eft_future *future = slots[i].future;

        eft__future_unwait(future, &self->children[i].node);
        self->children[i].index = future->complete;
        eft_future_free(future);
    }
    return waited;
}

static eft_result answer(waiting *self)
{
    eft_waited *waited = let_go(self);
    slot *slots = (slot *)(void *)(waited + 1);
    size_t used = 0;

    for (size_t i = 0; i < self->count; i++)
        if (self->children[i].index)
            slots[used++].index = i;
    waited->done = &slots[0].index;
    waited->done_count = used;
    for (size_t i = 0; i < self->count; i++)
        if (!self->children[i].index)
            slots[used++].index = i;
    waited->pending = waited->done + waited->done_count;
    waited->pending_count = used - waited->done_count;
    return eft__result_of_kind(EFT_KIND_WAITED, waited, free_waited);
}

static void settle(waiting *self)
{
    eft_future *future = eft_future_ref(&self->timed.future);

    eft__timer_stop(eft__loop_here, &self->timed.timer);
    eft__future_complete(future, answer(self));
    eft_future_free(future);
}

static bool cancel_wait(eft_future *future)
{
    waiting *self = (waiting *)future;

    if (!self->waited)
        return false; /* it is about to be complete */
    eft__timer_stop(eft__loop_here, &self->timed.timer);
    if (eft__loop_here)
        run_later(self);
    else
        eft__free(let_go(self)); /* there are no turns any more */
    return eft__future_cancel_now(future);
}

static const eft__future_class wait_class = {.name = "wait",
                                             .cancel = cancel_wait};

static void end_later(eft__node *node)
{
    waiting *self = EFT__OWNER(node, waiting, later);

    if (self->timed.future.complete && self->waited)
        eft__free(let_go(self));
    else if (!self->timed.future.complete)
        settle(self);
    eft_future_free(&self->timed.future);
}

static void expire(eft__node *node)
{
    settle(EFT__OWNER(node, waiting, timed.timer.node));
}

static bool is_enough(const waiting *self, int32_t error)
{
    if (!self->pending || self->when == EFT_FIRST_COMPLETED)
        return true;
    return self->when == EFT_FIRST_ERROR && error && error != EFT_ECANCELED;
}

static void child_done(eft__node *node)
{
    waiting *self = EFT__PARENT(node, waiting, children);
    size_t index = EFT__OWNER(node, eft__child, node)->index;

    if (self->timed.future.complete)
        return; /* cancelled, and about to let go */
    self->pending--;
    if (is_enough(self, slots_of(self)[index].future->result.error))
        settle(self);
}

static void begin(waiting *self, eft_future *const *futures, size_t count)
{
    self->count = self->pending = count;
    for (size_t i = 0; i < count; i++) {
        eft__child *child = &self->children[i];

        slots_of(self)[i].future = eft_future_ref(futures[i]);
        child->node.run = child_done;
        child->index = i;
        eft__future_wait(futures[i], &child->node);
    }
}

static const char *reason_to_refuse(eft_future *const *futures, size_t count,
                                    eft_return_when when)
{
    if (!futures || !count)
        return "there is no future to wait for";
    if (when < EFT_ALL_COMPLETED || when > EFT_FIRST_ERROR)
        return "no eft_return_when";
    for (size_t i = 0; i < count; i++)
        if (eft__refusal(futures[i]))
            return eft__refusal(futures[i]);
    return NULL;
}

static waiting *make(size_t count, eft_future **instead)
{
    size_t size = eft__size_with_children(sizeof(waiting), count);
    waiting *self = NULL;
    eft_waited *waited = NULL;

    *instead = eft__future_no_memory();
    if (size)
        waited = eft__alloc(sizeof *waited + count * sizeof(slot));
    if (waited)
        self = eft__future_make(size, &wait_class, instead);
    if (self)
        self->waited = waited;
    else
        eft__free(waited);
    return self;
}

eft_future *eft_wait_array(eft_future *const *futures, size_t count,
                           eft_return_when when, int64_t timeout_ms)
{
    const char *reason = reason_to_refuse(futures, count, when);
    eft_future *instead;

    if (reason)
        return eft__future_failed(EFT_EINVAL, reason);
    waiting *self = make(count, &instead);
    if (!self)
        return instead;
    self->timed.timer.node.run = expire;
    self->later.run = end_later;
    self->when = when;
    begin(self, futures, count);
    if (timeout_ms <= 0 && timeout_ms != EFT_FOREVER) {
        run_later(self);
    } else if (timeout_ms > 0) {
        eft__timer_start(eft__loop_here, &self->timed.timer,
                         eft__deadline_after(timeout_ms));
    }
    return &self->timed.future;
}
