/* SPDX-License-Identifier: MIT
 * The loop: the ready queue and the pump that runs it. */
#include "loop.h"

#include "debug.h"
#include "remote.h"
#include "targets/complete.h"
#include "targets/world.h"

/* Design notes.  All state of the pump lies in the loop, none in its frames:
 * a pump may be left in the middle (a fiber half that resumes later, a trap
 * that unwinds the loop's stack) and another activation goes on.  The order of
 * everything ready is that of the one queue; slices decide only when the world
 * gets a look in between. */

enum { STRIDE_MOST = 128 };

_Thread_local eft__loop *eft__loop_here;

bool eft__slice_ends(eft__loop *loop)
{
    int64_t now = eft_target_clock();
    int64_t spent = now - loop->slice_checked;

    /* The stride follows what the nodes cost. */
    if (spent > loop->slice / 4)
        loop->stride = loop->stride > 4 ? loop->stride / 4 : 1;
    else if (loop->stride < STRIDE_MOST)
        loop->stride *= 2;
    loop->slice_checked = now;
    if (now < loop->slice_end) {
        loop->until_clock = loop->stride;
        return false;
    }
    /* Who asks next is told the same. */
    loop->until_clock = 1;
    return true;
}

static eft_pump stop(eft__loop *loop, eft_pump status)
{
    loop->pumping = false;
    loop->current = NULL;
    return status;
}

/* The pump is left though something may be ready. */
static eft_pump leave(eft__loop *loop)
{
    if (!loop->stopped)
        return EFT_PUMP_AWAY;
    loop->stopped = loop->away = false;
    return stop(loop, EFT_PUMP_DONE);
}

/* Takes in what other threads have sent. */
static bool take_remote(eft__loop *loop)
{
    return loop->remote && loop->remote->take(loop->remote, loop);
}

static eft_pump run_ready(eft__loop *loop)
{
    do {
        while (loop->ready) {
            if (eft__slice_is_over(loop))
                return stop(loop, EFT_PUMP_MORE);
            eft__node *node = eft__queue_pop(&loop->ready);

            /* Whoever ran before is not the current task of a callback. */
            loop->current = NULL;
            if (loop->debug)
                loop->debug->run(loop, node);
            else
                node->run(node);
            if (loop->away)
                return leave(loop);
        }
    } while (take_remote(loop));
    if (loop->state == EFT__LOOP_ENDED)
        return stop(loop, EFT_PUMP_DONE);
    if (loop->debug)
        loop->debug->idle(loop);
    return stop(loop, EFT_PUMP_IDLE);
}

eft_pump eft_core_pump(int64_t budget)
{
    eft__loop *loop = eft__loop_here;

    if (!loop || loop->pumping)
        return EFT_PUMP_AWAY;

    int64_t now = eft_target_clock();

    loop->pumping = true;
    loop->slice = budget;
    loop->slice_end = now + budget;
    loop->slice_checked = now;
    loop->stride = loop->stride ? loop->stride : STRIDE_MOST;
    loop->until_clock = loop->stride;
    eft__timers_fire(loop, now);
    (void)take_remote(loop);
    if (loop->turn.run && !loop->turn.next && (loop->ready || loop->stopping))
        eft__queue_append(&loop->ready, &loop->turn);
    return run_ready(loop);
}

eft_pump eft_core_pump_on(void)
{
    eft__loop *loop = eft__loop_here;

    if (!loop || !loop->pumping)
        return EFT_PUMP_AWAY;
    if (loop->debug)
        loop->debug->ran(loop);
    loop->away = false;
    loop->current = NULL;
    loop->running = NULL;
    return run_ready(loop);
}

void eft__loop_run_dry(eft__loop *loop)
{
    loop->pumping = true;
    loop->current = NULL;
    while (loop->ready) {
        eft__node *node = eft__queue_pop(&loop->ready);

        node->run(node);
    }
}
