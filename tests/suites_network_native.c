/* SPDX-License-Identifier: MIT
 * The suites of what only a native process can ask of a server. */
#include "suite.h"

extern const test_case suite_dial[];
extern const test_case suite_http_head[];
extern const test_case suite_ws_opening[];
extern const test_case suite_ws_answer[];
extern const test_case suite_ws_tls[];
extern const test_case suite_ws_proxy[];
extern const test_case suite_http_native[];
extern const test_case suite_http_tls[];
extern const test_case suite_http_answers[];
extern const test_case suite_http_proxy[];
extern const test_case suite_http_socks[];
extern const test_case suite_http_cookies[];
extern const test_case suite_http_file[];

const test_suite test_suites_of_both[] = {
    {"dial", suite_dial},
    {"http_head", suite_http_head},
    {"ws_opening", suite_ws_opening},
    {"ws_answer", suite_ws_answer},
    {"ws_tls", suite_ws_tls},
    {"ws_proxy", suite_ws_proxy},
    {"http_native", suite_http_native},
    {"http_tls", suite_http_tls},
    {"http_answers", suite_http_answers},
    {"http_proxy", suite_http_proxy},
    {"http_socks", suite_http_socks},
    {"http_cookies", suite_http_cookies},
    {"http_file", suite_http_file},
    {NULL, NULL},
};
