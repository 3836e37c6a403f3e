/* SPDX-License-Identifier: MIT
 * Timers: a wheel of deadlines. */
#ifndef EFT_CORE_TIMER_H
#define EFT_CORE_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "future.h"
#include "node.h"

struct eft__loop;

/* Embedded in what is to happen; its node becomes ready at the deadline. */
typedef struct eft__timer {
    eft__node node;
    int64_t deadline; /* milliseconds of the target's clock, counted from 1;
                         0: not armed */
} eft__timer;

/* What every future begins with that time completes: the loop cancels those
 * that are left at its end. */
typedef struct eft__timed {
    eft_future future;
    eft__timer timer;
} eft__timed;

enum {
    EFT__WHEEL_BITS = 6,   /* of a deadline, that a level looks at */
    EFT__WHEEL_SLOTS = 64, /* of a level */
    EFT__WHEEL_LEVELS = 8  /* 48 bits of milliseconds: 8,900 years */
};

/* A hierarchical timing wheel.  A timer stands at the level of the highest
 * digit, in base 64, in which its deadline differs from now, in the slot that
 * this digit names; when now comes to a slot, its timers go down a level, or
 * are due.  So starting and stopping one is a matter of a few instructions
 * however many there are, no memory is needed, and equal deadlines stay in the
 * order of their starting. */
typedef struct eft__timer_wheel {
    int64_t now; /* milliseconds, counted from 1; when it was last looked at */
    uint64_t occupied[EFT__WHEEL_LEVELS]; /* a bit for each slot */
    eft__node *slots[EFT__WHEEL_LEVELS][EFT__WHEEL_SLOTS]; /* queues */
} eft__timer_wheel;

/* The first deadline not before delay_ms from now. */
int64_t eft__deadline_after(int64_t delay_ms);

/* Begins an empty wheel at the target's clock. */
void eft__timers_init(eft__timer_wheel *wheel);

/* Arms a timer that is not armed. */
void eft__timer_start(struct eft__loop *loop, eft__timer *timer,
                      int64_t deadline);

/* Disarms it, also when it has fired and its node is ready. */
void eft__timer_stop(struct eft__loop *loop, eft__timer *timer);

/* Puts another timer into the place of an armed one. */
void eft__timer_replace(struct eft__loop *loop, eft__timer *from,
                        eft__timer *to);

/* Makes ready all whose deadline is at or before now (nanoseconds). */
void eft__timers_fire(struct eft__loop *loop, int64_t now);

/* One of those that are armed, or NULL. */
eft__timer *eft__timers_any(eft__timer_wheel *wheel);

#endif
