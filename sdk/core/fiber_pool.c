/* SPDX-License-Identifier: MIT
 * Fibers that tasks run on, used again and again. */
#include "fiber_pool.h"

#include "loop.h"
#include "memory.h"
#include "targets/complete.h"
#include "task.h"

/* Design notes.  A fiber is taken when a task makes its first step, not when
 * it is spawned: a hundred thousand short tasks need one stack.  It goes back
 * before its last park, as the most recent one, whose stack is warm. */

static _Thread_local size_t limit;

static void run_tasks(void *arg)
{
    eft__fiber *fiber = arg;

    for (;;) {
        eft__loop *loop = fiber->loop;

        eft__task_run(fiber->task);
        fiber->task = NULL;
        fiber->next = loop->idle_fibers;
        loop->idle_fibers = fiber;
        eft__fiber_leave(loop, fiber);
    }
}

static int32_t create(eft__loop *loop, eft__fiber **created)
{
    if (loop->fiber_count >= (limit ? limit : eft_target_fiber_limit()))
        return EFT_ELIMIT;
    eft__fiber *fiber = eft__reserve(sizeof *fiber);
    if (!fiber)
        return EFT_ENOMEM;
    *fiber = (eft__fiber){.loop = loop};
    int32_t error = eft_target_fiber_create(&fiber->target, run_tasks, fiber);
    if (error) {
        eft__release(fiber);
        return error;
    }
    loop->fiber_count++;
    *created = fiber;
    return 0;
}

int32_t eft__fiber_take(eft__loop *loop, eft__fiber_task *task)
{
    eft__fiber *fiber = loop->idle_fibers;

    if (fiber) {
        loop->idle_fibers = fiber->next;
    } else {
        int32_t error = create(loop, &fiber);
        if (error)
            return error;
    }
    fiber->task = task;
    task->fiber = fiber;
    return 0;
}

void eft__fiber_pool_fini(eft__loop *loop)
{
    while (loop->idle_fibers) {
        eft__fiber *fiber = loop->idle_fibers;

        loop->idle_fibers = fiber->next;
        loop->fiber_count--;
        eft_target_fiber_destroy(fiber->target);
        eft__release(fiber);
    }
}

void eft_set_fiber_limit(size_t count)
{
    limit = count;
}

/* One that died in the park after its task's end. */
static void take_out_of_idle(eft__loop *loop, const eft__fiber *fiber)
{
    eft__fiber **link = &loop->idle_fibers;

    while (*link && *link != fiber)
        link = &(*link)->next;
    if (*link)
        *link = fiber->next;
}

bool eft_core_fiber_died(void *arg, int32_t error, const char *detail)
{
    eft__fiber *fiber = arg;
    eft__loop *loop = fiber->loop;
    eft__fiber_task *task = fiber->task;
    bool running = loop->running == fiber;

    if (running)
        loop->current = NULL;
    if (task)
        eft__task_die(task, error, detail);
    else
        take_out_of_idle(loop, fiber);
    loop->fiber_count--;
    eft__release(fiber);
    if (!running)
        return false;
    loop->running = NULL;
    return true;
}
