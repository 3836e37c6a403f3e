/* SPDX-License-Identifier: MIT
 * The context switch: one stack sleeps while the other runs. */
#ifndef EFT_NATIVE_SWITCH_H
#define EFT_NATIVE_SWITCH_H

#include <stdbool.h>

/* A switch joins two stacks, the fiber's own and the one it is resumed from.
 * Exactly one of them sleeps at any time, so one slot is enough for it, and to
 * go in and to come out is the same act: swap.
 *
 * Three files stand behind this header, and each is empty where another one
 * serves, so that a build may list them all:
 *
 *     switch_x86_64.S     x86-64, System V ABI
 *     switch_aarch64.S    aarch64, AAPCS64
 *     fiber_ucontext.c    every other machine, or with -DEFT_UCONTEXT; it
 *                         makes a system call for each swap
 *
 * What is kept across a swap is what the ABI has a function keep: registers,
 * the stack, and the control bits of floating point (rounding, traps, flush to
 * zero); what becomes of its status bits is not said.  A new fiber begins with
 * its creator's control bits.  The signal mask is the thread's, and our own
 * switches leave it alone; ucontext swaps it too. */
#if !defined(EFT_UCONTEXT) && !(defined(__x86_64__) && defined(__LP64__)) &&   \
    !(defined(__aarch64__) && defined(__LP64__))
#define EFT_UCONTEXT 1
#endif

#if !defined(EFT_UCONTEXT)

typedef struct eft__switch {
    void *asleep; /* stack pointer of the side that sleeps */
} eft__switch;

#else

#include <ucontext.h>

typedef struct eft__switch {
    ucontext_t inside;        /* the fiber's side, while that sleeps */
    ucontext_t *outside;      /* the resumer's, on its own stack, while that
                                 sleeps; NULL: the fiber's side does */
    void (*entry)(void *arg); /* what the fiber's side begins with */
    void *arg;                /* its argument */
} eft__switch;

#endif

/* eft__switch_init prepares the stack from bottom up to top (both are
 * addresses, top is the higher) so that the first swap calls entry(arg) on it.
 * entry must not return. */
void eft__switch_init(eft__switch *self, void *bottom, void *top,
                      void (*entry)(void *arg), void *arg);

/* eft__switch_swap puts the caller to sleep and wakes the other side; returns
 * when the other side swaps.  It always gives true, so that a function whose
 * own result is true can end in a jump to it. */
bool eft__switch_swap(eft__switch *self);

/* eft__switch_hand_over, called on the fiber's side of self, puts it to sleep
 * and wakes the fiber's side of next; who resumed self sleeps on, and has
 * resumed next now. */
void eft__switch_hand_over(eft__switch *self, eft__switch *next);

#endif
