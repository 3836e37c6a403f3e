/* SPDX-License-Identifier: MIT
 * Of the bench's server: the handshake, and frames into their echoes. */
#define _GNU_SOURCE /* memmem, strcasestr */
#include "server_frames.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

enum { OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

/* RFC 6455 section 4.2.2. */
int answer_request(const char *request, size_t length, char *answer)
{
    static const char name[] = "\r\nsec-websocket-key:";
    unsigned char digest[SHA_DIGEST_LENGTH], accept[64];
    char text[128];
    const char *key;

    if (length < 4 || !memmem(request, length, "\r\n\r\n", 4))
        return 0;
    key = strcasestr(request, name);
    if (!key)
        return -1;
    key += sizeof name - 1;
    key += strspn(key, " ");
    int size = snprintf(text, sizeof text, "%.24s%s", key,
                        "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    SHA1((unsigned char *)text, (size_t)size, digest);
    EVP_EncodeBlock(accept, digest, sizeof digest);
    return sprintf(answer,
                   "HTTP/1.1 101 Switching Protocols\r\n"
                   "Upgrade: websocket\r\n"
                   "Connection: Upgrade\r\n"
                   "Sec-WebSocket-Accept: %s\r\n\r\n",
                   accept);
}

static void unmask(uint8_t *restrict to, const uint8_t *restrict from,
                   size_t length, uint8_t *mask)
{
    uint8_t turned[4];
    uint64_t key;
    size_t i = 0;

    memcpy(&key, mask, 4);
    memcpy((char *)&key + 4, mask, 4);
    for (; i + 8 <= length; i += 8) {
        uint64_t word;

        memcpy(&word, from + i, 8);
        word ^= key;
        memcpy(to + i, &word, 8);
    }
    for (; i < length; i++)
        to[i] = from[i] ^ mask[i & 3];
    for (i = 0; i < 4; i++)
        turned[i] = mask[(length + i) & 3];
    memcpy(mask, turned, 4);
}

static size_t head_size(const uint8_t *head)
{
    unsigned length = head[1] & 0x7F;

    return 6 + (length == 127 ? 8 : length == 126 ? 2 : 0);
}

/* Writes the header of the echo; returns its length. */
static size_t begin(frame *state, uint8_t *to)
{
    size_t size = head_size(state->head);
    unsigned opcode = state->head[0] & 0x0F;

    state->left = state->head[1] & 0x7F;
    if (size > 6) {
        state->left = 0;
        for (size_t i = 2; i < size - 4; i++)
            state->left = state->left << 8 | state->head[i];
    }
    memcpy(state->mask, state->head + size - 4, 4);
    memcpy(to, state->head, size - 4);
    to[1] &= 0x7F;
    if (opcode == OP_PING)
        to[0] = 0x80 | OP_PONG;
    state->close = opcode == OP_CLOSE;
    state->head_length = 0;
    return size - 4;
}

static bool gather_head(frame *state, const uint8_t **from, size_t *length)
{
    while (*length) {
        state->head[state->head_length++] = *(*from)++;
        --*length;
        if (state->head_length >= 2 &&
            state->head_length == head_size(state->head))
            return true;
    }
    return false;
}

size_t echo(frame *state, const uint8_t *from, size_t length, uint8_t *to)
{
    uint8_t *start = to;

    while (length && !state->over) {
        size_t size;

        if (!state->left) {
            if (!gather_head(state, &from, &length))
                break;
            to += begin(state, to);
        }
        size = length < state->left ? length : (size_t)state->left;
        unmask(to, from, size, state->mask);
        to += size;
        from += size;
        length -= size;
        state->left -= size;
        state->over = state->close && !state->left;
    }
    return (size_t)(to - start);
}
