/* SPDX-License-Identifier: MIT
 * The options of a WebSocket: all members, defaults, copies. */
#include "ws_options.h"

#include <stdio.h>
#include <string.h>

#include "eft/error.h"

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

typedef struct member {
    const char *name;
    size_t offset;
    size_t size;
    bool is_text;
} member;

#define PART(name)                                                             \
    {                                                                          \
#name, offsetof(eft_ws_options, name),                                 \
            sizeof(((eft_ws_options *)NULL)->name), false                      \
    }
#define TEXT(name)                                                             \
    {                                                                          \
#name, offsetof(eft_ws_options, name), sizeof(char *), true            \
    }

static const member members[] = {
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
};

enum { MEMBERS = sizeof members / sizeof *members };

const eft_target_ws_traits *eft__ws_traits = &eft_target_ws_traits_of_world;
const eft_target_ws_lack *eft__ws_lacks = eft_target_ws_lacks;

/* What a target lacks */

/* Is name group itself, or group.something? */
static bool is_in(const char *name, const char *group)
{
    size_t length = strlen(group);

    return !strncmp(name, group, length) &&
           (name[length] == 0 || name[length] == '.');
}

const char *eft__ws_why_not(const char *option)
{
    for (const eft_target_ws_lack *lack = eft__ws_lacks; lack->option; lack++)
        if (is_in(option, lack->option))
            return lack->why;
    return NULL;
}

const char *eft_ws_unsupported(const char *option)
{
    const char *why = option ? eft__ws_why_not(option) : NULL;
    bool known = false, can = false;

    if (why)
        return why;
    /* A group can be had if anything in it can. */
    for (size_t i = 0; option && i < MEMBERS; i++)
        if (is_in(members[i].name, option)) {
            const char *this_one = eft__ws_why_not(members[i].name);

            can = can || !this_one;
            why = known ? why : this_one;
            known = true;
        }
    if (can)
        return NULL;
    return why ? why : "there is no such option";
}

static const void *in(const eft_ws_options *options, const member *one)
{
    return (const char *)options + one->offset;
}

static bool is_set(const eft_ws_options *options, const member *one)
{
    static const char zeros[sizeof(int64_t)];

    return memcmp(in(options, one), zeros, one->size) != 0;
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
    for (size_t i = 0; eft__ws_lacks->option && i < MEMBERS; i++) {
        const char *name = members[i].name;
        const char *why =
            is_set(options, &members[i]) ? eft__ws_why_not(name) : NULL;

        if (why && !is_harmless(options, name)) {
            snprintf(words->text, sizeof words->text, "%s: %s", name, why);
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

static size_t size_of(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

static const char *text_in(const eft_ws_options *options, const member *one)
{
    const char *text;

    memcpy(&text, in(options, one), sizeof text);
    return text;
}

size_t eft__ws_options_size(const eft_ws_options *options)
{
    size_t size = options->subprotocol_count * sizeof *options->subprotocols +
                  options->header_count * sizeof *options->headers;

    for (size_t i = 0; i < MEMBERS; i++)
        if (members[i].is_text)
            size += size_of(text_in(options, &members[i]));
    for (size_t i = 0; i < options->subprotocol_count; i++)
        size += size_of(options->subprotocols[i]);
    for (size_t i = 0; i < options->header_count; i++)
        size += size_of(options->headers[i].name) +
                size_of(options->headers[i].value);
    return size;
}

static const char *put(char **to, const char *text)
{
    size_t size = size_of(text);
    char *copy = *to;

    if (!text)
        return NULL;
    memcpy(copy, text, size);
    *to += size;
    return copy;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_name(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

bool eft__ws_options_have_header(const eft_ws_options *options,
                                 const char *name)
{
    for (size_t i = 0; i < options->header_count; i++)
        if (is_name(options->headers[i].name, name))
            return true;
    return false;
}

static bool is_credential(const char *name)
{
    return is_name(name, "Authorization") || is_name(name, "Cookie") ||
           is_name(name, "Proxy-Authorization");
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
        subprotocols[i] = put(to, options->subprotocols[i]);
    for (size_t i = 0; i < options->header_count; i++) {
        const eft_ws_header *header = &options->headers[i];

        if (!stranger || !is_credential(header->name))
            headers[count++] =
                (eft_ws_header){put(to, header->name), put(to, header->value)};
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
    for (size_t i = 0; i < MEMBERS; i++)
        if (members[i].is_text) {
            const char *text = put(&to, text_in(options, &members[i]));

            memcpy((char *)copy + members[i].offset, &text, sizeof text);
        }
    /* Who we are, and whom to expect, was meant for one origin. */
    if (stranger) {
        copy->tls.certificate_file = copy->tls.key_file = NULL;
        copy->tls.key_password = copy->tls.server_name = NULL;
    }
    return to;
}
