/* SPDX-License-Identifier: MIT
 * The connections of a WebSocket server: their lists and their ends. */
#define _POSIX_C_SOURCE 200809L
#include "ws_served.h"

#include "eft/combine.h"
#include "eft/task.h"
#include "sdk/core/memory.h"
#include "sdk/net/ws.h"

static bool is_busy(const eft__served *self)
{
    return self->state == EFT__SERVED_DECIDING ||
           self->state == EFT__SERVED_ANSWERING ||
           self->state == EFT__SERVED_OPEN;
}

static size_t *count_of(const eft__served *self)
{
    return is_busy(self) ? &self->server->busy_count
                         : &self->server->waiting_count;
}

static eft__link *list_of(const eft__served *self)
{
    if (self->state == EFT__SERVED_OPEN)
        return &self->server->open;
    return is_busy(self) ? &self->server->deciding : &self->server->waiting;
}

void eft__served_enter(eft__served *self)
{
    eft__list_append(list_of(self), &self->link);
    ++*count_of(self);
}

static void leave(eft__served *self)
{
    eft__list_remove(&self->link);
    --*count_of(self);
}

void eft__served_become(eft__served *self, eft__served_state state)
{
    leave(self);
    self->state = state;
    eft__served_enter(self);
}

void eft__served_set_deadline(eft__served *self, int64_t delay_ms)
{
    uv_loop_t *loop = &self->server->world->loop;

    self->deadline = delay_ms == EFT_FOREVER
                         ? UINT64_MAX
                         : uv_now(loop) + (uint64_t)delay_ms;
    eft__server_tick(self->server);
}

/* Ending */

void eft__served_free(eft__served *self)
{
    eft_ws_server *server = self->server;

    leave(self);
    if (self->stream)
        eft__stream_close(self->stream);
    eft_ws_free(self->ws);
    eft_future_free(self->task);
    eft_future_free(self->answered);
    eft__answer_fini(&self->answer);
    eft__upgrade_fini(&self->upgrade);
    eft__http_request_fini(&self->head);
    eft__bytes_fini(&self->behind);
    eft__bytes_fini(&self->output);
    eft__free(self->certificate);
    eft__free(self);
    if (!server->sweeping)
        eft__server_settle(server);
    eft__server_unkeep(server);
}

void eft__served_lose(eft__served *self)
{
    if (!self->task) {
        eft__served_free(self);
        return;
    }
    if (self->gone)
        return;
    self->gone = true;
    self->deadline = UINT64_MAX;
    if (self->stream)
        eft__stream_watch(self->stream, false, false);
    eft_cancel(self->task);
}

/* All of them */

/* A hook that is too slow is cancelled, and then answered for. */
static void expire(eft__served *self)
{
    if (self->state == EFT__SERVED_DECIDING && self->task) {
        self->late = true;
        self->deadline = UINT64_MAX;
        eft_cancel(self->task);
        return;
    }
    if (self->state == EFT__SERVED_READING &&
        eft__bytes_length(&self->head.text))
        eft__served_refuse(self, 408, NULL);
    else
        eft__served_lose(self);
}

static bool look_in(eft__link *list, uint64_t now)
{
    for (eft__link *at = list->next, *next; at != list; at = next) {
        eft__served *self = eft__served_of(at);

        next = at->next;
        if (self->deadline <= now)
            expire(self);
    }
    return list->next != list;
}

bool eft__served_look(eft_ws_server *server, uint64_t now)
{
    bool more;

    server->sweeping = true;
    more = look_in(&server->waiting, now);
    more |= look_in(&server->deciding, now);
    server->sweeping = false;
    return more;
}

void eft__served_leave(eft_ws_server *server)
{
    for (eft__link *at = server->waiting.next, *next; at != &server->waiting;
         at = next) {
        eft__served *self = eft__served_of(at);

        next = at->next;
        if (self->state != EFT__SERVED_REFUSING)
            eft__served_free(self);
    }
    for (eft__link *at = server->deciding.next; at != &server->deciding;
         at = at->next)
        if (eft__served_of(at)->task)
            eft_cancel(eft__served_of(at)->task);
    for (eft__link *at = server->open.next; at != &server->open; at = at->next)
        eft_future_free(
            eft_ws_close(eft__served_of(at)->ws, 1001, "the server closes"));
}

void eft__served_hurry(eft_ws_server *server)
{
    for (eft__link *at = server->open.next; at != &server->open; at = at->next)
        if (eft__served_of(at)->task)
            eft_cancel(eft__served_of(at)->task);
}

void eft__served_cut(eft_ws_server *server)
{
    eft__served_drop(server);
    for (eft__link *at = server->open.next; at != &server->open; at = at->next)
        eft__ws_cut(eft__served_of(at)->ws, EFT_ECLOSED,
                    "the server was freed");
    eft__served_hurry(server);
}

static void drop_from(eft__link *list)
{
    for (eft__link *at = list->next, *next; at != list; at = next) {
        next = at->next;
        eft__served_lose(eft__served_of(at));
    }
}

void eft__served_drop(eft_ws_server *server)
{
    server->sweeping = true;
    drop_from(&server->waiting);
    drop_from(&server->deciding);
    server->sweeping = false;
}

bool eft__served_refuses(const eft_ws_server *server)
{
    for (eft__link *at = server->waiting.next; at != &server->waiting;
         at = at->next)
        if (eft__served_of(at)->state == EFT__SERVED_REFUSING)
            return true;
    return false;
}

bool eft__served_is_mine(const eft_ws_server *server, const eft_future *task)
{
    for (eft__link *at = server->open.next; at != &server->open; at = at->next)
        if (task && eft__served_of(at)->task == task)
            return true;
    return false;
}
