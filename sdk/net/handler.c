/* SPDX-License-Identifier: MIT
 * Handler: one WebSocket connection, its log, and a receive loop. */
#include "eft/handler.h"

#include <string.h>

#include "../core/future.h"
#include "../core/memory.h"
#include "../core/task.h"
#include "eft/json.h"
#include "eft/log.h"
#include "eft/ws.h"

/* Design notes.  Connecting, receiving and closing are tasks, written as a
 * user would write them.  Each keeps the struct, so that eft_handler_free() may
 * come at any time: it takes the socket away, which ends what they wait for. */

struct eft_handler {
    uint32_t keepers;    /* its user and its tasks: the last frees */
    bool given_up;       /* eft_handler_free() was called */
    bool closed_logged;  /* the log's "closed" line is written once */
    eft_future *connect; /* while connecting; its task holds it, not this */
    eft_ws *ws;          /* NULL: not connected */
};

/* What a task of the handler needs to know. */
typedef struct job {
    eft_handler *handler;
    eft_handler_on_message *on_message; /* receive */
    void *arg;
    char *text; /* connect: the URL; close: the reason */
} job;

static void unkeep(eft_handler *handler)
{
    if (--handler->keepers == 0)
        eft__free(handler);
}

static void free_job(void *arg)
{
    job *done = arg;

    unkeep(done->handler);
    eft__free(done->text);
    eft__free(done);
}

static void free_connect_job(void *arg)
{
    ((job *)arg)->handler->connect = NULL;
    free_job(arg);
}

static eft_result connect_body(void *arg);

/* Starts body as an operation; text is copied. */
static eft_future *start(eft_handler *handler, eft_body *body, job needs,
                         const char *text)
{
    job *copy = eft__alloc(sizeof *copy);

    if (!copy)
        return eft__future_no_memory();
    *copy = needs;
    copy->handler = handler;
    copy->text = text ? eft__copy_text(text, strlen(text)) : NULL;
    handler->keepers++;
    if (text && !copy->text) {
        free_job(copy);
        return eft__future_no_memory();
    }
    return eft__spawn_operation(
        body, copy, body == connect_body ? free_connect_job : free_job);
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
    eft_ws_free(handler->ws);
    handler->ws = NULL;
    unkeep(handler);
}

/* What an operation answers that its handler did not outlive. */
static eft_result gone(void)
{
    return eft_fail(EFT_ECLOSED, "the handler was freed");
}

static void log_closed(eft_handler *handler)
{
    const char *reason = eft_ws_close_reason(handler->ws);

    if (handler->closed_logged)
        return;
    handler->closed_logged = true;
    eft_log(EFT_LOG_INFO, "closed %u%s%s", eft_ws_close_code(handler->ws),
            *reason ? " " : "", reason);
}

static eft_result connect_body(void *arg)
{
    job *self = arg;
    eft_handler *handler = self->handler;

    eft_log(EFT_LOG_INFO, "attempting connection to %s", self->text);
    eft_result result = eft_await(eft_ws_connect(self->text, NULL));

    if (handler->given_up) {
        eft_result_free(result);
        return gone();
    }
    if (result.error)
        return result;
    handler->ws = result.ws;
    eft_log_line(EFT_LOG_INFO, "connected");
    return eft_ok();
}

eft_future *eft_handler_connect(eft_handler *handler, const char *url)
{
    if (!handler)
        return eft__future_no_memory();
    /* What it has left of a connection that has ended can go, once no task
     * looks at it any more. */
    if (handler->ws && eft_ws_close_code(handler->ws) &&
        handler->keepers == 1) {
        eft_ws_free(handler->ws);
        handler->ws = NULL;
        handler->closed_logged = false;
    }
    if (handler->ws || handler->connect)
        return eft__future_failed(EFT_EBUSY,
                                  "the handler is connected already");
    eft_future *future = start(handler, connect_body, (job){0}, url ? url : "");
    if (eft_future_state(future) == EFT_PENDING)
        handler->connect = future;
    return future;
}

static eft_future *not_connected(const eft_handler *handler)
{
    return handler
               ? eft__future_failed(EFT_ECLOSED, "the handler is not connected")
               : eft__future_no_memory();
}

eft_future *eft_handler_send_json(eft_handler *handler, struct cJSON *json)
{
    if (handler && handler->ws)
        return eft_ws_send_json(handler->ws, json);
    eft_json_free(json);
    return not_connected(handler);
}

eft_future *eft_handler_send_text(eft_handler *handler, const char *text,
                                  size_t length)
{
    if (handler && handler->ws)
        return eft_ws_send_text(handler->ws, text, length);
    return not_connected(handler);
}

eft_future *eft_handler_send_bytes(eft_handler *handler, const void *data,
                                   size_t length)
{
    if (handler && handler->ws)
        return eft_ws_send_binary(handler->ws, data, length);
    return not_connected(handler);
}

/* Receives until the connection ends or on_message has had enough. */
static eft_result receive_all(job *self)
{
    eft_handler *handler = self->handler;

    while (!handler->given_up) {
        eft_result result = eft_await(eft_ws_receive(handler->ws));

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
    return gone();
}

static eft_result receive_body(void *arg)
{
    job *self = arg;
    eft_handler *handler = self->handler;

    eft_log_line(EFT_LOG_INFO, "async_recv begin");
    eft_result result = receive_all(self);
    eft_log_line(EFT_LOG_INFO, "async_recv end");
    if (handler->given_up)
        return result;
    if (eft_ws_close_code(handler->ws))
        log_closed(handler);
    return result;
}

eft_future *eft_handler_receive(eft_handler *handler,
                                eft_handler_on_message *on_message, void *arg)
{
    if (!handler || !handler->ws)
        return not_connected(handler);
    job needs = {.on_message = on_message, .arg = arg};
    return start(handler, receive_body, needs, NULL);
}

static eft_result close_body(void *arg)
{
    job *self = arg;
    eft_handler *handler = self->handler;

    if (handler->given_up)
        return gone();
    eft_result result = eft_await(eft_ws_close(handler->ws, 1000, self->text));
    if (!handler->given_up && !result.error)
        log_closed(handler);
    return result;
}

eft_future *eft_handler_close(eft_handler *handler, const char *reason)
{
    if (!handler || !handler->ws)
        return not_connected(handler);
    return start(handler, close_body, (job){0}, reason ? reason : "");
}
