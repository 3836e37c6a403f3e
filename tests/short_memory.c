/* SPDX-License-Identifier: MIT
 * An allocator that runs out. */
#include "short_memory.h"

#include <stdlib.h>

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
