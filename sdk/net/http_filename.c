/* SPDX-License-Identifier: MIT
 * The name that a response suggests for a file: RFC 6266. */
#include <string.h>

#include "../core/memory.h"
#include "http.h"
#include "http_text.h"
#include "utf8.h"

/* Design notes.  The name comes from a stranger, and becomes part of a path:
 * what is left of it is one name in any folder, of any system, that shows as
 * what it is. */

enum { NAME_MOST = 255 }; /* bytes; what file systems have */

/* Reading */

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 8187 section 3.2.1; false: there is a % that begins nothing. */
static bool decode(const char *text, size_t length, char *to, size_t *size)
{
    *size = 0;
    for (size_t i = 0; i < length; i++) {
        int high, low;

        if (text[i] != '%') {
            to[(*size)++] = text[i];
            continue;
        }
        if (length - i < 3 || (high = hex(text[i + 1])) < 0 ||
            (low = hex(text[i + 2])) < 0)
            return false;
        to[(*size)++] = (char)(high << 4 | low);
        i += 2;
    }
    return true;
}

static size_t unescape(const char *text, size_t length, char *to)
{
    size_t size = 0;

    for (size_t i = 0; i < length; i++) {
        i += text[i] == '\\' && i + 1 < length;
        to[size++] = text[i];
    }
    return size;
}

/* Latin-1 as UTF-8; to has room for twice as much, and may begin length before
 * text, or earlier. */
static size_t widen(const char *text, size_t length, char *to)
{
    size_t size = 0;

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c >= 0x80)
            to[size++] = (char)(0xc0 | c >> 6);
        to[size++] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
    }
    return size;
}

static bool is_charset(const char *text, size_t length, const char *name)
{
    if (length != strlen(name))
        return false;
    while (length && (text[length - 1] | 0x20) == (name[length - 1] | 0x20))
        length--;
    return !length;
}

/* These write at most twice length; 0: there is none. */

/* CHARSET'LANGUAGE'VALUE */
static size_t read_extended(const char *value, size_t length, char *to)
{
    char *room = to + length;
    const char *first = memchr(value, '\'', length);
    const char *end = value + length;
    const char *second =
        first ? memchr(first + 1, '\'', (size_t)(end - first - 1)) : NULL;
    size_t size;

    if (!second || !decode(second + 1, (size_t)(end - second - 1), room, &size))
        return 0;
    if (is_charset(value, (size_t)(first - value), "ISO-8859-1"))
        return widen(room, size, to);
    if (!is_charset(value, (size_t)(first - value), "UTF-8") ||
        !eft__utf8_valid(room, size))
        return 0;
    memmove(to, room, size);
    return size;
}

/* What is no UTF-8 is what headers were once, Latin-1. */
static size_t read_plain(const char *value, size_t length, char *to)
{
    bool quoted = value[-1] == '"';
    char *room = to + length;
    size_t size = length;

    if (quoted)
        size = unescape(value, length, room);
    else
        memcpy(room, value, length);
    if (!eft__utf8_valid(room, size))
        return widen(room, size, to);
    memmove(to, room, size);
    return size;
}

/* Making it harmless */

/* How many bytes of valid UTF-8 are a character that no name should have, or
 * 0: controls, those that turn the direction of writing, and what some system
 * has a use for. */
static size_t bad_length(const unsigned char *at)
{
    if (*at < ' ' || *at == 0x7f || strchr("<>:\"|?*", *at))
        return 1;
    if (at[0] == 0xc2 && at[1] < 0xa0)
        return 2;
    if (at[0] != 0xe2)
        return 0;
    if (at[1] == 0x80 &&
        (at[2] == 0x8e || at[2] == 0x8f || (at[2] >= 0xa8 && at[2] <= 0xae)))
        return 3;
    return at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9 ? 3 : 0;
}

static size_t replace_bad(char *text, size_t length)
{
    size_t size = 0;

    for (size_t i = 0; i < length;) {
        size_t bad = bad_length((const unsigned char *)text + i);

        text[size++] = bad ? '_' : text[i];
        i += bad ? bad : 1;
    }
    return size;
}

static bool is_edge(char c)
{
    return c == ' ' || c == '.';
}

/* The last part of a path, of either kind. */
static size_t last_part(char *text, size_t length)
{
    size_t begin = length;

    while (begin && text[begin - 1] != '/' && text[begin - 1] != '\\')
        begin--;
    while (begin < length && is_edge(text[begin]))
        begin++;
    memmove(text, text + begin, length - begin);
    return length - begin;
}

static size_t cut(const char *text, size_t length)
{
    if (length > NAME_MOST) {
        length = NAME_MOST;
        while ((text[length] & 0xc0) == 0x80)
            length--;
    }
    while (length && is_edge(text[length - 1]))
        length--;
    return length;
}

/* text has a NUL's room behind it. */
static bool tame(char *text, size_t length)
{
    text[length] = 0;
    length = last_part(text, length);
    length = cut(text, replace_bad(text, length));
    text[length] = 0;
    return length > 0;
}

char *eft__http_filename(const char *disposition)
{
    char *name = eft__alloc(2 * strlen(disposition) + 1);
    const char *value = NULL;
    size_t length;

    if (!name)
        return NULL;
    length = eft__http_parameter(disposition, "filename*", &value);
    if (length && tame(name, read_extended(value, length, name)))
        return name;
    length = eft__http_parameter(disposition, "filename", &value);
    if (length && tame(name, read_plain(value, length, name)))
        return name;
    eft__free(name);
    return NULL;
}

const char *eft_http_response_filename(const eft_http_response *response)
{
    eft__http_head *head = response ? response->head : NULL;
    const char *value =
        head ? eft__http_head_get(head, "content-disposition") : NULL;

    if (value && !head->filename)
        head->filename = eft__http_filename(value);
    return head ? head->filename : NULL;
}
