/* SPDX-License-Identifier: MIT
 * eft_as_completed: several futures in the order of their end. */
#include "combine.h"
#include "loop.h"

/* Design notes.  The iterator is a future in disguise, since only futures have
 * timers.  A child whose future is complete waits in a queue for a next; a next
 * for which there is none yet waits in another.  One of the two is empty. */

typedef struct child {
    eft__child base;
    eft_future *future; /* one reference; NULL: complete, or let go */
} child;

struct eft_as_completed {
    eft__timed timed; /* its timer: the deadline */
    eft__node *ended; /* queue of the children that no next has given yet */
    eft__node *nexts; /* queue of those that are waited for */
    size_t count;
    size_t left;   /* how often a next can still be asked for */
    int32_t error; /* what is given where no child has ended */
    child children[];
};

typedef struct next_one {
    eft_future future;
    eft__node node;
    eft_as_completed *iterator; /* NULL: it was freed */
} next_one;

static bool refuse_cancel(eft_future *future)
{
    (void)future;
    return false;
}

static const eft__future_class iterator_class = {.name = "as_completed",
                                                 .cancel = refuse_cancel};

static bool cancel_next(eft_future *future)
{
    next_one *self = (next_one *)future;

    /* Its turn goes to another, so that nothing is left out. */
    eft__queue_remove(&self->iterator->nexts, &self->node);
    self->iterator->left++;
    return eft__future_cancel_now(future);
}

static const eft__future_class next_class = {.name = "next",
                                             .cancel = cancel_next};

static void complete_next(eft_as_completed *self, eft_result result)
{
    next_one *next = EFT__OWNER(self->nexts, next_one, node);

    eft__queue_remove(&self->nexts, &next->node);
    if (result.error)
        eft__future_fail(&next->future, result.error, NULL);
    else
        eft__future_complete(&next->future, result);
}

static void child_done(eft__node *node)
{
    child *ended = EFT__OWNER(node, child, base.node);
    eft_as_completed *self =
        EFT__OWNER(ended - ended->base.index, eft_as_completed, children);
    eft_future *future = ended->future;

    ended->future = NULL;
    if (self->nexts)
        complete_next(self, eft_ok_size(ended->base.index));
    else
        eft__queue_append(&self->ended, node);
    eft_future_free(future);
}

/* Ends the waiting: what is pending is let go, and all who wait get error. */
static void stop(eft_as_completed *self, int32_t error)
{
    eft_future *kept = eft_future_ref(&self->timed.future);

    self->error = error;
    eft__timer_stop(eft__loop_here, &self->timed.timer);
    while (self->nexts)
        complete_next(self, eft_failed(error));
    for (size_t i = 0; i < self->count; i++) {
        eft_future *future = self->children[i].future;

        if (!future)
            continue;
        self->children[i].future = NULL;
        eft__future_unwait(future, &self->children[i].base.node);
        eft_future_free(future);
    }
    eft_future_free(kept);
}

static void expire(eft__node *node)
{
    stop(EFT__OWNER(node, eft_as_completed, timed.timer.node), EFT_ETIMEDOUT);
}

static void begin(eft_as_completed *self, eft_future *const *futures,
                  size_t count)
{
    self->left = count;
    for (size_t i = 0; i < count; i++)
        if (!futures || eft__refusal(futures[i])) {
            self->error = EFT_EINVAL;
            return;
        }
    self->count = count;
    for (size_t i = 0; i < count; i++) {
        child *added = &self->children[i];

        added->base.node.run = child_done;
        added->base.index = i;
        added->future = eft_future_ref(futures[i]);
        eft__future_wait(futures[i], &added->base.node);
    }
}

static void start_timer(eft_as_completed *self, int64_t timeout_ms)
{
    struct eft__loop *loop = eft__loop_here;
    eft__timer *timer = &self->timed.timer;

    timer->node.run = expire;
    if (self->error || timeout_ms == EFT_FOREVER)
        return;
    if (timeout_ms <= 0)
        eft__loop_ready(loop, &timer->node);
    else
        eft__timer_start(loop, timer, eft__deadline_after(timeout_ms));
}

eft_as_completed *eft_as_completed_new(eft_future *const *futures, size_t count,
                                       int64_t timeout_ms)
{
    eft_as_completed *self = NULL;
    eft_future *instead = NULL;

    if (count <= (SIZE_MAX - sizeof *self) / sizeof(child))
        self = eft__future_make(sizeof *self + count * sizeof(child),
                                &iterator_class, &instead);
    if (!self) {
        eft_future_free(instead);
        return NULL;
    }
    begin(self, futures, count);
    start_timer(self, timeout_ms);
    return self;
}

bool eft_as_completed_more(const eft_as_completed *iterator)
{
    return !iterator || iterator->left;
}

/* The first that has ended already, as a future that is complete. */
static eft_future *give(eft_as_completed *self, next_one *next)
{
    eft__node *node = self->ended;

    eft__queue_remove(&self->ended, node);
    self->left--;
    eft__future_complete(
        &next->future,
        eft_ok_size(EFT__OWNER(node, child, base.node)->base.index));
    return &next->future;
}

eft_future *eft_as_completed_next(eft_as_completed *iterator)
{
    eft_future *instead;

    if (!iterator)
        return eft__future_no_memory();
    if (!iterator->left)
        return eft__future_failed(EFT_EINVAL, "all futures have been given");
    if (!iterator->ended && iterator->error) {
        iterator->left--;
        return eft__future_failed(iterator->error, NULL);
    }
    next_one *next = eft__future_make(sizeof *next, &next_class, &instead);
    if (!next)
        return instead;
    next->iterator = iterator;
    if (iterator->ended)
        return give(iterator, next);
    iterator->left--;
    eft__queue_append(&iterator->nexts, &next->node);
    return &next->future;
}

void eft_as_completed_free(eft_as_completed *iterator)
{
    if (!iterator)
        return;
    stop(iterator, EFT_ECLOSED);
    eft__future_complete(&iterator->timed.future, eft_ok());
    eft_future_free(&iterator->timed.future);
}
