/* SPDX-License-Identifier: MIT
 * eft_gather: all of several futures. */
#include "eft/combine.h"

#include "future.h"
#include "loop.h"
#include "memory.h"
#include "result.h"

typedef struct gather gather;

/* One future that is waited for. */
typedef struct child {
    eft__node node;
    eft_future *future; /* one reference; NULL: has ended, or was let go */
    gather *owner;
} child;

/* WAITING --first error--> ENDING --last child ended--> complete
 *    |                                                    ^
 *    +---------------- all children succeeded -----------+ */
struct gather {
    eft_future future;
    eft_results *results; /* items that have ended with a value */
    size_t pending;       /* children with a future */
    int32_t error;        /* the first; 0: none yet */
    eft__detail detail;   /* its sentence */
    bool cancel_requested;
    size_t count;
    child children[];
};

static bool cancel_gather(eft_future *future)
{
    gather *self = (gather *)future;
    bool any = false;

    for (size_t i = 0; i < self->count; i++)
        if (self->children[i].future && eft_cancel(self->children[i].future))
            any = true;
    if (any)
        self->cancel_requested = true;
    return any;
}

static void free_results(eft_results *results)
{
    if (results)
        eft_result_free(eft__results_result(results));
}

static void fini_gather(eft_future *future)
{
    free_results(((gather *)future)->results);
    eft__detail_clear(&((gather *)future)->detail);
}

static const eft__future_class gather_class = {.name = "gather",
                                               .cancel = cancel_gather,
                                               .forwards = true,
                                               .fini = fini_gather};

static void finish(gather *self)
{
    eft_results *results = self->results;

    if (!self->error && self->cancel_requested)
        self->error = EFT_ECANCELED;
    if (self->error) {
        eft__future_fail_move(&self->future, self->error, &self->detail);
        return;
    }
    self->results = NULL;
    eft__future_complete(&self->future, eft__results_result(results));
}

/* Ends what the gather alone holds, and lets go of the rest. */
static void end_siblings(gather *self)
{
    for (size_t i = 0; i < self->count; i++) {
        child *sibling = &self->children[i];

        if (!sibling->future || sibling->future->complete)
            continue;
        if (sibling->future->references == 1) {
            eft_cancel(sibling->future);
            continue;
        }
        eft__future_unwait(sibling->future, &sibling->node);
        eft_future_free(sibling->future);
        sibling->future = NULL;
        self->pending--;
    }
}

static void child_done(eft__node *node)
{
    child *ended = EFT__OWNER(node, child, node);
    gather *self = ended->owner;
    eft_future *future = ended->future;
    eft__detail detail = {0};
    eft_result result = eft__future_consume(future, &detail);

    ended->future = NULL;
    self->pending--;
    if (!result.error) {
        self->results->items[ended - self->children] = result;
    } else if (!self->error) {
        self->error = result.error;
        eft__detail_move(&self->detail, &detail);
        end_siblings(self);
    }
    eft__detail_clear(&detail);
    if (!self->pending)
        finish(self);
}

static eft_future *let_all_go(eft_future *const *futures, size_t count,
                              eft_future *instead)
{
    for (size_t i = 0; i < count; i++)
        eft_future_free(futures[i]);
    return instead;
}

eft_future *eft_gather_array(eft_future *const *futures, size_t count)
{
    eft_future *instead = eft__future_no_memory();
    eft_results *results = eft__results_new(count);
    gather *self = NULL;

    for (size_t i = 0; i < count; i++)
        if (eft__future_is_foreign(futures[i])) {
            free_results(results);
            return let_all_go(futures, count,
                              eft__future_failed(EFT_EINVAL, eft__foreign));
        }
    if (results && count <= (SIZE_MAX - sizeof *self) / sizeof(child))
        self = eft__future_make(sizeof *self + count * sizeof(child),
                                &gather_class, &instead);
    if (!self) {
        free_results(results);
        return let_all_go(futures, count, instead);
    }
    self->results = results;
    self->count = self->pending = count;
    for (size_t i = 0; i < count; i++) {
        child *added = &self->children[i];

        added->node.run = child_done;
        added->future = futures[i];
        added->owner = self;
        eft__future_wait(futures[i], &added->node);
    }
    if (!count)
        finish(self);
    return &self->future;
}
