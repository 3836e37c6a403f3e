/* SPDX-License-Identifier: MIT
 * The WebSocket server on the web, where there is none. */
#include <string.h>

#include <eft/eft.h>
#include <eft/native/ws_server.h>

#include "suite.h"

static eft_result serve(eft_ws *ws, const eft_ws_request *request, void *arg)
{
    (void)ws;
    (void)request;
    (void)arg;
    return eft_ok();
}

static void a_page_cannot_listen(void)
{
    eft_result result = eft_await(
        eft_ws_server_start(&(eft_ws_server_options){.serve = serve}));

    CHECK(result.error == EFT_ENOTSUP);
    CHECK(strstr(eft_error_detail(), "listen") != NULL);
}

const test_case suite_ws_server[] = {
    {"a_page_cannot_listen", a_page_cannot_listen},
    {NULL, NULL},
};

const test_case suite_ws_server_limits[] = {{NULL, NULL}};
const test_case suite_ws_server_start[] = {{NULL, NULL}};
const test_case suite_ws_server_end[] = {{NULL, NULL}};
