/* SPDX-License-Identifier: MIT
 * Queries and forms, encoded. */
#include "http_query.h"

#include <string.h>

#include "eft/error.h"
#include "http_headers.h"

/* Letters, digits, and * - . _ */
static const uint32_t unreserved[4] = {0, 0x03ff6400, 0x87fffffe, 0x07fffffe};

static bool stays(unsigned char c)
{
    return c < 128 && (unreserved[c >> 5] >> (c & 31) & 1);
}

int32_t eft__http_pairs_check(const eft_http_pair *pairs, size_t count,
                              const char *name, eft__http_words *words)
{
    int32_t error = eft__http_list_check(pairs, count, name, words);

    for (size_t i = 0; !error && i < count; i++)
        if (!pairs[i].name || !pairs[i].value)
            error = eft__http_refuse(words, EFT_EINVAL,
                                     "%s: a name or a value is missing", name);
    return error;
}

static uint64_t size_of(const char *text)
{
    uint64_t size = 0;

    for (; *text; text++)
        size += stays((unsigned char)*text) || *text == ' ' ? 1 : 3;
    return size;
}

size_t eft__http_pairs_size(const eft_http_pair *pairs, size_t count)
{
    uint64_t size = count ? count - 1 : 0;

    for (size_t i = 0; i < count; i++)
        size += size_of(pairs[i].name) + 1 + size_of(pairs[i].value);
    /* The same text can be there more than once. */
    return size > SIZE_MAX / 2 ? SIZE_MAX : (size_t)size;
}

static char *put(char *to, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == ' ') {
            *to++ = '+';
        } else if (stays(c)) {
            *to++ = (char)c;
        } else {
            *to++ = '%';
            *to++ = digits[c >> 4];
            *to++ = digits[c & 15];
        }
    }
    return to;
}

char *eft__http_pairs_write(const eft_http_pair *pairs, size_t count, char *to)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            *to++ = '&';
        to = put(to, pairs[i].name);
        *to++ = '=';
        to = put(to, pairs[i].value);
    }
    return to;
}
