/* SPDX-License-Identifier: MIT
 * A native WebSocket server: how it begins to listen. */
#define _POSIX_C_SOURCE 200809L
#include "ws_server.h"

#include <stdio.h>
#include <string.h>

#include "resolve.h"
#include "sdk/core/future.h"
#include "sdk/core/memory.h"

enum { SENTENCE = 512, PORTS_TRIED = 16 };

/* A future of a start. */
typedef struct start_op {
    eft_future future;
    eft_ws_server *server; /* its memory is kept */
    eft__lookup *lookup;   /* while it runs, else NULL */
} start_op;

/* Failing */

static void fail_start(start_op *op, int32_t error, const char *detail)
{
    eft_ws_server *server = op->server;

    eft__future_fail_copy(&op->future, error, detail);
    eft_ws_server_free(server);
}

static void fail_to_listen(start_op *op, const char *where, int fault)
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

static void free_server(void *arg)
{
    eft_ws_server_free(arg);
}

static void succeed(start_op *op)
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

static void listen_on_unix(start_op *op)
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

/* All of a name's addresses have the same port.  0, or the fault of *where. */
static int listen_on_all(eft_ws_server *server, const eft__addresses *addresses,
                         const char **where)
{
    uint16_t port = server->options.port;

    for (size_t i = 0; i < addresses->count; i++) {
        int fault;
        eft__listener *listener = eft__listener_open(
            &server->world->loop, addresses->text[i], port,
            addresses->count > 1, eft__served_accept, server, &fault);

        *where = addresses->text[i];
        if (!listener)
            return fault;
        server->listeners[server->listener_count++] = listener;
        port = eft__listener_port(listener);
    }
    return 0;
}

static void listen_on(start_op *op, const eft__addresses *addresses)
{
    eft_ws_server *server = op->server;
    const char *where = NULL;
    int fault = 0;

    if (!addresses || !addresses->count ||
        !reserve_listeners(server, addresses->count)) {
        fail_start(op, EFT_ENOMEM, NULL);
        return;
    }
    /* The port that the system has for the first address may be somebody's at
     * the next one. */
    for (int i = 0; i < PORTS_TRIED; i++) {
        fault = listen_on_all(server, addresses, &where);
        if (fault != UV_EADDRINUSE || server->options.port ||
            !server->listener_count)
            break;
        while (server->listener_count)
            eft__listener_close(server->listeners[--server->listener_count]);
    }
    if (fault)
        fail_to_listen(op, where, fault);
    else
        succeed(op);
}

static void on_lookup(void *context, int status, eft__addresses *addresses)
{
    start_op *op = context;
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

static void fini_start(eft_future *future)
{
    eft__server_unkeep(((start_op *)future)->server);
}

static bool cancel_start(eft_future *future)
{
    start_op *op = (start_op *)future;

    if (op->lookup)
        eft__lookup_abandon(op->lookup);
    fail_start(op, EFT_ECANCELED, NULL);
    return true;
}

static const eft__future_class start_class = {
    .name = "ws_server_start", .cancel = cancel_start, .fini = fini_start};

static void start(start_op *op)
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
    start_op *op;

    if (error)
        return eft__future_failed(error, why);
    if (!world)
        return eft__future_failed(EFT_EINVAL, "no loop runs on this thread");
    server = eft__server_new(world, options);
    if (!server)
        return instead;
    op = eft__future_make(sizeof *op, &start_class, &instead);
    if (!op) {
        eft_ws_server_free(server);
        return instead;
    }
    op->server = server;
    op->lookup = NULL;
    server->keepers++;
    start(op);
    return &op->future;
}
