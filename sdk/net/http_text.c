/* SPDX-License-Identifier: MIT
 * Charsets and media types of HTTP bodies. */
#include "http_text.h"

#include <string.h>

#include "../core/memory.h"
#include "eft/error.h"
#include "header_check.h"
#include "http_charset.h"
#include "message.h"
#include "targets/world.h"
#include "utf8.h"

/* Parameters */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_name(const char *text, size_t length, const char *name)
{
    for (size_t i = 0; i < length; i++)
        if (lower(text[i]) != lower(name[i]))
            return false;
    return name[length] == 0;
}

/* A token, or what is between quotes; *at is then behind it. */
static size_t read_value(const char **at, const char **value)
{
    size_t length;

    if (**at != '"') {
        *value = *at;
        length = strcspn(*at, "; \t");
        *at += length;
        return length;
    }
    *value = ++*at;
    while (**at && **at != '"')
        *at += **at == '\\' && (*at)[1] ? 2 : 1;
    length = (size_t)(*at - *value);
    *at += **at == '"';
    return length;
}

size_t eft__http_parameter(const char *header, const char *name,
                           const char **value)
{
    const char *at = header + strcspn(header, ";");

    while (*at) {
        at += strspn(at, "; \t");
        const char *begin = at;
        at += strcspn(at, "=;");
        size_t name_length = (size_t)(at - begin), length;
        if (*at != '=')
            continue;
        at++;
        length = read_value(&at, value);
        if (length && is_name(begin, name_length, name))
            return length;
        at += strcspn(at, ";");
    }
    return 0;
}

char *eft__http_media_type(const char *header)
{
    size_t length = strcspn(header, "; \t,");
    char *type = eft__copy_text(header, length);
    char *slash = type ? strchr(type, '/') : NULL;
    bool is_type = false;

    if (slash) {
        *slash = 0;
        is_type = eft__is_token(type) && eft__is_token(slash + 1);
        *slash = '/';
    }
    if (!is_type) {
        eft__free(type);
        return NULL;
    }
    for (char *at = type; *at; at++)
        *at = lower(*at);
    return type;
}

/* Charsets */

/* What bytes say about themselves goes before what others say about them:
 * WHATWG Encoding section 6, "decode". */
static size_t byte_order_mark(const eft_message *message, const char **charset)
{
    const uint8_t *data = message->data;

    if (message->length >= 3 && !memcmp(data, "\xef\xbb\xbf", 3)) {
        *charset = "utf-8";
        return 3;
    }
    if (message->length >= 2 && !memcmp(data, "\xff\xfe", 2))
        *charset = "utf-16le";
    else if (message->length >= 2 && !memcmp(data, "\xfe\xff", 2))
        *charset = "utf-16be";
    else
        return 0;
    return 2;
}

static int32_t keep(eft_message *message, size_t mark)
{
    uint8_t *text = message->data + mark;
    size_t length = message->length - mark;

    if (!eft__utf8_valid(text, length))
        return EFT_ECHARSET;
    if (mark)
        memmove(message->data, text, length + 1);
    message->length = length;
    message->type = EFT_MESSAGE_TEXT;
    return 0;
}

static int32_t replace(eft_message **message, eft_message *text)
{
    eft_message_free(*message);
    *message = text;
    text->type = EFT_MESSAGE_TEXT;
    return 0;
}

int32_t eft__http_decode(eft_message **message, const char *charset)
{
    char label[EFT__CHARSET_LENGTH + 1];
    const char *name = eft__charset_name(charset, label);
    size_t mark = byte_order_mark(*message, &name);
    eft_message *text = NULL;
    int32_t error;

    if (!name)
        return EFT_ECHARSET;
    if (!strcmp(name, "utf-8"))
        return keep(*message, mark);
    if (!strcmp(name, "windows-1252"))
        error = eft__windows_1252_decode(*message, &text);
    else
        error = eft_target_decode(name, (*message)->data + mark,
                                  (*message)->length - mark, &text);
    return error ? error : replace(message, text);
}

bool eft__http_knows_charset(const char *charset)
{
    char label[EFT__CHARSET_LENGTH + 1];
    const char *name = eft__charset_name(charset, label);
    eft_message *text = NULL;

    if (!name || !strcmp(name, "utf-8") || !strcmp(name, "windows-1252"))
        return name;
    /* Who decodes it takes no bytes amiss, but a name. */
    int32_t error = eft_target_decode(name, "", 0, &text);
    eft_message_free(text);
    return error != EFT_ECHARSET;
}
