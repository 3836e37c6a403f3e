/* SPDX-License-Identifier: MIT
 * Shadow stacks in linear memory: the pointer, its limits, a block. */
#ifndef EFT_WEB_STACK_H
#define EFT_WEB_STACK_H

#include <stdint.h>
#include <stdlib.h>

#include "web/fibers.h"

/* What clang spills (arrays, whatever has an address) lives on a stack in
 * linear memory, of which the engine knows nothing: __stack_pointer is an
 * ordinary global.  Each fiber has a block of its own, and whoever switches
 * fibers switches the pointer too.
 *
 * These are macros, not functions: without optimisation a function with an
 * argument has a frame, and its epilogue would put the old pointer back. */
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

/* -sSTACK_OVERFLOW_CHECK=2 makes every function that moves the pointer compare
 * it with two limits.  fibers.js puts the function that sets them where this
 * one points; without the option there is nothing behind it. */
extern void (*volatile eft__stack_limits)(uintptr_t top, uintptr_t bottom);

/* A block of a fiber.  A function that calls nothing may use 128 bytes below
 * the pointer without moving it. */
#define EFT_STACK_SIZE 65536 /* bytes */
#define EFT_STACK_BELOW 128  /* bytes */
#define EFT_STACK_BLOCK (EFT_STACK_BELOW + EFT_STACK_SIZE)

/* The ends of the stack in a block. */
#define EFT_STACK_BOTTOM(block) ((uintptr_t)(block) + EFT_STACK_BELOW)
#define EFT_STACK_TOP(block) ((uintptr_t)(block) + EFT_STACK_BLOCK)

/* A new block, or NULL.  Gives it: free() frees it. */
static inline uint8_t *eft__stack_new(void)
{
    return aligned_alloc(16, EFT_STACK_BLOCK);
}

/* Goes to a fiber's stack, and to the loop's.  No call may come in between the
 * two steps. */
#define EFT_STACK_ENTER(block, pointer)                                        \
    do {                                                                       \
        eft__stack_limits(EFT_STACK_TOP(block), EFT_STACK_BOTTOM(block));      \
        EFT_STACK_SET(pointer);                                                \
    } while (0)

#define EFT_STACK_LEAVE(pointer)                                               \
    do {                                                                       \
        eft__stack_limits(eft__web_loop_top, eft__web_loop_bottom);            \
        EFT_STACK_SET(pointer);                                                \
    } while (0)

#endif
