/* SPDX-License-Identifier: MIT
 * The virtual world's randomness: a program is given the same in each run. */
#include "targets/world.h"

/* Steele, Lea and Flood's SplitMix64. */
static uint64_t next(void)
{
    static _Thread_local uint64_t state;
    uint64_t x = state += UINT64_C(0x9E3779B97F4A7C15);

    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

void eft_target_random(void *bytes, size_t length)
{
    uint8_t *to = bytes;
    uint64_t x = 0;

    for (size_t i = 0; i < length; i++, x >>= 8) {
        if (i % sizeof x == 0)
            x = next();
        to[i] = (uint8_t)x;
    }
}
