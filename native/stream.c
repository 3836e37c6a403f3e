/* SPDX-License-Identifier: MIT
 * A duplex stream of bytes on a connected socket, plain or TLS. */
#define _POSIX_C_SOURCE 200809L
#define _DARWIN_C_SOURCE /* SO_NOSIGPIPE */
#include "stream.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sdk/core/memory.h"
#include "stream_tls.h"

/* Design notes.
 *
 * The socket is nonblocking, and libuv watches it by level: what was not read
 * is told again, and nothing has to be armed anew after an event.  To change
 * what is watched costs two system calls (libuv 1.44 takes the file out of
 * epoll and puts it in again), so it is changed only where something would be
 * told again and again that nobody wants to hear.
 *
 * While its owner does not read, only the end of the connection is watched:
 * what the peer had sent before waits in the system, which bounds it.
 *
 * On Windows uv_poll_init_socket() watches sockets as well; recv(), send(),
 * shutdown() and close() would be Winsock's, and WSAGetLastError() their
 * errno. */

#ifdef MSG_NOSIGNAL
enum { SEND_FLAGS = MSG_NOSIGNAL };
#else
enum { SEND_FLAGS = 0 }; /* SO_NOSIGPIPE instead */
#endif

struct eft__stream {
    uv_poll_t watcher;        /* first; libuv's until it is closed */
    eft__stream_tls *tls;     /* NULL: plain */
    eft__stream_ready *ready; /* whom to tell */
    void *context;            /* and what with it */
    const char *fault;        /* why it is broken, or NULL */
    int fd;                   /* the socket */
    uint8_t watched;          /* what libuv was told to watch */
    bool reads;               /* the owner waits to read */
    bool writes;              /* and to write */
    bool at_end;              /* the peer's end was read */
    bool hung_up;             /* HUNG_UP was told */
    bool finishes;            /* our end follows what waits */
};

/* What both kinds do with the system */

static ptrdiff_t break_with(eft__stream *stream, int error)
{
    if (!stream->fault)
        stream->fault = uv_strerror(uv_translate_sys_error(error));
    return EFT__STREAM_BROKEN;
}

static bool would_block(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK;
}

ptrdiff_t eft__stream_receive(eft__stream *stream, void *buffer, size_t size)
{
    ssize_t length;

    do
        length = recv(stream->fd, buffer, size, 0);
    while (length < 0 && errno == EINTR);
    if (length > 0)
        return length;
    if (length == 0)
        return EFT__STREAM_END;
    return would_block(errno) ? EFT__STREAM_WAIT : break_with(stream, errno);
}

static ptrdiff_t transmit(eft__stream *stream, const void *data, size_t size)
{
    ssize_t length;

    do
        length = send(stream->fd, data, size, SEND_FLAGS);
    while (length < 0 && errno == EINTR);
    if (length >= 0)
        return length;
    return would_block(errno) ? EFT__STREAM_WAIT : break_with(stream, errno);
}

/* Watching */

static void on_poll(uv_poll_t *watcher, int status, int events);

static int wanted(const eft__stream *stream)
{
    bool writes =
        stream->writes || (stream->tls && eft__stream_tls_holds(stream->tls));
    int events = 0;

    if (!stream->at_end && !stream->fault) {
        if (stream->reads)
            events |= UV_READABLE;
        else if (!stream->hung_up)
            events |= UV_DISCONNECT;
    }
    if (writes && !stream->fault)
        events |=
            stream->tls && stream->tls->write_waits ? UV_READABLE : UV_WRITABLE;
    return events;
}

static void update(eft__stream *stream)
{
    int events = wanted(stream);

    if (events == stream->watched)
        return;
    if (events)
        uv_poll_start(&stream->watcher, events, on_poll);
    else
        uv_poll_stop(&stream->watcher);
    stream->watched = (uint8_t)events;
}

void eft__stream_watch(eft__stream *stream, bool read, bool write)
{
    stream->reads = read;
    stream->writes = write;
    update(stream);
}

/* What the owner hears of an event. */
static unsigned translate(eft__stream *stream, int events)
{
    unsigned told = 0;

    if (stream->tls && stream->tls->write_waits && events & UV_READABLE) {
        stream->tls->write_waits = false;
        events |= UV_WRITABLE;
    }
    if (events & UV_READABLE && stream->reads)
        told |= EFT__STREAM_READABLE;
    if (events & UV_WRITABLE && eft__stream_flush(stream) && stream->writes)
        told |= EFT__STREAM_WRITABLE;
    if (events & UV_DISCONNECT && !stream->reads && !stream->hung_up) {
        stream->hung_up = true;
        told |= EFT__STREAM_HUNG_UP;
    }
    return told;
}

/* An error of the socket's arrives as a status, and stops the watcher: who
 * reads or writes will meet it. */
static void on_poll(uv_poll_t *watcher, int status, int events)
{
    eft__stream *stream = (eft__stream *)watcher;
    unsigned told;

    if (status < 0) {
        stream->watched = 0;
        events = UV_READABLE | UV_WRITABLE | UV_DISCONNECT;
    }
    told = translate(stream, events);
    update(stream);
    if (told)
        stream->ready(stream->context, told);
}

/* Reading and writing */

static ptrdiff_t tls_result(eft__stream *stream, ptrdiff_t result)
{
    (void)eft__stream_flush(stream);
    if (result == EFT__STREAM_BROKEN && !stream->fault)
        stream->fault = stream->tls->fault;
    return result;
}

int eft__stream_handshake(eft__stream *stream)
{
    if (!stream->tls)
        return 1;
    return (int)tls_result(stream, eft__stream_tls_handshake(stream->tls));
}

ptrdiff_t eft__stream_read(eft__stream *stream, void *buffer, size_t size)
{
    ptrdiff_t length =
        stream->tls ? tls_result(stream, eft__stream_tls_read(stream->tls,
                                                              buffer, size))
                    : eft__stream_receive(stream, buffer, size);

    if (length == EFT__STREAM_END)
        stream->at_end = true;
    return length;
}

bool eft__stream_has_more(const eft__stream *stream)
{
    return stream->tls && eft__stream_tls_has_more(stream->tls);
}

static ptrdiff_t write_tls(eft__stream *stream, const char *data, size_t size)
{
    size_t done = 0;

    while (done < size && eft__stream_flush(stream) && !stream->fault) {
        ptrdiff_t length =
            eft__stream_tls_write(stream->tls, data + done, size - done);

        if (length <= 0)
            return tls_result(stream, done ? (ptrdiff_t)done : length);
        done += (size_t)length;
    }
    (void)eft__stream_flush(stream);
    return stream->fault ? EFT__STREAM_BROKEN : (ptrdiff_t)done;
}

ptrdiff_t eft__stream_write(eft__stream *stream, const void *data, size_t size)
{
    if (stream->fault)
        return EFT__STREAM_BROKEN;
    if (stream->tls)
        return write_tls(stream, data, size);
    return size ? transmit(stream, data, size) : 0;
}

bool eft__stream_flush(eft__stream *stream)
{
    eft__bytes *held = stream->tls ? &stream->tls->held : NULL;

    while (held && eft__bytes_length(held)) {
        ptrdiff_t length = stream->fault
                               ? EFT__STREAM_BROKEN
                               : transmit(stream, eft__bytes_data(held),
                                          eft__bytes_length(held));

        if (length == EFT__STREAM_WAIT)
            return false;
        if (length < 0)
            eft__bytes_fini(held);
        else
            eft__bytes_consume(held, (size_t)length);
    }
    if (held)
        eft__bytes_fini(held);
    if (stream->finishes) {
        stream->finishes = false;
        (void)shutdown(stream->fd, SHUT_WR);
    }
    return true;
}

void eft__stream_finish(eft__stream *stream)
{
    if (stream->fault)
        return;
    if (stream->tls)
        eft__stream_tls_say_end(stream->tls);
    stream->finishes = true;
    (void)eft__stream_flush(stream);
    update(stream);
}

const char *eft__stream_fault(const eft__stream *stream)
{
    return stream->fault;
}

void *eft__stream_tls_of(const eft__stream *stream)
{
    return stream->tls ? stream->tls->ssl : NULL;
}

/* Opening and closing */

static int attach(eft__stream *stream, uv_loop_t *loop, void *tls)
{
    int status;

    if (tls) {
        stream->tls = eft__stream_tls_new(stream, tls);
        if (!stream->tls)
            return UV_ENOMEM;
    }
#ifdef SO_NOSIGPIPE
    (void)setsockopt(stream->fd, SOL_SOCKET, SO_NOSIGPIPE, &(int){1},
                     sizeof(int));
#endif
    status = uv_poll_init_socket(loop, &stream->watcher, stream->fd);
    if (status != 0)
        eft__stream_tls_free(stream->tls);
    return status;
}

eft__stream *eft__stream_open(uv_loop_t *loop, int fd, void *tls,
                              eft__stream_ready *ready, void *context,
                              int *fault)
{
    eft__stream *stream = eft__reserve(sizeof *stream);

    *fault = UV_ENOMEM;
    if (stream) {
        *stream = (eft__stream){.fd = fd, .ready = ready, .context = context};
        *fault = attach(stream, loop, tls);
    } else {
        eft__stream_tls_drop(tls);
    }
    if (*fault == 0)
        return stream;
    eft__release(stream);
    close(fd);
    return NULL;
}

void eft__stream_bind(eft__stream *stream, eft__stream_ready *ready,
                      void *context)
{
    stream->ready = ready;
    stream->context = context;
}

static void on_closed(uv_handle_t *watcher)
{
    eft__release(watcher);
}

void eft__stream_close(eft__stream *stream)
{
    if (stream->tls && !stream->fault) {
        eft__stream_tls_say_end(stream->tls);
        (void)eft__stream_flush(stream);
    }
    eft__stream_tls_free(stream->tls);
    stream->tls = NULL;
    uv_close((uv_handle_t *)&stream->watcher, on_closed);
    close(stream->fd);
}
