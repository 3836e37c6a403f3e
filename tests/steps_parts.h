/* SPDX-License-Identifier: MIT
 * Tasks of steps that the cases start, and things that they look at. */
#ifndef EFT_TESTS_STEPS_PARTS_H
#define EFT_TESTS_STEPS_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include <eft/eft.h>

enum { STEP_HOUR = 3600000, STEP_SOON = 5, STEP_LATER = 100 };

/* A task that sleeps for delay_ms and gives value. */
eft_future *step_sleeper(int64_t delay_ms, int64_t value);

/* One that sleeps for delay_ms and fails with EFT_EUSER and a literal. */
eft_future *step_failing(int64_t delay_ms, const char *sentence);

/* One that sleeps for delay_ms and notes the literal name, and the name of the
 * error with which its sleep ended, if it did. */
eft_future *step_noting(int64_t delay_ms, const char *name);

/* One that sleeps for ever, catches each cancel up to the last of times, and
 * then gives value. */
eft_future *step_stubborn(int times, int64_t value);

/* One that sleeps for ever, notes the literal name when it is cancelled, goes
 * on for a few turns, notes it again, and ends with EFT_ECANCELED. */
eft_future *step_cleaning(const char *name);

/* An owned value, and how many of them are not freed. */
eft_result step_owned_value(void);
extern int step_values_left;

/* A task that gives an owned value after a turn. */
eft_future *step_giving_owned(void);

/* Adds one to the int at arg. */
void step_count(void *arg);

/* A task on a fiber that does nothing. */
eft_future *step_fiber(void);

/* A body that another one calls, and its state: it gives how many turns it has
 * made. */
typedef struct step_part {
    eft_step step;
    int turns;
    int made;
} step_part;

eft_body step_make_turns;

#endif
