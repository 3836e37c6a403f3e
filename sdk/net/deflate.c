/* SPDX-License-Identifier: MIT
 * What zlib does for permessage-deflate. */
#include "deflate.h"

#include <assert.h>

#define ZLIB_CONST
#include <zlib.h>

#include "../core/memory.h"

enum {
    CHUNK_MAX = 1 << 30, /* zlib counts in unsigned int */
    MEMORY_LEVEL = 8,    /* zlib's own default */
    LEAST_BITS = 9       /* a smaller window only costs it time */
};

struct eft__deflater {
    z_stream stream;
};

struct eft__inflater {
    z_stream stream;
    bool ended; /* the last thing read was the end of a final block */
};

const uint8_t eft__inflate_tail[4] = {0, 0, 0xFF, 0xFF};

static void *take(void *context, unsigned count, unsigned size)
{
    (void)context;
    return eft__alloc((size_t)count * size);
}

static void give(void *context, void *memory)
{
    (void)context;
    eft__free(memory);
}

static unsigned chunk_of(size_t length)
{
    return length < CHUNK_MAX ? (unsigned)length : CHUNK_MAX;
}

/* Compressing */

eft__deflater *eft__deflater_new(unsigned bits, int level)
{
    eft__deflater *deflater = eft__alloc_zero(sizeof *deflater);

    assert(bits >= LEAST_BITS && bits <= MAX_WBITS);
    if (!deflater)
        return NULL;
    deflater->stream.zalloc = take;
    deflater->stream.zfree = give;
    if (deflateInit2(&deflater->stream, level, Z_DEFLATED, -(int)bits,
                     MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK)
        return deflater;
    eft__free(deflater);
    return NULL;
}

void eft__deflater_free(eft__deflater *deflater)
{
    if (!deflater)
        return;
    deflateEnd(&deflater->stream);
    eft__free(deflater);
}

void eft__deflater_forget(eft__deflater *deflater)
{
    deflateReset(&deflater->stream);
}

/* Fills all the room that out has left, or that it gets. */
static bool deflate_some(z_stream *stream, int flush, eft__bytes *out)
{
    uint8_t *room = eft__bytes_reserve(out, stream->avail_in / 2 + 64);
    unsigned size;

    if (!room)
        return false;
    size = chunk_of(out->capacity - out->end);
    stream->next_out = room;
    stream->avail_out = size;
    deflate(stream, flush);
    eft__bytes_added(out, size - stream->avail_out);
    return true;
}

/* Section 7.2.1.  zlib has nothing to say of no bytes: an empty message, and
 * the empty end of one, is what is left of an empty block (7.2.3.6). */
bool eft__deflate(eft__deflater *deflater, const void *data, size_t length,
                  bool last, eft__bytes *out)
{
    z_stream *stream = &deflater->stream;
    size_t before = eft__bytes_length(out);
    const uint8_t *at = data;

    if (!length)
        return !last || eft__bytes_append(out, eft__inflate_tail, 1);
    while (length) {
        unsigned chunk = chunk_of(length);

        stream->next_in = at;
        stream->avail_in = chunk;
        at += chunk;
        length -= chunk;
        do {
            if (!deflate_some(stream, length ? Z_NO_FLUSH : Z_SYNC_FLUSH,
                              out)) {
                eft__bytes_cut(out, before);
                eft__deflater_forget(deflater);
                return false;
            }
        } while (!stream->avail_out);
    }
    if (last)
        eft__bytes_cut(out, eft__bytes_length(out) - sizeof eft__inflate_tail);
    return true;
}

/* Inflating */

eft__inflater *eft__inflater_new(unsigned bits)
{
    eft__inflater *inflater = eft__alloc_zero(sizeof *inflater);

    assert(bits <= MAX_WBITS);
    if (!inflater)
        return NULL;
    inflater->stream.zalloc = take;
    inflater->stream.zfree = give;
    if (inflateInit2(&inflater->stream,
                     bits > LEAST_BITS ? -(int)bits : -LEAST_BITS) == Z_OK)
        return inflater;
    eft__free(inflater);
    return NULL;
}

void eft__inflater_free(eft__inflater *inflater)
{
    if (!inflater)
        return;
    inflateEnd(&inflater->stream);
    eft__free(inflater);
}

void eft__inflater_forget(eft__inflater *inflater)
{
    inflateReset(&inflater->stream);
}

/* One chunk.  Behind a final block comes another, in the same window (sections
 * 7.2.3.4 and 7.2.3.5). */
static int inflate_chunk(eft__inflater *inflater)
{
    z_stream *stream = &inflater->stream;
    int code;

    do {
        code = inflate(stream, Z_SYNC_FLUSH);
        inflater->ended = code == Z_STREAM_END;
        if (inflater->ended)
            inflateResetKeep(stream);
    } while (inflater->ended && stream->avail_in);
    return code;
}

eft__inflated eft__inflate(eft__inflater *inflater, const uint8_t **data,
                           size_t *length, uint8_t *room, size_t size,
                           size_t *made)
{
    z_stream *stream = &inflater->stream;
    int code;

    *made = 0;
    do {
        unsigned chunk = chunk_of(*length), space = chunk_of(size - *made);

        stream->next_in = *data;
        stream->avail_in = chunk;
        stream->next_out = room + *made;
        stream->avail_out = space;
        code = inflate_chunk(inflater);
        *data += chunk - stream->avail_in;
        *length -= chunk - stream->avail_in;
        *made += space - stream->avail_out;
        if (code == Z_MEM_ERROR)
            return EFT__INFLATED_NO_MEMORY;
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
            return EFT__INFLATED_BAD;
    } while (*length && *made < size);
    return *made < size ? EFT__INFLATED_ALL : EFT__INFLATED_FULL;
}

/* zlib tells by data_type whether it stands behind a block, 128, and how many
 * bits of the last byte it has not used. */
bool eft__inflater_at_end(const eft__inflater *inflater)
{
    return inflater->ended || inflater->stream.data_type == 128;
}
