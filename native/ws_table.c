/* SPDX-License-Identifier: MIT
 * All sockets of a world: by their ids, and what is due. */
#define _POSIX_C_SOURCE 200809L
#include "ws.h"

#include "sdk/core/memory.h"
#include "targets/world.h"

enum { BUCKETS_FIRST = 64 };

/* The table */

static eft__socket **bucket_of(eft__sockets *sockets, uint32_t id)
{
    return &sockets->buckets[(id ^ id >> 16) & (sockets->bucket_count - 1)];
}

static bool resize_table(eft__sockets *sockets, size_t count)
{
    eft__socket **old = sockets->buckets;
    size_t old_count = sockets->bucket_count;
    eft__socket **buckets = eft__reserve(count * sizeof *buckets);

    if (!buckets)
        return false;
    for (size_t i = 0; i < count; i++)
        buckets[i] = NULL;
    sockets->buckets = buckets;
    sockets->bucket_count = count;
    for (size_t i = 0; i < old_count; i++)
        while (old[i]) {
            eft__socket *socket = old[i], **bucket;

            old[i] = socket->neighbour;
            bucket = bucket_of(sockets, socket->id);
            socket->neighbour = *bucket;
            *bucket = socket;
        }
    eft__release(old);
    return true;
}

void eft__sockets_enter(eft__socket *socket)
{
    eft__sockets *sockets = socket->all;
    eft__socket **bucket;

    /* Should memory be short, the chains grow longer. */
    if (sockets->count >= sockets->bucket_count)
        (void)resize_table(sockets, 2 * sockets->bucket_count);
    bucket = bucket_of(sockets, socket->id);
    socket->neighbour = *bucket;
    *bucket = socket;
    sockets->count++;
}

void eft__sockets_leave(eft__socket *socket)
{
    eft__socket **at = bucket_of(socket->all, socket->id);

    while (*at != socket)
        at = &(*at)->neighbour;
    *at = socket->neighbour;
    socket->all->count--;
}

eft__socket *eft__sockets_find(uint32_t id)
{
    eft__world *world = eft__world_here();
    eft__socket *socket;

    if (!world || !world->sockets)
        return NULL;
    socket = *bucket_of(world->sockets, id);
    while (socket && (socket->id != id || socket->reported))
        socket = socket->neighbour;
    return socket && socket->state != EFT__SOCKET_ENDED ? socket : NULL;
}

eft__sockets *eft__sockets_of(eft__world *world)
{
    eft__sockets *sockets = world->sockets;

    if (sockets)
        return sockets;
    sockets = eft__reserve(sizeof *sockets);
    if (!sockets)
        return NULL;
    *sockets =
        (eft__sockets){.world = world, .masks = {.fill = eft_target_random}};
    sockets->due_end = &sockets->due;
    sockets->input = eft__reserve(EFT__INPUT_SIZE);
    if (!sockets->input || !resize_table(sockets, BUCKETS_FIRST)) {
        eft__release(sockets->input);
        eft__release(sockets);
        return NULL;
    }
    uv_timer_init(&world->loop, &sockets->linger);
    sockets->linger.data = sockets;
    world->sockets = sockets;
    return sockets;
}

void eft__socket_due(eft__socket *socket)
{
    if (socket->due)
        return;
    socket->due = true;
    socket->next_due = NULL;
    *socket->all->due_end = socket;
    socket->all->due_end = &socket->next_due;
    eft__world_end_wait(socket->all->world);
}
