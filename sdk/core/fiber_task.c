/* SPDX-License-Identifier: MIT
 * Tasks on fibers: their steps, and eft_await(). */
#include "loop.h"
#include "memory.h"
#include "task.h"

static void step(eft__node *node);

static eft__fiber_task *fiber_task_of(eft__node *node)
{
    return (eft__fiber_task *)EFT__OWNER(node, eft__task, node);
}

static void end(eft__fiber_task *self, eft_result result)
{
    if (self->free_arg)
        self->free_arg(self->arg);
    eft__task_end(&self->task, result);
}

/* Gives a task that has not begun its fiber; false: it has ended instead. */
static bool begin(eft__loop *loop, eft__fiber_task *self)
{
    int32_t error = self->task.future.must_cancel ? EFT_ECANCELED
                                                  : eft__fiber_take(loop, self);

    if (error)
        end(self, eft_failed(error));
    return !error;
}

static void step(eft__node *node)
{
    eft__fiber_task *self = fiber_task_of(node);
    eft__loop *loop = eft__loop_here;

    if (self->task.future.sleeping) {
        eft__task_wake(&self->task);
        return;
    }
    if (!self->fiber && !begin(loop, self))
        return;
    loop->running = self->fiber;
    loop->current = &self->task;
    if (eft_target_fiber_resume(self->fiber->target)) {
        loop->current = NULL;
        loop->running = NULL;
    } else {
        loop->away = true;
    }
}

/* The task that is to run next, out of the ready queue, if it can be switched
 * to from a fiber's stack: what is not a fiber runs on the loop's. */
static eft__fiber_task *take_next(eft__loop *loop)
{
    eft__node *node = loop->ready;

    if (!eft_target_fiber_hands_over || !node || node->run != step)
        return NULL;
    eft__fiber_task *next = fiber_task_of(node);
    if (next->task.future.sleeping || eft__slice_is_over(loop))
        return NULL;
    if (!next->fiber && (next->task.future.must_cancel || !loop->idle_fibers ||
                         eft__fiber_take(loop, next)))
        return NULL;
    eft__queue_remove(&loop->ready, node);
    return next;
}

void eft__fiber_leave(eft__loop *loop, eft__fiber *fiber)
{
    eft__fiber_task *next = take_next(loop);

    if (!next) {
        eft_target_fiber_park(fiber->target);
        return;
    }
    loop->running = next->fiber;
    loop->current = &next->task;
    if (next->fiber != fiber)
        eft_target_fiber_hand_over(fiber->target, next->fiber->target);
}

void eft__task_run(eft__fiber_task *self)
{
    end(self, self->task.body(self->arg));
}

void eft__task_die(eft__fiber_task *self, int32_t error, const char *text)
{
    eft__task *task = &self->task;
    eft__detail detail = {0};

    self->fiber = NULL;
    if (task->future.sleeping) {
        eft__timer_stop(eft__loop_here, &task->timer);
        task->future.sleeping = false;
    } else if (task->awaiting) {
        eft__future_unwait(task->awaiting, &task->node);
        eft_future_free(task->awaiting);
    } else if (task->node.next) {
        eft__queue_remove(&eft__loop_here->ready, &task->node);
    }
    task->awaiting = NULL;
    task->future.must_cancel = false;
    eft__detail_copy(&detail, error, text);
    eft__task_say(task, detail);
    end(self, eft_failed(error));
}

static eft_future *spawn(const eft__future_class *type, eft_body *body,
                         void *arg, void (*free_arg)(void *arg))
{
    eft_future *instead;
    eft__fiber_task *self =
        eft__task_make(sizeof *self, type, body, step, &instead);

    if (!self) {
        if (free_arg)
            free_arg(arg);
        return instead;
    }
    self->fiber = NULL;
    self->arg = arg;
    self->free_arg = free_arg;
    return &self->task.future;
}

eft_future *eft__spawn_operation(eft_body *body, void *arg,
                                 void (*free_arg)(void *arg))
{
    return spawn(&eft__operation_class, body, arg, free_arg);
}

eft_future *eft_spawn(eft_body *body, void *arg)
{
    return spawn(&eft__task_class, body, arg, NULL);
}

eft_future *eft_spawn_owned(eft_body *body, void *arg,
                            void (*free_arg)(void *arg))
{
    return spawn(&eft__task_class, body, arg, free_arg);
}

/* Why the current task cannot be suspended here, or NULL. */
static const char *cannot_park(const eft__task *task)
{
    if (!task)
        return "await outside of a task: there is nothing to suspend";
    if (task->future.stackless)
        return "await in a task of steps: use EFT_STEP_AWAIT";
    if (!eft_target_fiber_may_park(
            ((const eft__fiber_task *)task)->fiber->target))
        return "await in code that JavaScript called: its frames cannot be "
               "suspended";
    return NULL;
}

static eft_result wait(eft__loop *loop, eft_future *future)
{
    eft__task *task = loop ? loop->current : NULL;
    const char *refusal = cannot_park(task);

    if (refusal)
        return eft__await_refused(future, EFT_EDEADLK, refusal);
    refusal = eft__task_refusal(task, future);
    if (refusal)
        return eft__await_refused(future, EFT_EINVAL, refusal);
    eft__task_wait(loop, task, future);
    eft__fiber_leave(loop, ((eft__fiber_task *)task)->fiber);
    loop->current = task;
    return eft__task_waited(loop, task);
}

eft_result eft_await(eft_future *future)
{
    if (!future)
        return eft_failed(EFT_EINVAL);
    if (!future->complete || future == &eft__yield)
        return wait(eft__loop_here, future);
    return eft__task_take(eft__loop_here, future);
}
