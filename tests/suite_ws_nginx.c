/* SPDX-License-Identifier: MIT
 * WebSockets behind nginx: what it answers itself, and what it cuts. */
#include <string.h>

#include <eft/eft.h>

#include "servers_case.h"
#include "suite.h"

/* Does connecting fail, and natively with these words? */
static bool is_refused(const char *server, const char *path, const char *words)
{
    eft_result result = connect_to(server, path, (eft_ws_options){0});
    const char *detail = eft_error_detail();
    int32_t wanted = is_native() ? EFT_EHANDSHAKE : EFT_ECONNECT;
    bool well = result.error == wanted &&
                (!is_native() || strstr(detail, words) != NULL);

    if (!well)
        test_explain("# %s%s: %s: %s\n", server, path,
                     eft_error_name(result.error), detail);
    eft_result_free(result);
    return well;
}

static void nginx_without_anybody_behind_it(void)
{
    CHECK(is_refused("nginx", "/gone/echo", "502"));
    CHECK(is_refused("nginx-wss", "/gone/echo", "502"));
}

static void nginx_that_forgets_the_upgrade(void)
{
    CHECK(is_refused("nginx", "/forgetful/echo", "404"));
}

static void nginx_that_passes_a_404_on(void)
{
    CHECK(is_refused("nginx", "/nothing-here", "404"));
    CHECK(is_refused("nginx-wss", "/status/503", "503"));
}

static void nginx_whose_buffer_is_too_small(void)
{
    eft_ws *ws = open_server("nginx", "/long-answer/2000");

    CHECK(ws != NULL);
    eft_ws_free(ws);
    CHECK(is_refused("nginx", "/small/long-answer/2000", "502"));
}

static void nginx_that_cuts_what_is_silent(void)
{
    CHECK(ends_with("nginx", "/brief/silent-open", EFT_EABNORMAL, 1006, ""));
    CHECK(
        ends_with("nginx-wss", "/brief/silent-open", EFT_EABNORMAL, 1006, ""));
}

const test_case suite_ws_nginx[] = {
    {"nginx_without_anybody_behind_it", nginx_without_anybody_behind_it},
    {"nginx_that_forgets_the_upgrade", nginx_that_forgets_the_upgrade},
    {"nginx_that_passes_a_404_on", nginx_that_passes_a_404_on},
    {"nginx_whose_buffer_is_too_small", nginx_whose_buffer_is_too_small},
    {"nginx_that_cuts_what_is_silent", nginx_that_cuts_what_is_silent},
    {NULL, NULL},
};
