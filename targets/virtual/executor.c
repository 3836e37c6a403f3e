/* SPDX-License-Identifier: MIT
 * Functions on other threads, in the virtual world: on the loop, soon. */
#include "eft/error.h"
#include "eft/loop.h"
#include "sdk/core/memory.h"
#include "targets/complete.h"
#include "targets/world.h"

typedef struct job {
    uint32_t id;
    void (*work)(void *job);
    void *context;
} job;

static void run(void *arg)
{
    job self = *(job *)arg;

    eft__release(arg);
    self.work(self.context);
    eft_core_work_done(self.id, 0, NULL);
}

void eft_target_work(uint32_t id, void (*work)(void *job), void *context)
{
    job *self = eft__reserve(sizeof *self);
    eft_future *soon = NULL;

    if (self) {
        *self = (job){.id = id, .work = work, .context = context};
        soon = eft_call_soon(run, self);
    }
    if (!soon || eft_future_state(soon) != EFT_PENDING) {
        eft__release(self);
        eft_core_work_done(id, EFT_ENOMEM, NULL);
    }
    eft_future_free(soon);
}
