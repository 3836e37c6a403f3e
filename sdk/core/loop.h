/* SPDX-License-Identifier: MIT
 * Inside the loop: the ready queue, the timers, the tasks. */
#ifndef EFT_CORE_LOOP_H
#define EFT_CORE_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/loop.h"
#include "blocks.h"
#include "future.h"
#include "node.h"
#include "targets/world.h"
#include "timer.h"

struct eft__task;
struct eft__fiber;
struct eft__debug;
struct eft_loop;

/* RUNNING --app ends--> ENDING --last task ends--> ENDED --> (freed)
 *    +------ eft_loop_close() -----^ */
typedef enum eft__loop_state {
    EFT__LOOP_RUNNING, /* the program is the owner */
    EFT__LOOP_ENDING,  /* it is over; the other tasks are being cancelled */
    EFT__LOOP_ENDED    /* no task is left; nothing new can be started */
} eft__loop_state;

/* What the loop asks of fibers; a program without them is not linked with it.
 */
typedef struct eft__fiber_hooks {
    eft_result (*await)(eft_future *future);
    void (*fini)(struct eft__loop *loop); /* frees the idle ones */
} eft__fiber_hooks;

typedef struct eft__loop {
    uint16_t number;  /* what its futures know it by; not 0 */
    eft__node *ready; /* queue of what runs next */
    eft__timer_wheel timers;
    struct eft__task *current; /* whose stack this is; NULL: the loop's */

    /* The pump. */
    bool pumping; /* a pump runs, or a fiber that it resumed */
    bool away;    /* the next step is a fiber's: core stands still */
    bool stopped; /* the run is over, though something may be ready */
    struct eft__fiber *running; /* resumed and not parked yet */
    int64_t slice;              /* nanoseconds that a slice may take */
    int64_t slice_end;          /* on the target's clock */
    int64_t slice_checked;      /* when the clock was last read */
    unsigned stride;            /* nodes between two looks at the clock */
    unsigned until_clock;       /* nodes before the next one */

    /* Tasks and fibers. */
    eft__link tasks;                /* list of those that have not ended, in
                                       the order of spawning */
    const eft__fiber_hooks *fibers; /* NULL: none was needed yet */
    struct eft__fiber *idle_fibers; /* list, the last used first */
    size_t fiber_count;             /* idle and busy */

    /* The run. */
    eft__loop_state state;
    eft_future *app;      /* what it is for, one reference; NULL: no end */
    bool is_program;      /* eft_run()'s: it ends with app, and the loop too */
    bool in_run;          /* it has begun, and has not ended */
    bool stopping;        /* eft_loop_stop() was called */
    bool interrupted;     /* eft_core_interrupt() was called */
    bool stuck;           /* eft_core_stuck() was called */
    bool watched;         /* eft__loop_task_ended() is told of every task */
    eft__node turn;       /* the end of a turn; run: NULL where none ends */
    size_t round_pending; /* tasks cancelled at the end, in this round, that
                             have not ended yet */

    struct eft_loop *remote;        /* what other threads hold, or NULL */
    const struct eft__debug *debug; /* NULL: debug mode is off */
} eft__loop;

/* The loop of this thread, or NULL. */
extern _Thread_local eft__loop *eft__loop_here;

/* Appends to the ready queue, and wakes the world where no pump runs. */
static inline void eft__loop_ready(eft__loop *loop, eft__node *node)
{
    eft__queue_append(&loop->ready, node);
    if (!loop->pumping)
        eft_target_wake();
}

static inline void eft__loop_ready_all(eft__loop *loop, eft__node **queue)
{
    eft__queue_splice(&loop->ready, queue);
    if (!loop->pumping)
        eft_target_wake();
}

/* Does it belong to the loop that runs on this thread? */
static inline bool eft__future_is_here(const eft_future *future)
{
    const eft__loop *loop = eft__loop_here;

    return loop && loop->number == future->loop;
}

/* Is it pending, and another loop's?  Nothing here can wait for it. */
static inline bool eft__future_is_foreign(const eft_future *future)
{
    return !future->complete && !eft__future_is_here(future);
}

/* As eft__future_make() does, but clears only the future itself. */
static inline void *eft__future_make_bare(size_t size,
                                          const eft__future_class *type,
                                          eft_future **instead)
{
    const eft__loop *loop = eft__loop_here;
    unsigned kind = eft__block_kind(size);

    if (!loop || loop->state == EFT__LOOP_ENDED) {
        *instead = eft__future_refusal(loop);
        return NULL;
    }
    eft_future *future = eft__block_new(&kind, size);
    if (!future) {
        *instead = eft__future_no_memory();
        return NULL;
    }
    eft__future_init(future, type, loop->number, kind);
    return future;
}

/* Completes one that is pending: result, and the sentence in the place of an
 * error's value, are the future's now.  It may be freed with it. */
static inline void eft__future_finish(eft_future *future, eft_result result)
{
    eft__node *waiters = future->waiters;

    future->complete = true;
    future->result = result;
    /* A loop that has ended runs nothing any more. */
    if (waiters && eft__future_is_here(future))
        eft__loop_ready_all(eft__loop_here, &waiters);
    if (!future->references)
        eft__future_release(future);
}

/* The same from a node of the ready queue that stood there in the place of who
 * waits for future: they come before what became ready later than it did. */
static inline void eft__future_finish_first(eft_future *future,
                                            eft_result result)
{
    eft__node *waiters = future->waiters;

    future->complete = true;
    future->result = result;
    if (waiters && eft__future_is_here(future)) {
        eft__queue_splice(&waiters, &eft__loop_here->ready);
        eft__loop_here->ready = waiters;
    }
    if (!future->references)
        eft__future_release(future);
}

/* Looks at the clock, and answers whether the slice has ended. */
bool eft__slice_ends(eft__loop *loop);

/* Is the world to have a look now?  Asked before each node.  Reading the clock
 * costs more than many a step: it is read every stride nodes. */
static inline bool eft__slice_is_over(eft__loop *loop)
{
    return --loop->until_clock == 0 && eft__slice_ends(loop);
}

/* Runs one pass over what is ready until nothing is, at the loop's end. */
void eft__loop_run_dry(eft__loop *loop);

/* Makes this thread's loop and opens the world, or gives NULL and why not. */
eft__loop *eft__loop_open(const char **refusal);

/* The loop begins to end: cancels its tasks. */
void eft__loop_end(eft__loop *loop);

/* Frees a loop that has ended, and closes the world. */
void eft__loop_close(eft__loop *loop);

/* What to say of a run that nothing can end. */
extern const char eft__deadlock[];

#endif
