/* SPDX-License-Identifier: MIT
 * The bodies of requests: bytes, JSON, forms. */
#include "http_body.h"

#include <string.h>
#include <cjson/cJSON.h>

#include "../core/memory.h"
#include "eft/error.h"
#include "eft/json.h"
#include "header_check.h"
#include "http_query.h"
#include "json.h"

static const char octets[] = "application/octet-stream";

static int32_t refuse(eft__http_words *words, const char *sentence)
{
    return eft__http_refuse(words, EFT_EINVAL, "%s", sentence);
}

static int32_t use_data(eft__http_body *body, const eft_http_request *request,
                        eft__http_words *words)
{
    if (!request->data && request->length)
        return refuse(words, "data: there is none, in spite of length");
    if (request->length > (size_t)PTRDIFF_MAX)
        return refuse(words, "length: so much cannot be in memory");
    body->type = octets;
    body->bytes = request->data;
    body->length = (int64_t)request->length;
    if (request->lent || !request->length)
        return 0;
    body->owned = eft__alloc(request->length);
    if (!body->owned)
        return EFT_ENOMEM;
    body->free = eft__free;
    body->bytes = memcpy(body->owned, request->data, request->length);
    return 0;
}

static int32_t use_json(eft__http_body *body, const eft_http_request *request,
                        eft__http_words *words)
{
    char *text;
    int32_t error = eft__json_print(request->json, &text);

    if (error == EFT_EDEPTH)
        return eft__http_refuse(words, error,
                                "json: it is nested more than %d levels deep",
                                EFT_JSON_DEPTH);
    if (error == EFT_EINVAL)
        return refuse(words, "json: it holds what cannot be printed");
    if (error)
        return error;
    body->type = "application/json";
    body->bytes = body->owned = text;
    body->length = (int64_t)strlen(text);
    body->free = cJSON_free;
    return 0;
}

static int32_t use_form(eft__http_body *body, const eft_http_request *request,
                        eft__http_words *words)
{
    int32_t error = eft__http_pairs_check(request->form, request->form_count,
                                          "form", words);

    if (error)
        return error;
    size_t size = eft__http_pairs_size(request->form, request->form_count);
    body->owned = size > PTRDIFF_MAX ? NULL : eft__alloc(size);
    if (!body->owned)
        return EFT_ENOMEM;
    eft__http_pairs_write(request->form, request->form_count, body->owned);
    body->type = "application/x-www-form-urlencoded";
    body->bytes = body->owned;
    body->length = (int64_t)size;
    body->free = eft__free;
    return 0;
}

static int32_t use_writer(eft__http_body *body, const eft_http_request *request,
                          eft__http_words *words)
{
    if (request->writer_length < 0)
        return refuse(words, "writer_length: it is negative");
    body->type = octets;
    body->writer = request->writer;
    body->writer_arg = request->writer_arg;
    body->length = request->writer_length ? request->writer_length : -1;
    return 0;
}

static int32_t use(eft__http_body *body, const eft_http_request *request,
                   eft__http_words *words)
{
    if (request->data || request->length)
        return use_data(body, request, words);
    if (request->json)
        return use_json(body, request, words);
    if (request->form || request->form_count)
        return use_form(body, request, words);
    if (request->parts || request->part_count)
        return eft__http_multipart_make(body, request, words);
    return request->writer ? use_writer(body, request, words) : 0;
}

static int ways(const eft_http_request *request)
{
    return (request->data || request->length) + (request->json != NULL) +
           (request->form || request->form_count) +
           (request->parts || request->part_count) + (request->writer != NULL);
}

/* What says something about a body that is not of that kind. */
static const char *fault_of(const eft_http_request *request)
{
    bool parts = request->parts || request->part_count;
    bool raw = request->data || request->length || request->writer;

    if (ways(request) > 1)
        return "a body is given in one way: as data, json, form, parts or by a "
               "writer";
    if (request->writer_length && !request->writer)
        return "writer_length: there is no writer";
    if (request->free_writer_arg && !request->writer)
        return "free_writer_arg: there is no writer";
    if (request->content_type && parts)
        return "content_type: that of parts has their boundary, and is ours";
    if (request->content_type && !eft__is_header_value(request->content_type))
        return "content_type: it holds a control character";
    if (request->content_encoding && !raw)
        return "content_encoding: it says how data, or what a writer writes, "
               "has been compressed";
    if (request->content_encoding &&
        !eft__is_visible(request->content_encoding))
        return "content_encoding: it is empty, or holds a control character";
    return NULL;
}

int32_t eft__http_body_make(eft__http_body *body,
                            const eft_http_request *request,
                            eft__http_words *words)
{
    const char *fault = fault_of(request);

    *body = (eft__http_body){.is_given = ways(request) > 0};
    if (fault)
        return refuse(words, fault);
    int32_t error = use(body, request, words);
    if (error)
        eft__http_body_free(body);
    else if (request->content_type)
        body->type = request->content_type;
    return error;
}

void eft__http_body_free(eft__http_body *body)
{
    if (body->free)
        body->free(body->owned);
    body->owned = NULL;
    body->free = NULL;
}
