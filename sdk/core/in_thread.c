/* SPDX-License-Identifier: MIT
 * Work of another thread that is waited for, also after a cancel. */
#include "in_thread.h"

#include "eft/error.h"
#include "eft/loop.h"
#include "future.h"

typedef struct in_thread {
    eft_future future;
    eft_future *work; /* one reference */
    eft__node done;   /* waits for it */
    bool canceled;
    void (*hurry)(void *arg);
    void *arg;
} in_thread;

static bool cancel(eft_future *future)
{
    in_thread *self = (in_thread *)future;

    if (!self->canceled && self->hurry)
        self->hurry(self->arg);
    self->canceled = true;
    return true;
}

static const eft__future_class in_thread_class = {.name = "in_thread",
                                                  .cancel = cancel};

static void work_done(eft__node *node)
{
    in_thread *self = EFT__OWNER(node, in_thread, done);
    eft__detail detail = {0};
    eft_result result = eft__future_consume(self->work, &detail);

    if (self->canceled) {
        eft_result_free(result);
        eft__future_fail(&self->future, EFT_ECANCELED, NULL);
    } else {
        eft__future_settle(&self->future, result, &detail);
    }
    eft__detail_clear(&detail);
}

eft_future *eft__in_thread(eft_result (*function)(void *arg), void *arg,
                           void (*hurry)(void *arg))
{
    eft_future *instead;
    in_thread *self =
        eft__future_make(sizeof *self, &in_thread_class, &instead);

    if (!self)
        return instead;
    self->hurry = hurry;
    self->arg = arg;
    self->done.run = work_done;
    self->work = eft_run_in_executor(function, arg);
    eft__future_wait(self->work, &self->done);
    return &self->future;
}
