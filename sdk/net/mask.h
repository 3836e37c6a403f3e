/* SPDX-License-Identifier: MIT
 * Masking: RFC 6455 section 5.3. */
#ifndef EFT_NET_MASK_H
#define EFT_NET_MASK_H

#include <stddef.h>
#include <stdint.h>

/* eft__mask_copy masks or unmasks length bytes.  key holds the four bytes in
 * the order of memory; from and to are two places, or one and the same. */
void eft__mask_copy(uint8_t *to, const uint8_t *from, size_t length,
                    uint32_t key);

/* eft__mask_turn gives the key as the byte behind the next used ones needs
 * it. */
uint32_t eft__mask_turn(uint32_t key, size_t used);

#endif
