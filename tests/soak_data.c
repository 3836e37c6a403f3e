/* SPDX-License-Identifier: MIT
 * The soak's chance, and what each message holds. */
#include "soak.h"

#include <stdio.h>
#include <string.h>

enum { HEAD = 32, MOST = 100 * 1024 };

static uint64_t next(soak_chance *chance)
{
    uint64_t z = chance->state += 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

uint32_t soak_below(soak_chance *chance, uint32_t limit)
{
    return (uint32_t)((next(chance) >> 32) * limit >> 32);
}

/* Mostly small, some of some kilobytes, few of up to 100. */
static size_t choose_length(soak_chance *chance)
{
    uint32_t kind = soak_below(chance, 100);

    return soak_below(chance, kind < 5    ? 1
                              : kind < 25 ? 130
                              : kind < 85 ? 1024
                              : kind < 98 ? 16 * 1024
                                          : MOST + 1);
}

static uint32_t hash_of(const uint8_t *bytes, size_t length)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    return hash;
}

soak_data soak_make(uint64_t connection, uint32_t sequence)
{
    static uint8_t bytes[MOST + 8];
    soak_chance chance = {soaking.seed ^ connection << 32 ^ sequence};
    size_t length = choose_length(&chance);
    bool text = soak_below(&chance, 3) == 0;
    char head[HEAD + 1];

    for (size_t i = 0; i < length; i += 8) {
        uint64_t some = next(&chance);

        /* Letters, of seven bits, from '@' on. */
        if (text)
            some = (some & 0x1F1F1F1F1F1F1F1Fu) | 0x4040404040404040u;
        memcpy(bytes + i, &some, sizeof some);
    }
    if (length >= HEAD) {
        snprintf(head, sizeof head, "%016llx%08x%08x",
                 (unsigned long long)connection, (unsigned)sequence,
                 (unsigned)hash_of(bytes + HEAD, length - HEAD));
        memcpy(bytes, head, HEAD);
    }
    return (soak_data){text ? EFT_MESSAGE_TEXT : EFT_MESSAGE_BINARY, length,
                       bytes};
}
