/* SPDX-License-Identifier: MIT
 * WebSockets natively: the seam, and what each socket has to do next. */
#define _POSIX_C_SOURCE 200809L
#include "ws.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "eft/error.h"
#include "sdk/core/memory.h"
#include "targets/complete.h"

/* Design notes.
 *
 * What happens to a socket in a callback of libuv's, or in a call of the
 * core's, only changes its state and makes it due.  The step, on the loop's own
 * stack, does the rest: nothing is closed, connected or freed inside somebody
 * else's callback, and what all callbacks and tasks of a turn have queued
 * leaves in one write. */

enum { DETAIL_MOST = 512 };

const eft_target_ws_traits eft_target_ws_traits_of_world = {
    .any_close_code = true, .pings = true, .fragments = true};

const eft_target_lack eft_target_ws_lacks[] = {{NULL, NULL}};

/* Changes of state */

void eft__socket_end(eft__socket *socket, int32_t error)
{
    eft__sockets *all = socket->all;

    if (socket->state == EFT__SOCKET_ENDING && !--all->lingering)
        uv_timer_stop(&all->linger);
    socket->state = EFT__SOCKET_ENDED;
    socket->error = error;
    eft__socket_due(socket);
}

/* Without memory the code has to say it. */
static void set_detail(eft__socket *socket, const char *format,
                       va_list arguments)
{
    char text[DETAIL_MOST];

    vsnprintf(text, sizeof text, format, arguments);
    eft__free(socket->detail);
    socket->detail = eft__copy_text(text, strlen(text));
}

void eft__socket_fail(eft__socket *socket, int32_t error, const char *format,
                      ...)
{
    va_list arguments;

    if (socket->state == EFT__SOCKET_ENDED)
        return;
    va_start(arguments, format);
    set_detail(socket, format, arguments);
    va_end(arguments);
    eft__socket_end(socket, error);
}

void eft__socket_opened(eft__socket *socket, const char *subprotocol)
{
    eft__opening *opening = socket->opening;

    if (subprotocol[0]) {
        opening->chosen = eft__copy_text(subprotocol, strlen(subprotocol));
        if (!opening->chosen) {
            eft__socket_fail(socket, EFT_ENOMEM, "out of memory");
            return;
        }
    }
    socket->state = EFT__SOCKET_ANSWERED;
    eft__socket_due(socket);
}

/* Reporting */

static bool was_open(const eft__socket *socket)
{
    return !socket->opening;
}

static void describe(eft__socket *socket, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

static void describe(eft__socket *socket, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set_detail(socket, format, arguments);
    va_end(arguments);
}

/* The sentence for an end that the protocol knows. */
static void explain(eft__socket *socket, const eft__closing *closing)
{
    const char *fault = eft__stream_fault(socket->stream);

    if (closing->error == EFT_EMSGSIZE)
        describe(socket, "%s: %s: more than max_message, %zu bytes",
                 socket->peer, closing->detail,
                 socket->protocol.reader.max_message);
    else if (closing->error == EFT_EABNORMAL && fault)
        describe(socket, "%s: %s: %s", socket->peer, closing->detail, fault);
    else if (closing->detail[0])
        describe(socket, "%s: %s", socket->peer, closing->detail);
    else if (closing->error == EFT_EPEERCLOSE)
        describe(socket, "%s closed the connection with %u%s%.*s", socket->peer,
                 (unsigned)closing->code, closing->reason_length ? ": " : "",
                 (int)closing->reason_length,
                 closing->reason ? closing->reason : "");
}

void eft__socket_report(eft__socket *socket)
{
    eft_core_ws_end end = {
        .error = socket->error, .code = EFT__CLOSE_LOST, .reason = ""};

    if (was_open(socket)) {
        const eft__closing *closing = eft__protocol_closing(&socket->protocol);

        if (closing->code)
            end.code = closing->code;
        if (closing->reason)
            end.reason = closing->reason;
        if (!end.error) {
            end.error = closing->error;
            explain(socket, closing);
        }
    }
    if (socket->opening) {
        end.status = (int)socket->opening->status;
        end.location = socket->opening->location;
    }
    end.detail = socket->detail;
    socket->reported = true;
    eft_core_ws_closed(socket->id, &end);
}

static void free_socket(eft__socket *socket)
{
    eft__sockets *all = socket->all;

    eft__sockets_leave(socket);
    if (was_open(socket))
        eft__protocol_fini(&socket->protocol);
    if (socket->stream)
        eft__stream_close(socket->stream);
    eft__opening_free(socket);
    eft__bytes_fini(&socket->unread);
    eft__free(socket->detail);
    eft__free(socket->peer);
    eft__free(socket);
    if (!all->count)
        eft__bytes_fini(&all->spare);
}

/* The step */

/* Only here is it certain that the connection can be used, and told. */
static void open_socket(eft__socket *socket)
{
    eft__opening *opening = socket->opening;
    eft__stream *stream = opening->stream;

    opening->stream = NULL;
    eft__socket_start(socket, stream,
                      &(eft__socket_settings){
                          .role = EFT__CLIENT,
                          .max_message = opening->max_message,
                          .write_limit = opening->write_limit,
                          .fragments = opening->fragments,
                          .deflate = &opening->agreed,
                      });
    eft_core_ws_open(socket->id, opening->chosen ? opening->chosen : "");
    eft__opening_free(socket);
    /* Frames may have come in the same segment as the answer. */
    if (socket->more || eft__bytes_length(&socket->unread))
        eft__socket_due(socket);
}

static void step_one(eft__socket *socket)
{
    switch (socket->state) {
    case EFT__SOCKET_RESOLVING:
    case EFT__SOCKET_ASKING:
        break;
    case EFT__SOCKET_CONNECTING:
        eft__connect_step(socket);
        break;
    case EFT__SOCKET_ANSWERED:
        open_socket(socket);
        break;
    case EFT__SOCKET_OPEN:
    case EFT__SOCKET_ENDING:
        eft__socket_serve(socket);
        break;
    case EFT__SOCKET_ENDED:
        if (!socket->reported)
            eft__socket_report(socket);
        free_socket(socket);
        break;
    }
}

bool eft__sockets_step(eft__world *world)
{
    eft__sockets *sockets = world->sockets;
    eft__socket *socket;

    if (!sockets || !sockets->due)
        return false;
    socket = sockets->due;
    sockets->due = NULL;
    sockets->due_end = &sockets->due;
    while (socket) {
        eft__socket *next = socket->next_due;

        socket->due = false;
        step_one(socket);
        socket = next;
    }
    return sockets->due != NULL;
}

static void on_closed(uv_handle_t *linger)
{
    eft__release(linger->data);
}

/* Ends all but those that wait for nothing but their peer's end of TCP; the
 * core has heard of each, or does not want to. */
static void end_others(eft__sockets *sockets)
{
    for (size_t i = 0; i < sockets->bucket_count; i++)
        for (eft__socket *socket = sockets->buckets[i]; socket;
             socket = socket->neighbour) {
            if (socket->state != EFT__SOCKET_ENDING || !socket->reported)
                eft__socket_end(socket, EFT_ECANCELED);
            socket->reported = true;
        }
}

/* Who has been told what went wrong is not cut off before it can have read
 * that: a reset would overtake our Close.  It takes the peer's end of TCP, or
 * GIVE_UP_MS. */
void eft__sockets_close(eft__world *world)
{
    eft__sockets *sockets = world->sockets;

    if (!sockets)
        return;
    end_others(sockets);
    while (sockets->count) {
        if (!eft__sockets_step(world))
            uv_run(&world->loop, UV_RUN_ONCE);
    }
    eft__tls_settings_free(sockets->tls);
    eft__release(sockets->buckets);
    eft__release(sockets->input);
    uv_close((uv_handle_t *)&sockets->linger, on_closed);
    world->sockets = NULL;
}

/* Made for somebody else */

eft__socket *eft__socket_adopt(eft__sockets *sockets, uint32_t id,
                               eft__stream *stream,
                               const eft__socket_settings *settings,
                               const char *peer, const void *bytes,
                               size_t length)
{
    eft__socket *socket = eft__alloc_zero(sizeof *socket);

    if (socket)
        socket->peer = eft__copy_text(peer, strlen(peer));
    if (!socket || !socket->peer ||
        !eft__bytes_append(&socket->unread, bytes, length)) {
        if (socket)
            eft__free(socket->peer);
        eft__free(socket);
        eft__stream_close(stream);
        return NULL;
    }
    socket->id = id;
    socket->all = sockets;
    eft__sockets_enter(socket);
    eft__socket_start(socket, stream, settings);
    eft__socket_due(socket);
    return socket;
}

/* The seam */

static void refuse(uint32_t id, int32_t error)
{
    eft_core_ws_closed(id, &(eft_core_ws_end){.error = error,
                                              .code = EFT__CLOSE_LOST,
                                              .reason = ""});
}

void eft_target_ws_open(uint32_t id, const eft_target_ws_request *request)
{
    eft__world *world = eft__world_here();
    eft__sockets *sockets = world ? eft__sockets_of(world) : NULL;
    eft__socket *socket = sockets ? eft__alloc_zero(sizeof *socket) : NULL;

    if (!socket) {
        refuse(id, EFT_ENOMEM);
        return;
    }
    socket->id = id;
    socket->all = sockets;
    if (!eft__opening_start(socket, request)) {
        eft__free(socket->peer);
        eft__free(socket);
        refuse(id, EFT_ENOMEM);
        return;
    }
    eft__sockets_enter(socket);
}

void eft_target_ws_send(uint32_t id, eft_message_type type, bool first,
                        bool last, const void *data, size_t length)
{
    eft__socket *socket = eft__sockets_find(id);

    if (!socket || socket->state != EFT__SOCKET_OPEN)
        return;
    eft__socket_about_to_send(socket);
    if (eft__protocol_send(&socket->protocol, type, first, last, data,
                           length) == EFT_ENOMEM) {
        eft__protocol_fail(&socket->protocol, EFT__CLOSE_INTERNAL, EFT_ENOMEM,
                           "out of memory for a message to send");
        eft__socket_follow(socket);
    }
    socket->sent = true;
    eft__socket_due(socket);
}

void eft_target_ws_pause(uint32_t id, bool paused)
{
    eft__socket *socket = eft__sockets_find(id);

    if (!socket)
        return;
    socket->paused = paused;
    if (!paused &&
        (socket->more || socket->deaf || eft__bytes_length(&socket->unread)))
        eft__socket_due(socket);
}

void eft_target_ws_close(uint32_t id, uint16_t code, const char *reason,
                         size_t reason_length)
{
    eft__socket *socket = eft__sockets_find(id);

    if (!socket || socket->state != EFT__SOCKET_OPEN)
        return;
    if (eft__protocol_close(&socket->protocol, code, reason, reason_length) ==
        EFT_ENOMEM) {
        eft__protocol_fail(&socket->protocol, EFT__CLOSE_INTERNAL, EFT_ENOMEM,
                           "out of memory for a Close");
        eft__socket_follow(socket);
    }
    eft__socket_due(socket);
}

void eft_target_ws_ping(uint32_t id, const void *payload, size_t length)
{
    eft__socket *socket = eft__sockets_find(id);

    if (!socket || socket->state != EFT__SOCKET_OPEN)
        return;
    if (eft__protocol_ping(&socket->protocol, payload, length) == EFT_ENOMEM) {
        eft__protocol_fail(&socket->protocol, EFT__CLOSE_INTERNAL, EFT_ENOMEM,
                           "out of memory for a ping");
        eft__socket_follow(socket);
    }
    eft__socket_due(socket);
}

void eft_target_ws_abort(uint32_t id)
{
    eft__socket *socket = eft__sockets_find(id);

    if (socket)
        eft__socket_end(socket, EFT_ECANCELED);
}
