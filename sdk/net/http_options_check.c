/* SPDX-License-Identifier: MIT
 * The options of an HTTP session: are they in their ranges, and in order? */
#include "http_options.h"

#include <string.h>

#include "connect_check.h"
#include "eft/error.h"
#include "header_check.h"
#include "http_headers.h"

static int32_t check_numbers(const eft_http_session_options *options,
                             eft__http_words *words)
{
    int32_t error = eft__http_timeouts_check(options->total_timeout_ms,
                                             options->connect_timeout_ms,
                                             options->read_timeout_ms, words);

    if (!error)
        error = eft__http_redirects_check(options->redirects,
                                          options->max_redirects, words);
    if (!error && options->keep_alive_ms < EFT_FOREVER)
        error = eft__http_refuse(words, EFT_EINVAL,
                                 "keep_alive_ms: it is less than -1");
    return error;
}

int32_t eft__http_timeouts_check(int64_t total_ms, int64_t connect_ms,
                                 int64_t read_ms, eft__http_words *words)
{
    const char *name = total_ms < -1     ? "total_timeout_ms"
                       : connect_ms < -1 ? "connect_timeout_ms"
                       : read_ms < -1    ? "read_timeout_ms"
                                         : NULL;

    return name ? eft__http_refuse(words, EFT_EINVAL, "%s: it is less than -1",
                                   name)
                : 0;
}

int32_t eft__http_redirects_check(eft_http_redirects redirects, int32_t most,
                                  eft__http_words *words)
{
    if ((int)redirects < EFT_HTTP_DEFAULT || redirects > EFT_HTTP_REFUSE)
        return eft__http_refuse(words, EFT_EINVAL,
                                "redirects: it is none of its values");
    if (most < 0)
        return eft__http_refuse(words, EFT_EINVAL,
                                "max_redirects: it is negative; redirects "
                                "says whether any are followed");
    return 0;
}

/* A name or an address, without brackets. */
static bool is_host(const char *text)
{
    const char *at = text, *why;
    eft__url_parts parts = {0};

    if (!text)
        return false;
    if (strchr(text, ':'))
        return eft__is_address(text);
    return !eft__url_read_authority(&parts, &at, &why) && !*at && !parts.user;
}

static int32_t check_addresses(const eft_http_session_options *options,
                               eft__http_words *words)
{
    int32_t error = eft__http_list_check(
        options->addresses, options->address_count, "addresses", words);

    for (size_t i = 0; !error && i < options->address_count; i++) {
        const eft_http_address *one = &options->addresses[i];

        if (!is_host(one->host))
            error = eft__http_refuse(words, EFT_EINVAL,
                                     "addresses: a host is missing, or "
                                     "is no host name");
        else if (!eft__is_address(one->address))
            error = eft__http_refuse(words, EFT_EINVAL,
                                     "addresses: that of %.100s is no numeric "
                                     "address, IPv4 or IPv6",
                                     one->host);
    }
    return error;
}

int32_t eft__http_options_check(const eft_http_session_options *options,
                                eft__http_words *words)
{
    const char *fault =
        eft__connect_fault(&options->tls, options->unix_path, options->proxy);
    int32_t error = check_numbers(options, words);

    if (!error)
        error = eft__http_headers_check(options->headers, options->header_count,
                                        words);
    if (!error)
        error = eft__http_user_check(options->user, words);
    if (!error)
        error = check_addresses(options, words);
    if (!error && options->user_agent &&
        !eft__is_header_value(options->user_agent))
        fault = "user_agent: it holds a control character";
    if (!error && fault)
        error = eft__http_refuse(words, EFT_EINVAL, "%s", fault);
    return error;
}
