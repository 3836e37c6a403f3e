/* SPDX-License-Identifier: MIT
 * A native WebSocket server: its making, its clock and its end. */
#define _POSIX_C_SOURCE 200809L
#include "ws_server.h"

#include "eft/combine.h"
#include "eft/loop.h"
#include "eft/task.h"
#include "sdk/core/future.h"
#include "sdk/core/memory.h"

/* Design notes.
 *
 * Why not libwebsockets: docs/decisions.md.
 *
 * The struct's memory is kept by its user, by its clock until libuv has closed
 * it, by each connection and by each future of a start or a close.  Whatever
 * happens, its handles end in retire(), once: when the closing is over, when it
 * is freed, or when the world ends, whichever is first. */

enum { LOOK_MS = 250, INPUT_SIZE = 16 * 1024 };

/* A future of a close. */
typedef struct close_op {
    eft_future future;
    eft_ws_server *server; /* its memory is kept */
    eft__node link;        /* in the server's queue */
} close_op;

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

/* Ending */

static void end_closes(eft_ws_server *server, int32_t error)
{
    while (server->closes) {
        close_op *op =
            EFT__OWNER(eft__queue_pop(&server->closes), close_op, link);

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

/* Making */

eft_ws_server *eft__server_new(eft__world *world,
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

/* Closing */

static void fini_close(eft_future *future)
{
    eft__server_unkeep(((close_op *)future)->server);
}

static bool cancel_close(eft_future *future)
{
    close_op *op = (close_op *)future;

    eft__queue_remove(&op->server->closes, &op->link);
    return eft__future_cancel_now(future);
}

static const eft__future_class close_class = {
    .name = "ws_server_close", .cancel = cancel_close, .fini = fini_close};

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
    close_op *op;

    if (eft__served_is_mine(server, eft_current_task()))
        return eft__future_failed(
            EFT_EDEADLK, "a task of the server's would wait for itself");
    op = eft__future_make(sizeof *op, &close_class, &instead);
    if (!op)
        return instead;
    op->server = server;
    server->keepers++;
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
