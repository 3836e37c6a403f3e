/* SPDX-License-Identifier: MIT
 * Tasks: futures with a body, and eft_run() which starts it all. */
#ifndef EFT_TASK_H
#define EFT_TASK_H

#include "eft/future.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A body is an ordinary function on a stack of its own, which may eft_await()
 * at any depth.  What it returns is what the task ends with.
 *
 *     static eft_result app(void *arg)
 *     {
 *         eft_future *tick = eft_spawn(ticker, NULL);
 *         EFT_TRY(eft_await(eft_sleep(2500)));
 *         eft_cancel(tick);
 *         eft_await(tick);
 *         return eft_ok();
 *     }
 *
 *     int main(void) { return eft_run(app, NULL); } */
typedef eft_result eft_body(void *arg);

/* eft_spawn starts a task.  Its body begins when the tasks that are ready now
 * have had their turn; if it is cancelled before, it never begins.
 *
 * Owns:    borrows arg until the task ends; gives the future.
 * Result:  what body returns.
 * Errors:  EFT_ENOMEM; EFT_ELIMIT, too many tasks are suspended at once (then
 *          the body does not begin); EFT_ECLOSED, the loop is at its end;
 *          EFT_EINVAL, body is NULL or no loop is open on this thread.
 * Targets: natively 256 KiB of stack for a task, of which only touched pages
 *          cost memory, and 32,000 tasks; an overflow ends the process with a
 *          sentence.  On the web 64 KiB, beside the engine's own stack, and
 *          8,192 tasks; a task that traps or overflows ends with EFT_ETRAP or
 *          EFT_ESTACK, and the others go on.
 * Source:  asyncio.create_task. */
eft_future *eft_spawn(eft_body *body, void *arg);

/* eft_spawn_owned is eft_spawn() with an arg that the task frees with
 * free_arg(arg): when the body has returned, or where it never begins.
 *
 * Owns:    takes arg, also when it fails. */
eft_future *eft_spawn_owned(eft_body *body, void *arg,
                            void (*free_arg)(void *arg));

/* eft_current_task gives the task that runs now; NULL outside of tasks.
 *
 * Owns:    lends the future: it is to be referenced where it is kept.
 * Source:  asyncio.current_task. */
eft_future *eft_current_task(void);

/* eft_cancel_count answers how often a task was cancelled, less the cancels
 * that eft_uncancel() took back; 0 for what is no task.  A cancel that the body
 * swallowed counts still.  So a stretch of code that cancels its own task, as a
 * timeout does, can tell its cancel from those of others.
 *
 * Owns:    borrows task; NULL is allowed.
 * Source:  asyncio's Task.cancelling. */
uint32_t eft_cancel_count(const eft_future *task);

/* eft_uncancel takes one cancel of a task back, for who has made it.  At 0, a
 * cancel that no await has delivered yet is forgotten.
 *
 * Owns:    borrows task; NULL is allowed.
 * Result:  what eft_cancel_count() is now.
 * Source:  asyncio's Task.uncancel. */
uint32_t eft_uncancel(eft_future *task);

/* eft_spawn_at is eft_spawn() with a text that says where it is called, for
 * debug mode: where is a string that lasts, or NULL.  The macros below pass
 * their own place; (eft_spawn)(body, arg) is the function itself.
 *
 * Owns:    borrows where until the task is freed. */
eft_future *eft_spawn_at(const char *where, eft_body *body, void *arg);

/* eft_spawn_owned_at is eft_spawn_owned() likewise. */
eft_future *eft_spawn_owned_at(const char *where, eft_body *body, void *arg,
                               void (*free_arg)(void *arg));

/* EFT_WHERE makes such a text of the place it stands at, and of words. */
#ifdef __FILE_NAME__
#define EFT_WHERE(words) __FILE_NAME__ ":" EFT_WHERE_LINE(__LINE__) " " words
#else
#define EFT_WHERE(words) __FILE__ ":" EFT_WHERE_LINE(__LINE__) " " words
#endif
/* EFT_WHERE_LINE and EFT_WHERE_TEXT make a text of a number. */
#define EFT_WHERE_LINE(line) EFT_WHERE_TEXT(line)
/* EFT_WHERE_TEXT: see above. */
#define EFT_WHERE_TEXT(line) #line

/* eft_spawn and eft_spawn_owned, with their place. */
#define eft_spawn(...) eft_spawn_at(EFT_WHERE(#__VA_ARGS__), __VA_ARGS__)
/* eft_spawn_owned, likewise. */
#define eft_spawn_owned(...)                                                   \
    eft_spawn_owned_at(EFT_WHERE(#__VA_ARGS__), __VA_ARGS__)

/* eft_set_fiber_limit sets how many tasks of this thread can be suspended at
 * once before one more ends with EFT_ELIMIT; 0 restores the target's. */
void eft_set_fiber_limit(size_t limit);

/* eft_run makes a loop, runs app(arg) as its first task until that ends,
 * cancels the tasks that are left, waits for them, and closes the loop.
 *
 * Owns:    borrows arg until app ends.
 * Result:  the exit code of a program: 0 when app succeeded, whatever its
 *          value; 1 when it failed, its sentence is then logged as an error;
 *          130 when it ended with EFT_ECANCELED after an interrupt.
 * Targets: natively it returns.  SIGINT and SIGTERM cancel app; a second one
 *          ends the process as if eft were not there.  On the web it does not
 *          return to main, whose locals stay valid: the exit code goes to the
 *          loader's promise, or becomes Node's.
 *          Natively a program in which nothing can happen any more (nothing is
 *          ready, no timer runs, no operation is on its way, no other thread
 *          holds the loop) ends as a deadlock: app is cancelled, and the exit
 *          code is 1 where it ends by that.  What is to wait for an interrupt
 *          says so by a task that awaits eft_sleep(EFT_FOREVER).  Under Node a
 *          program ends so when Node has nothing left to wait for; in a page,
 *          which may call at any time, it waits on.
 *          Inside a running loop it is an error on both: it logs and gives 1.
 * Source:  asyncio.run. */
int eft_run(eft_body *app, void *arg);

#ifdef __cplusplus
}
#endif
#endif
