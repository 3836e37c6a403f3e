/* SPDX-License-Identifier: MIT
 * The suites of what only a native process has. */
#include "suite.h"

extern const test_case suite_deflate[];
extern const test_case suite_deflate_memory[];
extern const test_case suite_deflate_protocol[];
extern const test_case suite_deflate_random[];
extern const test_case suite_process[];
extern const test_case suite_run_until[];
extern const test_case suite_loop_end[];
extern const test_case suite_threads[];
extern const test_case suite_executor_threads[];

const test_suite test_suites_of_target[] = {
    {"deflate", suite_deflate},
    {"deflate_memory", suite_deflate_memory},
    {"deflate_protocol", suite_deflate_protocol},
    {"deflate_random", suite_deflate_random},
    {"process", suite_process},
    {"run_until", suite_run_until},
    {"loop_end", suite_loop_end},
    {"threads", suite_threads},
    {"executor_threads", suite_executor_threads},
    {NULL, NULL},
};
