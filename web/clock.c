/* SPDX-License-Identifier: MIT
 * Real time in the browser: performance.now() and one timer. */
#include <stdint.h>

#include "targets/complete.h"
#include "targets/world.h"
#include "web/pump.h"

/* pump.js; both in milliseconds of performance.now() */
double eft_web_now(void);
void eft_web_alarm(double at_ms); /* below 0: none */

int64_t eft_target_clock(void)
{
    return (int64_t)(eft_web_now() * 1e6);
}

void eft__web_idle(void)
{
    int64_t deadline = eft_core_deadline();

    eft_web_alarm(deadline == INT64_MAX ? -1 : (double)deadline / 1e6);
}
