/* SPDX-License-Identifier: MIT
 * The loop: time, and callbacks that run later. */
#ifndef EFT_LOOP_H
#define EFT_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "eft/future.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One loop runs on a thread, from eft_run() until that ends.  What is ready
 * runs first in, first out; timers with equal deadlines fire in the order in
 * which they were made.
 *
 * Code that has a main loop of another kind, or none, opens a loop itself and
 * runs it as often as it likes:
 *
 *     eft_loop_open();
 *     eft_result reply = eft_run_until_complete(eft_spawn(ask, server));
 *     ... plain code: no task runs meanwhile, and nothing is lost ...
 *     eft_run_until_complete(eft_spawn(thank, server));
 *     eft_loop_close();
 *
 * Natively each thread may have a loop of its own.  What belongs to one, every
 * future and every object, is touched on its thread alone; what reaches it
 * from others is eft_call_soon_threadsafe().  The allocator and the log's sink
 * are the process's, and are called from each thread that has a loop.
 *
 * Durations: negative ones count as 0, except for EFT_FOREVER (-1) where a
 * function says so.  Time is counted in milliseconds of a clock that never goes
 * back.  A deadline lies on a whole millisecond and is never met early. */

/* eft__yield is what eft_sleep(0) gives. */
extern eft_future eft__yield;

/* eft__sleep is what all other sleeps are. */
eft_future *eft__sleep(int64_t delay_ms);

/* eft_now gives the loop's time in milliseconds, from an arbitrary zero.
 *
 * Targets: the virtual world's time stands still while anything is ready. */
int64_t eft_now(void);

/* eft_sleep completes after delay_ms; 0 or less gives the other ready tasks one
 * turn, except for EFT_FOREVER (-1), which only ever ends by being cancelled:
 * by Ctrl-C, say.
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
 * Errors:  EFT_ENOMEM; EFT_ECANCELED; EFT_ECLOSED, the loop is at its end;
 *          EFT_EINVAL, callback is NULL or no loop is open on this thread.
 * Source:  asyncio's loop.call_soon; its Handle is the future. */
eft_future *eft_call_soon(void (*callback)(void *arg), void *arg);

/* eft_call_later is eft_call_soon() after delay_ms; 0 or less: soon. */
eft_future *eft_call_later(int64_t delay_ms, void (*callback)(void *arg),
                           void *arg);

/* eft_call_at is eft_call_soon() at the time when_ms on eft_now()'s clock. */
eft_future *eft_call_at(int64_t when_ms, void (*callback)(void *arg),
                        void *arg);

/* eft_loop_open makes a loop on this thread, for code outside of eft_run().
 *
 * Result:  false: there is one already, or memory is short.
 * Targets: on the web a loop can be opened and closed so, but not run: use
 *          eft_run().
 * Source:  asyncio.new_event_loop. */
bool eft_loop_open(void);

/* eft_run_until_complete runs the loop until future is complete, and to the
 * end of that turn; what is ready still waits for the next run.
 *
 * Owns:    takes future; gives the value.
 * Errors:  whatever future ends with, and
 *          EFT_ECLOSED   eft_loop_stop() came first; future, if it is not
 *                        referenced elsewhere, is dropped as by
 *                        eft_future_free()
 *          EFT_EDEADLK   the loop runs already: this is a task, or a callback;
 *                        or nothing is left that could complete future
 *          EFT_EINVAL    no loop is open, or future is NULL or another loop's
 *          EFT_ECANCELED natively also: Ctrl-C cancelled future
 *          EFT_ENOTSUP   on the web
 * Targets: natively; in a page nothing can be waited for.  SIGINT and SIGTERM
 *          mean the loop whose run began first in the process; outside of a
 *          run they do what they did before.
 * Source:  asyncio's loop.run_until_complete. */
eft_result eft_run_until_complete(eft_future *future);

/* eft_run_forever runs the loop until eft_loop_stop().
 *
 * Result:  0: it was stopped.
 * Errors:  EFT_ECANCELED, after Ctrl-C; and as eft_run_until_complete().
 * Source:  asyncio's loop.run_forever. */
int32_t eft_run_forever(void);

/* eft_loop_stop ends the run at the end of the current turn: what was ready
 * when that began still runs.  Called before a run, it lets that run one turn.
 * A program that eft_run() has started ends so: its tasks are cancelled, the
 * exit code is 1.
 *
 * Source:  asyncio's loop.stop. */
void eft_loop_stop(void);

/* eft_loop_is_running answers whether this thread's loop is being run now.
 *
 * Source:  asyncio's loop.is_running. */
bool eft_loop_is_running(void);

/* eft_loop_close cancels the tasks that are left, runs the loop until they
 * have ended, and frees it: as at the end of eft_run().  While the loop runs
 * it does nothing.
 *
 * Source:  the end of asyncio.run; asyncio's loop.close. */
void eft_loop_close(void);

/* A loop as other threads know it.  Any thread may hold a reference, as long
 * as it likes, also longer than the loop lives. */
typedef struct eft_loop eft_loop;

/* eft_loop_current gives this thread's loop; NULL: there is none, or memory is
 * short.  A loop whose handle another thread can hold is not taken for
 * deadlocked.
 *
 * Owns:    gives a reference: eft_loop_free().
 * Source:  asyncio.get_running_loop. */
eft_loop *eft_loop_current(void);

/* eft_loop_ref adds one reference and returns the same loop; on any thread. */
eft_loop *eft_loop_ref(eft_loop *loop);

/* eft_loop_free gives up one reference; on any thread.
 *
 * Owns:    takes loop; NULL is allowed. */
void eft_loop_free(eft_loop *loop);

/* eft_call_soon_threadsafe has loop call callback(arg), from any thread.  The
 * calls of one thread run in their order.
 *
 * Owns:    borrows loop; borrows arg until the callback has run.
 * Result:  0: it will run, at the latest when the loop is closed.
 * Errors:  EFT_ECLOSED, the loop has been closed; EFT_ENOMEM; EFT_EINVAL, loop
 *          or callback is NULL.
 * Targets: on the web, and in the virtual world, there is one thread only: it
 *          is eft_call_soon().
 * Source:  asyncio's loop.call_soon_threadsafe. */
int32_t eft_call_soon_threadsafe(eft_loop *loop, void (*callback)(void *arg),
                                 void *arg);

/* eft_run_in_executor calls function(arg) on another thread, for what blocks.
 * function may use none of the loop's objects; eft_fail() and owned values are
 * allowed.
 *
 * Owns:    borrows arg until function has returned; gives the future.
 * Result:  what function returns.
 * Errors:  what function returns, with its sentence; and
 *          EFT_ECANCELED  the future was cancelled.  A function that has not
 *                         begun never will; one that runs goes on, and its
 *                         result is freed when it comes
 *          EFT_ENOTSUP    on the web; EFT_ENOMEM; EFT_EINVAL; EFT_ECLOSED
 * Targets: natively libuv's threads, four where UV_THREADPOOL_SIZE says no
 *          other; the end of the loop waits for those that run.  The virtual
 *          world calls function on the loop's own stack, soon.
 * Source:  asyncio's loop.run_in_executor. */
eft_future *eft_run_in_executor(eft_result (*function)(void *arg), void *arg);

#ifdef __cplusplus
}
#endif
#endif
