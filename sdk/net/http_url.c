/* SPDX-License-Identifier: MIT
 * URLs of HTTP: read, resolved, encoded. */
#include "http_url.h"

#include <string.h>

#include "eft/error.h"

/* Design notes.  A URL is read where it lies, and written once, into the block
 * of its request.  What both targets see is the same: only characters that RFC
 * 3986 has in a path or a query, and [ and ], which browsers leave alone; the
 * rest is percent-encoded byte by byte, as WHATWG URL does with UTF-8.  A '%'
 * stays one: the caller has encoded something. */

static const char too_long[] = "a URL has at most 8192 bytes";

/* What stays as it is: + in a path and a query, p in a path, q in a query
 * (WHATWG's special-query percent-encode set has the ', too). */
static const char kinds[] = "................................"
                            ".+..+++p++++++++++++++++++++.+.q"
                            "++++++++++++++++++++++++++++.+.+"
                            ".++++++++++++++++++++++++++...+.";

static char kind_of(char c)
{
    return (unsigned char)c < 128 ? kinds[(unsigned char)c] : '.';
}

/* Up to a fragment.  Counts what may take three bytes. */
static int32_t measure(const char *text, size_t *length, size_t *encoded,
                       const char **why)
{
    size_t at = 0;

    *encoded = 0;
    while (at < EFT__URL_LENGTH) {
        char c = text[at];

        if (kind_of(c) != '+') {
            if (!c || c == '#')
                break;
            if ((unsigned char)c < ' ' || c == 127) {
                *why = "the URL holds a control character";
                return EFT_EURL;
            }
            *encoded += c != '?';
        }
        at++;
    }
    if (at == EFT__URL_LENGTH && text[at] && text[at] != '#') {
        *why = too_long;
        return EFT_EURL;
    }
    *length = at;
    while (!text[at] && *length && text[*length - 1] == ' ')
        --*length;
    return 0;
}

/* "http://" or "https://", or of a base's scheme "//"; *text is then behind
 * it. */
static int32_t read_scheme(eft__http_reference *reference, size_t length,
                           const char **text, const char **why)
{
    reference->tls = length ? eft__url_is_scheme(*text, length, "https")
                            : reference->base->tls;
    if (length && !reference->tls &&
        !eft__url_is_scheme(*text, length, "http")) {
        *why = "the scheme of an HTTP URL is http or https";
        return EFT_ESCHEME;
    }
    *text += length ? length + 1 : 0;
    if (strncmp(*text, "//", 2)) {
        *why = "an HTTP URL begins with http:// or https://";
        return EFT_EURL;
    }
    *text += 2;
    return 0;
}

/* Up to the path. */
static bool is_ascii(const char *authority)
{
    for (; *authority && !strchr("/?#", *authority); authority++)
        if ((unsigned char)*authority >= 128)
            return false;
    return true;
}

static int32_t read_authority(eft__http_reference *reference, const char **text,
                              const char *end, const char **why)
{
    const char *begin = *text;
    int32_t error;

    reference->parts.port = reference->tls ? 443 : 80;
    error = eft__url_read_authority(&reference->parts, text, why);
    if (!error && *text < end && !strchr("/?", **text)) {
        error = EFT_EURL;
        *why = "a character that has no place in a host or port";
    }
    if (error && !is_ascii(begin))
        *why = "a host with other letters than ASCII's is written in its "
               "xn-- form (punycode)";
    return error;
}

/* Neither a scheme, nor "//host" where there is a base to have its scheme. */
static bool is_relative(const eft__http_reference *reference, size_t scheme,
                        const char *text)
{
    return !scheme && (!reference->base || strncmp(text, "//", 2));
}

static int32_t read_relative(eft__http_reference *reference, bool resolves,
                             const char *text, const char **why)
{
    if (reference->base) {
        reference->kept = eft__url_kept(reference->base, text);
        reference->tls = reference->base->tls;
        return 0;
    }
    if (resolves)
        return 0;
    *why = "the URL is a relative one, and the session has no base_url";
    return EFT_EURL;
}

int32_t eft__http_url_read(eft__http_reference *reference, const eft__url *base,
                           bool resolves, const char *text, const char **why)
{
    size_t length, encoded;
    int32_t error;

    *reference = (eft__http_reference){.base = base};
    if (!text) {
        *why = "there is no URL";
        return EFT_EURL;
    }
    text += strspn(text, " ");
    const char *rest = text;
    size_t scheme = eft__url_scheme_length(text);
    error = measure(text, &length, &encoded, why);
    if (!error && is_relative(reference, scheme, text))
        error = read_relative(reference, resolves, text, why);
    else if (!error &&
             (error = read_scheme(reference, scheme, &rest, why)) == 0)
        error = read_authority(reference, &rest, text + length, why);
    if (error)
        return error;
    size_t before = (size_t)(rest - text);
    reference->rest = rest;
    reference->rest_length = length > before ? length - before : 0;
    reference->is_plain = !encoded;
    reference->size = sizeof "https://[]:65535/" + reference->kept +
                      reference->parts.host_length + reference->rest_length +
                      2 * encoded;
    return 0;
}

static char *put(char *to, const char *text, size_t length)
{
    memcpy(to, text, length);
    return to + length;
}

static char *put_port(char *to, unsigned port)
{
    char digits[8];
    size_t count = 0;

    do
        digits[count++] = (char)('0' + port % 10);
    while ((port /= 10) != 0);
    *to++ = ':';
    while (count)
        *to++ = digits[--count];
    return to;
}

static char *put_origin(const eft__http_reference *reference, char *to)
{
    const eft__url_parts *parts = &reference->parts;

    to = reference->tls ? put(to, "https://", 8) : put(to, "http://", 7);
    if (parts->literal)
        *to++ = '[';
    for (size_t i = 0; i < parts->host_length; i++) {
        char c = parts->host[i];

        *to++ = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    if (parts->literal)
        *to++ = ']';
    if (parts->port != (reference->tls ? 443 : 80))
        to = put_port(to, parts->port);
    return to;
}

static char *put_encoded(char *to, const char *from, size_t length)
{
    static const char digits[] = "0123456789ABCDEF";
    char own = 'p';

    for (; length; length--, from++) {
        unsigned char c = (unsigned char)*from;
        char kind = kind_of(*from);

        own = kind == 'q' ? 'q' : own;
        if (kind == '+' || kind == own) {
            *to++ = *from;
            continue;
        }
        *to++ = '%';
        *to++ = digits[c >> 4];
        *to++ = digits[c & 15];
    }
    return to;
}

static char *put_rest(const eft__http_reference *reference, char *to)
{
    if (reference->is_plain)
        return put(to, reference->rest, reference->rest_length);
    return put_encoded(to, reference->rest, reference->rest_length);
}

/* Where its path begins. */
static char *put_before(const eft__http_reference *reference, char **to)
{
    const eft__url *base = reference->base;
    char *path = *to;

    if (reference->parts.host) {
        path = *to = put_origin(reference, *to);
        if (!reference->rest_length || *reference->rest != '/')
            *(*to)++ = '/';
    } else if (base) {
        path += base->target - base->url;
        *to = put(*to, base->url, reference->kept);
    }
    return path;
}

char *eft__http_url_write(const eft__http_reference *reference, char *to,
                          size_t *origin)
{
    char *begin = to, *path = put_before(reference, &to);

    to = put_rest(reference, to);
    *to = 0;
    *origin = (size_t)(path - begin);
    if (*path == '/' && (strstr(path, "/.") || strstr(path, "/%2"))) {
        eft__url_remove_dots(path);
        to = path + strlen(path);
    }
    return to;
}

bool eft__http_same_origin(const char *a, size_t a_length, const char *b,
                           size_t b_length)
{
    return a_length == b_length && !memcmp(a, b, a_length);
}
