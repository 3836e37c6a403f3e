/* SPDX-License-Identifier: MIT
 * The suites of what only a page has and a server is needed for. */
#include "suite.h"

extern const test_case suite_http_web[];

const test_suite test_suites_of_both[] = {
    {"http_web", suite_http_web},
    {NULL, NULL},
};
