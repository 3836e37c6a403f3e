/* SPDX-License-Identifier: MIT
 * Objects that are no futures, by their kinds, for debug mode. */
#ifndef EFT_CORE_KINDS_H
#define EFT_CORE_KINDS_H

#include <stdbool.h>
#include <stddef.h>

/* How many of a kind are alive on this thread: static, and thread-local. */
typedef struct eft__kind {
    const char *name;
    size_t count;
    struct eft__kind *next;
    bool is_known; /* it is in the list */
} eft__kind;

/* List of those that have been counted. */
extern _Thread_local eft__kind *eft__kinds;

void eft__kind_add(eft__kind *kind);
static inline void eft__kind_remove(eft__kind *kind)
{
    kind->count--;
}

#endif
