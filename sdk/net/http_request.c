/* SPDX-License-Identifier: MIT
 * An HTTP request, made of what its caller says. */
#include "http_request.h"

#include <string.h>

#include "../core/memory.h"
#include "eft/error.h"
#include "eft/json.h"
#include "header_check.h"
#include "http_block.h"
#include "http_draft.h"
#include "http_headers.h"
#include "http_query.h"

/* Design notes.  A draft collects what the request will be made of; then one
 * block is allocated, and filled.  So a plain GET takes one allocation, and a
 * body of bytes another, which moves on to the next hop of a redirect. */

static char *put(char *to, const char *text, size_t length)
{
    memcpy(to, text, length);
    return to + length;
}

/* '?' behind a path, '&' behind a parameter. */
static char *separate(const char *url, char *to)
{
    bool in_query = memchr(url, '?', (size_t)(to - url)) != NULL;

    if (!in_query)
        *to++ = '?';
    else if (to[-1] != '?' && to[-1] != '&')
        *to++ = '&';
    return to;
}

static bool put_url(const eft__http_draft *draft, eft__http_block *block)
{
    const eft_http_request *request = draft->request;
    const char *encoded = request->encoded_query;
    char *url = block->to;
    char *to =
        eft__http_url_write(&draft->url, url, &block->request->origin_length);

    if (request->query_count) {
        to = separate(url, to);
        to = eft__http_pairs_write(request->query, request->query_count, to);
    }
    if (encoded && *encoded) {
        to = separate(url, to);
        to = put(to, encoded, strlen(encoded));
    }
    *to = 0;
    block->to = to + 1;
    block->request->target.url = url;
    block->request->tls = draft->url.tls;
    return to - url <= EFT__URL_LENGTH;
}

/* The session's user is known to its own origin only. */
static const char *session_user(const eft__http_draft *draft,
                                const eft__http_request *request)
{
    const eft__http_options *options = draft->options;

    if (draft->has_authorization || !options->authorization)
        return NULL;
    if (options->base.url &&
        !eft__http_same_origin(options->base.url, options->base_origin,
                               request->target.url, request->origin_length))
        return NULL;
    return options->authorization;
}

/* Headers */

/* Does the request itself say what a header of the session says? */
static bool is_replaced(const eft__http_draft *draft, const char *name)
{
    return eft__http_draft_gives(draft, name) ||
           (draft->has_authorization &&
            eft__is_same_name(name, "Authorization")) ||
           (draft->body.type && eft__is_same_name(name, "Content-Type")) ||
           (draft->request->content_encoding &&
            eft__is_same_name(name, "Content-Encoding"));
}

static void put_session_headers(const eft__http_draft *draft,
                                eft__http_block *block)
{
    const eft_http_session_options *options = &draft->options->options;

    for (size_t i = 0; i < options->header_count; i++)
        if (!is_replaced(draft, options->headers[i].name))
            eft__http_block_copy(block, options->headers[i].name,
                                 options->headers[i].value);
}

static void put_headers(const eft__http_draft *draft, eft__http_block *block)
{
    const eft_http_request *request = draft->request;
    const eft_target_http_request *target = &block->request->target;

    put_session_headers(draft, block);
    for (size_t i = 0; i < request->header_count; i++)
        eft__http_block_copy(block, request->headers[i].name,
                             request->headers[i].value);
    const char *user = session_user(draft, block->request);
    if (draft->user.user) {
        eft__http_block_add(block, "Authorization", block->to);
        block->to = eft__url_basic_write(&draft->user, block->to);
    } else if (user &&
               !eft__http_headers_have(target->headers, target->header_count,
                                       "Authorization")) {
        eft__http_block_add(block, "Authorization",
                            eft__http_block_text(block, user));
    }
    if (draft->body.type && *draft->body.type)
        eft__http_block_add(block, "Content-Type",
                            eft__http_block_text(block, draft->body.type));
    if (request->content_encoding)
        eft__http_block_add(
            block, "Content-Encoding",
            eft__http_block_text(block, request->content_encoding));
    if (!eft__http_headers_have(target->headers, target->header_count,
                                "Accept"))
        eft__http_block_add(block, "Accept", "*/*");
}

/* The whole */

static size_t text_size(const eft__http_draft *draft)
{
    const eft_http_session_options *options = &draft->options->options;
    const eft_http_request *request = draft->request;
    const char *user = draft->options->authorization;
    const char *encoding = request->content_encoding;

    return draft->url.size + draft->query_size + sizeof "?&" +
           strlen(draft->method) + 1 +
           eft__http_headers_size(options->headers, options->header_count) +
           eft__http_headers_size(request->headers, request->header_count) +
           eft__url_basic_size(&draft->user) + (user ? strlen(user) + 1 : 0) +
           (draft->body.type ? strlen(draft->body.type) + 1 : 0) +
           (encoding ? strlen(encoding) + 1 : 0);
}

static int64_t either(int64_t value, int64_t otherwise)
{
    return value ? value : otherwise;
}

static void put_limits(const eft__http_draft *draft, eft__http_request *made)
{
    const eft_http_session_options *options = &draft->options->options;
    const eft_http_request *request = draft->request;

    made->total_timeout_ms =
        either(request->total_timeout_ms, options->total_timeout_ms);
    made->read_timeout_ms =
        either(request->read_timeout_ms, options->read_timeout_ms);
    made->target.connect_timeout_ms =
        either(request->connect_timeout_ms, options->connect_timeout_ms);
    made->max_body = request->max_body ? request->max_body : options->max_body;
    made->redirects =
        request->redirects ? request->redirects : options->redirects;
    made->target.redirects = made->redirects;
    made->max_redirects = request->max_redirects ? request->max_redirects
                                                 : options->max_redirects;
    made->raise_for_status =
        request->raise_for_status || options->raise_for_status;
    made->on_progress = request->on_progress;
    made->progress_arg = request->progress_arg;
    made->target.options = options;
}

/* The headers that are ours: authorization, type, encoding, Accept. */
enum { OWN_HEADERS = 4 };

static int32_t fill(eft__http_draft *draft, eft__http_request **made)
{
    size_t count = draft->options->options.header_count +
                   draft->request->header_count + OWN_HEADERS;
    eft__http_block block;

    if (!eft__http_block_new(&block, count, text_size(draft)))
        return EFT_ENOMEM;
    if (!put_url(draft, &block)) {
        eft__free(block.request);
        return eft__http_refuse(draft->words, EFT_EURL,
                                "a URL has at most 8192 bytes");
    }
    block.request->target.method = eft__http_block_text(&block, draft->method);
    put_headers(draft, &block);
    eft__http_block_body(&block, &draft->body);
    put_limits(draft, block.request);
    *made = block.request;
    return 0;
}

eft__http_request *eft__http_request_new(const eft__http_options *options,
                                         const char *method, const char *url,
                                         const eft_http_request *request,
                                         int32_t *error, eft__http_words *words)
{
    static const eft_http_request plain;
    eft__http_draft draft = {.options = options, .words = words};
    eft__http_request *made = NULL;

    draft.request = request ? request : &plain;
    words->text[0] = 0;
    if (options->error) {
        *words = options->why;
        *error = options->error;
    } else {
        *error = eft__http_draft_read(&draft, method, url);
        if (!*error)
            *error = fill(&draft, &made);
        if (*error)
            eft__http_body_free(&draft.body);
    }
    if (!made) {
        eft__http_request_refuse(draft.request);
        return NULL;
    }
    if (draft.request->json)
        eft_json_free(draft.request->json);
    /* That of parts has its own. */
    if (draft.request->writer) {
        made->more = made->writer_arg;
        made->more_free = draft.request->free_writer_arg;
    }
    return made;
}

void eft__http_request_refuse(const eft_http_request *request)
{
    if (request->json)
        eft_json_free(request->json);
    if (request->free_writer_arg)
        request->free_writer_arg(request->writer_arg);
}

void eft__http_request_free(eft__http_request *request)
{
    if (request && request->more_free)
        request->more_free(request->more);
    eft__free(request);
}
