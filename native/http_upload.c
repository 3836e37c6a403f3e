/* SPDX-License-Identifier: MIT
 * The body of a request: what libcurl asks for. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <stdio.h>
#include <string.h>

#include "targets/complete.h"

/* Nothing that waits, but for a stretch at the front that was sent. */
static void trim(eft__http_exchange *exchange)
{
    eft__http_buffer *upload = &exchange->upload;

    if (exchange->uploaded < upload->length &&
        exchange->uploaded < upload->length / 2)
        return;
    upload->length -= exchange->uploaded;
    memmove(upload->data, upload->data + exchange->uploaded, upload->length);
    exchange->uploaded = 0;
}

static size_t read_stream(eft__http_exchange *exchange, char *to, size_t room)
{
    size_t length = eft__http_to_send(exchange);

    if (!length && exchange->last)
        return 0;
    if (!length) {
        exchange->starved = true;
        return CURL_READFUNC_PAUSE;
    }
    if (length > room)
        length = room;
    memcpy(to, exchange->upload.data + exchange->uploaded, length);
    exchange->uploaded += length;
    trim(exchange);
    return length;
}

static size_t read_bytes(const eft__http_exchange *exchange, char *to,
                         size_t room)
{
    const eft_target_http_request *request = exchange->request;
    uint64_t left = (uint64_t)request->body_length - exchange->sent;

    if (room > left)
        room = (size_t)left;
    memcpy(to, (const char *)request->body + exchange->sent, room);
    return room;
}

size_t eft__http_on_read(char *to, size_t size, size_t count, void *context)
{
    eft__http_exchange *exchange = context;
    size_t length;

    if (!exchange->request || exchange->error)
        return CURL_READFUNC_PAUSE; /* until the next step ends it */
    length = exchange->request->streams
                 ? read_stream(exchange, to, size * count)
                 : read_bytes(exchange, to, size * count);
    if (length == CURL_READFUNC_PAUSE)
        return length;
    exchange->sent += length;
    if (length)
        eft_core_http_sent(exchange->id, exchange->sent);
    if (exchange->owing && !eft__http_to_send(exchange)) {
        exchange->owing = false;
        eft_core_http_written(exchange->id);
    }
    return length;
}

/* Back to the beginning, to send it once more. */
int eft__http_on_seek(void *context, curl_off_t offset, int origin)
{
    eft__http_exchange *exchange = context;
    bool here = (uint64_t)offset == exchange->sent;

    if (!exchange->request || origin != SEEK_SET)
        return CURL_SEEKFUNC_FAIL;
    if (exchange->request->streams)
        return here ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
    exchange->sent = (uint64_t)offset;
    return CURL_SEEKFUNC_OK;
}

/* A request is about to be sent.  That happens more than once where a
 * connection that was kept open is dead. */
int eft__http_on_attempt(void *context, char *remote, char *local,
                         int remote_port, int local_port)
{
    enum { ATTEMPTS_MOST = 2 };
    eft__http_exchange *exchange = context;
    const eft_target_http_request *request = exchange->request;
    int most = request && request->idempotent ? ATTEMPTS_MOST : 1;

    (void)remote;
    (void)local;
    (void)remote_port;
    exchange->local_port = local_port;
    if (!request || exchange->error || ++exchange->attempts > most)
        return CURL_PREREQFUNC_ABORT;
    if (exchange->copy.length)
        eft_core_http_sent(exchange->id, exchange->copy.length);
    return CURL_PREREQFUNC_OK;
}
