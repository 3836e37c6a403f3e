/* SPDX-License-Identifier: MIT
 * The options of a WebSocket: all members, defaults, copies. */
#include "ws_options.h"

#include <stdio.h>
#include <string.h>

#include "eft/error.h"
#include "header_check.h"
#include "option.h"

/* Design notes.  One table has all members, for whatever is the same for each:
 * is it set, can this target honour it, does it have text to be copied.  What
 * the words in an option may be is checked in ws_options_check.c. */

enum {
    TIMEOUT_MS = 10000, /* websockets' open_timeout and close_timeout */
    PING_MS = 20000,    /* its ping_interval and ping_timeout */
    MAX_MESSAGE = 1 << 20,
    RECEIVE_QUEUE = 16, /* its max_queue */
    MAX_REDIRECTS = 10,
    WINDOW_BITS = 15, /* RFC 7692 section 7.1.2 */
    LEVEL = 6,        /* zlib's own default */
    THRESHOLD = 64
};

#define PART(name) EFT__OPTION(eft_ws_options, name)
#define TEXT(name) EFT__OPTION_TEXT(eft_ws_options, name)

static const eft__option members[] = {
    PART(subprotocols),
    PART(subprotocol_count),
    PART(headers),
    PART(header_count),
    TEXT(origin),
    TEXT(user_agent),
    PART(deflate.off),
    PART(deflate.client_no_context_takeover),
    PART(deflate.server_no_context_takeover),
    PART(deflate.client_max_window_bits),
    PART(deflate.server_max_window_bits),
    PART(deflate.level),
    PART(deflate.threshold),
    PART(max_redirects),
    PART(open_timeout_ms),
    PART(close_timeout_ms),
    PART(ping_interval_ms),
    PART(ping_timeout_ms),
    PART(heartbeat),
    PART(heartbeat_arg),
    PART(max_message),
    PART(receive_queue),
    PART(write_limit),
    PART(fragments),
    TEXT(tls.ca_file),
    TEXT(tls.ca_text),
    TEXT(tls.certificate_file),
    TEXT(tls.key_file),
    TEXT(tls.key_password),
    TEXT(tls.server_name),
    PART(tls.insecure),
    TEXT(proxy),
    TEXT(unix_path),
    {NULL, 0, 0, false},
};

const eft_target_ws_traits *eft__ws_traits = &eft_target_ws_traits_of_world;
const eft_target_lack *eft__ws_lacks = eft_target_ws_lacks;

/* What a target lacks */

const char *eft__ws_why_not(const char *option)
{
    return eft__option_why_not(eft__ws_lacks, option);
}

const char *eft_ws_unsupported(const char *option)
{
    static const eft__option *const tables[] = {members, NULL};

    return eft__option_unsupported(eft__ws_lacks, tables, option);
}

/* It asks for no more than every target does. */
static bool is_harmless(const eft_ws_options *options, const char *name)
{
    if (!strcmp(name, "max_redirects"))
        return options->max_redirects == -1;
    if (!strcmp(name, "ping_interval_ms"))
        return options->heartbeat || options->ping_interval_ms == -1;
    if (!strcmp(name, "ping_timeout_ms"))
        return options->heartbeat || options->ping_interval_ms == -1 ||
               options->ping_timeout_ms == -1;
    return false;
}

static int32_t check_support(const eft_ws_options *options,
                             eft__ws_words *words)
{
    for (const eft__option *one = members; eft__ws_lacks->option && one->name;
         one++) {
        const char *why = eft__option_is_set(options, one)
                              ? eft__ws_why_not(one->name)
                              : NULL;

        if (why && !is_harmless(options, one->name)) {
            snprintf(words->text, sizeof words->text, "%s: %s", one->name, why);
            return EFT_ENOTSUP;
        }
    }
    return 0;
}

int32_t eft__ws_options_check(const eft_ws_options *options,
                              eft__ws_words *words)
{
    int32_t error = check_support(options, words);

    return error ? error : eft__ws_options_check_content(options, words);
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

static void fill_byte(uint8_t *value, uint8_t otherwise)
{
    if (!*value)
        *value = otherwise;
}

void eft__ws_options_fill(eft_ws_options *options)
{
    fill_byte(&options->deflate.client_max_window_bits, WINDOW_BITS);
    fill_byte(&options->deflate.server_max_window_bits, WINDOW_BITS);
    fill_byte(&options->deflate.level, LEVEL);
    fill_size(&options->deflate.threshold, THRESHOLD);
    fill(&options->open_timeout_ms, TIMEOUT_MS);
    fill(&options->close_timeout_ms, TIMEOUT_MS);
    fill(&options->ping_interval_ms, PING_MS);
    fill(&options->ping_timeout_ms, PING_MS);
    fill_size(&options->max_message, MAX_MESSAGE);
    fill_size(&options->receive_queue, RECEIVE_QUEUE);
    if (!options->max_redirects)
        options->max_redirects = MAX_REDIRECTS;
}

/* Copies */

size_t eft__ws_options_size(const eft_ws_options *options)
{
    size_t size = options->subprotocol_count * sizeof *options->subprotocols +
                  options->header_count * sizeof *options->headers +
                  eft__option_texts_size(options, members);

    for (size_t i = 0; i < options->subprotocol_count; i++)
        size += eft__option_text_size(options->subprotocols[i]);
    for (size_t i = 0; i < options->header_count; i++)
        size += eft__option_text_size(options->headers[i].name) +
                eft__option_text_size(options->headers[i].value);
    return size;
}

bool eft__ws_options_have_header(const eft_ws_options *options,
                                 const char *name)
{
    for (size_t i = 0; i < options->header_count; i++)
        if (eft__is_same_name(options->headers[i].name, name))
            return true;
    return false;
}

/* The arrays come first, where the memory is aligned for them. */
static void copy_lists(eft_ws_options *copy, const eft_ws_options *options,
                       bool stranger, char **to)
{
    const char **subprotocols = (const char **)(void *)*to;
    eft_ws_header *headers =
        (eft_ws_header *)(void *)(subprotocols + options->subprotocol_count);
    size_t count = 0;

    *to = (char *)(headers + options->header_count);
    for (size_t i = 0; i < options->subprotocol_count; i++)
        subprotocols[i] = eft__option_text_copy(to, options->subprotocols[i]);
    for (size_t i = 0; i < options->header_count; i++) {
        const eft_ws_header *header = &options->headers[i];

        if (!stranger || !eft__is_credential(header->name))
            headers[count++] =
                (eft_ws_header){eft__option_text_copy(to, header->name),
                                eft__option_text_copy(to, header->value)};
    }
    /* An empty list is none: a target may not know the option. */
    copy->subprotocols = options->subprotocol_count ? subprotocols : NULL;
    copy->headers = count ? headers : NULL;
    copy->header_count = count;
}

char *eft__ws_options_copy(eft_ws_options *copy, const eft_ws_options *options,
                           bool stranger, char *to)
{
    *copy = *options;
    copy_lists(copy, options, stranger, &to);
    to = eft__option_texts_copy(copy, members, to);
    /* Who we are, and whom to expect, was meant for one origin. */
    if (stranger) {
        copy->tls.certificate_file = copy->tls.key_file = NULL;
        copy->tls.key_password = copy->tls.server_name = NULL;
    }
    return to;
}
