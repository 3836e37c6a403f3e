/* SPDX-License-Identifier: MIT
 * Bytes that grow at their end. */
#define _POSIX_C_SOURCE 200809L
#include <string.h>

#include "http.h"
#include "sdk/core/memory.h"

enum { FIRST_CAPACITY = 512 };

char *eft__http_buffer_room(eft__http_buffer *buffer, size_t more)
{
    size_t needed = buffer->length + more, capacity = buffer->capacity;
    char *data;

    if (needed < more)
        return NULL;
    if (needed <= capacity)
        return buffer->data + buffer->length;
    capacity = capacity > SIZE_MAX / 2 ? needed : 2 * capacity;
    if (capacity < FIRST_CAPACITY)
        capacity = FIRST_CAPACITY;
    if (capacity < needed)
        capacity = needed;
    data = eft__reserve_more(buffer->data, capacity);
    if (!data)
        return NULL;
    buffer->data = data;
    buffer->capacity = capacity;
    return data + buffer->length;
}

bool eft__http_buffer_add(eft__http_buffer *buffer, const void *data,
                          size_t length)
{
    char *to = eft__http_buffer_room(buffer, length);

    if (!to)
        return false;
    memcpy(to, data, length);
    buffer->length += length;
    return true;
}

void eft__http_buffer_fini(eft__http_buffer *buffer)
{
    eft__release(buffer->data);
    *buffer = (eft__http_buffer){0};
}
