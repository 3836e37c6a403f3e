/* SPDX-License-Identifier: MIT
 * One connection of a WebSocket server, from accept() to its eft_ws. */
#define _POSIX_C_SOURCE 200809L
#include "ws_served.h"

#include <string.h>
#include <unistd.h>

#include "eft/log.h"
#include "eft/loop.h"
#include "sdk/core/memory.h"
#include "sdk/net/ws.h"
#include "targets/complete.h"
#include "ws.h"

/* Design notes.
 *
 * Bytes move on the loop's stack, user code runs on the task's: the accept hook
 * and serve().  From its spawning on a connection belongs to the task, which
 * frees it when it ends, or gives it back where a refusal has to be written
 * still; what the loop finds out meanwhile it only notes, and cancels the task.
 *
 * A refusal is followed by an end of our side alone, and by reading on for a
 * while: a close() with something unread in the system would be a reset, which
 * overtakes the answer. */

enum { INPUT_SIZE = 16 * 1024 }; /* as of server->input */

/* Refusing */

static void write_answer(eft__served *self);

void eft__served_write_refusal(eft__served *self, int status, const char *text,
                               const eft__bytes *headers)
{
    eft_log(EFT_LOG_DEBUG, "%s: refused with %d%s%s", self->peer, status,
            text ? ": " : "", text ? text : "");
    eft__bytes_fini(&self->output);
    /* Without memory for an answer there is none. */
    if (!eft__answer_refuse(status, text, headers, &self->output))
        eft__bytes_fini(&self->output);
}

void eft__served_refuse(eft__served *self, int status, const char *text)
{
    eft__served_write_refusal(self, status, text, NULL);
    eft__served_become(self, EFT__SERVED_REFUSING);
    eft__served_set_deadline(self, EFT__SERVED_LINGER_MS);
    write_answer(self);
}

/* Opening */

static eft__socket *adopt(eft__served *self, uint32_t id)
{
    eft__sockets *sockets = eft__sockets_of(self->server->world);
    eft__stream *stream = self->stream;
    const eft__socket_settings settings = {
        .role = EFT__SERVER,
        .max_message = self->server->of_each.max_message,
        .write_limit = self->server->of_each.write_limit,
        .fragments = self->server->of_each.fragments,
        .deflate = &self->upgrade.deflate};

    if (!sockets)
        return NULL;
    self->stream = NULL;
    return eft__socket_adopt(sockets, id, stream, &settings, self->peer,
                             eft__bytes_data(&self->behind),
                             eft__bytes_length(&self->behind));
}

/* The 101 is on its way. */
static void open_socket(eft__served *self)
{
    uint32_t id;
    eft_ws *ws = eft__ws_accept(&self->server->of_each,
                                self->upgrade.request.subprotocol, &id);

    if (ws && !adopt(self, id)) {
        eft_core_ws_closed(id, &(eft_core_ws_end){.error = EFT_ENOMEM,
                                                  .code = EFT__CLOSE_LOST,
                                                  .reason = ""});
        eft_ws_free(ws);
        ws = NULL;
    }
    if (!ws) {
        eft__served_lose(self);
        return;
    }
    self->ws = ws;
    self->deadline = UINT64_MAX;
    eft__bytes_fini(&self->behind);
    eft__bytes_fini(&self->output);
    eft__served_become(self, EFT__SERVED_OPEN);
    if (self->server->state == EFT__SERVER_CLOSING)
        eft_future_free(eft_ws_close(ws, 1001, "the server closes"));
    if (self->answered)
        eft_future_resolve(self->answered, eft_ok());
    else
        eft__served_spawn(self);
}

static void finish_refusal(eft__served *self)
{
    eft__stream_finish(self->stream);
    eft__served_become(self, EFT__SERVED_LINGERING);
    eft__served_set_deadline(self, EFT__SERVED_LINGER_MS);
    eft__stream_watch(self->stream, true, false);
}

static void write_answer(eft__served *self)
{
    eft__bytes *output = &self->output;

    while (eft__bytes_length(output)) {
        ptrdiff_t length = eft__stream_write(
            self->stream, eft__bytes_data(output), eft__bytes_length(output));

        if (length < 0) {
            eft__served_lose(self);
            return;
        }
        eft__bytes_consume(output, (size_t)length);
        if (length == EFT__STREAM_WAIT)
            break;
    }
    if (eft__bytes_length(output) || !eft__stream_flush(self->stream))
        eft__stream_watch(self->stream, false, true);
    else if (self->state == EFT__SERVED_ANSWERING)
        open_socket(self);
    else
        finish_refusal(self);
}

/* Reading the request */

static void agree(eft__served *self)
{
    eft__served_become(self, EFT__SERVED_ANSWERING);
    if (!eft__answer_agree(&self->answer, &self->output))
        eft__served_refuse(self, 503, NULL);
    else
        write_answer(self);
}

static void consider(eft__served *self)
{
    eft_ws_server *server = self->server;
    eft_ws_request *request = &self->upgrade.request;

    self->certificate =
        eft__server_tls_subject(eft__stream_tls_of(self->stream));
    self->answer.upgrade = &self->upgrade;
    request->peer = self->peer;
    request->tls = server->tls != NULL;
    request->certificate = self->certificate;
    if (!eft__upgrade_check(&self->upgrade, &self->head, &server->options)) {
        eft__served_refuse(self, self->upgrade.status, self->upgrade.why);
    } else if (server->busy_count >= server->options.max_connections) {
        eft__served_refuse(self, 503, "too many connections");
    } else if (!server->options.accept) {
        agree(self);
    } else {
        eft__served_become(self, EFT__SERVED_DECIDING);
        eft__stream_watch(self->stream, false, false);
        eft__served_spawn(self);
    }
}

/* Keeps what came behind the request for who reads it later.  True: the head
 * goes on. */
static bool read_head(eft__served *self, const uint8_t *data, size_t length)
{
    size_t done = eft__http_request_read(&self->head, data, length);

    if (self->head.state == EFT__HTTP_READING)
        return true;
    if (self->head.state == EFT__HTTP_REFUSED)
        eft__served_refuse(self, self->head.status, self->head.why);
    else if (!eft__bytes_append(&self->behind, data + done, length - done))
        eft__served_refuse(self, 503, NULL);
    else
        consider(self);
    return false;
}

/* One read: libuv tells again of what is left, TLS does not. */
static void read_some(eft__served *self)
{
    uint8_t *input = self->server->input;

    do {
        ptrdiff_t length = eft__stream_read(self->stream, input, INPUT_SIZE);

        if (length < 0) {
            eft__served_lose(self);
            return;
        }
        if (self->state == EFT__SERVED_READING && length > 0 &&
            !read_head(self, input, (size_t)length))
            return;
    } while (eft__stream_has_more(self->stream));
    eft__stream_watch(self->stream, true, false);
}

static void shake(eft__served *self)
{
    int done = eft__stream_handshake(self->stream);

    if (done == EFT__STREAM_WAIT) {
        eft__stream_watch(self->stream, true, false);
    } else if (done < 0) {
        eft_log(EFT_LOG_DEBUG, "%s: TLS failed: %s", self->peer,
                eft__stream_fault(self->stream));
        eft__served_lose(self);
    } else {
        eft__served_become(self, EFT__SERVED_READING);
        read_some(self);
    }
}

static void on_ready(void *context, unsigned events)
{
    eft__served *self = context;

    if (self->gone)
        return;
    switch (self->state) {
    case EFT__SERVED_SHAKING:
        shake(self);
        break;
    case EFT__SERVED_READING:
    case EFT__SERVED_LINGERING:
        read_some(self);
        break;
    case EFT__SERVED_DECIDING:
        if (events & EFT__STREAM_HUNG_UP)
            eft__served_lose(self);
        break;
    case EFT__SERVED_ANSWERING:
    case EFT__SERVED_REFUSING:
        write_answer(self);
        break;
    case EFT__SERVED_OPEN:
        break;
    }
}

/* Accepting */

static void drop_oldest(eft_ws_server *server)
{
    eft__served_free(eft__served_of(server->waiting.next));
}

static eft__served *make(eft_ws_server *server, const char *peer)
{
    eft__served *self = eft__alloc_zero(sizeof *self);

    if (!self)
        return NULL;
    self->server = server;
    server->keepers++;
    strcpy(self->peer, peer);
    eft__http_request_init(&self->head, server->options.max_request);
    self->state = server->tls ? EFT__SERVED_SHAKING : EFT__SERVED_READING;
    eft__served_enter(self);
    return self;
}

static void begin(eft_ws_server *server, int fd, const char *peer)
{
    eft__served *self = make(server, peer);
    void *ssl = NULL;
    int fault;

    if (self && server->tls)
        ssl = eft__server_tls_accept(server->tls);
    if (!self || (server->tls && !ssl)) {
        close(fd);
        if (self)
            eft__served_free(self);
        return;
    }
    self->stream =
        eft__stream_open(&server->world->loop, fd, ssl, on_ready, self, &fault);
    if (!self->stream) {
        eft__served_free(self);
        return;
    }
    eft__served_set_deadline(self, server->options.open_timeout_ms);
    eft__stream_watch(self->stream, true, false);
}

void eft__served_accept(void *context, int fd, const char *peer, int error)
{
    eft_ws_server *server = context;

    if (fd < 0) {
        eft_log(EFT_LOG_WARN, "cannot accept connections for a while: %s",
                uv_strerror(uv_translate_sys_error(error)));
        server->resting = true;
        eft__server_tick(server);
        return;
    }
    if (server->waiting_count >= server->options.max_handshakes)
        drop_oldest(server);
    begin(server, fd, peer);
}
