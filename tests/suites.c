/* SPDX-License-Identifier: MIT
 * The suites that need no network, in the order in which they run. */
#include "suite.h"

extern const test_case suite_memory[];
extern const test_case suite_utf8[];
extern const test_case suite_frame[];
extern const test_case suite_protocol[];
extern const test_case suite_url[];
extern const test_case suite_json[];
extern const test_case suite_future[];
extern const test_case suite_task[];
extern const test_case suite_loop[];
extern const test_case suite_gather[];
extern const test_case suite_wait_for[];
extern const test_case suite_fiber[];

const test_suite test_suites[] = {
    {"memory", suite_memory},
    {"utf8", suite_utf8},
    {"frame", suite_frame},
    {"protocol", suite_protocol},
    {"url", suite_url},
    {"json", suite_json},
    {"future", suite_future},
    {"task", suite_task},
    {"loop", suite_loop},
    {"gather", suite_gather},
    {"wait_for", suite_wait_for},
    {"fiber", suite_fiber},
    {NULL, NULL},
};
