/* SPDX-License-Identifier: MIT
 * eft_gather: all of several futures. */
#include "cancel.h"
#include "combine.h"
#include "memory.h"
#include "result.h"
#include "task.h"

/* Design notes.  While a child is pending, its place among the results holds
 * the future: so a child costs its node, its index, and the result that it
 * will have anyway. */

/* The kind of a result that is the future still. */
enum { KIND_PENDING = -1 };

/* WAITING --first error--> ENDING --last child ended--> complete
 *    |                                                    ^
 *    +---------------- all children succeeded -----------+ */
typedef struct gather {
    eft_future future;
    eft_future *link;      /* of a cancel on its way */
    size_t asked;          /* children that it has been passed on to */
    eft_results *results;  /* one item for each child */
    size_t pending;        /* children that are waited for */
    eft__detail detail;    /* of the first error; its code 0: none yet */
    bool cancel_requested; /* and passed on to the children */
    bool return_errors;    /* they are results like others */
    eft__child children[];
} gather;

static bool is_pending(const eft_result *item)
{
    return item->kind == (uint32_t)KIND_PENDING;
}

static eft_future *next_child(eft_future *future, bool first)
{
    gather *self = (gather *)future;

    if (first)
        self->asked = 0;
    while (self->asked < self->results->count) {
        const eft_result *item = &self->results->items[self->asked++];

        if (is_pending(item))
            return item->ptr;
    }
    return NULL;
}

static eft__reach children_asked(eft_future *future, eft__reach reach)
{
    if (reach != EFT__REACH_NONE)
        ((gather *)future)->cancel_requested = true;
    return reach;
}

static void free_results(eft_results *results)
{
    if (results)
        eft_result_free(eft__results_result(results));
}

static void fini_gather(eft_future *future)
{
    free_results(((gather *)future)->results);
}

static const eft__forwarding forwarding = {
    .link = offsetof(gather, link), .next = next_child, .done = children_asked};
static const eft__future_class gather_class = {.name = "gather",
                                               .cancel = eft__cancel_through,
                                               .forwards = &forwarding,
                                               .fini = fini_gather};

static void finish(gather *self)
{
    eft__detail detail = self->detail;
    eft_result result = eft_failed(detail.error);

    if (!result.error && self->cancel_requested)
        result = eft_failed(EFT_ECANCELED);
    if (!result.error) {
        result = eft__results_result(self->results);
        self->results = NULL;
    }
    eft__future_settle(&self->future, result, &detail);
    eft__detail_clear(&detail);
}

static void let_go(gather *self, size_t index)
{
    eft_result *item = &self->results->items[index];
    eft_future *future = item->ptr;

    eft__future_unwait(future, &self->children[index].node);
    /* A second error is nobody's any more: asyncio keeps silent of it too. */
    if (future->complete && future->result.error)
        future->taken = true;
    *item = eft_ok();
    self->pending--;
    eft_future_free(future);
}

/* Ends what the gather alone holds, and lets go of the rest. */
static void end_siblings(gather *self)
{
    for (size_t i = 0; i < self->results->count; i++) {
        const eft_result *item = &self->results->items[i];
        eft_future *sibling = item->ptr;

        if (!is_pending(item))
            continue;
        if (!sibling->complete && eft__future_is_alone(sibling))
            eft_cancel(sibling);
        else
            let_go(self, i);
    }
}

static void child_done(eft__node *node)
{
    gather *self = EFT__PARENT(node, gather, children);
    size_t index = EFT__OWNER(node, eft__child, node)->index;
    eft_result *item = &self->results->items[index];
    eft_future *future = item->ptr;
    eft__detail detail = {0};

    self->pending--;
    if (eft__future_is_plain(future)) {
        *item = eft__task_take(future);
        if (!self->pending)
            finish(self);
        return;
    }
    *item = eft__future_consume(future, &detail);
    if (item->error && !self->return_errors && !self->detail.error) {
        eft__detail_move(&self->detail, &detail);
        /* Where the gather was cancelled, all have been asked already: once
         * more would disturb those that are cleaning up. */
        if (!self->cancel_requested)
            end_siblings(self);
    }
    eft__detail_clear(&detail);
    if (!self->pending)
        finish(self);
}

/* Lets go of all futures, since the one at index is none to wait for. */
static void refuse(gather *self, eft_future *const *futures, size_t index)
{
    const char *reason = eft__refusal(futures[index]);
    size_t count = self->results->count;

    for (size_t i = 0; i < count; i++)
        self->results->items[i] = eft_ok();
    for (size_t i = 0; i < index; i++)
        eft__future_unwait(futures[i], &self->children[i].node);
    eft__future_fail(&self->future, EFT_EINVAL, reason);
    eft__let_go(futures, count, NULL);
}

/* Waits for all; false: it has failed instead. */
static bool begin(gather *self, eft_future *const *futures)
{
    size_t count = self->results->count;

    for (size_t i = 0; i < count; i++) {
        eft__child *child = &self->children[i];
        eft_result *item = &self->results->items[i];

        if (eft__refusal(futures[i])) {
            refuse(self, futures, i);
            return false;
        }
        *item = eft_ok_ptr(futures[i]);
        item->kind = (uint32_t)KIND_PENDING;
        child->node.next = NULL;
        child->node.run = child_done;
        child->index = i;
        eft__future_wait(futures[i], &child->node);
    }
    self->pending = count;
    return true;
}

eft_future *eft_gather_array(eft_future *const *futures, size_t count,
                             const eft_gather_options *options)
{
    if (!futures && count)
        return eft__future_failed(EFT_EINVAL, eft__refusal(NULL));

    eft_future *instead = eft__future_no_memory();
    size_t size = eft__size_with_children(sizeof(gather), count);
    /* What is long is written once: begin() does it. */
    eft_results *results = size ? eft__results_bare(count) : NULL;
    gather *self =
        results ? eft__future_make_bare(size, &gather_class, &instead) : NULL;

    if (!self) {
        eft__free(results);
        return eft__let_go(futures, count, instead);
    }
    self->link = NULL;
    self->results = results;
    self->pending = 0;
    self->detail = (eft__detail){0};
    self->cancel_requested = false;
    self->return_errors = options && options->return_errors;
    if (begin(self, futures) && !count)
        finish(self);
    return &self->future;
}
