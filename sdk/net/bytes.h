/* SPDX-License-Identifier: MIT
 * A growable queue of bytes. */
#ifndef EFT_NET_BYTES_H
#define EFT_NET_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that wait to be written: appended at the end, consumed at the front.
 * {0} is empty. */
typedef struct eft__bytes {
    uint8_t *block;  /* the storage, or NULL */
    size_t begin;    /* where the first waiting byte is */
    size_t end;      /* behind the last waiting byte */
    size_t capacity; /* of block */
} eft__bytes;

static inline size_t eft__bytes_length(const eft__bytes *bytes)
{
    return bytes->end - bytes->begin;
}

/* eft__bytes_data lends the waiting bytes until the next call that changes
 * them; NULL when there never were any. */
static inline const uint8_t *eft__bytes_data(const eft__bytes *bytes)
{
    return bytes->block ? bytes->block + bytes->begin : NULL;
}

/* eft__bytes_append copies data behind what waits; false when memory ran out,
 * and then nothing changed. */
bool eft__bytes_append(eft__bytes *bytes, const void *data, size_t length);

/* eft__bytes_reserve lends room for more bytes behind what waits, until the
 * next call; NULL when memory ran out, and then nothing changed. */
uint8_t *eft__bytes_reserve(eft__bytes *bytes, size_t more);

/* eft__bytes_added tells that the first length bytes of that room are filled:
 * they wait now. */
static inline void eft__bytes_added(eft__bytes *bytes, size_t length)
{
    bytes->end += length;
}

/* eft__bytes_consume drops the first length bytes, which must be there.  The
 * storage stays for the next ones. */
void eft__bytes_consume(eft__bytes *bytes, size_t length);

/* eft__bytes_cut drops what was added last: the first length bytes stay. */
static inline void eft__bytes_cut(eft__bytes *bytes, size_t length)
{
    bytes->end = bytes->begin + length;
}

/* eft__bytes_fini frees the storage and leaves bytes empty. */
void eft__bytes_fini(eft__bytes *bytes);

/* eft__bytes_trim gives the storage back if nothing waits: for idle times. */
static inline void eft__bytes_trim(eft__bytes *bytes)
{
    if (!eft__bytes_length(bytes))
        eft__bytes_fini(bytes);
}

#endif
