/* SPDX-License-Identifier: MIT
 * Queues: items on their way from task to task. */
#ifndef EFT_QUEUE_H
#define EFT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eft/future.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An item is a result without an error: a plain value, or an owned one, which
 * the queue frees if nobody gets it.
 *
 *     eft_queue *queue = eft_queue_new(&(eft_queue_options){.capacity = 16});
 *     ... the one task ...
 *     EFT_TRY(eft_await(eft_queue_put(queue, eft_ok_i64(7))));
 *     ... the other ...
 *     eft_result item = eft_await(eft_queue_get(queue));
 *     if (item.error)
 *         return item;
 *
 * Who waits to put or to get is served in the order in which it came, when its
 * turn comes; as in asyncio, somebody who just then finds an item or room
 * comes first.  A get that is cancelled loses no item: it is in the queue until
 * the get completes.  An owned item in a completed get whose future is freed
 * and whose result nobody took goes back to where it was.  A put that is
 * cancelled has put nothing, and frees an owned item.
 *
 * A queue belongs to one thread; it is made and freed with or without a loop.
 * NULL in its place is answered: EFT_EINVAL, false or 0.
 * Source: asyncio's queues. */
typedef struct eft_queue eft_queue;

typedef enum eft_queue_order {
    EFT_QUEUE_FIFO = 0,    /* the oldest item first */
    EFT_QUEUE_LIFO = 1,    /* the newest first */
    EFT_QUEUE_PRIORITY = 2 /* the least first; of equal ones, the oldest */
} eft_queue_order;

/* Zeroed, it is the default. */
typedef struct eft_queue_options {
    size_t capacity; /* items that it holds; 0: no limit */
    eft_queue_order order;

    /* EFT_QUEUE_PRIORITY: less than 0, 0, or more, as a comes before, with or
     * after b.  NULL compares i64.  It may not use the queue. */
    int (*compare)(const eft_result *a, const eft_result *b);
} eft_queue_options;

/* eft_queue_new makes an empty queue.
 *
 * Owns:    copies options, NULL for the default; gives the queue, which
 *          eft_queue_free() frees; NULL when out of memory, or where the order
 *          is none.
 * Source:  asyncio's Queue, LifoQueue and PriorityQueue; that equal priorities
 *          keep their order is eft's. */
eft_queue *eft_queue_new(const eft_queue_options *options);

/* eft_queue_free frees the items that are left, and ends what waits for the
 * queue with EFT_ECLOSED.
 *
 * Owns:    takes queue; NULL is allowed. */
void eft_queue_free(eft_queue *queue);

/* eft_queue_put puts an item, and waits while the queue is full.  Where there
 * is room the item is in the queue at once.
 *
 * Owns:    borrows queue until done; takes item, also when it fails; gives the
 *          future.
 * Result:  none.
 * Errors:  EFT_ECLOSED, the queue was shut down or freed; EFT_EINVAL, item is
 *          an error; EFT_ECANCELED; EFT_ENOMEM.
 * Source:  asyncio's Queue.put. */
eft_future *eft_queue_put(eft_queue *queue, eft_result item);

/* eft_queue_put_nowait puts an item where there is room.
 *
 * Owns:    takes item, also when it fails: ask eft_queue_is_full() first where
 *          it is to be kept.
 * Errors:  0; EFT_EFULL; EFT_ECLOSED, the queue was shut down; EFT_EINVAL, item
 *          is an error; EFT_ENOMEM.
 * Source:  asyncio's Queue.put_nowait. */
int32_t eft_queue_put_nowait(eft_queue *queue, eft_result item);

/* eft_queue_get takes the next item, and waits while there is none.
 *
 * Owns:    borrows queue until done; gives the future.
 * Result:  the item.
 * Errors:  EFT_ECLOSED, the queue was shut down and is empty, or was freed;
 *          EFT_ECANCELED; EFT_ENOMEM.
 * Source:  asyncio's Queue.get. */
eft_future *eft_queue_get(eft_queue *queue);

/* eft_queue_get_nowait takes the next item where there is one.
 *
 * Owns:    gives the item.
 * Result:  the item.
 * Errors:  EFT_EEMPTY; EFT_ECLOSED, the queue was shut down and is empty.
 * Source:  asyncio's Queue.get_nowait. */
eft_result eft_queue_get_nowait(eft_queue *queue);

/* eft_queue_size gives the number of items; who waits to put has none yet. */
size_t eft_queue_size(const eft_queue *queue);

/* eft_queue_capacity gives the most items that it holds; 0: no limit. */
size_t eft_queue_capacity(const eft_queue *queue);

/* eft_queue_is_empty answers whether a get would have to wait. */
bool eft_queue_is_empty(const eft_queue *queue);

/* eft_queue_is_full answers whether a put would have to wait. */
bool eft_queue_is_full(const eft_queue *queue);

/* eft_queue_task_done tells that the work on an item that was got is done.
 *
 * Errors:  0; EFT_EINVAL, it was called for each item that was put already.
 * Source:  asyncio's Queue.task_done. */
int32_t eft_queue_task_done(eft_queue *queue);

/* eft_queue_join waits until the work on each item that was put is done.
 *
 * Owns:    borrows queue until done; gives the future.
 * Result:  none.
 * Errors:  EFT_ECLOSED, the queue was freed; EFT_ECANCELED; EFT_ENOMEM.
 * Source:  asyncio's Queue.join. */
eft_future *eft_queue_join(eft_queue *queue);

/* eft_queue_shutdown ends the queue: each put from now on, and each that waits,
 * ends with EFT_ECLOSED, and so does a get once the queue is empty.  Where
 * immediate is true the items are freed now, and count as done.
 *
 * Source:  asyncio's Queue.shutdown. */
void eft_queue_shutdown(eft_queue *queue, bool immediate);

#ifdef __cplusplus
}
#endif
#endif
