/* SPDX-License-Identifier: MIT
 * Queues: the ring, last in first out, and priorities. */
#include <eft/eft.h>

#include "queue_case.h"
#include "suite.h"
#include "task_case.h"

static void the_ring_keeps_the_order_while_it_grows_and_wraps(void)
{
    int64_t next_put = 0;
    int64_t next_got = 0;

    queue_begin(0);
    for (int round = 1; round < 40; round++) {
        for (int i = 0; i < 2 * round; i++)
            CHECK(put_now(next_put++) == 0);
        for (int i = 0; i < round; i++)
            CHECK(get_now() == next_got++);
    }
    while (!eft_queue_is_empty(queue))
        CHECK(get_now() == next_got++);
    CHECK(next_got == next_put);
    queue_finish();
}

static void last_in_first_out_gives_the_newest(void)
{
    queue_begin_order(EFT_QUEUE_LIFO);
    eft_await(put_item(1));
    eft_await(put_item(3));
    eft_await(put_item(2));
    CHECK(get_item() == 2 && get_item() == 3 && get_item() == 1);
    queue_finish();
}

static void a_waiting_get_has_the_newest_at_its_turn(void)
{
    queue_begin_order(EFT_QUEUE_LIFO);
    eft_future *waiting = eft_queue_get(queue);
    put_now(1);
    put_now(2);
    CHECK(eft_await(waiting).i64 == 2);
    queue_finish();
}

static void a_priority_queue_gives_the_least(void)
{
    queue_begin_order(EFT_QUEUE_PRIORITY);
    eft_await(put_item(1));
    eft_await(put_item(3));
    eft_await(put_item(2));
    CHECK(get_item() == 1 && get_item() == 2 && get_item() == 3);
    queue_finish();
}

static void a_waiting_get_has_the_least_at_its_turn(void)
{
    queue_begin_order(EFT_QUEUE_PRIORITY);
    eft_future *a = eft_queue_get(queue);
    eft_future *b = eft_queue_get(queue);
    put_now(5);
    put_now(1);
    CHECK(eft_await(a).i64 == 1);
    CHECK(eft_await(b).i64 == 5);
    queue_finish();
}

static void a_heap_of_many_is_sorted(void)
{
    int64_t last = INT64_MIN;
    uint32_t random = 1;

    queue_begin_order(EFT_QUEUE_PRIORITY);
    for (int i = 0; i < 500; i++) {
        random = random * 1664525 + 1013904223;
        put_now((int32_t)random % 1000);
    }
    for (int i = 0; i < 500; i++) {
        int64_t value = eft_queue_get_nowait(queue).i64;

        CHECK(value >= last);
        last = value;
    }
    queue_finish();
}

/* Items whose priority is their tens. */
static int compare_tens(const eft_result *a, const eft_result *b)
{
    return (int)(a->i64 / 10 - b->i64 / 10);
}

static void equal_priorities_keep_their_order(void)
{
    eft_queue_options options = {.order = EFT_QUEUE_PRIORITY,
                                 .compare = compare_tens};

    queue = eft_queue_new(&options);
    for (int i = 0; i < 10; i++)
        for (int tens = 3; tens >= 0; tens--)
            put_now(10 * tens + i);
    for (int i = 0; i < 40; i++)
        CHECK(get_now() == i);
    queue_finish();
}

static int never_differ(const eft_result *a, const eft_result *b)
{
    (void)a;
    (void)b;
    return 0;
}

static void what_goes_back_is_first_among_its_equals(void)
{
    eft_queue_options options = {.order = EFT_QUEUE_PRIORITY,
                                 .compare = never_differ};
    int frees[3] = {0};

    queue = eft_queue_new(&options);
    for (int i = 0; i < 3; i++)
        eft_queue_put_nowait(queue, eft_owned(&frees[i], count_free));
    eft_future_free(eft_queue_get(queue));
    eft_result item = eft_queue_get_nowait(queue);
    CHECK(item.ptr == &frees[0]);
    eft_result_free(item);
    queue_finish();
}

const test_case suite_queue_order[] = {
    {"the_ring_keeps_the_order_while_it_grows_and_wraps",
     the_ring_keeps_the_order_while_it_grows_and_wraps},
    {"last_in_first_out_gives_the_newest", last_in_first_out_gives_the_newest},
    {"a_waiting_get_has_the_newest_at_its_turn",
     a_waiting_get_has_the_newest_at_its_turn},
    {"a_priority_queue_gives_the_least", a_priority_queue_gives_the_least},
    {"a_waiting_get_has_the_least_at_its_turn",
     a_waiting_get_has_the_least_at_its_turn},
    {"a_heap_of_many_is_sorted", a_heap_of_many_is_sorted},
    {"equal_priorities_keep_their_order", equal_priorities_keep_their_order},
    {"what_goes_back_is_first_among_its_equals",
     what_goes_back_is_first_among_its_equals},
    {NULL, NULL},
};
