/* SPDX-License-Identifier: MIT
 * Open sockets: what is read, written, and how they end. */
#define _POSIX_C_SOURCE 200809L
#include "ws.h"

#include <stdio.h>

#include "eft/error.h"
#include "targets/complete.h"

/* Design notes.
 *
 * What arrives is read when libuv says so, and delivered at once, which only
 * queues; what is to be written waits for the step, so that all frames of a
 * turn leave together.
 *
 * To pause is not to read.  libuv is told only when it has something to read
 * that nobody wants: most pauses are over by then.  What was read and cannot be
 * delivered waits in unread.
 *
 * Who ends TCP: the server, when both Closes have passed (RFC 6455 section
 * 7.1.1), and whoever gives a connection up.  It ends its own side only and
 * reads on until the peer's end: a close() with something unread in the system
 * would be a reset, which overtakes our Close.  Nobody has to wait for that:
 * the core is told as soon as our end has gone out. */

enum {
    READS_MOST = 4,           /* in a row, before others have their turn */
    SPARE_MOST = 1024 * 1024, /* bytes of storage that are kept for later */
    LINGER_MS = 10000,        /* for the peer to end TCP after both Closes */
    GIVE_UP_MS = 2000,        /* likewise, when we have ended our side */
    LOOK_MS = 250             /* how often it is looked for who is late */
};

/* Watching */

/* While the core has paused, what the peer says has to wait; not its end. */
static bool listens(const eft__socket *socket)
{
    return !socket->paused || socket->state == EFT__SOCKET_ENDING;
}

static bool is_running(const eft__socket *socket)
{
    return socket->state == EFT__SOCKET_OPEN ||
           socket->state == EFT__SOCKET_ENDING;
}

/* Ending */

/* The stream is over, and all that it had was received. */
static void lose(eft__socket *socket);

void eft__socket_follow(eft__socket *socket)
{
    eft__sockets *all = socket->all;
    bool gives_up =
        socket->protocol.state == EFT__PROTOCOL_FAILED ||
        eft__protocol_transport(&socket->protocol) == EFT__TRANSPORT_END;

    if (socket->state != EFT__SOCKET_OPEN ||
        socket->protocol.state < EFT__PROTOCOL_FINISHED)
        return;
    socket->state = EFT__SOCKET_ENDING;
    socket->end_by =
        uv_now(&all->world->loop) + (gives_up ? GIVE_UP_MS : LINGER_MS);
    if (!all->lingering++)
        uv_timer_start(&all->linger, eft__sockets_linger, LOOK_MS, LOOK_MS);
    /* Reading may have been stopped, and goes on to the end now. */
    socket->more = true;
    eft__socket_due(socket);
}

void eft__sockets_linger(uv_timer_t *timer)
{
    eft__sockets *sockets = timer->data;
    uint64_t now = uv_now(&sockets->world->loop);

    for (size_t i = 0; i < sockets->bucket_count; i++)
        for (eft__socket *socket = sockets->buckets[i]; socket;
             socket = socket->neighbour)
            if (socket->state == EFT__SOCKET_ENDING && socket->end_by <= now)
                lose(socket);
}

/* Delivering */

/* Delivers until the receiver has enough, or all of it. */
static void feed(eft__socket *socket, const uint8_t **data, size_t *length,
                 bool all)
{
    eft__event event;

    while ((all || listens(socket)) && is_running(socket) &&
           eft__protocol_next(&socket->protocol, data, length, &event))
        if (event.type == EFT__EVENT_MESSAGE)
            (void)eft_core_ws_message(socket->id, event.message);
        else if (event.type == EFT__EVENT_PONG)
            eft_core_ws_pong(socket->id, event.payload, event.length);
    eft__socket_follow(socket);
    if (eft__bytes_length(&socket->protocol.out))
        eft__socket_due(socket);
}

static void feed_unread(eft__socket *socket, bool all)
{
    const uint8_t *data = eft__bytes_data(&socket->unread);
    size_t length = eft__bytes_length(&socket->unread), before = length;

    if (!length)
        return;
    feed(socket, &data, &length, all);
    eft__bytes_consume(&socket->unread, before - length);
    if (!length)
        eft__bytes_fini(&socket->unread);
}

static void receive(eft__socket *socket, const uint8_t *data, size_t length)
{
    if (!eft__bytes_length(&socket->unread))
        feed(socket, &data, &length, false);
    if (!is_running(socket) || eft__bytes_append(&socket->unread, data, length))
        return;
    eft__protocol_fail(&socket->protocol, EFT__CLOSE_INTERNAL, EFT_ENOMEM,
                       "out of memory for what arrived");
    eft__socket_follow(socket);
}

static void lose(eft__socket *socket)
{
    if (!is_running(socket))
        return;
    feed_unread(socket, true);
    if (!is_running(socket))
        return;
    eft__protocol_eof(&socket->protocol);
    eft__socket_end(socket, 0);
}

/* Reading */

/* One read.  True: there is likely more.  After a short one there is nothing,
 * and libuv tells of what comes later; but behind a Close the end of TCP is
 * seldom far. */
static bool read_once(eft__socket *socket)
{
    eft__stream *stream = socket->stream;
    uint8_t *input = socket->all->input;
    ptrdiff_t length = eft__stream_read(stream, input, EFT__INPUT_SIZE);

    if (length == EFT__STREAM_WAIT)
        return false;
    if (length < 0) {
        lose(socket);
        return false;
    }
    receive(socket, input, (size_t)length);
    return length == EFT__INPUT_SIZE || eft__stream_has_more(stream) ||
           socket->state == EFT__SOCKET_ENDING;
}

static void read_some(eft__socket *socket)
{
    int reads = 0;

    socket->deaf = false;
    do
        socket->more = read_once(socket);
    while (socket->more && listens(socket) && is_running(socket) &&
           ++reads < READS_MOST);
    if (socket->more && listens(socket))
        eft__socket_due(socket);
}

/* The peer says no more, and what it had said is bounded by the system's
 * memory: all of it, its Close perhaps, is better known than not. */
static void read_rest(eft__socket *socket)
{
    ptrdiff_t length;

    do {
        length = eft__stream_read(socket->stream, socket->all->input,
                                  EFT__INPUT_SIZE);
        if (length > 0)
            receive(socket, socket->all->input, (size_t)length);
    } while (length > 0 && is_running(socket));
}

/* Writing */

/* False: the system takes no more now, or the socket is lost. */
static bool write_all(eft__socket *socket)
{
    for (;;) {
        size_t size;
        const uint8_t *data = eft__protocol_output(&socket->protocol, &size);
        ptrdiff_t length;

        if (!size)
            return eft__stream_flush(socket->stream);
        length = eft__stream_write(socket->stream, data, size);
        if (length < 0) {
            read_rest(socket);
            lose(socket);
            return false;
        }
        eft__protocol_written(&socket->protocol, (size_t)length);
        if ((size_t)length < size)
            return false;
    }
}

void eft__socket_about_to_send(eft__socket *socket)
{
    eft__bytes *out = &socket->protocol.out, *spare = &socket->all->spare;

    if (out->block)
        return;
    *out = *spare;
    *spare = (eft__bytes){NULL, 0, 0, 0};
}

/* What an idle connection does not need, the next busy one does. */
static void spare_storage(eft__socket *socket)
{
    eft__bytes *out = &socket->protocol.out, *spare = &socket->all->spare;

    if (spare->block || out->capacity > SPARE_MOST) {
        eft__protocol_trim(&socket->protocol);
        return;
    }
    *spare = *out;
    *out = (eft__bytes){NULL, 0, 0, 0};
}

static void tell_drained(eft__socket *socket)
{
    if (!socket->sent ||
        eft__bytes_length(&socket->protocol.out) > socket->write_limit)
        return;
    socket->sent = false;
    eft_core_ws_drained(socket->id);
}

static void finish_writing(eft__socket *socket)
{
    spare_storage(socket);
    if (socket->state == EFT__SOCKET_ENDING && !socket->finished &&
        (socket->protocol.state == EFT__PROTOCOL_FAILED ||
         eft__protocol_transport(&socket->protocol) == EFT__TRANSPORT_END)) {
        socket->finished = true;
        eft__stream_finish(socket->stream);
        eft__socket_report(socket);
    }
}

/* Serving */

void eft__socket_serve(eft__socket *socket)
{
    bool written;

    if (listens(socket))
        feed_unread(socket, false);
    if (is_running(socket) && listens(socket) &&
        (socket->more || socket->deaf) && !eft__bytes_length(&socket->unread))
        read_some(socket);
    if (!is_running(socket))
        return;
    written = write_all(socket);
    if (!is_running(socket))
        return;
    tell_drained(socket);
    if (written)
        finish_writing(socket);
    eft__stream_watch(socket->stream, !socket->deaf, !written);
}

static void on_ready(void *context, unsigned events)
{
    eft__socket *socket = context;

    if (!is_running(socket))
        return;
    if (events & EFT__STREAM_HUNG_UP) {
        read_rest(socket);
        lose(socket);
    } else if (events & EFT__STREAM_READABLE && listens(socket)) {
        read_some(socket);
    } else if (events & EFT__STREAM_READABLE) {
        socket->deaf = true;
        eft__socket_due(socket);
    }
    if (events & EFT__STREAM_WRITABLE)
        eft__socket_due(socket);
}

void eft__socket_start(eft__socket *socket, eft__stream *stream,
                       const eft__socket_settings *settings)
{
    socket->stream = stream;
    socket->state = EFT__SOCKET_OPEN;
    socket->write_limit = settings->write_limit;
    eft__protocol_init(&socket->protocol,
                       &(eft__protocol_settings){
                           .role = settings->role,
                           .max_message = settings->max_message,
                           .masks = &socket->all->masks,
                           .fragments = settings->fragments,
                           .deflate = settings->deflate,
                       });
    eft__stream_bind(stream, on_ready, socket);
    eft__stream_watch(stream, true, false);
    socket->more = eft__stream_has_more(stream);
}
