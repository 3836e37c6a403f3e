/* SPDX-License-Identifier: MIT
 * What a redirect changes in a request. */
#include <string.h>

#include "eft/error.h"
#include "header_check.h"
#include "http_block.h"

/* Design notes.  What is kept, and what is not, follows WHATWG Fetch, section
 * 4.4, which aiohttp does as well.  From https: to http: is the way to another
 * origin, like any other: what said who we are does not go there. */

bool eft__http_is_redirect(int status, const char *location)
{
    return location && (status == 301 || status == 302 || status == 303 ||
                        status == 307 || status == 308);
}

/* Does the next hop ask with GET, and without the body? */
static bool becomes_get(int status, const char *method)
{
    if (status == 303)
        return strcmp(method, "GET") && strcmp(method, "HEAD");
    return (status == 301 || status == 302) && !strcmp(method, "POST");
}

static bool is_of_body(const char *name)
{
    return eft__is_same_name(name, "Content-Encoding") ||
           eft__is_same_name(name, "Content-Language") ||
           eft__is_same_name(name, "Content-Location") ||
           eft__is_same_name(name, "Content-Type");
}

static void put_headers(eft__http_block *block,
                        const eft_target_http_request *from, bool loses_body,
                        bool stranger)
{
    for (size_t i = 0; i < from->header_count; i++) {
        const char *name = from->headers[i].name;

        if (!(loses_body && is_of_body(name)) &&
            !(stranger && eft__is_credential(name)))
            eft__http_block_copy(block, name, from->headers[i].value);
    }
}

/* A writer's is written again, bytes are still there. */
static void move_body(eft__http_block *block, eft__http_request *from)
{
    const eft__http_body body = {
        .is_given = from->target.has_body,
        .bytes = from->target.body,
        .length = from->target.body_length,
        .writer = from->writer,
        .writer_arg = from->writer_arg,
        .owned = from->more,
        .free = from->more_free,
    };

    eft__http_block_body(block, &body);
    from->more = NULL;
    from->more_free = NULL;
}

/* The bytes go; what a writer was given goes with the request as a whole. */
static void drop_body(eft__http_request *made, eft__http_request *from)
{
    made->target.idempotent = true;
    if (!from->writer)
        return;
    made->more = from->more;
    made->more_free = from->more_free;
    from->more = NULL;
    from->more_free = NULL;
}

static void keep_limits(eft__http_request *made, const eft__http_request *from)
{
    made->target.redirects = from->target.redirects;
    made->target.connect_timeout_ms = from->target.connect_timeout_ms;
    made->target.options = from->target.options;
    made->total_timeout_ms = from->total_timeout_ms;
    made->read_timeout_ms = from->read_timeout_ms;
    made->max_body = from->max_body;
    made->redirects = from->redirects;
    made->max_redirects = from->max_redirects;
    made->raise_for_status = from->raise_for_status;
    made->on_progress = from->on_progress;
    made->progress_arg = from->progress_arg;
}

/* Why we do not go where we are sent, or NULL. */
static const char *put_url(eft__http_block *block,
                           const eft__http_reference *url,
                           const eft__http_request *from, bool *stranger)
{
    eft__http_request *made = block->request;
    char *text = block->to;
    char *end = eft__http_url_write(url, text, &made->origin_length);

    *end = 0;
    block->to = end + 1;
    made->target.url = text;
    made->tls = url->tls;
    *stranger = !eft__http_same_origin(text, made->origin_length,
                                       from->target.url, from->origin_length);
    if (end - text > EFT__URL_LENGTH)
        return "which has more than 8192 bytes";
    if (*stranger && from->target.options->unix_path)
        return "which is not behind unix_path";
    return NULL;
}

static eft__http_request *turn(eft__http_request *from,
                               const eft__http_reference *url, int status,
                               int32_t *error, eft__http_words *words)
{
    bool get = becomes_get(status, from->target.method), stranger;
    const char *method = get ? "GET" : from->target.method;
    eft__http_block block;

    if (!eft__http_block_new(
            &block, from->target.header_count,
            url->size + strlen(method) + 2 +
                eft__http_headers_size(from->target.headers,
                                       from->target.header_count))) {
        *error = EFT_ENOMEM;
        return NULL;
    }
    const char *fault = put_url(&block, url, from, &stranger);
    if (fault) {
        *error =
            eft__http_refuse(words, EFT_EREDIRECT, "redirected to %.100s, %s",
                             block.request->target.url, fault);
        eft__http_request_free(block.request);
        return NULL;
    }
    block.request->target.method = eft__http_block_text(&block, method);
    block.request->target.strange = stranger || from->target.strange;
    put_headers(&block, &from->target, get, stranger);
    keep_limits(block.request, from);
    if (get)
        drop_body(block.request, from);
    else
        move_body(&block, from);
    return block.request;
}

eft__http_request *eft__http_request_redirected(eft__http_request *from,
                                                int status,
                                                const char *location,
                                                int32_t *error,
                                                eft__http_words *words)
{
    const eft__url base = {
        .url = (char *)(uintptr_t)from->target.url,
        .target = from->target.url + from->origin_length,
        .tls = from->tls,
    };
    eft__http_reference url;
    const char *why = NULL;

    words->text[0] = 0;
    if (eft__http_url_read(&url, &base, false, location, &why)) {
        char shown[EFT__URL_SHOWN];

        eft__url_show(shown, sizeof shown, location);
        *error = eft__http_refuse(words, EFT_EREDIRECT,
                                  "redirected to \"%s\": %s", shown, why);
        return NULL;
    }
    eft__http_request *next = turn(from, &url, status, error, words);
    if (next)
        eft__http_request_free(from);
    return next;
}
