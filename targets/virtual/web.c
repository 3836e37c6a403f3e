/* SPDX-License-Identifier: MIT
 * The virtual world's run under wasm: the web's pump, without its timer. */
#include "targets/virtual/virtual.h"

#include "targets/world.h"
#include "web/pump.h"

const eft_target_traits eft_target_traits_of_world = {.returns = false,
                                                      .threads = false};

void eft__virtual_open(void)
{
    eft__web_look_for_debug();
}

/* In a macrotask, as after a timer: a page stays alive however often time
 * jumps. */
void eft__web_idle(void)
{
    eft__virtual_idle();
    eft_web_later();
}
