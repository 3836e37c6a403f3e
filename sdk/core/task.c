/* SPDX-License-Identifier: MIT
 * Tasks of both kinds: their waits, their cancellation, their end. */
#include "task.h"

#include "loop.h"
#include "memory.h"

/* Design notes.  A task's memory is kept by its references and by being
 * pending.  While it waits it holds the reference to what it awaits that
 * eft_await() consumed, so the future cannot go before the task has looked at
 * its result.  Cancelling never touches the stack of the task: it cancels what
 * the task waits for, or leaves a note for its next await.
 *
 * An await of a sleep that nobody else holds dissolves it: the task's own
 * timer takes its place in the wheel. */

void eft__task_say(eft__task *task, eft__detail detail)
{
    if (task->future.owns_said)
        eft__free((void *)(uintptr_t)task->said);
    task->said = detail.text;
    task->future.said_error = detail.error;
    task->future.owns_said = detail.owned;
}

eft__detail eft__task_said(const eft__task *task)
{
    return (eft__detail){task->said, task->future.said_error, false};
}

void eft__task_wake(eft__task *task)
{
    task->node.run = ((const eft__task_class *)task->future.type)->step;
    task->future.sleeping = false;
    task->awaiting = NULL;
    eft__loop_ready(eft__loop_here, &task->node);
}

/* Ends a wait that cannot end by itself: its await gives EFT_ECANCELED. */
static void break_wait(eft__task *task)
{
    eft_future *awaiting = task->awaiting;

    task->future.must_cancel = true;
    eft__future_unwait(awaiting, &task->node);
    eft_future_free(awaiting);
    eft__task_wake(task);
}

static void cancel_awaited(eft__task *task)
{
    eft__loop *loop = eft__loop_here;

    if (task->future.sleeping) {
        eft__timer_stop(loop, &task->timer);
        eft__task_wake(task);
    } else if (task->awaiting && eft_cancel(task->awaiting)) {
        return;
    }
    task->future.must_cancel = true;
    loop->cancel_reached = true;
}

/* Tasks that wait for each other may form long chains, trees and rings. So a
 * cancel visits each task once, from a list and not by recursion: what is met
 * on the way is appended.  Where it reaches nothing that could end, the tasks
 * wait for each other, and the wait of the first is broken. */
bool eft__task_cancel(eft_future *future)
{
    eft__task *first = (eft__task *)future;
    eft__loop *loop = eft__loop_here;

    if (first->future.canceling)
        return true;
    first->future.canceling = true;
    first->future.cancel_requests++;
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
        task->future.canceling = false;
    return true;
}

/* Ends one with an error, or to which something was said. */
static void end_with_care(eft__task *task, eft_result result)
{
    eft__detail said = {task->said, task->future.said_error,
                        task->future.owns_said};

    eft__future_settle(&task->future, result, &said);
    eft__detail_clear(&said);
}

void eft__task_end(eft__task *task, eft_result result)
{
    eft__loop *loop = eft__loop_here;

    if (task->future.must_cancel && !result.error &&
        result.kind == EFT_KIND_PLAIN) {
        /* Asked for, and never noticed by an await: the task ends cancelled, as
         * asyncio's does.  An error stays what it is, as there; and an owned
         * value is not lost. */
        result = eft_failed(EFT_ECANCELED);
    }
    loop->current = loop->current == task ? NULL : loop->current;
    eft__list_remove(&task->link);
    if (loop->state != EFT__LOOP_RUNNING || &task->future == loop->app)
        eft__loop_task_ended(loop, task);
    if (result.error | task->future.said_error)
        end_with_care(task, result);
    else
        eft__future_finish(&task->future, result);
}

const char *eft__task_refusal(const eft__task *task, const eft_future *future)
{
    if (future == &task->future)
        return "a task cannot await itself";
    if (eft__future_is_foreign(future))
        return eft__foreign;
    return NULL;
}

eft_result eft__await_refused(eft_future *future, int32_t error,
                              const char *sentence)
{
    eft_future_free(future);
    eft__detail_say((eft__detail){sentence, error, false});
    return eft_failed(error);
}

/* The task's own timer: as a sleep's future would, it makes the task ready, and
 * does not run it at once. */
static void wake_up(eft__node *node)
{
    eft__task_wake(EFT__OWNER(node, eft__task, node));
}

/* Dissolves a sleep that is this task's alone and has not ended. */
static bool sleep_instead(eft__loop *loop, eft__task *task, eft_future *future)
{
    eft__timer *timer = &((eft__timed *)future)->timer;

    if (future->type != &eft__sleep_class || future->references != 1 ||
        future->waiters || task->future.must_cancel)
        return false;
    if (timer->deadline)
        eft__timer_replace(loop, timer, &task->timer);
    else if (timer->node.next)
        return false; /* its time has come */
    task->future.sleeping = true;
    task->node.run = wake_up;
    eft__future_discard(future);
    return true;
}

void eft__task_wait(eft__loop *loop, eft__task *task, eft_future *future)
{
    if (sleep_instead(loop, task, future))
        return;
    task->awaiting = future;
    eft__queue_append(&future->waiters, &task->node);
    if (task->future.must_cancel && eft_cancel(future))
        task->future.must_cancel = false;
}

eft_result eft__task_canceled(eft__task *task)
{
    task->future.must_cancel = false;
    eft__task_say(task, (eft__detail){NULL, EFT_ECANCELED, false});
    return eft_failed(EFT_ECANCELED);
}

eft_result eft__task_take_with_care(eft_future *future)
{
    eft__detail detail = {.error = future->result.error};
    eft_result result;

    if (detail.error && !future->result.ptr) {
        if (future->references != EFT__CONSTANT)
            future->taken = true;
        eft__future_unref(future);
        result = eft_failed(detail.error);
    } else {
        result = eft__future_consume(future, &detail);
    }
    if (result.error)
        eft__detail_say(detail);
    return result;
}
