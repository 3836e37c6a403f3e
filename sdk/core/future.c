/* SPDX-License-Identifier: MIT
 * Futures: references, completion, and who is told. */
#include "future.h"

#include <stdio.h>
#include <stdlib.h>

#include "loop.h"
#include "memory.h"
#include "targets/world.h"

static bool refuse_cancel(eft_future *future)
{
    (void)future;
    return false;
}

static const eft__future_class failed_class = {.name = "failed",
                                               .cancel = refuse_cancel};
static const eft__future_class promise_class = {
    .name = "future", .cancel = eft__future_cancel_now};

static eft_future no_memory = {
    .type = &failed_class,
    .references = EFT__CONSTANT,
    .complete = true,
    .result = {.error = EFT_ENOMEM},
};

static void release(eft_future *future)
{
    if (future->type->fini)
        future->type->fini(future);
    if (!future->taken)
        eft_result_free(future->result);
    eft__detail_clear(&future->detail);
    future->references = 0;
    eft__free(future);
}

void eft__future_init(eft_future *future, const eft__future_class *type,
                      eft__loop *loop)
{
    *future = (eft_future){.type = type, .loop = loop, .references = 1};
}

void *eft__future_make(size_t size, const eft__future_class *type,
                       eft_future **instead)
{
    eft__loop *loop = eft__loop_here;

    if (!loop) {
        *instead =
            eft__future_failed(EFT_EINVAL, "no loop runs on this thread: "
                                           "start it with eft_run()");
        return NULL;
    }
    if (loop->state == EFT__LOOP_ENDED) {
        *instead = eft__future_failed(EFT_ECLOSED, "the loop is at its end");
        return NULL;
    }
    eft_future *future = eft__alloc_zero(size);
    if (!future) {
        *instead = eft__future_no_memory();
        return NULL;
    }
    eft__future_init(future, type, loop);
    return future;
}

bool eft__future_complete(eft_future *future, eft_result result)
{
    if (future->complete) {
        eft_result_free(result);
        return false;
    }
    future->complete = true;
    future->result = result;
    /* A loop that has ended runs nothing any more. */
    if (future->waiters && future->loop == eft__loop_here)
        eft__loop_ready_all(future->loop, &future->waiters);
    if (!future->references)
        release(future);
    return true;
}

bool eft__future_fail(eft_future *future, int32_t error, const char *constant)
{
    if (!future->complete)
        eft__detail_set(&future->detail, error, constant);
    return eft__future_complete(future, eft_failed(error));
}

bool eft__future_fail_copy(eft_future *future, int32_t error,
                           const char *detail)
{
    if (!future->complete)
        eft__detail_copy(&future->detail, error, detail);
    return eft__future_complete(future, eft_failed(error));
}

eft_future *eft__future_failed(int32_t error, const char *constant)
{
    eft_future *future = eft__alloc_zero(sizeof *future);

    if (!future)
        return &no_memory;
    eft__future_init(future, &failed_class, eft__loop_here);
    eft__future_fail(future, error, constant);
    return future;
}

eft_future *eft__future_failed_copy(int32_t error, const char *detail)
{
    eft_future *future = eft__future_failed(error, NULL);

    if (future != &no_memory)
        eft__detail_copy(&future->detail, error, detail);
    return future;
}

eft_future *eft__future_no_memory(void)
{
    return &no_memory;
}

const char eft__foreign[] = "the future belongs to another loop";

bool eft__future_is_foreign(const eft_future *future)
{
    return !future->complete && future->loop != eft__loop_here;
}

void eft__future_wait(eft_future *future, eft__node *node)
{
    if (future->complete)
        eft__loop_ready(eft__loop_here, node);
    else
        eft__queue_append(&future->waiters, node);
}

void eft__future_unwait(eft_future *future, eft__node *node)
{
    if (node->next)
        eft__queue_remove(
            future->complete ? &eft__loop_here->ready : &future->waiters, node);
}

eft_result eft__future_consume(eft_future *future, eft__detail *detail)
{
    eft_result result = eft_future_take(future);

    if (result.error) {
        if (future->references == 1)
            eft__detail_move(detail, &future->detail);
        else if (future->detail.owned)
            eft__detail_copy(detail, result.error, future->detail.text);
        else
            eft__detail_set(detail, result.error, future->detail.text);
        if (detail->error != result.error)
            eft__detail_set(detail, result.error, NULL);
    }
    eft_future_free(future);
    return result;
}

bool eft__future_cancel_now(eft_future *future)
{
    return eft__future_complete(future, eft_failed(EFT_ECANCELED));
}

eft_future *eft_future_new(void)
{
    eft_future *instead;
    eft_future *future =
        eft__future_make(sizeof *future, &promise_class, &instead);

    return future ? future : instead;
}

bool eft_future_resolve(eft_future *future, eft_result result)
{
    if (future->type != &promise_class) {
        eft_result_free(result);
        return false;
    }
    /* The sentence of eft_fail() travels with the error. */
    const eft__detail *said = eft__detail_here();

    if (result.error && !future->complete && said->error == result.error)
        eft__detail_copy(&future->detail, result.error, said->text);
    return eft__future_complete(future, result);
}

eft_future *eft_future_ref(eft_future *future)
{
    if (future->references != EFT__CONSTANT)
        future->references++;
    return future;
}

void eft_future_free(eft_future *future)
{
    if (!future || future->references == EFT__CONSTANT)
        return;
    if (future->references == 0) {
        fputs("eft: a future was freed more often than it was referenced\n",
              stderr);
        abort();
    }
    if (--future->references)
        return;
    if (future->complete)
        release(future);
    else if (!future->type->detaches)
        future->type->cancel(future);
}

eft_state eft_future_state(const eft_future *future)
{
    if (!future->complete)
        return EFT_PENDING;
    return future->result.error == EFT_ECANCELED ? EFT_CANCELED : EFT_FINISHED;
}

eft_result eft_future_take(eft_future *future)
{
    if (!future->complete)
        return eft_failed(EFT_EBUSY);
    if (future->taken)
        return eft_failed(EFT_ETAKEN);
    if (future->result.kind != EFT_KIND_PLAIN)
        future->taken = true;
    return future->result;
}

bool eft_cancel(eft_future *future)
{
    const eft__future_class *type = future->type;

    /* A cancelled future that nobody holds is gone after this. */
    if (future->complete || !type->cancel(future))
        return false;
    if (!type->forwards && eft__loop_here)
        eft__loop_here->cancel_reached = true;
    return true;
}

/* A registered callback: it keeps a reference until it has run. */
typedef struct observer {
    eft__node node;
    eft_future *future;
    void (*callback)(eft_future *future, void *arg);
    void *arg;
} observer;

static void tell(eft__node *node)
{
    observer told = *EFT__OWNER(node, observer, node);

    eft__free(EFT__OWNER(node, observer, node));
    told.callback(told.future, told.arg);
    eft_future_free(told.future);
}

int32_t eft_future_on_done(eft_future *future,
                           void (*callback)(eft_future *future, void *arg),
                           void *arg)
{
    if (!eft__loop_here || eft__future_is_foreign(future))
        return EFT_EINVAL;
    observer *added = eft__alloc(sizeof *added);
    if (!added)
        return EFT_ENOMEM;
    *added =
        (observer){{NULL, NULL, tell}, eft_future_ref(future), callback, arg};
    eft__future_wait(future, &added->node);
    return 0;
}
