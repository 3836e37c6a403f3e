/* SPDX-License-Identifier: MIT
 * URLs of WebSockets: RFC 6455 section 3 on top of RFC 3986. */
#include "url.h"

#include <string.h>

#include "../core/memory.h"
#include "eft/error.h"

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

/* What is before "://"; 0: nothing. */
static size_t scheme_length(const char *text)
{
    const char *end = strstr(text, "://");

    return end ? (size_t)(end - text) : 0;
}

static int32_t parse_scheme(eft__url_parts *parts, const char **text,
                            const char **why)
{
    size_t length = scheme_length(*text);

    if (length == 0) {
        *why = "a URL begins with ws:// or wss://";
        return EFT_EURL;
    }
    parts->tls = is_scheme(*text, length, "wss");
    if (!parts->tls && !is_scheme(*text, length, "ws")) {
        *why = "the scheme of a WebSocket's URL is ws or wss";
        return EFT_ESCHEME;
    }
    parts->port = parts->tls ? 443 : 80;
    *text += length + 3;
    return 0;
}

static int32_t parse_proxy_scheme(eft__url_parts *parts, const char **text,
                                  const char **why)
{
    size_t length = scheme_length(*text);

    if (length == 0) {
        *why = "a proxy is given as http://host:port";
        return EFT_EINVAL;
    }
    if (!is_scheme(*text, length, "http")) {
        *why = "only http:// proxies are supported, not https:// or socks";
        return EFT_ENOTSUP;
    }
    parts->port = 80;
    *text += length + 3;
    return 0;
}

static int32_t parse_user(eft__url_parts *parts, const char **text,
                          const char **why)
{
    size_t length = strcspn(*text, "/?#");
    const char *at = memchr(*text, '@', length);

    if (!at)
        return 0;
    if (!eft__url_is_user(*text, (size_t)(at - *text))) {
        *why = "user and password in a URL are encoded with %, hold no "
               "controls, and the user no colon";
        return EFT_EURL;
    }
    if (at > *text) {
        parts->user = *text;
        parts->user_length = (size_t)(at - *text);
    }
    *text = at + 1;
    return 0;
}

static int32_t parse_host(eft__url_parts *parts, const char **text,
                          const char **why)
{
    parts->literal = **text == '[';
    parts->host = *text + parts->literal;
    parts->host_length = span(parts->host, parts->literal ? is_address_character
                                                          : is_host_character);
    *text = parts->host + parts->host_length;
    if (parts->literal && *(*text)++ != ']') {
        *why = "what stands in brackets is an IPv6 address, as in [::1]";
        return EFT_EURL;
    }
    if (parts->host_length == 0 || parts->host_length > 255) {
        *why = "the URL has no host, or too long a one";
        return EFT_EURL;
    }
    return 0;
}

static int32_t parse_port(eft__url_parts *parts, const char **text,
                          const char **why)
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

static int32_t parse_target(eft__url_parts *parts, const char *text,
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

int32_t eft__url_read_authority(eft__url_parts *parts, const char **text,
                                const char **why)
{
    int32_t error = parse_user(parts, text, why);

    if (!error)
        error = parse_host(parts, text, why);
    return error ? error : parse_port(parts, text, why);
}

static int32_t check_characters(const char *text, const char **why)
{
    size_t length = 0;

    while (text && text[length] > ' ' && text[length] < 127)
        if (++length > EFT__URL_LENGTH) {
            *why = "a URL has at most 8192 bytes";
            return EFT_EURL;
        }
    if (!text || text[length]) {
        *why = text ? out_of_place : "there is no URL";
        return EFT_EURL;
    }
    return 0;
}

int32_t eft__url_read(eft__url_parts *parts, const char *text, const char **why)
{
    int32_t error = check_characters(text, why);

    *parts = (eft__url_parts){0};
    if (error || (error = parse_scheme(parts, &text, why)) != 0 ||
        (error = eft__url_read_authority(parts, &text, why)) != 0)
        return error;
    return parse_target(parts, text, why);
}

int32_t eft__url_read_proxy(eft__url_parts *parts, const char *text,
                            const char **why)
{
    int32_t error = check_characters(text, why);

    *parts = (eft__url_parts){0};
    if (error)
        return EFT_EINVAL;
    error = parse_proxy_scheme(parts, &text, why);
    if (error)
        return error;
    if (eft__url_read_authority(parts, &text, why))
        return EFT_EINVAL;
    if (*text && strcmp(text, "/")) {
        *why = "there is something behind the host and port of a proxy";
        return EFT_EINVAL;
    }
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

/* The whole with brackets, port and '/', then the host once more. */
size_t eft__url_size(const eft__url_parts *parts)
{
    return sizeof "wss://[]:65535/" + parts->target_length +
           2 * (parts->host_length + 1);
}

char *eft__url_write(eft__url *url, const eft__url_parts *parts, char *to)
{
    char *end = parts->tls ? put(to, "wss://", 6) : put(to, "ws://", 5);

    url->url = to;
    if (parts->literal)
        *end++ = '[';
    end = put(end, parts->host, parts->host_length);
    if (parts->literal)
        *end++ = ']';
    if (parts->port != (parts->tls ? 443 : 80))
        end = put_port(end, parts->port);
    url->target = end;
    if (parts->target_length == 0 || *parts->target != '/')
        *end++ = '/';
    end = put(end, parts->target, parts->target_length);
    *end++ = 0;
    url->host = end;
    end = put(end, parts->host, parts->host_length);
    *end++ = 0;
    url->port = parts->port;
    url->tls = parts->tls;
    return end;
}

int32_t eft__url_parse(eft__url *url, const char *text, const char **why)
{
    eft__url_parts parts;
    int32_t error = eft__url_read(&parts, text, why);

    if (error)
        return error;
    char *whole = eft__alloc(eft__url_size(&parts));
    if (!whole)
        return EFT_ENOMEM;
    eft__url_write(url, &parts, whole);
    return 0;
}

void eft__url_fini(eft__url *url)
{
    eft__free(url->url);
    url->url = NULL;
}

bool eft__url_same_origin(const eft__url *url, const eft__url_parts *other)
{
    size_t length = strlen(url->host);

    if (length != other->host_length)
        return false;
    for (size_t i = 0; i < length; i++)
        if (lower(url->host[i]) != lower(other->host[i]))
            return false;
    return url->port == other->port && url->tls == other->tls;
}
