/* SPDX-License-Identifier: MIT
 * The least program: one task of steps, one timer.  script/check-size weighs
 * it. */
#include <eft/eft.h>

typedef struct ticker {
    eft_step step;
    int i;
} ticker;

static eft_result tick(void *state)
{
    ticker *self = state;

    EFT_STEP_BEGIN(self);
    for (self->i = 0; self->i < 3; self->i++) {
        EFT_STEP_TRY(eft_sleep(100));
        eft_log_line(EFT_LOG_INFO, "tick");
    }
    EFT_STEP_END();
    return eft_ok();
}

int main(void)
{
    const ticker state = {.i = 0};

    return eft_run_steps(tick, &state, sizeof state);
}
