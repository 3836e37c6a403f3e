/* SPDX-License-Identifier: MIT
 * The executor's threads: work that is cancelled, and that calls the loop. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdatomic.h>

#include <eft/eft.h>

#include "suite.h"
#include "threads.h"

/* A function that waits until it is let go. */
typedef struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int inside; /* functions that wait */
    bool open;
    int freed; /* results */
} gate;

static gate gate_new(void)
{
    return (gate){.mutex = PTHREAD_MUTEX_INITIALIZER,
                  .changed = PTHREAD_COND_INITIALIZER};
}

static void free_result(void *value)
{
    ((gate *)value)->freed++;
}

static eft_result wait_at(void *arg)
{
    gate *self = arg;

    pthread_mutex_lock(&self->mutex);
    self->inside++;
    pthread_cond_broadcast(&self->changed);
    while (!self->open)
        pthread_cond_wait(&self->changed, &self->mutex);
    pthread_mutex_unlock(&self->mutex);
    return eft_owned(self, free_result);
}

static void wait_until_inside(gate *self)
{
    pthread_mutex_lock(&self->mutex);
    while (!self->inside)
        pthread_cond_wait(&self->changed, &self->mutex);
    pthread_mutex_unlock(&self->mutex);
}

static void open_gate(gate *self)
{
    pthread_mutex_lock(&self->mutex);
    self->open = true;
    pthread_cond_broadcast(&self->changed);
    pthread_mutex_unlock(&self->mutex);
}

static void a_running_function_goes_on_when_it_is_cancelled_body(void)
{
    NEEDS_THREADS();
    gate held = gate_new();

    REQUIRE(eft_loop_open());
    eft_future *future = eft_run_in_executor(wait_at, &held);
    wait_until_inside(&held);
    CHECK(eft_cancel(future));
    CHECK(eft_future_state(future) == EFT_CANCELED);
    CHECK(eft_run_until_complete(future).error == EFT_ECANCELED);
    open_gate(&held);
    /* The end of the loop waits for it, and frees what it returns. */
    eft_loop_close();
    CHECK(held.freed == 1);
}
THREADED(a_running_function_goes_on_when_it_is_cancelled)

static eft_result count_run(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
    return eft_ok();
}

static void a_queued_function_never_runs_when_it_is_cancelled_body(void)
{
    enum { MORE_THAN_THREADS = 1100 };
    static eft_future *waiting[MORE_THAN_THREADS];
    NEEDS_THREADS();
    gate held = gate_new();
    atomic_int ran = 0;

    REQUIRE(eft_loop_open());
    for (int i = 0; i < MORE_THAN_THREADS; i++)
        waiting[i] = eft_run_in_executor(wait_at, &held);
    eft_future *future = eft_run_in_executor(count_run, &ran);
    wait_until_inside(&held);
    CHECK(eft_cancel(future));
    CHECK(eft_run_until_complete(future).error == EFT_ECANCELED);
    open_gate(&held);
    for (int i = 0; i < MORE_THAN_THREADS; i++)
        eft_result_free(eft_run_until_complete(waiting[i]));
    eft_loop_close();
    CHECK(ran == 0);
    CHECK(held.freed == MORE_THAN_THREADS);
}
THREADED(a_queued_function_never_runs_when_it_is_cancelled)

/* What a function calls from its thread. */
typedef struct caller {
    eft_loop *loop;
    pthread_t loop_thread;
    eft_future *done;
} caller;

static void resolve(void *arg)
{
    eft_future_resolve(arg, eft_ok());
}

static eft_result call_back(void *arg)
{
    caller *self = arg;

    CHECK(!pthread_equal(self->loop_thread, pthread_self()));
    return eft_failed(
        eft_call_soon_threadsafe(self->loop, resolve, self->done));
}

static void a_function_may_call_the_loop(void)
{
    NEEDS_THREADS();
    eft_future *done = eft_future_new();
    caller self = {.loop = eft_loop_current(),
                   .loop_thread = pthread_self(),
                   .done = eft_future_ref(done)};

    CHECK(eft_await(eft_run_in_executor(call_back, &self)).error == 0);
    CHECK(eft_await(done).error == 0);
    eft_future_free(self.done);
    eft_loop_free(self.loop);
}

const test_case suite_executor_threads[] = {
    {"a_running_function_goes_on_when_it_is_cancelled",
     a_running_function_goes_on_when_it_is_cancelled},
    {"a_queued_function_never_runs_when_it_is_cancelled",
     a_queued_function_never_runs_when_it_is_cancelled},
    {"a_function_may_call_the_loop", a_function_may_call_the_loop},
    {NULL, NULL},
};
