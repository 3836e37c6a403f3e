/* SPDX-License-Identifier: MIT
 * HTTP natively: exchanges and sessions by their ids. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

static eft__http *http_here(void)
{
    eft__world *world = eft__world_here();

    return world ? world->http : NULL;
}

static eft__http_exchange **bucket_of(eft__http *http, uint32_t id)
{
    return &http->buckets[(id ^ id >> 16) % EFT__HTTP_BUCKETS];
}

void eft__http_exchange_enter(eft__http_exchange *exchange)
{
    eft__http_exchange **bucket =
        bucket_of(exchange->session->all, exchange->id);

    exchange->neighbour = *bucket;
    *bucket = exchange;
    exchange->session->count++;
}

void eft__http_exchange_leave(eft__http_exchange *exchange)
{
    eft__http_exchange **at = bucket_of(exchange->session->all, exchange->id);

    while (*at != exchange)
        at = &(*at)->neighbour;
    *at = exchange->neighbour;
    if (!--exchange->session->count)
        eft__http_session_idle(exchange->session);
}

eft__http_exchange *eft__http_exchange_find(uint32_t id)
{
    eft__http *http = http_here();
    eft__http_exchange *exchange = http ? *bucket_of(http, id) : NULL;

    while (exchange && exchange->id != id)
        exchange = exchange->neighbour;
    return exchange && exchange->state != EFT__HTTP_ENDED ? exchange : NULL;
}

eft__http_session *eft__http_session_find(uint32_t id)
{
    eft__http *http = http_here();
    eft__http_session *session = http ? http->sessions : NULL;

    while (session && (session->id != id || !session->options))
        session = session->next;
    return session;
}
