/* SPDX-License-Identifier: MIT
 * The wheel of deadlines. */
#include "timer.h"

#include "loop.h"
#include "targets/complete.h"
#include "targets/world.h"

enum { DIGIT = EFT__WHEEL_SLOTS - 1 };

static const int64_t NANOSECONDS = 1000000;

/* Where a timer stands. */
typedef struct place {
    unsigned level;
    unsigned slot;
} place;

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static unsigned highest_bit(uint64_t bits)
{
    return 63 - (unsigned)__builtin_clzll(bits);
}

/* A deadline that has passed belongs to the slot of now. */
static place place_of(const eft__timer_wheel *wheel, int64_t deadline)
{
    uint64_t at = (uint64_t)later(deadline, wheel->now);
    uint64_t differing = at ^ (uint64_t)wheel->now;
    unsigned level = highest_bit(differing | DIGIT) / EFT__WHEEL_BITS;

    return (place){level, (at >> (level * EFT__WHEEL_BITS)) & DIGIT};
}

/* The place of the earliest slot that is occupied, and when it begins; false:
 * there is none.  What is left in a level lies after now's own digit. */
static bool first_place(const eft__timer_wheel *wheel, place *first,
                        int64_t *begin)
{
    for (unsigned level = 0; level < EFT__WHEEL_LEVELS; level++) {
        unsigned shift = level * EFT__WHEEL_BITS;

        if (!wheel->occupied[level])
            continue;
        first->level = level;
        first->slot = (unsigned)__builtin_ctzll(wheel->occupied[level]);
        *begin = (wheel->now >> shift >> EFT__WHEEL_BITS << EFT__WHEEL_BITS |
                  first->slot)
                 << shift;
        return true;
    }
    return false;
}

static eft__timer *timer_of(eft__node *node)
{
    return EFT__OWNER(node, eft__timer, node);
}

static void put_in(eft__timer_wheel *wheel, eft__timer *timer)
{
    place at = place_of(wheel, timer->deadline);
    eft__node **slot = &wheel->slots[at.level][at.slot];
    eft__node *last = *slot ? (*slot)->previous : NULL;

    wheel->occupied[at.level] |= (uint64_t)1 << at.slot;
    if (!last || at.level || timer_of(last)->deadline <= timer->deadline) {
        eft__queue_append(slot, &timer->node);
        return;
    }
    /* Only what is due already is not in order by itself. */
    while (last != *slot &&
           timer_of(last->previous)->deadline > timer->deadline)
        last = last->previous;
    eft__queue_insert(slot, last, &timer->node);
}

static eft__node *take_slot(eft__timer_wheel *wheel, place at)
{
    eft__node *timers = wheel->slots[at.level][at.slot];

    wheel->slots[at.level][at.slot] = NULL;
    wheel->occupied[at.level] &= ~((uint64_t)1 << at.slot);
    return timers;
}

void eft__timers_init(eft__timer_wheel *wheel)
{
    *wheel = (eft__timer_wheel){.now = eft_target_clock() / NANOSECONDS + 1};
}

int64_t eft__deadline_after(int64_t delay_ms)
{
    /* Rounded up to a whole millisecond: never early, and what is asked for in
     * one turn falls together. */
    int64_t now = (eft_target_clock() + NANOSECONDS - 1) / NANOSECONDS;

    return delay_ms > INT64_MAX / NANOSECONDS - now ? INT64_MAX / NANOSECONDS
                                                    : now + delay_ms;
}

void eft__timer_start(eft__loop *loop, eft__timer *timer, int64_t deadline)
{
    if (deadline > INT64_MAX / NANOSECONDS)
        deadline = INT64_MAX / NANOSECONDS;
    timer->deadline = later(deadline, 0) + 1;
    put_in(&loop->timers, timer);
    /* A world that waits already must learn of an earlier deadline. */
    if (!loop->pumping)
        eft_target_wake();
}

void eft__timer_stop(eft__loop *loop, eft__timer *timer)
{
    eft__timer_wheel *wheel = &loop->timers;

    if (!timer->deadline) {
        if (timer->node.next)
            eft__queue_remove(&loop->ready, &timer->node);
        return;
    }
    place at = place_of(wheel, timer->deadline);
    eft__node **slot = &wheel->slots[at.level][at.slot];

    timer->deadline = 0;
    eft__queue_remove(slot, &timer->node);
    if (!*slot)
        wheel->occupied[at.level] &= ~((uint64_t)1 << at.slot);
}

void eft__timer_replace(eft__loop *loop, eft__timer *from, eft__timer *to)
{
    place at = place_of(&loop->timers, from->deadline);

    to->deadline = from->deadline;
    from->deadline = 0;
    eft__queue_replace(&loop->timers.slots[at.level][at.slot], &from->node,
                       &to->node);
}

static void make_ready(eft__loop *loop, eft__node *timers)
{
    eft__node *node = timers;

    do {
        timer_of(node)->deadline = 0;
        node = node->next;
    } while (node != timers);
    eft__queue_splice(&loop->ready, &timers);
}

static void move_down(eft__timer_wheel *wheel, eft__node *timers)
{
    while (timers) {
        eft__node *node = timers;

        eft__queue_remove(&timers, node);
        put_in(wheel, timer_of(node));
    }
}

void eft__timers_fire(eft__loop *loop, int64_t now)
{
    eft__timer_wheel *wheel = &loop->timers;
    int64_t now_ms = now / NANOSECONDS + 1;
    int64_t begin;
    place first;

    while (first_place(wheel, &first, &begin) && begin <= now_ms) {
        eft__node *timers = take_slot(wheel, first);

        wheel->now = later(begin, wheel->now);
        if (first.level)
            move_down(wheel, timers);
        else
            make_ready(loop, timers);
    }
    wheel->now = later(now_ms, wheel->now);
}

eft__timer *eft__timers_any(eft__timer_wheel *wheel)
{
    int64_t begin;
    place first;

    if (!first_place(wheel, &first, &begin))
        return NULL;
    return timer_of(wheel->slots[first.level][first.slot]);
}

int64_t eft_core_deadline(void)
{
    const eft__loop *loop = eft__loop_here;
    int64_t begin;
    place first;

    if (!loop || !first_place(&loop->timers, &first, &begin))
        return INT64_MAX;
    return (begin - 1) * NANOSECONDS;
}
