/* SPDX-License-Identifier: MIT
 * The options of an HTTP session: all members, defaults, copies. */
#include "http_options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../core/memory.h"
#include "eft/error.h"
#include "eft/future.h"
#include "http_headers.h"
#include "http_url.h"
#include "option.h"

/* Design notes.  Tables have all members, for whatever is the same for each: is
 * it set, can this target honour it, has it text to be copied.  What the words
 * in an option may be is checked in http_options_check.c. */

enum {
    TOTAL_MS = 300000, /* aiohttp's */
    CONNECT_MS = 30000,
    KEEP_ALIVE_MS = 15000, /* aiohttp's, as limit and max_redirects */
    LIMIT = 100,
    MAX_REDIRECTS = 10,
    MAX_BODY = 64 << 20,
    MAX_HEADERS = 64 << 10
};

const eft_target_http_traits *eft__http_traits =
    &eft_target_http_traits_of_world;
const eft_target_lack *eft__http_lacks = eft_target_http_lacks;

#define PART(name) EFT__OPTION(eft_http_session_options, name)
#define TEXT(name) EFT__OPTION_TEXT(eft_http_session_options, name)

static const eft__option members[] = {
    TEXT(base_url),
    PART(headers),
    PART(header_count),
    TEXT(user),
    TEXT(user_agent),
    PART(no_cookies),
    PART(credentials),
    PART(no_decompress),
    PART(raise_for_status),
    PART(http1),
    PART(redirects),
    PART(max_redirects),
    PART(limit),
    PART(limit_per_host),
    PART(keep_alive_ms),
    PART(total_timeout_ms),
    PART(connect_timeout_ms),
    PART(read_timeout_ms),
    PART(max_body),
    PART(max_headers),
    TEXT(proxy),
    PART(addresses),
    PART(address_count),
    TEXT(unix_path),
    TEXT(tls.ca_file),
    TEXT(tls.ca_text),
    TEXT(tls.certificate_file),
    TEXT(tls.key_file),
    TEXT(tls.key_password),
    TEXT(tls.server_name),
    PART(tls.insecure),
    {NULL, 0, 0, false},
};

#undef PART
#define PART(name) EFT__OPTION(eft_http_request, name)

static const eft__option of_request[] = {
    PART(query),
    PART(query_count),
    PART(encoded_query),
    PART(headers),
    PART(header_count),
    PART(user),
    PART(data),
    PART(length),
    PART(lent),
    PART(json),
    PART(form),
    PART(form_count),
    PART(parts),
    PART(part_count),
    PART(writer),
    PART(writer_arg),
    PART(free_writer_arg),
    PART(writer_length),
    PART(content_type),
    PART(content_encoding),
    PART(total_timeout_ms),
    PART(connect_timeout_ms),
    PART(read_timeout_ms),
    PART(max_body),
    PART(redirects),
    PART(max_redirects),
    PART(raise_for_status),
    PART(on_progress),
    PART(progress_arg),
    {NULL, 0, 0, false},
};

/* What is no member, but can be asked for. */
static const eft__option others[] = {
    {"redirects.follow", 0, 0, false},
    {"redirects.return", 0, 0, false},
    {"redirects.refuse", 0, 0, false},
    {"parts.path", 0, 0, false},
    {NULL, 0, 0, false},
};

/* What a target lacks */

const char *eft__http_why_not(const char *option)
{
    return eft__option_why_not(eft__http_lacks, option);
}

const char *eft_http_unsupported(const char *option)
{
    static const eft__option *const tables[] = {members, of_request, others,
                                                NULL};

    return eft__option_unsupported(eft__http_lacks, tables, option);
}

int32_t eft__http_refuse(eft__http_words *words, int32_t error,
                         const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(words->text, sizeof words->text, format, arguments);
    va_end(arguments);
    return error;
}

static int32_t refuse_redirects(eft_http_redirects redirects,
                                eft__http_words *words)
{
    const char *why = NULL;

    if (redirects == EFT_HTTP_RETURN)
        why = eft__http_why_not("redirects.return");
    return why ? eft__http_refuse(words, EFT_ENOTSUP, "redirects: %s", why) : 0;
}

/* connect_ms may ask for what a world without a timeout does anyway. */
static int32_t check_table(const void *options, const eft__option *table,
                           int64_t connect_ms, eft__http_words *words)
{
    for (; eft__http_lacks->option && table->name; table++) {
        const char *why = eft__option_is_set(options, table)
                              ? eft__http_why_not(table->name)
                              : NULL;

        if (why && (strcmp(table->name, "connect_timeout_ms") ||
                    connect_ms != EFT_FOREVER))
            return eft__http_refuse(words, EFT_ENOTSUP, "%s: %s", table->name,
                                    why);
    }
    return 0;
}

int32_t eft__http_request_support(const eft_http_request *request,
                                  eft__http_words *words)
{
    const char *why = NULL;
    int32_t error =
        check_table(request, of_request, request->connect_timeout_ms, words);

    if (!error)
        error = refuse_redirects(request->redirects, words);
    for (size_t i = 0; !why && i < request->part_count; i++)
        if (request->parts && request->parts[i].path)
            why = eft__http_why_not("parts.path");
    if (!error && why)
        error = eft__http_refuse(words, EFT_ENOTSUP, "parts.path: %s", why);
    return error;
}

static int32_t check(const eft_http_session_options *options,
                     eft__http_words *words)
{
    int32_t error = eft__http_options_check(options, words);

    if (!error)
        error =
            check_table(options, members, options->connect_timeout_ms, words);
    return error ? error : refuse_redirects(options->redirects, words);
}

/* Defaults */

static void fill(int64_t *value, int64_t otherwise)
{
    if (!*value)
        *value = otherwise;
}

static void fill_size(size_t *value, size_t otherwise)
{
    if (!*value)
        *value = otherwise;
}

static void fill_in(eft_http_session_options *options)
{
    if (!options->redirects)
        options->redirects = EFT_HTTP_FOLLOW;
    if (!options->max_redirects)
        options->max_redirects = MAX_REDIRECTS;
    fill_size(&options->limit, LIMIT);
    fill_size(&options->limit_per_host, SIZE_MAX);
    fill(&options->keep_alive_ms, KEEP_ALIVE_MS);
    fill(&options->total_timeout_ms, TOTAL_MS);
    fill(&options->connect_timeout_ms, CONNECT_MS);
    fill(&options->read_timeout_ms, EFT_FOREVER);
    fill_size(&options->max_body, MAX_BODY);
    fill_size(&options->max_headers, MAX_HEADERS);
}

/* Copies */

static size_t size_of(const eft_http_session_options *options)
{
    size_t size = options->header_count * sizeof *options->headers +
                  options->address_count * sizeof *options->addresses +
                  eft__option_texts_size(options, members);

    for (size_t i = 0; i < options->header_count; i++)
        size += eft__option_text_size(options->headers[i].name) +
                eft__option_text_size(options->headers[i].value);
    for (size_t i = 0; i < options->address_count; i++)
        size += eft__option_text_size(options->addresses[i].host) +
                eft__option_text_size(options->addresses[i].address);
    return size;
}

/* The arrays come first, where the memory is aligned for them. */
static char *copy_lists(eft_http_session_options *options, char *to)
{
    eft_http_pair *headers = (eft_http_pair *)(void *)to;
    eft_http_address *addresses =
        (eft_http_address *)(void *)(headers + options->header_count);

    to = (char *)(addresses + options->address_count);
    for (size_t i = 0; i < options->header_count; i++) {
        headers[i].name = eft__option_text_copy(&to, options->headers[i].name);
        headers[i].value =
            eft__option_text_copy(&to, options->headers[i].value);
    }
    for (size_t i = 0; i < options->address_count; i++) {
        const eft_http_address *from = &options->addresses[i];

        addresses[i].host = eft__option_text_copy(&to, from->host);
        addresses[i].port = from->port;
        addresses[i].address = eft__option_text_copy(&to, from->address);
    }
    options->headers = options->header_count ? headers : NULL;
    options->addresses = options->address_count ? addresses : NULL;
    return to;
}

/* What goes into the block behind the options themselves. */
typedef struct root {
    eft__http_reference url; /* base_url; size 0: there is none */
    eft__url_parts user;     /* whose, in base_url or the option; or none */
} root;

static int32_t read_user(const eft_http_session_options *options, root *origin,
                         eft__http_words *words)
{
    bool header = eft__http_headers_have(
        options->headers, options->header_count, "Authorization");
    bool given = options->user && *options->user;

    origin->user = origin->url.parts;
    if ((origin->user.user != NULL) + given + header > 1)
        return eft__http_refuse(
            words, EFT_EINVAL,
            "user: only one of it, base_url and the header Authorization can "
            "say who requests are from");
    if (!given)
        return 0;
    origin->user.user = options->user;
    origin->user.user_length = strlen(options->user);
    origin->user.user_is_plain = true;
    return 0;
}

static bool is_relative(const char *url)
{
    return !eft__url_scheme_length(url + strspn(url, " "));
}

static int32_t read_origin(const eft_http_session_options *options,
                           root *origin, eft__http_words *words)
{
    const char *why;

    memset(origin, 0, sizeof *origin);
    if (options->base_url && is_relative(options->base_url))
        return eft__http_refuse(words, EFT_EURL,
                                "base_url: it has to be absolute, with "
                                "http:// or https://");
    int32_t error = options->base_url
                        ? eft__http_url_read(&origin->url, NULL, false,
                                             options->base_url, &why)
                        : 0;
    if (error)
        return eft__http_refuse(words, error, "base_url: %s", why);
    if (origin->url.size > EFT__URL_LENGTH)
        return eft__http_refuse(words, EFT_EURL,
                                "base_url: it has too many bytes");
    return read_user(options, origin, words);
}

static void put_origin(eft__http_options *to, const root *origin, char *at)
{
    to->options.base_url = NULL;
    if (origin->url.size) {
        char *end = eft__http_url_write(&origin->url, at, &to->base_origin);

        *end = 0;
        to->base.url = at;
        to->base.target = at + to->base_origin;
        to->base.tls = origin->url.tls;
        to->options.base_url = at;
        at = end + 1;
    }
    if (origin->user.user)
        to->authorization = at;
    eft__url_basic_write(&origin->user, at);
}

/* Options that no request gets to see. */
static eft__http_options *broken(int32_t error, const eft__http_words *words)
{
    eft__http_options *made = eft__alloc_zero(sizeof *made);

    if (!made)
        return NULL;
    fill_in(&made->options);
    made->error = error;
    made->why = *words;
    return made;
}

eft__http_options *eft__http_options_new(const eft_http_session_options *from)
{
    static const eft_http_session_options none;
    eft__http_words words;
    root origin;

    from = from ? from : &none;
    int32_t error = check(from, &words);
    if (!error)
        error = read_origin(from, &origin, &words);
    if (error)
        return broken(error, &words);
    eft__http_options *made =
        eft__alloc(sizeof *made + size_of(from) + origin.url.size + 1 +
                   eft__url_basic_size(&origin.user));
    if (!made)
        return NULL;
    *made = (eft__http_options){.options = *from};
    char *to = copy_lists(&made->options, (char *)(made + 1));
    to = eft__option_texts_copy(&made->options, members, to);
    put_origin(made, &origin, to);
    fill_in(&made->options);
    return made;
}
