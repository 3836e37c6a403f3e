/* SPDX-License-Identifier: MIT
 * What the suites of groups have in common: tasks of a group, and its end. */
#ifndef EFT_TESTS_GROUP_CASE_H
#define EFT_TESTS_GROUP_CASE_H

#include <eft/eft.h>

#include "task_case.h"

/* Delays, for the tasks. */
extern const int64_t ten;
extern const int64_t twenty;
extern const int64_t thirty;

/* A task of the group, of which nobody holds the future. */
void group_spawn(eft_group *group, eft_body *body, const void *arg);

/* Joins the group and frees it; gives the error of the join. */
int32_t group_join(eft_group *group);

/* What leaving asyncio's async with does: the body's result, and the join. */
eft_result group_leave(eft_group *group, eft_result body);

/* Sleeps for the int64_t at arg, and fails with "after" and that number. */
eft_result fail_after(void *arg);

/* The others sleep for an hour, and expect to be cancelled.  This one notes
 * the literal arg and the name of the error. */
eft_result note_cancel(void *arg);

/* This one fails with EFT_EIO, and with the literal arg where there is one. */
eft_result fail_when_cancelled(void *arg);

/* This one sleeps for another second, and notes the literal arg and the error
 * of that sleep, as a number. */
eft_result clean_up_slowly(void *arg);

#endif
