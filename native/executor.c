/* SPDX-License-Identifier: MIT
 * Functions on other threads: libuv's pool. */
#define _POSIX_C_SOURCE 200809L
#include <uv.h>

#include "eft/error.h"
#include "sdk/core/memory.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "world.h"

/* A job in the pool's queue. */
typedef struct job {
    uv_work_t request; /* libuv's, until done() */
    uint32_t id;
    void (*work)(void *job);
    void *context;
    eft__world *world;
} job;

static void run(uv_work_t *request)
{
    job *self = request->data;

    self->work(self->context);
}

static void done(uv_work_t *request, int status)
{
    job *self = request->data;
    eft__world *world = self->world;
    uint32_t id = self->id;

    (void)status; /* nobody cancels a request */
    world->jobs--;
    eft__release(self);
    eft_core_work_done(id, 0, NULL);
}

void eft_target_work(uint32_t id, void (*work)(void *job), void *context)
{
    eft__world *world = eft__world_here();
    job *self = world ? eft__reserve(sizeof *self) : NULL;

    if (!self) {
        eft_core_work_done(id, EFT_ENOMEM, NULL);
        return;
    }
    *self = (job){.id = id, .work = work, .context = context, .world = world};
    self->request.data = self;
    if (uv_queue_work(&world->loop, &self->request, run, done) != 0) {
        eft__release(self);
        eft_core_work_done(id, EFT_EIO, "the thread pool refuses the job");
        return;
    }
    world->jobs++;
}
