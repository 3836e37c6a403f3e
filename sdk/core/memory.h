/* SPDX-License-Identifier: MIT
 * What the library allocates with. */
#ifndef EFT_CORE_MEMORY_H
#define EFT_CORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Each is counted by eft_live_objects(). eft__resize keeps the block where it
 * is when it fails. */
void *eft__alloc(size_t size);
void *eft__alloc_zero(size_t size);
void *eft__resize(void *memory, size_t size);
void eft__free(void *memory);

/* The same without being counted: for what a loop keeps for itself. */
void *eft__reserve(size_t size);
void *eft__reserve_more(void *memory, size_t size);
void eft__release(void *memory);

/* Does all memory come from an allocator of the program's? */
bool eft__memory_is_foreign(void);

/* Copies length bytes and ends them with a NUL. */
char *eft__copy_text(const char *text, size_t length);

#endif
