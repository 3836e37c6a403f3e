/* SPDX-License-Identifier: MIT
 * What the words in a header may be. */
#include "header_check.h"

#include <stddef.h>
#include <string.h>

bool eft__is_token(const char *text)
{
    static const char separators[] = "()<>@,;:\\\"/[]?={}";

    for (const char *at = text; at && *at; at++)
        if (*at <= ' ' || *at > '~' || strchr(separators, *at))
            return false;
    return text && *text;
}

/* Without what is not ASCII but for UTF-8's sake. */
bool eft__is_header_value(const char *text)
{
    for (const char *at = text; at && *at; at++)
        if (((unsigned char)*at < ' ' && *at != '\t') || *at == 127)
            return false;
    return text;
}

bool eft__is_visible(const char *text)
{
    for (const char *at = text; at && *at; at++)
        if (*at <= ' ' || *at > '~')
            return false;
    return text && *text;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool eft__is_same_name(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

bool eft__is_credential(const char *name)
{
    return eft__is_same_name(name, "Authorization") ||
           eft__is_same_name(name, "Cookie") ||
           eft__is_same_name(name, "Proxy-Authorization");
}
