/* SPDX-License-Identifier: MIT
 * Loops and threads: calls from others, and loops on others. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdatomic.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"
#include "threads.h"

enum { THREADS = 6, CALLS = 500 };

/* What a thread calls, and how often. */
typedef struct sender {
    eft_loop *loop; /* a reference: the thread's */
    int number;     /* of the thread */
    int next;       /* expected by the loop */
    int accepted;
    pthread_t loop_thread;
    eft_future *done;
    pthread_t thread;
} sender;

static void resolve(void *arg)
{
    eft_future_resolve(arg, eft_ok());
}

static void *send_one(void *arg)
{
    sender *self = arg;

    CHECK(eft_call_soon_threadsafe(self->loop, resolve, self->done) == 0);
    eft_loop_free(self->loop);
    return NULL;
}

static void a_call_from_another_thread_wakes_the_loop(void)
{
    NEEDS_THREADS();
    eft_future *done = eft_future_new();
    sender self = {.loop = eft_loop_current(), .done = eft_future_ref(done)};

    REQUIRE(self.loop != NULL);
    REQUIRE(pthread_create(&self.thread, NULL, send_one, &self) == 0);
    CHECK(eft_await(done).error == 0);
    pthread_join(self.thread, NULL);
    eft_future_free(self.done);
}

static void is_on_loop(void *arg)
{
    sender *self = arg;

    CHECK(pthread_equal(self->loop_thread, pthread_self()));
    eft_future_resolve(self->done, eft_ok());
}

static void *send_where(void *arg)
{
    sender *self = arg;

    (void)eft_call_soon_threadsafe(self->loop, is_on_loop, self);
    eft_loop_free(self->loop);
    return NULL;
}

static void it_runs_on_the_loops_own_thread(void)
{
    NEEDS_THREADS();
    eft_future *done = eft_future_new();
    sender self = {.loop = eft_loop_current(),
                   .loop_thread = pthread_self(),
                   .done = eft_future_ref(done)};

    REQUIRE(pthread_create(&self.thread, NULL, send_where, &self) == 0);
    CHECK(eft_await(done).error == 0);
    pthread_join(self.thread, NULL);
    eft_future_free(self.done);
}

/* One call of many: which one it is. */
typedef struct numbered {
    sender *from;
    int number;
} numbered;

static numbered calls[THREADS][CALLS];
static int left; /* calls that have not run */

static void take_number(void *arg)
{
    numbered *call = arg;

    CHECK(call->number == call->from->next);
    call->from->next++;
    if (--left == 0)
        eft_future_resolve(call->from->done, eft_ok());
}

static void *send_many(void *arg)
{
    sender *self = arg;

    for (int i = 0; i < CALLS; i++) {
        numbered *call = &calls[self->number][i];

        *call = (numbered){self, i};
        self->accepted +=
            eft_call_soon_threadsafe(self->loop, take_number, call) == 0;
    }
    eft_loop_free(self->loop);
    return NULL;
}

static void calls_of_many_threads_all_run_each_in_its_order(void)
{
    NEEDS_THREADS();
    eft_future *done = eft_future_new();
    sender senders[THREADS];

    left = THREADS * CALLS;
    for (int i = 0; i < THREADS; i++) {
        senders[i] =
            (sender){.loop = eft_loop_current(), .number = i, .done = done};
        REQUIRE(pthread_create(&senders[i].thread, NULL, send_many,
                               &senders[i]) == 0);
    }
    CHECK(eft_await(eft_future_ref(done)).error == 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(senders[i].thread, NULL);
        CHECK(senders[i].accepted == CALLS);
        CHECK(senders[i].next == CALLS);
    }
    eft_future_free(done);
}

static void count(void *arg)
{
    ++*(int *)arg;
}

/* Sends until it is told that the loop is closed. */
typedef struct flood {
    eft_loop *loop;
    atomic_int sent;
    int accepted;
    int ran; /* the loop's */
    int32_t last;
} flood;

static void *send_until_closed(void *arg)
{
    flood *self = arg;

    while (!(self->last =
                 eft_call_soon_threadsafe(self->loop, count, &self->ran))) {
        self->accepted++;
        atomic_fetch_add(&self->sent, 1);
    }
    eft_loop_free(self->loop);
    return NULL;
}

static void every_call_that_was_accepted_runs_though_the_loop_ends_body(void)
{
    NEEDS_THREADS();
    flood self = {.accepted = 0};
    pthread_t thread;

    REQUIRE(eft_loop_open());
    self.loop = eft_loop_current();
    REQUIRE(pthread_create(&thread, NULL, send_until_closed, &self) == 0);
    while (atomic_load(&self.sent) < 100)
        CHECK(eft_run_until_complete(eft_sleep(0)).error == 0);
    eft_loop_close();
    pthread_join(thread, NULL);
    CHECK(self.last == EFT_ECLOSED);
    CHECK(self.accepted == self.ran);
}
THREADED(every_call_that_was_accepted_runs_though_the_loop_ends)

static void a_closed_loop_answers_that_it_is_closed_body(void)
{
    int ran = 0;

    REQUIRE(eft_loop_open());
    eft_loop *loop = eft_loop_current();
    REQUIRE(loop != NULL);
    eft_loop_close();
    CHECK(eft_call_soon_threadsafe(loop, count, &ran) == EFT_ECLOSED);
    REQUIRE(eft_loop_open());
    CHECK(eft_call_soon_threadsafe(loop, count, &ran) == EFT_ECLOSED);
    CHECK(ran == 0);
    eft_loop_free(loop);
}
THREADED(a_closed_loop_answers_that_it_is_closed)

static void on_its_own_thread_a_call_keeps_its_place(void)
{
    eft_loop *loop = eft_loop_current();

    REQUIRE(loop != NULL);
    journal_clear();
    eft_future_free(eft_call_soon(note_word, (void *)"a"));
    CHECK(eft_call_soon_threadsafe(loop, note_word, (void *)"b") == 0);
    eft_future_free(eft_call_soon(note_word, (void *)"c"));
    CHECK(journal_is(""));
    eft_await(eft_sleep(0));
    CHECK(journal_is("a b c"));
    eft_loop_free(loop);
}

static void a_loop_has_one_handle_with_references(void)
{
    eft_loop *loop = eft_loop_current();
    eft_loop *same = eft_loop_current();

    REQUIRE(loop != NULL);
    CHECK(loop == same);
    CHECK(eft_loop_ref(loop) == loop);
    eft_loop_free(loop);
    eft_loop_free(loop);
    eft_loop_free(same);
    CHECK(eft_loop_ref(NULL) == NULL);
    eft_loop_free(NULL);
}

static void calls_need_a_loop_and_a_callback(void)
{
    eft_loop *loop = eft_loop_current();
    int ran = 0;

    CHECK(eft_call_soon_threadsafe(NULL, count, &ran) == EFT_EINVAL);
    CHECK(eft_call_soon_threadsafe(loop, NULL, &ran) == EFT_EINVAL);
    eft_loop_free(loop);
}

static void a_thread_without_a_loop_has_no_handle_body(void)
{
    CHECK(eft_loop_current() == NULL);
}
THREADED(a_thread_without_a_loop_has_no_handle)

static void memory_short_a_call_is_refused_body(void)
{
    size_t allowed = 0;
    int ran = 0;

    REQUIRE(eft_loop_open());
    eft_set_allocator(run_out, &allowed);
    CHECK(eft_loop_current() == NULL);
    allowed = 1;
    eft_loop *loop = eft_loop_current();
    CHECK(loop != NULL);
    CHECK(eft_call_soon_threadsafe(loop, count, &ran) == EFT_ENOMEM);
    eft_set_allocator(NULL, NULL);
    eft_loop_free(loop);
}
THREADED(memory_short_a_call_is_refused)

/* Several loops */

static eft_result tick(void *arg)
{
    int *ticks = arg;

    for (int i = 0; i < 200; i++) {
        EFT_TRY(eft_await(eft_sleep(i % 50 ? 0 : 1)));
        ++*ticks;
    }
    return eft_ok();
}

static void *run_a_loop(void *arg)
{
    int ticks[4] = {0};

    if (!eft_loop_open())
        return NULL;
    for (int i = 0; i < 4; i++)
        eft_future_free(eft_spawn(tick, &ticks[i]));
    (void)eft_run_until_complete(eft_spawn(tick, arg));
    (void)eft_run_until_complete(eft_sleep(20));
    eft_loop_close();
    *(int *)arg += ticks[0] + ticks[1] + ticks[2] + ticks[3];
    return NULL;
}

static void each_thread_runs_a_loop_of_its_own(void)
{
    int ticks[THREADS] = {0};
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, run_a_loop, &ticks[i]) == 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK(ticks[i] == 5 * 200);
    }
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

const test_case suite_threads[] = {
    {"a_call_from_another_thread_wakes_the_loop",
     a_call_from_another_thread_wakes_the_loop},
    {"it_runs_on_the_loops_own_thread", it_runs_on_the_loops_own_thread},
    {"calls_of_many_threads_all_run_each_in_its_order",
     calls_of_many_threads_all_run_each_in_its_order},
    {"every_call_that_was_accepted_runs_though_the_loop_ends",
     every_call_that_was_accepted_runs_though_the_loop_ends},
    {"a_closed_loop_answers_that_it_is_closed",
     a_closed_loop_answers_that_it_is_closed},
    {"on_its_own_thread_a_call_keeps_its_place",
     on_its_own_thread_a_call_keeps_its_place},
    {"a_loop_has_one_handle_with_references",
     a_loop_has_one_handle_with_references},
    {"calls_need_a_loop_and_a_callback", calls_need_a_loop_and_a_callback},
    {"a_thread_without_a_loop_has_no_handle",
     a_thread_without_a_loop_has_no_handle},
    {"memory_short_a_call_is_refused", memory_short_a_call_is_refused},
    {"each_thread_runs_a_loop_of_its_own", each_thread_runs_a_loop_of_its_own},
    {NULL, NULL},
};
