/* SPDX-License-Identifier: MIT
 * Allocators that run out. */
#include "short_memory.h"

#include <stdio.h>
#include <stdlib.h>

enum { PRINTED = 5 }; /* of the blocks that are alive */

void *run_out(void *context, void *memory, size_t size)
{
    size_t *allowed = context;

    if (!size) {
        free(memory);
        return NULL;
    }
    if (!*allowed)
        return NULL;
    --*allowed;
    return realloc(memory, size);
}

/* Stands before each block, as aligned as malloc's are. */
typedef struct short_block {
    struct short_block *next; /* of the last one: the first */
    struct short_block *previous;
    size_t size;
    size_t serial; /* in the order of giving */
} short_block;

static void add(short_memory *self, short_block *block)
{
    short_block *first = self->first;

    if (!first) {
        self->first = block->next = block->previous = block;
        return;
    }
    block->next = first;
    block->previous = first->previous;
    first->previous->next = block;
    first->previous = block;
}

static void take_out(short_memory *self, short_block *block)
{
    block->previous->next = block->next;
    block->next->previous = block->previous;
    if (self->first == block)
        self->first = block->next == block ? NULL : block->next;
}

/* Is this the one that fails? */
static bool fails(short_memory *self)
{
    if (!self->armed)
        return false;
    self->asked++;
    bool falls_short = self->fail_at && self->asked >= self->fail_at &&
                       (self->all_later || self->asked == self->fail_at);
    self->failed += falls_short;
    return falls_short;
}

void *run_short(void *context, void *memory, size_t size)
{
    short_memory *self = context;
    short_block *old = memory ? (short_block *)memory - 1 : NULL;

    if (size && fails(self))
        return NULL;
    if (old)
        take_out(self, old);
    if (!size) {
        free(old);
        return NULL;
    }
    short_block *block = realloc(old, sizeof *block + size);
    if (!block)
        abort(); /* the machine itself is out of memory */
    block->size = size;
    block->serial = ++self->serial;
    add(self, block);
    return block + 1;
}

void short_memory_arm(short_memory *memory, size_t fail_at, bool all_later)
{
    memory->fail_at = fail_at;
    memory->all_later = all_later;
    memory->asked = 0;
    memory->failed = 0;
    memory->armed = true;
}

void short_memory_print(const short_memory *memory, size_t serial)
{
    const short_block *block = memory->first;
    int printed = 0;

    if (!block)
        return;
    do {
        if (block->serial > serial && printed++ < PRINTED)
            printf("# alive: block %zu of %zu bytes\n", block->serial - serial,
                   block->size);
        block = block->next;
    } while (block != memory->first);
}
