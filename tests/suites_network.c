/* SPDX-License-Identifier: MIT
 * The suites that need a world with a network. */
#include "suite.h"

extern const test_case suite_ws[];
extern const test_case suite_ws_errors[];
extern const test_case suite_handler[];

const test_suite test_suites_of_world[] = {
    {"ws", suite_ws},
    {"ws_errors", suite_ws_errors},
    {"handler", suite_handler},
    {NULL, NULL},
};
