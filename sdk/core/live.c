/* SPDX-License-Identifier: MIT
 * The futures that there are, for debug mode. */
#include "debug.h"

#include <stdint.h>

#include "blocks.h"
#include "memory.h"

/* A set of addresses: open addressing, at most half full, and what is behind a
 * place that becomes free moves up. */
static _Thread_local struct {
    void **places; /* NULL: free */
    size_t capacity;
    size_t count;
} set;

enum { FIRST_CAPACITY = 256 };

static size_t home_of(const void *block)
{
    return (size_t)((uintptr_t)block >> 4) * 2654435769u & (set.capacity - 1);
}

static void put(void *block)
{
    size_t at = home_of(block);

    while (set.places[at])
        at = (at + 1) & (set.capacity - 1);
    set.places[at] = block;
}

static bool grow(void)
{
    size_t before = set.capacity;
    void **places = set.places;
    size_t capacity = before ? 2 * before : FIRST_CAPACITY;
    void **made = eft__reserve(capacity * sizeof *made);

    if (!made)
        return false;
    for (size_t i = 0; i < capacity; i++)
        made[i] = NULL;
    set.places = made;
    set.capacity = capacity;
    for (size_t i = 0; i < before; i++)
        if (places[i])
            put(places[i]);
    eft__release(places);
    return true;
}

/* Memory short, one is forgotten. */
static void fetched(void *block)
{
    if (2 * set.count >= set.capacity && !grow())
        return;
    put(block);
    set.count++;
}

/* Is place in the stretch from after up to at, as the table goes round? */
static bool lies_between(size_t after, size_t place, size_t at)
{
    size_t mask = set.capacity - 1;

    return ((place - after - 1) & mask) < ((at - after) & mask);
}

static void freed(void *memory)
{
    size_t mask = set.capacity - 1;
    size_t hole;

    if (!set.count)
        return;
    for (hole = home_of(memory); set.places[hole] != memory;
         hole = (hole + 1) & mask)
        if (!set.places[hole])
            return;
    set.count--;
    for (size_t at = (hole + 1) & mask; set.places[at]; at = (at + 1) & mask) {
        if (lies_between(hole, home_of(set.places[at]), at))
            continue;
        set.places[hole] = set.places[at];
        hole = at;
    }
    set.places[hole] = NULL;
}

static const eft__block_watch watcher = {fetched, freed};

void eft__live_watch(bool watch)
{
    eft__blocks_close();
    eft__block_watcher = watch ? &watcher : NULL;
    if (!watch) {
        eft__release(set.places);
        set.places = NULL;
        set.capacity = set.count = 0;
        if (eft__loop_here)
            eft__blocks_open();
    }
}

bool eft__live_each(bool (*visit)(eft_future *future, void *context),
                    void *context)
{
    for (size_t i = 0; i < set.capacity; i++)
        if (set.places[i] && !visit(set.places[i], context))
            return false;
    return true;
}
