/* SPDX-License-Identifier: MIT
 * What the tests of one connection to a scripted server share. */
#include "ws_case.h"

#include <string.h>

#include "suite.h"
#include "ws_script.h"

static const char *const url = "ws://host/";

eft_ws *open_with(eft_ws_options options)
{
    script_begin();
    return script_connect(url, &options);
}

void close_ws(eft_ws *ws)
{
    eft_ws_free(ws);
    script_settle();
    script_ignore();
    script_end();
}

void wait_ms(int64_t delay_ms)
{
    eft_result_free(eft_await(eft_sleep(delay_ms)));
}

static char payload[8];
static size_t payload_length;

bool pinged(void)
{
    const eft__virtual_call *call = eft__virtual_ws_next();

    if (!call || call->what != EFT__VIRTUAL_PING || call->length > 8)
        return false;
    memcpy(payload, call->data, call->length);
    payload_length = call->length;
    return script_asked("");
}

void pongs(void)
{
    eft_core_ws_pong(script_id(0), payload, payload_length);
}

double trip(eft_future *future)
{
    if (eft_future_state(future) == EFT_PENDING) {
        eft_future_free(future);
        return -2;
    }
    eft_result result = eft_await(future);
    return result.error ? -1 : result.f64;
}

bool refuses(const eft_ws_options *options, int32_t error, const char *words)
{
    eft_future *connect = eft_ws_connect(url, options);
    bool asked = script_asked("");
    int32_t got = script_error(connect);

    if (got != error)
        test_explain("# got %s\n", eft_error_name(got));
    return asked && got == error && script_told(words);
}

const eft_target_ws_request *ws_request_of(const char *text,
                                           const eft_ws_options *options)
{
    static eft_future *connect;

    if (options || text) {
        connect = eft_ws_connect(text, options);
        const eft__virtual_call *call = eft__virtual_ws_next();

        return call && eft_future_state(connect) == EFT_PENDING ? call->request
                                                                : NULL;
    }
    eft_future_free(connect);
    script_ignore();
    return NULL;
}

void forget_request(void)
{
    ws_request_of(NULL, NULL);
    script_settle();
}

bool accepts(const eft_ws_options *options)
{
    bool accepted = ws_request_of(url, options) != NULL;

    forget_request();
    return accepted;
}
