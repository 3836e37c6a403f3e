/* SPDX-License-Identifier: MIT
 * What an HTTP request will be made of. */
#ifndef EFT_NET_HTTP_DRAFT_H
#define EFT_NET_HTTP_DRAFT_H

#include "http_body.h"
#include "http_options.h"
#include "http_url.h"

/* All of it is still where the caller has it, but for a body that is copied. */
typedef struct eft__http_draft {
    const eft__http_options *options;
    const eft_http_request *request;
    const char *method;
    eft__http_reference url;
    size_t query_size;      /* what query and encoded_query take */
    eft__url_parts user;    /* of the URL or the request; user NULL: none */
    bool has_authorization; /* the request says who it is from, or nobody */
    eft__http_body body;
    eft__http_words *words;
} eft__http_draft;

/* Reads and checks it; options, request, which is not NULL, and words are there
 * already.  The body is to be freed, also after an error. */
int32_t eft__http_draft_read(eft__http_draft *draft, const char *method,
                             const char *url);

/* Does the request give this header itself? */
bool eft__http_draft_gives(const eft__http_draft *draft, const char *name);

#endif
