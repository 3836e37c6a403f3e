/* SPDX-License-Identifier: MIT
 * Queues: nothing is lost or doubled, whoever is cancelled. */
#include <eft/eft.h>

#include "queue_case.h"
#include "short_memory.h"
#include "suite.h"
#include "task_case.h"

static void a_cancelled_get_leaves_the_item_to_the_next(void)
{
    queue_begin(0);
    eft_future *a = eft_spawn(queue_getter, NULL);
    eft_future *b = eft_spawn(queue_getter, NULL);
    queue_turn();
    eft_cancel(a);
    queue_turn();
    CHECK(eft_future_state(a) == EFT_CANCELED);
    eft_await(put_item(1));
    CHECK(eft_await(b).i64 == 1);
    eft_await(a);
    queue_finish();
}

static void a_get_cancelled_after_it_was_woken_loses_no_item(void)
{
    queue_begin(0);
    eft_future *reader = eft_spawn(queue_getter, NULL);
    queue_turn();
    put_now(1);
    put_now(2);
    CHECK(eft_cancel(reader));
    CHECK(eft_await(reader).error == EFT_ECANCELED);
    CHECK(get_item() == 1 && get_item() == 2);
    queue_finish();
}

static void a_get_cancelled_after_it_was_woken_wakes_the_next(void)
{
    queue_begin(0);
    eft_future *a = eft_spawn(queue_getter, NULL);
    eft_future *b = eft_spawn(queue_getter, NULL);
    eft_future *c = eft_spawn(queue_getter, NULL);
    queue_turn();
    put_now(1);
    put_now(2);
    eft_cancel(a);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    CHECK(eft_await(b).i64 == 1);
    CHECK(eft_await(c).i64 == 2);
    queue_finish();
}

static void a_get_that_timed_out_takes_nothing(void)
{
    queue_begin(5);
    CHECK(eft_await(eft_wait_for(100, eft_queue_get(queue))).error ==
          EFT_ETIMEDOUT);
    put_now(1);
    queue_turn();
    CHECK(eft_queue_size(queue) == 1);
    queue_finish();
}

static void a_get_that_is_given_up_takes_nothing(void)
{
    queue_begin(0);
    eft_future_free(eft_queue_get(queue));
    eft_future *woken = eft_queue_get(queue);
    put_now(1);
    eft_future_free(woken);
    CHECK(get_now() == 1);
    queue_finish();
}

static void an_owned_item_that_nobody_took_goes_back(void)
{
    queue_begin(0);
    int first = 0;
    int second = 0;
    eft_queue_put_nowait(queue, eft_owned(&first, count_free));
    eft_queue_put_nowait(queue, eft_owned(&second, count_free));
    eft_future_free(eft_queue_get(queue));
    CHECK(eft_queue_size(queue) == 2 && !first && !second);
    eft_result item = eft_queue_get_nowait(queue);
    CHECK(item.ptr == &first);
    eft_result_free(item);
    queue_finish();
    CHECK(first == 1 && second == 1);
}

static void an_item_that_goes_back_wakes_who_waits(void)
{
    queue_begin(0);
    int frees = 0;
    eft_queue_put_nowait(queue, eft_owned(&frees, count_free));
    eft_future *held = eft_queue_get(queue);
    eft_future *waiting = eft_queue_get(queue);
    eft_future_free(held);
    eft_result item = eft_await(waiting);
    CHECK(item.ptr == &frees && !frees);
    eft_result_free(item);
    queue_finish();
}

static void there_is_always_room_for_an_item_that_goes_back(void)
{
    enum { ITEMS = 4 };
    int frees = 0;
    size_t none = 0;
    eft_future *held[ITEMS];

    queue_begin(0);
    for (int i = 0; i < ITEMS; i++)
        eft_queue_put_nowait(queue, eft_owned(&frees, count_free));
    for (int i = 0; i < ITEMS; i++)
        held[i] = eft_queue_get(queue);
    for (int i = 0; i < ITEMS; i++)
        put_now(i);
    eft_set_allocator(run_out, &none);
    for (int i = 0; i < ITEMS; i++)
        eft_future_free(held[i]);
    eft_set_allocator(NULL, NULL);
    CHECK(eft_queue_size(queue) == 2 * ITEMS && !frees);
    queue_finish();
    CHECK(frees == ITEMS);
}

static void a_put_cancelled_before_its_turn_has_put_nothing(void)
{
    queue_begin(1);
    put_now(1);
    eft_future *writer = spawn_put(2);
    queue_turn();
    CHECK(get_now() == 1);
    eft_cancel(writer);
    CHECK(eft_await(writer).error == EFT_ECANCELED);
    CHECK(eft_queue_is_empty(queue));
    eft_await(put_item(2));
    CHECK(get_now() == 2 && eft_queue_size(queue) == 0);
    queue_finish();
}

static void a_put_cancelled_after_it_was_woken_wakes_the_next(void)
{
    queue_begin(1);
    put_now(1);
    eft_future *a = spawn_put(2);
    eft_future *b = spawn_put(3);
    queue_turn();
    CHECK(get_now() == 1);
    eft_cancel(a);
    CHECK(!eft_await(b).error);
    CHECK(get_now() == 3);
    CHECK(eft_await(a).error == EFT_ECANCELED);
    queue_finish();
}

static void a_cancelled_put_in_the_middle_keeps_the_order(void)
{
    queue_begin(1);
    eft_future *a = spawn_put(1);
    eft_future *b = spawn_put(2);
    eft_future *c = spawn_put(3);
    queue_turn();
    CHECK(eft_future_state(a) == EFT_FINISHED);
    CHECK(eft_future_state(b) == EFT_PENDING);
    eft_cancel(c);
    queue_turn();
    CHECK(eft_future_state(c) == EFT_CANCELED);
    CHECK(get_now() == 1);
    queue_turn();
    CHECK(get_now() == 2);
    eft_await(a);
    eft_await(b);
    eft_await(c);
    queue_finish();
}

static void a_put_that_is_cancelled_frees_its_item(void)
{
    queue_begin(1);
    int frees = 0;
    put_now(1);
    eft_future *waiting = eft_queue_put(queue, eft_owned(&frees, count_free));
    CHECK(eft_future_state(waiting) == EFT_PENDING);
    eft_cancel(waiting);
    CHECK(eft_await(waiting).error == EFT_ECANCELED);
    CHECK(frees == 1);
    queue_finish();
}

const test_case suite_queue_cancel[] = {
    {"a_cancelled_get_leaves_the_item_to_the_next",
     a_cancelled_get_leaves_the_item_to_the_next},
    {"a_get_cancelled_after_it_was_woken_loses_no_item",
     a_get_cancelled_after_it_was_woken_loses_no_item},
    {"a_get_cancelled_after_it_was_woken_wakes_the_next",
     a_get_cancelled_after_it_was_woken_wakes_the_next},
    {"a_get_that_timed_out_takes_nothing", a_get_that_timed_out_takes_nothing},
    {"a_get_that_is_given_up_takes_nothing",
     a_get_that_is_given_up_takes_nothing},
    {"an_owned_item_that_nobody_took_goes_back",
     an_owned_item_that_nobody_took_goes_back},
    {"an_item_that_goes_back_wakes_who_waits",
     an_item_that_goes_back_wakes_who_waits},
    {"there_is_always_room_for_an_item_that_goes_back",
     there_is_always_room_for_an_item_that_goes_back},
    {"a_put_cancelled_before_its_turn_has_put_nothing",
     a_put_cancelled_before_its_turn_has_put_nothing},
    {"a_put_cancelled_after_it_was_woken_wakes_the_next",
     a_put_cancelled_after_it_was_woken_wakes_the_next},
    {"a_cancelled_put_in_the_middle_keeps_the_order",
     a_cancelled_put_in_the_middle_keeps_the_order},
    {"a_put_that_is_cancelled_frees_its_item",
     a_put_that_is_cancelled_frees_its_item},
    {NULL, NULL},
};
