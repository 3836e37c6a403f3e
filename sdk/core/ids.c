/* SPDX-License-Identifier: MIT
 * Ids: what crosses the seam in place of pointers. */
#include "ids.h"

#include <stddef.h>

#include "memory.h"

enum {
    PLACE_BITS = 20,
    PLACE_MASK = (1 << PLACE_BITS) - 1,
    FIRST_CAPACITY = 16
};

typedef struct place {
    eft__identified *object; /* NULL: free */
    uint32_t id;             /* of object, or the next to be given here */
    uint32_t next_free;      /* place; 0: the last of the free ones */
} place;

/* Place 0 is not used. Free places are reused oldest first, which keeps a
 * place's generation from coming round soon. */
static _Thread_local struct {
    place *places;
    uint32_t capacity;
    uint32_t first_free;
    uint32_t last_free;
} table;

static void add_free(uint32_t index)
{
    table.places[index].object = NULL;
    table.places[index].next_free = 0;
    if (table.first_free)
        table.places[table.last_free].next_free = index;
    else
        table.first_free = index;
    table.last_free = index;
}

static bool grow(void)
{
    uint32_t from = table.capacity ? table.capacity : 1;
    uint32_t capacity = table.capacity ? table.capacity * 2 : FIRST_CAPACITY;
    place *places;

    if (capacity > PLACE_MASK)
        return false;
    places = eft__reserve_more(table.places, capacity * sizeof *places);
    if (!places)
        return false;
    /* Whoever asks for 0 finds nothing. */
    places[0] = (place){0};
    table.places = places;
    table.capacity = capacity;
    for (uint32_t index = from; index < capacity; index++) {
        places[index].id = index;
        add_free(index);
    }
    return true;
}

bool eft__id_new(eft__identified *object)
{
    if (!table.first_free && !grow())
        return false;

    place *found = &table.places[table.first_free];

    table.first_free = found->next_free;
    found->object = object;
    object->id = found->id;
    return true;
}

eft__identified *eft__id_find(uint32_t id)
{
    uint32_t index = id & PLACE_MASK;

    if (index >= table.capacity || !table.places[index].object ||
        table.places[index].id != id)
        return NULL;
    return table.places[index].object;
}

void eft__id_free(eft__identified *object)
{
    uint32_t index = object->id & PLACE_MASK;

    table.places[index].id += 1u << PLACE_BITS;
    add_free(index);
}

bool eft__ids_any(void)
{
    for (uint32_t index = 1; index < table.capacity; index++)
        if (table.places[index].object)
            return true;
    return false;
}

void eft__ids_end(void)
{
    for (uint32_t index = 1; index < table.capacity; index++)
        if (table.places[index].object)
            table.places[index].object->end(table.places[index].object);
    eft__release(table.places);
    table.places = NULL;
    table.capacity = table.first_free = table.last_free = 0;
}
