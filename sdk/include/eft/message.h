/* SPDX-License-Identifier: MIT
 * A message, as received: of a WebSocket, or the body of an HTTP response. */
#ifndef EFT_MESSAGE_H
#define EFT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The values are RFC 6455's opcodes (section 5.2). */
typedef enum eft_message_type {
    EFT_MESSAGE_TEXT = 1,
    EFT_MESSAGE_BINARY = 2
} eft_message_type;

/* One message. Text is valid UTF-8; either may contain NUL bytes, and one more
 * NUL, not counted in length, always follows the last byte. */
typedef struct eft_message {
    eft_message_type type; /* text or binary */
    bool first;            /* it begins here: false in a later fragment only */
    bool last;             /* it ends here: false in a fragment with more to
                              follow */
    size_t length;         /* bytes in data, without the NUL behind them */
    uint8_t *data;         /* lives and dies with the message */
} eft_message;

/* eft_message_free frees a message that its holder did not give away.
 *
 * Owns:    takes message; NULL is allowed.  A message inside an eft_result is
 *          freed by eft_result_free() too: do one of the two. */
void eft_message_free(eft_message *message);

#ifdef __cplusplus
}
#endif
#endif
