/* SPDX-License-Identifier: MIT
 * URLs, checked and taken apart. */
#ifndef EFT_NET_URL_H
#define EFT_NET_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EFT__URL_LENGTH = 8192 };

/* The parts of a ws: or wss: URL, all in one allocation. */
typedef struct eft__url {
    char *url;          /* the whole, normalised; eft__url_fini frees it */
    const char *host;   /* without the brackets of an IPv6 address */
    const char *target; /* path and query, begins with '/' */
    uint16_t port;      /* the scheme's own where the URL has none */
    bool tls;
} eft__url;

/* Parses text.  Errors: EFT_EURL, EFT_ESCHEME, EFT_ENOTSUP, EFT_ENOMEM; *why is
 * then a constant sentence or NULL, and *url is not written. */
int32_t eft__url_parse(eft__url *url, const char *text, const char **why);

void eft__url_fini(eft__url *url);

#endif
