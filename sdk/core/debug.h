/* SPDX-License-Identifier: MIT
 * Debug mode: what the core asks of it. */
#ifndef EFT_CORE_DEBUG_H
#define EFT_CORE_DEBUG_H

#include <stdbool.h>

#include "eft/debug.h"
#include "future.h"
#include "loop.h"
#include "task.h"

/* The core reaches debug mode through these alone, so that a program which
 * never enters it is not linked with it. */
typedef struct eft__debug {
    /* Runs one node of the ready queue, and looks how long that takes. */
    void (*run)(eft__loop *loop, eft__node *node);

    /* The node that the pump was left in has run. */
    void (*ran)(eft__loop *loop);

    /* A task was spawned; where: NULL, or what EFT_WHERE() made. */
    void (*spawned)(eft__loop *loop, eft__task *task, const char *where);

    /* A task is about to end. */
    void (*ended)(const eft__task *task);

    /* Nothing is ready and no timer is armed. */
    void (*idle)(const eft__loop *loop);

    /* The loop is closed next. */
    void (*closing)(const eft__loop *loop);
} eft__debug;

/* What the loops of this thread begin with; NULL: debug mode is off. */
extern _Thread_local const eft__debug *eft__debug_here;

/* Tells debug mode, where it is on, of a task that eft__task_make() made. */
static inline void eft__debug_spawned(eft__task *task, const char *where)
{
    eft__loop *loop = eft__loop_here;

    if (loop->debug)
        loop->debug->spawned(loop, task, where);
}

/* A task that has a name, or that debug mode knows more of, has a class of its
 * own, which ends with it: so what has no label costs nothing. */
typedef struct eft__label {
    eft__task_class type;         /* first; its name is text */
    const eft__task_class *plain; /* the class that it had */
    const char *where;            /* it was spawned at, or NULL */
    const char *name;             /* in text, behind "task " */
    char text[];                  /* "task NAME" */
} eft__label;

/* A task's label, or NULL. */
const eft__label *eft__label_of(const eft_future *future);

/* Gives a task a label in place of the one that it may have; false: out of
 * memory, and it keeps that. */
bool eft__label_set(eft_future *future, const char *name, const char *where);

/* The name of the class that a future was made with. */
const char *eft__class_name(const eft_future *future);

/* Which futures there are, from eft__live_watch(true) on. */
void eft__live_watch(bool watch);
bool eft__live_each(bool (*visit)(eft_future *future, void *context),
                    void *context);

#endif
