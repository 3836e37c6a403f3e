/* SPDX-License-Identifier: MIT
 * Barriers: a number of tasks that go on together. */
#include "eft/sync.h"
#include "waiter.h"

/*   FILLING --the last party comes--> DRAINING --the last one left--> FILLING
 *      |                                 |
 *      +------------- reset -------------+--> RESETTING --likewise--> FILLING
 *   any --abort--> BROKEN --reset--> RESETTING, or FILLING where none is inside
 * Who comes while it drains or resets waits until it fills again. */
typedef enum barrier_state {
    FILLING,
    DRAINING,
    RESETTING,
    BROKEN
} barrier_state;

struct eft_barrier {
    eft__kept kept;
    eft__node *waiting; /* queue of waits; while it fills, all are inside */
    size_t parties;
    size_t inside; /* waits that have entered and not left */
    barrier_state state;
    bool freed;
};

typedef struct wait {
    eft__waiter waiter;
    size_t index; /* among those that pass with it */
    bool inside;  /* it has entered; else it waits for that */
} wait;

static const char broken[] = "the barrier was aborted or reset";

/* The last party is there. */
static void drain(eft_barrier *barrier)
{
    size_t index = 0;

    barrier->state = DRAINING;
    while (barrier->waiting) {
        EFT__OWNER(barrier->waiting, wait, waiter.node)->index = index++;
        eft__wake_first(&barrier->waiting);
    }
}

static void leave(eft_barrier *barrier)
{
    if (--barrier->inside)
        return;
    if (barrier->state != BROKEN)
        barrier->state = FILLING;
    eft__wake_all(&barrier->waiting);
}

/* Takes the last place, and so lets all pass; false: another one is free. */
static bool enter_as_last(eft_barrier *barrier)
{
    if (++barrier->inside < barrier->parties)
        return false;
    drain(barrier);
    leave(barrier);
    return true;
}

static void wait_on(wait *self)
{
    eft_barrier *barrier = (eft_barrier *)self->waiter.object;

    eft__waiter_wait(&self->waiter, &barrier->waiting);
}

/* The turn of one that has entered. */
static void run_inside(eft_barrier *barrier, wait *self)
{
    bool passes = barrier->state == DRAINING;

    leave(barrier);
    if (passes)
        eft__turn_complete(&self->waiter, eft_ok_size(self->index));
    else
        eft__turn_fail(&self->waiter, EFT_EBROKEN, broken);
}

/* The turn of one that came while it drained or was reset. */
static void run_outside(eft_barrier *barrier, wait *self)
{
    if (barrier->state == BROKEN) {
        eft__turn_fail(&self->waiter, EFT_EBROKEN, broken);
    } else if (barrier->state != FILLING) {
        wait_on(self);
    } else if (enter_as_last(barrier)) {
        eft__turn_complete(&self->waiter, eft_ok_size(barrier->parties - 1));
    } else {
        self->inside = true;
        wait_on(self);
    }
}

static void run_canceled(eft_barrier *barrier, wait *self)
{
    if (self->inside)
        leave(barrier);
    eft__turn_complete(&self->waiter, eft_failed(EFT_ECANCELED));
}

static void run_wait(eft__node *node)
{
    wait *self = (wait *)eft__waiter_of(node);
    eft_barrier *barrier = (eft_barrier *)self->waiter.object;

    if (self->waiter.canceled)
        run_canceled(barrier, self);
    else if (barrier->freed)
        eft__turn_fail(&self->waiter, EFT_ECLOSED, "the barrier was freed");
    else if (self->inside)
        run_inside(barrier, self);
    else
        run_outside(barrier, self);
}

static bool cancel_wait(eft_future *future)
{
    eft__waiter *waiter = (eft__waiter *)future;
    eft_barrier *barrier = (eft_barrier *)waiter->object;

    return eft__waiter_cancel(waiter, &barrier->waiting);
}

static const eft__future_class wait_class = {
    .name = "barrier_wait", .cancel = cancel_wait, .fini = eft__waiter_fini};

eft_barrier *eft_barrier_new(size_t parties)
{
    eft_barrier *barrier = parties ? eft__alloc_zero(sizeof *barrier) : NULL;

    if (barrier) {
        barrier->kept.keepers = 1;
        barrier->parties = parties;
    }
    return barrier;
}

void eft_barrier_free(eft_barrier *barrier)
{
    if (!barrier)
        return;
    barrier->freed = true;
    eft__waiters_fail(&barrier->waiting, EFT_ECLOSED, "the barrier was freed");
    eft__unkeep(&barrier->kept);
}

eft_future *eft_barrier_wait(eft_barrier *barrier)
{
    eft_future *instead;

    if (!barrier)
        return eft__no_object();
    if (barrier->state == BROKEN)
        return eft__future_failed(EFT_EBROKEN, broken);
    wait *self = eft__waiter_make(sizeof *self, &wait_class, &barrier->kept,
                                  run_wait, &instead);
    if (!self)
        return instead;
    self->index = 0;
    self->inside = false;
    if (barrier->state == FILLING)
        /* Nobody awaits it yet: this is a turn like any other. */
        run_outside(barrier, self);
    else
        wait_on(self);
    return &self->waiter.future;
}

void eft_barrier_reset(eft_barrier *barrier)
{
    if (!barrier)
        return;
    barrier->state = barrier->inside ? RESETTING : FILLING;
    eft__wake_all(&barrier->waiting);
}

void eft_barrier_abort(eft_barrier *barrier)
{
    if (!barrier)
        return;
    barrier->state = BROKEN;
    eft__wake_all(&barrier->waiting);
}

size_t eft_barrier_parties(const eft_barrier *barrier)
{
    return barrier ? barrier->parties : 0;
}

size_t eft_barrier_waiting(const eft_barrier *barrier)
{
    return barrier && barrier->state == FILLING ? barrier->inside : 0;
}

bool eft_barrier_is_broken(const eft_barrier *barrier)
{
    return barrier && barrier->state == BROKEN;
}
