/* SPDX-License-Identifier: MIT
 * Calls from other threads. */
#include "remote.h"

#include "memory.h"
#include "targets/world.h"

/* Not counted by eft_live_objects(): each thread has its own count, and these
 * are made on one and freed on another. */

static eft__call closed;

static void run(eft__node *node)
{
    eft__call call = *EFT__OWNER(node, eft__call, node);

    eft__release(EFT__OWNER(node, eft__call, node));
    call.callback(call.arg);
}

/* Makes ready what was sent, the oldest first. */
static bool enqueue(eft__loop *loop, eft__call *last)
{
    eft__call *first = NULL;

    while (last) {
        eft__call *before = last->next;

        last->next = first;
        first = last;
        last = before;
    }
    for (eft__call *call = first; call;) {
        eft__call *next = call->next;

        eft__queue_append(&loop->ready, &call->node);
        call = next;
    }
    return first != NULL;
}

static bool take(eft_loop *self, eft__loop *loop)
{
    return atomic_load(&self->calls) &&
           enqueue(loop, atomic_exchange(&self->calls, NULL));
}

/* Who has given up its reference sends nothing more: so first the references,
 * then what was sent before. */
static bool is_held(eft_loop *self)
{
    return atomic_load(&self->references) > 1 || atomic_load(&self->calls);
}

static void close(eft_loop *self, eft__loop *loop)
{
    (void)enqueue(loop, atomic_exchange(&self->calls, &closed));
    while (atomic_load(&self->senders))
        continue;
    loop->remote = NULL;
    eft_loop_free(self);
}

eft_loop *eft_loop_current(void)
{
    eft__loop *loop = eft__loop_here;

    if (!loop)
        return NULL;
    if (!loop->remote) {
        eft_loop *made = eft__reserve(sizeof *made);

        if (!made)
            return NULL;
        made->take = take;
        made->is_held = is_held;
        made->close = close;
        atomic_init(&made->references, 1);
        atomic_init(&made->senders, 0);
        atomic_init(&made->calls, NULL);
        made->waker = eft_target_waker();
        loop->remote = made;
    }
    return eft_loop_ref(loop->remote);
}

eft_loop *eft_loop_ref(eft_loop *loop)
{
    if (loop)
        atomic_fetch_add(&loop->references, 1);
    return loop;
}

void eft_loop_free(eft_loop *loop)
{
    if (loop && atomic_fetch_sub(&loop->references, 1) == 1)
        eft__release(loop);
}

/* On the loop's own thread it is one of its callbacks. */
static int32_t call_here(void (*callback)(void *arg), void *arg)
{
    eft_future *future = eft_call_soon(callback, arg);
    int32_t error = 0;

    if (eft_future_state(future) != EFT_PENDING)
        error = eft_future_take(future).error;
    eft_future_free(future);
    return error;
}

static int32_t send(eft_loop *loop, eft__call *call)
{
    eft__call *last = atomic_load(&loop->calls);

    do {
        if (last == &closed) {
            eft__release(call);
            return EFT_ECLOSED;
        }
        call->next = last;
    } while (!atomic_compare_exchange_weak(&loop->calls, &last, call));
    if (!last)
        eft_target_wake_thread(loop->waker);
    return 0;
}

int32_t eft_call_soon_threadsafe(eft_loop *loop, void (*callback)(void *arg),
                                 void *arg)
{
    if (!loop || !callback)
        return EFT_EINVAL;
    if (eft__loop_here && eft__loop_here->remote == loop)
        return call_here(callback, arg);
    eft__call *call = eft__reserve(sizeof *call);

    if (!call)
        return EFT_ENOMEM;
    *call = (eft__call){.node = {.run = run}, .callback = callback, .arg = arg};
    atomic_fetch_add(&loop->senders, 1);
    int32_t error = send(loop, call);

    atomic_fetch_sub(&loop->senders, 1);
    return error;
}
