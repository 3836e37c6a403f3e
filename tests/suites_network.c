/* SPDX-License-Identifier: MIT
 * The suites that need a world with a network. */
#include "suite.h"

extern const test_case suite_ws[];
extern const test_case suite_ws_end[];
extern const test_case suite_ws_errors[];
extern const test_case suite_ws_more[];
extern const test_case suite_ws_servers[];
extern const test_case suite_ws_nginx[];
extern const test_case suite_ws_deflate[];
extern const test_case suite_ws_flow[];
extern const test_case suite_ws_stream[];
extern const test_case suite_ws_again[];
extern const test_case suite_handler[];
extern const test_case suite_ws_server[];
extern const test_case suite_ws_server_limits[];
extern const test_case suite_ws_server_start[];
extern const test_case suite_ws_server_end[];
extern const test_case suite_http[];
extern const test_case suite_http_follow[];
extern const test_case suite_http_shared[];
extern const test_case suite_http_bodies[];
extern const test_case suite_http_stream[];
extern const test_case suite_http_faults[];
extern const test_case suite_http_ends[];
extern const test_case suite_http_save[];
extern const test_case suite_http_servers[];
extern const test_case suite_http_large[];

const test_suite test_suites_of_world[] = {
    {"ws", suite_ws},
    {"ws_end", suite_ws_end},
    {"ws_again", suite_ws_again},
    {"ws_errors", suite_ws_errors},
    {"ws_more", suite_ws_more},
    {"ws_servers", suite_ws_servers},
    {"ws_nginx", suite_ws_nginx},
    {"ws_deflate", suite_ws_deflate},
    {"ws_flow", suite_ws_flow},
    {"ws_stream", suite_ws_stream},
    {"handler", suite_handler},
    {"ws_server", suite_ws_server},
    {"ws_server_limits", suite_ws_server_limits},
    {"ws_server_start", suite_ws_server_start},
    {"ws_server_end", suite_ws_server_end},
    {"http", suite_http},
    {"http_follow", suite_http_follow},
    {"http_shared", suite_http_shared},
    {"http_bodies", suite_http_bodies},
    {"http_stream", suite_http_stream},
    {"http_faults", suite_http_faults},
    {"http_ends", suite_http_ends},
    {"http_save", suite_http_save},
    {"http_servers", suite_http_servers},
    {"http_large", suite_http_large},
    {NULL, NULL},
};
