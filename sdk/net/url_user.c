/* SPDX-License-Identifier: MIT
 * User and password in a URL: the header that they become, and hiding them. */
#include <string.h>

#include "url.h"
#include "utf8.h"

/* RFC 3986 section 3.2.1. */
static bool is_user_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c && strchr("-._~!$&'()*+,;=:%", c));
}

static int digit_of(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) & 15 : -1;
}

/* The byte at *text, decoded, which is then behind it; -1: it is malformed. */
static int decode(const char **text, const char *end)
{
    const char *at = (*text)++;

    if (*at != '%')
        return (unsigned char)*at;
    if (end - at < 3 || digit_of(at[1]) < 0 || digit_of(at[2]) < 0)
        return -1;
    *text = at + 3;
    return digit_of(at[1]) << 4 | digit_of(at[2]);
}

/* RFC 7617 section 2: no controls, and no colon in a user's name. */
bool eft__url_is_user(const char *text, size_t length)
{
    const char *end = text + length, *colon = memchr(text, ':', length);

    while (text < end) {
        bool in_name = !colon || text < colon;

        if (!is_user_character(*text))
            return false;
        bool encoded = *text == '%';
        int c = decode(&text, end);
        if (c < ' ' || c == 127 || (c == ':' && in_name && encoded))
            return false;
    }
    return true;
}

/* A user alone has an empty password. */
static bool lacks_colon(const eft__url_parts *parts)
{
    return !memchr(parts->user, ':', parts->user_length);
}

size_t eft__url_basic_size(const eft__url_parts *parts)
{
    /* As long as if nothing were encoded, and with a colon. */
    size_t length = parts->user_length + 1;

    return parts->user ? sizeof "Basic " + (length + 2) / 3 * 4 : 0;
}

/* RFC 4648 section 4. */
static char *put_base64(char *to, uint32_t bytes, int count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrs"
                                 "tuvwxyz0123456789+/";

    for (int i = 0; i < 4; i++)
        *to++ = i <= count ? digits[bytes >> (18 - 6 * i) & 63] : '=';
    return to;
}

char *eft__url_basic_write(const eft__url_parts *parts, char *to)
{
    const char *at = parts->user, *end = at + parts->user_length;
    bool colon = parts->user && lacks_colon(parts);
    uint32_t bytes = 0;
    int count = 0;

    if (!parts->user)
        return to;
    memcpy(to, "Basic ", 6);
    to += 6;
    while (at < end || colon) {
        int c = ':';

        if (at < end)
            c = parts->user_is_plain ? (unsigned char)*at++ : decode(&at, end);

        colon = colon && c != ':';
        bytes |= (uint32_t)c << (16 - 8 * count);
        if (++count == 3) {
            to = put_base64(to, bytes, count);
            bytes = 0;
            count = 0;
        }
    }
    if (count)
        to = put_base64(to, bytes, count);
    *to++ = 0;
    return to;
}

/* Where a password may begin: behind the first colon that is neither the
 * scheme's nor an IPv6 address's; NULL: there is none. */
static const char *password_in(const char *text, const char **authority_end)
{
    const char *colon = text + strcspn(text, ":");
    bool scheme = strncmp(colon, "://", 3) == 0;

    if (scheme)
        text = colon + 3;
    *authority_end = scheme ? text + strcspn(text, "/?#") : strchr(text, 0);
    if (*text == '[' && !memchr(text, '@', (size_t)(*authority_end - text))) {
        const char *bracket =
            memchr(text, ']', (size_t)(*authority_end - text));

        text = bracket ? bracket : *authority_end;
    }
    colon = memchr(text, ':', (size_t)(*authority_end - text));
    return colon ? colon + 1 : NULL;
}

static const char *last_at(const char *from, const char *end)
{
    while (end > from)
        if (*--end == '@')
            return end;
    return NULL;
}

/* The password, and the '@' behind it; false: there is none.  One that should
 * have been encoded may hold a '/': what is no port is taken for a part. */
static bool find_password(const char *text, const char **from,
                          const char **behind)
{
    const char *end;

    *from = password_in(text, &end);
    if (!*from)
        return false;
    *behind = last_at(*from, end);
    if (!*behind && *from + strspn(*from, "0123456789") < end)
        *behind = last_at(end, strchr(end, 0));
    return *behind;
}

/* What moves the rest of a line, or ends it: U+0080 to U+009F, U+2028 to
 * U+202E and U+2060 to U+206F. */
static bool is_control(const uint8_t *text, size_t length)
{
    if (length == 1)
        return text[0] < ' ' || text[0] == 0x7f;
    if (length == 2)
        return text[0] == 0xc2 && text[1] < 0xa0;
    if (length > 3 || text[0] != 0xe2)
        return false;
    return text[1] == 0x80
               ? text[2] >= 0xa8 && text[2] <= 0xae
               : text[1] == 0x81 && text[2] >= 0xa0 && text[2] <= 0xaf;
}

/* The length of the character at text that can be shown; 0: none can. */
static size_t character(const char *text, size_t length)
{
    eft__utf8 utf8 = {0};
    size_t size = 0;

    do {
        if (size == length || !eft__utf8_feed(&utf8, text + size, 1))
            return 0;
        size++;
    } while (utf8.need);
    return is_control((const uint8_t *)text, size) ? 0 : size;
}

static char *show(char *to, const char *last, const char *text, size_t length)
{
    while (length && to < last) {
        size_t size = character(text, length);

        if (size > (size_t)(last - to))
            break;
        if (size)
            memcpy(to, text, size);
        else
            *to = '?';
        size += !size;
        to += size;
        text += size;
        length -= size;
    }
    return to;
}

void eft__url_show(char *to, size_t size, const char *text)
{
    static const char hidden[] = "***", cut[] = "...";
    size_t length = strlen(text);
    const char *last = to + size - 1, *from, *behind;

    if (find_password(text, &from, &behind)) {
        to = show(to, last, text, (size_t)(from - text));
        to = show(to, last, hidden, sizeof hidden - 1);
        length -= (size_t)(behind - text);
        text = behind;
    }
    bool fits = length <= (size_t)(last - to);
    to = show(to, last, text, length);
    *to = 0;
    if (fits)
        return;
    to -= sizeof cut - 1;
    while (((unsigned char)*to & 0xc0) == 0x80)
        to--;
    memcpy(to, cut, sizeof cut);
}
