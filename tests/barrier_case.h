/* SPDX-License-Identifier: MIT
 * What the suites of barriers have in common: a barrier, and who passes it. */
#ifndef EFT_TESTS_BARRIER_CASE_H
#define EFT_TESTS_BARRIER_CASE_H

#include <eft/eft.h>

enum { PARTIES = 5 };

/* The barrier of the running test, how many waits have passed it, and how many
 * ended because it broke. */
extern eft_barrier *barrier;
extern int barrier_passed;
extern int barrier_broken;

/* Make it, for PARTIES, and free it. */
void barrier_begin(void);
void barrier_finish(void);

/* A task that waits, and counts how that ended; arg is not used. */
eft_result barrier_passer(void *arg);

/* Start tasks, and wait for them; the last does both, for PARTIES of them. */
void spawn_all(eft_body *body, eft_future **tasks, int count);
void await_all(eft_future **tasks, int count);
void run_all(eft_body *body);

#endif
