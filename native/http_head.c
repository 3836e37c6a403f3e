/* SPDX-License-Identifier: MIT
 * Reading HTTP heads: RFC 9112. */
#define _POSIX_C_SOURCE 200809L
#include "http_head.h"

#include <string.h>
#include <strings.h>

static const char VERSION[] = "HTTP/1.";

static const char *const no_http = "it is no HTTP/1.1 answer";

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_token(char byte)
{
    return byte > ' ' && byte < 127 && !strchr("\"(),/:;<=>?@[\\]{}", byte);
}

/* Section 2.2 lets a recipient take a bare LF for a line's end; but who reads a
 * head differently from who stands in between can be deceived. */
ptrdiff_t eft__head_find(const char *text, size_t length, size_t *seen,
                         const char **fault)
{
    size_t checked = length < sizeof VERSION - 1 ? length : sizeof VERSION - 1;

    if (memcmp(text, VERSION, checked) != 0) {
        *fault = no_http;
        return -1;
    }
    for (size_t i = *seen; i < length && i < EFT__HEAD_MOST; i++) {
        if (text[i] != '\n')
            continue;
        if (i == 0 || text[i - 1] != '\r') {
            *fault = "a line of its head does not end with CR LF";
            return -1;
        }
        if (i >= 3 && text[i - 2] == '\n')
            return (ptrdiff_t)i + 1;
    }
    *seen = length;
    if (length < EFT__HEAD_MOST)
        return 0;
    *fault = "its head has more than 65,536 bytes";
    return -1;
}

static bool parse_line(eft__head *head, const char *line, size_t length,
                       const char **fault)
{
    size_t at = sizeof VERSION - 1;

    *fault = no_http;
    if (length < at + 5 || !is_digit(line[at]) || line[at + 1] != ' ' ||
        !is_digit(line[at + 2]) || !is_digit(line[at + 3]) ||
        !is_digit(line[at + 4]) || line[at + 2] == '0')
        return false;
    if (length > at + 5 && line[at + 5] != ' ')
        return false;
    head->minor = (unsigned)(line[at] - '0');
    head->line = line + at + 2;
    head->line_length = length - at - 2;
    head->status = 0;
    for (size_t i = 0; i < 3; i++)
        head->status = head->status * 10 + (unsigned)(head->line[i] - '0');
    return true;
}

/* Where the line that begins at text ends; its CRLF is there. */
static size_t line_of(const char *text, size_t length)
{
    const char *end = memchr(text, '\n', length);

    return (size_t)(end - text) - 1;
}

static bool check_field(const char *line, size_t length)
{
    size_t name = 0;

    while (name < length && is_token(line[name]))
        name++;
    if (name == 0 || name == length || line[name] != ':')
        return false;
    for (size_t i = name; i < length; i++)
        if ((unsigned char)line[i] < ' ' && line[i] != '\t')
            return false;
    return true;
}

bool eft__head_parse(eft__head *head, const char *text, size_t length,
                     const char **fault)
{
    size_t line = line_of(text, length);

    if (!parse_line(head, text, line, fault))
        return false;
    head->fields = text + line + 2;
    head->fields_length = length - line - 2 - 2;
    for (size_t at = 0; at < head->fields_length;) {
        const char *field = head->fields + at;
        size_t size = line_of(field, head->fields_length - at);

        if (!check_field(field, size)) {
            *fault = "a line of its head is no header";
            return false;
        }
        at += size + 2;
    }
    return true;
}

bool eft__head_next(const eft__head *head, size_t *at, eft__head_field *field)
{
    const char *line = head->fields + *at;
    size_t length, name = 0, value;

    if (*at >= head->fields_length)
        return false;
    length = line_of(line, head->fields_length - *at);
    while (line[name] != ':')
        name++;
    value = name + 1;
    *at += length + 2;
    while (value < length && is_space(line[value]))
        value++;
    while (length > value && is_space(line[length - 1]))
        length--;
    *field = (eft__head_field){line, name, line + value, length - value};
    return true;
}

int eft__head_get(const eft__head *head, const char *name, char *value,
                  size_t size)
{
    size_t at = 0, used = 0, wanted = strlen(name);
    eft__head_field field;
    int count = 0;

    *value = 0;
    while (eft__head_next(head, &at, &field)) {
        size_t comma = count ? 2 : 0;

        if (field.name_length != wanted ||
            strncasecmp(field.name, name, wanted) != 0)
            continue;
        if (used + comma + field.value_length >= size)
            return -1;
        memcpy(value + used, ", ", comma);
        memcpy(value + used + comma, field.value, field.value_length);
        used += comma + field.value_length;
        value[used] = 0;
        count++;
    }
    return count;
}

void eft__head_quote(const eft__head *head, char *text, size_t size)
{
    size_t length = 0;

    while (length < head->line_length && length + 1 < size) {
        char byte = head->line[length];

        text[length++] = byte >= ' ' && byte < 127 ? byte : '?';
    }
    while (length && text[length - 1] == ' ')
        length--;
    text[length] = 0;
}
