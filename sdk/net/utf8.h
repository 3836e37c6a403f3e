/* SPDX-License-Identifier: MIT
 * Is it UTF-8?  Answered at the first byte that settles it. */
#ifndef EFT_NET_UTF8_H
#define EFT_NET_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text that arrives in pieces, which may end inside a character. {0} is the
 * start of a text, and so is every point where need is 0. */
typedef struct eft__utf8 {
    uint8_t need; /* continuation bytes that the last character still lacks */
    uint8_t low;  /* while need is not 0: the least the next byte may be */
    uint8_t high; /* while need is not 0: the most */
} eft__utf8;

/* eft__utf8_feed reads the next piece.
 *
 * False as soon as no continuation can make the text valid (an overlong form,
 * a surrogate or a code point over U+10FFFF shows in its second byte); feed
 * nothing after that.  RFC 3629 section 4, RFC 6455 section 8.1. */
bool eft__utf8_feed(eft__utf8 *utf8, const void *text, size_t length);

/* eft__utf8_valid answers for a whole text; text may be NULL when length is
 * 0. */
bool eft__utf8_valid(const void *text, size_t length);

#endif
