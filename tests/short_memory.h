/* SPDX-License-Identifier: MIT
 * An allocator that runs out. */
#ifndef EFT_TESTS_SHORT_MEMORY_H
#define EFT_TESTS_SHORT_MEMORY_H

#include <stddef.h>

/* run_out is an eft_allocator whose context is a size_t: how many blocks it
 * will still give or resize.
 *
 *     size_t allowed = 1;
 *     eft_set_allocator(run_out, &allowed); */
void *run_out(void *context, void *memory, size_t size);

#endif
