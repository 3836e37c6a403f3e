/* SPDX-License-Identifier: MIT
 * Attempts to connect. */
#include "ws_attempt.h"

#include <stdio.h>
#include <string.h>

#include "servers.h"

bool attempt_fails(const char *url, const eft_ws_options *options,
                   int32_t error, const char *words)
{
    eft_result result = eft_await(eft_ws_connect(url, options));
    const char *detail = eft_error_detail();
    bool holds = result.error == error && strstr(detail, words);

    if (!holds)
        printf("# %.60s: expected %s (%s), got %s: %s\n", url,
               eft_error_name(error), words, eft_error_name(result.error),
               detail);
    eft_result_free(result);
    return holds;
}

static eft_result talk(eft_ws *ws)
{
    eft_result result;
    bool same;

    EFT_TRY(eft_await(eft_ws_send_text(ws, "hello", 5)));
    result = eft_await(eft_ws_receive(ws));
    if (result.error)
        return result;
    same = result.message->length == 5 &&
           memcmp(result.message->data, "hello", 5) == 0;
    eft_result_free(result);
    if (!same)
        return eft_fail(EFT_EUSER, "the echo is another text");
    EFT_TRY(eft_await(eft_ws_close(ws, 1000, NULL)));
    return eft_ok();
}

bool attempt_echoes(const char *url, const eft_ws_options *options)
{
    eft_result opened = eft_await(eft_ws_connect(url, options));
    eft_result result = opened;

    if (!opened.error) {
        result = talk(opened.ws);
        if (!result.error && eft_ws_close_code(opened.ws) != 1000)
            result = eft_fail(EFT_EUSER, "it closed with another code");
    }
    if (result.error)
        printf("# %.60s: %s: %s\n", url, eft_error_name(result.error),
               eft_error_detail());
    if (!opened.error)
        eft_ws_free(opened.ws);
    return result.error == 0;
}

const char *attempt_reads(const char *url, const eft_ws_options *options)
{
    static char text[200000];
    eft_result opened = eft_await(eft_ws_connect(url, options)), result;

    *text = 0;
    if (!test_succeeded(opened.error))
        return text;
    result = eft_await(eft_ws_receive(opened.ws));
    if (test_succeeded(result.error)) {
        snprintf(text, sizeof text, "%.*s", (int)result.message->length,
                 (const char *)result.message->data);
        eft_result_free(result);
    }
    eft_ws_free(opened.ws);
    return text;
}

const char *attempt_at(const char *name, const char *path)
{
    static char urls[4][16000];
    static unsigned next;
    char *url = urls[next++ % 4];
    const char *base = test_server(name);
    const char *host = strstr(base, "://") + 3;
    size_t length = (size_t)(host - base) + strcspn(host, "/");

    snprintf(url, sizeof urls[0], "%.*s%s", (int)length, base, path);
    return url;
}
