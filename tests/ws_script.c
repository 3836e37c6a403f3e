/* SPDX-License-Identifier: MIT
 * A test that plays the server of the virtual world's WebSockets. */
#include "ws_script.h"

#include <stdio.h>
#include <string.h>

#include "sdk/net/message.h"
#include "suite.h"

enum { WORDS = 16384 };

void script_begin(void)
{
    eft__virtual_ws_begin();
}

void script_end(void)
{
    script_settle();
    eft__virtual_ws_end();
}

static const char *part_of(const eft__virtual_call *call)
{
    return call->first  ? call->last ? "" : "first "
           : call->last ? "last "
                        : "middle ";
}

/* Appends what a call says. */
static size_t put(char *to, size_t size, const eft__virtual_call *call)
{
    static const char *const names[] = {"open",   "send",  "ping", "pause",
                                        "resume", "close", "abort"};
    size_t at = 0;

    if (call->number > 1)
        at += (size_t)snprintf(to, size, "%u: ", call->number);
    at += (size_t)snprintf(to + at, size - at, "%s", names[call->what]);
    if (call->what == EFT__VIRTUAL_SEND)
        at += (size_t)snprintf(
            to + at, size - at, " %s %s",
            call->type == EFT_MESSAGE_TEXT ? "text" : "binary", part_of(call));
    else if (call->what == EFT__VIRTUAL_CLOSE)
        at += (size_t)snprintf(to + at, size - at, " %u%s", call->code,
                               call->length ? " " : "");
    else if (call->length)
        to[at++] = ' ';
    if (call->length >= size - at)
        return at;
    memcpy(to + at, call->data, call->length + 1);
    at += call->length;
    /* A message without words ends with its type. */
    while (at && to[at - 1] == ' ' && !call->length)
        to[--at] = 0;
    return at;
}

static size_t take_all(char *to, size_t size)
{
    const eft__virtual_call *call;
    size_t at = 0;

    *to = 0;
    while ((call = eft__virtual_ws_next()) != NULL) {
        if (size - at < 256 + call->length)
            continue;
        if (at)
            at += (size_t)snprintf(to + at, size - at, " | ");
        at += put(to + at, size - at, call);
    }
    return at;
}

bool script_asked(const char *calls)
{
    static char asked[WORDS];

    take_all(asked, sizeof asked);
    bool same = !strcmp(asked, calls);
    if (!same)
        test_explain("# asked:    %s\n# expected: %s\n", asked, calls);
    return same;
}

void script_ignore(void)
{
    static char asked[WORDS];

    take_all(asked, sizeof asked);
}

uint32_t script_id(unsigned number)
{
    return eft__virtual_ws_id(number);
}

void script_settle(void)
{
    for (int i = 0; i < 8; i++)
        eft_result_free(eft_await(eft_sleep(0)));
}

eft_ws *script_connect(const char *url, const eft_ws_options *options)
{
    eft_future *connect = eft_ws_connect(url, options);

    if (eft_future_state(connect) == EFT_PENDING)
        script_opens("");
    eft_result result = eft_await(connect);
    CHECK(!result.error);
    script_ignore();
    return result.error ? NULL : result.ws;
}

void script_opens(const char *subprotocol)
{
    eft_core_ws_open(script_id(0), subprotocol);
}

static bool say(eft_message_type type, bool first, bool last, const void *data,
                size_t length)
{
    eft_message *message = eft__message_new(type, length);

    if (!message)
        return true;
    message->first = first;
    message->last = last;
    message->length = length;
    if (length)
        memcpy(message->data, data, length);
    message->data[length] = 0;
    return eft_core_ws_message(script_id(0), message);
}

bool script_says(const char *text)
{
    return say(EFT_MESSAGE_TEXT, true, true, text, strlen(text));
}

bool script_says_bytes(const void *data, size_t length)
{
    return say(EFT_MESSAGE_BINARY, true, true, data, length);
}

bool script_says_part(const char *text, bool first, bool last)
{
    return say(EFT_MESSAGE_TEXT, first, last, text, strlen(text));
}

void script_pongs(const char *payload)
{
    eft_core_ws_pong(script_id(0), payload, strlen(payload));
}

void script_drains(void)
{
    eft_core_ws_drained(script_id(0));
}

void script_ends(unsigned number, eft_core_ws_end end)
{
    eft_core_ws_closed(script_id(number), &end);
}

void script_closes(uint16_t code, const char *reason)
{
    int32_t error = code == 1000 || code == 1001 || code == 1005 ? EFT_ECLOSED
                    : code == 1006                               ? EFT_EABNORMAL
                                   : EFT_EPEERCLOSE;

    script_ends(
        0, (eft_core_ws_end){.error = error, .code = code, .reason = reason});
}

void script_redirects(int status, const char *location)
{
    script_ends(0, (eft_core_ws_end){.error = EFT_EHANDSHAKE,
                                     .code = 1006,
                                     .reason = "",
                                     .detail = "it was no 101",
                                     .status = status,
                                     .location = location});
}

int32_t script_error(eft_future *future)
{
    bool pending = eft_future_state(future) == EFT_PENDING;

    CHECK(!pending);
    if (pending)
        eft_cancel(future);
    eft_result result = eft_await(future);

    eft_result_free(result);
    return result.error;
}

bool script_receives(eft_ws *ws, const char *text)
{
    eft_future *receive = eft_ws_receive(ws);

    if (eft_future_state(receive) == EFT_PENDING) {
        eft_future_free(receive);
        return false;
    }
    eft_result result = eft_await(receive);
    if (result.error)
        return false;
    bool same = result.message->length == strlen(text) &&
                !memcmp(result.message->data, text, result.message->length);
    if (!same)
        test_explain("# received: %s\n", (const char *)result.message->data);
    eft_result_free(result);
    return same;
}

bool script_told(const char *words)
{
    bool told = strstr(eft_error_detail(), words) != NULL;

    if (!told)
        test_explain("# told: %s\n", eft_error_detail());
    return told;
}
