/* SPDX-License-Identifier: MIT
 * URLs of HTTP: read, resolved, encoded. */
#ifndef EFT_NET_HTTP_URL_H
#define EFT_NET_HTTP_URL_H

#include "url.h"

/* A reference that has been read: what its URL is written from. */
typedef struct eft__http_reference {
    eft__url_parts parts; /* of a whole URL; in a relative one host is NULL */
    const eft__url *base; /* what that is relative to; NULL: the world's own */
    size_t kept;          /* bytes of base that go before it */
    const char *rest;     /* path and query, not encoded yet, no fragment */
    size_t rest_length;
    size_t size;   /* bytes that the URL takes, at most, without a NUL */
    bool is_plain; /* nothing in it has to be encoded */
    bool tls;
} eft__http_reference;

/* Reads what a program calls a URL, or a Location (RFC 3986 section 5).  base
 * needs no more than url, target and tls; NULL: there is none, and resolves
 * says whether a relative one is for the world to understand.
 * Errors: EFT_EURL, EFT_ESCHEME, with a constant sentence. */
int32_t eft__http_url_read(eft__http_reference *reference, const eft__url *base,
                           bool resolves, const char *text, const char **why);

/* Writes scheme://host[:port]/path?query in a browser's spelling: what has no
 * place in a URL is encoded, dots in the path are resolved.  *origin: what is
 * before the path.  Returns what is behind it; there is no NUL. */
char *eft__http_url_write(const eft__http_reference *reference, char *to,
                          size_t *origin);

/* Are the origins of two URLs so written the same? */
bool eft__http_same_origin(const char *a, size_t a_length, const char *b,
                           size_t b_length);

#endif
