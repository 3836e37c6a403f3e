/* SPDX-License-Identifier: MIT
 * The future: the one handle of everything that finishes later. */
#ifndef EFT_FUTURE_H
#define EFT_FUTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "eft/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/* No limit, where milliseconds are asked for. */
#define EFT_FOREVER (-1)

/* Every asynchronous function gives an eft_future, at once and never NULL: one
 * that could not even be started is a future that has failed already.  A task
 * is a future with a body.
 *
 *     eft_future *pause = eft_sleep(500);
 *     ... other work, meanwhile time passes ...
 *     eft_await(pause);
 *
 * Ownership, in four rules (docs/ownership.md has them all):
 *  1. A function that takes an eft_future * consumes one reference to it:
 *     eft_await, eft_gather, eft_wait_for, eft_future_free.  The borrowers are
 *     eft_cancel and the eft_future_… functions below.
 *  2. To keep a future that you give away, take another reference first:
 *     eft_await(eft_future_ref(future)).
 *  3. The last reference dropped on a pending operation cancels it; on a
 *     pending task or scheduled callback it detaches it, and it runs on.  Of a
 *     send only the waiting ends: what is queued already is sent.
 *  4. A plain value goes to all who await; an owned one (a message, a socket)
 *     to the first, and the later ones get EFT_ETAKEN.
 *
 * NULL counts as a future that has failed with EFT_EINVAL already.
 *
 * A future belongs to the loop of the thread that made it, and may be touched
 * on that thread alone.  Callbacks and awaiting tasks never run inside the
 * call that completed the future: always from the loop, first in, first out.
 * Source: asyncio's Future. */
typedef struct eft_future eft_future;

typedef enum eft_state {
    EFT_PENDING = 0,
    EFT_FINISHED = 1, /* with a value or an error */
    EFT_CANCELED = 2  /* with EFT_ECANCELED */
} eft_state;

/* eft_future_new makes a pending future that the program completes itself.
 * Cancelling it completes it with EFT_ECANCELED at once.
 *
 * Owns:    gives the future.
 * Errors:  EFT_ENOMEM; EFT_EINVAL where no loop runs on this thread: the
 *          future that is given has failed with it. */
eft_future *eft_future_new(void);

/* eft_future_resolve completes a future that eft_future_new() made.  False: it
 * was complete before (cancelled, say); nothing changes.
 *
 * Owns:    borrows future; takes result, also when the answer is false.
 * Source:  asyncio's Future.set_result and set_exception. */
bool eft_future_resolve(eft_future *future, eft_result result);

/* eft_future_ref adds one reference and returns the same future. */
eft_future *eft_future_ref(eft_future *future);

/* eft_future_free gives up one reference (rule 3 above).
 *
 * Owns:    takes future. */
void eft_future_free(eft_future *future);

/* eft_future_state answers without waiting.
 *
 * Owns:    borrows future. */
eft_state eft_future_state(const eft_future *future);

/* eft_future_on_done calls callback(future, arg) from the loop once future is
 * complete; soon, where it is complete already.  The callback may take the
 * result with eft_future_take(); it may not await (EFT_EDEADLK).
 *
 * Owns:    borrows future, and keeps a reference of its own until the callback
 *          has returned; borrows arg until done.
 * Errors:  0; EFT_ENOMEM; EFT_EINVAL, no loop runs on this thread. */
int32_t eft_future_on_done(eft_future *future,
                           void (*callback)(eft_future *future, void *arg),
                           void *arg);

/* eft_future_take gives the result of a complete future, as eft_await() would,
 * and of an error the sentence to eft_error_detail().
 *
 * Owns:    borrows future; gives the value (rule 4 above).
 * Errors:  EFT_EBUSY   it is pending still
 *          EFT_ETAKEN  its owned value went to somebody else */
eft_result eft_future_take(eft_future *future);

/* eft_cancel asks for cancellation.  The future completes all the same,
 * exactly once, normally with EFT_ECANCELED: an operation soon, a task when its
 * body has ended.  A task that waits has what it awaits cancelled, and its
 * eft_await() returns whatever that ends with; one that has not started never
 * will.  A body may clean up, await more, and even carry on.  A cancel that
 * arrives when the awaited future is complete already is delivered by the
 * next await, so that no value is lost; a body that ends without one
 * more ends cancelled, unless it returns an error or an owned value.  Tasks
 * that wait for each other in a ring are let out of it.
 *
 * Owns:    borrows future.
 * Result:  true where the request was made; false where it comes too late: the
 *          future is complete, or all that it waits for is, or its callback
 *          runs.
 * Source:  asyncio's Task.cancel. */
bool eft_cancel(eft_future *future);

/* eft_await suspends the current task until future is complete, and gives its
 * result; one that is complete already is not waited for.
 *
 * Owns:    takes future; gives the value.
 * Errors:  whatever future ends with, and
 *          EFT_ECANCELED  the current task was cancelled
 *          EFT_EDEADLK    nothing can be suspended here: no task runs, or
 *                         frames of JavaScript lie in between
 *          EFT_EINVAL     future is the current task itself, or belongs to
 *                         another loop
 *          EFT_ETAKEN     its owned value went to another awaiter
 * Targets: on the web a task cannot be suspended in code that JavaScript called
 *          synchronously from C (EM_JS, ccall): that await is EFT_EDEADLK. */
eft_result eft_await(eft_future *future);

#ifdef __cplusplus
}
#endif
#endif
