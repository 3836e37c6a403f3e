/* SPDX-License-Identifier: MIT
 * eft_run_in_executor: functions that block, on other threads. */
#include "eft/loop.h"

#include <stdatomic.h>
#include <string.h>

#include "eft/memory.h"
#include "blocks.h"
#include "future.h"
#include "ids.h"
#include "loop.h"
#include "memory.h"
#include "targets/complete.h"
#include "targets/world.h"

/* QUEUED --begins--> RUNNING --returns--> (done)
 *    +---cancel----> CANCELED, and passes the queue as an empty job
 * Two threads race for the first step; each makes it by one exchange. */
enum { QUEUED, RUNNING, CANCELED };

/* What the other thread works on.  Its memory is the loop's, and outlives the
 * future of a function that is running when it is cancelled. */
typedef struct job {
    eft__identified identified;
    eft_future *future; /* NULL: was cancelled */
    atomic_int state;
    eft_result (*function)(void *arg);
    void *arg;
    /* What came of it: the other thread's, until it is done. */
    eft_result result;
    char *sentence; /* of an error, or NULL; reserved */
    size_t made;    /* what it has allocated and left alive */
} job;

typedef struct executor {
    eft_future future;
    job *job;
} executor;

static bool cancel(eft_future *future)
{
    job *self = ((executor *)future)->job;
    int expected = QUEUED;

    (void)atomic_compare_exchange_strong(&self->state, &expected, CANCELED);
    self->future = NULL;
    return eft__future_cancel_now(future);
}

static const eft__future_class executor_class = {.name = "executor",
                                                 .cancel = cancel};

/* The thread's own sentence is copied: it is freed there. */
static void keep_sentence(job *self)
{
    const eft__detail said = eft__detail_said();

    if (self->result.error && said.text && said.error == self->result.error) {
        size_t size = strlen(said.text) + 1;

        self->sentence = eft__reserve(size);
        if (self->sentence)
            memcpy(self->sentence, said.text, size);
    }
    eft__detail_say((eft__detail){0});
}

static void work(void *context)
{
    job *self = context;
    int expected = QUEUED;

    if (!atomic_compare_exchange_strong(&self->state, &expected, RUNNING))
        return;
    /* Each thread counts what is alive: what the function leaves is handed
     * over to the loop's. */
    size_t before = eft_live_objects();

    self->result = self->function(self->arg);
    keep_sentence(self);
    self->made = eft_live_objects() - before;
    eft__live_blocks = before;
}

static void free_job(job *self)
{
    eft__id_free(&self->identified);
    eft__release(self->sentence);
    eft__release(self);
}

/* The world reports each job before it is closed. */
static void end(eft__identified *identified)
{
    job *self = (job *)identified;

    if (self->future)
        eft__future_fail(self->future, EFT_ECLOSED, NULL);
    free_job(self);
}

static void report(job *self, int32_t error, const char *detail)
{
    eft_future *future = self->future;

    if (!future)
        eft_result_free(self->result);
    else if (error)
        eft__future_fail(future, error, detail);
    else if (self->result.error)
        eft__future_fail_copy(future, self->result.error, self->sentence);
    else
        eft__future_complete(future, self->result);
}

void eft_core_work_done(uint32_t id, int32_t error, const char *detail)
{
    job *self = (job *)eft__id_find(id);

    if (!self)
        return;
    eft__live_blocks += self->made;
    report(self, error, detail);
    free_job(self);
}

static job *make_job(eft_result (*function)(void *arg), void *arg)
{
    job *self = eft__reserve(sizeof *self);

    if (!self)
        return NULL;
    *self = (job){.identified = {.end = end},
                  .function = function,
                  .arg = arg,
                  .result = eft_ok()};
    atomic_init(&self->state, QUEUED);
    if (eft__id_new(&self->identified))
        return self;
    eft__release(self);
    return NULL;
}

eft_future *eft_run_in_executor(eft_result (*function)(void *arg), void *arg)
{
    eft_future *instead;

    if (!function)
        return eft__future_failed(EFT_EINVAL, "there is no function");
    executor *self = eft__future_make(sizeof *self, &executor_class, &instead);

    if (!self)
        return instead;
    job *made = make_job(function, arg);

    if (!made) {
        eft__future_discard(&self->future);
        return eft__future_no_memory();
    }
    self->job = made;
    made->future = &self->future;
    eft_target_work(made->identified.id, work, made);
    return &self->future;
}
