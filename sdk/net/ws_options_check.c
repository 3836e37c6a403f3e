/* SPDX-License-Identifier: MIT
 * The options of a WebSocket: are they in their ranges, and in order? */
#include "ws_options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "connect_check.h"
#include "eft/error.h"
#include "header_check.h"
#include "url.h"

enum {
    BITS_LEAST = 9, /* 8, which RFC 7692 allows, zlib cannot do */
    BITS_MOST = 15,
    LEVEL_MOST = 9
};

static int32_t refuse(eft__ws_words *words, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(words->text, sizeof words->text, format, arguments);
    va_end(arguments);
    return EFT_EINVAL;
}

/* RFC 6455 section 4.1 wants a header's kind of name of a subprotocol, too. */
static int32_t check_subprotocols(const eft_ws_options *options,
                                  eft__ws_words *words)
{
    if (options->subprotocol_count && !options->subprotocols)
        return refuse(words, "subprotocols: there are none, in spite of "
                             "subprotocol_count");
    if (options->subprotocols && !options->subprotocol_count)
        return refuse(words, "subprotocols: subprotocol_count does not say how "
                             "many there are");
    for (size_t i = 0; i < options->subprotocol_count; i++) {
        if (!eft__is_token(options->subprotocols[i]))
            return refuse(words,
                          "subprotocols: a subprotocol is one or more visible "
                          "ASCII characters, without separators");
        for (size_t k = 0; k < i; k++)
            if (!strcmp(options->subprotocols[i], options->subprotocols[k]))
                return refuse(words, "subprotocols: one is named twice");
    }
    return 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Is name what pattern says?  A '*' at its end stands for any rest. */
static bool matches(const char *name, const char *pattern)
{
    for (; *pattern && *pattern != '*'; name++, pattern++)
        if (lower(*name) != *pattern)
            return false;
    return *pattern || !*name;
}

/* Why a header of that name may not be given, or NULL. */
static const char *fault_of_name(const eft_ws_options *options,
                                 const char *name)
{
    static const char *const owned[] = {
        "host",           "upgrade",           "connection", "sec-websocket-*",
        "content-length", "transfer-encoding",
    };

    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        if (matches(name, owned[i]))
            return "belongs to the handshake";
    if (matches(name, "origin") && options->origin)
        return "is what the option origin gives";
    /* Without that option there is one, too. */
    if (matches(name, "user-agent") &&
        (!options->user_agent || *options->user_agent))
        return "is what the option user_agent gives, unless that is \"\"";
    return NULL;
}

static int32_t check_headers(const eft_ws_options *options,
                             eft__ws_words *words)
{
    if (options->header_count && !options->headers)
        return refuse(words,
                      "headers: there are none, in spite of header_count");
    if (options->headers && !options->header_count)
        return refuse(words, "headers: header_count does not say how many "
                             "there are");
    for (size_t i = 0; i < options->header_count; i++) {
        const eft_ws_header *header = &options->headers[i];

        if (!eft__is_token(header->name))
            return refuse(words,
                          "headers: the name of a header is one or more "
                          "visible ASCII characters, without separators");
        if (!eft__is_header_value(header->value))
            return refuse(words,
                          "headers: the value of %.64s is missing, or holds "
                          "a control character",
                          header->name);
        const char *fault = fault_of_name(options, header->name);
        if (fault)
            return refuse(words, "headers: %.64s %s", header->name, fault);
    }
    return 0;
}

static int32_t check_texts(const eft_ws_options *options, eft__ws_words *words)
{
    const char *fault =
        eft__connect_fault(&options->tls, options->unix_path, options->proxy);

    if (options->origin && !eft__is_visible(options->origin))
        return refuse(words, "origin: an origin is visible ASCII characters, "
                             "such as https://example.org");
    if (options->user_agent && !eft__is_header_value(options->user_agent))
        return refuse(words, "user_agent: it holds a control character");
    if (fault)
        return refuse(words, "%s", fault);
    return 0;
}

static int32_t check_proxy(const eft_ws_options *options, eft__ws_words *words)
{
    const char *why = NULL;
    eft__url_parts parts;
    int32_t error = 0;

    if (options->proxy && *options->proxy)
        error = eft__url_read_proxy(&parts, options->proxy, &why);
    if (error)
        refuse(words, "proxy: %s", why);
    return error;
}

static int32_t check_numbers(const eft_ws_options *options,
                             eft__ws_words *words)
{
    const struct {
        const char *name;
        int64_t value;
    } limits[] = {
        {"max_redirects", options->max_redirects},
        {"open_timeout_ms", options->open_timeout_ms},
        {"close_timeout_ms", options->close_timeout_ms},
        {"ping_interval_ms", options->ping_interval_ms},
        {"ping_timeout_ms", options->ping_timeout_ms},
    };

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].value < -1)
            return refuse(words, "%s: it is less than -1", limits[i].name);
    return 0;
}

static bool is_window(uint8_t bits)
{
    return !bits || (bits >= BITS_LEAST && bits <= BITS_MOST);
}

static int32_t check_deflate(const eft_ws_deflate *deflate,
                             eft__ws_words *words)
{
    static const char *const format =
        "deflate.%s_max_window_bits: it is not from 9 to 15";

    if (!is_window(deflate->client_max_window_bits))
        return refuse(words, format, "client");
    if (!is_window(deflate->server_max_window_bits))
        return refuse(words, format, "server");
    if (deflate->level > LEVEL_MOST)
        return refuse(words, "deflate.level: it is not from 1 to 9");
    return 0;
}

int32_t eft__ws_options_check_content(const eft_ws_options *options,
                                      eft__ws_words *words)
{
    int32_t error = check_numbers(options, words);

    if (!error)
        error = check_deflate(&options->deflate, words);
    if (!error)
        error = check_subprotocols(options, words);
    if (!error)
        error = check_headers(options, words);
    if (!error)
        error = check_texts(options, words);
    return error ? error : check_proxy(options, words);
}
