/* SPDX-License-Identifier: MIT
 * References to URLs, as redirects give them: RFC 3986 section 5. */
#include "url.h"

#include <string.h>

#include "../core/memory.h"
#include "eft/error.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

size_t eft__url_scheme_length(const char *reference)
{
    size_t length = 0;

    while (is_letter(reference[length]) ||
           (length && reference[length] &&
            strchr("0123456789+-.", reference[length])))
        length++;
    return reference[length] == ':' ? length : 0;
}

bool eft__url_is_scheme(const char *text, size_t length, const char *scheme)
{
    for (size_t i = 0; i < length; i++)
        if ((text[i] | 0x20) != scheme[i])
            return false;
    return scheme[length] == 0;
}

/* Browsers take "%2e" for a dot, too (WHATWG URL section 4.4). */
static size_t dots(const char *segment, size_t length)
{
    size_t count = 0, at = 0;

    while (at < length) {
        bool encoded = length - at >= 3 && segment[at] == '%' &&
                       segment[at + 1] == '2' &&
                       (segment[at + 2] | 0x20) == 'e';

        if (segment[at] != '.' && !encoded)
            return 0;
        at += encoded ? 3 : 1;
        count++;
    }
    return count;
}

void eft__url_remove_dots(char *path)
{
    char *from = path, *to = path;

    while (*from == '/') {
        size_t length = strcspn(from + 1, "/?");
        size_t count = dots(from + 1, length);
        bool one = count == 1, two = count == 2;

        if (two)
            while (to > path && *--to != '/')
                ;
        if (!one && !two) {
            memmove(to, from, length + 1);
            to += length + 1;
        } else if (from[length + 1] != '/') {
            *to++ = '/';
        }
        from += length + 1;
    }
    memmove(to, from, strlen(from) + 1);
}

static size_t put(char *to, size_t at, const char *text, size_t length)
{
    memcpy(to + at, text, length);
    return at + length;
}

size_t eft__url_kept(const eft__url *base, const char *reference)
{
    size_t authority = (size_t)(base->target - base->url);
    size_t path = strcspn(base->target, "?");

    if (*reference == '/')
        return authority;
    if (*reference == '?')
        return authority + path;
    if (!*reference || *reference == '#')
        return strlen(base->url);
    while (base->target[path - 1] != '/')
        path--;
    return authority + path;
}

/* What comes before the reference, or instead of its scheme. */
static int32_t put_base(const eft__url *base, const char **reference,
                        size_t *length, char *to, size_t *at, const char **why)
{
    size_t scheme = eft__url_scheme_length(*reference);
    bool tls = eft__url_is_scheme(*reference, scheme, "wss") ||
               eft__url_is_scheme(*reference, scheme, "https");

    if (!scheme && strncmp(*reference, "//", 2)) {
        *at = put(to, 0, base->url, eft__url_kept(base, *reference));
        return 0;
    }
    if (!scheme)
        tls = base->tls;
    else if (!tls && !eft__url_is_scheme(*reference, scheme, "ws") &&
             !eft__url_is_scheme(*reference, scheme, "http")) {
        *why = "the scheme is none of ws, wss, http and https";
        return EFT_ESCHEME;
    }
    if (scheme) {
        *reference += scheme + 1;
        *length -= scheme + 1;
    }
    *at = tls ? put(to, 0, "wss:", 4) : put(to, 0, "ws:", 3);
    return 0;
}

int32_t eft__url_resolve(const eft__url *base, const char *reference,
                         char **text, const char **why)
{
    size_t length = strcspn(reference, "#"), at = 0;

    if (length > EFT__URL_LENGTH) {
        *why = "it has more than 8192 bytes";
        return EFT_EURL;
    }
    char *to = eft__alloc(strlen(base->url) + length + sizeof "wss:");
    if (!to)
        return EFT_ENOMEM;

    int32_t error = put_base(base, &reference, &length, to, &at, why);
    if (error) {
        eft__free(to);
        return error;
    }
    at = put(to, at, reference, length);
    to[at] = 0;
    char *authority = strstr(to, "://");
    if (authority)
        eft__url_remove_dots(authority + 3 + strcspn(authority + 3, "/?"));
    *text = to;
    return 0;
}
