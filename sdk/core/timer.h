/* SPDX-License-Identifier: MIT
 * Timers: a heap of deadlines. */
#ifndef EFT_CORE_TIMER_H
#define EFT_CORE_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "future.h"
#include "node.h"

struct eft__loop;

/* Embedded in what is to happen; its node becomes ready at the deadline. */
typedef struct eft__timer {
    eft__node node;
    size_t place; /* in the heap, counted from 1; 0: not armed */
} eft__timer;

/* What every future begins with that time completes: the loop cancels those
 * that are left at its end. */
typedef struct eft__timed {
    eft_future future;
    eft__timer timer;
} eft__timed;

typedef struct eft__timer_entry {
    int64_t deadline;  /* milliseconds of the target's clock */
    uint64_t sequence; /* equal deadlines: first armed, first fired */
    eft__timer *timer;
} eft__timer_entry;

/* A heap with four children to a node: half the depth of a binary one, and
 * the children share cache lines. */
typedef struct eft__timer_heap {
    eft__timer_entry *entries;
    size_t count;
    size_t capacity;
    uint64_t sequence;
} eft__timer_heap;

bool eft__timers_init(eft__timer_heap *heap);
void eft__timers_fini(eft__timer_heap *heap);

/* The first deadline not before delay_ms from now. */
int64_t eft__deadline_after(int64_t delay_ms);

/* Arms a timer; false: out of memory. */
bool eft__timer_start(struct eft__loop *loop, eft__timer *timer,
                      int64_t deadline);

/* Disarms it, also when it has fired and its node is ready. */
void eft__timer_stop(struct eft__loop *loop, eft__timer *timer);

/* Makes ready all whose deadline is at or before now (nanoseconds). */
void eft__timers_fire(struct eft__loop *loop, int64_t now);

#endif
