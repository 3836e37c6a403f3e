/* SPDX-License-Identifier: MIT
 * Tasks on fibers: their steps, and eft_await(). */
#include <stdlib.h>

#include "debug.h"
#include "loop.h"
#include "memory.h"
#include "task.h"
#include "waiter.h"

/* What the core reaches only once a task has been spawned, so that a program of
 * steps alone is linked without fibers. */
static const eft__fiber_hooks hooks = {eft_await, eft__fiber_pool_fini};

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

/* Why there is no fiber, where the code says too little; else NULL. */
static const char *sentence_of(int32_t error)
{
    if (error == EFT_ENOTSUP)
        return "this build has no fibers: use tasks of steps (eft/step.h)";
    return error == EFT_ELIMIT ? "too many fibers" : NULL;
}

/* Gives a task that has not begun its fiber; false: it has ended instead. */
static bool begin(eft__loop *loop, eft__fiber_task *self)
{
    int32_t error = self->task.future.must_cancel ? EFT_ECANCELED
                                                  : eft__fiber_take(loop, self);

    const char *sentence = sentence_of(error);

    if (sentence)
        eft__task_say(&self->task, (eft__detail){sentence, error, false});
    if (error)
        end(self, eft_failed(error));
    return !error;
}

static void step(eft__node *node)
{
    eft__fiber_task *self = fiber_task_of(node);
    eft__loop *loop = eft__loop_here;

    if (!self->fiber && !begin(loop, self))
        return;
    loop->running = self->fiber;
    loop->current = &self->task;
    if (eft_target_fiber_resume(self->fiber->target))
        loop->running = NULL;
    else
        loop->away = true;
}

/* The task that is to run next, out of the ready queue, if it can be switched
 * to from a fiber's stack.  The turns of waiters before it are taken here; what
 * calls the program's functions runs on the loop's stack. */
static inline eft__fiber_task *take_next(eft__loop *loop)
{
    if (!eft_target_fiber_hands_over)
        return NULL;
    for (;;) {
        eft__node *node = loop->ready;

        if (!node || (node->run != step && node->run != eft__waiter_turn) ||
            loop->debug || eft__slice_is_over(loop))
            return NULL;
        if (node->run == step)
            break;
        loop->current = NULL;
        eft__waiter_turn(eft__queue_pop(&loop->ready));
    }
    eft__fiber_task *next = fiber_task_of(loop->ready);
    if (!next->fiber && (next->task.future.must_cancel || !loop->idle_fibers ||
                         eft__fiber_take(loop, next)))
        return NULL;
    (void)eft__queue_pop(&loop->ready);
    return next;
}

static inline void leave(eft__loop *loop, eft__fiber *fiber)
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

void eft__fiber_leave(eft__loop *loop, eft__fiber *fiber)
{
    leave(loop, fiber);
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

static const eft__task_class task_class = {{.name = "task",
                                            .cancel = eft__task_cancel,
                                            .forwards = &eft__task_forwarding,
                                            .detaches = true},
                                           step};
static const eft__task_class operation_class = {
    {.name = "operation",
     .cancel = eft__task_cancel,
     .forwards = &eft__task_forwarding},
    step};

static eft_future *spawn(const eft__task_class *type, const char *where,
                         eft_body *body, void *arg, void (*free_arg)(void *arg))
{
    eft_future *instead = NULL;
    eft__fiber_task *self = NULL;

    if (body)
        self = eft__task_make(sizeof *self, type, body, step, &instead);
    else
        instead = eft__future_failed(EFT_EINVAL, "there is no body");
    if (!self) {
        if (free_arg)
            free_arg(arg);
        return instead;
    }
    eft__loop_here->fibers = &hooks;
    self->fiber = NULL;
    self->arg = arg;
    self->free_arg = free_arg;
    eft__debug_spawned(&self->task, where);
    return &self->task.future;
}

eft_future *eft__spawn_operation(eft_body *body, void *arg,
                                 void (*free_arg)(void *arg))
{
    return spawn(&operation_class, NULL, body, arg, free_arg);
}

eft_future *eft_spawn_at(const char *where, eft_body *body, void *arg)
{
    return spawn(&task_class, where, body, arg, NULL);
}

eft_future *eft_spawn_owned_at(const char *where, eft_body *body, void *arg,
                               void (*free_arg)(void *arg))
{
    return spawn(&task_class, where, body, arg, free_arg);
}

eft_future *(eft_spawn)(eft_body *body, void *arg)
{
    return eft_spawn_at(NULL, body, arg);
}

eft_future *(eft_spawn_owned)(eft_body *body, void *arg,
                              void (*free_arg)(void *arg))
{
    return eft_spawn_owned_at(NULL, body, arg, free_arg);
}

/* Refuses an await where nothing can be suspended. */
static eft_result refuse(eft_future *future)
{
    const eft__loop *loop = eft__loop_here;
    const eft__task *task = loop ? loop->current : NULL;
    const char *sentence = "await in code that JavaScript called: its frames "
                           "cannot be suspended";

    if (!task)
        sentence = "await outside of a task";
    else if (task->future.stackless)
        sentence = "await in a task of steps: use EFT_STEP_AWAIT";
    return eft__await_refused(future, EFT_EDEADLK, sentence);
}

/* The task that can be suspended here, or NULL. */
static inline eft__fiber_task *current(const eft__loop *loop)
{
    eft__task *task = loop ? loop->current : NULL;
    eft__fiber_task *self = (eft__fiber_task *)task;

    if (!task || task->future.stackless ||
        !eft_target_fiber_may_park(self->fiber->target))
        return NULL;
    return self;
}

static eft_result yield(void)
{
    eft__loop *loop = eft__loop_here;
    eft__fiber_task *self = current(loop);

    if (!self)
        return refuse(&eft__yield);
    eft__queue_append(&loop->ready, &self->task.node);
    leave(loop, self->fiber);
    return eft__task_waited(&self->task);
}

static eft_result wait(eft_future *future)
{
    eft__loop *loop = eft__loop_here;
    eft__fiber_task *self = current(loop);

    if (!self)
        return refuse(future);
    const char *refusal = eft__task_refusal(&self->task, future);
    if (refusal)
        return eft__await_refused(future, EFT_EINVAL, refusal);
    eft__task_wait(loop, &self->task, future);
    leave(loop, self->fiber);
    return eft__task_waited(&self->task);
}

eft_result eft_await(eft_future *future)
{
    if (future == &eft__yield)
        return yield();
    if (!future)
        return eft_failed(EFT_EINVAL);
    return future->complete ? eft__task_take(future) : wait(future);
}

int eft_run(eft_body *app, void *arg)
{
    eft__loop *loop = eft__run_open();

    return loop ? eft__run_app(loop, eft_spawn_at("eft_run", app, arg))
                : EXIT_FAILURE;
}
