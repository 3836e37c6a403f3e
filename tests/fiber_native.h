/* SPDX-License-Identifier: MIT
 * What the files of the test program fiber_native share. */
#ifndef EFT_TESTS_FIBER_NATIVE_H
#define EFT_TESTS_FIBER_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "targets/fiber.h"

/* How many CHECKs of the running test were not so. */
extern int failures_in_test;

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition)) {                                                    \
            failures_in_test++;                                                \
            printf("# %s:%d: not so: %s\n", __FILE__, __LINE__, #condition);   \
        }                                                                      \
    } while (0)

/* One fiber of a test: what it is, and what it did. */
typedef struct actor {
    eft_fiber *fiber; /* itself */
    unsigned number;  /* which one it is */
    unsigned steps;   /* how often it ran */
    bool good;        /* what it found was right */
} actor;

/* must_create gives actor a fiber, or ends the program. */
void must_create(actor *self, void (*entry)(void *arg));

/* idle parks for ever: how each entry ends. */
void idle(actor *self);

/* count_steps is an entry that counts how often it is resumed, and whether its
 * stack stayed its own. */
void count_steps(void *arg);

/* statm_bytes gives one number of /proc/self/statm: 0, what is mapped; 1, what
 * is resident; or 0 where there is no such file. */
long statm_bytes(int which);

/* The tests in fiber_native_faults.c: each runs children. */
void test_an_overflow_is_named(void);
void test_other_faults_are_not_named(void);
void test_the_program_s_handler_is_called(void);
void test_the_system_s_limit_is_an_error(void);
void test_what_a_sleeping_fiber_holds_is_no_leak(void);
void test_exit_on_a_fiber_is_no_leak(void);

/* The tests in fiber_native_keeps.c. */
void test_registers_are_kept(void);
void test_float_control_is_kept(void);
void test_longjmp_inside_a_fiber(void);

#endif
