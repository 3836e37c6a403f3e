/* SPDX-License-Identifier: MIT
 * Inside a task. */
#ifndef EFT_CORE_TASK_H
#define EFT_CORE_TASK_H

#include "eft/loop.h"
#include "eft/task.h"
#include "blocks.h"
#include "cancel.h"
#include "fiber_pool.h"
#include "future.h"
#include "loop.h"
#include "memory.h"
#include "node.h"
#include "timer.h"

/* Who owns the node tells what a task does:
 *
 *   READY (loop's queue) --step--> RUNNING --await--> WAITING (future's queue)
 *     ^                              |                  or SLEEPING (wheel)
 *     |                              +--body returns--> ended     |
 *     +------------- the future is complete, the time has come ---+
 *
 * 104 bytes where pointers have 8; behind them lies what a fiber or the steps
 * need.  A task that sleeps is its own timer, and its sleep costs nothing. */
typedef struct eft__task {
    eft_future future;
    union {
        struct {
            eft__node node;       /* the next step */
            eft_future *awaiting; /* one reference; NULL: does not wait */
        };
        eft__timer timer; /* while it sleeps */
    };
    eft_body *body;
    eft__link link;          /* in the loop's list of tasks */
    eft_future *cancel_link; /* of a cancel on its way */
    const char *said;        /* eft_error_detail() of this task */
} eft__task;

/* One whose body is a function on a stack of its own. */
typedef struct eft__fiber_task {
    eft__task task;
    eft__fiber *fiber; /* NULL: not begun */
    void *arg;
    void (*free_arg)(void *arg); /* or NULL */
} eft__fiber_task;

/* The class of a task says what its node runs when its turn has come. */
typedef struct eft__task_class {
    eft__future_class future;
    void (*step)(eft__node *node);
} eft__task_class;

/* The cancel of all of them. */
bool eft__task_cancel(eft_future *future);
extern const eft__forwarding eft__task_forwarding;

/* Allocates size bytes and begins a task in them, which is ready to run; on
 * failure *instead is the future to give to the caller. */
static inline void *eft__task_make(size_t size, const eft__task_class *type,
                                   eft_body *body, void (*run)(eft__node *node),
                                   eft_future **instead)
{
    eft__task *task = eft__future_make_bare(size, &type->future, instead);

    if (!task)
        return NULL;
    eft__loop *loop = eft__loop_here;
    /* One by one: clearing it all as a block takes longer than the rest. */
    task->node.run = run;
    task->awaiting = NULL;
    task->body = body;
    task->cancel_link = NULL;
    task->said = NULL;
    eft__list_append(&loop->tasks, &task->link);
    eft__loop_ready(loop, &task->node);
    return task;
}

/* Ends a task: takes result, tells who waits. */
void eft__task_end(eft__task *task, eft_result result);

/* Makes a task run with nothing that it waits for. */
void eft__task_wake(eft__task *task);

/* What the task was told last: sets it, taking detail, and lends it. */
void eft__task_say(eft__task *task, eft__detail detail);
eft__detail eft__task_said(const eft__task *task);

/* Takes the result of a future that is complete, with its sentence, and gives
 * up the reference.  With care: of one that is no plain value. */
eft_result eft__task_take_with_care(eft_future *future);

static inline eft_result eft__task_take(eft_future *future)
{
    if (!eft__future_is_plain(future))
        return eft__task_take_with_care(future);
    eft_result result = future->result;
    if (future->references != EFT__CONSTANT) {
        future->taken = true;
        eft__future_unref(future);
    }
    return result;
}

/* What a wait gives that a cancel has ended. */
eft_result eft__task_canceled(eft__task *task);

/* The wait of the current task in two halves.  The first consumes future; the
 * task's node runs when the wait is over, and the second gives the result. */
void eft__task_wait(struct eft__loop *loop, eft__task *task,
                    eft_future *future);

static inline eft_result eft__task_waited(eft__task *task)
{
    eft_future *future = task->awaiting;

    if (!future)
        return task->future.broken || task->future.must_cancel
                   ? eft__task_canceled(task)
                   : eft_ok();
    task->awaiting = NULL;
    /* A second cancel on the way of the first is one with it. */
    if (future->result.error == EFT_ECANCELED)
        task->future.must_cancel = false;
    return eft__task_take(future);
}

/* Why task cannot wait for future, or NULL. */
const char *eft__task_refusal(const eft__task *task, const eft_future *future);

/* Refuses an await: frees future. */
eft_result eft__await_refused(eft_future *future, int32_t error,
                              const char *sentence);

/* Runs the body on the current fiber, and ends the task. */
void eft__task_run(eft__fiber_task *task);

/* Ends a task whose fiber is lost. */
void eft__task_die(eft__fiber_task *task, int32_t error, const char *detail);

/* Leaves a fiber: the task that is next, if it has a fiber, goes on at once. */
void eft__fiber_leave(struct eft__loop *loop, eft__fiber *fiber);

/* A task that stands for an operation: dropped, it is cancelled. */
eft_future *eft__spawn_operation(eft_body *body, void *arg,
                                 void (*free_arg)(void *arg));

/* What eft_run() is made of, for a body of either kind: a loop to spawn the
 * program's task in, or NULL; and its exit code. */
struct eft__loop *eft__run_open(void);
int eft__run_app(struct eft__loop *loop, eft_future *app);

/* The reference of something that the current task itself has opened: it keeps
 * the memory, and nobody takes it for an owner's.  NULL: there is no task, or
 * it has as many as can be counted, EFT__OWN_MOST. */
eft_future *eft__task_keep(void);
void eft__task_unkeep(eft_future *task);

/* Has the next await of a task deliver a cancel that is counted already. */
void eft__task_note_cancel(eft_future *future);

/* Cancels every task of a loop that ends (run.c). */
void eft__loop_task_ended(struct eft__loop *loop, eft__task *task);

/* The class of what eft_sleep() gives. */
extern const eft__future_class eft__sleep_class;

#endif
