/* SPDX-License-Identifier: MIT
 * Objects that are no futures, by their kinds, for debug mode. */
#ifndef EFT_CORE_KINDS_H
#define EFT_CORE_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "node.h"

enum { EFT__KIND_SHOWN = 160 }; /* bytes of what describes one */

/* Those of a kind that are alive on this thread: static, and thread-local. */
typedef struct eft__kind {
    const char *name;

    /* Writes which one it is, such as a URL. NULL: it has nothing to say. */
    void (*describe)(const eft__link *object, char *text, size_t size);

    /* How many blocks of memory one may keep although its loop ends; 0: it
     * should have been freed.  NULL: so should all. */
    size_t (*outlives)(const eft__link *object);

    size_t count;
    eft__link objects; /* list of them */
    struct eft__kind *next;
    bool is_known; /* it is in the list */
} eft__kind;

/* List of those that have been counted. */
extern _Thread_local eft__kind *eft__kinds;

void eft__kind_add(eft__kind *kind, eft__link *object);
static inline void eft__kind_remove(eft__kind *kind, eft__link *object)
{
    kind->count--;
    eft__list_remove(object);
}

#endif
