/* SPDX-License-Identifier: MIT
 * The items of a queue: a ring, or a heap where they have priorities. */
#ifndef EFT_CORE_QUEUE_ITEMS_H
#define EFT_CORE_QUEUE_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/queue.h"

typedef struct eft__queue_items {
    eft_result *slots; /* a ring; PRIORITY: a heap, the least at 0 */
    size_t room;       /* slots: 0, or a power of two */
    size_t first;      /* of the ring: where the oldest is; PRIORITY: 0 */
    size_t count;
    eft_queue_order order;

    /* PRIORITY: what is equal keeps the order in which it came. */
    int (*compare)(const eft_result *a, const eft_result *b);
    int64_t *sequences; /* of the items in slots */
    int64_t next;       /* of what is put last */
    int64_t returned;   /* of what was put back last, and goes before all */
} eft__queue_items;

/* Begins empty, without memory. */
void eft__queue_items_init(eft__queue_items *items,
                           const eft_queue_options *options);

/* Frees all slots, whose items have been taken. */
void eft__queue_items_fini(eft__queue_items *items);

/* Doubles the room; false: out of memory, and nothing changes. */
bool eft__queue_items_grow(eft__queue_items *items);

/* The heap's half of putting and taking. */
void eft__queue_heap_put(eft__queue_items *items, eft_result item,
                         int64_t sequence);
eft_result eft__queue_heap_take(eft__queue_items *items);

/* Makes room for count items, at most one more than there was room for. */
static inline bool eft__queue_items_reserve(eft__queue_items *items,
                                            size_t count)
{
    return count <= items->room || eft__queue_items_grow(items);
}

/* What stands index places behind the oldest of a ring. */
static inline eft_result *eft__queue_slot(const eft__queue_items *items,
                                          size_t index)
{
    return &items->slots[(items->first + index) & (items->room - 1)];
}

/* Puts an item, for which there is room. */
static inline void eft__queue_items_put(eft__queue_items *items,
                                        eft_result item)
{
    if (items->order == EFT_QUEUE_PRIORITY)
        eft__queue_heap_put(items, item, items->next++);
    else
        *eft__queue_slot(items, items->count++) = item;
}

/* Takes the next item; there is one. */
static inline eft_result eft__queue_items_take(eft__queue_items *items)
{
    if (items->order == EFT_QUEUE_PRIORITY)
        return eft__queue_heap_take(items);
    items->count--;
    if (items->order == EFT_QUEUE_LIFO)
        return *eft__queue_slot(items, items->count);

    eft_result oldest = items->slots[items->first];

    items->first = (items->first + 1) & (items->room - 1);
    return oldest;
}

/* Puts an item back, for which there is room: the next one to be taken. */
void eft__queue_items_put_back(eft__queue_items *items, eft_result item);

#endif
