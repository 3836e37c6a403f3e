/* SPDX-License-Identifier: MIT
 * The names of tasks, the list of them, and errors that nobody looked at. */
#include <string.h>

#include <eft/eft.h>

#include "log_lines.h"
#include "short_memory.h"
#include "suite.h"
#include "task_case.h"

static eft_result fail(void *arg)
{
    return eft_fail(EFT_EUSER, "failed because of %s", (const char *)arg);
}

static eft_result fail_bare(void *arg)
{
    (void)arg;
    return eft_failed(EFT_ETIMEDOUT);
}

static void end(eft_future *task)
{
    eft_cancel(task);
    eft_result_free(eft_await(task));
}

/* Names */

static void a_task_without_a_name_is_called_task(void)
{
    eft_future *task = eft_spawn(sleep_long, NULL);

    if (!eft_debug_is_enabled())
        CHECK(!strcmp(eft_task_name(task), "task"));
    end(task);
}

static void a_name_is_copied(void)
{
    eft_future *task = eft_spawn(sleep_long, NULL);
    char name[] = "fetch";

    eft_task_set_name(task, name);
    name[0] = 'x';
    CHECK(!strcmp(eft_task_name(task), "fetch"));
    eft_task_set_name(task, "another");
    CHECK(!strcmp(eft_task_name(task), "another"));
    end(task);
}

static void a_name_can_be_taken_back(void)
{
    eft_future *task = eft_spawn(sleep_long, NULL);

    eft_task_set_name(task, "fetch");
    eft_task_set_name(task, NULL);
    CHECK(!strcmp(eft_task_name(task), "task"));
    eft_task_set_name(task, "fetch");
    eft_task_set_name(task, "");
    CHECK(!strcmp(eft_task_name(task), "task"));
    end(task);
}

static void a_name_outlives_the_task(void)
{
    eft_future *task = eft_spawn(sleep_long, NULL);

    eft_task_set_name(task, "fetch");
    eft_cancel(task);
    eft_await(eft_future_ref(task));
    CHECK(!strcmp(eft_task_name(task), "fetch"));
    eft_future_free(task);
}

static eft_result say_hello(void *state)
{
    (void)state;
    return eft_ok_i64(7);
}

static void tasks_of_steps_have_names(void)
{
    eft_future *task = eft_spawn_steps(say_hello, NULL, 0);

    eft_task_set_name(task, "hello");
    CHECK(!strcmp(eft_task_name(task), "hello"));
    CHECK(eft_await(task).i64 == 7);
}

static void only_tasks_have_names(void)
{
    eft_future *promise = eft_future_new();

    eft_task_set_name(promise, "promise");
    eft_task_set_name(NULL, "nothing");
    CHECK(!strcmp(eft_task_name(promise), ""));
    CHECK(!strcmp(eft_task_name(NULL), ""));
    eft_future_free(promise);
}

static void memory_short_a_name_stays(void)
{
    size_t allowed = 0;
    eft_future *task = eft_spawn(sleep_long, NULL);

    eft_task_set_name(task, "fetch");
    eft_set_allocator(run_out, &allowed);
    eft_task_set_name(task, "another");
    eft_set_allocator(NULL, NULL);
    CHECK(!strcmp(eft_task_name(task), "fetch"));
    end(task);
}

static void a_named_task_can_be_cancelled_and_awaited(void)
{
    eft_future *task = eft_spawn(sleep_long, NULL);

    eft_task_set_name(task, "sleeper");
    eft_await(eft_sleep(0));
    CHECK(eft_cancel(task));
    CHECK(eft_await(task).error == EFT_ECANCELED);
}

/* Spawning */

static void spawn_functions_have_addresses(void)
{
    eft_future *(*spawn)(eft_body *, void *) = eft_spawn;
    eft_future *(*steps)(eft_body *, const void *, size_t) = eft_spawn_steps;

    CHECK(eft_await(spawn(say_hello, NULL)).i64 == 7);
    CHECK(eft_await(steps(say_hello, NULL, 0)).i64 == 7);
    CHECK(eft_await((eft_spawn)(say_hello, NULL)).i64 == 7);
}

static void there_must_be_a_body(void)
{
    int freed = 0;

    CHECK(eft_await(eft_spawn(NULL, NULL)).error == EFT_EINVAL);
    CHECK(eft_await(eft_spawn_owned(NULL, &freed, count_free)).error ==
          EFT_EINVAL);
    CHECK(eft_await(eft_spawn_steps(NULL, NULL, 0)).error == EFT_EINVAL);
    CHECK(freed == 1);
}

/* The list */

static void all_tasks_are_listed_in_the_order_of_spawning(void)
{
    eft_future *tasks[16];
    size_t before = eft_all_tasks(NULL, 0);
    eft_future *a = eft_spawn(sleep_long, NULL);
    eft_future *b = eft_spawn_steps(say_hello, NULL, 0);

    REQUIRE(before < 10);
    CHECK(eft_all_tasks(tasks, 16) == before + 2);
    CHECK(tasks[before] == a);
    CHECK(tasks[before + 1] == b);
    end(a);
    eft_await(b);
    CHECK(eft_all_tasks(tasks, 16) == before);
}

static void a_list_that_is_too_short_is_filled(void)
{
    eft_future *tasks[2] = {NULL, NULL};
    eft_future *task = eft_spawn(sleep_long, NULL);

    CHECK(eft_all_tasks(tasks, 1) >= 2);
    CHECK(tasks[0] != NULL);
    CHECK(tasks[1] == NULL);
    end(task);
}

/* Errors that nobody looked at */

static void let_end(eft_future *task)
{
    eft_await(eft_sleep(0));
    eft_await(eft_sleep(0));
    CHECK(eft_future_state(task) != EFT_PENDING);
}

static void a_tasks_error_that_nobody_saw_is_logged(void)
{
    eft_future *task = (eft_spawn)(fail, (void *)"rain");

    eft_task_set_name(task, "weather");
    let_end(task);
    log_lines_begin();
    eft_future_free(task);
    CHECK(log_lines_are("the error of task weather was never retrieved: "
                        "failed because of rain\n"));
}

static void an_error_without_a_sentence_is_logged_by_its_text(void)
{
    eft_future *task = eft_spawn(fail_bare, NULL);

    eft_task_set_name(task, "weather");
    let_end(task);
    log_lines_begin();
    eft_future_free(task);
    CHECK(log_lines_are("the error of task weather was never retrieved: "
                        "timed out\n"));
}

static void a_detached_tasks_error_is_logged(void)
{
    eft_future *task = eft_spawn(fail, (void *)"snow");

    eft_task_set_name(task, "winter");
    eft_future_free(task);
    log_lines_begin();
    eft_await(eft_sleep(0));
    eft_await(eft_sleep(0));
    CHECK(log_lines_are("the error of task winter was never retrieved: "
                        "failed because of snow\n"));
}

static void a_futures_error_that_nobody_saw_is_logged(void)
{
    eft_future *promise = eft_future_new();

    eft_future_resolve(promise, eft_failed(EFT_EUSER));
    log_lines_begin();
    eft_future_free(promise);
    CHECK(log_lines_are("the error of a future was never retrieved: "
                        "failed\n"));
}

static void an_error_that_was_taken_is_not_logged(void)
{
    eft_future *awaited = eft_spawn(fail, (void *)"hail");
    eft_future *taken = eft_spawn(fail, (void *)"hail");

    let_end(taken);
    log_lines_begin();
    eft_await(eft_future_ref(awaited));
    eft_future_free(awaited);
    CHECK(eft_future_take(taken).error == EFT_EUSER);
    eft_future_free(taken);
    CHECK(log_lines_are(""));
}

static void a_cancelled_task_is_not_logged(void)
{
    eft_future *task = eft_spawn(sleep_long, NULL);

    log_lines_begin();
    eft_cancel(task);
    eft_future_free(task);
    eft_await(eft_sleep(0));
    CHECK(log_lines_are(""));
}

static void who_cancels_does_not_want_to_hear_of_it(void)
{
    eft_future *task = eft_spawn(fail, (void *)"hail");

    let_end(task);
    log_lines_begin();
    CHECK(!eft_cancel(task));
    eft_future_free(task);
    CHECK(log_lines_are(""));
}

static void gather_has_seen_the_errors_of_all(void)
{
    log_lines_begin();
    CHECK(eft_await(eft_gather(eft_spawn(fail, (void *)"a"),
                               eft_spawn(fail, (void *)"b")))
              .error == EFT_EUSER);
    CHECK(log_lines_are(""));
}

static void an_operation_that_fails_unseen_is_not_logged(void)
{
    log_lines_begin();
    eft_future_free(eft_ws_connect("nonsense", NULL));
    eft_future_free(eft_spawn(NULL, NULL));
    eft_await(eft_sleep(0));
    CHECK(log_lines_are(""));
}

/* NULL */

static void null_is_a_future_that_has_failed(void)
{
    CHECK(eft_future_state(NULL) == EFT_FINISHED);
    CHECK(eft_future_take(NULL).error == EFT_EINVAL);
    CHECK(eft_await(NULL).error == EFT_EINVAL);
    CHECK(!eft_cancel(NULL));
    CHECK(eft_future_ref(NULL) == NULL);
    CHECK(eft_future_on_done(NULL, NULL, NULL) == EFT_EINVAL);
    eft_future_free(NULL);
}

static void resolving_null_frees_the_value(void)
{
    int freed = 0;

    CHECK(!eft_future_resolve(NULL, eft_owned(&freed, count_free)));
    CHECK(freed == 1);
}

static void there_must_be_a_callback(void)
{
    eft_future *promise = eft_future_new();

    CHECK(eft_await(eft_call_soon(NULL, NULL)).error == EFT_EINVAL);
    CHECK(eft_await(eft_call_later(1, NULL, NULL)).error == EFT_EINVAL);
    CHECK(eft_await(eft_call_at(1, NULL, NULL)).error == EFT_EINVAL);
    CHECK(eft_future_on_done(promise, NULL, NULL) == EFT_EINVAL);
    eft_future_free(promise);
}

static void a_negative_delay_is_none(void)
{
    int64_t before = eft_now();

    CHECK(eft_await(eft_sleep(-2)).error == 0);
    CHECK(eft_await(eft_sleep(INT64_MIN)).error == 0);
    CHECK(eft_now() - before < 1000);
}

const test_case suite_names[] = {
    {"a_task_without_a_name_is_called_task",
     a_task_without_a_name_is_called_task},
    {"a_name_is_copied", a_name_is_copied},
    {"a_name_can_be_taken_back", a_name_can_be_taken_back},
    {"a_name_outlives_the_task", a_name_outlives_the_task},
    {"tasks_of_steps_have_names", tasks_of_steps_have_names},
    {"only_tasks_have_names", only_tasks_have_names},
    {"memory_short_a_name_stays", memory_short_a_name_stays},
    {"a_named_task_can_be_cancelled_and_awaited",
     a_named_task_can_be_cancelled_and_awaited},
    {"spawn_functions_have_addresses", spawn_functions_have_addresses},
    {"there_must_be_a_body", there_must_be_a_body},
    {"all_tasks_are_listed_in_the_order_of_spawning",
     all_tasks_are_listed_in_the_order_of_spawning},
    {"a_list_that_is_too_short_is_filled", a_list_that_is_too_short_is_filled},
    {"a_tasks_error_that_nobody_saw_is_logged",
     a_tasks_error_that_nobody_saw_is_logged},
    {"an_error_without_a_sentence_is_logged_by_its_text",
     an_error_without_a_sentence_is_logged_by_its_text},
    {"a_detached_tasks_error_is_logged", a_detached_tasks_error_is_logged},
    {"a_futures_error_that_nobody_saw_is_logged",
     a_futures_error_that_nobody_saw_is_logged},
    {"an_error_that_was_taken_is_not_logged",
     an_error_that_was_taken_is_not_logged},
    {"a_cancelled_task_is_not_logged", a_cancelled_task_is_not_logged},
    {"who_cancels_does_not_want_to_hear_of_it",
     who_cancels_does_not_want_to_hear_of_it},
    {"gather_has_seen_the_errors_of_all", gather_has_seen_the_errors_of_all},
    {"an_operation_that_fails_unseen_is_not_logged",
     an_operation_that_fails_unseen_is_not_logged},
    {"null_is_a_future_that_has_failed", null_is_a_future_that_has_failed},
    {"resolving_null_frees_the_value", resolving_null_frees_the_value},
    {"there_must_be_a_callback", there_must_be_a_callback},
    {"a_negative_delay_is_none", a_negative_delay_is_none},
    {NULL, NULL},
};
