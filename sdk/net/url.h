/* SPDX-License-Identifier: MIT
 * URLs, checked and taken apart. */
#ifndef EFT_NET_URL_H
#define EFT_NET_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EFT__URL_LENGTH = 8192,
    EFT__URL_SHOWN = 100 /* room for as much of one as a sentence quotes */
};

/* Where the parts of a checked URL lie in its text. */
typedef struct eft__url_parts {
    const char *user; /* "user:password", still encoded, or NULL */
    size_t user_length;
    bool user_is_plain; /* it is not encoded: an option's, not the URL's */
    const char *host;   /* without the brackets of an IPv6 address */
    size_t host_length;
    const char *target; /* path and query; may lack its '/' */
    size_t target_length;
    uint16_t port; /* the scheme's own where the URL has none */
    bool tls;      /* wss */
    bool literal;  /* host is an IPv6 address in brackets */
} eft__url_parts;

/* The parts as strings. */
typedef struct eft__url {
    char *url;          /* the whole, normalised, without user and password */
    const char *host;   /* without the brackets of an IPv6 address */
    const char *target; /* path and query, begins with '/' */
    uint16_t port;
    bool tls;
} eft__url;

/* Reads the URL of a WebSocket.  Errors: EFT_EURL, EFT_ESCHEME; *why is then a
 * constant sentence. */
int32_t eft__url_read(eft__url_parts *parts, const char *text,
                      const char **why);

/* Likewise the URL of a proxy, http:.  Errors: EFT_EINVAL; EFT_ENOTSUP, a kind
 * of proxy that we do not know. */
int32_t eft__url_read_proxy(eft__url_parts *parts, const char *text,
                            const char **why);

/* Reads what is between "://" and the path, and moves *text behind it, which
 * after an error means nothing; port is set only where the URL has one. */
int32_t eft__url_read_authority(eft__url_parts *parts, const char **text,
                                const char **why);

/* Writes the strings into size bytes, and returns what is behind them. */
size_t eft__url_size(const eft__url_parts *parts);
char *eft__url_write(eft__url *url, const eft__url_parts *parts, char *to);

/* The same with memory of their own, at url->url.  Errors: those of read,
 * EFT_ENOMEM. */
int32_t eft__url_parse(eft__url *url, const char *text, const char **why);
void eft__url_fini(eft__url *url);

/* Is it "user:password", or a user alone, as a header can have it? */
bool eft__url_is_user(const char *text, size_t length);

/* "Basic …" of user and password (RFC 7617), in the same way; size 0: there is
 * none, and nothing is written. */
size_t eft__url_basic_size(const eft__url_parts *parts);
char *eft__url_basic_write(const eft__url_parts *parts, char *to);

/* Writes an URL for people to read, well-formed or not, into size bytes, 8 or
 * more: with *** in the place of its password, ? in that of what is not
 * printable ASCII, and cut where it is longer. */
void eft__url_show(char *to, size_t size, const char *text);

/* Resolves a reference, such as a Location (RFC 3986 section 5): *text is a
 * whole URL, to be read and freed.  http and https become ws and wss.
 * Errors: EFT_EURL, EFT_ESCHEME, with a constant sentence; EFT_ENOMEM. */
int32_t eft__url_resolve(const eft__url *base, const char *reference,
                         char **text, const char **why);

/* The length of "scheme" before a ':'; 0: the reference is a relative one. */
size_t eft__url_scheme_length(const char *reference);

/* Is this, of that length, scheme, in any case? */
bool eft__url_is_scheme(const char *text, size_t length, const char *scheme);

/* What a relative reference keeps of base, of which only url and target count:
 * section 5.2.2. */
size_t eft__url_kept(const eft__url *base, const char *reference);

/* Section 5.2.4.  path begins with '/', and ends before a query. */
void eft__url_remove_dots(char *path);

/* Scheme, host and port are the same (RFC 6454). */
bool eft__url_same_origin(const eft__url *url, const eft__url_parts *other);

#endif
