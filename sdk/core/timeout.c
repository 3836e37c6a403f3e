/* SPDX-License-Identifier: MIT
 * Timeout scopes: a stretch of a task that has a deadline. */
#include "eft/timeout.h"

#include "combine.h"
#include "loop.h"
#include "task.h"

/* ACTIVE --deadline--> EXPIRED (its task was cancelled)
 *    |                    |
 *    +------- close ------+----> (freed) */
struct eft_timeout_scope {
    eft__timed timed;      /* a future in disguise: only they have timers */
    eft_future *task;      /* that opened it; one reference */
    int64_t when;          /* the deadline, or EFT_FOREVER */
    uint32_t cancel_count; /* the task's when it was opened */
    bool expired;
};

static bool refuse_cancel(eft_future *future)
{
    (void)future;
    return false;
}

static const eft__future_class scope_class = {.name = "timeout_scope",
                                              .cancel = refuse_cancel};

static void expire(eft__node *node)
{
    eft_timeout_scope *self =
        EFT__OWNER(node, eft_timeout_scope, timed.timer.node);

    self->expired = true;
    eft_cancel(self->task);
}

static void arm(eft_timeout_scope *self, int64_t when_ms)
{
    struct eft__loop *loop = eft__loop_here;

    self->when = when_ms;
    if (when_ms == EFT_FOREVER)
        return;
    if (when_ms > eft_now())
        eft__timer_start(loop, &self->timed.timer, when_ms);
    else
        eft__loop_ready(loop, &self->timed.timer.node);
}

static void free_scope(eft_timeout_scope *self)
{
    eft_future *task = self->task;

    eft__timer_stop(eft__loop_here, &self->timed.timer);
    eft__future_complete(&self->timed.future, eft_ok());
    eft_future_free(&self->timed.future);
    eft__task_unkeep(task);
}

eft_timeout_scope *eft_timeout_scope_open_at(int64_t when_ms)
{
    eft_future *task = eft__task_keep();
    eft_future *instead;

    if (!task)
        return NULL;
    eft_timeout_scope *self =
        eft__future_make(sizeof *self, &scope_class, &instead);
    if (!self) {
        eft__task_unkeep(task);
        eft_future_free(instead);
        return NULL;
    }
    self->timed.timer.node.run = expire;
    self->task = task;
    self->cancel_count = eft_cancel_count(task);
    arm(self, when_ms);
    return self;
}

eft_timeout_scope *eft_timeout_scope_open(int64_t delay_ms)
{
    if (delay_ms == EFT_FOREVER)
        return eft_timeout_scope_open_at(EFT_FOREVER);
    return eft_timeout_scope_open_at(
        delay_ms > 0 ? eft__deadline_after(delay_ms) : eft_now());
}

void eft_timeout_scope_reschedule(eft_timeout_scope *scope, int64_t when_ms)
{
    if (!scope || scope->expired)
        return;
    eft__timer_stop(eft__loop_here, &scope->timed.timer);
    arm(scope, when_ms);
}

int64_t eft_timeout_scope_when(const eft_timeout_scope *scope)
{
    return scope ? scope->when : EFT_FOREVER;
}

bool eft_timeout_scope_expired(const eft_timeout_scope *scope)
{
    return scope && scope->expired;
}

/* Why the opening of a scope gave NULL. */
static int32_t refusal(void)
{
    const eft_future *task = eft_current_task();

    if (!task)
        return EFT_EDEADLK;
    return task->own == EFT__OWN_MOST ? EFT_ELIMIT : EFT_ENOMEM;
}

static eft_result say(int32_t error)
{
    eft__detail_say((eft__detail){.error = error});
    return eft_failed(error);
}

eft_result eft_timeout_scope_close(eft_timeout_scope *scope, eft_result result)
{
    if (!scope) {
        if (result.error)
            return result;
        eft_result_free(result);
        return say(refusal());
    }
    /* Where others have cancelled the task too, the cancel is theirs. */
    bool its_own =
        scope->expired && eft_uncancel(scope->task) <= scope->cancel_count;

    free_scope(scope);
    return its_own && result.error == EFT_ECANCELED ? say(EFT_ETIMEDOUT)
                                                    : result;
}
