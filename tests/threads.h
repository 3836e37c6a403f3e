/* SPDX-License-Identifier: MIT
 * Tests on a thread of their own. */
#ifndef EFT_TESTS_THREADS_H
#define EFT_TESTS_THREADS_H

/* The runner's loop is this thread's: what opens loops runs on another one,
 * while this one waits.  It has to leave no loop and no objects behind. */
void in_a_thread(void (*run)(void));

/* Defines the test name, which runs name_body() on a thread of its own. */
#define THREADED(name)                                                         \
    static void name(void)                                                     \
    {                                                                          \
        in_a_thread(name##_body);                                              \
    }

#endif
