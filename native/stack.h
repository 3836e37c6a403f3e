/* SPDX-License-Identifier: MIT
 * Stacks for fibers: mapped memory above a guard page. */
#ifndef EFT_NATIVE_STACK_H
#define EFT_NATIVE_STACK_H

#include <stddef.h>
#include <stdint.h>

/* What a fiber has, in KiB, its control block included. */
#define EFT__STACK_KIB 256

/* A stack grows down from top.
 *
 *      guard       bottom                             top
 *        | one page   |        EFT__STACK_KIB          |
 *        | no access  |     read and write             |
 *
 * Address space is all that it costs until it is used: a page comes with the
 * first touch.  Huge pages stay away, since MAP_STACK forbids them (Linux 6.7
 * and later) and the smallest that older kernels have is larger than this. */
typedef struct eft__stack {
    char *guard;  /* the lowest address of the mapping */
    char *bottom; /* the lowest address that may be used */
    char *top;    /* the first one above */
} eft__stack;

/* eft__stack_map makes a stack.
 *
 * Owns:    gives stack's memory, until eft__stack_unmap.
 * Errors:  EFT_ELIMIT: the system refuses; nothing was made. */
int32_t eft__stack_map(eft__stack *stack);

/* eft__stack_unmap gives the memory back. */
void eft__stack_unmap(const eft__stack *stack);

#endif
