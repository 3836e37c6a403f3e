/* SPDX-License-Identifier: MIT
 * The suites of what only a native process has. */
#include "suite.h"

extern const test_case suite_process[];

const test_suite test_suites_of_target[] = {
    {"process", suite_process},
    {NULL, NULL},
};
