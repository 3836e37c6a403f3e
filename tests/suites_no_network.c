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
extern const test_case suite_debug_slow[];
extern const test_case suite_ws_checks[];
extern const test_case suite_ws_lacks[];
extern const test_case suite_ws_redirect[];
extern const test_case suite_ws_parts[];
extern const test_case suite_ws_queue[];
extern const test_case suite_ws_random[];
extern const test_case suite_ws_script[];
extern const test_case suite_ws_ping[];
extern const test_case suite_ws_keepalive[];
extern const test_case suite_ws_blocked[];
extern const test_case suite_ws_heartbeat[];
extern const test_case suite_reconnect[];
extern const test_case suite_reconnect_retry[];
extern const test_case suite_reconnect_end[];
extern const test_case suite_handler_connect[];
extern const test_case suite_handler_end[];

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
    {"debug_slow", suite_debug_slow},
    {"ws_checks", suite_ws_checks},
    {"ws_lacks", suite_ws_lacks},
    {"ws_redirect", suite_ws_redirect},
    {"ws_parts", suite_ws_parts},
    {"ws_queue", suite_ws_queue},
    {"ws_random", suite_ws_random},
    {"ws_script", suite_ws_script},
    {"ws_ping", suite_ws_ping},
    {"ws_keepalive", suite_ws_keepalive},
    {"ws_blocked", suite_ws_blocked},
    {"ws_heartbeat", suite_ws_heartbeat},
    {"reconnect", suite_reconnect},
    {"reconnect_retry", suite_reconnect_retry},
    {"reconnect_end", suite_reconnect_end},
    {"handler_connect", suite_handler_connect},
    {"handler_end", suite_handler_end},
    {NULL, NULL},
};

const test_suite test_suites_of_both[] = {{NULL, NULL}};
