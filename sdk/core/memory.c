/* SPDX-License-Identifier: MIT
 * The settable allocator and the count of live blocks. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include "eft/memory.h"

static eft_allocator *allocator; /* NULL: malloc's */
static void *allocator_context;
static _Thread_local size_t live;

void *eft__reserve(void *memory, size_t size)
{
    if (allocator)
        return allocator(allocator_context, memory, size);
    if (size)
        return realloc(memory, size);
    free(memory);
    return NULL;
}

void *eft__alloc(size_t size)
{
    void *memory =
        allocator ? allocator(allocator_context, NULL, size) : malloc(size);

    live += memory != NULL;
    return memory;
}

void *eft__alloc_zero(size_t size)
{
    void *memory = eft__alloc(size);

    return memory ? memset(memory, 0, size) : NULL;
}

void *eft__resize(void *memory, size_t size)
{
    return memory ? eft__reserve(memory, size) : eft__alloc(size);
}

void eft__free(void *memory)
{
    if (!memory)
        return;
    live--;
    if (allocator)
        allocator(allocator_context, memory, 0);
    else
        free(memory);
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
    allocator = function;
    allocator_context = context;
}

size_t eft_live_objects(void)
{
    return live;
}
