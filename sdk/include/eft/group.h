/* SPDX-License-Identifier: MIT
 * Groups: tasks that end together. */
#ifndef EFT_GROUP_H
#define EFT_GROUP_H

#include <stddef.h>

#include "eft/task.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A group belongs to the task that made it, its parent.  It takes tasks while
 * it lasts, and its end is when all of them have ended: none is left over.
 *
 *     eft_group *group = eft_group_new();
 *     eft_future_free(eft_group_spawn(group, serve, &first));
 *     eft_future_free(eft_group_spawn(group, serve, &second));
 *     eft_result result = eft_await(do_more());
 *     eft_group_fail(group, result);
 *     result = eft_await(eft_group_join(group));
 *     eft_group_free(group);
 *
 * The first task that fails ends the group: the others are cancelled, and so is
 * the parent, whose await of whatever it does gives EFT_ECANCELED.  The join
 * then ends with that error, and takes the cancel of the parent back.  Tasks
 * that end cancelled are no failures.
 *
 * What the parent does between eft_group_new() and eft_group_join() is the
 * group's body.  Its result goes to eft_group_fail(), which does nothing where
 * that is no error. */
typedef struct eft_group eft_group;

/* eft_group_new makes a group of the current task.
 *
 * Owns:    gives the group, which eft_group_free() frees; NULL when out of
 *          memory, outside of a task, or where 8,191 scopes and groups of the
 *          task are open; the functions below answer that with EFT_ENOMEM.
 * Source:  asyncio.TaskGroup. */
eft_group *eft_group_new(void);

/* eft_group_spawn starts a task of the group, as eft_spawn() does.
 *
 * Owns:    borrows arg until the task ends; gives the future, which may be
 *          awaited, cancelled, or freed at once.
 * Result:  what body returns.
 * Errors:  EFT_ECLOSED  the group is finished, or is ending
 *          and those of eft_spawn()
 * Source:  asyncio's TaskGroup.create_task. */
eft_future *eft_group_spawn(eft_group *group, eft_body *body, void *arg);

/* eft_group_spawn_owned is eft_group_spawn() with an arg that the task frees
 * with free_arg(arg), as eft_spawn_owned() does.
 *
 * Owns:    takes arg, also when it fails. */
eft_future *eft_group_spawn_owned(eft_group *group, eft_body *body, void *arg,
                                  void (*free_arg)(void *arg));

/* eft_group_spawn_steps is eft_group_spawn() with a task of steps, as
 * eft_spawn_steps() makes it.
 *
 * Owns:    copies size bytes at state; gives the future. */
eft_future *eft_group_spawn_steps(eft_group *group, eft_body *steps,
                                  const void *state, size_t size);

/* eft_group_cancel ends the group early, and without an error: its tasks are
 * cancelled, and so is the parent, until the join.  A cancel from outside, or
 * a deadline's, is not lost by it.
 *
 * Source:  asyncio's TaskGroup.cancel. */
void eft_group_cancel(eft_group *group);

/* eft_group_fail tells that the group's body failed: the tasks are cancelled,
 * and the join will end with error, where no task has failed.  Without an error
 * it does nothing.
 *
 * Owns:    takes error; its sentence is the one that eft_error_detail() gives.
 * Source:  an exception that leaves asyncio's async with TaskGroup(). */
void eft_group_fail(eft_group *group, eft_result error);

/* eft_group_join waits until all tasks of the group have ended, those too that
 * they start in it meanwhile.
 *
 * Cancelling it cancels the tasks, once, and it ends with EFT_ECANCELED when
 * they have; but errors come before that, and leave the cancel to the parent's
 * next await.
 *
 * Owns:    borrows group until done; gives the future.
 * Result:  none.
 * Errors:  the first task's that failed, else the body's
 *          EFT_ECANCELED  the body, the join or the parent was cancelled, and
 *                         not by the group
 *          EFT_ECLOSED    the group was freed
 *          EFT_EBUSY      another join is pending
 *          EFT_EINVAL     it was joined before
 *          EFT_ENOMEM */
eft_future *eft_group_join(eft_group *group);

/* eft_group_errors gives all errors after the join: the tasks', in the order in
 * which they ended, then the body's.
 *
 * Owns:    lends results that live as long as group, never NULL; count is 0
 *          before the join has ended, and where there was no memory for them.
 * Source:  asyncio's ExceptionGroup. */
const eft_results *eft_group_errors(const eft_group *group);

/* eft_group_error_detail gives the sentence of an item of eft_group_errors().
 *
 * Owns:    lends a string that lives as long as group, never NULL; "" where
 *          there is no such item. */
const char *eft_group_error_detail(const eft_group *group, size_t index);

/* eft_group_free gives the group up.  Tasks that have not ended are cancelled,
 * but not waited for; a join that is pending ends with EFT_ECLOSED.
 *
 * Owns:    takes group; NULL is allowed. */
void eft_group_free(eft_group *group);

#ifdef __cplusplus
}
#endif
#endif
