/* SPDX-License-Identifier: MIT
 * Tasks: their steps, their end, and eft_await(). */
#include "task.h"

#include "loop.h"
#include "memory.h"

/* Design notes.  A task's memory is kept by its references and by being
 * pending.  While it waits it holds the reference to what it awaits that
 * eft_await() consumed, so the future cannot go before the task has looked at
 * its result.  Cancelling never touches the stack of the task: it cancels what
 * the task waits for, or leaves a note for its next await. */

static bool cancel_task(eft_future *future);

static void fini_task(eft_future *future)
{
    eft__detail_clear(&((eft__task *)future)->said);
}

static const eft__future_class task_class = {.name = "task",
                                             .cancel = cancel_task,
                                             .forwards = true,
                                             .detaches = true,
                                             .fini = fini_task};
static const eft__future_class operation_class = {.name = "operation",
                                                  .cancel = cancel_task,
                                                  .forwards = true,
                                                  .fini = fini_task};

/* Ends a wait that cannot end by itself: its await gives EFT_ECANCELED. */
static void break_wait(eft__task *task)
{
    eft_future *awaiting = task->awaiting;

    task->awaiting = NULL;
    task->must_cancel = true;
    eft__future_unwait(awaiting, &task->node);
    eft_future_free(awaiting);
    eft__loop_ready(task->future.loop, &task->node);
}

static void cancel_awaited(eft__task *task)
{
    if (task->awaiting && eft_cancel(task->awaiting))
        return;
    task->must_cancel = true;
    task->future.loop->cancel_reached = true;
}

/* Tasks that wait for each other may form long chains, trees and rings. So a
 * cancel visits each task once, from a list and not by recursion: what is met
 * on the way is appended.  Where it reaches nothing that could end, the tasks
 * wait for each other, and the wait of the first is broken. */
static bool cancel_task(eft_future *future)
{
    eft__task *first = (eft__task *)future;
    eft__loop *loop = future->loop;

    if (first->canceling)
        return true;
    first->canceling = true;
    first->cancel_requests++;
    first->cancel_next = NULL;
    if (loop->cancel_last) {
        loop->cancel_last->cancel_next = first;
        loop->cancel_last = first;
        return true;
    }
    loop->cancel_last = first;
    loop->cancel_reached = false;
    for (eft__task *task = first; task; task = task->cancel_next)
        cancel_awaited(task);
    loop->cancel_last = NULL;
    if (!loop->cancel_reached)
        break_wait(first);
    for (eft__task *task = first; task; task = task->cancel_next)
        task->canceling = false;
    return true;
}

static void link_task(eft__loop *loop, eft__task *task)
{
    task->previous = loop->last_task;
    if (loop->last_task)
        loop->last_task->next = task;
    else
        loop->tasks = task;
    loop->last_task = task;
}

static void unlink_task(eft__loop *loop, eft__task *task)
{
    if (task->next)
        task->next->previous = task->previous;
    else
        loop->last_task = task->previous;
    if (task->previous)
        task->previous->next = task->next;
    else
        loop->tasks = task->next;
}

static void end(eft__task *task, eft_result result)
{
    eft__loop *loop = task->future.loop;

    if (task->must_cancel && !result.error && result.kind == EFT_KIND_PLAIN) {
        /* Asked for, and never noticed by an await: the task ends cancelled, as
         * asyncio's does.  An error stays what it is, as there; and an owned
         * value is not lost. */
        result = eft_failed(EFT_ECANCELED);
    }
    if (task->free_arg)
        task->free_arg(task->arg);
    if (result.error && task->said.error == result.error)
        eft__detail_move(&task->future.detail, &task->said);
    unlink_task(loop, task);
    eft__loop_task_ended(loop, task);
    eft__future_complete(&task->future, result);
}

static void step(eft__node *node)
{
    eft__task *task = EFT__OWNER(node, eft__task, node);
    eft__loop *loop = task->future.loop;

    if (!task->fiber) {
        int32_t error =
            task->must_cancel ? EFT_ECANCELED : eft__fiber_take(loop, task);

        if (error) {
            end(task, eft_failed(error));
            return;
        }
    }
    loop->running = task->fiber;
    loop->current = task;
    if (eft_target_fiber_resume(task->fiber->target)) {
        loop->current = NULL;
        loop->running = NULL;
    } else {
        loop->away = true;
    }
}

void eft__task_run(eft__task *task)
{
    eft__loop *loop = task->future.loop;
    eft_result result = task->body(task->arg);

    end(task, result);
    loop->current = NULL;
}

void eft__task_die(eft__task *task, int32_t error, const char *detail)
{
    eft_future *awaiting = task->awaiting;

    task->fiber = NULL;
    task->awaiting = NULL;
    if (awaiting) {
        eft__future_unwait(awaiting, &task->node);
        eft_future_free(awaiting);
    } else if (task->node.next) {
        eft__queue_remove(&task->future.loop->ready, &task->node);
    }
    task->must_cancel = false;
    eft__detail_copy(&task->said, error, detail);
    end(task, eft_failed(error));
}

static eft_future *spawn(const eft__future_class *type, eft_body *body,
                         void *arg, void (*free_arg)(void *arg))
{
    eft_future *instead;
    eft__task *task = eft__future_make(sizeof *task, type, &instead);

    if (!task) {
        if (free_arg)
            free_arg(arg);
        return instead;
    }
    task->node.run = step;
    task->body = body;
    task->arg = arg;
    task->free_arg = free_arg;
    link_task(task->future.loop, task);
    eft__loop_ready(task->future.loop, &task->node);
    return &task->future;
}

eft_future *eft__spawn_operation(eft_body *body, void *arg,
                                 void (*free_arg)(void *arg))
{
    return spawn(&operation_class, body, arg, free_arg);
}

eft_future *eft_spawn(eft_body *body, void *arg)
{
    return spawn(&task_class, body, arg, NULL);
}

eft_future *eft_spawn_owned(eft_body *body, void *arg,
                            void (*free_arg)(void *arg))
{
    return spawn(&task_class, body, arg, free_arg);
}

/* Leaves the fiber until the task's node runs again. */
static void park(eft__loop *loop, eft__task *task)
{
    eft_target_fiber_park(task->fiber->target);
    loop->current = task;
}

/* Why the current task cannot wait for future, or NULL. */
static const char *refusal(const eft__loop *loop, const eft_future *future,
                           int32_t *error)
{
    const eft__task *task = loop ? loop->current : NULL;

    *error = EFT_EDEADLK;
    if (!task)
        return "await outside of a task: there is nothing to suspend";
    if (!eft_target_fiber_may_park(task->fiber->target))
        return "await in code that JavaScript called: its frames cannot be "
               "suspended";
    *error = EFT_EINVAL;
    if (future == &task->future)
        return "a task cannot await itself";
    if (eft__future_is_foreign(future))
        return eft__foreign;
    return NULL;
}

static eft_result yield(eft__loop *loop, eft__task *task)
{
    eft__queue_append(&loop->ready, &task->node);
    park(loop, task);
    if (!task->must_cancel)
        return eft_ok();
    task->must_cancel = false;
    eft__detail_set(&task->said, EFT_ECANCELED, NULL);
    return eft_failed(EFT_ECANCELED);
}

/* Waits for a pending future; false: the wait was broken, and the reference is
 * gone. */
static bool wait(eft__loop *loop, eft__task *task, eft_future *future)
{
    task->awaiting = future;
    eft__queue_append(&future->waiters, &task->node);
    if (task->must_cancel && eft_cancel(future))
        task->must_cancel = false;
    park(loop, task);
    if (!task->awaiting) {
        task->must_cancel = false;
        return false;
    }
    task->awaiting = NULL;
    /* A second cancel on the way of the first is one with it. */
    if (future->result.error == EFT_ECANCELED)
        task->must_cancel = false;
    return true;
}

eft_result eft_await(eft_future *future)
{
    eft__loop *loop = eft__loop_here;

    if (!future)
        return eft_failed(EFT_EINVAL);
    if (!future->complete || future == &eft__yield) {
        int32_t error;
        const char *reason = refusal(loop, future, &error);

        if (reason) {
            eft_future_free(future);
            eft__detail_set(eft__detail_here(), error, reason);
            return eft_failed(error);
        }
        if (future == &eft__yield)
            return yield(loop, loop->current);
        if (!wait(loop, loop->current, future)) {
            eft__detail_set(eft__detail_here(), EFT_ECANCELED, NULL);
            return eft_failed(EFT_ECANCELED);
        }
    }
    return eft__future_consume(future, eft__detail_here());
}
