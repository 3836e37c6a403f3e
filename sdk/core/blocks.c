/* SPDX-License-Identifier: MIT
 * Slabs: where blocks come from, and when they go. */
#include "blocks.h"

#include <stdlib.h>

#include "memory.h"

/* What malloc puts before a block, so that slabs follow each other without a
 * gap. */
enum { MALLOC_HEAD = 16 };

/* Where the blocks of a slab begin: its head is no whole number of words where
 * pointers have 4 bytes. */
enum {
    FIRST_BLOCK = (sizeof(eft__slab) + EFT__BLOCK_WORD - 1) / EFT__BLOCK_WORD *
                  EFT__BLOCK_WORD
};

_Thread_local eft__slab *eft__slabs[EFT__BLOCK_KINDS];
_Thread_local size_t eft__live_blocks;
_Thread_local const eft__block_watch *eft__block_watcher;

/* Is there a loop that uses slabs? */
static _Thread_local bool is_open;

/* In a slab the sanitizer would not see who uses what was freed. */
#if defined(__SANITIZE_ADDRESS__)
#define MAY_OPEN false
#elif defined(__has_feature)
#define MAY_OPEN !__has_feature(address_sanitizer)
#else
#define MAY_OPEN true
#endif

static void link_slab(eft__slab *slab)
{
    eft__slab *first = eft__slabs[slab->kind];

    if (first) {
        slab->next = first;
        slab->previous = first->previous;
        first->previous->next = slab;
        first->previous = slab;
    } else {
        slab->next = slab->previous = slab;
        eft__slabs[slab->kind] = slab;
    }
    slab->full = false;
}

static void unlink_slab(eft__slab *slab)
{
    eft__slab **first = &eft__slabs[slab->kind];

    slab->next->previous = slab->previous;
    slab->previous->next = slab->next;
    if (*first == slab)
        *first = slab->next == slab ? NULL : slab->next;
    slab->next = NULL;
    slab->full = true;
}

/* The size is no multiple of the alignment.  C11 as it was published wants one;
 * glibc does without, Emscripten and macOS answer NULL.  There no slab is ever
 * made, and every block is one of malloc's: slower, and no less right.  A whole
 * multiple would be had, but with a gap as large as a slab before the next. */
static eft__slab *new_slab(unsigned kind)
{
    eft__slab *slab =
        aligned_alloc(EFT__SLAB_SIZE, EFT__SLAB_SIZE - MALLOC_HEAD);

    if (!slab)
        return NULL;
    *slab = (eft__slab){.kind = kind, .fresh = FIRST_BLOCK};
    link_slab(slab);
    return slab;
}

void *eft__block_fetch(unsigned *kind, size_t size)
{
    eft__slab *slab =
        EFT__BLOCK_KINDS > 1 && *kind && is_open ? new_slab(*kind) : NULL;

    if (slab)
        return eft__block_take(slab, *kind);
    *kind = 0;
    void *block = eft__alloc(size);

    if (block && eft__block_watcher)
        eft__block_watcher->fetched(block);
    return block;
}

void eft__block_return(void *block)
{
    if (eft__block_watcher)
        eft__block_watcher->freed(block);
    eft__free(block);
}

void eft__slab_is_full(eft__slab *slab)
{
    unlink_slab(slab);
}

void eft__slab_has_room(eft__slab *slab)
{
    if (is_open)
        link_slab(slab);
}

void eft__slab_is_empty(eft__slab *slab)
{
    if (!slab->full)
        unlink_slab(slab);
    free(slab);
}

void eft__blocks_open(void)
{
    is_open = MAY_OPEN && !eft__memory_is_foreign() && !eft__block_watcher;
}

void eft__blocks_close(void)
{
    is_open = false;
    for (unsigned kind = 1; kind < EFT__BLOCK_KINDS; kind++)
        while (eft__slabs[kind]) {
            eft__slab *slab = eft__slabs[kind];

            unlink_slab(slab);
            if (!slab->used)
                free(slab);
        }
}
