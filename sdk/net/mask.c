/* SPDX-License-Identifier: MIT
 * Masking, eight bytes and more at a time. */
#include "mask.h"

#include <string.h>

/* The key stays in the order of memory, so that no step here depends on the
 * byte order.  Both words are read before either is written: so compilers make
 * one vector of them, also where from and to are the same. */
static void mask_16(uint8_t *to, const uint8_t *from, uint64_t key)
{
    uint64_t words[2];

    memcpy(words, from, sizeof words);
    words[0] ^= key;
    words[1] ^= key;
    memcpy(to, words, sizeof words);
}

static void mask_8(uint8_t *to, const uint8_t *from, uint64_t key)
{
    uint64_t word;

    memcpy(&word, from, sizeof word);
    word ^= key;
    memcpy(to, &word, sizeof word);
}

void eft__mask_copy(uint8_t *to, const uint8_t *from, size_t length,
                    uint32_t key)
{
    uint64_t twice = (uint64_t)key << 32 | key;
    uint8_t bytes[sizeof twice];
    size_t at = 0;

    for (; length - at >= 32; at += 32) {
        mask_16(to + at, from + at, twice);
        mask_16(to + at + 16, from + at + 16, twice);
    }
    for (; length - at >= 8; at += 8)
        mask_8(to + at, from + at, twice);
    if (at == length)
        return;
    memcpy(bytes, &twice, sizeof twice);
    for (; at < length; at++)
        to[at] = from[at] ^ bytes[at & 7];
}

uint32_t eft__mask_turn(uint32_t key, size_t used)
{
    uint8_t bytes[2 * sizeof key];

    memcpy(bytes, &key, sizeof key);
    memcpy(bytes + sizeof key, &key, sizeof key);
    memcpy(&key, bytes + (used & 3), sizeof key);
    return key;
}
