/* SPDX-License-Identifier: MIT
 * The settable allocator and the count of live blocks. */
#include "memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "eft/memory.h"

static void *allocate_with_malloc(void *context, void *memory, size_t size)
{
    (void)context;
    if (size)
        return realloc(memory, size);
    free(memory);
    return NULL;
}

static eft_allocator *allocator = allocate_with_malloc;
static void *allocator_context;
static atomic_size_t live;

void *eft__alloc(size_t size)
{
    void *memory = allocator(allocator_context, NULL, size);

    if (memory)
        atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
    return memory;
}

void *eft__alloc_zero(size_t size)
{
    void *memory = eft__alloc(size);

    return memory ? memset(memory, 0, size) : NULL;
}

void *eft__resize(void *memory, size_t size)
{
    return memory ? allocator(allocator_context, memory, size)
                  : eft__alloc(size);
}

void eft__free(void *memory)
{
    if (!memory)
        return;
    atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
    allocator(allocator_context, memory, 0);
}

void *eft__reserve(void *memory, size_t size)
{
    return allocator(allocator_context, memory, size);
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
    allocator = function ? function : allocate_with_malloc;
    allocator_context = context;
}

size_t eft_live_objects(void)
{
    return atomic_load_explicit(&live, memory_order_relaxed);
}
