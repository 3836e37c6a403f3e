/* SPDX-License-Identifier: MIT
 * UTF-8 by ranges: each lead byte says what the next bytes may be. */
#include "utf8.h"

#include <string.h>

enum { WORD = sizeof(uint64_t), BLOCK = 8 * WORD };

static const uint64_t high_bits = UINT64_C(0x8080808080808080);

static uint64_t word_at(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

static bool is_ascii_block(const uint8_t *at)
{
    uint64_t low = word_at(at) | word_at(at + WORD) | word_at(at + 2 * WORD) |
                   word_at(at + 3 * WORD);

    at += BLOCK / 2;
    return !((low | word_at(at) | word_at(at + WORD) | word_at(at + 2 * WORD) |
              word_at(at + 3 * WORD)) &
             high_bits);
}

static const uint8_t *skip_ascii(const uint8_t *at, const uint8_t *end)
{
    while (end - at >= BLOCK && is_ascii_block(at))
        at += BLOCK;
    while (end - at >= WORD && !(word_at(at) & high_bits))
        at += WORD;
    while (at < end && *at < 0x80)
        at++;
    return at;
}

/* What a lead byte asks for (RFC 3629 section 4); need 0: it is not one. Only
 * the second byte of a character ever has a narrower range than 80..BF. */
static eft__utf8 after_lead(uint8_t lead)
{
    eft__utf8 next = {0, 0x80, 0xBF};

    if (lead < 0xC2 || lead > 0xF4)
        return next;
    if (lead < 0xE0) {
        next.need = 1;
    } else if (lead < 0xF0) {
        next.need = 2;
        if (lead == 0xE0)
            next.low = 0xA0; /* below: an overlong form */
        else if (lead == 0xED)
            next.high = 0x9F; /* above: a surrogate */
    } else {
        next.need = 3;
        if (lead == 0xF0)
            next.low = 0x90; /* below: an overlong form */
        else if (lead == 0xF4)
            next.high = 0x8F; /* above: beyond U+10FFFF */
    }
    return next;
}

static bool feed_byte(eft__utf8 *utf8, uint8_t byte)
{
    if (!utf8->need) {
        *utf8 = after_lead(byte);
        return utf8->need != 0;
    }
    if (byte < utf8->low || byte > utf8->high)
        return false;
    utf8->need--;
    utf8->low = 0x80;
    utf8->high = 0xBF;
    return true;
}

static bool continues(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Skips characters beyond ASCII, of which a script has mostly one length in a
 * row; stops at the first byte that is ASCII, wrong, or too near to the end.
 * The ranges are those of after_lead. */
static const uint8_t *skip_others(const uint8_t *at, const uint8_t *end)
{
    while (end - at >= 4 && at[0] >= 0xC2 && at[0] < 0xE0 && continues(at[1]))
        at += 2;
    while (end - at >= 4 && at[0] > 0xE0 && at[0] < 0xF0 && at[0] != 0xED &&
           continues(at[1]) && continues(at[2]))
        at += 3;
    return at;
}

bool eft__utf8_feed(eft__utf8 *utf8, const void *text, size_t length)
{
    const uint8_t *at = text;
    const uint8_t *end = length ? at + length : at;

    while (at < end) {
        if (!utf8->need) {
            at = skip_others(skip_ascii(at, end), end);
            if (at == end)
                break;
            if (*at < 0x80)
                continue;
        }
        if (!feed_byte(utf8, *at++))
            return false;
    }
    return true;
}

bool eft__utf8_valid(const void *text, size_t length)
{
    eft__utf8 utf8 = {0, 0, 0};

    return eft__utf8_feed(&utf8, text, length) && !utf8.need;
}
