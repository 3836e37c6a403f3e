/* SPDX-License-Identifier: MIT
 * Steps put into queues and get out of them. */
#include "journal.h"
#include "steps.h"

typedef struct test {
    eft_step step;
    eft_result result;
    eft_future *future;
    eft_future *other;
    eft_queue *queue;
    int i;
    int sum;
} test;

typedef struct worker {
    eft_step step;
    eft_queue *queue;
    int64_t i;
    int64_t count;
} worker;

static eft_result produce(void *state)
{
    worker *self = state;

    EFT_STEP_BEGIN(self);
    for (; self->i < self->count; self->i++) {
        EFT_STEP_TRY(eft_queue_put(self->queue, eft_ok_i64(self->i)));
        note("+%d", (int)self->i);
    }
    EFT_STEP_END();
    return eft_ok();
}

static eft_future *start_producer(eft_queue *queue, int64_t count)
{
    const worker state = {.queue = queue, .count = count};

    return eft_spawn_steps(produce, &state, sizeof state);
}

static eft_result get_one(void *state)
{
    worker *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    EFT_STEP_AWAIT(result, eft_queue_get(self->queue));
    EFT_STEP_END();
    return result;
}

static eft_future *start_getter(eft_queue *queue)
{
    const worker state = {.queue = queue};

    return eft_spawn_steps(get_one, &state, sizeof state);
}

static eft_result items_come_in_the_order_in_which_they_were_put(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->queue = eft_queue_new(NULL);
    t->future = start_producer(t->queue, 100);
    for (t->i = 0; t->i < 100; t->i++) {
        EFT_STEP_AWAIT(t->result, eft_queue_get(t->queue));
        STEP_REQUIRE(!t->result.error && t->result.i64 == t->i);
    }
    EFT_STEP_TRY(t->future);
    eft_queue_free(t->queue);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_full_queue_makes_the_put_wait(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->queue = eft_queue_new(&(eft_queue_options){.capacity = 2});
    t->future = start_producer(t->queue, 3);
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(journal_is("+0 +1") && eft_queue_is_full(t->queue));
    EFT_STEP_AWAIT(t->result, eft_queue_get(t->queue));
    STEP_CHECK(t->result.i64 == 0);
    EFT_STEP_TRY(t->future);
    STEP_CHECK(journal_is("+0 +1 +2"));
    eft_queue_free(t->queue);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_cancelled_get_loses_no_item(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->queue = eft_queue_new(NULL);
    t->future = start_getter(t->queue);
    t->other = start_getter(t->queue);
    EFT_STEP_TRY(eft_sleep(0));
    eft_queue_put_nowait(t->queue, eft_ok_i64(5));
    eft_cancel(t->future);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    EFT_STEP_AWAIT(t->result, t->other);
    STEP_CHECK(!t->result.error && t->result.i64 == 5);
    eft_queue_free(t->queue);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_cancelled_put_has_put_nothing(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->queue = eft_queue_new(&(eft_queue_options){.capacity = 1});
    eft_queue_put_nowait(t->queue, eft_ok());
    t->future = eft_queue_put(t->queue, step_owned_value());
    eft_cancel(t->future);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    STEP_CHECK(step_values_left == 0 && eft_queue_size(t->queue) == 1);
    eft_queue_free(t->queue);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result join_waits_until_all_is_done(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->queue = eft_queue_new(NULL);
    eft_queue_put_nowait(t->queue, eft_ok());
    eft_queue_put_nowait(t->queue, eft_ok());
    t->future = eft_queue_join(t->queue);
    for (t->i = 0; t->i < 2; t->i++) {
        STEP_CHECK(eft_future_state(t->future) == EFT_PENDING);
        EFT_STEP_TRY(eft_queue_get(t->queue));
        eft_queue_task_done(t->queue);
        EFT_STEP_TRY(eft_sleep(0));
    }
    EFT_STEP_TRY(t->future);
    eft_queue_free(t->queue);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result shutdown_ends_who_waits(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->queue = eft_queue_new(NULL);
    t->future = start_getter(t->queue);
    EFT_STEP_TRY(eft_sleep(0));
    eft_queue_shutdown(t->queue, false);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECLOSED);
    EFT_STEP_AWAIT(t->result, eft_queue_put(t->queue, eft_ok()));
    STEP_CHECK(t->result.error == EFT_ECLOSED);
    eft_queue_free(t->queue);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_freed_queue_frees_its_items(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->queue = eft_queue_new(NULL);
    EFT_STEP_TRY(eft_queue_put(t->queue, step_owned_value()));
    EFT_STEP_TRY(eft_queue_put(t->queue, step_owned_value()));
    EFT_STEP_AWAIT(t->result, eft_queue_get(t->queue));
    STEP_CHECK(step_values_left == 2);
    eft_result_free(t->result);
    eft_queue_free(t->queue);
    STEP_CHECK(step_values_left == 0);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result the_least_comes_first_where_it_is_asked_for(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->queue = eft_queue_new(&(eft_queue_options){.order = EFT_QUEUE_PRIORITY});
    for (t->i = 0; t->i < 10; t->i++)
        EFT_STEP_TRY(eft_queue_put(t->queue, eft_ok_i64((t->i * 7) % 10)));
    for (t->i = 0; t->i < 10; t->i++) {
        EFT_STEP_AWAIT(t->result, eft_queue_get(t->queue));
        STEP_CHECK(t->result.i64 == t->i);
    }
    eft_queue_free(t->queue);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result nothing_is_lost_between_many(void *state)
{
    static eft_queue *queue;
    static eft_future *getters[50];
    test *t = state;

    EFT_STEP_BEGIN(t);
    queue = eft_queue_new(&(eft_queue_options){.capacity = 3});
    for (t->i = 0; t->i < 50; t->i++)
        getters[t->i] = start_getter(queue);
    t->future = start_producer(queue, 25);
    t->other = start_producer(queue, 25);
    for (t->i = 0; t->i < 50; t->i++) {
        EFT_STEP_AWAIT(t->result, getters[t->i]);
        t->sum += (int)t->result.i64;
    }
    EFT_STEP_TRY(eft_gather(t->future, t->other));
    STEP_CHECK(t->sum == 600 && eft_queue_is_empty(queue));
    eft_queue_free(queue);
    EFT_STEP_END();
    return eft_ok();
}

const step_case steps_queue[] = {
    STEP_CASE(items_come_in_the_order_in_which_they_were_put),
    STEP_CASE(a_full_queue_makes_the_put_wait),
    STEP_CASE(a_cancelled_get_loses_no_item),
    STEP_CASE(a_cancelled_put_has_put_nothing),
    STEP_CASE(join_waits_until_all_is_done),
    STEP_CASE(shutdown_ends_who_waits),
    STEP_CASE(a_freed_queue_frees_its_items),
    STEP_CASE(the_least_comes_first_where_it_is_asked_for),
    STEP_CASE(nothing_is_lost_between_many),
    {NULL, NULL, 0},
};
