/* SPDX-License-Identifier: MIT
 * How a cancel travels through futures that wait for others. */
#include "cancel.h"

#include "future.h"

/* Design notes.  Tasks, gathers and their like wait for each other in chains,
 * trees and rings of any size.  So a cancel goes depth first, in the order that
 * a recursion would have, but the way back is kept in the futures themselves:
 * no depth overflows a stack, and nothing is allocated.  Each is visited once.
 * What a cancel completes is only made ready; nothing on the way can go.
 *
 * A future's own cancel may call eft_cancel() in turn.  That is a walk inside
 * the walk; it leaves alone what the outer one has visited. */

/* A link that has nowhere to lead, but is not NULL, is to itself. */
static eft_future **link_of(eft_future *future)
{
    return (eft_future **)(void *)((char *)future +
                                   future->type->forwards->link);
}

static void meet(eft_future *future, eft__reach reach)
{
    if (future->reach < reach)
        future->reach = reach & 3u;
}

static bool is_new(eft_future *target)
{
    return !target->complete && target->type->forwards && !*link_of(target);
}

static void enter(eft_future *future, eft_future *from)
{
    *link_of(future) = from;
    future->reach = EFT__REACH_NONE;
    future->left = false;
}

/* Cancels what does not forward, or tells what was met there before. */
static eft__reach ask(eft_future *target)
{
    if (target->complete)
        return EFT__REACH_NONE;
    if (!target->type->forwards)
        return target->type->cancel(target) ? EFT__REACH_SOME : EFT__REACH_NONE;
    return target->left ? (eft__reach)target->reach : EFT__REACH_RING;
}

/* Goes back to where the cancel came from; NULL: it is at its end. */
static eft_future *leave(eft_future *future, eft_future **last)
{
    eft_future **link = link_of(future);
    eft_future *back = *link == future ? NULL : *link;
    eft__reach reach =
        future->type->forwards->done(future, (eft__reach)future->reach);

    future->reach = reach & 3u;
    future->left = true;
    if (back)
        meet(back, reach);
    *link = *last ? *last : future;
    *last = future;
    return back;
}

static void forget(eft_future *last)
{
    while (last) {
        eft_future **link = link_of(last);
        eft_future *before = *link == last ? NULL : *link;

        *link = NULL;
        last = before;
    }
}

bool eft__cancel_through(eft_future *future)
{
    eft_future *at = future;
    eft_future *last = NULL;
    bool first = true;

    if (*link_of(future))
        return true;
    enter(future, future);
    while (at) {
        eft_future *target = at->type->forwards->next(at, first);

        first = target && is_new(target);
        if (first) {
            enter(target, at);
            at = target;
        } else if (target) {
            meet(at, ask(target));
        } else {
            at = leave(at, &last);
        }
    }
    bool reached = future->reach != EFT__REACH_NONE;
    forget(last);
    return reached;
}
