/* SPDX-License-Identifier: MIT
 * Memory for the pieces of large bodies, used again and again. */
#ifndef EFT_NET_HTTP_POOL_H
#define EFT_NET_HTTP_POOL_H

#include <stddef.h>

#include "message.h"

/* A large body comes in pieces that live for a moment.  malloc gives such
 * memory back to the system each time, which then has to find, clear and map it
 * anew: that takes longer than all the rest.  So a session keeps a few. */
typedef struct eft__http_pool eft__http_pool;

enum { EFT__HTTP_POOLED = 1 << 16 /* bytes in a piece */ };

/* NULL: out of memory. */
eft__http_pool *eft__http_pool_new(void);

/* How many blocks of memory it is, without the pieces in use; of NULL 0. */
size_t eft__http_pool_blocks(const eft__http_pool *pool);

/* Its pieces may be freed later, and from other threads. */
void eft__http_pool_free(eft__http_pool *pool);

/* An empty message with room for EFT__HTTP_POOLED bytes; NULL: out of memory.
 */
eft_message *eft__http_pool_take(eft__http_pool *pool);

#endif
