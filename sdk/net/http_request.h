/* SPDX-License-Identifier: MIT
 * An HTTP request, as the seam wants it. */
#ifndef EFT_NET_HTTP_REQUEST_H
#define EFT_NET_HTTP_REQUEST_H

#include "http_options.h"

/* One hop: what is sent, and what its sender wants of it.  It owns all that it
 * points to, but for a body that is lent. */
typedef struct eft__http_request {
    eft_target_http_request target; /* headers, body and URL are here */
    eft_http_writer *writer; /* streams: who writes; NULL: the body is bytes */
    void *writer_arg;
    bool has_files; /* body_length is to be asked for first, of more */

    int64_t total_timeout_ms; /* these are filled in */
    int64_t read_timeout_ms;
    size_t max_body;
    eft_http_redirects redirects;
    int32_t max_redirects;
    bool raise_for_status;
    eft_http_on_progress *on_progress; /* or NULL */
    void *progress_arg;

    size_t origin_length; /* of target.url: scheme, host and port, which
                             limit_per_host counts by */
    bool tls;
    void *more; /* what else is to be freed, and how: the body, or what its
                   writer was given */
    void (*more_free)(void *more);
} eft__http_request;

/* Makes what a call asks for; request NULL: a plain one.  Takes request->json,
 * and writer_arg where there is a free_writer_arg.  NULL: *error and *words say
 * why. */
eft__http_request *eft__http_request_new(const eft__http_options *options,
                                         const char *method, const char *url,
                                         const eft_http_request *request,
                                         int32_t *error,
                                         eft__http_words *words);

/* Frees what a request that will not be made has given. */
void eft__http_request_refuse(const eft_http_request *request);

void eft__http_request_free(eft__http_request *request); /* NULL is allowed */

/* Does this status with this Location (or NULL) lead elsewhere? */
bool eft__http_is_redirect(int status, const char *location);

/* Makes the next hop's, as RFC 9110 section 15.4 and WHATWG Fetch say: method,
 * body and headers change; what was meant for one origin does not go to
 * another, such as from https to http.  Takes from, of which a body moves
 * on, when it succeeds; NULL: *error and *words say why, and from stays. */
eft__http_request *eft__http_request_redirected(eft__http_request *from,
                                                int status,
                                                const char *location,
                                                int32_t *error,
                                                eft__http_words *words);

#endif
