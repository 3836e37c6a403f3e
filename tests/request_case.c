/* SPDX-License-Identifier: MIT
 * HTTP requests as they would be sent, in words. */
#include "request_case.h"

#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

#include "sdk/core/memory.h"
#include "suite.h"

static char text[64 << 10];

static void add(const char *part, size_t length)
{
    size_t at = strlen(text);

    if (length > sizeof text - 1 - at)
        length = sizeof text - 1 - at;
    memcpy(text + at, part, length);
    text[at + length] = 0;
}

static void add_text(const char *part)
{
    add(part, strlen(part));
}

static void add_body(const eft_target_http_request *target)
{
    const char *body = target->body;

    add_text(target->streams ? " > *" : " > ");
    for (int64_t i = 0; !target->streams && i < target->body_length; i++)
        if (body[i] == '\r' && body[i + 1] == '\n') {
            add_text("~");
            i++;
        } else {
            add(&body[i], 1);
        }
}

const char *request_text(const eft__http_request *request)
{
    const eft_target_http_request *target = &request->target;

    text[0] = 0;
    add_text(target->method);
    add_text(" ");
    add_text(target->url);
    for (size_t i = 0; i < target->header_count; i++) {
        const eft_http_pair *header = &target->headers[i];

        if (!strcmp(header->name, "Accept") && !strcmp(header->value, "*/*"))
            continue;
        add_text(" | ");
        add_text(header->name);
        add_text(": ");
        add_text(header->value);
    }
    if (target->has_body)
        add_body(target);
    return text;
}

static const char *refusal(int32_t error, const eft__http_words *words)
{
    snprintf(text, sizeof text, "%s: %s", eft_error_name(error), words->text);
    return text;
}

const char *request_of(const eft_http_session_options *options,
                       const char *method, const char *url,
                       const eft_http_request *request)
{
    eft__http_options *made = eft__http_options_new(options);
    eft__http_words words = {""};
    int32_t error = EFT_ENOMEM;

    if (!made) {
        if (request)
            eft_json_free(request->json);
        return refusal(error, &words);
    }
    eft__http_request *one =
        eft__http_request_new(made, method, url, request, &error, &words);
    if (one)
        request_text(one);
    else
        refusal(error, &words);
    eft__http_request_free(one);
    eft__free(made);
    return text;
}

bool request_is(const eft_http_session_options *options, const char *method,
                const char *url, const eft_http_request *request,
                const char *expected)
{
    bool same = !strcmp(request_of(options, method, url, request), expected);

    if (!same)
        test_explain("# got  %.300s\n# not  %.300s\n", text, expected);
    return same;
}

bool request_fails(const eft_http_session_options *options, const char *method,
                   const char *url, const eft_http_request *request,
                   int32_t error, const char *words)
{
    const char *name = eft_error_name(error);
    const char *got = request_of(options, method, url, request);
    bool same = !strncmp(got, name, strlen(name)) && strstr(got, words);

    if (!same)
        test_explain("# got  %.300s\n# not  %s: %s\n", text, name, words);
    return same;
}

bool request_is_invalid(const eft_http_session_options *options,
                        const char *method, const char *url,
                        const eft_http_request *request, const char *words)
{
    return request_fails(options, method, url, request, EFT_EINVAL, words);
}

bool session_refuses(eft_http_session_options options, int32_t error,
                     const char *words)
{
    return request_fails(&options, "GET", "http://h", NULL, error, words);
}

bool session_accepts(eft_http_session_options options)
{
    return request_is(&options, "GET", "http://h", NULL, "GET http://h/");
}

void request_world(const eft_target_http_traits *traits,
                   const eft_target_lack *lacks)
{
    eft__http_traits = traits ? traits : &eft_target_http_traits_of_world;
    eft__http_lacks = lacks ? lacks : eft_target_http_lacks;
}

eft__http_request *request_made(const eft_http_session_options *options,
                                eft__http_options **made, const char *method,
                                const char *url,
                                const eft_http_request *request)
{
    eft__http_words words;
    int32_t error;

    *made = eft__http_options_new(options);
    return *made ? eft__http_request_new(*made, method, url, request, &error,
                                         &words)
                 : NULL;
}
