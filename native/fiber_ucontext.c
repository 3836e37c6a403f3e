/* SPDX-License-Identifier: MIT
 * The context switch by ucontext, for machines without one of our own. */
#define _XOPEN_SOURCE 700
#define _DARWIN_C_SOURCE 1

#include "switch.h"

#if defined(EFT_UCONTEXT)

#include <stdint.h>
#include <stdlib.h>

/* makecontext passes ints only: a pointer crosses as two halves. */
static void begin(unsigned high, unsigned low)
{
    eft__switch *self =
        (eft__switch *)(uintptr_t)((uint64_t)high << 32 | (uint64_t)low);

    self->entry(self->arg);
    abort();
}

void eft__switch_init(eft__switch *self, void *bottom, void *top,
                      void (*entry)(void *arg), void *arg)
{
    uint64_t address = (uint64_t)(uintptr_t)self;

    self->outside = NULL;
    self->entry = entry;
    self->arg = arg;
    /* Cannot fail: its one error is a mask it cannot read. */
    (void)getcontext(&self->inside);
    self->inside.uc_stack.ss_sp = bottom;
    self->inside.uc_stack.ss_size = (size_t)((char *)top - (char *)bottom);
    self->inside.uc_link = NULL;
    makecontext(&self->inside, (void (*)(void))begin, 2,
                (unsigned)(address >> 32), (unsigned)address);
}

bool eft__switch_swap(eft__switch *self)
{
    ucontext_t *outside = self->outside;
    ucontext_t here;

    if (outside) {
        self->outside = NULL;
        (void)swapcontext(&self->inside, outside);
    } else {
        self->outside = &here;
        (void)swapcontext(&here, &self->inside);
    }
    return true;
}

void eft__switch_hand_over(eft__switch *self, eft__switch *next)
{
    next->outside = self->outside;
    self->outside = NULL;
    (void)swapcontext(&self->inside, &next->inside);
}

#endif
