/* SPDX-License-Identifier: MIT
 * The suites of what only the web has. */
#include "suite.h"

extern const test_case suite_web[];

const test_suite test_suites_of_target[] = {
    {"web", suite_web},
    {NULL, NULL},
};
