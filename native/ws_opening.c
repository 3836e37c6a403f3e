/* SPDX-License-Identifier: MIT
 * A connection until it is open: what it needs, TLS, our request, the answer.
 */
#define _POSIX_C_SOURCE 200809L
#include "ws.h"

#include <stdio.h>
#include <string.h>

#include <openssl/ssl.h>

#include "eft/error.h"
#include "eft/log.h"
#include "sdk/core/memory.h"

/* Making */

static bool copy(char **to, const char *text)
{
    *to = text ? eft__copy_text(text, strlen(text)) : NULL;
    return *to || !text;
}

/* "a, b": as the header has it, and as the answer is looked up. */
static bool join(char **to, const char *const *parts, size_t count)
{
    size_t size = 1;
    char *end;

    for (size_t i = 0; i < count; i++)
        size += strlen(parts[i]) + 2;
    *to = count ? eft__alloc(size) : NULL;
    end = *to;
    for (size_t i = 0; end && i < count; i++)
        end += sprintf(end, i ? ", %s" : "%s", parts[i]);
    return end || !count;
}

static bool copy_request(eft__opening *opening,
                         const eft_target_ws_request *request)
{
    const eft_ws_options *options = request->options;
    const char *agent = options->user_agent;
    const char *name = options->tls.server_name;

    opening->port = request->port;
    opening->tls = request->tls;
    opening->deflate = options->deflate;
    opening->max_message = options->max_message;
    opening->write_limit = options->write_limit;
    opening->fragments = options->fragments;
    return copy(&opening->host, request->host) &&
           copy(&opening->name, name ? name : request->host) &&
           copy(&opening->unix_path, options->unix_path) &&
           copy(&opening->user_agent, agent ? agent : EFT__USER_AGENT) &&
           join(&opening->subprotocols, options->subprotocols,
                options->subprotocol_count) &&
           eft__handshake_prepare(opening, request);
}

/* What is wrong with the options for TLS shows before anybody is asked. */
static bool prepare_tls(eft__socket *socket, const eft_tls_options *options)
{
    eft__opening *opening = socket->opening;
    char why[300];

    if (!opening->tls)
        return true;
    opening->notes.name = opening->name;
    opening->ssl = eft__tls_new(&socket->all->tls, options, socket->peer,
                                &opening->notes, why, sizeof why);
    if (!opening->ssl)
        eft__socket_fail(socket, why[0] ? EFT_ETLS : EFT_ENOMEM,
                         "TLS with %s cannot begin: %s", socket->peer,
                         why[0] ? why : "out of memory");
    else if (options->insecure)
        eft_log(EFT_LOG_WARN,
                "TLS with %s is insecure (tls.insecure): whoever answers there "
                "is trusted",
                socket->peer);
    return opening->ssl != NULL;
}

/* A proxy of the environment's is not for this machine's own sockets. */
static bool prepare_proxy(eft__socket *socket, const eft_ws_options *options)
{
    eft__opening *opening = socket->opening;
    eft__proxy_fault fault;
    int32_t error;

    if (opening->unix_path && !options->proxy)
        return true;
    error = eft__proxy_choose(&opening->proxy, options->proxy, opening->host,
                              opening->port, opening->tls, &fault);
    if (error == EFT_ENOMEM) {
        eft__socket_fail(socket, error, "out of memory");
    } else if (error) {
        eft__socket_fail(socket, error, "%s%s: %s",
                         fault.variable ? "the environment's " : "",
                         fault.variable ? fault.variable : "proxy", fault.why);
    } else if (opening->proxy && opening->unix_path) {
        error = EFT_EINVAL;
        eft__socket_fail(socket, error,
                         "proxy: it cannot be had together with unix_path");
    }
    return error == 0;
}

bool eft__opening_start(eft__socket *socket,
                        const eft_target_ws_request *request)
{
    bool six = strchr(request->host, ':') != NULL;
    size_t size = strlen(request->host) + sizeof "[]:65535";

    socket->peer = eft__alloc(size);
    socket->opening = eft__alloc_zero(sizeof *socket->opening);
    if (!socket->peer || !socket->opening ||
        !copy_request(socket->opening, request)) {
        eft__opening_free(socket);
        return false;
    }
    snprintf(socket->peer, size, six ? "[%s]:%u" : "%s:%u", request->host,
             (unsigned)request->port);
    if (prepare_proxy(socket, request->options) &&
        prepare_tls(socket, &request->options->tls))
        eft__connect_start(socket);
    return true;
}

static void stop(eft__opening *opening)
{
    if (opening->lookup)
        eft__lookup_abandon(opening->lookup);
    if (opening->dial)
        eft__dial_abandon(opening->dial);
    if (opening->tunnel)
        eft__tunnel_abandon(opening->tunnel);
    if (opening->stream)
        eft__stream_close(opening->stream);
}

void eft__opening_free(eft__socket *socket)
{
    eft__opening *opening = socket->opening;

    if (!opening)
        return;
    stop(opening);
    SSL_free(opening->ssl);
    eft__free(opening->addresses);
    eft__free(opening->host);
    eft__free(opening->name);
    eft__free(opening->unix_path);
    eft__free(opening->user_agent);
    eft__free(opening->proxy);
    eft__free(opening->subprotocols);
    eft__free(opening->location);
    eft__free(opening->chosen);
    eft__bytes_fini(&opening->request);
    eft__bytes_fini(&opening->answer);
    eft__free(opening);
    socket->opening = NULL;
}

/* Failing */

/* The stream has words only. */
static bool is_memory(const char *fault)
{
    static const char words[] = "out of memory";

    return fault && strncmp(fault, words, sizeof words - 1) == 0;
}

static void lose(eft__socket *socket)
{
    eft__opening *opening = socket->opening;
    const char *fault = eft__stream_fault(opening->stream);
    const char *words =
        opening->tls ? eft__tls_explain(&opening->notes, fault) : NULL;

    if (is_memory(fault))
        eft__socket_fail(socket, EFT_ENOMEM, "%s", fault);
    else if (words || (opening->tls && socket->state == EFT__SOCKET_CONNECTING))
        eft__socket_fail(socket, EFT_ETLS, "TLS with %s failed: %s",
                         socket->peer, words ? words : "the connection ended");
    else
        eft__socket_fail(socket, EFT_EHANDSHAKE,
                         "%s ended the connection before it answered the "
                         "WebSocket upgrade%s%s",
                         socket->peer, fault ? ": " : "", fault ? fault : "");
}

static void refuse(eft__socket *socket, const char *fault)
{
    eft__socket_fail(socket, EFT_EHANDSHAKE,
                     "%s gave no HTTP/1.1 answer to the WebSocket upgrade: %s",
                     socket->peer, fault);
}

/* The answer */

/* What came behind it are frames. */
static bool keep_rest(eft__socket *socket, size_t length)
{
    eft__opening *opening = socket->opening;

    eft__bytes_consume(&opening->answer, length);
    socket->unread = opening->answer;
    opening->answer = (eft__bytes){0};
    if (!eft__bytes_length(&socket->unread))
        eft__bytes_fini(&socket->unread);
    /* The notes end with the opening; TLS does not. */
    if (eft__stream_tls_of(opening->stream))
        SSL_set_app_data(eft__stream_tls_of(opening->stream), NULL);
    return true;
}

/* True: there was enough of it. */
static bool look(eft__socket *socket)
{
    eft__opening *opening = socket->opening;

    while (eft__bytes_length(&opening->answer)) {
        const char *text = (const char *)eft__bytes_data(&opening->answer);
        const char *fault;
        eft__head head;
        ptrdiff_t length = eft__head_find(
            text, eft__bytes_length(&opening->answer), &opening->seen, &fault);

        if (length == 0)
            return false;
        if (length < 0 ||
            !eft__head_parse(&head, text, (size_t)length, &fault)) {
            refuse(socket, fault);
            return true;
        }
        if (head.status == 101 || head.status >= 200) {
            eft__handshake_check(socket, &head);
            return socket->state != EFT__SOCKET_ANSWERED ||
                   keep_rest(socket, (size_t)length);
        }
        /* Interim: RFC 9110 section 15.2. */
        opening->interim += (size_t)length;
        eft__bytes_consume(&opening->answer, (size_t)length);
        opening->seen = 0;
        if (opening->interim > EFT__HEAD_MOST) {
            refuse(socket, "it goes on with interim answers");
            return true;
        }
    }
    return false;
}

static void read_answer(eft__socket *socket)
{
    eft__opening *opening = socket->opening;
    uint8_t *input = socket->all->input;

    for (;;) {
        ptrdiff_t length =
            eft__stream_read(opening->stream, input, EFT__INPUT_SIZE);

        if (length == EFT__STREAM_WAIT)
            return;
        if (length < 0) {
            lose(socket);
            return;
        }
        if (!eft__bytes_append(&opening->answer, input, (size_t)length)) {
            eft__socket_fail(socket, EFT_ENOMEM, "out of memory");
            return;
        }
        if (look(socket) || (length < EFT__INPUT_SIZE &&
                             !eft__stream_has_more(opening->stream)))
            return;
    }
}

/* Asking */

/* True: all of it was handed over. */
static bool write_request(eft__socket *socket)
{
    eft__opening *opening = socket->opening;
    eft__bytes *request = &opening->request;

    while (eft__bytes_length(request)) {
        ptrdiff_t length =
            eft__stream_write(opening->stream, eft__bytes_data(request),
                              eft__bytes_length(request));

        /* What broke it can be read, maybe: an answer, or an alert. */
        if (length < 0) {
            read_answer(socket);
            if (socket->state == EFT__SOCKET_ASKING)
                lose(socket);
            return false;
        }
        if (length == 0)
            return false;
        eft__bytes_consume(request, (size_t)length);
    }
    return eft__stream_flush(opening->stream);
}

static bool shake_hands(eft__socket *socket)
{
    int status = eft__stream_handshake(socket->opening->stream);

    if (status == 1) {
        socket->state = EFT__SOCKET_ASKING;
        return true;
    }
    if (status != EFT__STREAM_WAIT)
        lose(socket);
    return false;
}

static bool is_over(const eft__socket *socket)
{
    return socket->state == EFT__SOCKET_ANSWERED ||
           socket->state == EFT__SOCKET_ENDED;
}

static void go_on(eft__socket *socket)
{
    bool written = true;

    if (socket->state == EFT__SOCKET_ASKING || shake_hands(socket))
        written = write_request(socket);
    if (!is_over(socket))
        eft__stream_watch(socket->opening->stream, true, !written);
}

/* What comes before the step opens the socket waits: libuv tells again. */
static void on_ready(void *context, unsigned events)
{
    eft__socket *socket = context;

    if (is_over(socket))
        return;
    if (socket->state == EFT__SOCKET_ASKING && events & EFT__STREAM_READABLE)
        read_answer(socket);
    if (!is_over(socket) && (socket->state == EFT__SOCKET_CONNECTING ||
                             events & EFT__STREAM_WRITABLE))
        go_on(socket);
}

void eft__opening_connected(eft__socket *socket, int fd)
{
    eft__opening *opening = socket->opening;
    SSL *ssl = opening->ssl;
    int fault;

    opening->ssl = NULL;
    opening->stream = eft__stream_open(&socket->all->world->loop, fd, ssl,
                                       on_ready, socket, &fault);
    if (opening->stream)
        go_on(socket);
    else
        eft__socket_fail(socket, fault == UV_ENOMEM ? EFT_ENOMEM : EFT_ECONNECT,
                         "could not connect to %s: %s", socket->peer,
                         uv_strerror(fault));
}
