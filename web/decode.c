/* SPDX-License-Identifier: MIT
 * Charsets, by TextDecoder. */
#include <emscripten/emscripten.h>

#include "eft/error.h"
#include "sdk/net/message.h"
#include "targets/world.h"

/* What came of it: EftDecode in web/decode.js is the same list. */
enum outcome {
    DECODED,
    DECODE_UNKNOWN,   /* the host does not know the charset */
    DECODE_MALFORMED, /* these bytes are none of its */
    DECODE_NO_MEMORY
};

/* The text that JavaScript is writing, within one call. */
static eft_message *decoded;

/* Implemented in web/decode.js. */
enum outcome eft_web_decode(const char *charset, const void *data,
                            size_t length);

/* Called by it: room for the text; NULL where memory is short. */
void *eft_web_decode_room(size_t length);

EMSCRIPTEN_KEEPALIVE void *eft_web_decode_room(size_t length)
{
    decoded = eft__message_new(EFT_MESSAGE_TEXT, length);
    if (!decoded)
        return NULL;
    decoded->length = length;
    decoded->data[length] = 0;
    return decoded->data;
}

int32_t eft_target_decode(const char *charset, const void *data, size_t length,
                          eft_message **text)
{
    switch (eft_web_decode(charset, data, length)) {
    case DECODED:
        *text = decoded;
        return 0;
    case DECODE_NO_MEMORY:
        return EFT_ENOMEM;
    default:
        return EFT_ECHARSET;
    }
}
