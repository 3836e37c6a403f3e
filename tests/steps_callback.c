/* SPDX-License-Identifier: MIT
 * Callbacks beside steps: scheduled ones, futures, and everything that can be
 * awaited, by a callback. */
#include "journal.h"
#include "steps.h"

typedef struct test {
    eft_step step;
    eft_result result;
    eft_future *future;
    eft_future *tasks[2];
    eft_queue *queue;
    eft_lock *lock;
    eft_event *event;
    eft_semaphore *semaphore;
    eft_barrier *barrier;
    eft_condition *condition;
    eft_as_completed *each;
    eft_group *group;
    eft_future *all[14];
    size_t count;
    int64_t start;
    int i;
} test;

static void note_call(void *arg)
{
    note("%s", (const char *)arg);
}

/* A string literal, for what takes no const. */
#define WORD(text) ((void *)(uintptr_t)(text))

static eft_result call_soon_calls_in_order(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    eft_future_free(eft_call_soon(note_call, WORD("a")));
    eft_future_free(eft_call_soon(note_call, WORD("b")));
    STEP_CHECK(journal_is(""));
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(journal_is("a b"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_call_may_be_awaited(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_TRY(eft_call_soon(step_count, &t->i));
    STEP_CHECK(t->i == 1);
    EFT_STEP_TRY(eft_call_later(STEP_SOON, step_count, &t->i));
    STEP_CHECK(t->i == 2);
    EFT_STEP_TRY(eft_call_at(eft_now() + 1, step_count, &t->i));
    STEP_CHECK(t->i == 3);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_cancelled_call_is_not_made(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = eft_call_soon(step_count, &t->i);
    STEP_CHECK(eft_cancel(t->future));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    t->future = eft_call_later(1, step_count, &t->i);
    STEP_CHECK(eft_cancel(t->future));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->i == 0);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result equal_times_are_in_the_order_of_the_calls(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->start = eft_now() + STEP_SOON;
    eft_future_free(eft_call_at(t->start + 1, note_call, WORD("late")));
    eft_future_free(eft_call_at(t->start, note_call, WORD("a")));
    eft_future_free(eft_call_at(t->start, note_call, WORD("b")));
    EFT_STEP_TRY(eft_call_at(t->start + 1, note_call, WORD("last")));
    STEP_CHECK(journal_is("a b late last"));
    STEP_CHECK(eft_now() > t->start);
    EFT_STEP_END();
    return eft_ok();
}

static void resolve_with_seven(void *arg)
{
    eft_future_resolve(arg, eft_ok_i64(7));
}

static eft_result a_callback_may_resolve_what_steps_await(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = eft_future_new();
    eft_future_free(eft_call_later(1, resolve_with_seven, t->future));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.i64 == 7);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_future_is_resolved_once(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = eft_future_new();
    STEP_CHECK(eft_future_resolve(t->future, eft_ok_i64(1)));
    STEP_CHECK(!eft_future_resolve(t->future, step_owned_value()));
    STEP_CHECK(step_values_left == 0);
    STEP_CHECK(!eft_cancel(t->future));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.i64 == 1);
    EFT_STEP_END();
    return eft_ok();
}

static void note_done(eft_future *future, void *arg)
{
    eft_result result = eft_future_take(future);

    note("%s:%s", (const char *)arg, eft_error_name(result.error));
    eft_result_free(result);
}

static eft_result done_callbacks_come_from_the_loop_in_order(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->future = eft_future_new();
    eft_future_on_done(t->future, note_done, WORD("a"));
    eft_future_on_done(t->future, note_done, WORD("b"));
    eft_future_resolve(t->future, eft_ok());
    note("resolved");
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(journal_is("resolved a:EFT_OK b:EFT_OK"));
    eft_future_on_done(t->future, note_done, WORD("c"));
    eft_future_free(t->future);
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(journal_is("resolved a:EFT_OK b:EFT_OK c:EFT_OK"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_task_tells_its_callback_how_it_ended(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->tasks[0] = step_failing(0, "no");
    eft_future_on_done(t->tasks[0], note_done, WORD("fails"));
    eft_future_free(t->tasks[0]);
    t->tasks[1] = step_sleeper(STEP_HOUR, 0);
    eft_future_on_done(t->tasks[1], note_done, WORD("cancelled"));
    EFT_STEP_TRY(eft_sleep(0));
    eft_cancel(t->tasks[1]);
    eft_future_free(t->tasks[1]);
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(journal_is("fails:EFT_EUSER cancelled:EFT_ECANCELED"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_callback_keeps_the_future_of_an_operation(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->future = eft_sleep(1);
    eft_future_on_done(t->future, note_done, WORD("slept"));
    eft_future_free(t->future);
    EFT_STEP_TRY(eft_sleep(STEP_SOON));
    STEP_CHECK(journal_is("slept:EFT_OK"));
    EFT_STEP_END();
    return eft_ok();
}

static void count_done(eft_future *future, void *arg)
{
    eft_result result = eft_future_take(future);

    if (!result.error)
        ++*(size_t *)arg;
    eft_result_free(result);
}

/* Has all of them tell the same callback, and keeps none. */
static void observe(test *t, size_t *done)
{
    for (size_t i = 0; i < t->count; i++) {
        STEP_CHECK(!eft_future_on_done(t->all[i], count_done, done));
        eft_future_free(t->all[i]);
    }
}

/* One of each that completes with time, or with what is ready. */
static void start_of_time(test *t)
{
    t->tasks[0] = step_sleeper(1, 0);
    t->each = eft_as_completed_new(t->tasks, 1, EFT_FOREVER);
    t->all[t->count++] = eft_sleep(0);
    t->all[t->count++] = eft_sleep(1);
    t->all[t->count++] = step_sleeper(0, 1);
    t->all[t->count++] = eft_call_soon(step_count, &t->i);
    t->all[t->count++] = eft_gather(step_sleeper(1, 1), eft_sleep(1));
    t->all[t->count++] =
        eft_wait_array(t->tasks, 1, EFT_ALL_COMPLETED, EFT_FOREVER);
    t->all[t->count++] = eft_as_completed_next(t->each);
    t->all[t->count++] = eft_wait_for(STEP_HOUR, step_sleeper(1, 0));
    t->all[t->count++] = eft_shield(step_sleeper(1, 0));
    t->all[t->count++] = eft_group_join(t->group);
}

static eft_result what_time_completes_tells_a_callback(void *state)
{
    static size_t done;
    test *t = state;

    EFT_STEP_BEGIN(t);
    done = 0;
    t->group = eft_group_new();
    start_of_time(t);
    observe(t, &done);
    STEP_CHECK(done == 0);
    t->start = eft_now() + STEP_HOUR;
    while (done < t->count && eft_now() < t->start)
        EFT_STEP_TRY(eft_sleep(1));
    STEP_CHECK(done == 10 && t->i == 1);
    eft_as_completed_free(t->each);
    eft_future_free(t->tasks[0]);
    eft_group_free(t->group);
    EFT_STEP_END();
    return eft_ok();
}

static void make_objects(test *t)
{
    t->queue = eft_queue_new(&(eft_queue_options){.capacity = 1});
    t->lock = eft_lock_new();
    t->event = eft_event_new();
    t->semaphore = eft_semaphore_new(0);
    t->barrier = eft_barrier_new(2);
    t->condition = eft_condition_new(NULL);
}

static void free_objects(test *t)
{
    eft_queue_free(t->queue);
    eft_lock_free(t->lock);
    eft_event_free(t->event);
    eft_semaphore_free(t->semaphore);
    eft_barrier_free(t->barrier);
    eft_condition_free(t->condition);
}

/* One of each that somebody else completes; the locks are held. */
static void start_of_objects(test *t)
{
    t->all[t->count++] = eft_lock_acquire(t->lock);
    t->all[t->count++] = eft_event_wait(t->event);
    t->all[t->count++] = eft_semaphore_acquire(t->semaphore);
    t->all[t->count++] = eft_barrier_wait(t->barrier);
    t->all[t->count++] = eft_condition_wait(t->condition);
    t->all[t->count++] = eft_queue_get(t->queue);
    t->all[t->count++] = eft_queue_put(t->queue, step_owned_value());
    t->all[t->count++] = eft_queue_join(t->queue);
}

static void complete_objects(test *t)
{
    eft_lock_release(t->lock);
    eft_event_set(t->event);
    eft_semaphore_release(t->semaphore);
    eft_future_free(eft_barrier_wait(t->barrier));
    eft_condition_notify(t->condition, 1);
    eft_lock_release(eft_condition_lock(t->condition));
    eft_queue_task_done(t->queue);
}

static eft_result what_others_complete_tells_a_callback(void *state)
{
    static size_t done;
    test *t = state;

    EFT_STEP_BEGIN(t);
    done = 0;
    make_objects(t);
    EFT_STEP_TRY(eft_lock_acquire(t->lock));
    EFT_STEP_TRY(eft_lock_acquire(eft_condition_lock(t->condition)));
    start_of_objects(t);
    observe(t, &done);
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_TRY(eft_lock_acquire(eft_condition_lock(t->condition)));
    complete_objects(t);
    for (t->i = 0; t->i < 5; t->i++)
        EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(done == 8 && step_values_left == 0);
    eft_lock_release(t->lock);
    eft_lock_release(eft_condition_lock(t->condition));
    free_objects(t);
    EFT_STEP_END();
    return eft_ok();
}

const step_case steps_callback[] = {
    STEP_CASE(call_soon_calls_in_order),
    STEP_CASE(a_call_may_be_awaited),
    STEP_CASE(a_cancelled_call_is_not_made),
    STEP_CASE(equal_times_are_in_the_order_of_the_calls),
    STEP_CASE(a_callback_may_resolve_what_steps_await),
    STEP_CASE(a_future_is_resolved_once),
    STEP_CASE(done_callbacks_come_from_the_loop_in_order),
    STEP_CASE(a_task_tells_its_callback_how_it_ended),
    STEP_CASE(a_callback_keeps_the_future_of_an_operation),
    STEP_CASE(what_time_completes_tells_a_callback),
    STEP_CASE(what_others_complete_tells_a_callback),
    {NULL, NULL, 0},
};
