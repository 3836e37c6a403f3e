/* SPDX-License-Identifier: MIT
 * What the tests against other people's servers share. */
#include "servers_case.h"

#include <string.h>

#include "servers.h"
#include "suite.h"
#include "targets/world.h"

const char *const everyone[] = {
    "py", "py-plain", "aiohttp", "aiohttp-plain", "nginx", "nginx-wss", NULL};
uint8_t noise[MEBIBYTE];

void fill_noise(void)
{
    uint32_t state = 1;

    for (size_t i = 0; i < sizeof noise; i++) {
        state = state * 1664525 + 1013904223;
        noise[i] = (uint8_t)(state >> 24);
    }
}

bool is_native(void)
{
    return eft_target_ws_traits_of_world.any_close_code;
}

eft_result connect_to(const char *server, const char *path,
                      eft_ws_options options)
{
    if (is_native())
        options.tls.ca_file = test_server("ca");
    return eft_await(eft_ws_connect(test_server_at(server, path), &options));
}

eft_ws *open_server(const char *server, const char *path)
{
    eft_result result =
        connect_to(server, path, (eft_ws_options){.max_message = 2 * MEBIBYTE});

    if (!test_succeeded(result.error))
        test_explain("# by %s%s\n", server, path);
    return result.error ? NULL : result.ws;
}

bool closes(eft_ws *ws)
{
    eft_result result = eft_await(eft_ws_close(ws, 1000, "done"));
    bool well = result.error == 0 && eft_ws_close_code(ws) == 1000;

    if (!well)
        test_explain("# closing: %s, code %u\n", eft_error_name(result.error),
                     (unsigned)eft_ws_close_code(ws));
    eft_ws_free(ws);
    return well;
}

bool receives(eft_ws *ws, eft_message_type type, const void *data,
              size_t length)
{
    eft_result result = eft_await(eft_ws_receive(ws));
    bool same = false;

    if (test_succeeded(result.error)) {
        same = result.message->type == type &&
               result.message->length == length &&
               (!length || !memcmp(result.message->data, data, length)) &&
               result.message->data[length] == 0;
        eft_result_free(result);
    }
    return same;
}

bool comes_back(eft_ws *ws, eft_message_type type, const void *data,
                size_t length)
{
    eft_result result = eft_await(type == EFT_MESSAGE_TEXT
                                      ? eft_ws_send_text(ws, data, length)
                                      : eft_ws_send_binary(ws, data, length));

    return test_succeeded(result.error) && receives(ws, type, data, length);
}

bool ends_with(const char *server, const char *path, int32_t error,
               uint16_t code, const char *reason)
{
    eft_ws *ws = open_server(server, path);
    eft_result result;
    bool well;

    if (!ws)
        return false;
    result = eft_await(eft_ws_receive(ws));
    well = result.error == error && eft_ws_close_code(ws) == code &&
           !strcmp(eft_ws_close_reason(ws), reason);
    if (!well)
        test_explain("# %s%s: %s %u \"%s\"\n", server, path,
                     eft_error_name(result.error),
                     (unsigned)eft_ws_close_code(ws), eft_ws_close_reason(ws));
    eft_result_free(result);
    eft_ws_free(ws);
    return well;
}
