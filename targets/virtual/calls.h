/* SPDX-License-Identifier: MIT
 * What went down into the virtual world, until a test takes it out. */
#ifndef EFT_TARGETS_VIRTUAL_CALLS_H
#define EFT_TARGETS_VIRTUAL_CALLS_H

#include <stddef.h>
#include <stdint.h>

enum { EFT__VIRTUAL_IDS = 4096 };

/* Calls in the order in which they came, and what they are about, which tests
 * count from 1.  Zeroed, it is empty. */
typedef struct eft__virtual_calls {
    struct eft__virtual_entry *first;
    struct eft__virtual_entry *last;
    struct eft__virtual_entry *lent;
    unsigned count;                 /* how many have begun */
    uint32_t ids[EFT__VIRTUAL_IDS]; /* theirs, but for the oldest */
} eft__virtual_calls;

/* Adds room for a call of size bytes, and a copy of data with a NUL behind it,
 * which *copy says where it is.  Both live as long as the call is in here, or
 * lent. */
void *eft__virtual_calls_add(eft__virtual_calls *calls, size_t size,
                             const void *data, size_t length,
                             const char **copy);

/* Takes the oldest one out; NULL: there is none.  It is lent until the next
 * call of this. */
void *eft__virtual_calls_next(eft__virtual_calls *calls);

/* Empties it; the next number is 1. */
void eft__virtual_calls_clear(eft__virtual_calls *calls);

/* Gives id the next number. */
void eft__virtual_calls_begin(eft__virtual_calls *calls, uint32_t id);

/* The id of a number, 0: of the newest one; or 0: there is none. */
uint32_t eft__virtual_calls_id(const eft__virtual_calls *calls,
                               unsigned number);

/* The newest number of an id, since ids may be used again; or 0. */
unsigned eft__virtual_calls_number(const eft__virtual_calls *calls,
                                   uint32_t id);

#endif
