/* SPDX-License-Identifier: MIT
 * The suites of what only a page has and a server is needed for: none. */
#include "suite.h"

const test_suite test_suites_of_both[] = {{NULL, NULL}};
