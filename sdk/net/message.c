/* SPDX-License-Identifier: MIT
 * Whole messages: the struct and its bytes are one block. */
#include "message.h"

#include <string.h>

#include "../core/memory.h"

static uint8_t *bytes_of(eft_message *message)
{
    return (uint8_t *)((eft__message *)message + 1);
}

eft_message *eft__message_new(eft_message_type type, size_t capacity)
{
    eft_message *message = NULL;

    if (capacity <= SIZE_MAX - sizeof(eft__message) - 1)
        message = eft__alloc(sizeof(eft__message) + capacity + 1);
    if (!message)
        return NULL;
    ((eft__message *)message)->capacity = capacity;
    ((eft__message *)message)->home = NULL;
    message->type = type;
    message->first = message->last = true;
    message->length = 0;
    message->data = bytes_of(message);
    message->data[0] = 0;
    return message;
}

eft_message *eft__message_copy(eft_message_type type, const void *bytes,
                               size_t length)
{
    eft_message *message = eft__message_new(type, length);

    if (!message)
        return NULL;
    memcpy(message->data, bytes, length);
    message->data[length] = 0;
    message->length = length;
    return message;
}

eft_message *eft__message_resize(eft_message *message, size_t capacity)
{
    eft_message *moved = NULL;

    if (capacity <= SIZE_MAX - sizeof(eft__message) - 1)
        moved = eft__resize(message, sizeof(eft__message) + capacity + 1);
    if (!moved)
        return NULL;
    ((eft__message *)moved)->capacity = capacity;
    moved->data = bytes_of(moved);
    return moved;
}

void eft_message_free(eft_message *message)
{
    eft__message_home *home = message ? ((eft__message *)message)->home : NULL;

    if (home)
        home->take_back(home, message);
    else
        eft__free(message);
}
