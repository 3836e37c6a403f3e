/* SPDX-License-Identifier: MIT
 * Queues: items on their way from task to task. */
#include "eft/queue.h"

#include "queue_items.h"
#include "waiter.h"

/* Design notes.  An item is in the queue until the turn of the get that takes
 * it, so a get that is cancelled after it was woken loses nothing; and a put
 * holds its item until its turn, so one that is cancelled has put nothing.
 * After its turn a get holds the item, and the queue keeps room for it: if
 * nobody takes the result, the item goes back to where it was. */

/* OPEN --shutdown--> DRAINING --shutdown at once--> SHUT --free--> FREED */
typedef enum queue_state {
    OPEN,
    DRAINING, /* nothing can be put any more, what is there can be got */
    SHUT,     /* nothing is there any more */
    FREED     /* by its owner */
} queue_state;

struct eft_queue {
    eft__kept kept;
    eft__queue_items items;
    size_t capacity; /* SIZE_MAX: no limit */
    size_t lent;     /* items in gets that have completed */
    size_t unfinished;
    queue_state state;
    eft__node *getting; /* queues of waiters that nobody has woken */
    eft__node *putting;
    eft__node *joining;
};

typedef struct put {
    eft__waiter waiter;
    eft_result item; /* eft_ok() once it is in the queue */
} put;

static const char freed[] = "the queue was freed";
static const char shut_down[] = "the queue was shut down";

static eft_queue *queue_of(const eft_future *future)
{
    return (eft_queue *)((const eft__waiter *)future)->object;
}

static bool is_full(const eft_queue *queue)
{
    return queue->items.count >= queue->capacity;
}

static eft_result take(eft_queue *queue)
{
    eft_result item = eft__queue_items_take(&queue->items);

    eft__wake_first(&queue->putting);
    return item;
}

/* Takes item only where it succeeds. */
static int32_t add(eft_queue *queue, eft_result item)
{
    eft__queue_items *items = &queue->items;

    if (queue->state != OPEN)
        return EFT_ECLOSED;
    if (is_full(queue))
        return EFT_EFULL;
    if (!eft__queue_items_reserve(items, items->count + queue->lent + 1))
        return EFT_ENOMEM;
    eft__queue_items_put(items, item);
    queue->unfinished++;
    eft__wake_first(&queue->getting);
    return 0;
}

static void finish_if_done(eft_queue *queue)
{
    if (!queue->unfinished)
        eft__wake_all(&queue->joining);
}

/* Completes a get with the next item. */
static void give(eft_queue *queue, eft__waiter *waiter)
{
    queue->lent++;
    eft__turn_complete(waiter, take(queue));
}

static void run_get(eft__node *node)
{
    eft__waiter *waiter = eft__waiter_of(node);
    eft_queue *queue = queue_of(&waiter->future);

    if (waiter->canceled) {
        if (waiter->woken && queue->items.count)
            eft__wake_first(&queue->getting);
        eft__turn_complete(waiter, eft_failed(EFT_ECANCELED));
    } else if (queue->state == FREED) {
        eft__turn_fail(waiter, EFT_ECLOSED, freed);
    } else if (queue->items.count) {
        give(queue, waiter);
    } else if (queue->state != OPEN) {
        eft__turn_fail(waiter, EFT_ECLOSED, shut_down);
    } else {
        eft__waiter_wait(waiter, &queue->getting);
    }
}

static bool cancel_get(eft_future *future)
{
    return eft__waiter_cancel((eft__waiter *)future,
                              &queue_of(future)->getting);
}

/* What a get leaves goes back, or where there is no way back to its end. */
static void take_back(eft_queue *queue, eft_future *get)
{
    if (queue->state <= DRAINING) {
        eft__queue_items_put_back(&queue->items, get->result);
        get->result = eft_ok();
        eft__wake_first(&queue->getting);
    } else if (queue->unfinished) {
        queue->unfinished--;
        finish_if_done(queue);
    }
}

static void fini_get(eft_future *future)
{
    eft_queue *queue = queue_of(future);

    if (!future->result.error) {
        queue->lent--;
        if (!future->taken)
            take_back(queue, future);
    }
    eft__waiter_fini(future);
}

static const eft__future_class get_class = {
    .name = "queue_get", .cancel = cancel_get, .fini = fini_get};

/* A woken put makes nothing of the room that there may be. */
static void end_put(put *self, int32_t error, const char *constant)
{
    eft_queue *queue = queue_of(&self->waiter.future);

    if (self->waiter.woken && !is_full(queue))
        eft__wake_first(&queue->putting);
    eft__turn_fail(&self->waiter, error, constant);
}

static void run_put(eft__node *node)
{
    put *self = (put *)eft__waiter_of(node);
    eft_queue *queue = queue_of(&self->waiter.future);
    int32_t error =
        self->waiter.canceled ? EFT_ECANCELED : add(queue, self->item);

    if (error == EFT_EFULL) {
        eft__waiter_wait(&self->waiter, &queue->putting);
    } else if (error == EFT_ECLOSED) {
        end_put(self, error, queue->state == FREED ? freed : shut_down);
    } else if (error) {
        end_put(self, error, NULL);
    } else {
        self->item = eft_ok();
        eft__turn_complete(&self->waiter, eft_ok());
    }
}

static bool cancel_put(eft_future *future)
{
    return eft__waiter_cancel((eft__waiter *)future,
                              &queue_of(future)->putting);
}

static void fini_put(eft_future *future)
{
    eft_result_free(((put *)future)->item);
    eft__waiter_fini(future);
}

static const eft__future_class put_class = {
    .name = "queue_put", .cancel = cancel_put, .fini = fini_put};

static bool cancel_join(eft_future *future)
{
    return eft__waiter_cancel((eft__waiter *)future,
                              &queue_of(future)->joining);
}

static const eft__future_class join_class = {
    .name = "queue_join", .cancel = cancel_join, .fini = eft__waiter_fini};

eft_queue *eft_queue_new(const eft_queue_options *options)
{
    static const eft_queue_options defaults = {0, EFT_QUEUE_FIFO, NULL};

    options = options ? options : &defaults;
    if (options->order > EFT_QUEUE_PRIORITY)
        return NULL;
    eft_queue *queue = eft__alloc_zero(sizeof *queue);

    if (queue) {
        queue->kept.keepers = 1;
        queue->capacity = options->capacity ? options->capacity : SIZE_MAX;
        eft__queue_items_init(&queue->items, options);
    }
    return queue;
}

/* Frees the items.  That may call the program's code. */
static void drop_items(eft_queue *queue)
{
    while (queue->items.count) {
        eft_result item = eft__queue_items_take(&queue->items);

        if (queue->unfinished)
            queue->unfinished--;
        eft_result_free(item);
    }
}

void eft_queue_free(eft_queue *queue)
{
    if (!queue)
        return;
    queue->state = FREED;
    eft__waiters_fail(&queue->getting, EFT_ECLOSED, freed);
    eft__waiters_fail(&queue->putting, EFT_ECLOSED, freed);
    eft__waiters_fail(&queue->joining, EFT_ECLOSED, freed);
    drop_items(queue);
    eft__queue_items_fini(&queue->items);
    eft__unkeep(&queue->kept);
}

/* A put that has to wait. */
static eft_future *wait_to_put(eft_queue *queue, eft_result item)
{
    eft_future *instead;
    put *self = eft__waiter_make(sizeof *self, &put_class, &queue->kept,
                                 run_put, &instead);

    if (!self) {
        eft_result_free(item);
        return instead;
    }
    self->item = item;
    eft__waiter_wait(&self->waiter, &queue->putting);
    return &self->waiter.future;
}

eft_future *eft_queue_put(eft_queue *queue, eft_result item)
{
    int32_t error = EFT_EINVAL;

    if (queue && !item.error)
        error = add(queue, item);
    if (!error)
        return &eft__done;
    if (error == EFT_EFULL)
        return wait_to_put(queue, item);
    eft_result_free(item);
    if (!queue)
        return eft__no_object();
    if (error == EFT_ENOMEM)
        return eft__future_no_memory();
    return eft__future_failed(
        error, error == EFT_ECLOSED ? shut_down : "an item cannot be an error");
}

int32_t eft_queue_put_nowait(eft_queue *queue, eft_result item)
{
    int32_t error = EFT_EINVAL;

    if (queue && !item.error)
        error = add(queue, item);
    if (error)
        eft_result_free(item);
    return error;
}

eft_future *eft_queue_get(eft_queue *queue)
{
    eft_future *instead;

    if (!queue)
        return eft__no_object();
    if (queue->state != OPEN && !queue->items.count)
        return eft__future_failed(EFT_ECLOSED, shut_down);
    eft__waiter *waiter = eft__waiter_make(sizeof *waiter, &get_class,
                                           &queue->kept, run_get, &instead);
    if (!waiter)
        return instead;
    if (queue->items.count)
        give(queue, waiter);
    else
        eft__waiter_wait(waiter, &queue->getting);
    return &waiter->future;
}

eft_result eft_queue_get_nowait(eft_queue *queue)
{
    if (!queue)
        return eft_failed(EFT_EINVAL);
    if (queue->items.count)
        return take(queue);
    return eft_failed(queue->state == OPEN ? EFT_EEMPTY : EFT_ECLOSED);
}

size_t eft_queue_size(const eft_queue *queue)
{
    return queue ? queue->items.count : 0;
}

size_t eft_queue_capacity(const eft_queue *queue)
{
    return queue && queue->capacity != SIZE_MAX ? queue->capacity : 0;
}

bool eft_queue_is_empty(const eft_queue *queue)
{
    return !eft_queue_size(queue);
}

bool eft_queue_is_full(const eft_queue *queue)
{
    return queue && is_full(queue);
}

int32_t eft_queue_task_done(eft_queue *queue)
{
    if (!queue || !queue->unfinished)
        return EFT_EINVAL;
    queue->unfinished--;
    finish_if_done(queue);
    return 0;
}

eft_future *eft_queue_join(eft_queue *queue)
{
    eft_future *instead;

    if (!queue)
        return eft__no_object();
    if (!queue->unfinished)
        return &eft__done;
    eft__waiter *waiter = eft__waiter_make(
        sizeof *waiter, &join_class, &queue->kept, eft__waiter_run, &instead);
    if (!waiter)
        return instead;
    eft__waiter_wait(waiter, &queue->joining);
    return &waiter->future;
}

void eft_queue_shutdown(eft_queue *queue, bool immediate)
{
    if (!queue)
        return;
    if (queue->state == OPEN)
        queue->state = DRAINING;
    /* Freeing an item may free the queue. */
    eft__keep(&queue->kept);
    if (immediate) {
        queue->state = SHUT;
        drop_items(queue);
        finish_if_done(queue);
    }
    eft__wake_all(&queue->getting);
    eft__wake_all(&queue->putting);
    eft__unkeep(&queue->kept);
}
