/* SPDX-License-Identifier: MIT
 * The one block of memory that a request is: struct, headers, texts. */
#ifndef EFT_NET_HTTP_BLOCK_H
#define EFT_NET_HTTP_BLOCK_H

#include "http_body.h"
#include "http_request.h"
#include "http_url.h"

/* A block that is being filled. */
typedef struct eft__http_block {
    eft__http_request *request;
    eft_http_pair *headers; /* the request's, of which it has header_count */
    char *to;               /* where the next text goes */
} eft__http_block;

/* Makes one with room for so many headers and bytes of text; false: out of
 * memory. */
bool eft__http_block_new(eft__http_block *block, size_t header_count,
                         size_t text_size);

/* Copies a text into it. */
const char *eft__http_block_text(eft__http_block *block, const char *text);

/* Adds a header: with copies of both, or with constants. */
void eft__http_block_copy(eft__http_block *block, const char *name,
                          const char *value);
void eft__http_block_add(eft__http_block *block, const char *name,
                         const char *value);

/* What copies of headers take. */
size_t eft__http_headers_size(const eft_http_pair *headers, size_t count);

/* Moves a body into it. */
void eft__http_block_body(eft__http_block *block, const eft__http_body *body);

/* Of a request with this method: has it a body where none is given, an empty
 * one; must it have none; and may it be sent twice? */
bool eft__http_method_needs_body(const char *method);
bool eft__http_method_forbids_body(const char *method);
bool eft__http_method_is_idempotent(const char *method);

#endif
