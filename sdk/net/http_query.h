/* SPDX-License-Identifier: MIT
 * Queries and forms, encoded. */
#ifndef EFT_NET_HTTP_QUERY_H
#define EFT_NET_HTTP_QUERY_H

#include "http_options.h"

/* Is the list there, with names and values?  Errors: EFT_EINVAL. */
int32_t eft__http_pairs_check(const eft_http_pair *pairs, size_t count,
                              const char *name, eft__http_words *words);

/* "a=b&c=d", application/x-www-form-urlencoded (WHATWG URL section 5.2): how
 * many bytes that takes, SIZE_MAX: more than there can be; and the bytes,
 * without a NUL.  Returns what is behind them. */
size_t eft__http_pairs_size(const eft_http_pair *pairs, size_t count);
char *eft__http_pairs_write(const eft_http_pair *pairs, size_t count, char *to);

#endif
