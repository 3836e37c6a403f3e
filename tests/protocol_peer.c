/* SPDX-License-Identifier: MIT
 * The other end of a connection under test, and its transport. */
#include "protocol_peer.h"

#include <string.h>

#include "suite.h"

void fill_with_zeros(void *bytes, size_t length)
{
    memset(bytes, 0, length);
}

void start(eft__protocol *protocol, eft__role role)
{
    static eft__mask_pool zeros = {.fill = fill_with_zeros};

    eft__protocol_settings settings = {
        .role = role, .max_message = LIMIT, .masks = &zeros};

    eft__protocol_init(protocol, &settings);
}

void fill_with_a_count(void *bytes, size_t length)
{
    static uint8_t next;
    uint8_t *at = bytes;

    for (size_t i = 0; i < length; i++)
        at[i] = next++;
}

int feed(eft__protocol *protocol, const char *stream, size_t length,
         unsigned *messages)
{
    const uint8_t *data = (const uint8_t *)stream;
    eft__event event;
    int last = -1;

    while (eft__protocol_next(protocol, &data, &length, &event)) {
        last = (int)event.type;
        if (event.type == EFT__EVENT_MESSAGE)
            eft_message_free(event.message);
        if (event.type == EFT__EVENT_MESSAGE && messages)
            ++*messages;
    }
    CU_ASSERT_EQUAL(length, 0);
    return last;
}

bool writes(eft__protocol *protocol, const char *bytes, size_t length)
{
    size_t waiting;
    const uint8_t *output = eft__protocol_output(protocol, &waiting);
    bool same =
        waiting == length && (!length || !memcmp(output, bytes, length));

    eft__protocol_written(protocol, waiting);
    return same;
}

size_t waiting(const eft__protocol *protocol)
{
    size_t length;

    eft__protocol_output(protocol, &length);
    return length;
}

eft__deflate_agreed turned(const eft__deflate_agreed *agreed)
{
    eft__deflate_agreed other = *agreed;

    other.send_takeover = agreed->receive_takeover;
    other.send_bits = agreed->receive_bits;
    other.receive_takeover = agreed->send_takeover;
    other.receive_bits = agreed->send_bits;
    return other;
}

bool ended_with(const eft__protocol *protocol, uint16_t code, int32_t error,
                bool clean)
{
    const eft__closing *closing = eft__protocol_closing(protocol);

    return closing->code == code && closing->error == error &&
           closing->clean == clean && closing->detail;
}
