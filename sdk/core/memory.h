/* SPDX-License-Identifier: MIT
 * What the library allocates with. */
#ifndef EFT_CORE_MEMORY_H
#define EFT_CORE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

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

/* Blocks: futures come and go by the million, and a malloc with its free takes
 * longer than all the rest of many a task.  So a thread keeps some that were
 * freed, by kind: a kind is a size, chosen to fill what malloc hands out.
 * Kind 0 is not kept. */
enum { EFT__BLOCK_KINDS = 32, EFT__BLOCK_UNIT = 16, EFT__BLOCK_HEAD = 8 };

typedef struct eft__spare {
    void *first;   /* list, linked by their first words */
    uint32_t room; /* how many more may be kept */
} eft__spare;

extern _Thread_local eft__spare eft__spare_blocks[EFT__BLOCK_KINDS];
extern _Thread_local size_t eft__live_blocks;

static inline unsigned eft__block_kind(size_t size)
{
    size_t kind =
        (size + EFT__BLOCK_HEAD + EFT__BLOCK_UNIT - 1) / EFT__BLOCK_UNIT;

    return kind < EFT__BLOCK_KINDS ? (unsigned)kind : 0;
}

/* Of a kind of which none is kept. */
void *eft__block_fetch(unsigned kind, size_t size);

static inline void *eft__block_new(unsigned kind, size_t size)
{
    eft__spare *spare = &eft__spare_blocks[kind];
    void *block = spare->first;

    if (!block)
        return eft__block_fetch(kind, size);
    spare->first = *(void **)block;
    spare->room++;
    eft__live_blocks++;
    return block;
}

static inline void eft__block_free(unsigned kind, void *block)
{
    eft__spare *spare = &eft__spare_blocks[kind];

    if (!spare->room) {
        eft__free(block);
        return;
    }
    *(void **)block = spare->first;
    spare->first = block;
    spare->room--;
    eft__live_blocks--;
}

/* Begins and ends the keeping of blocks, on this thread. */
void eft__blocks_keep(void);
void eft__blocks_drop(void);

/* Copies length bytes and ends them with a NUL. */
char *eft__copy_text(const char *text, size_t length);

#endif
