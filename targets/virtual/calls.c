/* SPDX-License-Identifier: MIT
 * What went down into the virtual world: a list, and a table of ids. */
#include "targets/virtual/calls.h"

#include <stdlib.h>
#include <string.h>

typedef struct eft__virtual_entry {
    struct eft__virtual_entry *next;
    max_align_t call[]; /* and its data */
} entry;

/* It is not the program's memory: what fails for want of it is the core
 * alone. */
void *eft__virtual_calls_add(eft__virtual_calls *calls, size_t size,
                             const void *data, size_t length, const char **copy)
{
    entry *added = malloc(sizeof *added + size + length + 1);
    char *kept;

    if (!added)
        abort();
    added->next = NULL;
    kept = (char *)added->call + size;
    if (length)
        memcpy(kept, data, length);
    kept[length] = 0;
    *copy = kept;
    if (calls->last)
        calls->last->next = added;
    else
        calls->first = added;
    calls->last = added;
    return added->call;
}

void *eft__virtual_calls_next(eft__virtual_calls *calls)
{
    entry *taken = calls->first;

    free(calls->lent);
    calls->lent = taken;
    if (!taken)
        return NULL;
    calls->first = taken->next;
    if (!calls->first)
        calls->last = NULL;
    return taken->call;
}

void eft__virtual_calls_clear(eft__virtual_calls *calls)
{
    while (eft__virtual_calls_next(calls))
        ;
    calls->count = 0;
}

void eft__virtual_calls_begin(eft__virtual_calls *calls, uint32_t id)
{
    calls->ids[calls->count++ % EFT__VIRTUAL_IDS] = id;
}

uint32_t eft__virtual_calls_id(const eft__virtual_calls *calls, unsigned number)
{
    if (!number)
        number = calls->count;
    return number ? calls->ids[(number - 1) % EFT__VIRTUAL_IDS] : 0;
}

unsigned eft__virtual_calls_number(const eft__virtual_calls *calls, uint32_t id)
{
    for (unsigned i = calls->count; i > 0; i--)
        if (calls->ids[(i - 1) % EFT__VIRTUAL_IDS] == id)
            return i;
    return 0;
}
