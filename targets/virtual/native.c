/* SPDX-License-Identifier: MIT
 * The virtual world's run, natively: a loop. */
#include "targets/virtual/virtual.h"

#include "targets/complete.h"
#include "native/environment.h"
#include "targets/world.h"

#define BUDGET 4000000 /* ns; the clock stands still, so it is never spent */

const eft_target_traits eft_target_traits_of_world = {.returns = true,
                                                      .threads = false};

void eft__virtual_open(void)
{
    eft__environment_debug();
}

int eft_target_run(void)
{
    for (;;) {
        eft_pump status = eft_core_pump(BUDGET);

        if (status == EFT_PUMP_DONE)
            return eft_core_close();
        if (status == EFT_PUMP_IDLE)
            eft__virtual_idle();
    }
}

/* The loop above pumps again in any case. */
void eft_target_wake(void)
{
}
