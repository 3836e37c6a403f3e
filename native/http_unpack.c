/* SPDX-License-Identifier: MIT
 * Bodies that were compressed: gzip and deflate by zlib, br by Brotli. */
#include "http_unpack.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <zlib.h>
#ifdef EFT_HAVE_BROTLI
#include <brotli/decode.h>
#endif

#include "sdk/core/memory.h"

/* Design notes.  libcurl could do this, but it inflates whatever it has read
 * before it looks whether anybody wants more: 16 KiB of a bomb are 16 MiB in
 * its memory, and some bombs more than it can take. */

struct eft__unpack {
    eft__unpack_kind kind;
    bool began;   /* there was a byte of input */
    bool between; /* a member has ended, and the input with it */
    bool ended;   /* there was the end */
    z_stream zlib;
#ifdef EFT_HAVE_BROTLI
    BrotliDecoderState *brotli;
#endif
};

#ifdef EFT_HAVE_BROTLI
const char eft__unpack_accepts[] = "gzip, deflate, br";
#else
const char eft__unpack_accepts[] = "gzip, deflate";
#endif

static bool is(const char *value, size_t length, const char *name)
{
    return length == strlen(name) && strncasecmp(value, name, length) == 0;
}

eft__unpack_kind eft__unpack_find(const char *value, size_t length)
{
    if (is(value, length, "gzip") || is(value, length, "x-gzip"))
        return EFT__UNPACK_GZIP;
    if (is(value, length, "deflate"))
        return EFT__UNPACK_DEFLATE;
#ifdef EFT_HAVE_BROTLI
    if (is(value, length, "br"))
        return EFT__UNPACK_BROTLI;
#endif
    return EFT__UNPACK_NONE;
}

/* zlib's and Brotli's memory is the library's own. */

static voidpf zlib_alloc(voidpf context, uInt count, uInt size)
{
    (void)context;
    return eft__reserve((size_t)count * size);
}

static void zlib_free(voidpf context, voidpf memory)
{
    (void)context;
    eft__release(memory);
}

#ifdef EFT_HAVE_BROTLI
static void *brotli_alloc(void *context, size_t size)
{
    (void)context;
    return eft__reserve(size);
}

static void brotli_free(void *context, void *memory)
{
    (void)context;
    if (memory)
        eft__release(memory);
}
#endif

static bool start(eft__unpack *body)
{
    enum { ZLIB_HEADER = MAX_WBITS, GZIP_HEADER = MAX_WBITS + 16 };
    z_stream *zlib = &body->zlib;

#ifdef EFT_HAVE_BROTLI
    if (body->kind == EFT__UNPACK_BROTLI) {
        body->brotli =
            BrotliDecoderCreateInstance(brotli_alloc, brotli_free, NULL);
        return body->brotli != NULL;
    }
#endif
    zlib->zalloc = zlib_alloc;
    zlib->zfree = zlib_free;
    return inflateInit2(zlib, body->kind == EFT__UNPACK_GZIP
                                  ? GZIP_HEADER
                                  : ZLIB_HEADER) == Z_OK;
}

eft__unpack *eft__unpack_new(eft__unpack_kind kind)
{
    eft__unpack *body = eft__reserve(sizeof *body);

    if (!body)
        return NULL;
    *body = (eft__unpack){.kind = kind};
    if (start(body))
        return body;
    eft__release(body);
    return NULL;
}

void eft__unpack_free(eft__unpack *body)
{
    if (!body)
        return;
#ifdef EFT_HAVE_BROTLI
    if (body->brotli)
        BrotliDecoderDestroyInstance(body->brotli);
    else
#endif
        inflateEnd(&body->zlib);
    eft__release(body);
}

/* RFC 1950 section 2.2.  Some send raw deflate by that name (RFC 9110 section
 * 8.4.1.2): the first byte tells, which of raw deflate is never such. */
static void look_at_header(eft__unpack *body, const char *input)
{
    uint8_t first = (uint8_t)*input;
    bool is_zlib = (first & 15) == Z_DEFLATED && first >> 4 <= 7;

    if (body->kind == EFT__UNPACK_DEFLATE && !is_zlib)
        (void)inflateReset2(&body->zlib, -MAX_WBITS);
}

/* A gzip file may have several members (RFC 1952 section 2.2); what follows the
 * last is passed over, as browsers do. */
static bool begin_member(eft__unpack *body)
{
    z_stream *zlib = &body->zlib;

    body->between = body->kind == EFT__UNPACK_GZIP && !zlib->avail_in;
    body->ended = !body->between &&
                  (body->kind != EFT__UNPACK_GZIP || *zlib->next_in != 0x1f ||
                   inflateReset(zlib) != Z_OK);
    return !body->between && !body->ended;
}

static eft__unpack_status read_zlib(eft__unpack *body)
{
    z_stream *zlib = &body->zlib;
    int status = Z_STREAM_END;

    if (!body->between || begin_member(body))
        do
            status = inflate(zlib, Z_NO_FLUSH);
        while (status == Z_STREAM_END && begin_member(body) && zlib->avail_out);
    if (body->ended)
        return EFT__UNPACK_END;
    switch (status) {
    case Z_OK:
    case Z_STREAM_END:
    case Z_BUF_ERROR:
        return EFT__UNPACK_MORE;
    case Z_MEM_ERROR:
        return EFT__UNPACK_MEMORY;
    default:
        return EFT__UNPACK_BROKEN;
    }
}

#ifdef EFT_HAVE_BROTLI
static eft__unpack_status read_brotli(eft__unpack *body)
{
    z_stream *zlib = &body->zlib;
    const uint8_t *input = zlib->next_in;
    uint8_t *output = zlib->next_out;
    size_t length = zlib->avail_in, room = zlib->avail_out;
    BrotliDecoderResult result = BrotliDecoderDecompressStream(
        body->brotli, &length, &input, &room, &output, NULL);

    zlib->avail_in = (uInt)length;
    zlib->avail_out = (uInt)room;
    if (result == BROTLI_DECODER_RESULT_ERROR)
        return EFT__UNPACK_BROKEN;
    if (result != BROTLI_DECODER_RESULT_SUCCESS)
        return EFT__UNPACK_MORE;
    body->ended = true;
    return EFT__UNPACK_END;
}
#endif

static uInt bounded(size_t length)
{
    return length < UINT_MAX ? (uInt)length : UINT_MAX;
}

eft__unpack_status eft__unpack_read(eft__unpack *body, const char **input,
                                    size_t *length, void *to, size_t *room)
{
    z_stream *zlib = &body->zlib;
    uInt given = bounded(*length), offered = bounded(*room);
    eft__unpack_status status;

    if (body->ended) {
        *length = *room = 0;
        return EFT__UNPACK_END;
    }
    if (!body->began && given) {
        body->began = true;
        look_at_header(body, *input);
    }
    zlib->next_in = (Bytef *)(uintptr_t)*input;
    zlib->avail_in = given;
    zlib->next_out = to;
    zlib->avail_out = offered;
#ifdef EFT_HAVE_BROTLI
    if (body->brotli)
        status = read_brotli(body);
    else
#endif
        status = read_zlib(body);
    *input += given - zlib->avail_in;
    *length -= given - zlib->avail_in;
    *room = offered - zlib->avail_out;
    return status;
}

bool eft__unpack_is_complete(const eft__unpack *body)
{
    return body->ended || body->between || !body->began;
}
