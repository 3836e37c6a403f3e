/* SPDX-License-Identifier: MIT
 * What the tests of debug mode share. */
#include "debug_case.h"

#include <stdbool.h>

#include <eft/eft.h>

static bool was_on;

void debug_begin(void)
{
    was_on = eft_debug_is_enabled();
    eft_debug_enable(false);
    eft_debug_enable(true);
}

void debug_finish(void)
{
    eft_debug_enable(was_on);
    eft_debug_set_slow(100);
}
