/* SPDX-License-Identifier: MIT
 * Memory for the pieces of large bodies, used again and again. */
#include "http_pool.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "../core/memory.h"

/* Design notes.  Pieces belong to who has read them, who may give them to
 * another thread: what comes back there is freed.  Only the count of who needs
 * the struct is touched by several threads. */

enum { SPARE = 32 /* pieces that are kept: 2 MiB */ };

struct eft__http_pool {
    eft__message_home home;
    atomic_size_t keepers; /* the session, pieces */
    const void *thread;    /* whose pool it is */
    bool closed;           /* the session is gone */
    size_t count;          /* of spare ones */
    eft__message *spare;   /* list */
};

/* Its address tells threads apart. */
static _Thread_local char here;

static void unkeep(eft__http_pool *pool)
{
    if (atomic_fetch_sub(&pool->keepers, 1) == 1)
        eft__free(pool);
}

static void take_back(eft__message_home *home, eft_message *message)
{
    eft__http_pool *pool = (eft__http_pool *)home;
    eft__message *piece = (eft__message *)message;

    if (pool->thread != &here || pool->closed || pool->count == SPARE) {
        eft__free(piece);
    } else {
        piece->next = pool->spare;
        pool->spare = piece;
        pool->count++;
    }
    unkeep(pool);
}

eft__http_pool *eft__http_pool_new(void)
{
    eft__http_pool *pool = eft__alloc_zero(sizeof *pool);

    if (!pool)
        return NULL;
    pool->home.take_back = take_back;
    atomic_init(&pool->keepers, 1);
    pool->thread = &here;
    return pool;
}

size_t eft__http_pool_blocks(const eft__http_pool *pool)
{
    return pool ? 1 + pool->count : 0;
}

void eft__http_pool_free(eft__http_pool *pool)
{
    if (!pool)
        return;
    while (pool->spare) {
        eft__message *piece = pool->spare;

        pool->spare = piece->next;
        eft__free(piece);
    }
    pool->count = 0;
    pool->closed = true;
    unkeep(pool);
}

/* One that was used before, as new. */
static eft_message *take_spare(eft__http_pool *pool)
{
    eft__message *piece = pool->spare;

    pool->spare = piece->next;
    pool->count--;
    piece->message.data = (uint8_t *)(piece + 1);
    piece->message.length = 0;
    piece->capacity = EFT__HTTP_POOLED;
    return &piece->message;
}

eft_message *eft__http_pool_take(eft__http_pool *pool)
{
    eft_message *piece;

    if (pool->thread == &here && pool->spare)
        piece = take_spare(pool);
    else
        piece = eft__message_new(EFT_MESSAGE_BINARY, EFT__HTTP_POOLED);
    if (!piece)
        return NULL;
    ((eft__message *)piece)->home = &pool->home;
    atomic_fetch_add(&pool->keepers, 1);
    return piece;
}
