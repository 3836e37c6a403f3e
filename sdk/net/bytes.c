/* SPDX-License-Identifier: MIT
 * A growable queue of bytes. */
#include "bytes.h"

#include <assert.h>
#include <string.h>

#include "../core/memory.h"

enum { FIRST_CAPACITY = 256 };

static bool grow(eft__bytes *bytes, size_t needed)
{
    size_t capacity = bytes->capacity * 2;
    uint8_t *block;

    if (capacity < FIRST_CAPACITY)
        capacity = FIRST_CAPACITY;
    if (capacity < needed)
        capacity = needed;
    block = eft__resize(bytes->block, capacity);
    if (!block)
        return false;
    bytes->block = block;
    bytes->capacity = capacity;
    return true;
}

/* The waiting bytes move to the front only when they fill at most half of the
 * way there, or the block grows: so each byte is moved a bounded number of
 * times. */
uint8_t *eft__bytes_reserve(eft__bytes *bytes, size_t more)
{
    size_t waiting = eft__bytes_length(bytes);

    if (more <= bytes->capacity - bytes->end)
        return bytes->block + bytes->end;
    if (more > SIZE_MAX / 2 - waiting)
        return NULL;
    if ((bytes->begin < waiting || waiting + more > bytes->capacity) &&
        !grow(bytes, waiting + more))
        return NULL;
    if (bytes->begin) {
        memmove(bytes->block, bytes->block + bytes->begin, waiting);
        bytes->begin = 0;
        bytes->end = waiting;
    }
    return bytes->block + waiting;
}

bool eft__bytes_append(eft__bytes *bytes, const void *data, size_t length)
{
    uint8_t *to = length ? eft__bytes_reserve(bytes, length) : NULL;

    if (to) {
        memcpy(to, data, length);
        eft__bytes_added(bytes, length);
    }
    return to || !length;
}

void eft__bytes_consume(eft__bytes *bytes, size_t length)
{
    assert(length <= eft__bytes_length(bytes));
    bytes->begin += length;
    if (bytes->begin == bytes->end)
        bytes->begin = bytes->end = 0;
}

void eft__bytes_fini(eft__bytes *bytes)
{
    eft__free(bytes->block);
    *bytes = (eft__bytes){NULL, 0, 0, 0};
}
