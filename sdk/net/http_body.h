/* SPDX-License-Identifier: MIT
 * The bodies of requests. */
#ifndef EFT_NET_HTTP_BODY_H
#define EFT_NET_HTTP_BODY_H

#include "http_options.h"

/* What a request says, in one of the ways in which it can. */
typedef struct eft__http_body {
    bool is_given;
    const void *bytes; /* where writer is NULL */
    int64_t length;    /* of what writer writes: -1, it is not known */
    eft_http_writer *writer;
    void *writer_arg;
    bool has_files;   /* length is to be asked for, of owned: see below */
    const char *type; /* Content-Type; NULL: none */
    void *owned;      /* what is to be freed, or NULL, and how */
    void (*free)(void *owned);
} eft__http_body;

/* Checks and makes it.  request->json, printed, is left to the caller to free.
 * Errors: EFT_EINVAL, EFT_EDEPTH, EFT_ENOMEM. */
int32_t eft__http_body_make(eft__http_body *body,
                            const eft_http_request *request,
                            eft__http_words *words);

/* The one of parts: in http_multipart.c. */
int32_t eft__http_multipart_make(eft__http_body *body,
                                 const eft_http_request *request,
                                 eft__http_words *words);

/* Has another thread ask how long its files are; gives a future, which fails
 * where one of them cannot be read.  Then the length is known, or is -1. */
eft_future *eft__http_multipart_measure(void *owned);
int64_t eft__http_multipart_length(const void *owned);

void eft__http_body_free(eft__http_body *body);

#endif
