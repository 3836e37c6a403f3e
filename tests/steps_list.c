/* SPDX-License-Identifier: MIT
 * The suites of steps, in the order in which they run. */
#include "steps.h"

extern const step_case steps_body[];
extern const step_case steps_call[];
extern const step_case steps_error[];
extern const step_case steps_cancel[];
extern const step_case steps_owned[];
extern const step_case steps_order[];
extern const step_case steps_combine[];
extern const step_case steps_scope[];
extern const step_case steps_sync[];
extern const step_case steps_queue[];
extern const step_case steps_callback[];

const step_suite step_suites[] = {
    {"steps_body", steps_body},         {"steps_call", steps_call},
    {"steps_error", steps_error},       {"steps_cancel", steps_cancel},
    {"steps_owned", steps_owned},       {"steps_order", steps_order},
    {"steps_combine", steps_combine},   {"steps_scope", steps_scope},
    {"steps_sync", steps_sync},         {"steps_queue", steps_queue},
    {"steps_callback", steps_callback}, {NULL, NULL},
};
