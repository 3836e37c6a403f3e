/* SPDX-License-Identifier: MIT
 * URLs of WebSockets: RFC 6455 section 3 on top of RFC 3986. */
#include "url.h"

#include <string.h>

#include "../core/memory.h"
#include "eft/error.h"

/* Where the parts of the text lie while it is being read. */
typedef struct url_parts {
    const char *host;
    size_t host_length;
    const char *target; /* may lack its '/' */
    size_t target_length;
    uint16_t port;
    bool tls;
    bool literal; /* host is an IPv6 address in brackets */
} url_parts;

static const char *const out_of_place =
    "a URL has only printable ASCII characters without spaces: encode others "
    "with %";

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_host_character(char c)
{
    char l = lower(c);

    return (l >= 'a' && l <= 'z') || is_digit(c) || c == '-' || c == '.' ||
           c == '_';
}

static bool is_address_character(char c)
{
    char l = lower(c);

    return (l >= 'a' && l <= 'f') || is_digit(c) || c == ':' || c == '.';
}

static size_t span(const char *text, bool (*is_part)(char c))
{
    size_t length = 0;

    while (is_part(text[length]))
        length++;
    return length;
}

static bool is_scheme(const char *text, size_t length, const char *scheme)
{
    for (size_t i = 0; i < length; i++)
        if (lower(text[i]) != scheme[i])
            return false;
    return scheme[length] == 0;
}

static int32_t parse_scheme(url_parts *parts, const char **text,
                            const char **why)
{
    const char *end = strstr(*text, "://");
    size_t length = end ? (size_t)(end - *text) : 0;

    if (!end || length == 0) {
        *why = "a URL begins with ws:// or wss://";
        return EFT_EURL;
    }
    parts->tls = is_scheme(*text, length, "wss");
    if (!parts->tls && !is_scheme(*text, length, "ws")) {
        *why = "the scheme of a WebSocket's URL is ws or wss";
        return EFT_ESCHEME;
    }
    parts->port = parts->tls ? 443 : 80;
    *text = end + 3;
    return 0;
}

static int32_t parse_host(url_parts *parts, const char **text, const char **why)
{
    const char *at = strpbrk(*text, "@/?");

    if (at && *at == '@') {
        *why = "user and password in a URL are not supported";
        return EFT_ENOTSUP;
    }
    parts->literal = **text == '[';
    parts->host = *text + parts->literal;
    parts->host_length = span(parts->host, parts->literal ? is_address_character
                                                          : is_host_character);
    *text = parts->host + parts->host_length;
    if (parts->literal && *(*text)++ != ']') {
        *why = "an IPv6 address ends with ]";
        return EFT_EURL;
    }
    if (parts->host_length == 0 || parts->host_length > 255) {
        *why = "the URL has no host, or too long a one";
        return EFT_EURL;
    }
    return 0;
}

static int32_t parse_port(url_parts *parts, const char **text, const char **why)
{
    unsigned port = 0;

    if (**text != ':')
        return 0;
    ++*text;
    /* "host:" means the scheme's own port (RFC 3986 section 3.2.3). */
    if (!is_digit(**text))
        return 0;
    while (is_digit(**text) && port <= UINT16_MAX)
        port = port * 10 + (unsigned)(*(*text)++ - '0');
    if (port == 0 || port > UINT16_MAX) {
        *why = "a port is a number from 1 to 65535";
        return EFT_EURL;
    }
    parts->port = (uint16_t)port;
    return 0;
}

static int32_t parse_target(url_parts *parts, const char *text,
                            const char **why)
{
    parts->target = text;
    parts->target_length = strlen(text);
    if (*text && *text != '/' && *text != '?' && *text != '#') {
        *why = "a character that has no place in a host or port";
        return EFT_EURL;
    }
    if (strchr(text, '#')) {
        *why = "a WebSocket's URL has no fragment (#)";
        return EFT_EURL;
    }
    return 0;
}

static int32_t parse(url_parts *parts, const char *text, const char **why)
{
    int32_t error = EFT_EURL;
    size_t length = 0;

    while (text[length] > ' ' && text[length] < 127)
        if (++length > EFT__URL_LENGTH) {
            *why = "a URL has at most 8192 bytes";
            return error;
        }
    if (text[length]) {
        *why = out_of_place;
        return error;
    }
    if ((error = parse_scheme(parts, &text, why)) != 0 ||
        (error = parse_host(parts, &text, why)) != 0 ||
        (error = parse_port(parts, &text, why)) != 0)
        return error;
    return parse_target(parts, text, why);
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

int32_t eft__url_parse(eft__url *url, const char *text, const char **why)
{
    url_parts parts = {0};
    int32_t error = text ? parse(&parts, text, why) : EFT_EURL;

    if (error)
        return error;
    /* The whole with brackets, port and '/', then the host once more. */
    size_t size = sizeof "wss://[]:65535/" + parts.target_length +
                  2 * (parts.host_length + 1);
    char *whole = eft__alloc(size);
    if (!whole)
        return EFT_ENOMEM;

    char *end = put(whole, "wss://", 6);
    if (!parts.tls)
        end = put(whole, "ws://", 5);
    if (parts.literal)
        *end++ = '[';
    end = put(end, parts.host, parts.host_length);
    if (parts.literal)
        *end++ = ']';
    if (parts.port != (parts.tls ? 443 : 80))
        end = put_port(end, parts.port);
    url->target = end;
    if (parts.target_length == 0 || *parts.target != '/')
        *end++ = '/';
    end = put(end, parts.target, parts.target_length);
    *end++ = 0;
    url->host = end;
    end = put(end, parts.host, parts.host_length);
    *end = 0;
    url->url = whole;
    url->port = parts.port;
    url->tls = parts.tls;
    return 0;
}

void eft__url_fini(eft__url *url)
{
    eft__free(url->url);
    url->url = NULL;
}
