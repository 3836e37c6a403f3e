/* SPDX-License-Identifier: MIT
 * The settable allocator and the count of live blocks. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include <stdbool.h>

#include "eft/memory.h"
#include "loop.h"

static eft_allocator *allocator; /* NULL: malloc's */
static void *allocator_context;
_Thread_local size_t eft__live_blocks;
_Thread_local eft__spare eft__spare_blocks[EFT__BLOCK_KINDS];

/* Bytes of each kind that a thread keeps. */
enum { KEPT_BYTES = 262144 };

/* Kept blocks would hide from the sanitizer who uses what was freed. */
#if defined(__SANITIZE_ADDRESS__)
#define CAN_KEEP false
#elif defined(__has_feature)
#define CAN_KEEP !__has_feature(address_sanitizer)
#else
#define CAN_KEEP true
#endif

void *eft__reserve(size_t size)
{
    return allocator ? allocator(allocator_context, NULL, size) : malloc(size);
}

void *eft__reserve_more(void *memory, size_t size)
{
    return allocator ? allocator(allocator_context, memory, size)
                     : realloc(memory, size);
}

void eft__release(void *memory)
{
    if (allocator)
        allocator(allocator_context, memory, 0);
    else
        free(memory);
}

void *eft__alloc(size_t size)
{
    void *memory = eft__reserve(size);

    eft__live_blocks += memory != NULL;
    return memory;
}

void *eft__alloc_zero(size_t size)
{
    void *memory = eft__alloc(size);

    return memory ? memset(memory, 0, size) : NULL;
}

void *eft__resize(void *memory, size_t size)
{
    return memory ? eft__reserve_more(memory, size) : eft__alloc(size);
}

void eft__free(void *memory)
{
    if (!memory)
        return;
    eft__live_blocks--;
    eft__release(memory);
}

void *eft__block_fetch(unsigned kind, size_t size)
{
    return eft__alloc(kind ? kind * EFT__BLOCK_UNIT - EFT__BLOCK_HEAD : size);
}

void eft__blocks_keep(void)
{
    if (!CAN_KEEP || allocator)
        return;
    for (unsigned kind = 1; kind < EFT__BLOCK_KINDS; kind++)
        eft__spare_blocks[kind].room = KEPT_BYTES / (kind * EFT__BLOCK_UNIT);
}

void eft__blocks_drop(void)
{
    for (unsigned kind = 1; kind < EFT__BLOCK_KINDS; kind++) {
        eft__spare *spare = &eft__spare_blocks[kind];

        while (spare->first) {
            void *block = spare->first;

            spare->first = *(void **)block;
            eft__release(block);
        }
        spare->room = 0;
    }
}

char *eft__copy_text(const char *text, size_t length)
{
    char *copy = eft__alloc(length + 1);

    if (!copy)
        return NULL;
    if (length)
        memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

void eft_set_allocator(eft_allocator *function, void *context)
{
    eft__blocks_drop();
    allocator = function;
    allocator_context = context;
    if (eft__loop_here)
        eft__blocks_keep();
}

size_t eft_live_objects(void)
{
    return eft__live_blocks;
}
