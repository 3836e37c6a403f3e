/* SPDX-License-Identifier: MIT
 * What the environment of the process asks for. */
#include "environment.h"

#include <stdlib.h>
#include <string.h>

#include "eft/debug.h"

void eft__environment_debug(void)
{
    const char *value = getenv("EFT_DEBUG");

    if (value && !strcmp(value, "1"))
        eft_debug_enable(true);
}
