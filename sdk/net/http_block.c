/* SPDX-License-Identifier: MIT
 * The one block of memory that a request is: struct, headers, texts. */
#include "http_block.h"

#include <string.h>

#include "../core/memory.h"

bool eft__http_block_new(eft__http_block *block, size_t header_count,
                         size_t text_size)
{
    size_t headers = header_count * sizeof(eft_http_pair);

    block->request = eft__alloc(sizeof *block->request + headers + text_size);
    if (!block->request)
        return false;
    *block->request = (eft__http_request){0};
    block->headers = (eft_http_pair *)(void *)(block->request + 1);
    block->request->target.headers = block->headers;
    block->to = (char *)(block->headers + header_count);
    return true;
}

const char *eft__http_block_text(eft__http_block *block, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = memcpy(block->to, text, size);

    block->to += size;
    return copy;
}

void eft__http_block_add(eft__http_block *block, const char *name,
                         const char *value)
{
    eft_http_pair *header =
        &block->headers[block->request->target.header_count++];

    header->name = name;
    header->value = value;
}

void eft__http_block_copy(eft__http_block *block, const char *name,
                          const char *value)
{
    name = eft__http_block_text(block, name);
    eft__http_block_add(block, name, eft__http_block_text(block, value));
}

size_t eft__http_headers_size(const eft_http_pair *headers, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++)
        size += strlen(headers[i].name) + strlen(headers[i].value) + 2;
    return size;
}

void eft__http_block_body(eft__http_block *block, const eft__http_body *body)
{
    eft__http_request *request = block->request;
    const char *method = request->target.method;

    request->target.has_body =
        body->is_given || eft__http_method_needs_body(method);
    request->target.streams = body->writer != NULL;
    request->target.body = body->bytes;
    request->target.body_length = body->length;
    request->writer = body->writer;
    request->writer_arg = body->writer_arg;
    request->has_files = body->has_files;
    request->more = body->owned;
    request->more_free = body->free;
    /* What a task writes is not there any more. */
    request->target.idempotent =
        !body->writer && eft__http_method_is_idempotent(method);
}

static bool is_one_of(const char *method, const char *const *names)
{
    for (; *names; names++)
        if (*method == **names && !strcmp(method, *names))
            return true;
    return false;
}

/* They say Content-Length: 0 where there is none (RFC 9110 section 8.6). */
bool eft__http_method_needs_body(const char *method)
{
    static const char *const names[] = {"POST", "PUT", "PATCH", NULL};

    return is_one_of(method, names);
}

bool eft__http_method_forbids_body(const char *method)
{
    static const char *const names[] = {"GET", "HEAD", "TRACE", NULL};

    return is_one_of(method, names);
}

/* Section 9.2.2; QUERY is safe, and so aiohttp has it among these, too. */
bool eft__http_method_is_idempotent(const char *method)
{
    static const char *const names[] = {"GET", "HEAD",   "OPTIONS", "TRACE",
                                        "PUT", "DELETE", "QUERY",   NULL};

    return is_one_of(method, names);
}
