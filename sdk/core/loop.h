/* SPDX-License-Identifier: MIT
 * Inside the loop: the ready queue, the timers, the tasks. */
#ifndef EFT_CORE_LOOP_H
#define EFT_CORE_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/loop.h"
#include "future.h"
#include "node.h"
#include "timer.h"

struct eft__task;
struct eft__fiber;

/* RUNNING --app ends--> ENDING --last task ends--> ENDED --> (freed) */
typedef enum eft__loop_state {
    EFT__LOOP_RUNNING, /* the program's task is the owner */
    EFT__LOOP_ENDING,  /* it is over; the other tasks are being cancelled */
    EFT__LOOP_ENDED    /* no task is left; nothing new can be started */
} eft__loop_state;

typedef struct eft__loop {
    eft__node *ready; /* queue of what runs next */
    eft__timer_heap timers;
    struct eft__task *current; /* whose stack this is; NULL: the loop's */

    /* The pump. */
    bool pumping; /* a pump runs, or a fiber that it resumed */
    bool away;    /* the next step is a fiber's: core stands still */
    struct eft__fiber *running; /* resumed and not parked yet */
    int64_t slice;              /* nanoseconds that a slice may take */
    int64_t slice_end;          /* on the target's clock */
    int64_t slice_checked;      /* when the clock was last read */
    unsigned stride;            /* nodes between two looks at the clock */
    unsigned until_clock;       /* nodes before the next one */

    /* Tasks and fibers. */
    struct eft__task *tasks; /* list of all that have not ended, in the
                                order of spawning */
    struct eft__task *last_task;
    struct eft__fiber *idle_fibers; /* list, the last used first */
    size_t fiber_count;             /* idle and busy */

    /* A cancel on its way through tasks. */
    struct eft__task *cancel_last; /* of those to visit; NULL: none runs */
    bool cancel_reached;           /* something that will end by it */

    /* The program. */
    eft__loop_state state;
    eft_future *app;      /* its task, one reference */
    bool interrupted;     /* eft_core_interrupt() was called */
    bool stuck;           /* eft_core_stuck() was called */
    uint32_t round;       /* of cancelling tasks at the end */
    size_t round_pending; /* tasks cancelled in this round, not ended yet */
} eft__loop;

/* The loop of this thread, or NULL. */
extern _Thread_local eft__loop *eft__loop_here;

/* Appends to the ready queue, and wakes the world where no pump runs. */
void eft__loop_ready(eft__loop *loop, eft__node *node);
void eft__loop_ready_all(eft__loop *loop, eft__node **queue);

/* Runs one pass over what is ready until nothing is, at the loop's end. */
void eft__loop_run_dry(eft__loop *loop);

#endif
