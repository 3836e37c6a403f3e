/* SPDX-License-Identifier: MIT
 * Allocators that run out. */
#ifndef EFT_TESTS_SHORT_MEMORY_H
#define EFT_TESTS_SHORT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* run_out is an eft_allocator whose context is a size_t: how many blocks it
 * will still give or resize.
 *
 *     size_t allowed = 1;
 *     eft_set_allocator(run_out, &allowed); */
void *run_out(void *context, void *memory, size_t size);

struct short_block;

/* What run_short() counts, and when it fails.  A resized block counts like a
 * new one. */
typedef struct short_memory {
    bool armed;                /* it counts, and may fail */
    bool all_later;            /* fails from fail_at on, not once */
    size_t fail_at;            /* the number of what fails, from 1; 0: none */
    size_t asked;              /* since it was armed */
    size_t failed;             /* of these */
    size_t serial;             /* of the block given last */
    struct short_block *first; /* ring of all live blocks, the oldest first */
} short_memory;

/* run_short is an eft_allocator whose context is a short_memory.  It is one for
 * the whole program: its blocks are no other allocator's. */
void *run_short(void *context, void *memory, size_t size);

/* Arms it anew; fail_at 0 only counts. */
void short_memory_arm(short_memory *memory, size_t fail_at, bool all_later);

/* Prints the blocks that are live and younger than serial. */
void short_memory_print(const short_memory *memory, size_t serial);

#endif
