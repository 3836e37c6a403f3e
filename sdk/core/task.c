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

    task->future.broken = true;
    eft__future_unwait(awaiting, &task->node);
    eft_future_free(awaiting);
    eft__task_wake(task);
}

/* Ends the task's own sleep, which nothing else ends. */
static void break_sleep(eft__task *task)
{
    eft__timer_stop(eft__loop_here, &task->timer);
    task->future.broken = true;
    eft__task_wake(task);
}

static eft_future *next_awaited(eft_future *future, bool first)
{
    eft__task *task = (eft__task *)future;

    if (!first)
        return NULL;
    future->cancel_requests++;
    return future->sleeping ? NULL : task->awaiting;
}

/* A cancel that came back to the task has met a ring of tasks that wait for
 * each other: it is let out of it. One that met nothing waits for the next
 * await. */
static eft__reach awaited_asked(eft_future *future, eft__reach reach)
{
    eft__task *task = (eft__task *)future;

    if (future->sleeping)
        break_sleep(task);
    else if (reach == EFT__REACH_RING)
        break_wait(task);
    else if (reach == EFT__REACH_NONE)
        future->must_cancel = true;
    return EFT__REACH_SOME;
}

const eft__forwarding eft__task_forwarding = {
    .link = offsetof(eft__task, cancel_link),
    .next = next_awaited,
    .done = awaited_asked};

bool eft__task_cancel(eft_future *future)
{
    eft__task *task = (eft__task *)future;

    /* The short way for the many that sleep. */
    if (!future->sleeping || task->cancel_link)
        return eft__cancel_through(future);
    future->cancel_requests++;
    break_sleep(task);
    return true;
}

/* The task that a future is, or NULL. */
static eft__task *task_of(const eft_future *future)
{
    bool is_task = future && future->type->forwards == &eft__task_forwarding;

    return is_task ? (eft__task *)(uintptr_t)future : NULL;
}

eft_future *eft_current_task(void)
{
    eft__loop *loop = eft__loop_here;

    return loop && loop->current ? &loop->current->future : NULL;
}

uint32_t eft_cancel_count(const eft_future *task)
{
    const eft__task *self = task_of(task);

    return self && !task->complete ? task->cancel_requests : 0;
}

uint32_t eft_uncancel(eft_future *task)
{
    if (!eft_cancel_count(task))
        return 0;
    if (--task->cancel_requests == 0)
        task->must_cancel = false;
    return task->cancel_requests;
}

eft_future *eft__task_keep(void)
{
    eft_future *task = eft_current_task();

    if (!task || task->own == EFT__OWN_MOST)
        return NULL;
    task->own++;
    return eft_future_ref(task);
}

void eft__task_unkeep(eft_future *task)
{
    if (!task->complete)
        task->own--;
    eft_future_free(task);
}

void eft__task_note_cancel(eft_future *future)
{
    if (task_of(future) && !future->complete)
        future->must_cancel = true;
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
    if (loop->watched || &task->future == loop->app)
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
    task->future.broken = false;
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
