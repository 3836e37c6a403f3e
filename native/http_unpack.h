/* SPDX-License-Identifier: MIT
 * Bodies that were compressed, read in pieces. */
#ifndef EFT_NATIVE_HTTP_UNPACK_H
#define EFT_NATIVE_HTTP_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

/* How a body is compressed (RFC 9110 section 8.4.1). */
typedef enum eft__unpack_kind {
    EFT__UNPACK_NONE,
    EFT__UNPACK_GZIP,
    EFT__UNPACK_DEFLATE, /* with zlib's header, or, as some send, without */
    EFT__UNPACK_BROTLI
} eft__unpack_kind;

/* What can be read, as Accept-Encoding says it. */
extern const char eft__unpack_accepts[];

/* eft__unpack_find answers which of these the value of a Content-Encoding
 * names; NONE, also for what is not known. */
eft__unpack_kind eft__unpack_find(const char *value, size_t length);

typedef struct eft__unpack eft__unpack;

/* eft__unpack_new begins a body; NULL: memory ran out. */
eft__unpack *eft__unpack_new(eft__unpack_kind kind);
void eft__unpack_free(eft__unpack *body); /* NULL is allowed */

/* How far it has come. */
typedef enum eft__unpack_status {
    EFT__UNPACK_MORE,   /* input is used up, or the output is full */
    EFT__UNPACK_END,    /* the body is complete */
    EFT__UNPACK_BROKEN, /* it is none */
    EFT__UNPACK_MEMORY  /* there is none */
} eft__unpack_status;

/* eft__unpack_read reads from *input, which moves on, and fills *room bytes
 * at to; *room is then how many. */
eft__unpack_status eft__unpack_read(eft__unpack *body, const char **input,
                                    size_t *length, void *to, size_t *room);

/* eft__unpack_is_complete answers whether nothing is missing. */
bool eft__unpack_is_complete(const eft__unpack *body);

#endif
