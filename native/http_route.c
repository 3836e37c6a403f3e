/* SPDX-License-Identifier: MIT
 * The way to a server: its name, a proxy, addresses that are known. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "eft/error.h"
#include "proxy.h"
#include "sdk/core/memory.h"

/* Design notes.  Nothing of a route is counted with a program's objects: the
 * session keeps the last one for the next request. */

enum { HTTP_PORT = 80, HTTPS_PORT = 443 };

static char *copy_text(const char *text, size_t length)
{
    char *copy = eft__reserve(length + 1);

    if (!copy)
        return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

/* URLs are checked: scheme, host, maybe a port. */

static size_t origin_length(const char *url)
{
    const char *host = strstr(url, "://") + 3;

    return (size_t)(host - url) + strcspn(host, "/?#");
}

static bool read_origin(eft__http_route *route)
{
    const char *at = strstr(route->origin, "://") + 3, *end;
    size_t length;

    route->tls = strncasecmp(route->origin, "https:", 6) == 0;
    route->port = route->tls ? HTTPS_PORT : HTTP_PORT;
    if (*at == '[') {
        length = strcspn(++at, "]");
        end = at + length + (at[length] == ']');
    } else {
        length = strcspn(at, ":");
        end = at + length;
    }
    if (*end == ':' && end[1]) {
        unsigned port = 0;

        while (*++end)
            port = port * 10 + (unsigned)(*end - '0');
        route->port = (uint16_t)port;
    }
    route->host = copy_text(at, length);
    return route->host != NULL;
}

static bool name_peer(eft__http_route *route)
{
    bool six = strchr(route->host, ':') != NULL;
    size_t size = strlen(route->host) + sizeof "[]:65535";

    route->peer = eft__reserve(size);
    if (!route->peer)
        return false;
    snprintf(route->peer, size, six ? "[%s]:%u" : "%s:%u", route->host,
             (unsigned)route->port);
    return true;
}

/* Addresses */

static bool is_for(const eft_http_address *known, const char *host,
                   uint16_t port)
{
    return (!known->port || known->port == port) &&
           strcasecmp(known->host, host) == 0;
}

/* "host:port:address,address", into *made where there are some. */
static bool find_addresses(char **made, const char *host, uint16_t port,
                           const eft_http_session_options *options)
{
    size_t size = strlen(host) + sizeof ":65535:", used = 0;

    for (size_t i = 0; i < options->address_count; i++)
        size += strlen(options->addresses[i].address) + sizeof ",[]";
    for (size_t i = 0; i < options->address_count; i++) {
        const eft_http_address *known = &options->addresses[i];
        bool six = strchr(known->address, ':') != NULL;

        if (!is_for(known, host, port))
            continue;
        if (!*made) {
            *made = eft__reserve(size);
            if (!*made)
                return false;
            used = (size_t)sprintf(*made, "%s:%u:", host, (unsigned)port);
        } else {
            (*made)[used++] = ',';
        }
        used +=
            (size_t)sprintf(*made + used, six ? "[%s]" : "%s", known->address);
    }
    return true;
}

static void list_addresses(eft__http_route *route)
{
    for (int i = 0; i < 2; i++) {
        if (!route->addresses[i])
            continue;
        route->resolve[i].data = route->addresses[i];
        route->resolve[i].next = route->resolves;
        route->resolves = &route->resolve[i];
    }
}

/* The proxy */

static bool describe_proxy(eft__http_route *route, const eft__proxy *proxy)
{
    static const char header[] = "Proxy-Authorization: ";
    bool six = strchr(proxy->host, ':') != NULL;
    const char *user = proxy->user ? proxy->user : "";
    size_t size =
        strlen(proxy->host) + strlen(user) + sizeof "socks5h://@[]:65535";
    int before;

    route->proxy = eft__reserve(size);
    if (!route->proxy)
        return false;
    before = snprintf(route->proxy, size, "%s://%s%s", proxy->scheme, user,
                      *user ? "@" : "");
    route->proxy_peer = route->proxy + before;
    snprintf(route->proxy + before, size - (size_t)before,
             six ? "[%s]:%u" : "%s:%u", proxy->host, (unsigned)proxy->port);
    route->socks = strcmp(proxy->scheme, "http") != 0;
    if (!proxy->authorization)
        return true;
    size = sizeof header + strlen(proxy->authorization);
    route->authorization = eft__reserve(size);
    if (!route->authorization)
        return false;
    snprintf(route->authorization, size, "%s%s", header, proxy->authorization);
    route->authorize.data = route->authorization;
    return true;
}

/* A proxy of the environment's is not for this machine's own sockets; with the
 * option there is none. */
static bool find_proxy(eft__http_route *route,
                       const eft_http_session_options *options)
{
    eft__proxy *proxy = NULL;
    eft__proxy_fault fault;
    bool described;

    if (options->unix_path)
        return true;
    route->error = eft__proxy_choose_http(&proxy, options->proxy, route->host,
                                          route->port, route->tls, &fault);
    route->variable = fault.variable;
    route->why = fault.why;
    if (!proxy)
        return route->error != EFT_ENOMEM;
    described =
        describe_proxy(route, proxy) &&
        find_addresses(&route->addresses[1], proxy->host, proxy->port, options);
    eft__free(proxy);
    return described;
}

/* Making */

static void free_route(eft__http_route *route)
{
    eft__release(route->origin);
    eft__release(route->host);
    eft__release(route->peer);
    eft__release(route->proxy);
    eft__release(route->authorization);
    eft__release(route->addresses[0]);
    eft__release(route->addresses[1]);
    eft__release(route);
}

static eft__http_route *make(eft__http_session *session, const char *url,
                             size_t length)
{
    eft__http_route *route = eft__reserve(sizeof *route);

    if (!route)
        return NULL;
    *route = (eft__http_route){.references = 1, .origin_length = length};
    route->origin = copy_text(url, length);
    if (route->origin && read_origin(route) && name_peer(route) &&
        find_proxy(route, session->options) &&
        find_addresses(&route->addresses[0], route->host, route->port,
                       session->options)) {
        list_addresses(route);
        return route;
    }
    free_route(route);
    return NULL;
}

static bool leads_to(const eft__http_route *route, const char *url)
{
    size_t length = route->origin_length;

    return strncmp(url, route->origin, length) == 0 &&
           (!url[length] || strchr("/?#", url[length]));
}

eft__http_route *eft__http_route_of(eft__http_session *session, const char *url)
{
    eft__http_route *route = session->route;

    if (!route || !leads_to(route, url)) {
        route = make(session, url, origin_length(url));
        if (!route)
            return NULL;
        eft__http_route_free(session->route);
        session->route = route;
    }
    route->references++;
    return route;
}

void eft__http_route_free(eft__http_route *route)
{
    if (route && !--route->references)
        free_route(route);
}
