/* SPDX-License-Identifier: MIT
 * What the suites of HTTP with real servers share. */
#include "http_case.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As tests/servers/http_bodies.mjs has it. */
enum { PERIOD = 65521 };

/* Milliseconds; what takes longer would never end. */
enum { LONGEST = 30000 };

static uint8_t pattern[PERIOD];

bool http_native(void)
{
    return !eft_http_unsupported("proxy");
}

bool http_in_page(void)
{
    return test_server("page") != NULL;
}

bool http_in_node(void)
{
    return !http_native() && !http_in_page();
}

const char *http_at(const char *server, const char *format, ...)
{
    static char urls[8][2048];
    static size_t turn;
    char *url = urls[turn++ % 8];
    const char *base = test_server(server);
    size_t length = (size_t)snprintf(url, sizeof *urls, "%s",
                                     base ? base : "http://no-such-server");
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(url + length, sizeof *urls - length, format, arguments);
    va_end(arguments);
    return url;
}

eft_http_session *http_open(eft_http_session_options options)
{
    if (http_native() && !options.tls.ca_file)
        options.tls.ca_file = test_server("ca");
    if (!options.total_timeout_ms)
        options.total_timeout_ms = LONGEST;
    return eft_http_session_new(&options);
}

eft_message *http_text(eft_future *fetch)
{
    eft_result got = eft_await(fetch);
    eft_result text;

    if (!test_succeeded(got.error))
        return NULL;
    text = eft_await(eft_http_response_text(got.response, NULL));
    if (text.error)
        test_explain("# the body of %s: %s: %s\n",
                     eft_http_response_url(got.response),
                     eft_error_name(text.error), eft_error_detail());
    eft_result_free(got);
    return text.error ? NULL : text.message;
}

cJSON *http_json(eft_future *fetch)
{
    eft_result got = eft_await(fetch);
    eft_result json;

    if (!test_succeeded(got.error))
        return NULL;
    json = eft_await(eft_http_response_json(got.response));
    if (json.error)
        test_explain("# status %d: %s: %s\n",
                     eft_http_response_status(got.response),
                     eft_error_name(json.error), eft_error_detail());
    eft_result_free(got);
    return json.error ? NULL : json.json;
}

cJSON *http_get_json(eft_http_session *session, const char *url)
{
    return http_json(eft_http_get(session, url, NULL));
}

char *http_key(eft_http_session *session)
{
    eft_message *text =
        http_text(eft_http_get(session, http_at("http", "/key"), NULL));
    char *key = malloc(text ? text->length + 1 : 1);

    if (key)
        strcpy(key, text ? (char *)text->data : "");
    eft_message_free(text);
    return key;
}

bool http_says(eft_future *fetch, const char *text)
{
    eft_message *body = http_text(fetch);
    bool same = body && !strcmp((char *)body->data, text);

    if (body && !same)
        test_explain("# not %s but %s\n", text, (char *)body->data);
    eft_message_free(body);
    return same;
}

int http_status(eft_future *fetch)
{
    eft_result got = eft_await(fetch);
    eft_result body;
    int status;

    if (!test_succeeded(got.error))
        return got.error;
    status = eft_http_response_status(got.response);
    body = eft_await(eft_http_response_read(got.response));
    if (!test_succeeded(body.error))
        status = body.error;
    eft_result_free(body);
    eft_result_free(got);
    return status;
}

int32_t http_ends(eft_future *fetch)
{
    eft_result got = eft_await(fetch);
    int32_t error = got.error;

    if (!error) {
        eft_result body = eft_await(eft_http_response_read(got.response));

        error = body.error;
        eft_result_free(body);
        eft_result_free(got);
    }
    if (error && !*eft_error_detail())
        test_explain("# %s without a sentence\n", eft_error_name(error));
    return error;
}

bool http_fails(eft_future *fetch, int32_t natively, int32_t in_page)
{
    int32_t expected = http_native() ? natively : in_page;
    int32_t error = http_ends(fetch);

    if (error != expected)
        test_explain("# expected %s, got %s: %s\n", eft_error_name(expected),
                     eft_error_name(error), error ? eft_error_detail() : "");
    return error == expected && (!error || *eft_error_detail());
}

bool http_detail_has(const char *words)
{
    const char *detail = eft_error_detail();

    if (!strstr(detail, words))
        test_explain("# no \"%s\" in: %s\n", words, detail);
    return strstr(detail, words) != NULL;
}

bool http_header_is(const eft_http_response *response, const char *name,
                    const char *value)
{
    const char *has = eft_http_response_header(response, name);
    bool same = has && !strcmp(has, value);

    if (!same)
        test_explain("# %s: %s\n", name, has ? has : "none");
    return same;
}

const char *json_text(const cJSON *json, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));

    return text ? text : "";
}

int64_t json_number(const cJSON *json, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);

    return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : -1;
}

static bool is_same_name(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if ((*a | 32) != (*b | 32))
            return false;
    return *a == *b;
}

const char *http_came(const cJSON *echo, const char *name, int number)
{
    const cJSON *headers = cJSON_GetObjectItemCaseSensitive(echo, "headers");
    const cJSON *pair;

    cJSON_ArrayForEach(pair, headers)
    {
        const cJSON *first = cJSON_GetArrayItem(pair, 0);

        if (first && is_same_name(first->valuestring, name) && number-- == 0)
            return cJSON_GetArrayItem(pair, 1)->valuestring;
    }
    return NULL;
}

bool http_tell(eft_http_session *session, const char *url)
{
    return http_status(eft_http_get(session, url, NULL)) == 200;
}

cJSON *http_seen(eft_http_session *session, const char *key, const char *what)
{
    return http_get_json(session, http_at("http", "/seen/%s%s", key, what));
}

static void make_pattern(void)
{
    uint32_t state = 1;

    for (size_t i = 0; i < PERIOD; i++) {
        state = state * 1664525 + 1013904223;
        pattern[i] = (uint8_t)(state >> 24);
    }
}

/* How much of the pattern follows at an offset, without beginning again. */
static size_t stretch_at(uint64_t offset, size_t length, const uint8_t **bytes)
{
    size_t begin = (size_t)(offset % PERIOD);

    if (!pattern[0])
        make_pattern();
    *bytes = pattern + begin;
    return length < PERIOD - begin ? length : PERIOD - begin;
}

void http_pattern(void *data, uint64_t offset, size_t length)
{
    uint8_t *to = data;

    while (length > 0) {
        const uint8_t *from;
        size_t stretch = stretch_at(offset, length, &from);

        memcpy(to, from, stretch);
        to += stretch;
        offset += stretch;
        length -= stretch;
    }
}

bool http_is_pattern(const void *data, uint64_t offset, size_t length)
{
    const uint8_t *at = data;

    while (length > 0) {
        const uint8_t *wanted;
        size_t stretch = stretch_at(offset, length, &wanted);

        if (memcmp(at, wanted, stretch) != 0)
            return false;
        at += stretch;
        offset += stretch;
        length -= stretch;
    }
    return true;
}
