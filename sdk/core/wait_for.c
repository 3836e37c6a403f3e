/* SPDX-License-Identifier: MIT
 * eft_wait_for: a future with a deadline. */
#include "cancel.h"
#include "combine.h"
#include "loop.h"

/* WAITING --deadline--> EXPIRED (inner is being cancelled) --inner ends--> done
 *    +---------------------- inner ends --------------------------------> done
 */
typedef struct wait_for {
    eft__timed timed;  /* its timer: the deadline */
    eft_future *link;  /* of a cancel on its way */
    eft__node node;    /* waits for inner */
    eft_future *inner; /* one reference */
    bool expired;      /* the deadline cancelled inner */
    bool canceled;     /* somebody else did */
} wait_for;

static eft_future *next_inner(eft_future *future, bool first)
{
    return first ? ((wait_for *)future)->inner : NULL;
}

static eft__reach inner_asked(eft_future *future, eft__reach reach)
{
    if (reach != EFT__REACH_NONE)
        ((wait_for *)future)->canceled = true;
    return reach;
}

static const eft__forwarding forwarding = {
    .link = offsetof(wait_for, link), .next = next_inner, .done = inner_asked};
static const eft__future_class wait_for_class = {
    .name = "wait_for", .cancel = eft__cancel_through, .forwards = &forwarding};

static void inner_done(eft__node *node)
{
    wait_for *self = EFT__OWNER(node, wait_for, node);
    eft__detail detail = {0};

    eft__timer_stop(eft__loop_here, &self->timed.timer);
    eft_result result = eft__future_consume(self->inner, &detail);
    if (result.error == EFT_ECANCELED && self->expired && !self->canceled) {
        eft__detail_clear(&detail);
        result = eft_failed(EFT_ETIMEDOUT);
    }
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
    const char *reason = eft__refusal(future);
    eft_future *instead;

    if (reason)
        return eft__let_go(&future, 1, eft__future_failed(EFT_EINVAL, reason));
    wait_for *self = eft__future_make(sizeof *self, &wait_for_class, &instead);

    if (!self)
        return eft__let_go(&future, 1, instead);
    self->timed.timer.node.run = expire;
    self->node.run = inner_done;
    self->inner = future;
    if (timeout_ms > 0)
        eft__timer_start(eft__loop_here, &self->timed.timer,
                         eft__deadline_after(timeout_ms));
    eft__future_wait(future, &self->node);
    if (timeout_ms <= 0 && timeout_ms != EFT_FOREVER)
        expire(&self->timed.timer.node);
    return &self->timed.future;
}
