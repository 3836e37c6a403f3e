/* SPDX-License-Identifier: MIT
 * Messages while they are being assembled. */
#ifndef EFT_NET_MESSAGE_H
#define EFT_NET_MESSAGE_H

#include "eft/message.h"

/* Where messages come from whose memory is used again. */
typedef struct eft__message_home {
    void (*take_back)(struct eft__message_home *home, eft_message *message);
} eft__message_home;

/* What an eft_message begins: it can stand in a queue without more memory. The
 * bytes follow. */
typedef struct eft__message {
    eft_message message;
    eft__message_home *home; /* who is given it in the end; NULL: it is freed */
    union {
        size_t capacity; /* while it is read: what data has room for */
        struct eft__message *next; /* later, in the queue of a socket */
    };
} eft__message;

/* A message with room for capacity bytes and its NUL, length 0; or NULL. */
eft_message *eft__message_new(eft_message_type type, size_t capacity);

/* A whole message that holds a copy of length bytes; or NULL. */
eft_message *eft__message_copy(eft_message_type type, const void *bytes,
                               size_t length);

/* eft__message_capacity answers for a message that is in no queue. */
static inline size_t eft__message_capacity(const eft_message *message)
{
    return ((const eft__message *)message)->capacity;
}

/* Makes room for capacity bytes, more or fewer, keeping the first length, in a
 * message that has no home; returns the message (it may have moved), or NULL
 * with the old one untouched.
 */
eft_message *eft__message_resize(eft_message *message, size_t capacity);

#endif
