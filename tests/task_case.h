/* SPDX-License-Identifier: MIT
 * What the suites of tasks have in common: short bodies, and what they free. */
#ifndef EFT_TESTS_TASK_CASE_H
#define EFT_TESTS_TASK_CASE_H

#include <eft/eft.h>

enum { HOUR = 3600000 };

/* Frees an owned value: counts in the int that it is. */
void count_free(void *value);

/* Bodies.  They give their argument; give it as an owned value that
 * count_free() frees; note the literal that it is; await the future that it is.
 */
eft_result return_arg(void *arg);
eft_result return_owned(void *arg);
eft_result note_and_return(void *arg);
eft_result await_arg(void *arg);

/* Sleeps for an hour; arg is not used. */
eft_result sleep_long(void *arg);

/* Sleeps for the int64_t at arg, and gives it. */
eft_result sleep_and_return(void *arg);

#endif
