/* SPDX-License-Identifier: MIT
 * The settable allocator and the count of live blocks. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include "eft/memory.h"
#include "blocks.h"
#include "loop.h"

static eft_allocator *allocator; /* NULL: malloc's */
static void *allocator_context;

bool eft__memory_is_foreign(void)
{
    return allocator;
}

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
    eft__blocks_close();
    allocator = function;
    allocator_context = context;
    if (eft__loop_here)
        eft__blocks_open();
}

size_t eft_live_objects(void)
{
    return eft__live_blocks;
}
