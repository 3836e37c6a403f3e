/* SPDX-License-Identifier: MIT
 * Lookups by uv_getaddrinfo. */
#define _POSIX_C_SOURCE 200809L
#include "resolve.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sdk/core/memory.h"

struct eft__lookup {
    uv_getaddrinfo_t request; /* libuv's, until its callback */
    eft__lookup_done *done;   /* NULL: abandoned */
    void *context;            /* for done */
    eft__lookup *next;        /* in the list of this thread's lookups */
    eft__lookup **link;       /* what points here in that list */
};

/* For leak checkers: what the system holds on to when the program ends. */
static _Thread_local eft__lookup *lookups;

static void enter_list(eft__lookup *lookup)
{
    lookup->next = lookups;
    lookup->link = &lookups;
    if (lookups)
        lookups->link = &lookup->next;
    lookups = lookup;
}

static void leave_list(eft__lookup *lookup)
{
    *lookup->link = lookup->next;
    if (lookup->next)
        lookup->next->link = lookup->link;
}

static eft__addresses *make_addresses(size_t count)
{
    eft__addresses *made =
        eft__alloc(sizeof *made + count * sizeof made->text[0]);

    if (made)
        made->count = 0;
    return made;
}

bool eft__address_read(const char *text, int port,
                       struct sockaddr_storage *address)
{
    memset(address, 0, sizeof *address);
    return uv_ip4_addr(text, port, (struct sockaddr_in *)address) == 0 ||
           uv_ip6_addr(text, port, (struct sockaddr_in6 *)address) == 0;
}

bool eft__address_is_literal(const char *host)
{
    struct sockaddr_storage address;

    return eft__address_read(host, 0, &address);
}

/* RFC 6761 section 6.3: the name, and all below it. */
static bool is_localhost(const char *host)
{
    static const char name[] = "localhost";
    size_t length = strlen(host);

    if (length && host[length - 1] == '.')
        length--;
    if (length < sizeof name - 1 ||
        strncasecmp(host + length - (sizeof name - 1), name, sizeof name - 1) !=
            0)
        return false;
    return length == sizeof name - 1 || host[length - sizeof name] == '.';
}

bool eft__addresses_known(const char *host, eft__addresses **addresses)
{
    bool here = is_localhost(host);

    *addresses = NULL;
    if (!here &&
        (strlen(host) >= EFT__ADDRESS_SIZE || !eft__address_is_literal(host)))
        return false;
    *addresses = make_addresses(2);
    if (!*addresses)
        return true;
    (*addresses)->count = here ? 2 : 1;
    strcpy((*addresses)->text[0], here ? "::1" : host);
    strcpy((*addresses)->text[1], "127.0.0.1");
    return true;
}

/* A link-local address means nothing without its zone. */
static void add_zone(char *text, unsigned scope)
{
    char zone[UV_IF_NAMESIZE];
    size_t size = sizeof zone, used = strlen(text);

    if (scope && uv_if_indextoname(scope, zone, &size) == 0)
        snprintf(text + used, EFT__ADDRESS_SIZE - used, "%%%s", zone);
}

static void add_address(eft__addresses *to, const struct sockaddr *from)
{
    char *text = to->text[to->count];

    if (from->sa_family == AF_INET) {
        if (uv_ip4_name((const void *)from, text, EFT__ADDRESS_SIZE) != 0)
            return;
    } else if (from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)from;

        if (uv_ip6_name(six, text, EFT__ADDRESS_SIZE) != 0)
            return;
        add_zone(text, six->sin6_scope_id);
    } else {
        return;
    }
    to->count++;
}

static const struct addrinfo *skip_to(const struct addrinfo *list, int family,
                                      bool same)
{
    while (list && (list->ai_family == family) != same)
        list = list->ai_next;
    return list;
}

/* RFC 8305 section 4: the system's order, but the two families in turn, so that
 * one which leads nowhere delays the other once only. */
static eft__addresses *copy_addresses(const struct addrinfo *list)
{
    const struct addrinfo *same = list;
    const struct addrinfo *other = skip_to(list, list->ai_family, false);
    eft__addresses *made;
    size_t count = 0;

    for (const struct addrinfo *each = list; each; each = each->ai_next)
        count++;
    made = make_addresses(count);
    while (made && (same || other)) {
        if (same) {
            add_address(made, same->ai_addr);
            same = skip_to(same->ai_next, list->ai_family, true);
        }
        if (other) {
            add_address(made, other->ai_addr);
            other = skip_to(other->ai_next, list->ai_family, false);
        }
    }
    return made;
}

static void on_answer(uv_getaddrinfo_t *request, int status,
                      struct addrinfo *list)
{
    eft__lookup *lookup = request->data;
    eft__addresses *addresses = NULL;

    if (lookup->done) {
        if (status == 0) {
            addresses = copy_addresses(list);
            status = addresses ? 0 : UV_ENOMEM;
        }
        lookup->done(lookup->context, status, addresses);
    }
    uv_freeaddrinfo(list);
    leave_list(lookup);
    eft__release(lookup);
}

eft__lookup *eft__lookup_start(uv_loop_t *loop, const char *host,
                               eft__lookup_done *done, void *context)
{
    /* One entry an address: without it each comes once for every protocol. */
    const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                   .ai_socktype = SOCK_STREAM};
    /* Not counted with the objects of a program: it may outlive all of them.*/
    eft__lookup *lookup = eft__reserve(sizeof *lookup);

    if (!lookup)
        return NULL;
    lookup->request.data = lookup;
    lookup->done = done;
    lookup->context = context;
    if (uv_getaddrinfo(loop, &lookup->request, on_answer, host, NULL, &hints) !=
        0) {
        eft__release(lookup);
        return NULL;
    }
    enter_list(lookup);
    return lookup;
}

void eft__lookup_abandon(eft__lookup *lookup)
{
    lookup->done = NULL;
    uv_cancel((uv_req_t *)&lookup->request);
}
