/* SPDX-License-Identifier: MIT
 * Events: a flag that can be waited for. */
#include "eft/sync.h"
#include "waiter.h"

struct eft_event {
    eft__kept kept;
    eft__node *waiting; /* queue of waiters; empty while it is set */
    bool set;
};

static bool cancel_wait(eft_future *future)
{
    eft__waiter *waiter = (eft__waiter *)future;

    return eft__waiter_cancel(waiter, &((eft_event *)waiter->object)->waiting);
}

static const eft__future_class wait_class = {
    .name = "event_wait", .cancel = cancel_wait, .fini = eft__waiter_fini};

eft_event *eft_event_new(void)
{
    eft_event *event = eft__alloc_zero(sizeof *event);

    if (event)
        event->kept.keepers = 1;
    return event;
}

void eft_event_free(eft_event *event)
{
    if (!event)
        return;
    eft__waiters_fail(&event->waiting, EFT_ECLOSED, "the event was freed");
    eft__unkeep(&event->kept);
}

void eft_event_set(eft_event *event)
{
    if (!event)
        return;
    event->set = true;
    eft__wake_all(&event->waiting);
}

void eft_event_clear(eft_event *event)
{
    if (event)
        event->set = false;
}

bool eft_event_is_set(const eft_event *event)
{
    return event && event->set;
}

eft_future *eft_event_wait(eft_event *event)
{
    eft_future *instead;

    if (!event)
        return eft__no_object();
    if (event->set)
        return &eft__done;
    eft__waiter *waiter = eft__waiter_make(
        sizeof *waiter, &wait_class, &event->kept, eft__waiter_run, &instead);
    if (!waiter)
        return instead;
    eft__waiter_wait(waiter, &event->waiting);
    return &waiter->future;
}
