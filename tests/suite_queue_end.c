/* SPDX-License-Identifier: MIT
 * Queues: work that is done, shutting down, and freeing. */
#include <string.h>

#include <eft/eft.h>

#include "queue_case.h"
#include "suite.h"
#include "task_case.h"

static void task_done_too_often_is_refused(void)
{
    queue_begin(0);
    CHECK(eft_queue_task_done(queue) == EFT_EINVAL);
    put_now(1);
    get_now();
    CHECK(eft_queue_task_done(queue) == 0);
    CHECK(eft_queue_task_done(queue) == EFT_EINVAL);
    queue_finish();
}

static int64_t sum;

static eft_result worker(void *arg)
{
    (void)arg;
    for (;;) {
        eft_result item = eft_await(eft_queue_get(queue));

        if (item.error)
            return item;
        sum += item.i64;
        eft_queue_task_done(queue);
    }
}

static void join_waits_until_all_work_is_done(void)
{
    for (int order = EFT_QUEUE_FIFO; order <= EFT_QUEUE_PRIORITY; order++) {
        queue_begin_order((eft_queue_order)order);
        sum = 0;
        for (int i = 0; i < 100; i++)
            put_now(i);
        eft_future *a = eft_spawn(worker, NULL);
        eft_future *b = eft_spawn(worker, NULL);
        CHECK(!eft_await(eft_queue_join(queue)).error);
        CHECK(sum == 4950);
        eft_queue_shutdown(queue, false);
        CHECK(eft_await(a).error == EFT_ECLOSED);
        CHECK(eft_await(b).error == EFT_ECLOSED);
        queue_finish();
    }
}

static void join_of_a_queue_without_work_is_done(void)
{
    queue_begin(0);
    CHECK(!eft_await(eft_queue_join(queue)).error);
    CHECK(!eft_await(eft_queue_join(queue)).error);
    queue_finish();
}

static void join_waits_for_what_was_got_and_is_not_done(void)
{
    queue_begin(0);
    put_now(1);
    get_now();
    eft_future *join = eft_queue_join(queue);
    queue_turn();
    CHECK(eft_future_state(join) == EFT_PENDING);
    eft_queue_task_done(queue);
    put_now(2);
    CHECK(!eft_await(join).error);
    queue_finish();
}

static void a_join_can_be_cancelled(void)
{
    queue_begin(0);
    put_now(1);
    CHECK(eft_await(eft_wait_for(1, eft_queue_join(queue))).error ==
          EFT_ETIMEDOUT);
    queue_finish();
}

/* Neither puts nor gets anything. */
static void check_that_it_is_shut(void)
{
    CHECK(eft_await(put_item(1)).error == EFT_ECLOSED);
    CHECK(!strcmp(eft_error_detail(), "the queue was shut down"));
    CHECK(put_now(1) == EFT_ECLOSED);
    CHECK(eft_await(eft_queue_get(queue)).error == EFT_ECLOSED);
    CHECK(eft_queue_get_nowait(queue).error == EFT_ECLOSED);
}

static void shutdown_ends_the_gets_of_an_empty_queue(void)
{
    queue_begin(0);
    eft_future *task = eft_spawn(queue_getter, NULL);
    queue_turn();
    eft_queue_shutdown(queue, false);
    CHECK(eft_queue_size(queue) == 0);
    CHECK(!eft_await(eft_queue_join(queue)).error);
    queue_turn();
    CHECK(eft_future_state(task) == EFT_FINISHED);
    CHECK(eft_await(task).error == EFT_ECLOSED);
    check_that_it_is_shut();
    queue_finish();
}

static void shutdown_leaves_what_is_there_to_be_got(void)
{
    queue_begin(1);
    put_now(1);
    eft_future *join = eft_queue_join(queue);
    eft_future *writer = spawn_put(2);
    queue_turn();
    CHECK(eft_future_state(writer) == EFT_PENDING);
    eft_queue_shutdown(queue, false);
    CHECK(eft_queue_size(queue) == 1);
    queue_turn();
    CHECK(eft_await(writer).error == EFT_ECLOSED);
    CHECK(get_item() == 1);
    queue_turn();
    CHECK(eft_future_state(join) == EFT_PENDING);
    check_that_it_is_shut();
    CHECK(eft_queue_task_done(queue) == 0);
    CHECK(!eft_await(join).error);
    CHECK(eft_queue_task_done(queue) == EFT_EINVAL);
    queue_finish();
}

static void an_immediate_shutdown_drops_what_is_there(void)
{
    queue_begin(0);
    int frees = 0;
    eft_queue_put_nowait(queue, eft_owned(&frees, count_free));
    eft_future *join = eft_queue_join(queue);
    eft_queue_shutdown(queue, true);
    CHECK(frees == 1 && eft_queue_size(queue) == 0);
    CHECK(!eft_await(join).error);
    check_that_it_is_shut();
    CHECK(eft_queue_task_done(queue) == EFT_EINVAL);
    queue_finish();
}

static void an_immediate_shutdown_leaves_work_that_was_begun(void)
{
    queue_begin(0);
    put_now(1);
    put_now(2);
    eft_future *join = eft_queue_join(queue);
    CHECK(get_item() == 1);
    eft_queue_shutdown(queue, true);
    queue_turn();
    CHECK(eft_future_state(join) == EFT_PENDING);
    check_that_it_is_shut();
    CHECK(eft_queue_task_done(queue) == 0);
    CHECK(eft_queue_task_done(queue) == EFT_EINVAL);
    CHECK(!eft_await(join).error);
    queue_finish();
}

static void a_get_that_was_woken_still_has_its_item_after_a_shutdown(void)
{
    queue_begin(0);
    eft_future *woken = eft_queue_get(queue);
    eft_future *other = eft_queue_get(queue);
    put_now(1);
    eft_queue_shutdown(queue, false);
    CHECK(eft_await(woken).i64 == 1);
    CHECK(eft_await(other).error == EFT_ECLOSED);
    queue_finish();
}

static void a_put_that_was_woken_is_refused_after_a_shutdown(void)
{
    queue_begin(1);
    put_now(1);
    eft_future *woken = put_item(2);
    get_now();
    eft_queue_shutdown(queue, false);
    CHECK(eft_await(woken).error == EFT_ECLOSED);
    queue_finish();
}

static void an_untaken_item_after_an_immediate_shutdown_counts_as_done(void)
{
    queue_begin(0);
    int frees = 0;
    eft_queue_put_nowait(queue, eft_owned(&frees, count_free));
    eft_future *held = eft_queue_get(queue);
    eft_future *join = eft_queue_join(queue);
    eft_queue_shutdown(queue, true);
    CHECK(eft_future_state(join) == EFT_PENDING);
    eft_future_free(held);
    CHECK(frees == 1);
    CHECK(!eft_await(join).error);
    queue_finish();
}

static void shutdown_twice_is_allowed(void)
{
    queue_begin(0);
    put_now(1);
    eft_queue_shutdown(queue, false);
    eft_queue_shutdown(queue, true);
    eft_queue_shutdown(queue, false);
    check_that_it_is_shut();
    queue_finish();
}

static void freeing_it_frees_the_items(void)
{
    int frees = 0;

    for (int order = EFT_QUEUE_FIFO; order <= EFT_QUEUE_PRIORITY; order++) {
        queue_begin_order((eft_queue_order)order);
        for (int i = 0; i < 10; i++)
            eft_queue_put_nowait(queue, eft_owned(&frees, count_free));
        queue_finish();
    }
    CHECK(frees == 30);
}

static void freeing_it_ends_what_waits(void)
{
    queue_begin(1);
    int frees = 0;
    eft_future *first = eft_queue_get(queue);
    eft_future *second = eft_queue_get(queue);
    put_now(1);
    eft_future *writer = eft_queue_put(queue, eft_owned(&frees, count_free));
    eft_future *join = eft_queue_join(queue);
    eft_queue_free(queue);
    CHECK(eft_await(first).error == EFT_ECLOSED);
    CHECK(eft_await(second).error == EFT_ECLOSED);
    CHECK(eft_await(join).error == EFT_ECLOSED);
    CHECK(eft_await(writer).error == EFT_ECLOSED);
    CHECK(!strcmp(eft_error_detail(), "the queue was freed"));
    CHECK(frees == 1);
}

static void what_was_woken_can_be_cancelled_after_the_free(void)
{
    queue_begin(1);
    put_now(1);
    eft_future *writer = put_item(2);
    get_now();
    eft_queue_free(queue);
    eft_cancel(writer);
    CHECK(eft_await(writer).error == EFT_ECANCELED);
}

static void an_untaken_item_after_the_free_is_freed(void)
{
    queue_begin(0);
    int frees = 0;
    eft_queue_put_nowait(queue, eft_owned(&frees, count_free));
    eft_future *held = eft_queue_get(queue);
    eft_queue_free(queue);
    CHECK(frees == 0);
    eft_future_free(held);
    CHECK(frees == 1);
}

static void free_queue(void *value)
{
    (void)value;
    eft_queue_free(queue);
}

static void an_item_may_free_the_queue_that_drops_it(void)
{
    int any;

    queue_begin(1);
    REQUIRE(!eft_queue_put_nowait(queue, eft_owned(&any, free_queue)));
    eft_future *writer = put_item(1);
    eft_future *join = eft_queue_join(queue);
    eft_queue_shutdown(queue, true);
    CHECK(eft_await(writer).error == EFT_ECLOSED);
    CHECK(eft_await(join).error == EFT_ECLOSED);
}

const test_case suite_queue_end[] = {
    {"task_done_too_often_is_refused", task_done_too_often_is_refused},
    {"join_waits_until_all_work_is_done", join_waits_until_all_work_is_done},
    {"join_of_a_queue_without_work_is_done",
     join_of_a_queue_without_work_is_done},
    {"join_waits_for_what_was_got_and_is_not_done",
     join_waits_for_what_was_got_and_is_not_done},
    {"a_join_can_be_cancelled", a_join_can_be_cancelled},
    {"shutdown_ends_the_gets_of_an_empty_queue",
     shutdown_ends_the_gets_of_an_empty_queue},
    {"shutdown_leaves_what_is_there_to_be_got",
     shutdown_leaves_what_is_there_to_be_got},
    {"an_immediate_shutdown_drops_what_is_there",
     an_immediate_shutdown_drops_what_is_there},
    {"an_immediate_shutdown_leaves_work_that_was_begun",
     an_immediate_shutdown_leaves_work_that_was_begun},
    {"a_get_that_was_woken_still_has_its_item_after_a_shutdown",
     a_get_that_was_woken_still_has_its_item_after_a_shutdown},
    {"a_put_that_was_woken_is_refused_after_a_shutdown",
     a_put_that_was_woken_is_refused_after_a_shutdown},
    {"an_untaken_item_after_an_immediate_shutdown_counts_as_done",
     an_untaken_item_after_an_immediate_shutdown_counts_as_done},
    {"shutdown_twice_is_allowed", shutdown_twice_is_allowed},
    {"freeing_it_frees_the_items", freeing_it_frees_the_items},
    {"freeing_it_ends_what_waits", freeing_it_ends_what_waits},
    {"what_was_woken_can_be_cancelled_after_the_free",
     what_was_woken_can_be_cancelled_after_the_free},
    {"an_untaken_item_after_the_free_is_freed",
     an_untaken_item_after_the_free_is_freed},
    {"an_item_may_free_the_queue_that_drops_it",
     an_item_may_free_the_queue_that_drops_it},
    {NULL, NULL},
};
