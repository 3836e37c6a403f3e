/* SPDX-License-Identifier: MIT
 * A loop as other threads see it. */
#ifndef EFT_CORE_REMOTE_H
#define EFT_CORE_REMOTE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "eft/loop.h"
#include "loop.h"

/* A call from another thread, on its way. */
typedef struct eft__call {
    eft__node node;         /* in the ready queue, later */
    struct eft__call *next; /* the one sent before it */
    void (*callback)(void *arg);
    void *arg;
} eft__call;

/* The calls are a stack that any thread pushes to and the loop takes as a
 * whole.  Who pushes to an empty one wakes the loop; it counts itself as a
 * sender meanwhile, and the loop's end waits for the senders that it finds, so
 * that none wakes a world which is gone.
 *
 * The functions are reached through here by a loop that has such a handle:
 * others are not linked with them. */
struct eft_loop {
    bool (*take)(eft_loop *self, eft__loop *loop); /* calls to the queue */
    bool (*is_held)(eft_loop *self);               /* by another thread? */
    void (*close)(eft_loop *self, eft__loop *loop);
    atomic_uint references; /* one is the loop's */
    atomic_uint senders;
    _Atomic(eft__call *) calls; /* the last one sent first; or CLOSED */
    void *waker;                /* of the world */
};

#endif
