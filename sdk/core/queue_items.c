/* SPDX-License-Identifier: MIT
 * The items of a queue: a ring, or a heap where they have priorities. */
#include "queue_items.h"

#include <string.h>

#include "memory.h"

enum { FIRST_ROOM = 4 };

static int compare_i64(const eft_result *a, const eft_result *b)
{
    return (a->i64 > b->i64) - (a->i64 < b->i64);
}

void eft__queue_items_init(eft__queue_items *items,
                           const eft_queue_options *options)
{
    *items = (eft__queue_items){.order = options->order};
    items->compare = options->compare ? options->compare : compare_i64;
}

void eft__queue_items_fini(eft__queue_items *items)
{
    eft__free(items->slots);
    eft__free(items->sequences);
    items->slots = NULL;
    items->sequences = NULL;
    items->room = 0;
}

bool eft__queue_items_grow(eft__queue_items *items)
{
    size_t room = items->room ? 2 * items->room : FIRST_ROOM;

    if (room > SIZE_MAX / sizeof *items->slots)
        return false;
    if (items->order == EFT_QUEUE_PRIORITY) {
        int64_t *sequences =
            eft__resize(items->sequences, room * sizeof *sequences);

        if (!sequences)
            return false;
        items->sequences = sequences;
    }
    eft_result *slots = eft__resize(items->slots, room * sizeof *slots);
    if (!slots)
        return false;
    /* What a ring had wrapped to its beginning goes behind the rest. */
    if (items->first)
        memcpy(slots + items->room, slots, items->first * sizeof *slots);
    items->slots = slots;
    items->room = room;
    return true;
}

/* Does item come before what stands at b? */
static bool comes_before(const eft__queue_items *items, const eft_result *item,
                         int64_t sequence, size_t b)
{
    int order = items->compare(item, &items->slots[b]);

    return order ? order < 0 : sequence < items->sequences[b];
}

static void set(eft__queue_items *items, size_t index, eft_result item,
                int64_t sequence)
{
    items->slots[index] = item;
    items->sequences[index] = sequence;
}

void eft__queue_heap_put(eft__queue_items *items, eft_result item,
                         int64_t sequence)
{
    size_t hole = items->count++;

    while (hole) {
        size_t parent = (hole - 1) / 2;

        if (!comes_before(items, &item, sequence, parent))
            break;
        set(items, hole, items->slots[parent], items->sequences[parent]);
        hole = parent;
    }
    set(items, hole, item, sequence);
}

/* The child that comes first, or 0 where there is none. */
static size_t lesser_child(const eft__queue_items *items, size_t parent)
{
    size_t left = 2 * parent + 1;
    size_t right = left + 1;

    if (left >= items->count)
        return 0;
    if (right < items->count && comes_before(items, &items->slots[right],
                                             items->sequences[right], left))
        return right;
    return left;
}

eft_result eft__queue_heap_take(eft__queue_items *items)
{
    eft_result least = items->slots[0];
    eft_result moved = items->slots[--items->count];
    int64_t sequence = items->sequences[items->count];
    size_t hole = 0;

    for (size_t child; (child = lesser_child(items, hole)); hole = child) {
        if (comes_before(items, &moved, sequence, child))
            break;
        set(items, hole, items->slots[child], items->sequences[child]);
    }
    set(items, hole, moved, sequence);
    return least;
}

void eft__queue_items_put_back(eft__queue_items *items, eft_result item)
{
    if (items->order == EFT_QUEUE_PRIORITY) {
        eft__queue_heap_put(items, item, --items->returned);
        return;
    }
    if (items->order == EFT_QUEUE_FIFO) {
        items->first = (items->first - 1) & (items->room - 1);
        *eft__queue_slot(items, 0) = item;
    } else {
        *eft__queue_slot(items, items->count) = item;
    }
    items->count++;
}
