/* SPDX-License-Identifier: MIT
 * Memory for futures: small blocks out of slabs, at a few instructions each. */
#ifndef EFT_CORE_BLOCKS_H
#define EFT_CORE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Futures come and go by the million, and a malloc with its free takes longer
 * than all the rest of many a task.  So blocks of one size are cut from a slab,
 * which lies at a multiple of its size: a block's address leads to it.
 *
 *   ROOM (in its kind's ring) --last block taken--> FULL
 *     ^   |                                          |
 *     |   +--all blocks back, and another has room--> freed
 *     +---------------- a block comes back ----------+
 *
 * A kind is a size in words of 8 bytes, and a block lies at a multiple of 8.
 * Kind 0 is memory of the program's
 * allocator: for what is larger, and for all where there is one of its own. */
enum {
    EFT__SLAB_SIZE = 16384, /* bytes, with what malloc keeps before the next */
    EFT__BLOCK_WORD = 8,    /* bytes */
#ifdef EFT_NO_SLABS
    EFT__BLOCK_KINDS =
        1 /* for programs that are to be small rather than fast */
#else
    EFT__BLOCK_KINDS = 32
#endif
};

typedef struct eft__slab {
    struct eft__slab *next; /* in the ring of its kind */
    struct eft__slab *previous;
    void *back;     /* list of blocks that came back, by their first words */
    uint32_t used;  /* blocks in use */
    uint32_t fresh; /* where the blocks begin that were never used */
    uint32_t kind;
    bool full; /* stands in no ring */
} eft__slab;

/* Of this thread: for each kind a slab with room, or NULL; and the count that
 * eft_live_objects() gives. */
extern _Thread_local eft__slab *eft__slabs[EFT__BLOCK_KINDS];
extern _Thread_local size_t eft__live_blocks;

static inline unsigned eft__block_kind(size_t size)
{
    size_t kind = (size + EFT__BLOCK_WORD - 1) / EFT__BLOCK_WORD;

    return kind < EFT__BLOCK_KINDS ? (unsigned)kind : 0;
}

/* Begins and ends the use of slabs on this thread. */
void eft__blocks_open(void);
void eft__blocks_close(void);

/* Debug mode's: told of each block, while slabs are not in use. */
typedef struct eft__block_watch {
    void (*fetched)(void *block);
    void (*freed)(void *block);
} eft__block_watch;

extern _Thread_local const eft__block_watch *eft__block_watcher;

/* The rare ways.  fetch: there is no slab with room; it may change the kind. */
void *eft__block_fetch(unsigned *kind, size_t size);
void eft__slab_is_full(eft__slab *slab);
void eft__slab_has_room(eft__slab *slab);
void eft__slab_is_empty(eft__slab *slab);
void eft__block_return(void *block);

/* Out of a slab with room. */
static inline void *eft__block_take(eft__slab *slab, unsigned kind)
{
    void *block = slab->back;

    if (block) {
        slab->back = *(void **)block;
    } else {
        block = (char *)slab + slab->fresh;
        slab->fresh += kind * EFT__BLOCK_WORD;
    }
    slab->used++;
    if (!slab->back &&
        slab->fresh + (kind + 2) * EFT__BLOCK_WORD > EFT__SLAB_SIZE)
        eft__slab_is_full(slab);
    eft__live_blocks++;
    return block;
}

/* size bytes of undefined content, or NULL; *kind is to be kept. */
static inline void *eft__block_new(unsigned *kind, size_t size)
{
    eft__slab *slab = EFT__BLOCK_KINDS > 1 ? eft__slabs[*kind] : NULL;

    return slab ? eft__block_take(slab, *kind) : eft__block_fetch(kind, size);
}

static inline void eft__block_free(unsigned kind, void *block)
{
    if (EFT__BLOCK_KINDS == 1 || !kind) {
        eft__block_return(block);
        return;
    }
    eft__slab *slab =
        (eft__slab *)((uintptr_t)block & ~(uintptr_t)(EFT__SLAB_SIZE - 1));

    *(void **)block = slab->back;
    slab->back = block;
    slab->used--;
    eft__live_blocks--;
    if (slab->full)
        eft__slab_has_room(slab);
    /* The only one with room stays: the next block is wanted soon. */
    if (!slab->used && slab->next != slab)
        eft__slab_is_empty(slab);
}

#endif
