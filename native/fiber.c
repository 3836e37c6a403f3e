/* SPDX-License-Identifier: MIT
 * The fiber half of the native target: targets/fiber.h by a context switch. */
#include "targets/fiber.h"

#include <stdlib.h>

#include "eft/error.h"
#include "overflow.h"
#include "stack.h"
#include "switch.h"
#include "switch_sanitizer.h"

/* Design notes.
 *
 * A fiber's control block lies at the top of its own stack: creating one takes
 * no malloc, and the page that holds the block also holds the first frames.
 *
 * Resume and park do nothing but swap, and end in a jump to it, so that the
 * processor's guesses of return addresses suffer once and not twice.  They
 * need no thread-local variable: who sleeps on the other side is in the block.
 */

struct eft_fiber {
    eft__switch context;      /* joins this stack and the resumer's */
    eft__sanitizer sanitizer; /* what the tools know of it */
    void (*entry)(void *arg); /* what the fiber runs */
    void *arg;                /* its argument */
    eft__stack stack;         /* where all of this lies */
    eft__guard guard;         /* the page below it */
};

#if defined(EFT__TSAN)
/* ThreadSanitizer counts a fiber as a thread: it spends up to 0.8 MB on each,
 * and stops the program when there are more than about 8,000. */
#define FIBER_LIMIT 2000
#else
/* A stack is two mappings, its guard being the second, and Linux lets a
 * process have 65,530; the rest is for the program. */
#define FIBER_LIMIT 32000
#endif

/* Blocks begin at 16 different places of their page, a cache line apart.  At
 * the same place they would all fall into the same few sets of the cache, and
 * a thousand fibers would push each other out of it. */
#define PLACES 16
#define CACHE_LINE 64

static eft_fiber *place_block(const eft__stack *stack)
{
    /* Stacks are mapped one beside the other, so this counts them. */
    uintptr_t number = (uintptr_t)stack->guard / (EFT__STACK_KIB * 1024u);
    uintptr_t place = (uintptr_t)stack->top - (number % PLACES) * CACHE_LINE -
                      sizeof(eft_fiber);

    return (eft_fiber *)(place & ~(uintptr_t)(CACHE_LINE - 1));
}

static void begin(void *arg)
{
    eft_fiber *fiber = arg;

    eft__sanitizer_enter_inside(&fiber->sanitizer);
    fiber->entry(fiber->arg);
    abort(); /* an entry never returns: there is nothing to return to */
}

size_t eft_target_fiber_limit(void)
{
    return FIBER_LIMIT;
}

int32_t eft_target_fiber_create(eft_fiber **fiber, void (*entry)(void *arg),
                                void *arg)
{
    eft__stack stack;
    int32_t error = eft__stack_map(&stack);

    if (error)
        return error;
    eft_fiber *self = place_block(&stack);
    error = eft__overflow_watch(&self->guard, stack.guard, stack.bottom);
    if (error) {
        eft__stack_unmap(&stack);
        return error;
    }
    self->stack = stack;
    self->entry = entry;
    self->arg = arg;
    eft__sanitizer_init(&self->sanitizer, &stack);
    eft__switch_init(&self->context, stack.bottom, self, begin, self);
    *fiber = self;
    return 0;
}

bool eft_target_fiber_resume(eft_fiber *fiber)
{
    void *fake = eft__sanitizer_leave_outside(&fiber->sanitizer);
    bool ran = eft__switch_swap(&fiber->context);

    eft__sanitizer_enter_outside(fake);
    return ran;
}

bool eft_target_fiber_may_park(eft_fiber *fiber)
{
    (void)fiber;
    return true;
}

void eft_target_fiber_park(eft_fiber *fiber)
{
    eft__sanitizer_leave_inside(&fiber->sanitizer);
    (void)eft__switch_swap(&fiber->context);
    eft__sanitizer_enter_inside(&fiber->sanitizer);
    if (eft__sanitizer_is_ending(&fiber->sanitizer))
        eft_target_fiber_park(fiber);
}

const bool eft_target_fiber_hands_over = true;

void eft_target_fiber_hand_over(eft_fiber *fiber, eft_fiber *next)
{
    eft__sanitizer_hand_over(&fiber->sanitizer, &next->sanitizer);
    eft__switch_hand_over(&fiber->context, &next->context);
    eft__sanitizer_enter_inside(&fiber->sanitizer);
    if (eft__sanitizer_is_ending(&fiber->sanitizer))
        eft_target_fiber_park(fiber);
}

void eft_target_fiber_destroy(eft_fiber *fiber)
{
    if (eft__sanitizer_end(&fiber->sanitizer))
        (void)eft_target_fiber_resume(fiber);
    eft__overflow_unwatch(&fiber->guard);
    eft__sanitizer_fini(&fiber->sanitizer);
    eft__stack_unmap(&fiber->stack);
}
