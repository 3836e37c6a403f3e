/* SPDX-License-Identifier: MIT
 * From a host to a connected carrier, or to the reason why not. */
#define _POSIX_C_SOURCE 200809L
#include "ws.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "eft/error.h"
#include "sdk/core/memory.h"

/* Making */

static char *copy_text(const char *text)
{
    return eft__copy_text(text, strlen(text));
}

/* "a, b": as the header has it, and as the answer is looked up. */
static char *join(const char *const *parts, size_t count)
{
    size_t size = 1;
    char *joined, *end;

    for (size_t i = 0; i < count; i++)
        size += strlen(parts[i]) + 2;
    joined = end = eft__alloc(size);
    if (!joined)
        return NULL;
    *end = 0;
    for (size_t i = 0; i < count; i++)
        end += sprintf(end, i ? ", %s" : "%s", parts[i]);
    return joined;
}

static bool copy_request(eft__opening *opening,
                         const eft_target_ws_request *request)
{
    opening->port = request->port;
    opening->tls = request->tls;
    opening->max_message = request->max_message;
    opening->host = copy_text(request->host);
    if (request->ca_file)
        opening->ca_file = copy_text(request->ca_file);
    if (request->subprotocol_count)
        opening->subprotocols =
            join(request->subprotocols, request->subprotocol_count);
    return opening->host && (opening->ca_file || !request->ca_file) &&
           (opening->subprotocols || !request->subprotocol_count) &&
           eft__handshake_prepare(opening, request);
}

static void on_lookup(void *context, int status, eft__addresses *addresses)
{
    eft__socket *socket = context;
    eft__opening *opening = socket->opening;

    opening->lookup = NULL;
    opening->addresses = addresses;
    if (status != 0) {
        eft__socket_fail(
            socket, status == UV_ENOMEM ? EFT_ENOMEM : EFT_ERESOLVE,
            "could not resolve %s: %s", opening->host, uv_strerror(status));
        return;
    }
    socket->state = EFT__SOCKET_CONNECTING;
    eft__socket_due(socket);
}

static void find_addresses(eft__socket *socket)
{
    eft__opening *opening = socket->opening;

    opening->addresses = eft__addresses_of_literal(opening->host);
    if (opening->addresses) {
        socket->state = EFT__SOCKET_CONNECTING;
        eft__socket_due(socket);
        return;
    }
    opening->lookup = eft__lookup_start(&socket->all->world->loop,
                                        opening->host, on_lookup, socket);
    if (!opening->lookup)
        eft__socket_fail(socket, EFT_ERESOLVE,
                         "could not resolve %s: it is no host name",
                         opening->host);
}

bool eft__opening_start(eft__socket *socket,
                        const eft_target_ws_request *request)
{
    bool six = strchr(request->host, ':') != NULL;

    snprintf(socket->peer, sizeof socket->peer, six ? "[%s]:%u" : "%s:%u",
             request->host, (unsigned)request->port);
    socket->opening = eft__alloc_zero(sizeof *socket->opening);
    if (!socket->opening)
        return false;
    if (!copy_request(socket->opening, request)) {
        eft__opening_free(socket);
        return false;
    }
    find_addresses(socket);
    return true;
}

void eft__opening_free(eft__socket *socket)
{
    eft__opening *opening = socket->opening;

    if (!opening)
        return;
    if (opening->lookup)
        eft__lookup_abandon(opening->lookup);
    eft__free(opening->addresses);
    eft__free(opening->host);
    eft__free(opening->ca_file);
    eft__free(opening->subprotocols);
    eft__bytes_fini(&opening->request);
    eft__free(opening);
    socket->opening = NULL;
}

/* Connecting */

/* The carrier does not say why connect() failed; the system, asked again, says
 * it at once if it is of the kind that it knows at once. */
static int ask_why(const char *address, uint16_t port)
{
    struct sockaddr_storage to;
    socklen_t size;
    int fd, fault = 0;

    if (!eft__address_read(address, port, &to))
        return 0;
    size = to.ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                   : sizeof(struct sockaddr_in6);
    fd = socket(to.ss_family, SOCK_STREAM, 0);
    if (fd < 0)
        return errno;
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
        connect(fd, (const struct sockaddr *)&to, size) != 0)
        fault = errno == EINPROGRESS ? 0 : errno;
    close(fd);
    return fault;
}

/* Of several addresses the one that answered, if only to refuse, says most. */
static void note_fault(eft__opening *opening, int fault)
{
    if (!opening->fault || fault == ECONNREFUSED)
        opening->fault = fault;
}

static void fail_to_connect(eft__socket *socket)
{
    int fault = socket->opening->fault;
    const char *words =
        fault ? uv_strerror(uv_translate_sys_error(fault)) : "no reason given";

    switch (fault) {
    case ECONNREFUSED:
        eft__socket_fail(socket, EFT_EREFUSED, "%s refused the connection",
                         socket->peer);
        return;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
    case ETIMEDOUT:
        eft__socket_fail(socket, EFT_EUNREACHABLE, "%s cannot be reached: %s",
                         socket->peer, words);
        return;
    default:
        eft__socket_fail(socket, EFT_ECONNECT, "could not connect to %s: %s",
                         socket->peer, words);
    }
}

void eft__opening_step(eft__socket *socket)
{
    eft__opening *opening = socket->opening;

    while (socket->state == EFT__SOCKET_CONNECTING && !socket->wsi) {
        const char *address;

        if (opening->next == opening->addresses->count) {
            fail_to_connect(socket);
            return;
        }
        address = opening->addresses->text[opening->next++];
        if (!eft__carrier_connect(socket, address))
            note_fault(opening, ask_why(address, opening->port));
    }
}

void eft__opening_lost(eft__socket *socket, int system_error, const char *words)
{
    eft__opening *opening = socket->opening;

    if (!opening->connected) {
        const char *address = opening->addresses->text[opening->next - 1];

        note_fault(opening, system_error ? system_error
                                         : ask_why(address, opening->port));
        eft__socket_due(socket);
    } else if (opening->tls && socket->state == EFT__SOCKET_CONNECTING) {
        eft__socket_fail(
            socket, EFT_ETLS, "TLS with %s failed: %s", socket->peer,
            opening->tls_fault ? opening->tls_fault : "the connection ended");
    } else if (strstr(words, "parsing")) {
        eft__socket_fail(socket, EFT_EHANDSHAKE,
                         "%s gave no HTTP/1.1 answer to the WebSocket upgrade",
                         socket->peer);
    } else {
        eft__socket_fail(socket, EFT_EHANDSHAKE,
                         "%s ended the connection before it answered the "
                         "WebSocket upgrade",
                         socket->peer);
    }
}
