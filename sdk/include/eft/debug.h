/* SPDX-License-Identifier: MIT
 * Debug mode: what the tasks do, and what went unnoticed. */
#ifndef EFT_DEBUG_H
#define EFT_DEBUG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A program that hangs is asked what its tasks wait for:
 *
 *     eft_debug_enable(true);
 *     ...
 *     eft_debug_print_tasks();
 *
 *     gather-all (fiber, app.c:40 app): awaits gather
 *     send-1 (fiber, app.c:31 send): awaits task ask-2
 *       ask-2 (steps, app.c:18 ask): sleeps
 *
 * In debug mode the loop also warns
 *  - of a task or callback that runs for long without a pause, since all the
 *    others wait meanwhile;
 *  - at its end, of objects that were not freed, responses with their URL, and
 *    of futures that something waited for still; a session of HTTP that nothing
 *    is under way in is none of them, since it may outlive a loop;
 *  - in a page, when nothing is left that could go on by itself.
 *
 * In any mode the log tells of a task that failed, or a future of
 * eft_future_new(), when it is freed and nobody has looked at its error.
 *
 * Debug mode is the thread's, and costs time and memory; tasks that were
 * spawned before it began show less.
 *
 * Targets: EFT_DEBUG=1 in the environment turns it on, natively and under Node;
 *          in a page ?eft-debug in the address, or the option debug of
 *          web/loader.mjs.
 * Source:  asyncio's debug mode. */

/* eft_debug_enable turns debug mode on or off, for this thread's loop and those
 * that it opens later. */
void eft_debug_enable(bool on);

/* eft_debug_is_enabled answers whether debug mode is on, on this thread. */
bool eft_debug_is_enabled(void);

/* eft_debug_set_slow sets how long something may run without a pause before
 * debug mode warns; at first 100 ms.
 *
 * Units:   milliseconds; negative ones count as 0, EFT_FOREVER: never warn.
 * Source:  asyncio's loop.slow_callback_duration. */
void eft_debug_set_slow(int64_t duration_ms);

/* eft_all_tasks lists this thread's tasks that have not ended, in the order of
 * their spawning.
 *
 * Owns:    lends the futures; those that are kept are to be referenced.
 * Result:  how many there are; the first room of them are in tasks, which may
 *          be NULL where room is 0.
 * Source:  asyncio.all_tasks. */
size_t eft_all_tasks(eft_future **tasks, size_t room);

/* eft_task_set_name gives a task a name, for the log; NULL or "" takes it back.
 * A task without one costs nothing more.  Memory short, it stays as it was.
 *
 * Owns:    borrows task, copies name.
 * Source:  asyncio's Task.set_name. */
void eft_task_set_name(eft_future *task, const char *name);

/* eft_task_name gives a task's name: "task" where it has none, or in debug mode
 * "task-N", counted from 1 in the order of spawning; "" where it is no task.
 *
 * Owns:    borrows task; lends the name, until it is changed or the task is
 *          freed.
 * Source:  asyncio's Task.get_name. */
const char *eft_task_name(const eft_future *task);

/* eft_debug_print_tasks logs all tasks at EFT_LOG_INFO, each with its kind,
 * where it was spawned, and what it does; below it, indented, the task that it
 * waits for.  Tasks that several wait for are told once, and named later. */
void eft_debug_print_tasks(void);

#ifdef __cplusplus
}
#endif
#endif
