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

static bool cancel_task(eft_future *future);

const eft__future_class eft__task_class = {
    .name = "task", .cancel = cancel_task, .forwards = true, .detaches = true};
const eft__future_class eft__operation_class = {
    .name = "operation", .cancel = cancel_task, .forwards = true};

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
static bool cancel_task(eft_future *future)
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

void *eft__task_make(size_t size, const eft__future_class *type, eft_body *body,
                     void (*run)(eft__node *node), eft_future **instead)
{
    eft__loop *loop = eft__loop_here;

    *instead = eft__future_refusal(loop);
    if (*instead)
        return NULL;
    eft__task *task = eft__alloc(size);
    if (!task) {
        *instead = eft__future_no_memory();
        return NULL;
    }
    *task = (eft__task){.body = body};
    eft__future_init(&task->future, type, loop->number);
    task->node.run = run;
    link_task(loop, task);
    eft__loop_ready(loop, &task->node);
    return task;
}

void eft__task_end(eft__task *task, eft_result result)
{
    eft__loop *loop = eft__loop_here;
    eft__detail said = {task->said, task->future.said_error,
                        task->future.owns_said};

    if (task->future.must_cancel && !result.error &&
        result.kind == EFT_KIND_PLAIN) {
        /* Asked for, and never noticed by an await: the task ends cancelled, as
         * asyncio's does.  An error stays what it is, as there; and an owned
         * value is not lost. */
        result = eft_failed(EFT_ECANCELED);
    }
    if (loop->current == task)
        loop->current = NULL;
    unlink_task(loop, task);
    if (loop->state != EFT__LOOP_RUNNING || &task->future == loop->app)
        eft__loop_task_ended(loop, task);
    if (result.error)
        eft__future_fail_move(&task->future, result.error, &said);
    else
        eft__future_complete(&task->future, result);
    eft__detail_clear(&said);
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
    eft__future_discard(future);
    return true;
}

void eft__task_wait(eft__loop *loop, eft__task *task, eft_future *future)
{
    if (future == &eft__yield) {
        eft__queue_append(&loop->ready, &task->node);
        return;
    }
    if (sleep_instead(loop, task, future))
        return;
    task->awaiting = future;
    eft__queue_append(&future->waiters, &task->node);
    if (task->future.must_cancel && eft_cancel(future))
        task->future.must_cancel = false;
}

static eft_result canceled(eft__task *task)
{
    task->future.must_cancel = false;
    eft__task_say(task, (eft__detail){NULL, EFT_ECANCELED, false});
    return eft_failed(EFT_ECANCELED);
}

eft_result eft__task_take(eft__loop *loop, eft_future *future)
{
    eft__detail detail = {0};
    eft_result result = eft__future_consume(future, &detail);

    (void)loop;
    if (result.error)
        eft__detail_say(detail);
    return result;
}

eft_result eft__task_waited(eft__loop *loop, eft__task *task)
{
    eft_future *future = task->awaiting;

    if (!future)
        return task->future.must_cancel ? canceled(task) : eft_ok();
    task->awaiting = NULL;
    /* A second cancel on the way of the first is one with it. */
    if (future->result.error == EFT_ECANCELED)
        task->future.must_cancel = false;
    return eft__task_take(loop, future);
}
