/* SPDX-License-Identifier: MIT
 * What locks, events, queues and their like are made of: futures in a queue. */
#ifndef EFT_CORE_WAITER_H
#define EFT_CORE_WAITER_H

#include <stddef.h>

#include "future.h"
#include "loop.h"
#include "memory.h"
#include "node.h"

/* Design notes.  In asyncio a task that is woken looks again when it runs: what
 * it was woken for may be gone by then, or it may have been cancelled, and then
 * it wakes the next one.  Our tasks wait for a future that knows no body.  So
 * the waiter itself takes the task's place in the ready queue: waking it, or
 * cancelling it, makes it ready, and in its turn it looks whether it can have
 * what it wants, completes, and lets who awaits it run right then.  Until that
 * turn it is pending, so nothing is ever handed to somebody who is gone, and
 * the order of events is asyncio's. */

/* What every object that is waited for begins with.  Its memory is kept by its
 * owner and by the waiters that point to it. */
typedef struct eft__kept {
    size_t keepers;
} eft__kept;

/*   WAITING (object's queue) --wake, cancel--> READY (loop's queue)
 *      ^                                         |      |
 *      +---- turn, there is nothing for it ------+      +--turn--> complete */
typedef struct eft__waiter {
    eft_future future;
    eft__kept *object; /* what it waits for; kept until the memory goes */
    eft__node node;
    void (*turn)(eft__node *node); /* what is done when its turn has come */
    bool woken;                    /* it is ready because object woke it */
    bool canceled; /* it is ready, and will end with EFT_ECANCELED */
} eft__waiter;

/* Complete for ever, with eft_ok(): what costs nothing where nobody waits. */
extern eft_future eft__done;

/* A failed future: the object is NULL. */
eft_future *eft__no_object(void);

/* The fini of every class of waiters. */
void eft__waiter_fini(eft_future *future);

/* The run of a waiter's node.  A turn calls no function of the program's but
 * those that free values, so it may be taken on any stack. */
void eft__waiter_turn(eft__node *node);

/* Cancels a waiter that waits in queue, or was woken. */
bool eft__waiter_cancel(eft__waiter *waiter, eft__node **queue);

/* A turn in which what was waited for has happened, for good. */
void eft__waiter_run(eft__node *node);

/* Completes all waiters of a queue with an error and a constant sentence. */
void eft__waiters_fail(eft__node **queue, int32_t error, const char *constant);

static inline void eft__keep(eft__kept *object)
{
    object->keepers++;
}

/* Makes the waiter of object, size bytes, or *instead.  What a larger struct
 * has behind the waiter is not cleared. */
static inline void *eft__waiter_make(size_t size, const eft__future_class *type,
                                     eft__kept *object,
                                     void (*turn)(eft__node *node),
                                     eft_future **instead)
{
    eft__waiter *waiter = eft__future_make_bare(size, type, instead);

    if (!waiter)
        return NULL;
    waiter->object = object;
    waiter->node.next = NULL;
    waiter->node.run = eft__waiter_turn;
    waiter->turn = turn;
    waiter->woken = false;
    waiter->canceled = false;
    eft__keep(object);
    return waiter;
}

/* The object begins with its count. */
static inline void eft__unkeep(eft__kept *object)
{
    if (!--object->keepers)
        eft__free(object);
}

static inline eft__waiter *eft__waiter_of(eft__node *node)
{
    return EFT__OWNER(node, eft__waiter, node);
}

/* Begins to wait, for the first time or again. */
static inline void eft__waiter_wait(eft__waiter *waiter, eft__node **queue)
{
    waiter->woken = false;
    eft__queue_append(queue, &waiter->node);
}

/* Wakes the first of a queue: its turn comes after what is ready now.  False:
 * nobody waits, or there is no loop. */
static inline bool eft__wake_first(eft__node **queue)
{
    eft__node *node = *queue;

    if (!node || !eft__loop_here)
        return false;
    eft__queue_remove(queue, node);
    eft__waiter_of(node)->woken = true;
    eft__loop_ready(eft__loop_here, node);
    return true;
}

static inline void eft__wake_all(eft__node **queue)
{
    while (eft__wake_first(queue))
        ;
}

/* Ends a turn: who awaits the waiter runs next, before what became ready later
 * than the waiter did.  The waiter may be gone after this. */
void eft__turn_complete(eft__waiter *waiter, eft_result result);
void eft__turn_fail(eft__waiter *waiter, int32_t error, const char *constant);

#endif
