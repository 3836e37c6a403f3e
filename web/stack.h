/* SPDX-License-Identifier: MIT
 * Shadow stacks in linear memory: the pointer, a block, its red zone. */
#ifndef EFT_WEB_STACK_H
#define EFT_WEB_STACK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What clang spills (arrays, whatever has an address) lives on a stack in
 * linear memory, of which the engine knows nothing: __stack_pointer is an
 * ordinary global.  Each fiber has a block of its own, and whoever switches
 * fibers switches the pointer too.  Both are macros, not functions: without
 * optimisation a function with an argument has a frame, and its epilogue
 * would put the old pointer back. */
__asm__(".globaltype __stack_pointer, i32\n");

#define EFT_STACK_GET(pointer)                                                 \
    __asm__ volatile("global.get __stack_pointer\n\tlocal.set %0"              \
                     : "=r"(pointer)                                           \
                     :                                                         \
                     : "memory")

#define EFT_STACK_SET(pointer)                                                 \
    __asm__ volatile("local.get %0\n\tglobal.set __stack_pointer"              \
                     :                                                         \
                     : "r"(pointer)                                            \
                     : "memory")

/* Nothing in wasm stops a stack from growing out of its block.  A pattern
 * below it tells that it did; below that lie bytes that belong to nobody, so
 * that a small overflow is found before it has destroyed anything. */
#define EFT_STACK_PATTERN 0x65667421 /* "eft!" */
#define EFT_STACK_SLACK 8128         /* bytes below the pattern */
#define EFT_STACK_ZONE 8192          /* bytes up to the end of the pattern */

/* A block, and what of it a task can use: 64 KiB. */
#define EFT_STACK_BLOCK 73728 /* bytes */
#define EFT_STACK_SIZE (EFT_STACK_BLOCK - EFT_STACK_ZONE)

/* A new block, or NULL.  Gives it: free() frees it. */
static inline uint8_t *eft__stack_new(void)
{
    uint8_t *block = aligned_alloc(16, EFT_STACK_BLOCK);

    for (size_t i = EFT_STACK_SLACK; block && i < EFT_STACK_ZONE; i += 4)
        *(uint32_t *)(block + i) = EFT_STACK_PATTERN;
    return block;
}

/* Whether a stack stayed above its pattern. */
static inline bool eft__stack_whole(const uint8_t *block)
{
    uint32_t difference = 0;

    for (size_t i = EFT_STACK_SLACK; i < EFT_STACK_ZONE; i += 4)
        difference |= *(const uint32_t *)(block + i) ^ EFT_STACK_PATTERN;
    return difference == 0;
}

#endif
