/* SPDX-License-Identifier: MIT
 * Tells the sanitizers and valgrind of every stack and every switch. */
#ifndef EFT_NATIVE_SWITCH_SANITIZER_H
#define EFT_NATIVE_SWITCH_SANITIZER_H

#include <stdbool.h>
#include <stddef.h>

#include "stack.h"

/* fiber.c calls these around its switches.  In a build without sanitizers they
 * do nothing, and the compiler leaves nothing of them.
 *
 *     on the resumer's stack          on the fiber's
 *
 *     init
 *     leave_outside    ------------>  enter_inside
 *                                     hand_over      (to another fiber)
 *     enter_outside    <------------  leave_inside
 *     ends, and if so once more there and back
 *     fini
 */

#if defined(__has_feature)
#define EFT__HAS(feature) __has_feature(feature)
#else
#define EFT__HAS(feature) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || EFT__HAS(address_sanitizer)
#define EFT__ASAN 1
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

/* The leak sanitizer comes with the address sanitizer or alone, and leaves no
 * sign when it compiles; on ELF a weak symbol tells whether it is there. */
#if defined(__ELF__)
#define EFT__LSAN 1
extern void __lsan_register_root_region(const void *begin, size_t size)
    __attribute__((weak));
extern void __lsan_unregister_root_region(const void *begin, size_t size)
    __attribute__((weak));
#endif

#if defined(__SANITIZE_THREAD__) || EFT__HAS(thread_sanitizer)
#define EFT__TSAN 1
#include <sanitizer/tsan_interface.h>
#endif

#if defined(EFT_VALGRIND)
#include <valgrind/valgrind.h>
#endif

/* What a fiber keeps for the tools. */
typedef struct eft__sanitizer {
    const void *bottom; /* the fiber's stack */
    size_t size;        /* its bytes */
#if defined(EFT__ASAN)
    const void *outside_bottom; /* the resumer's stack, once it is known */
    size_t outside_size;        /* its bytes */
    void *fake;                 /* the fiber's frames on the heap, asleep */
    const char *asleep;         /* its frames on the stack begin here */
    bool ending;                /* the next switch out is the last */
    bool handed;                /* what runs now is no resumer's stack */
#endif
#if defined(EFT__TSAN)
    void *inside;  /* TSan's idea of the fiber */
    void *outside; /* and of who resumed it */
#endif
#if defined(EFT_VALGRIND)
    unsigned valgrind; /* valgrind's number for the stack */
#endif
} eft__sanitizer;

static inline void eft__sanitizer_init(eft__sanitizer *self,
                                       const eft__stack *stack)
{
    self->bottom = stack->bottom;
    self->size = (size_t)(stack->top - stack->bottom);
#if defined(EFT__ASAN)
    self->outside_bottom = NULL;
    self->outside_size = 0;
    self->fake = NULL;
    self->asleep = stack->top;
    self->ending = false;
    self->handed = false;
#endif
#if defined(EFT__LSAN)
    /* What only a sleeping fiber points to has not leaked. */
    if (__lsan_register_root_region)
        __lsan_register_root_region(self->bottom, self->size);
#endif
#if defined(EFT__TSAN)
    self->inside = __tsan_create_fiber(0);
    self->outside = NULL;
#endif
#if defined(EFT_VALGRIND)
    self->valgrind = VALGRIND_STACK_REGISTER(stack->bottom, stack->top - 1);
#endif
}

static inline void eft__sanitizer_fini(eft__sanitizer *self)
{
#if defined(EFT__LSAN)
    if (__lsan_unregister_root_region)
        __lsan_unregister_root_region(self->bottom, self->size);
#endif
#if defined(EFT__ASAN)
    /* The frames that it slept in are never left: their red zones would stay
     * behind for whoever gets this memory next. */
    __asan_unpoison_memory_region(
        self->asleep,
        (size_t)((const char *)self->bottom + self->size - self->asleep));
#endif
#if defined(EFT__TSAN)
    __tsan_destroy_fiber(self->inside);
#endif
#if defined(EFT_VALGRIND)
    VALGRIND_STACK_DEREGISTER(self->valgrind);
#endif
    (void)self;
}

#if defined(EFT__ASAN)
/* A program may exit on a fiber: what only the resumer's stack points to, such
 * as main's variables, has not leaked either.  Stays registered: the sanitizer
 * ignores what is no longer mapped. */
static inline void eft__sanitizer_know_outside(const eft__sanitizer *self)
{
#if defined(EFT__LSAN)
    static _Thread_local const void *known;

    if (known == self->outside_bottom || !__lsan_register_root_region)
        return;
    known = self->outside_bottom;
    __lsan_register_root_region(known, self->outside_size);
#else
    (void)self;
#endif
}
#endif

/* Gives what enter_outside wants back. */
static inline void *eft__sanitizer_leave_outside(eft__sanitizer *self)
{
    void *fake = NULL;

#if defined(EFT__ASAN)
    __sanitizer_start_switch_fiber(&fake, self->bottom, self->size);
#endif
#if defined(EFT__TSAN)
    self->outside = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(self->inside, 0);
#endif
    (void)self;
    return fake;
}

static inline void eft__sanitizer_enter_outside(void *fake)
{
#if defined(EFT__ASAN)
    __sanitizer_finish_switch_fiber(fake, NULL, NULL);
#endif
    (void)fake;
}

static inline void eft__sanitizer_enter_inside(eft__sanitizer *self)
{
#if defined(EFT__ASAN)
    if (self->handed) {
        self->handed = false;
        __sanitizer_finish_switch_fiber(self->fake, NULL, NULL);
        return;
    }
    __sanitizer_finish_switch_fiber(self->fake, &self->outside_bottom,
                                    &self->outside_size);
    eft__sanitizer_know_outside(self);
#endif
    (void)self;
}

static inline void eft__sanitizer_leave_inside(eft__sanitizer *self)
{
#if defined(EFT__ASAN)
    self->asleep = (const char *)__builtin_frame_address(0);
    /* No place to put the fake frames frees them. */
    __sanitizer_start_switch_fiber(self->ending ? NULL : &self->fake,
                                   self->outside_bottom, self->outside_size);
#endif
#if defined(EFT__TSAN)
    __tsan_switch_to_fiber(self->outside, 0);
#endif
    (void)self;
}

/* In place of leave_inside, where another fiber is entered at once. */
static inline void eft__sanitizer_hand_over(eft__sanitizer *self,
                                            eft__sanitizer *next)
{
#if defined(EFT__ASAN)
    self->asleep = (const char *)__builtin_frame_address(0);
    next->outside_bottom = self->outside_bottom;
    next->outside_size = self->outside_size;
    next->handed = true;
    __sanitizer_start_switch_fiber(&self->fake, next->bottom, next->size);
#endif
#if defined(EFT__TSAN)
    next->outside = self->outside;
    __tsan_switch_to_fiber(next->inside, 0);
#endif
    (void)self;
    (void)next;
}

/* Asked before fini: must the fiber run once more, to park for good?  Only the
 * fiber itself can free its fake frames. */
static inline bool eft__sanitizer_end(eft__sanitizer *self)
{
#if defined(EFT__ASAN)
    self->ending = self->fake != NULL;
    return self->ending;
#else
    (void)self;
    return false;
#endif
}

/* Asked when the fiber wakes: is it to park for good? */
static inline bool eft__sanitizer_is_ending(const eft__sanitizer *self)
{
#if defined(EFT__ASAN)
    return self->ending;
#else
    (void)self;
    return false;
#endif
}

#endif
