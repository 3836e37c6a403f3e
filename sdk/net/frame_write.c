/* SPDX-License-Identifier: MIT
 * The frame writer. */
#include <string.h>

#include "frame.h"
#include "mask.h"

/* Design notes.
 *
 * A byte of payload is copied once: out of the caller's memory into the output,
 * masked on the way.  A compressed one is written there by zlib, behind a gap
 * for the header, and masked in place. */

enum { FIN = 0x80, RSV1 = 0x40, MASKED = 0x80 };
enum { LENGTH_16 = 126, LENGTH_64 = 127, MASK_SIZE = 4, HEAD_MAX = 14 };

/* How many bytes the length takes behind the second, in its shortest form
 * (section 5.2). */
static unsigned length_size(size_t length)
{
    return length < LENGTH_16 ? 0 : length <= 0xFFFF ? 2 : 8;
}

static size_t head_size(eft__role role, size_t length)
{
    return 2 + length_size(length) + (role == EFT__CLIENT ? MASK_SIZE : 0);
}

/* Returns how many bytes the header took. */
static size_t put_head(uint8_t *to, eft__role role, uint32_t mask,
                       uint8_t first, uint64_t length)
{
    uint8_t masked = role == EFT__CLIENT ? MASKED : 0;
    size_t size = 2;

    to[0] = first;
    if (length < LENGTH_16) {
        to[1] = masked | (uint8_t)length;
    } else {
        unsigned bytes = length_size((size_t)length);

        to[1] = masked | (bytes == 2 ? LENGTH_16 : LENGTH_64);
        for (unsigned i = 0; i < bytes; i++)
            to[size++] = (uint8_t)(length >> 8 * (bytes - 1 - i));
    }
    if (masked) {
        memcpy(to + size, &mask, sizeof mask);
        size += sizeof mask;
    }
    return size;
}

size_t eft__frame_size(eft__role role, size_t length)
{
    return head_size(role, length) + length;
}

bool eft__frame_write(eft__bytes *out, eft__role role, uint32_t mask,
                      eft__opcode opcode, bool fin, const void *payload,
                      size_t length)
{
    uint8_t *to = length <= SIZE_MAX - HEAD_MAX
                      ? eft__bytes_reserve(out, length + HEAD_MAX)
                      : NULL;
    size_t head;

    if (!to)
        return false;
    head =
        put_head(to, role, mask, (uint8_t)(opcode | (fin ? FIN : 0)), length);
    if (role == EFT__CLIENT)
        eft__mask_copy(to + head, payload, length, mask);
    else if (length)
        memcpy(to + head, payload, length);
    eft__bytes_added(out, head + length);
    return true;
}

/* The header's size is known only afterwards.  The gap is right for a payload
 * that is half as long compressed; for another it is moved. */
bool eft__frame_deflate(eft__bytes *out, eft__role role, uint32_t mask,
                        eft__opcode opcode, bool fin, const void *payload,
                        size_t length, eft__deflater *deflater)
{
    size_t before = eft__bytes_length(out), gap = head_size(role, length / 2);
    uint8_t first = (uint8_t)(opcode | (fin ? FIN : 0));
    size_t size, head;
    uint8_t *to;

    if (!eft__bytes_reserve(out, HEAD_MAX))
        return false;
    eft__bytes_added(out, gap);
    if (!eft__deflate(deflater, payload, length, fin, out) ||
        !eft__bytes_reserve(out, HEAD_MAX)) {
        eft__bytes_cut(out, before);
        eft__deflater_forget(deflater);
        return false;
    }
    size = eft__bytes_length(out) - before - gap;
    head = head_size(role, size);
    to = out->block + out->begin + before;
    if (head != gap)
        memmove(to + head, to + gap, size);
    /* Section 6 of RFC 7692: the first frame's bit is the whole message's. */
    if (opcode != EFT__OP_CONTINUATION)
        first |= RSV1;
    put_head(to, role, mask, first, size);
    if (role == EFT__CLIENT)
        eft__mask_copy(to + head, to + head, size, mask);
    eft__bytes_cut(out, before + head + size);
    return true;
}
