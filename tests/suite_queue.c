/* SPDX-License-Identifier: MIT
 * Queues: putting, getting, and waiting for it. */
#include <eft/eft.h>

#include "journal.h"
#include "queue_case.h"
#include "short_memory.h"
#include "suite.h"
#include "task_case.h"

static void a_new_queue_is_empty(void)
{
    queue_begin(0);
    CHECK(eft_queue_is_empty(queue) && !eft_queue_is_full(queue));
    CHECK(eft_queue_size(queue) == 0 && eft_queue_capacity(queue) == 0);
    CHECK(!eft_await(put_item(1)).error);
    CHECK(!eft_queue_is_empty(queue) && eft_queue_size(queue) == 1);
    CHECK(get_item() == 1);
    CHECK(eft_queue_is_empty(queue));
    queue_finish();
}

static void it_is_full_at_its_capacity(void)
{
    queue_begin(1);
    CHECK(eft_queue_capacity(queue) == 1);
    eft_await(put_item(1));
    CHECK(eft_queue_is_full(queue));
    queue_finish();
}

static void without_options_it_is_first_in_first_out_without_limit(void)
{
    queue = eft_queue_new(NULL);
    for (int i = 0; i < 1000; i++)
        CHECK(put_now(i) == 0);
    CHECK(!eft_queue_is_full(queue));
    for (int i = 0; i < 1000; i++)
        CHECK(get_now() == i);
    queue_finish();
}

static void items_come_in_the_order_in_which_they_were_put(void)
{
    queue_begin(0);
    eft_await(put_item(1));
    eft_await(put_item(3));
    eft_await(put_item(2));
    CHECK(get_item() == 1 && get_item() == 3 && get_item() == 2);
    queue_finish();
}

static eft_result put_three(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        EFT_TRY(eft_await(put_item(i)));
        note("%d", i);
    }
    return eft_ok();
}

static void a_put_waits_while_the_queue_is_full(void)
{
    queue_begin(2);
    eft_future *task = eft_spawn(put_three, NULL);
    queue_turn();
    queue_turn();
    CHECK(journal_is("0 1"));
    CHECK(get_item() == 0);
    queue_turn();
    CHECK(journal_is("0 1 2"));
    CHECK(get_item() == 1 && get_item() == 2);
    CHECK(!eft_await(task).error);
    queue_finish();
}

static void a_get_waits_for_an_item(void)
{
    queue_begin(0);
    eft_future *task = eft_spawn(queue_getter, NULL);
    queue_turn();
    CHECK(eft_future_state(task) == EFT_PENDING);
    put_now(1);
    CHECK(eft_await(task).i64 == 1);
    queue_finish();
}

static void an_item_is_in_the_queue_until_the_turn_of_the_get(void)
{
    queue_begin(1);
    eft_future *task = eft_spawn(queue_getter, NULL);
    queue_turn();
    put_now(1);
    CHECK(eft_queue_size(queue) == 1 && eft_queue_is_full(queue));
    queue_turn();
    CHECK(eft_queue_size(queue) == 0);
    CHECK(eft_await(task).i64 == 1);
    queue_finish();
}

static void who_finds_the_item_first_has_it(void)
{
    queue_begin(0);
    eft_future *task = eft_spawn(queue_getter, NULL);
    queue_turn();
    put_now(1);
    CHECK(get_now() == 1);
    queue_turn();
    CHECK(eft_future_state(task) == EFT_PENDING);
    put_now(2);
    CHECK(eft_await(task).i64 == 2);
    queue_finish();
}

static void gets_are_served_in_their_order(void)
{
    queue_begin(0);
    eft_future *a = eft_queue_get(queue);
    eft_future *b = eft_queue_get(queue);
    put_now(1);
    put_now(2);
    CHECK(eft_await(b).i64 == 2);
    CHECK(eft_await(a).i64 == 1);
    queue_finish();
}

static void puts_are_served_in_their_order(void)
{
    queue_begin(1);
    put_now(0);
    eft_future *a = spawn_put(1);
    eft_future *b = spawn_put(2);
    queue_turn();
    CHECK(get_item() == 0 && get_item() == 1 && get_item() == 2);
    CHECK(journal_is("put1 put2"));
    eft_result_free(eft_await(eft_gather(a, b)));
    queue_finish();
}

static void nothing_is_got_from_an_empty_queue_at_once(void)
{
    queue_begin(0);
    CHECK(eft_queue_get_nowait(queue).error == EFT_EEMPTY);
    put_now(1);
    CHECK(get_now() == 1);
    queue_finish();
}

static void nothing_is_put_into_a_full_queue_at_once(void)
{
    queue_begin(1);
    int frees = 0;
    put_now(1);
    CHECK(put_now(2) == EFT_EFULL);
    CHECK(eft_queue_put_nowait(queue, eft_owned(&frees, count_free)) ==
          EFT_EFULL);
    CHECK(frees == 1);
    queue_finish();
}

static void a_put_that_finds_room_costs_no_future(void)
{
    queue_begin(0);
    put_now(0);
    size_t live = eft_live_objects();
    eft_future *done = put_item(1);
    CHECK(eft_future_state(done) == EFT_FINISHED);
    CHECK(eft_live_objects() == live);
    eft_await(done);
    queue_finish();
}

static eft_result put_many(void *arg)
{
    for (int i = 0; i < *(int *)arg; i++)
        EFT_TRY(eft_await(put_item(i)));
    return eft_ok();
}

static eft_result get_many(void *arg)
{
    for (int i = 0; i < *(int *)arg; i++)
        CHECK(get_item() == i);
    return eft_ok();
}

static void many_items_pass_a_queue_of_one(void)
{
    int count = 1000;

    queue_begin(1);
    eft_result result = eft_await(
        eft_gather(eft_spawn(put_many, &count), eft_spawn(get_many, &count)));
    CHECK(!result.error);
    eft_result_free(result);
    queue_finish();
}

static eft_result empty_it(void *arg)
{
    (void)arg;
    queue_turn();
    for (size_t left = eft_queue_size(queue); left; left--)
        eft_result_free(eft_queue_get_nowait(queue));
    return eft_ok();
}

static void puts_go_on_when_the_queue_is_emptied(void)
{
    queue_begin(2);
    eft_future *tasks[5] = {eft_spawn(empty_it, NULL)};
    for (int i = 0; i < 4; i++)
        tasks[i + 1] = spawn_put(i);
    eft_result result = eft_await(eft_gather_array(tasks, 5, NULL));
    CHECK(!result.error);
    eft_result_free(result);
    CHECK(eft_queue_size(queue) == 2);
    queue_finish();
}

static void an_error_is_no_item(void)
{
    queue_begin(0);
    CHECK(eft_await(eft_queue_put(queue, eft_failed(EFT_EUSER))).error ==
          EFT_EINVAL);
    CHECK(eft_queue_put_nowait(queue, eft_failed(EFT_EUSER)) == EFT_EINVAL);
    CHECK(eft_queue_is_empty(queue));
    queue_finish();
}

static void null_is_answered(void)
{
    int frees = 0;

    CHECK(eft_await(eft_queue_put(NULL, eft_owned(&frees, count_free))).error ==
          EFT_EINVAL);
    CHECK(eft_queue_put_nowait(NULL, eft_owned(&frees, count_free)) ==
          EFT_EINVAL);
    CHECK(frees == 2);
    CHECK(eft_await(eft_queue_get(NULL)).error == EFT_EINVAL);
    CHECK(eft_queue_get_nowait(NULL).error == EFT_EINVAL);
    CHECK(eft_queue_task_done(NULL) == EFT_EINVAL);
    CHECK(eft_await(eft_queue_join(NULL)).error == EFT_EINVAL);
    CHECK(eft_queue_size(NULL) == 0 && eft_queue_capacity(NULL) == 0);
    CHECK(eft_queue_is_empty(NULL) && !eft_queue_is_full(NULL));
    eft_queue_shutdown(NULL, true);
    eft_queue_free(NULL);
}

/* A bit of everything; what it ends with does not matter. */
static void exercise(eft_queue_order order)
{
    eft_queue_options options = {.capacity = 6, .order = order};
    int frees = 0;

    queue = eft_queue_new(&options);
    eft_future *waiting = eft_queue_get(queue);
    for (int i = 0; i < 6; i++)
        put_now(i);
    eft_future *writer = eft_queue_put(queue, eft_owned(&frees, count_free));
    eft_future *join = eft_queue_join(queue);
    for (int i = 0; i < 5; i++)
        (void)get_now();
    eft_result_free(eft_await(eft_wait_for(5, eft_queue_get(queue))));
    eft_queue_free(queue);
    eft_result_free(eft_await(waiting));
    eft_result_free(eft_await(writer));
    eft_result_free(eft_await(join));
}

static void each_failing_allocation_leaks_and_crashes_nothing(void)
{
    for (int order = EFT_QUEUE_FIFO; order <= EFT_QUEUE_PRIORITY; order++)
        for (size_t n = 0; n < 20; n++) {
            size_t live = eft_live_objects();
            size_t allowed = n;

            eft_set_allocator(run_out, &allowed);
            exercise((eft_queue_order)order);
            eft_set_allocator(NULL, NULL);
            CHECK(eft_live_objects() == live);
        }
}

static void a_put_that_finds_no_memory_in_its_turn_lets_the_next_try(void)
{
    size_t none = 0;
    eft_queue_options options = {.capacity = 4};

    queue = eft_queue_new(&options);
    for (int i = 0; i < 4; i++)
        put_now(i);
    eft_future *first = put_item(4);
    eft_future *second = put_item(5);
    /* A get that is held needs a place of its own: the ring must grow. */
    eft_future *held = eft_queue_get(queue);
    eft_set_allocator(run_out, &none);
    queue_turn();
    eft_set_allocator(NULL, NULL);
    CHECK(eft_await(first).error == EFT_ENOMEM);
    CHECK(!eft_await(second).error || eft_queue_size(queue) == 3);
    eft_await(held);
    queue_finish();
}

const test_case suite_queue[] = {
    {"a_new_queue_is_empty", a_new_queue_is_empty},
    {"it_is_full_at_its_capacity", it_is_full_at_its_capacity},
    {"without_options_it_is_first_in_first_out_without_limit",
     without_options_it_is_first_in_first_out_without_limit},
    {"items_come_in_the_order_in_which_they_were_put",
     items_come_in_the_order_in_which_they_were_put},
    {"a_put_waits_while_the_queue_is_full",
     a_put_waits_while_the_queue_is_full},
    {"a_get_waits_for_an_item", a_get_waits_for_an_item},
    {"an_item_is_in_the_queue_until_the_turn_of_the_get",
     an_item_is_in_the_queue_until_the_turn_of_the_get},
    {"who_finds_the_item_first_has_it", who_finds_the_item_first_has_it},
    {"gets_are_served_in_their_order", gets_are_served_in_their_order},
    {"puts_are_served_in_their_order", puts_are_served_in_their_order},
    {"nothing_is_got_from_an_empty_queue_at_once",
     nothing_is_got_from_an_empty_queue_at_once},
    {"nothing_is_put_into_a_full_queue_at_once",
     nothing_is_put_into_a_full_queue_at_once},
    {"a_put_that_finds_room_costs_no_future",
     a_put_that_finds_room_costs_no_future},
    {"many_items_pass_a_queue_of_one", many_items_pass_a_queue_of_one},
    {"puts_go_on_when_the_queue_is_emptied",
     puts_go_on_when_the_queue_is_emptied},
    {"an_error_is_no_item", an_error_is_no_item},
    {"null_is_answered", null_is_answered},
    {"each_failing_allocation_leaks_and_crashes_nothing",
     each_failing_allocation_leaks_and_crashes_nothing},
    {"a_put_that_finds_no_memory_in_its_turn_lets_the_next_try",
     a_put_that_finds_no_memory_in_its_turn_lets_the_next_try},
    {NULL, NULL},
};
