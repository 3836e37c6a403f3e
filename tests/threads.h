/* SPDX-License-Identifier: MIT
 * Tests on a thread of their own. */
#ifndef EFT_TESTS_THREADS_H
#define EFT_TESTS_THREADS_H

#include "suite.h"
#include "targets/world.h"

/* The runner's loop is this thread's: what opens loops runs on another one,
 * while this one waits.  It has to leave no loop and no objects behind. */
void in_a_thread(void (*run)(void));

/* NEEDS_THREADS skips a test where the world has one thread. */
#define NEEDS_THREADS()                                                        \
    do {                                                                       \
        if (!eft_target_traits_of_world.threads)                               \
            SKIP("the virtual world has one thread");                          \
    } while (0)

/* Defines the test name, which runs name_body() on a thread of its own. */
#define THREADED(name)                                                         \
    static void name(void)                                                     \
    {                                                                          \
        in_a_thread(name##_body);                                              \
    }

#endif
