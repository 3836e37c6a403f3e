/* SPDX-License-Identifier: MIT
 * What stands for suites_network.c in the virtual world: nothing. */
#include "suite.h"

const test_suite test_suites_of_world[] = {
    {NULL, NULL},
};
