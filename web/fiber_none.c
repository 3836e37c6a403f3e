/* SPDX-License-Identifier: MIT
 * No fibers: a build for tasks of steps alone, in any WebAssembly engine. */
#include "eft/error.h"
#include "targets/fiber.h"
#include "web/pump.h"

/* The core asks before it needs one, and nothing below is ever reached that is
 * not to answer. */

size_t eft_target_fiber_limit(void)
{
    return 1;
}

int32_t eft_target_fiber_create(eft_fiber **fiber, void (*entry)(void *arg),
                                void *arg)
{
    (void)fiber;
    (void)entry;
    (void)arg;
    return EFT_ENOTSUP;
}

bool eft_target_fiber_resume(eft_fiber *fiber)
{
    (void)fiber;
    __builtin_trap();
}

bool eft_target_fiber_may_park(eft_fiber *fiber)
{
    (void)fiber;
    return false;
}

void eft_target_fiber_park(eft_fiber *fiber)
{
    (void)fiber;
    __builtin_trap();
}

const bool eft_target_fiber_hands_over = false;

void eft_target_fiber_hand_over(eft_fiber *fiber, eft_fiber *next)
{
    (void)fiber;
    (void)next;
    __builtin_trap();
}

void eft_target_fiber_destroy(eft_fiber *fiber)
{
    (void)fiber;
}

void eft__web_begin_fibers(uintptr_t stack)
{
    (void)stack;
}
