/* SPDX-License-Identifier: MIT
 * A native WebSocket server: its start and its end. */
#define _POSIX_C_SOURCE 200809L
#include "ws_server.h"

#include <stdio.h>
#include <string.h>

#include "eft/combine.h"
#include "eft/loop.h"
#include "eft/task.h"
#include "resolve.h"
#include "sdk/core/future.h"
#include "sdk/core/memory.h"

/* Design notes.
 *
 * Why not libwebsockets: docs/decisions.md.
 *
 * The struct's memory is kept by its user, by its clock until libuv has closed
 * it, by each connection and by each future of a close.  Whatever happens, its
 * handles end in retire(), once: when the closing is over, when it is freed, or
 * when the world ends, whichever is first. */

enum { LOOK_MS = 250, INPUT_SIZE = 16 * 1024, SENTENCE = 512 };

/* A future of a start or of a close. */
typedef struct server_op {
    eft_future future;
    eft_ws_server *server; /* its memory is kept */
    eft__lookup *lookup;   /* of a start, while it runs, else NULL */
    eft__node link;        /* of a close, in the server's queue */
} server_op;

/* Memory */

void eft__server_unkeep(eft_ws_server *server)
{
    if (--server->keepers)
        return;
    eft__server_options_free(server);
    eft__server_tls_free(server->tls);
    eft__release(server->input);
    eft__free((void *)server->listeners);
    eft__free(server);
}

static void fini_op(eft_future *future)
{
    eft__server_unkeep(((server_op *)future)->server);
}

static server_op *make_op(eft_ws_server *server, const eft__future_class *type,
                          eft_future **instead)
{
    server_op *op = eft__future_make(sizeof *op, type, instead);

    if (op) {
        op->server = server;
        op->lookup = NULL;
        server->keepers++;
    }
    return op;
}

/* Ending */

static void end_closes(eft_ws_server *server, int32_t error)
{
    while (server->closes) {
        server_op *op =
            EFT__OWNER(eft__queue_pop(&server->closes), server_op, link);

        if (error)
            eft__future_fail(&op->future, error, NULL);
        else
            eft__future_complete(&op->future, eft_ok());
    }
}

static void stop_listening(eft_ws_server *server)
{
    while (server->listener_count)
        eft__listener_close(server->listeners[--server->listener_count]);
}

static void on_clock_closed(uv_handle_t *clock)
{
    eft__server_unkeep(clock->data);
}

/* Its handles are gone after this, and it does not exist for the loop. */
static void retire(eft_ws_server *server, int32_t error)
{
    if (server->state == EFT__SERVER_CLOSED)
        return;
    server->state = EFT__SERVER_CLOSED;
    stop_listening(server);
    eft__served_drop(server);
    if (server->patience) {
        eft_cancel(server->patience);
        eft_future_free(server->patience);
        server->patience = NULL;
    }
    eft__world_leave(&server->guest);
    eft__id_free(&server->identified);
    uv_close((uv_handle_t *)&server->clock, on_clock_closed);
    end_closes(server, error);
}

static void on_world_end(eft__guest *guest)
{
    retire(EFT__OWNER(guest, eft_ws_server, guest), EFT_ECANCELED);
}

static void on_id_end(eft__identified *object)
{
    retire((eft_ws_server *)object, EFT_ECANCELED);
}

void eft__server_settle(eft_ws_server *server)
{
    if (server->state == EFT__SERVER_CLOSING && !server->busy_count &&
        !eft__served_refuses(server))
        retire(server, 0);
}

static void free_server(void *arg)
{
    eft_ws_server_free(arg);
}

void eft_ws_server_free(eft_ws_server *server)
{
    if (!server)
        return;
    eft__served_cut(server);
    retire(server, EFT_ECLOSED);
    eft__server_unkeep(server);
}

/* The clock: it runs while there is something to look for. */

static void on_tick(uv_timer_t *clock)
{
    eft_ws_server *server = clock->data;
    bool more = eft__served_look(server, uv_now(clock->loop));

    if (server->resting)
        for (size_t i = 0; i < server->listener_count; i++)
            eft__listener_resume(server->listeners[i]);
    server->resting = false;
    server->ticking = more;
    if (!more)
        uv_timer_stop(clock);
    eft__server_settle(server);
}

void eft__server_tick(eft_ws_server *server)
{
    if (server->ticking || server->state == EFT__SERVER_CLOSED)
        return;
    server->ticking = true;
    uv_timer_start(&server->clock, on_tick, LOOK_MS, LOOK_MS);
}

/* Starting */

static eft_ws_server *make(eft__world *world,
                           const eft_ws_server_options *options)
{
    eft_ws_server *server = eft__alloc_zero(sizeof *server);

    if (!server)
        return NULL;
    server->keepers = 1;
    server->identified.end = on_id_end;
    server->world = world;
    server->waiting.next = server->waiting.previous = &server->waiting;
    server->deciding.next = server->deciding.previous = &server->deciding;
    server->open.next = server->open.previous = &server->open;
    server->input = eft__reserve(INPUT_SIZE);
    if (!server->input || !eft__server_options_copy(server, options) ||
        !eft__id_new(&server->identified)) {
        eft__server_unkeep(server);
        return NULL;
    }
    server->keepers++;
    uv_timer_init(&world->loop, &server->clock);
    server->clock.data = server;
    eft__world_join(world, &server->guest, on_world_end);
    return server;
}

static void fail_start(server_op *op, int32_t error, const char *detail)
{
    eft_ws_server *server = op->server;

    eft__future_fail_copy(&op->future, error, detail);
    eft_ws_server_free(server);
}

static void fail_to_listen(server_op *op, const char *where, int fault)
{
    const eft_ws_server_options *options = &op->server->options;
    char detail[SENTENCE], port[16] = "";

    if (!options->unix_path)
        snprintf(port, sizeof port, ":%u", (unsigned)options->port);
    snprintf(detail, sizeof detail, "cannot listen on %s%s: %s", where, port,
             uv_strerror(fault));
    fail_start(op,
               fault == UV_EADDRINUSE ? EFT_EADDRINUSE
               : fault == UV_ENOMEM   ? EFT_ENOMEM
                                      : EFT_EIO,
               detail);
}

static void succeed(server_op *op)
{
    eft_ws_server *server = op->server;

    server->port = eft__listener_port(server->listeners[0]);
    server->state = EFT__SERVER_LISTENING;
    eft__future_complete(&op->future, eft_owned(server, free_server));
}

static bool reserve_listeners(eft_ws_server *server, size_t count)
{
    server->listeners = eft__alloc(count * sizeof *server->listeners);
    return server->listeners != NULL;
}

static void listen_on_unix(server_op *op)
{
    eft_ws_server *server = op->server;
    const char *path = server->options.unix_path;
    eft__listener *listener;
    int fault = UV_ENOMEM;

    listener = reserve_listeners(server, 1)
                   ? eft__listener_open_unix(&server->world->loop, path,
                                             eft__served_accept, server, &fault)
                   : NULL;
    if (!listener) {
        fail_to_listen(op, path, fault);
        return;
    }
    server->listeners[server->listener_count++] = listener;
    succeed(op);
}

/* All of a name's addresses have the same port. */
static void listen_on(server_op *op, const eft__addresses *addresses)
{
    eft_ws_server *server = op->server;
    size_t count = addresses ? addresses->count : 0;
    uint16_t port = server->options.port;

    if (!count || !reserve_listeners(server, count)) {
        fail_start(op, EFT_ENOMEM, NULL);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        int fault;
        eft__listener *listener =
            eft__listener_open(&server->world->loop, addresses->text[i], port,
                               count > 1, eft__served_accept, server, &fault);

        if (!listener) {
            fail_to_listen(op, addresses->text[i], fault);
            return;
        }
        server->listeners[server->listener_count++] = listener;
        port = eft__listener_port(listener);
    }
    succeed(op);
}

static void on_lookup(void *context, int status, eft__addresses *addresses)
{
    server_op *op = context;
    char detail[SENTENCE];

    op->lookup = NULL;
    if (status == 0) {
        listen_on(op, addresses);
        eft__free(addresses);
        return;
    }
    snprintf(detail, sizeof detail, "cannot resolve %s: %s",
             op->server->options.address, uv_strerror(status));
    fail_start(op, EFT_ERESOLVE, detail);
}

static bool cancel_start(eft_future *future)
{
    server_op *op = (server_op *)future;

    if (op->lookup)
        eft__lookup_abandon(op->lookup);
    fail_start(op, EFT_ECANCELED, NULL);
    return true;
}

static const eft__future_class start_class = {
    .name = "ws_server_start", .cancel = cancel_start, .fini = fini_op};

static void start(server_op *op)
{
    eft_ws_server *server = op->server;
    const char *address = server->options.address;
    eft__addresses *known;
    char why[SENTENCE];

    if (server->options.tls.certificate_file) {
        server->tls = eft__server_tls_new(&server->options, why, sizeof why);
        if (!server->tls) {
            fail_start(op, EFT_ETLS, why);
            return;
        }
    }
    if (server->options.unix_path) {
        listen_on_unix(op);
        return;
    }
    if (eft__addresses_known(address, &known)) {
        listen_on(op, known);
        eft__free(known);
        return;
    }
    op->lookup =
        eft__lookup_start(&server->world->loop, address, on_lookup, op);
    if (!op->lookup)
        fail_start(op, EFT_ERESOLVE, "the address cannot be looked up");
}

eft_future *eft_ws_server_start(const eft_ws_server_options *options)
{
    eft__world *world = eft__world_here();
    const char *why;
    int32_t error = eft__server_options_check(options, &why);
    eft_future *instead = eft__future_no_memory();
    eft_ws_server *server;
    server_op *op;

    if (error)
        return eft__future_failed(error, why);
    if (!world)
        return eft__future_failed(EFT_EINVAL, "no loop runs on this thread");
    server = make(world, options);
    if (!server)
        return instead;
    op = make_op(server, &start_class, &instead);
    if (!op) {
        eft_ws_server_free(server);
        return instead;
    }
    start(op);
    return &op->future;
}

/* Closing */

static bool cancel_close(eft_future *future)
{
    server_op *op = (server_op *)future;

    eft__queue_remove(&op->server->closes, &op->link);
    return eft__future_cancel_now(future);
}

static const eft__future_class close_class = {
    .name = "ws_server_close", .cancel = cancel_close, .fini = fini_op};

static void on_impatience(void *arg)
{
    eft__served_hurry(arg);
}

static void begin_to_close(eft_ws_server *server)
{
    int64_t patience = server->options.close_timeout_ms;

    stop_listening(server);
    eft__served_leave(server);
    server->state = EFT__SERVER_CLOSING;
    if (patience != EFT_FOREVER) {
        server->patience = eft_call_later(patience, on_impatience, server);
        /* Without memory for a limit nobody is waited for. */
        if (eft_future_state(server->patience) != EFT_PENDING)
            eft__served_hurry(server);
    }
    eft__server_settle(server);
}

eft_future *eft_ws_server_close(eft_ws_server *server)
{
    eft_future *instead;
    server_op *op;

    if (eft__served_is_mine(server, eft_current_task()))
        return eft__future_failed(
            EFT_EDEADLK, "a task of the server's would wait for itself");
    op = make_op(server, &close_class, &instead);
    if (!op)
        return instead;
    if (server->state == EFT__SERVER_CLOSED) {
        eft__future_complete(&op->future, eft_ok());
        return &op->future;
    }
    eft__queue_append(&server->closes, &op->link);
    if (server->state == EFT__SERVER_LISTENING)
        begin_to_close(server);
    return &op->future;
}

/* Looking */

uint16_t eft_ws_server_port(const eft_ws_server *server)
{
    return server->port;
}

size_t eft_ws_server_connections(const eft_ws_server *server)
{
    return server->busy_count;
}
