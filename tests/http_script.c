/* SPDX-License-Identifier: MIT
 * A test that plays the server of the virtual world's HTTP. */
#include "http_script.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

enum { WORDS = 16384 };

eft_http_session *http_begin(const eft_http_session_options *options)
{
    eft__virtual_http_begin();
    return eft_http_session_new(options);
}

void http_end(eft_http_session *session)
{
    eft_http_session_free(session);
    http_settle();
    eft__virtual_http_end();
}

static const char *name_of(const eft__virtual_http_call *call)
{
    switch (call->what) {
    case EFT__VIRTUAL_HTTP_OPEN:
        return "open";
    case EFT__VIRTUAL_HTTP_CLOSE:
        return "close";
    case EFT__VIRTUAL_HTTP_START:
        return "";
    case EFT__VIRTUAL_HTTP_WRITE:
        return call->last ? "end" : "write";
    case EFT__VIRTUAL_HTTP_PAUSE:
        return "pause";
    case EFT__VIRTUAL_HTTP_RESUME:
        return "resume";
    case EFT__VIRTUAL_HTTP_ABORT:
        return "abort";
    case EFT__VIRTUAL_HTTP_COOKIES:
        return "cookies";
    default:
        return "set-cookie";
    }
}

/* Appends what a call says, as far as there is room. */
static size_t put(char *to, size_t size, const eft__virtual_http_call *call)
{
    const char *name = name_of(call);
    char number[16] = "";
    int length;

    if (call->number > 1)
        snprintf(number, sizeof number, "%u: ", call->number);
    length = snprintf(to, size, "%s%s%s%.200s", number, name,
                      *name && call->length ? " " : "", call->data);
    return length < 0 || (size_t)length >= size ? 0 : (size_t)length;
}

static void take_all(char *to, size_t size)
{
    const eft__virtual_http_call *call;
    size_t at = 0;

    *to = 0;
    while ((call = eft__virtual_http_next()) != NULL) {
        if (at && size - at > 4)
            at += (size_t)snprintf(to + at, size - at, " | ");
        at += put(to + at, size - at, call);
    }
}

bool http_asked(const char *calls)
{
    static char asked[WORDS];

    take_all(asked, sizeof asked);
    bool same = !strcmp(asked, calls);
    if (!same)
        test_explain("# asked:    %s\n# expected: %s\n", asked, calls);
    return same;
}

void http_ignore(void)
{
    while (eft__virtual_http_next())
        ;
}

/* The server */

void http_answers_to(unsigned number, int status, const char *headers)
{
    const eft_core_http_answer answer = {.status = status,
                                         .version = 11,
                                         .reason =
                                             status == 200 ? "OK" : "Whatever",
                                         .headers = headers,
                                         .headers_length = strlen(headers)};

    eft_core_http_head(eft__virtual_http_id(number), &answer);
}

bool http_sends_to(unsigned number, const void *data, size_t length)
{
    uint32_t id = eft__virtual_http_id(number);
    const char *at = data;
    bool more = true;

    while (length) {
        size_t room = 0;
        void *to = eft_core_http_room(id, length, &room);

        if (!to)
            return false;
        memcpy(to, at, room);
        more = eft_core_http_arrived(id, room);
        at += room;
        length -= room;
    }
    return more;
}

void http_ends_to(unsigned number, int32_t error, const char *detail)
{
    eft_core_http_ended(eft__virtual_http_id(number), error, detail);
}

void http_answers(int status, const char *headers)
{
    http_answers_to(0, status, headers);
}

bool http_sends(const char *text)
{
    return http_sends_to(0, text, strlen(text));
}

bool http_sends_many(size_t length, char c)
{
    char bytes[4096];
    bool more = true;

    memset(bytes, c, sizeof bytes);
    while (length) {
        size_t part = length < sizeof bytes ? length : sizeof bytes;

        more = http_sends_to(0, bytes, part);
        length -= part;
    }
    return more;
}

void http_writes(void)
{
    eft_core_http_written(eft__virtual_http_id(0));
}

void http_completes(void)
{
    http_ends_to(0, 0, NULL);
}

void http_fails(int32_t error, const char *detail)
{
    http_ends_to(0, error, detail);
}

/* The client */

void http_settle(void)
{
    for (int i = 0; i < 8; i++)
        eft_result_free(eft_await(eft_sleep(0)));
}

eft_http_response *http_gets(eft_http_session *session, const char *headers)
{
    eft_future *get = eft_http_get(session, "http://host/", NULL);

    if (eft_future_state(get) == EFT_PENDING)
        http_answers(200, headers);
    http_ignore();
    return http_response(get);
}

eft_http_response *http_response(eft_future *future)
{
    bool pending = eft_future_state(future) == EFT_PENDING;

    CHECK(!pending);
    if (pending)
        eft_cancel(future);
    eft_result result = eft_await(future);
    CHECK(!result.error);
    return result.error ? NULL : result.response;
}

int32_t http_error(eft_future *future)
{
    bool pending = eft_future_state(future) == EFT_PENDING;

    CHECK(!pending);
    if (pending)
        eft_cancel(future);
    eft_result result = eft_await(future);

    eft_result_free(result);
    return result.error;
}

bool http_reads(eft_future *future, const char *text)
{
    if (eft_future_state(future) == EFT_PENDING) {
        test_explain("# pending\n");
        eft_future_free(future);
        return false;
    }
    eft_result result = eft_await(future);
    if (result.error) {
        test_explain("# failed: %s\n", eft_error_detail());
        return false;
    }
    bool same = result.message->length == strlen(text) &&
                !memcmp(result.message->data, text, result.message->length);
    if (!same)
        test_explain("# read: %.200s\n", (const char *)result.message->data);
    eft_result_free(result);
    return same;
}

bool http_is_all(const eft_message *message, char c)
{
    for (size_t i = 0; i < message->length; i++)
        if (message->data[i] != (uint8_t)c)
            return false;
    return true;
}

bool http_told(const char *words)
{
    bool told = strstr(eft_error_detail(), words) != NULL;

    if (!told)
        test_explain("# told: %s\n", eft_error_detail());
    return told;
}
