/* SPDX-License-Identifier: MIT
 * Handler: one WebSocket connection, its log, and a receive loop. */
#include "handler.h"

#include <string.h>

#include "../core/future.h"
#include "../core/memory.h"
#include "eft/json.h"
#include "eft/log.h"
#include "eft/ws.h"
#include "url.h"

/* Design notes.  Connecting, receiving and closing are tasks, written as a
 * user would write them.  Each keeps the struct, so that eft_handler_free() may
 * come at any time: it takes the socket away, which ends what they wait for. */

enum { URL_SHOWN = 1000 /* about as much as a line of the log has */ };

typedef eft__handler_job job;

static void unkeep(eft_handler *handler)
{
    if (--handler->keepers)
        return;
    if (handler->hooks)
        handler->hooks->fini(handler);
    eft__free(handler);
}

static void free_job(void *arg)
{
    job *done = arg;

    eft_future_free(done->closed);
    unkeep(done->handler);
    eft__free(done->text);
    eft__free(done);
}

static void free_connect_job(void *arg)
{
    ((job *)arg)->handler->connect = NULL;
    free_job(arg);
}

/* Starts body as an operation; text is copied. */
static eft_future *start(eft_handler *handler, eft_body *body,
                         void (*free_arg)(void *), job needs, const char *text)
{
    job *copy = eft__alloc(sizeof *copy);

    if (!copy) {
        eft_future_free(needs.closed);
        return eft__future_no_memory();
    }
    *copy = needs;
    copy->handler = handler;
    copy->text = text ? eft__copy_text(text, strlen(text)) : NULL;
    handler->keepers++;
    if (text && !copy->text) {
        free_job(copy);
        return eft__future_no_memory();
    }
    return eft__spawn_operation(body, copy, free_arg);
}

eft_handler *eft_handler_new(void)
{
    eft_handler *handler = eft__alloc_zero(sizeof *handler);

    if (handler)
        handler->keepers = 1;
    return handler;
}

void eft_handler_free(eft_handler *handler)
{
    if (!handler)
        return;
    handler->given_up = true;
    if (handler->connect)
        eft_cancel(handler->connect);
    if (handler->hooks)
        handler->hooks->stop(handler);
    eft_ws_free(handler->ws);
    handler->ws = NULL;
    unkeep(handler);
}

eft_result eft__handler_gone(void)
{
    return eft_fail(EFT_ECLOSED, "the handler was freed");
}

static void log_closed(eft_handler *handler, int32_t error)
{
    const char *reason = eft_ws_close_reason(handler->ws);

    if (handler->closed_logged)
        return;
    handler->closed_logged = true;
    eft_log(EFT_LOG_INFO, "closed %u%s%s", eft_ws_close_code(handler->ws),
            *reason ? " " : "", reason);
    if (handler->hooks)
        handler->hooks->tell_closed(handler, error);
}

void eft__handler_log_attempt(const char *url)
{
    char shown[URL_SHOWN];

    eft__url_show(shown, sizeof shown, url);
    eft_log(EFT_LOG_INFO, "attempting connection to %s", shown);
}

static eft_result connect_body(void *arg)
{
    job *self = arg;
    eft_handler *handler = self->handler;

    eft__handler_log_attempt(self->text);
    eft_result result = eft_await(eft_ws_connect(self->text, NULL));

    if (handler->given_up) {
        eft_result_free(result);
        return eft__handler_gone();
    }
    if (result.error)
        return result;
    handler->ws = result.ws;
    eft_log_line(EFT_LOG_INFO, "connected");
    return eft_ok();
}

/* What it has left of a connection that has ended can go, once no task looks at
 * it any more. */
static void clear(eft_handler *handler)
{
    if (handler->keepers > 1 ||
        (handler->ws && !eft_ws_close_code(handler->ws)))
        return;
    eft_ws_free(handler->ws);
    handler->ws = NULL;
    handler->closed_logged = handler->closing = handler->away = false;
    if (handler->hooks)
        handler->hooks->fini(handler);
    handler->hooks = NULL;
}

eft_future *eft__handler_refuse_connect(eft_handler *handler)
{
    if (!handler)
        return eft__future_no_memory();
    clear(handler);
    return handler->ws || handler->connect
               ? eft__future_failed(EFT_EBUSY,
                                    "the handler is connected already")
               : NULL;
}

eft_future *eft__handler_start_connect(eft_handler *handler, eft_body *body,
                                       const char *url)
{
    eft_future *future =
        start(handler, body, free_connect_job, (job){0}, url ? url : "");

    if (eft_future_state(future) == EFT_PENDING)
        handler->connect = future;
    return future;
}

eft_future *eft_handler_connect(eft_handler *handler, const char *url)
{
    eft_future *refusal = eft__handler_refuse_connect(handler);

    return refusal ? refusal
                   : eft__handler_start_connect(handler, connect_body, url);
}

eft_ws *eft_handler_ws(const eft_handler *handler)
{
    return handler ? handler->ws : NULL;
}

static bool can_send(const eft_handler *handler)
{
    return handler && handler->ws && !handler->away;
}

static eft_future *not_connected(const eft_handler *handler)
{
    if (!handler)
        return eft__future_no_memory();
    return eft__future_failed(
        EFT_ECLOSED, handler->away ? "the handler is between two connections"
                                   : "the handler is not connected");
}

eft_future *eft_handler_send_json(eft_handler *handler, struct cJSON *json)
{
    if (can_send(handler))
        return eft_ws_send_json(handler->ws, json);
    eft_json_free(json);
    return not_connected(handler);
}

eft_future *eft_handler_send_text(eft_handler *handler, const char *text,
                                  size_t length)
{
    if (can_send(handler))
        return eft_ws_send_text(handler->ws, text, length);
    return not_connected(handler);
}

eft_future *eft_handler_send_bytes(eft_handler *handler, const void *data,
                                   size_t length)
{
    if (can_send(handler))
        return eft_ws_send_binary(handler->ws, data, length);
    return not_connected(handler);
}

/* Receives until the connection has ended, or on_message has had enough. */
static eft_result receive_all(job *self, bool *ended)
{
    eft_handler *handler = self->handler;

    while (!handler->given_up) {
        eft_result result = eft_await(eft_ws_receive(handler->ws));

        if (result.error && !handler->given_up)
            *ended =
                result.error != EFT_ECANCELED && eft_ws_close_code(handler->ws);
        /* A normal closure is how receiving is meant to end. */
        if (result.error == EFT_ECLOSED && !handler->given_up)
            return eft_ok();
        if (result.error)
            return result;
        if (handler->given_up) {
            eft_result_free(result);
            break;
        }
        eft_result answer = self->on_message(result.message, self->arg);
        eft_result_free(result);
        if (answer.error)
            return answer;
        eft_result_free(answer);
    }
    return eft__handler_gone();
}

/* The same over as many connections as there are. */
static eft_result receive_on(job *self)
{
    eft_handler *handler = self->handler;
    eft_result result;
    bool ended;

    do {
        result = eft_ok();
        ended = handler->away;
        if (!ended)
            result = receive_all(self, &ended);
    } while (ended && handler->hooks &&
             handler->hooks->go_on(handler, &result));
    return result;
}

static eft_result receive_body(void *arg)
{
    job *self = arg;
    eft_handler *handler = self->handler;

    eft_log_line(EFT_LOG_INFO, "async_recv begin");
    eft_result result = receive_on(self);
    eft_log_line(EFT_LOG_INFO, "async_recv end");
    if (!handler->given_up && !handler->away && eft_ws_close_code(handler->ws))
        log_closed(handler, result.error);
    return result;
}

eft_future *eft_handler_receive(eft_handler *handler,
                                eft_handler_on_message *on_message, void *arg)
{
    if (!handler || !handler->ws)
        return not_connected(handler);
    if (!on_message)
        return eft__future_failed(EFT_EINVAL, "there is no on_message");
    job needs = {.on_message = on_message, .arg = arg};
    return start(handler, receive_body, free_job, needs, NULL);
}

static eft_result close_body(void *arg)
{
    job *self = arg;
    eft_handler *handler = self->handler;
    eft_result result = eft_ok();

    if (self->closed) {
        eft_future *closed = self->closed;

        self->closed = NULL;
        result = eft_await(closed);
    }
    if (handler->given_up)
        return eft__handler_gone();
    if (!result.error)
        log_closed(handler, 0);
    return result;
}

/* The closing begins at once: who drops the future only does not wait. */
static eft_future *close_ws(eft_handler *handler, const char *reason)
{
    eft_future *closed = eft_ws_close(handler->ws, 1000, reason);

    /* It may be refused, because of its words or for want of memory. */
    if (!closed->complete || !closed->result.error)
        handler->closing = true;
    return closed;
}

eft_future *eft_handler_close(eft_handler *handler, const char *reason)
{
    job needs = {0};

    if (!handler || !handler->ws)
        return not_connected(handler);
    if (handler->away) {
        handler->away = false;
        handler->closing = true;
        handler->hooks->stop(handler);
    } else {
        needs.closed = close_ws(handler, reason);
    }
    return start(handler, close_body, free_job, needs, NULL);
}
