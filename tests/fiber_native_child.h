/* SPDX-License-Identifier: MIT
 * Tests that run in a process of their own, which they may lose. */
#ifndef EFT_TESTS_FIBER_NATIVE_CHILD_H
#define EFT_TESTS_FIBER_NATIVE_CHILD_H

#include "fiber_native.h"

/* How a child ended. */
typedef struct ending {
    int status;       /* as waitpid gives it */
    char words[4096]; /* the beginning of what it wrote to stderr */
} ending;

/* Runs body in a child, whose exit code is what it returns. */
ending run_child(int (*body)(void));

bool exited_with(const ending *end, int code);

#endif
