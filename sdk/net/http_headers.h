/* SPDX-License-Identifier: MIT
 * What a program may give for a request's head: lists, headers, users. */
#ifndef EFT_NET_HTTP_HEADERS_H
#define EFT_NET_HTTP_HEADERS_H

#include "http_options.h"

/* Is a list well-formed, and are its headers the program's to give?  Errors:
 * EFT_EINVAL. */
int32_t eft__http_headers_check(const eft_http_pair *headers, size_t count,
                                eft__http_words *words);

bool eft__http_headers_have(const eft_http_pair *headers, size_t count,
                            const char *name);

/* Is a list there exactly where its count is not 0? */
int32_t eft__http_list_check(const void *list, size_t count, const char *name,
                             eft__http_words *words);

/* "user:password", for a header: EFT_EINVAL. */
int32_t eft__http_user_check(const char *user, eft__http_words *words);

#endif
