/* SPDX-License-Identifier: MIT
 * The seam, down: what a fiber half implements. */
#ifndef EFT_TARGETS_FIBER_H
#define EFT_TARGETS_FIBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A fiber is a stack that can be left in the middle and entered again.  The
 * core keeps finished fibers in a pool of its own and hands them new tasks, so
 * a fiber's entry never returns, and a half sees few creations.
 *
 * Who calls what: create, resume and destroy are called on the loop's stack,
 * park and hand_over on the fiber's own.  One thread uses one fiber.
 *
 *          create            resume              park
 *   (none) ------> PARKED ------------> RUNNING -------> PARKED
 *                    | destroy             | trap (web only)
 *                    v                     v
 *                  (none)                DEAD: eft_core_fiber_died()
 *
 * A half whose engine can only resume a fiber later (JSPI: one microtask
 * later) answers false from resume.  The core then does nothing at all until
 * that fiber has parked and the half calls eft_core_pump_on(); so the order of
 * events is the same in every half. */
typedef struct eft_fiber eft_fiber;

/* eft_target_fiber_limit gives how many fibers the half can have at once;
 * the core answers EFT_ELIMIT beyond it. */
size_t eft_target_fiber_limit(void);

/* eft_target_fiber_create makes a parked fiber that calls entry(arg) when it
 * is first resumed.
 *
 * Owns:    gives *fiber, until destroy or eft_core_fiber_died.
 * Errors:  EFT_ENOMEM, EFT_ELIMIT (the system refuses more stacks); *fiber is
 *          then not written. */
int32_t eft_target_fiber_create(eft_fiber **fiber, void (*entry)(void *arg),
                                void *arg);

/* eft_target_fiber_resume runs a parked fiber.  True: it ran, and has parked
 * again.  False: it will run as soon as the core has returned to the world. */
bool eft_target_fiber_resume(eft_fiber *fiber);

/* eft_target_fiber_may_park answers, on the running fiber, whether it can be
 * parked from here: false where frames of the host language lie between the
 * fiber's entry and this call. */
bool eft_target_fiber_may_park(eft_fiber *fiber);

/* eft_target_fiber_park leaves the running fiber, and returns when it is
 * resumed.  A half that can only notice a stack overflow after the fact checks
 * its red zone here and reports eft_core_fiber_died with EFT_ESTACK. */
void eft_target_fiber_park(eft_fiber *fiber);

/* eft_target_fiber_hand_over leaves the running fiber, as park does, and runs
 * next, a parked one, as resume does, without a visit to the loop's stack in
 * between; returns when fiber is resumed or handed over to.  The core calls it
 * only where eft_target_fiber_hands_over says that the half can. */
void eft_target_fiber_hand_over(eft_fiber *fiber, eft_fiber *next);

extern const bool eft_target_fiber_hands_over;

/* eft_target_fiber_destroy frees a parked fiber.  Nothing on its stack is
 * unwound: the core destroys only idle ones. */
void eft_target_fiber_destroy(eft_fiber *fiber);

#endif
