/* SPDX-License-Identifier: MIT
 * What locks, events, queues and their like are made of: futures in a queue. */
#include "waiter.h"

static bool refuse_cancel(eft_future *future)
{
    (void)future;
    return false;
}

static const eft__future_class done_class = {.name = "done",
                                             .cancel = refuse_cancel};

eft_future eft__done = {
    .type = &done_class, .references = EFT__CONSTANT, .complete = true};

eft_future *eft__no_object(void)
{
    return eft__future_failed(EFT_EINVAL, "the object is NULL");
}

void eft__waiter_fini(eft_future *future)
{
    eft__unkeep(((eft__waiter *)future)->object);
}

void eft__waiter_turn(eft__node *node)
{
    eft__waiter_of(node)->turn(node);
}

bool eft__waiter_cancel(eft__waiter *waiter, eft__node **queue)
{
    bool waits = !waiter->woken && !waiter->canceled;

    waiter->canceled = true;
    if (!waits)
        return true;
    eft__queue_remove(queue, &waiter->node);
    if (eft__loop_here)
        eft__loop_ready(eft__loop_here, &waiter->node);
    else
        waiter->node.run(&waiter->node);
    return true;
}

void eft__waiter_run(eft__node *node)
{
    eft__waiter *waiter = eft__waiter_of(node);

    eft__turn_complete(waiter,
                       waiter->canceled ? eft_failed(EFT_ECANCELED) : eft_ok());
}

void eft__waiters_fail(eft__node **queue, int32_t error, const char *constant)
{
    while (*queue) {
        eft__waiter *waiter = eft__waiter_of(*queue);

        eft__queue_remove(queue, &waiter->node);
        eft__future_fail(&waiter->future, error, constant);
    }
}

void eft__turn_complete(eft__waiter *waiter, eft_result result)
{
    eft__future_finish_first(&waiter->future, result);
}

void eft__turn_fail(eft__waiter *waiter, int32_t error, const char *constant)
{
    eft_result result = eft_failed(error);

    result.ptr = (void *)(uintptr_t)constant;
    eft__future_finish_first(&waiter->future, result);
}
