/* SPDX-License-Identifier: MIT
 * The options of an HTTP session: checked, filled in, copied. */
#ifndef EFT_NET_HTTP_OPTIONS_H
#define EFT_NET_HTTP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "eft/http.h"
#include "targets/world.h"
#include "url.h"

/* What the world can do; a test may put another world's in their place. */
extern const eft_target_http_traits *eft__http_traits;
extern const eft_target_lack *eft__http_lacks;

/* A sentence that is put together. */
typedef struct eft__http_words {
    char text[320];
} eft__http_words;

/* A session's options, in one allocation with all texts. */
typedef struct eft__http_options {
    eft_http_session_options options; /* filled in, but for proxy, user_agent
                                         and base_url */
    eft__url base;                    /* of base_url; url NULL: there is none */
    size_t base_origin;               /* the length of its origin */
    const char *authorization;        /* of user, or base_url's; NULL: none */
    int32_t error;                    /* what each request fails with, or 0 */
    eft__http_words why;              /* its sentence */
} eft__http_options;

/* NULL: out of memory.  What is wrong with them it says. */
eft__http_options *eft__http_options_new(const eft_http_session_options *from);

/* Why the world lacks this, or NULL: it does not. */
const char *eft__http_why_not(const char *option);

/* The part of the check that is the same on every target: EFT_EINVAL. */
int32_t eft__http_options_check(const eft_http_session_options *options,
                                eft__http_words *words);

/* Parts of it that are a request's, too. */
int32_t eft__http_timeouts_check(int64_t total_ms, int64_t connect_ms,
                                 int64_t read_ms, eft__http_words *words);
int32_t eft__http_redirects_check(eft_http_redirects redirects, int32_t most,
                                  eft__http_words *words);

/* What a request may set, and this world cannot: EFT_ENOTSUP. */
int32_t eft__http_request_support(const eft_http_request *request,
                                  eft__http_words *words);

/* Writes a sentence, and returns error. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
int32_t
eft__http_refuse(eft__http_words *words, int32_t error, const char *format,
                 ...);

#endif
