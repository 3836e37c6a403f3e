/* SPDX-License-Identifier: MIT
 * The loop: time, and callbacks that run later. */
#ifndef EFT_LOOP_H
#define EFT_LOOP_H

#include <stdint.h>

#include "eft/future.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One loop runs on a thread, from eft_run() until that ends.  What is ready
 * runs first in, first out; timers with equal deadlines fire in the order in
 * which they were made.
 *
 * Time is counted in milliseconds of a clock that never goes back.  A deadline
 * lies on a whole millisecond and is never met early. */

/* eft__yield is what eft_sleep(0) gives. */
extern eft_future eft__yield;

/* eft__sleep is what all other sleeps are. */
eft_future *eft__sleep(int64_t delay_ms);

/* eft_now gives the loop's time in milliseconds, from an arbitrary zero.
 *
 * Targets: the virtual world's time stands still while anything is ready. */
int64_t eft_now(void);

/* eft_sleep completes after delay_ms; 0 or less gives the other ready tasks one
 * turn, except for EFT_FOREVER (-1), which only ever ends by being cancelled.
 *
 * Owns:    gives the future.
 * Result:  none.
 * Errors:  EFT_ECANCELED; EFT_ENOMEM.
 * Source:  asyncio.sleep. */
static inline eft_future *eft_sleep(int64_t delay_ms)
{
    return delay_ms == 0 ? &eft__yield : eft__sleep(delay_ms);
}

/* eft_call_soon calls callback(arg) from the loop, after what is ready now.
 * The callback runs on the loop's stack, so it may not await (EFT_EDEADLK).
 *
 * Owns:    borrows arg until the callback has run; gives a future, which is
 *          done when it has.  To forget it, eft_future_free() it: a callback
 *          is a body, it runs all the same.  Cancelled, it never runs.
 * Errors:  EFT_ENOMEM; EFT_ECANCELED; EFT_ECLOSED, the loop is at its end.
 * Source:  asyncio's loop.call_soon; its Handle is the future. */
eft_future *eft_call_soon(void (*callback)(void *arg), void *arg);

/* eft_call_later is eft_call_soon() after delay_ms; 0 or less: soon. */
eft_future *eft_call_later(int64_t delay_ms, void (*callback)(void *arg),
                           void *arg);

/* eft_call_at is eft_call_soon() at the time when_ms on eft_now()'s clock. */
eft_future *eft_call_at(int64_t when_ms, void (*callback)(void *arg),
                        void *arg);

#ifdef __cplusplus
}
#endif
#endif
