/* SPDX-License-Identifier: MIT
 * What a stream does with OpenSSL. */
#ifndef EFT_NATIVE_STREAM_TLS_H
#define EFT_NATIVE_STREAM_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "sdk/net/bytes.h"
#include "stream.h"

struct ssl_st;

/* The half of a stream that only TLS needs. */
typedef struct eft__stream_tls {
    struct ssl_st *ssl;   /* OpenSSL's */
    eft__stream *stream;  /* whose */
    eft__bytes held;      /* records that the system has not taken */
    const char *fault;    /* why it is broken, constant, or NULL */
    ptrdiff_t late;       /* an end or a fault that the next read tells, or 0 */
    const uint8_t *ahead; /* during a read: what was received, else NULL */
    size_t ahead_length;  /* bytes of it not used yet */
    bool more;            /* OpenSSL had read ahead before it was ours */
    bool full;            /* the last read got as much as it asked for */
    bool write_waits;     /* writing goes on when something was read */
} eft__stream_tls;

/* eft__stream_tls_new takes ssl, also when it answers NULL: no memory. */
eft__stream_tls *eft__stream_tls_new(eft__stream *stream, void *ssl);

/* eft__stream_tls_free frees both; NULL is allowed. */
void eft__stream_tls_free(eft__stream_tls *tls);

/* eft__stream_tls_drop frees an SSL alone; NULL is allowed. */
void eft__stream_tls_drop(void *ssl);

/* As those of a stream; what they want to send waits in held afterwards. */
ptrdiff_t eft__stream_tls_handshake(eft__stream_tls *tls);
ptrdiff_t eft__stream_tls_read(eft__stream_tls *tls, void *buffer, size_t size);
ptrdiff_t eft__stream_tls_write(eft__stream_tls *tls, const void *data,
                                size_t size);
bool eft__stream_tls_has_more(const eft__stream_tls *tls);

/* eft__stream_tls_say_end puts a close_notify behind what waits. */
void eft__stream_tls_say_end(eft__stream_tls *tls);

static inline bool eft__stream_tls_holds(const eft__stream_tls *tls)
{
    return eft__bytes_length(&tls->held) != 0;
}

/* eft__stream_receive is the stream's, below TLS: what recv() gives. */
ptrdiff_t eft__stream_receive(eft__stream *stream, void *buffer, size_t size);

#endif
