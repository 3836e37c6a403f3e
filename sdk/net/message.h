/* SPDX-License-Identifier: MIT
 * Messages while they are being assembled. */
#ifndef EFT_NET_MESSAGE_H
#define EFT_NET_MESSAGE_H

#include "eft/message.h"

/* What an eft_message begins: it can stand in a queue without more memory. The
 * bytes follow. */
typedef struct eft__message {
    eft_message message;
    struct eft__message *next; /* in the queue of a socket */
} eft__message;

/* A message with room for capacity bytes and its NUL, length 0; or NULL. */
eft_message *eft__message_new(eft_message_type type, size_t capacity);

/* Makes room for capacity bytes, keeping the first length; returns the message
 * (it may have moved), or NULL with the old one untouched. */
eft_message *eft__message_resize(eft_message *message, size_t capacity);

#endif
