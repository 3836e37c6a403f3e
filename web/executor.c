/* SPDX-License-Identifier: MIT
 * Functions on other threads: there are none here. */
#include "eft/error.h"
#include "targets/complete.h"
#include "targets/world.h"

void eft_target_work(uint32_t id, void (*work)(void *job), void *job)
{
    (void)work;
    (void)job;
    eft_core_work_done(id, EFT_ENOTSUP,
                       "a page has no thread for eft_run_in_executor(): use a "
                       "worker of the page's own");
}
