/* SPDX-License-Identifier: MIT
 * What stands for suites_network.c in the virtual world: the suites that need
 * its clock, where no two deadlines fall together because a machine is busy. */
#include "suite.h"

extern const test_case suite_wait[];
extern const test_case suite_as_completed[];
extern const test_case suite_shield[];
extern const test_case suite_timeout[];
extern const test_case suite_timeout_nested[];
extern const test_case suite_group[];
extern const test_case suite_group_cancel[];
extern const test_case suite_group_early[];
extern const test_case suite_cancel_count[];
extern const test_case suite_combine_memory[];
extern const test_case suite_debug[];

const test_suite test_suites_of_world[] = {
    {"wait", suite_wait},
    {"as_completed", suite_as_completed},
    {"shield", suite_shield},
    {"timeout", suite_timeout},
    {"timeout_nested", suite_timeout_nested},
    {"group", suite_group},
    {"group_cancel", suite_group_cancel},
    {"group_early", suite_group_early},
    {"cancel_count", suite_cancel_count},
    {"combine_memory", suite_combine_memory},
    {"debug", suite_debug},
    {NULL, NULL},
};
