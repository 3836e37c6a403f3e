/* SPDX-License-Identifier: MIT
 * WebSockets natively: the seam, and what each socket has to do next. */
#define _POSIX_C_SOURCE 200809L
#include "ws.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "eft/error.h"
#include "random.h"
#include "sdk/core/memory.h"
#include "targets/complete.h"

/* Design notes.
 *
 * What happens to a socket in a callback of libuv's or libwebsockets', or in a
 * call of the core's, only changes its state and makes it due.  The step, on
 * the loop's own stack, does the rest: nothing is closed, connected or freed
 * inside somebody else's callback, and what all callbacks and tasks of a turn
 * have queued leaves in one write. */

enum {
    BUCKETS_FIRST = 64,
    LINGER_SECONDS = 10,  /* for the server to end TCP after both Closes */
    GIVE_UP_SECONDS = 2,  /* likewise, when it broke the protocol */
    KEPT_SIZE = 64 * 1024 /* bytes of buffer that an idle socket may keep */
};

const eft_target_ws_traits eft_target_ws_traits_of_world = {
    .any_close_code = true, .ca_file = true};

/* The table */

static eft__socket **bucket_of(eft__sockets *sockets, uint32_t id)
{
    return &sockets->buckets[(id ^ id >> 16) & (sockets->bucket_count - 1)];
}

static bool resize_table(eft__sockets *sockets, size_t count)
{
    eft__socket **old = sockets->buckets;
    size_t old_count = sockets->bucket_count;
    eft__socket **buckets = eft__reserve(count * sizeof *buckets);

    if (!buckets)
        return false;
    for (size_t i = 0; i < count; i++)
        buckets[i] = NULL;
    sockets->buckets = buckets;
    sockets->bucket_count = count;
    for (size_t i = 0; i < old_count; i++)
        while (old[i]) {
            eft__socket *socket = old[i], **bucket;

            old[i] = socket->neighbour;
            bucket = bucket_of(sockets, socket->id);
            socket->neighbour = *bucket;
            *bucket = socket;
        }
    eft__release(old);
    return true;
}

static void enter_table(eft__socket *socket)
{
    eft__sockets *sockets = socket->all;
    eft__socket **bucket;

    /* Should memory be short, the chains grow longer. */
    if (sockets->count >= sockets->bucket_count)
        (void)resize_table(sockets, 2 * sockets->bucket_count);
    bucket = bucket_of(sockets, socket->id);
    socket->neighbour = *bucket;
    *bucket = socket;
    sockets->count++;
}

static void leave_table(eft__socket *socket)
{
    eft__socket **at = bucket_of(socket->all, socket->id);

    while (*at != socket)
        at = &(*at)->neighbour;
    *at = socket->neighbour;
    socket->all->count--;
}

/* A socket that has ended is nobody's but the step's. */
static eft__socket *find(uint32_t id)
{
    eft__world *world = eft__world_here();
    eft__socket *socket;

    if (!world || !world->sockets)
        return NULL;
    socket = *bucket_of(world->sockets, id);
    while (socket && socket->id != id)
        socket = socket->neighbour;
    return socket && socket->state != EFT__SOCKET_ENDED ? socket : NULL;
}

static eft__sockets *sockets_of(eft__world *world)
{
    eft__sockets *sockets = world->sockets;

    if (sockets)
        return sockets;
    sockets = eft__reserve(sizeof *sockets);
    if (!sockets)
        return NULL;
    *sockets =
        (eft__sockets){.world = world, .masks = {.fill = eft__random_fill}};
    sockets->due_end = &sockets->due;
    if (!resize_table(sockets, BUCKETS_FIRST)) {
        eft__release(sockets);
        return NULL;
    }
    world->sockets = sockets;
    return sockets;
}

/* Changes of state */

void eft__socket_due(eft__socket *socket)
{
    if (socket->due)
        return;
    socket->due = true;
    socket->next_due = NULL;
    *socket->all->due_end = socket;
    socket->all->due_end = &socket->next_due;
    eft__world_end_wait(socket->all->world);
}

static void end(eft__socket *socket, int32_t error)
{
    socket->state = EFT__SOCKET_ENDED;
    socket->error = error;
    eft__socket_due(socket);
}

void eft__socket_fail(eft__socket *socket, int32_t error, const char *format,
                      ...)
{
    va_list arguments;

    if (socket->state == EFT__SOCKET_ENDED)
        return;
    va_start(arguments, format);
    vsnprintf(socket->detail, sizeof socket->detail, format, arguments);
    va_end(arguments);
    end(socket, error);
}

static bool was_open(const eft__socket *socket)
{
    return !socket->opening;
}

void eft__socket_opened(eft__socket *socket, const char *subprotocol)
{
    size_t max_message = socket->opening->max_message;

    eft__opening_free(socket);
    eft__protocol_init(&socket->protocol, EFT__CLIENT, max_message,
                       &socket->all->masks);
    socket->state = EFT__SOCKET_OPEN;
    /* Frames may have come in the same segment as the answer. */
    socket->more = true;
    eft__socket_due(socket);
    eft_core_ws_open(socket->id, subprotocol);
}

/* What the protocol has come to. */
static void follow_protocol(eft__socket *socket)
{
    bool failed = socket->protocol.state == EFT__PROTOCOL_FAILED;

    if (socket->state != EFT__SOCKET_OPEN ||
        socket->protocol.state < EFT__PROTOCOL_FINISHED)
        return;
    socket->state = EFT__SOCKET_ENDING;
    /* Reading may have been stopped, and goes on to the end now. */
    socket->more = true;
    eft__carrier_linger(socket, failed ? GIVE_UP_SECONDS : LINGER_SECONDS);
    eft__socket_due(socket);
}

/* Delivers until the receiver has enough, or all of it. */
static void feed(eft__socket *socket, const uint8_t **data, size_t *length,
                 bool all)
{
    eft__event event;

    while ((all || !socket->paused || socket->state == EFT__SOCKET_ENDING) &&
           socket->state != EFT__SOCKET_ENDED &&
           eft__protocol_next(&socket->protocol, data, length, &event))
        if (event.type == EFT__EVENT_MESSAGE)
            (void)eft_core_ws_message(socket->id, event.message);
    follow_protocol(socket);
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

void eft__socket_received(eft__socket *socket, const void *data, size_t length)
{
    const uint8_t *at = data;

    if (socket->state == EFT__SOCKET_ENDED || !was_open(socket))
        return;
    if (!eft__bytes_length(&socket->unread))
        feed(socket, &at, &length, false);
    if (socket->state == EFT__SOCKET_ENDED ||
        eft__bytes_append(&socket->unread, at, length))
        return;
    eft__protocol_fail(&socket->protocol, EFT__CLOSE_INTERNAL, EFT_ENOMEM,
                       "out of memory for what arrived");
    follow_protocol(socket);
}

void eft__socket_lost(eft__socket *socket)
{
    if (socket->state == EFT__SOCKET_ENDED)
        return;
    feed_unread(socket, true);
    if (socket->state == EFT__SOCKET_ENDED)
        return;
    eft__protocol_eof(&socket->protocol);
    end(socket, 0);
}

/* Reporting */

/* The sentence for an end that the protocol knows. */
static void explain(eft__socket *socket, const eft__closing *closing)
{
    char *to = socket->detail;
    size_t size = sizeof socket->detail;

    if (closing->detail[0])
        snprintf(to, size, "%s: %s", socket->peer, closing->detail);
    else if (closing->error == EFT_EPEERCLOSE)
        snprintf(to, size, "%s closed the connection with %u%s%.*s",
                 socket->peer, (unsigned)closing->code,
                 closing->reason_length ? ": " : "",
                 (int)closing->reason_length, (const char *)closing->reason);
}

static void report(eft__socket *socket)
{
    eft_core_ws_end end = {
        .error = socket->error, .code = EFT__CLOSE_LOST, .reason = ""};

    if (was_open(socket)) {
        const eft__closing *closing = eft__protocol_closing(&socket->protocol);

        if (closing->code)
            end.code = closing->code;
        if (closing->reason)
            end.reason = (const char *)closing->reason;
        if (!end.error) {
            end.error = closing->error;
            explain(socket, closing);
        }
    }
    end.detail = socket->detail[0] ? socket->detail : NULL;
    eft_core_ws_closed(socket->id, &end);
}

static void free_socket(eft__socket *socket)
{
    leave_table(socket);
    if (was_open(socket))
        eft__protocol_fini(&socket->protocol);
    eft__opening_free(socket);
    eft__bytes_fini(&socket->unread);
    eft__free(socket);
}

/* The step */

static void serve(eft__socket *socket)
{
    bool reads = !socket->paused || socket->state == EFT__SOCKET_ENDING;

    if (reads)
        feed_unread(socket, false);
    reads = !socket->paused || socket->state == EFT__SOCKET_ENDING;
    if (reads && socket->more && !eft__bytes_length(&socket->unread))
        eft__carrier_read(socket);
    if (socket->state == EFT__SOCKET_ENDED || !eft__carrier_write(socket))
        return;
    if (socket->protocol.out.capacity > KEPT_SIZE)
        eft__protocol_trim(&socket->protocol);
    if (socket->sent) {
        socket->sent = false;
        eft_core_ws_drained(socket->id);
    }
}

static void step_one(eft__socket *socket)
{
    switch (socket->state) {
    case EFT__SOCKET_RESOLVING:
    case EFT__SOCKET_ASKING:
        break;
    case EFT__SOCKET_CONNECTING:
        eft__opening_step(socket);
        break;
    case EFT__SOCKET_OPEN:
    case EFT__SOCKET_ENDING:
        serve(socket);
        break;
    case EFT__SOCKET_ENDED:
        eft__carrier_drop(socket);
        report(socket);
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

void eft__sockets_close(eft__world *world)
{
    eft__sockets *sockets = world->sockets;

    if (!sockets)
        return;
    for (size_t i = 0; i < sockets->bucket_count; i++)
        while (sockets->buckets[i]) {
            eft__socket *socket = sockets->buckets[i];

            socket->state = EFT__SOCKET_ENDED;
            eft__carrier_drop(socket);
            free_socket(socket);
        }
    eft__carriers_close(sockets);
    eft__release(sockets->buckets);
    eft__release(sockets);
    world->sockets = NULL;
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
    eft__sockets *sockets = world ? sockets_of(world) : NULL;
    eft__socket *socket = sockets ? eft__alloc_zero(sizeof *socket) : NULL;

    if (!socket) {
        refuse(id, EFT_ENOMEM);
        return;
    }
    socket->id = id;
    socket->all = sockets;
    if (!eft__opening_start(socket, request)) {
        eft__free(socket);
        refuse(id, EFT_ENOMEM);
        return;
    }
    enter_table(socket);
}

void eft_target_ws_send(uint32_t id, eft_message_type type, const void *data,
                        size_t length)
{
    eft__socket *socket = find(id);

    if (!socket || socket->state != EFT__SOCKET_OPEN)
        return;
    if (eft__protocol_send(&socket->protocol, type, data, length) ==
        EFT_ENOMEM) {
        eft__protocol_fail(&socket->protocol, EFT__CLOSE_INTERNAL, EFT_ENOMEM,
                           "out of memory for a message to send");
        follow_protocol(socket);
    }
    socket->sent = true;
    eft__socket_due(socket);
}

void eft_target_ws_pause(uint32_t id, bool paused)
{
    eft__socket *socket = find(id);

    if (!socket)
        return;
    socket->paused = paused;
    if (!paused && (socket->more || eft__bytes_length(&socket->unread)))
        eft__socket_due(socket);
}

void eft_target_ws_close(uint32_t id, uint16_t code, const char *reason,
                         size_t reason_length)
{
    eft__socket *socket = find(id);

    if (!socket || socket->state != EFT__SOCKET_OPEN)
        return;
    if (eft__protocol_close(&socket->protocol, code, reason, reason_length) ==
        EFT_ENOMEM) {
        eft__protocol_fail(&socket->protocol, EFT__CLOSE_INTERNAL, EFT_ENOMEM,
                           "out of memory for a Close");
        follow_protocol(socket);
    }
    eft__socket_due(socket);
}

void eft_target_ws_abort(uint32_t id)
{
    eft__socket *socket = find(id);

    if (socket)
        end(socket, EFT_ECANCELED);
}
