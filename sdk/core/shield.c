/* SPDX-License-Identifier: MIT
 * eft_shield: a future that is cancelled in place of another. */
#include "combine.h"

/* Design notes.  The shield holds a reference to itself until the inner future
 * has ended: so dropping or cancelling it never reaches the inner one, and that
 * one is held whoever goes. */

typedef struct shield {
    eft_future future;
    eft__node node;    /* waits for inner */
    eft_future *inner; /* one reference */
} shield;

static const eft__future_class shield_class = {
    .name = "shield", .cancel = eft__future_cancel_now};

static void inner_done(eft__node *node)
{
    shield *self = EFT__OWNER(node, shield, node);

    if (self->future.complete) {
        /* Nobody looks at the end of inner: it is as if it had been dropped. */
        eft_future_free(self->inner);
    } else {
        eft__detail detail = {0};
        eft_result result = eft__future_consume(self->inner, &detail);

        eft__future_settle(&self->future, result, &detail);
        eft__detail_clear(&detail);
    }
    eft_future_free(&self->future);
}

/* Gives future up, which goes on where it is a task: no failure of the waiting
 * is to end it. */
static eft_future *let_go_on(eft_future *future, eft_future *instead)
{
    eft_future_free(future);
    return instead;
}

eft_future *eft_shield(eft_future *future)
{
    const char *reason = eft__refusal(future);
    eft_future *instead;

    if (reason)
        return let_go_on(future, eft__future_failed(EFT_EINVAL, reason));
    if (future->complete)
        return future;
    shield *self = eft__future_make(sizeof *self, &shield_class, &instead);

    if (!self)
        return let_go_on(future, instead);
    self->node.run = inner_done;
    self->inner = future;
    eft_future_ref(&self->future);
    eft__future_wait(future, &self->node);
    return &self->future;
}
