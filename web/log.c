/* SPDX-License-Identifier: MIT
 * The web world's log: each line goes to the page or to the console. */
#include "targets/world.h"

/* Implemented in web/log.js. */
void eft_web_log(int level, const char *text);

void eft_target_log(int level, const char *text)
{
    eft_web_log(level, text);
}
