/* SPDX-License-Identifier: MIT
 * Futures: references, completion, and who is told. */
#include "future.h"

#include <stdlib.h>
#include <string.h>

#include "eft/log.h"
#include "blocks.h"
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

/* A small build leaves out what only helps to find mistakes. */
#ifndef EFT_SMALL
/* Operations fail by themselves: that their owner let go of them is enough. */
static bool is_unseen(const eft_future *future)
{
    return future->result.error && !future->taken &&
           future->result.error != EFT_ECANCELED &&
           (future->type->detaches || future->type == &promise_class);
}
#endif

void eft__future_release(eft_future *future)
{
#ifndef EFT_SMALL
    if (is_unseen(future))
        eft__future_unseen(future);
#endif
    if (future->type->fini)
        future->type->fini(future);
    if (!eft__future_is_plain(future)) {
        if (!future->result.error && !future->taken)
            eft_result_free(future->result);
        else if (future->owns_text)
            eft__free(future->result.ptr);
    }
    eft__block_free(future->block, future);
}

void eft__future_discard(eft_future *future)
{
    future->references = 0;
    eft__block_free(future->block, future);
}

eft_future *eft__future_refusal(const eft__loop *loop)
{
    if (!loop)
        return eft__future_failed(EFT_EINVAL, "no loop runs on this thread: "
                                              "start it with eft_run()");
    if (loop->state == EFT__LOOP_ENDED)
        return eft__future_failed(EFT_ECLOSED, "the loop is at its end");
    return NULL;
}

void *eft__future_make(size_t size, const eft__future_class *type,
                       eft_future **instead)
{
    eft_future *future = eft__future_make_bare(size, type, instead);

    if (future)
        memset(future + 1, 0, size - sizeof *future);
    return future;
}

bool eft__future_complete(eft_future *future, eft_result result)
{
    if (future->complete) {
        eft_result_free(result);
        return false;
    }
    if (result.error)
        result.ptr = NULL;
    eft__future_finish(future, result);
    return true;
}

bool eft__future_fail_move(eft_future *future, int32_t error,
                           eft__detail *detail)
{
    eft_result result = eft_failed(error);

    if (future->complete)
        return false;
    if (detail->error == error) {
        result.ptr = (void *)(uintptr_t)detail->text;
        future->owns_text = detail->owned;
        *detail = (eft__detail){0};
    }
    eft__future_finish(future, result);
    return true;
}

bool eft__future_fail(eft_future *future, int32_t error, const char *constant)
{
    eft__detail detail = {.error = error, .text = constant};

    return eft__future_fail_move(future, error, &detail);
}

bool eft__future_fail_copy(eft_future *future, int32_t error, const char *text)
{
    eft__detail detail = {0};

    if (future->complete)
        return false;
    eft__detail_copy(&detail, error, text);
    return eft__future_fail_move(future, error, &detail);
}

static eft_future *failed(int32_t error, eft__detail *detail)
{
    unsigned kind = eft__block_kind(sizeof(eft_future));
    eft_future *future = eft__block_new(&kind, sizeof *future);

    if (!future) {
        eft__detail_clear(detail);
        return &no_memory;
    }
    eft__future_init(future, &failed_class, 0, kind);
    eft__future_fail_move(future, error, detail);
    return future;
}

eft_future *eft__future_failed(int32_t error, const char *constant)
{
    eft__detail detail = {.error = error, .text = constant};

    return failed(error, &detail);
}

eft_future *eft__future_failed_copy(int32_t error, const char *text)
{
    eft__detail detail = {0};

    eft__detail_copy(&detail, error, text);
    return failed(error, &detail);
}

eft_future *eft__future_no_memory(void)
{
    return &no_memory;
}

const char eft__foreign[] = "the future belongs to another loop";

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

void eft__future_explain(const eft_future *future, eft__detail *detail)
{
    const eft_result *result = &future->result;

    if (future->owns_text)
        eft__detail_copy(detail, result->error, result->ptr);
    else
        eft__detail_set(detail, result->error, result->ptr);
}

static eft_result take(eft_future *future)
{
    if (!future->complete)
        return eft_failed(EFT_EBUSY);
    bool taken = future->taken;
    if (future->references != EFT__CONSTANT)
        future->taken = true;
    if (future->result.error)
        return eft_failed(future->result.error);
    if (taken && future->result.kind != EFT_KIND_PLAIN)
        return eft_failed(EFT_ETAKEN);
    return future->result;
}

eft_result eft__future_consume(eft_future *future, eft__detail *detail)
{
    eft_result result = take(future);

    if (result.error == EFT_ETAKEN && !future->result.error) {
        eft__detail_set(detail, EFT_ETAKEN, NULL);
    } else if (result.error) {
        if (future->owns_text && future->references == 1) {
            eft__detail_clear(detail);
            *detail = (eft__detail){future->result.ptr, result.error, true};
            future->owns_text = false;
        } else {
            eft__future_explain(future, detail);
        }
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
    if (!future || future->type != &promise_class || future->complete) {
        eft_result_free(result);
        return false;
    }
    /* The sentence of eft_fail() travels with the error. */
    const eft__detail said = eft__detail_said();

    if (result.error && said.error == result.error)
        return eft__future_fail_copy(future, result.error, said.text);
    return eft__future_complete(future, result);
}

eft_future *eft_future_ref(eft_future *future)
{
    if (future && future->references != EFT__CONSTANT)
        future->references++;
    return future;
}

void eft_future_free(eft_future *future)
{
    if (!future || future->references == EFT__CONSTANT)
        return;
    if (future->references == 0) {
        eft_log_line(EFT_LOG_ERROR, "a future was freed once too often");
        abort();
    }
    if (--future->references)
        return;
    if (future->complete)
        eft__future_release(future);
    else if (!future->type->detaches)
        future->type->cancel(future);
}

eft_state eft_future_state(const eft_future *future)
{
    if (!future)
        return EFT_FINISHED;
    if (!future->complete)
        return EFT_PENDING;
    return future->result.error == EFT_ECANCELED ? EFT_CANCELED : EFT_FINISHED;
}

eft_result eft_future_take(eft_future *future)
{
    eft__detail detail = {.error = EFT_EINVAL};

    if (!future)
        return eft_failed(EFT_EINVAL);
    eft_result result = take(future);
    if (result.error) {
        detail.error = result.error;
        if (future->complete && result.error == future->result.error)
            eft__future_explain(future, &detail);
        eft__detail_say(detail);
    }
    return result;
}

bool eft_cancel(eft_future *future)
{
    /* Who cancels it does not want to hear of its error. */
    if (future && future->complete && future->result.error &&
        future->references != EFT__CONSTANT)
        future->taken = true;
    /* A cancelled future that nobody holds is gone after this. */
    return future && !future->complete && !eft__future_is_foreign(future) &&
           future->type->cancel(future);
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
    /* What it was told ends with it, as with a task. */
    eft__detail_say((eft__detail){0});
}

int32_t eft_future_on_done(eft_future *future,
                           void (*callback)(eft_future *future, void *arg),
                           void *arg)
{
    if (!future || !callback || !eft__loop_here ||
        eft__future_is_foreign(future))
        return EFT_EINVAL;
    observer *added = eft__alloc(sizeof *added);
    if (!added)
        return EFT_ENOMEM;
    *added =
        (observer){{NULL, NULL, tell}, eft_future_ref(future), callback, arg};
    eft__future_wait(future, &added->node);
    return 0;
}
