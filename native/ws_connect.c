/* SPDX-License-Identifier: MIT
 * To a connected socket: names, addresses, a proxy; or the reason why not. */
#define _POSIX_C_SOURCE 200809L
#include "ws.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "eft/error.h"
#include "sdk/core/memory.h"

/* Failing */

enum { NAME_SIZE = 340 /* a host of 255 bytes, and what is said of it */ };

/* Who has chosen the proxy, if that was not the program. */
static void add_source(const eft__proxy *proxy, char *name, size_t size)
{
    size_t length = strlen(name);

    if (proxy->variable)
        snprintf(name + length, size - length, " (the environment's %s)",
                 proxy->variable);
}

/* Who it is that does not let us connect, for sentences. */
static void name_target(const eft__socket *socket, char *name, size_t size)
{
    const eft__opening *opening = socket->opening;
    const eft__proxy *proxy = opening->proxy;

    if (proxy) {
        snprintf(name, size,
                 strchr(proxy->host, ':') ? "the proxy [%s]:%u"
                                          : "the proxy %s:%u",
                 proxy->host, (unsigned)proxy->port);
        add_source(proxy, name, size);
    } else {
        snprintf(name, size, "%s",
                 opening->unix_path ? opening->unix_path : socket->peer);
    }
}

/* Whose name is not resolved. */
static void fail_to_resolve(eft__socket *socket, const char *why)
{
    const eft__opening *opening = socket->opening;
    const eft__proxy *proxy = opening->proxy;
    char name[NAME_SIZE];

    snprintf(name, sizeof name, "%s%s", proxy ? "the proxy " : "",
             proxy ? proxy->host : opening->host);
    if (proxy)
        add_source(proxy, name, sizeof name);
    eft__socket_fail(socket, proxy ? EFT_EPROXY : EFT_ERESOLVE,
                     "could not resolve %s: %s", name, why);
}

/* Whatever is wrong with a proxy is one kind of error. */
static int32_t error_of(const eft__socket *socket, int32_t error)
{
    return socket->opening->proxy ? EFT_EPROXY : error;
}

static void fail_to_connect(eft__socket *socket, int fault)
{
    char name[NAME_SIZE];

    name_target(socket, name, sizeof name);
    switch (fault) {
    case UV_ENOMEM:
        eft__socket_fail(socket, EFT_ENOMEM, "out of memory");
        return;
    case UV_ECONNREFUSED:
        eft__socket_fail(socket, error_of(socket, EFT_EREFUSED),
                         "%s refused the connection", name);
        return;
    case UV_EHOSTUNREACH:
    case UV_ENETUNREACH:
    case UV_EADDRNOTAVAIL:
    case UV_ETIMEDOUT:
        eft__socket_fail(socket, error_of(socket, EFT_EUNREACHABLE),
                         "%s cannot be reached: %s", name, uv_strerror(fault));
        return;
    default:
        eft__socket_fail(socket, error_of(socket, EFT_ECONNECT),
                         "could not connect to %s: %s", name,
                         uv_strerror(fault));
    }
}

/* Through the proxy */

static void fail_at_proxy(eft__socket *socket, const eft__tunnel_end *end)
{
    const eft__opening *opening = socket->opening;
    char name[NAME_SIZE];

    name_target(socket, name, sizeof name);
    /* tinyproxy says 401 where user and password are wrong. */
    if (end->status == 407 || end->status == 401)
        eft__socket_fail(socket, EFT_EPROXY, "%s %s: it answered %s", name,
                         opening->proxy->authorization
                             ? "does not accept user and password"
                             : "wants user and password",
                         end->line);
    else if (end->status)
        eft__socket_fail(socket, EFT_EPROXY,
                         "%s does not connect to %s: it answered %s", name,
                         socket->peer, end->line);
    else
        eft__socket_fail(socket, EFT_EPROXY, "%s does not connect to %s: %s",
                         name, socket->peer, end->fault);
}

/* It may have been aborted in the same turn of the loop. */
static bool is_over(const eft__socket *socket, int fd)
{
    bool over = socket->state == EFT__SOCKET_ENDED;

    if (over && fd >= 0)
        close(fd);
    return over;
}

static void on_tunnel(void *context, const eft__tunnel_end *end)
{
    eft__socket *socket = context;

    socket->opening->tunnel = NULL;
    if (is_over(socket, end->fd))
        return;
    if (end->fd >= 0)
        eft__opening_connected(socket, end->fd);
    else if (end->no_memory)
        eft__socket_fail(socket, EFT_ENOMEM, "out of memory");
    else
        fail_at_proxy(socket, end);
}

static void connected(eft__socket *socket, int fd)
{
    eft__opening *opening = socket->opening;
    int fault;

    if (!opening->proxy) {
        eft__opening_connected(socket, fd);
        return;
    }
    opening->tunnel = eft__tunnel_start(
        &socket->all->world->loop, fd, opening->proxy, opening->host,
        opening->port, opening->user_agent, on_tunnel, socket, &fault);
    if (!opening->tunnel)
        fail_to_connect(socket, fault);
}

/* Addresses */

static void on_dial(void *context, int result)
{
    eft__socket *socket = context;

    socket->opening->dial = NULL;
    if (is_over(socket, result))
        return;
    if (result >= 0)
        connected(socket, result);
    else
        fail_to_connect(socket, result);
}

void eft__connect_step(eft__socket *socket)
{
    eft__opening *opening = socket->opening;
    int result;

    if (opening->dial || opening->tunnel || opening->stream)
        return;
    if (opening->unix_path)
        result = eft__dial_unix(opening->unix_path);
    else
        result = eft__dial_start(&socket->all->world->loop, opening->addresses,
                                 opening->proxy ? opening->proxy->port
                                                : opening->port,
                                 on_dial, socket, &opening->dial);
    if (result >= 0)
        connected(socket, result);
    else if (result != EFT__DIAL_WAIT)
        fail_to_connect(socket, result);
}

/* Names */

static void on_lookup(void *context, int status, eft__addresses *addresses)
{
    eft__socket *socket = context;
    eft__opening *opening = socket->opening;

    opening->lookup = NULL;
    opening->addresses = addresses;
    if (is_over(socket, -1))
        return;
    if (status == UV_ENOMEM) {
        eft__socket_fail(socket, EFT_ENOMEM, "out of memory");
    } else if (status != 0) {
        fail_to_resolve(socket, uv_strerror(status));
    } else {
        socket->state = EFT__SOCKET_CONNECTING;
        eft__socket_due(socket);
    }
}

/* The step connects, on the loop's own stack. */
void eft__connect_start(eft__socket *socket)
{
    eft__opening *opening = socket->opening;
    const char *host = opening->proxy ? opening->proxy->host : opening->host;

    if (opening->unix_path || eft__addresses_known(host, &opening->addresses)) {
        if (!opening->unix_path && !opening->addresses) {
            eft__socket_fail(socket, EFT_ENOMEM, "out of memory");
            return;
        }
        socket->state = EFT__SOCKET_CONNECTING;
        eft__socket_due(socket);
        return;
    }
    opening->lookup =
        eft__lookup_start(&socket->all->world->loop, host, on_lookup, socket);
    if (!opening->lookup)
        fail_to_resolve(socket, "it is no host name");
}
