/* SPDX-License-Identifier: MIT
 * Inside a task. */
#ifndef EFT_CORE_TASK_H
#define EFT_CORE_TASK_H

#include "eft/task.h"
#include "fiber_pool.h"
#include "future.h"
#include "node.h"

/* Who owns the node tells what a task does:
 *
 *   READY (loop's queue) --step--> RUNNING --await--> WAITING (future's queue)
 *     ^                              |                       |
 *     |                              +--body returns--> ended
 *     +------------- the future is complete ----------------+ */
typedef struct eft__task {
    eft_future future;
    eft__node node;       /* the next step */
    eft_future *awaiting; /* one reference; NULL: does not wait */
    eft__fiber *fiber;    /* NULL: not begun */
    eft_body *body;
    void *arg;
    void (*free_arg)(void *arg); /* or NULL */
    struct eft__task *next;      /* in the loop's list of tasks */
    struct eft__task *previous;
    eft__detail said;         /* eft_error_detail() of this task */
    uint32_t cancel_requests; /* how often it was cancelled */
    uint32_t round;           /* the loop's round that cancelled it */
    bool must_cancel;         /* the next await is to be cancelled */
    bool canceling;           /* a cancel is on its way through this task */
    struct eft__task *cancel_next; /* whom it visits next */
} eft__task;

/* Runs the body on the current fiber, and ends the task. */
void eft__task_run(eft__task *task);

/* Ends a task whose fiber is lost. */
void eft__task_die(eft__task *task, int32_t error, const char *detail);

/* A task that stands for an operation: dropped, it is cancelled. */
eft_future *eft__spawn_operation(eft_body *body, void *arg,
                                 void (*free_arg)(void *arg));

/* Cancels every task of a loop that ends (run.c). */
void eft__loop_task_ended(struct eft__loop *loop, eft__task *task);

/* The future that eft_sleep(0) gives: an await of it is one turn. */
extern eft_future eft__yield;

#endif
