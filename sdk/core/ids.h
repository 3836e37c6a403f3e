/* SPDX-License-Identifier: MIT
 * Ids: what crosses the seam in place of pointers. */
#ifndef EFT_CORE_IDS_H
#define EFT_CORE_IDS_H

#include <stdbool.h>
#include <stdint.h>

/* An id is a place in this thread's table and the place's generation, so one
 * that outlives its object finds nothing.  0 is never an id. */

/* What an object with an id begins with. */
typedef struct eft__identified {
    uint32_t id;

    /* The loop ends, and the world will not report on the object any more:
     * completes what is pending, and frees the id. */
    void (*end)(struct eft__identified *object);
} eft__identified;

/* Gives object its id; false: out of memory. */
bool eft__id_new(eft__identified *object);

/* The object of an id, or NULL: the id is stale. */
eft__identified *eft__id_find(uint32_t id);

void eft__id_free(eft__identified *object);

/* Is there any? */
bool eft__ids_any(void);

/* Ends all objects that have an id still, and frees the table. */
void eft__ids_end(void);

#endif
