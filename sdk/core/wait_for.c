/* SPDX-License-Identifier: MIT
 * eft_wait_for: a future with a deadline. */
#include "eft/combine.h"

#include "future.h"
#include "loop.h"

/* WAITING --deadline--> EXPIRED (inner is being cancelled) --inner ends--> done
 *    +---------------------- inner ends --------------------------------> done
 */
typedef struct wait_for {
    eft__timed timed;  /* its timer: the deadline */
    eft__node node;    /* waits for inner */
    eft_future *inner; /* one reference */
    bool expired;      /* the deadline cancelled inner */
    bool canceled;     /* somebody else did */
} wait_for;

static bool cancel_wait_for(eft_future *future)
{
    wait_for *self = (wait_for *)future;

    if (!eft_cancel(self->inner))
        return false;
    self->canceled = true;
    return true;
}

static const eft__future_class wait_for_class = {
    .name = "wait_for", .cancel = cancel_wait_for, .forwards = true};

static void inner_done(eft__node *node)
{
    wait_for *self = EFT__OWNER(node, wait_for, node);

    eft__timer_stop(eft__loop_here, &self->timed.timer);
    eft__detail detail = {0};
    eft_result result = eft__future_consume(self->inner, &detail);

    if (result.error == EFT_ECANCELED && self->expired && !self->canceled)
        eft__future_fail(&self->timed.future, EFT_ETIMEDOUT, NULL);
    else
        eft__future_settle(&self->timed.future, result, &detail);
    eft__detail_clear(&detail);
}

static void expire(eft__node *node)
{
    wait_for *self = EFT__OWNER(node, wait_for, timed.timer.node);

    /* Where it is complete already, its value is on the way. */
    if (!self->inner->complete && eft_cancel(self->inner))
        self->expired = true;
}

eft_future *eft_wait_for(int64_t timeout_ms, eft_future *future)
{
    eft_future *instead;

    if (eft__future_is_foreign(future)) {
        eft_future_free(future);
        return eft__future_failed(EFT_EINVAL, eft__foreign);
    }
    wait_for *self = eft__future_make(sizeof *self, &wait_for_class, &instead);

    if (!self) {
        eft_future_free(future);
        return instead;
    }
    self->timed.timer.node.run = expire;
    self->node.run = inner_done;
    self->inner = future;
    if (timeout_ms != EFT_FOREVER && timeout_ms > 0)
        eft__timer_start(eft__loop_here, &self->timed.timer,
                         eft__deadline_after(timeout_ms));
    eft__future_wait(future, &self->node);
    if (timeout_ms <= 0 && timeout_ms != EFT_FOREVER)
        expire(&self->timed.timer.node);
    return &self->timed.future;
}
