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
extern const test_case suite_http_options[];
extern const test_case suite_http_request[];
extern const test_case suite_http_url[];
extern const test_case suite_http_query[];
extern const test_case suite_http_body[];
extern const test_case suite_http_multipart[];
extern const test_case suite_http_redirect[];
extern const test_case suite_http_text[];
extern const test_case suite_http_transfer[];
extern const test_case suite_http_response[];
extern const test_case suite_http_pieces[];
extern const test_case suite_http_random[];
extern const test_case suite_http_progress[];
extern const test_case suite_http_read[];
extern const test_case suite_http_lacks[];
extern const test_case suite_http_limit[];
extern const test_case suite_http_measure[];
extern const test_case suite_http_debug[];
extern const test_case suite_http_filename[];
extern const test_case suite_http_hops[];
extern const test_case suite_http_timeout[];
extern const test_case suite_http_upload[];
extern const test_case suite_http_write[];
extern const test_case suite_http_writer[];

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
    {"http_options", suite_http_options},
    {"http_request", suite_http_request},
    {"http_url", suite_http_url},
    {"http_query", suite_http_query},
    {"http_body", suite_http_body},
    {"http_multipart", suite_http_multipart},
    {"http_redirect", suite_http_redirect},
    {"http_text", suite_http_text},
    {"http_transfer", suite_http_transfer},
    {"http_response", suite_http_response},
    {"http_pieces", suite_http_pieces},
    {"http_random", suite_http_random},
    {"http_progress", suite_http_progress},
    {"http_read", suite_http_read},
    {"http_lacks", suite_http_lacks},
    {"http_limit", suite_http_limit},
    {"http_measure", suite_http_measure},
    {"http_debug", suite_http_debug},
    {"http_filename", suite_http_filename},
    {"http_hops", suite_http_hops},
    {"http_timeout", suite_http_timeout},
    {"http_upload", suite_http_upload},
    {"http_write", suite_http_write},
    {"http_writer", suite_http_writer},
    {NULL, NULL},
};

const test_suite test_suites_of_both[] = {{NULL, NULL}};
