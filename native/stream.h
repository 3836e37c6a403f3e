/* SPDX-License-Identifier: MIT
 * A duplex stream of bytes on a connected socket, plain or TLS. */
#ifndef EFT_NATIVE_STREAM_H
#define EFT_NATIVE_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

/* A stream knows nothing of what it carries.  It never blocks and never calls
 * back from inside a call: its owner is told that something can be done, does
 * it, and says what it waits for next:
 *
 *     ready(context, events):
 *         length = eft__stream_read(stream, buffer, sizeof buffer);
 *         written = eft__stream_write(stream, data, size);
 *         eft__stream_watch(stream, true, written < size);
 *
 * OPEN --read: EFT__STREAM_END--> at its end --+
 *  | |                                         |
 *  | +--- read or write: EFT__STREAM_BROKEN ---+--close--> (freed by libuv)
 *  +-------------------------------------------+ */
typedef struct eft__stream eft__stream;

/* What a call came to when it did not move bytes. */
enum {
    EFT__STREAM_WAIT = 0,   /* nothing now: watch, and try when it is ready */
    EFT__STREAM_END = -1,   /* the peer sends no more, and all was read */
    EFT__STREAM_BROKEN = -2 /* eft__stream_fault says why */
};

/* What a stream has become ready for. */
enum {
    EFT__STREAM_READABLE = 1, /* while reading is watched */
    EFT__STREAM_WRITABLE = 2, /* while writing is watched */
    EFT__STREAM_HUNG_UP = 4   /* once, while reading is not watched: the peer
                                 has ended or reset the connection; all that it
                                 sent can be read still */
};

/* Called from the loop; may do everything with the stream, closing included. */
typedef void eft__stream_ready(void *context, unsigned events);

/* eft__stream_open makes a stream of a connected socket; watches nothing yet.
 * tls is OpenSSL's SSL in connect or accept state, at any point of its
 * handshake, or NULL.  Its BIOs are replaced: fd is where its bytes go.
 *
 * Owns:    takes fd and tls, also when it fails; gives the stream;
 *          eft__stream_close() ends it.
 * Errors:  NULL: *fault is one of libuv's codes. */
eft__stream *eft__stream_open(uv_loop_t *loop, int fd, void *tls,
                              eft__stream_ready *ready, void *context,
                              int *fault);

/* eft__stream_bind gives the stream to another owner. */
void eft__stream_bind(eft__stream *stream, eft__stream_ready *ready,
                      void *context);

/* eft__stream_handshake goes on with the handshake of TLS: 1 when it is done
 * (and where there is none), EFT__STREAM_WAIT, or a fault.  Reading and writing
 * do the same by themselves; a server asks because of its time limit, and to
 * say what failed. */
int eft__stream_handshake(eft__stream *stream);

/* eft__stream_read reads what there is, at most size bytes.
 *
 * Result: how many bytes (short of size, and not eft__stream_has_more: there
 *         was no more), EFT__STREAM_WAIT, _END or _BROKEN. */
ptrdiff_t eft__stream_read(eft__stream *stream, void *buffer, size_t size);

/* eft__stream_has_more answers whether TLS holds bytes that no event will tell
 * of: read on before waiting. */
bool eft__stream_has_more(const eft__stream *stream);

/* eft__stream_write hands over as much as is taken now.
 *
 * Result: how many bytes, EFT__STREAM_WAIT or _BROKEN; what the peer had sent
 *         before it broke can be read still.  What is left need not be at the
 *         same address in the next call, but has to be the same bytes. */
ptrdiff_t eft__stream_write(eft__stream *stream, const void *data, size_t size);

/* eft__stream_flush writes what TLS holds back of what it took.  True: the
 * system has taken all of it; a broken stream has nothing either. */
bool eft__stream_flush(eft__stream *stream);

/* eft__stream_watch says what ready is to be called for; writing is watched
 * while the system refuses bytes only.  While there is nothing to change it
 * costs nothing: call it as often as convenient. */
void eft__stream_watch(eft__stream *stream, bool read, bool write);

/* eft__stream_finish ends our side: the peer reads an end behind all that was
 * written and flushed (TLS: close_notify before it).  Reading goes on. */
void eft__stream_finish(eft__stream *stream);

/* eft__stream_fault lends why the stream is broken, constant words of TLS or
 * of the system's; NULL: it is not. */
const char *eft__stream_fault(const eft__stream *stream);

/* eft__stream_tls_of lends the SSL, or NULL. */
void *eft__stream_tls_of(const eft__stream *stream);

/* eft__stream_close cuts the connection at once: an end for the peer if all
 * that it sent was read, a reset if not.  TLS says close_notify first unless
 * the stream is broken.  No callback follows.
 *
 * Owns: takes. */
void eft__stream_close(eft__stream *stream);

#endif
