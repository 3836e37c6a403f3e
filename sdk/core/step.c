/* SPDX-License-Identifier: MIT
 * Tasks of steps: bodies without a stack. */
#include "eft/step.h"

#include <stdlib.h>
#include <string.h>

#include "debug.h"
#include "loop.h"
#include "memory.h"
#include "task.h"

/* The state of the body lies behind the task, and before it, if there is one,
 * the function that frees what it holds. */
typedef struct step_task {
    eft__task task;
    int64_t state[];
} step_task;

typedef void fini_function(void *state);

typedef struct owning_step_task {
    eft__task task;
    fini_function *fini;
    int64_t state[];
} owning_step_task;

static void *state_of(eft__task *task)
{
    return (char *)(task + 1) +
           task->future.owns_state * (sizeof(owning_step_task) - sizeof *task);
}

static void end(eft__task *task, eft_result result)
{
    if (task->future.owns_state) {
        owning_step_task *self = (owning_step_task *)task;

        self->fini(self->state);
    }
    eft__task_end(task, result);
}

static void step(eft__node *node)
{
    eft__task *task = EFT__OWNER(node, eft__task, node);

    eft__loop_here->current = task;
    eft_result result = task->body(state_of(task));
    if (!eft_step_is_waiting(result))
        end(task, result);
}

static void begin(eft__node *node)
{
    eft__task *task = EFT__OWNER(node, eft__task, node);

    node->run = step;
    if (task->future.must_cancel)
        end(task, eft_failed(EFT_ECANCELED));
    else
        step(node);
}

static const eft__task_class steps_class = {{.name = "task of steps",
                                             .cancel = eft__task_cancel,
                                             .forwards = &eft__task_forwarding,
                                             .detaches = true},
                                            step};

static eft_future *spawn(const char *where, eft_body *steps, const void *state,
                         size_t size, fini_function *fini)
{
    size_t head = fini ? sizeof(owning_step_task) : sizeof(step_task);
    eft_future *instead = NULL;
    eft__task *task = NULL;

    if (!steps)
        instead = eft__future_failed(EFT_EINVAL, "there is no body");
    else if (size <= SIZE_MAX - head)
        task =
            eft__task_make(head + size, &steps_class, steps, begin, &instead);
    if (!task) {
        if (fini)
            fini((void *)(uintptr_t)state);
        return instead ? instead : eft__future_no_memory();
    }
    task->future.stackless = true;
    if (fini) {
        task->future.owns_state = true;
        ((owning_step_task *)task)->fini = fini;
    }
    if (size)
        memcpy(state_of(task), state, size);
    eft__debug_spawned(task, where);
    return &task->future;
}

eft_future *eft_spawn_steps_at(const char *where, eft_body *steps,
                               const void *state, size_t size)
{
    return spawn(where, steps, state, size, NULL);
}

eft_future *eft_spawn_steps_owned_at(const char *where, eft_body *steps,
                                     const void *state, size_t size,
                                     void (*fini)(void *state))
{
    return spawn(where, steps, state, size, fini);
}

eft_future *(eft_spawn_steps)(eft_body *steps, const void *state, size_t size)
{
    return spawn(NULL, steps, state, size, NULL);
}

eft_future *(eft_spawn_steps_owned)(eft_body *steps, const void *state,
                                    size_t size, void (*fini)(void *state))
{
    return spawn(NULL, steps, state, size, fini);
}

/* Where there is no task at all. */
static eft_result await_nowhere(eft_future *future)
{
    if (future->complete && future != &eft__yield)
        return eft__task_take(future);
    return eft__await_refused(future, EFT_EDEADLK, "await outside of a task");
}

/* Not a yield, or not in a task of steps. */
static eft_result await_with_care(eft__loop *loop, eft_future *future)
{
    eft__task *task = loop ? loop->current : NULL;

    if (!future)
        return eft_failed(EFT_EINVAL);
    if (!task || !task->future.stackless)
        return loop && loop->fibers ? loop->fibers->await(future)
                                    : await_nowhere(future);
    if (future->complete)
        return eft__task_take(future);
    const char *refusal = eft__task_refusal(task, future);
    if (refusal)
        return eft__await_refused(future, EFT_EINVAL, refusal);
    eft__task_wait(loop, task, future);
    return eft_step_waiting();
}

eft_result eft_step_await(eft_future *future)
{
    eft__loop *loop = eft__loop_here;

    if (future != &eft__yield || !loop || !loop->current ||
        !loop->current->future.stackless)
        return await_with_care(loop, future);
    eft__queue_append(&loop->ready, &loop->current->node);
    return eft_step_waiting();
}

eft_result eft_step_result(void)
{
    return eft__task_waited(eft__loop_here->current);
}

int eft_run_steps(eft_body *steps, const void *state, size_t size)
{
    eft__loop *loop = eft__run_open();

    return loop ? eft__run_app(loop, eft_spawn_steps_at("eft_run_steps", steps,
                                                        state, size))
                : EXIT_FAILURE;
}
