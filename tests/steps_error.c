/* SPDX-License-Identifier: MIT
 * Errors of tasks of steps: their sentences, and awaits that are refused. */
#include <string.h>

#include "journal.h"
#include "short_memory.h"
#include "steps.h"

typedef struct test {
    eft_step step;
    eft_result result;
    eft_future *future;
    eft_future *other;
    eft_http_session *session;
    int value;
    size_t allowed;
} test;

static const test fresh;

static bool said(const char *sentence)
{
    return !strcmp(eft_error_detail(), sentence);
}

static eft_result the_sentence_of_an_error_comes_with_it(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, step_failing(0, "no such thing"));
    STEP_CHECK(t->result.error == EFT_EUSER && said("no such thing"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result the_sentence_stays_over_awaits_that_succeed(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, step_failing(0, "kept"));
    EFT_STEP_TRY(step_sleeper(1, 0));
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(said("kept"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result each_task_has_a_sentence_of_its_own(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = step_failing(0, "another's");
    EFT_STEP_AWAIT(t->result, step_failing(0, "mine"));
    STEP_CHECK(said("mine"));
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(said("mine"));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(said("another's"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_bare_error_has_the_text_of_its_code(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = eft_future_new();
    eft_future_resolve(t->future, eft_failed(EFT_EIO));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(said(eft_strerror(EFT_EIO)));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_new_task_has_no_sentence(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    STEP_CHECK(said(""));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result use_eft_await(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->result = eft_await(eft_sleep(STEP_SOON));
    STEP_CHECK(t->result.error == EFT_EDEADLK);
    STEP_CHECK(said("await in a task of steps: use EFT_STEP_AWAIT"));
    t->result = eft_await(eft_sleep(0));
    STEP_CHECK(t->result.error == EFT_EDEADLK);
    t->result = eft_await(step_sleeper(0, 0));
    STEP_CHECK(t->result.error == EFT_EDEADLK);
    EFT_STEP_TRY(eft_sleep(0)); /* it goes on all the same */
    EFT_STEP_END();
    return eft_ok_i64(6);
}

static eft_result eft_await_in_a_body_of_steps_is_refused(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result,
                   eft_spawn_steps(use_eft_await, &fresh, sizeof fresh));
    STEP_CHECK(t->result.i64 == 6);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result eft_await_of_what_is_complete_gives_its_value(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = eft_future_new();
    eft_future_resolve(t->future, eft_ok_i64(9));
    t->result = eft_await(t->future);
    STEP_CHECK(t->result.i64 == 9);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result await_myself(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, eft_future_ref(eft_current_task()));
    STEP_CHECK(said("a task cannot await itself"));
    EFT_STEP_END();
    return t->result;
}

static eft_result a_task_cannot_await_itself(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result,
                   eft_spawn_steps(await_myself, &fresh, sizeof fresh));
    STEP_CHECK(t->result.error == EFT_EINVAL);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result await_of_null_is_refused(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, NULL);
    STEP_CHECK(t->result.error == EFT_EINVAL);
    EFT_STEP_END();
    return eft_ok();
}

static void await_in_a_callback(void *arg)
{
    eft_result *results = arg;
    eft_future *complete = eft_future_new();

    eft_future_resolve(complete, eft_ok_i64(2));
    results[0] = eft_step_await(complete);
    results[1] = eft_step_await(eft_sleep(STEP_SOON));
    results[2] = eft_step_await(eft_sleep(0));
}

static eft_result await_in_a_callback_is_refused(void *state)
{
    static eft_result results[3];
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_TRY(eft_call_soon(await_in_a_callback, results));
    STEP_CHECK(results[0].i64 == 2);
    STEP_CHECK(results[1].error == EFT_EDEADLK);
    STEP_CHECK(results[2].error == EFT_EDEADLK);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_task_without_memory_has_failed_already(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->allowed = 0;
    eft_set_allocator(run_out, &t->allowed);
    t->future = step_sleeper(0, 0);
    t->other = eft_sleep(STEP_SOON);
    eft_set_allocator(NULL, NULL);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ENOMEM);
    EFT_STEP_AWAIT(t->result, t->other);
    STEP_CHECK(t->result.error == EFT_ENOMEM);
    EFT_STEP_END();
    return eft_ok();
}

static char logged[128];

static void keep_line(void *context, eft_log_level level, const char *line)
{
    (void)context;
    if (level == EFT_LOG_ERROR)
        strncpy(logged, line, sizeof logged - 1);
}

static eft_result a_loop_within_a_loop_is_refused(void *state)
{
    (void)state;
    eft_log_set_sink(keep_line, NULL);
    STEP_CHECK(eft_run_steps(use_eft_await, &fresh, sizeof fresh) == 1);
    eft_log_set_sink(NULL, NULL);
    STEP_CHECK(!strcmp(logged, "a loop runs on this thread already"));
    return eft_ok();
}

static eft_result an_owned_result_goes_to_the_first_that_awaits(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = step_giving_owned();
    t->other = eft_future_ref(t->future);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(!t->result.error && step_values_left == 1);
    eft_result_free(t->result);
    EFT_STEP_AWAIT(t->result, t->other);
    STEP_CHECK(t->result.error == EFT_ETAKEN && step_values_left == 0);
    EFT_STEP_END();
    return eft_ok();
}

/* Runs in steps, and on a fiber that calls it. */
static eft_result make_steps(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    note("begin");
    EFT_STEP_TRY(eft_sleep(0));
    note("turn");
    EFT_STEP_TRY(eft_sleep(1));
    note("slept");
    EFT_STEP_AWAIT(t->result, step_sleeper(0, 11));
    EFT_STEP_END();
    return t->result;
}

static eft_result call_it_from_a_fiber(void *arg)
{
    test called = {.result = eft_ok()};
    eft_result result = make_steps(&called);

    (void)arg;
    note("returned");
    return result;
}

static eft_result a_fiber_that_calls_steps_is_suspended_with_them(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    STEP_NEEDS_FIBERS();
    journal_clear();
    EFT_STEP_AWAIT(t->result, eft_spawn(call_it_from_a_fiber, NULL));
    STEP_CHECK(t->result.i64 == 11);
    STEP_CHECK(journal_is("begin turn slept returned"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result call_await_that_fails(void *arg)
{
    eft_result result = eft_step_await(step_failing(0, "in a fiber"));

    (void)arg;
    STEP_CHECK(result.error == EFT_EUSER && said("in a fiber"));
    STEP_CHECK(eft_step_await(NULL).error == EFT_EINVAL);
    return eft_ok();
}

static eft_result an_error_of_steps_in_a_fiber_has_its_sentence(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    STEP_NEEDS_FIBERS();
    EFT_STEP_TRY(eft_spawn(call_await_that_fails, NULL));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_fiber_where_there_are_none_says_what_to_use(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, step_fiber());
    if (!t->result.error)
        STEP_SKIP("this build has fibers");
    STEP_CHECK(t->result.error == EFT_ENOTSUP);
    STEP_CHECK(said("this build has no fibers: use tasks of steps "
                    "(eft/step.h)"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result write_nothing(eft_http_upload *upload, void *arg)
{
    (void)upload;
    (void)arg;
    return eft_ok();
}

/* It is a function that awaits, so it needs one. */
static eft_result
a_writer_where_there_are_no_fibers_says_what_to_use(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, step_fiber());
    if (!t->result.error)
        STEP_SKIP("this build has fibers");
    t->session = eft_http_session_new(NULL);
    STEP_REQUIRE(t->session != NULL);
    EFT_STEP_AWAIT(t->result,
                   eft_http_post(t->session, "http://127.0.0.1:1/",
                                 &(eft_http_request){.writer = write_nothing}));
    eft_http_session_free(t->session);
    STEP_CHECK(t->result.error == EFT_ENOTSUP);
    STEP_CHECK(said("this build has no fibers: use tasks of steps "
                    "(eft/step.h)") ||
               said("the virtual world has no network"));
    EFT_STEP_END();
    return eft_ok();
}

const step_case steps_error[] = {
    STEP_CASE(the_sentence_of_an_error_comes_with_it),
    STEP_CASE(the_sentence_stays_over_awaits_that_succeed),
    STEP_CASE(each_task_has_a_sentence_of_its_own),
    STEP_CASE(a_bare_error_has_the_text_of_its_code),
    STEP_CASE(a_new_task_has_no_sentence),
    STEP_CASE(eft_await_in_a_body_of_steps_is_refused),
    STEP_CASE(eft_await_of_what_is_complete_gives_its_value),
    STEP_CASE(a_task_cannot_await_itself),
    STEP_CASE(await_of_null_is_refused),
    STEP_CASE(await_in_a_callback_is_refused),
    STEP_CASE(a_task_without_memory_has_failed_already),
    STEP_CASE(a_loop_within_a_loop_is_refused),
    STEP_CASE(an_owned_result_goes_to_the_first_that_awaits),
    STEP_CASE(a_fiber_that_calls_steps_is_suspended_with_them),
    STEP_CASE(an_error_of_steps_in_a_fiber_has_its_sentence),
    STEP_CASE(a_fiber_where_there_are_none_says_what_to_use),
    STEP_CASE(a_writer_where_there_are_no_fibers_says_what_to_use),
    {NULL, NULL, 0},
};
