/* SPDX-License-Identifier: MIT
 * The heap of deadlines. */
#include "timer.h"

#include "loop.h"
#include "memory.h"
#include "targets/complete.h"
#include "targets/world.h"

enum { CHILDREN = 4, FIRST_CAPACITY = 16 };

static const int64_t NANOSECONDS = 1000000;

static bool earlier(const eft__timer_entry *a, const eft__timer_entry *b)
{
    if (a->deadline != b->deadline)
        return a->deadline < b->deadline;
    return a->sequence < b->sequence;
}

static void put(eft__timer_heap *heap, size_t index, eft__timer_entry entry)
{
    heap->entries[index] = entry;
    entry.timer->place = index + 1;
}

static void sift_up(eft__timer_heap *heap, size_t index, eft__timer_entry entry)
{
    while (index > 0) {
        size_t parent = (index - 1) / CHILDREN;

        if (!earlier(&entry, &heap->entries[parent]))
            break;
        put(heap, index, heap->entries[parent]);
        index = parent;
    }
    put(heap, index, entry);
}

static void sift_down(eft__timer_heap *heap, size_t index,
                      eft__timer_entry entry)
{
    for (;;) {
        size_t first = index * CHILDREN + 1;
        size_t end = first + CHILDREN;
        size_t least = first;

        if (first >= heap->count)
            break;
        if (end > heap->count)
            end = heap->count;
        for (size_t child = first + 1; child < end; child++)
            if (earlier(&heap->entries[child], &heap->entries[least]))
                least = child;
        if (!earlier(&heap->entries[least], &entry))
            break;
        put(heap, index, heap->entries[least]);
        index = least;
    }
    put(heap, index, entry);
}

static void take_out(eft__timer_heap *heap, size_t index)
{
    eft__timer_entry last = heap->entries[--heap->count];

    heap->entries[index].timer->place = 0;
    if (index == heap->count)
        return;
    if (index > 0 && earlier(&last, &heap->entries[(index - 1) / CHILDREN]))
        sift_up(heap, index, last);
    else
        sift_down(heap, index, last);
}

static bool grow(eft__timer_heap *heap)
{
    size_t capacity = heap->capacity ? heap->capacity * 2 : FIRST_CAPACITY;
    eft__timer_entry *entries =
        eft__reserve(heap->entries, capacity * sizeof *entries);

    if (!entries)
        return false;
    heap->entries = entries;
    heap->capacity = capacity;
    return true;
}

bool eft__timers_init(eft__timer_heap *heap)
{
    *heap = (eft__timer_heap){0};
    return grow(heap);
}

void eft__timers_fini(eft__timer_heap *heap)
{
    eft__reserve(heap->entries, 0);
}

int64_t eft__deadline_after(int64_t delay_ms)
{
    /* Rounded up to a whole millisecond: never early, and what is asked for in
     * one turn falls together. */
    int64_t now = (eft_target_clock() + NANOSECONDS - 1) / NANOSECONDS;

    return delay_ms > INT64_MAX / NANOSECONDS - now ? INT64_MAX / NANOSECONDS
                                                    : now + delay_ms;
}

bool eft__timer_start(eft__loop *loop, eft__timer *timer, int64_t deadline)
{
    eft__timer_heap *heap = &loop->timers;

    if (heap->count == heap->capacity && !grow(heap))
        return false;
    if (deadline > INT64_MAX / NANOSECONDS)
        deadline = INT64_MAX / NANOSECONDS;
    else if (deadline < 0)
        deadline = 0;
    sift_up(heap, heap->count++,
            (eft__timer_entry){deadline, heap->sequence++, timer});
    /* A world that waits already must learn of an earlier deadline. */
    if (timer->place == 1 && !loop->pumping)
        eft_target_wake();
    return true;
}

void eft__timer_stop(eft__loop *loop, eft__timer *timer)
{
    if (timer->place)
        take_out(&loop->timers, timer->place - 1);
    else if (timer->node.next)
        eft__queue_remove(&loop->ready, &timer->node);
}

void eft__timers_fire(eft__loop *loop, int64_t now)
{
    eft__timer_heap *heap = &loop->timers;

    while (heap->count && heap->entries[0].deadline <= now / NANOSECONDS) {
        eft__timer *timer = heap->entries[0].timer;

        take_out(heap, 0);
        eft__queue_append(&loop->ready, &timer->node);
    }
}

int64_t eft_core_deadline(void)
{
    const eft__loop *loop = eft__loop_here;

    if (!loop || !loop->timers.count)
        return INT64_MAX;
    return loop->timers.entries[0].deadline * NANOSECONDS;
}
