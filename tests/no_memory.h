/* SPDX-License-Identifier: MIT
 * What is tried with too little memory, and how. */
#ifndef EFT_TESTS_NO_MEMORY_H
#define EFT_TESTS_NO_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include <eft/result.h>

#include "short_memory.h"

/* One thing to be tried: run once with all memory, which counts what it asks
 * for; then again for each of these with that one refused; and again with that
 * one and all later ones refused. */
typedef struct trial {
    const char *suite;
    const char *name;

    /* Runs it, in a task of its own. */
    void (*run)(const void *arg);
    const void *arg;

    /* After each run: what was wrong, or NULL.  NULL itself: nothing can be. */
    const char *(*wrong)(const void *arg, const short_memory *memory);

    /* Why it may wait for ever, or keep what it made, where something that it
     * started without looking failed; NULL: it may not. */
    const char *excuse;
} trial;

/* The allocator of the program, and of all that is tried. */
extern short_memory no_memory;

/* The allocations of all runs of one trial, about. */
extern size_t no_memory_work;

/* Tries one and prints what went wrong; false: something did. */
bool no_memory_try(const trial *tried);

/* What a test does whose REQUIRE fails: ends what it has started, while its
 * variables are there still. */
void no_memory_leave(void);

/* A scenario is a program that handles every error.  It ends with success or
 * EFT_ENOMEM, and nothing that it made is left. */
typedef struct scenario {
    const char *name;
    eft_result (*run)(void *arg);
} scenario;

/* Each list ends with a NULL name. */
extern const scenario no_memory_core[];
extern const scenario no_memory_combine[];
extern const scenario no_memory_sync[];
extern const scenario no_memory_queue[];
extern const scenario no_memory_ws[];
extern const scenario no_memory_again[];
extern const scenario no_memory_http[];

/* Scenarios report with these, from anywhere. */
void scenario_claim(bool holds, const char *claim);

/* SHOULD notes that what has to hold, with memory or without, does not. */
#define SHOULD(condition) scenario_claim((condition), #condition)

/* A value that has to be freed exactly once, or NULL without memory; who frees
 * it twice aborts. */
eft_result scenario_owned(void);
void *scenario_value(void);
void scenario_free(void *value);

/* The first error of two, and what else they hold is freed. */
eft_result scenario_both(eft_result a, eft_result b);

/* Tries a scenario inside the loop that runs. */
bool no_memory_try_scenario(const char *suite, const scenario *program);

/* Begins one, and tells what was wrong with it, or NULL. */
void scenario_begin(void);
const char *scenario_broken(void);

/* Tries a scenario as a program of its own, from eft_run() to its return, where
 * that returns. */
bool no_memory_has_programs(void);
bool no_memory_try_program(const scenario *program);

/* Names of tests that are not tried, and of those with an excuse. */
bool no_memory_is_left_out(const char *suite, const char *test);
const char *no_memory_excuse(const char *suite, const char *test);

#endif
