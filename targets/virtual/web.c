/* SPDX-License-Identifier: MIT
 * The virtual world's run under wasm: the web's pump, without its timer. */
#include "targets/virtual/virtual.h"

#include "web/pump.h"

/* In a macrotask, as after a timer: a page stays alive however often time
 * jumps. */
void eft__web_idle(void)
{
    eft__virtual_idle();
    eft_web_later();
}
