/* SPDX-License-Identifier: MIT
 * Loops that plain code opens, runs and closes. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "suite.h"
#include "task_case.h"
#include "threads.h"

static eft_result sleep_and_give(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(2)));
    return eft_ok_ptr(arg);
}

static eft_result fail(void *arg)
{
    return eft_fail(EFT_EUSER, "failed because of %s", (const char *)arg);
}

static void soon(const char *word)
{
    eft_future_free(eft_call_soon(note_word, (void *)word));
}

static eft_result take_turns(void *arg)
{
    for (int i = 0; i < 4; i++) {
        note("%s%d", (const char *)arg, i);
        EFT_TRY(eft_await(eft_sleep(0)));
    }
    return eft_ok();
}

static void stop(void *arg)
{
    (void)arg;
    eft_loop_stop();
}

static eft_result run_task(eft_body *body, const char *word)
{
    return eft_run_until_complete(eft_spawn(body, (void *)word));
}

static void a_thread_has_one_loop_body(void)
{
    CHECK(eft_loop_open());
    CHECK(!eft_loop_open());
}
THREADED(a_thread_has_one_loop)

static void run_until_complete_gives_the_value_body(void)
{
    int value = 0;

    REQUIRE(eft_loop_open());
    CHECK(eft_run_until_complete(eft_spawn(sleep_and_give, &value)).ptr ==
          &value);
}
THREADED(run_until_complete_gives_the_value)

static void run_until_complete_gives_the_error_with_its_sentence_body(void)
{
    REQUIRE(eft_loop_open());
    CHECK(run_task(fail, "rain").error == EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "failed because of rain"));
}
THREADED(run_until_complete_gives_the_error_with_its_sentence)

static void run_until_complete_gives_owned_values_body(void)
{
    int freed = 0;

    REQUIRE(eft_loop_open());
    eft_result result = eft_run_until_complete(eft_spawn(return_owned, &freed));
    CHECK(freed == 0);
    eft_result_free(result);
    CHECK(freed == 1);
}
THREADED(run_until_complete_gives_owned_values)

static void a_loop_runs_again_and_again_body(void)
{
    REQUIRE(eft_loop_open());
    for (int i = 0; i < 3; i++)
        CHECK(eft_run_until_complete(eft_sleep(1)).error == 0);
}
THREADED(a_loop_runs_again_and_again)

static void what_plain_code_spawns_runs_in_the_next_run_body(void)
{
    journal_clear();
    REQUIRE(eft_loop_open());
    eft_future_free(eft_spawn(note_and_return, (void *)"first"));
    note("plain");
    run_task(note_and_return, "second");
    CHECK(journal_is("plain first second"));
}
THREADED(what_plain_code_spawns_runs_in_the_next_run)

static void a_run_ends_with_the_turn_of_its_future_body(void)
{
    journal_clear();
    REQUIRE(eft_loop_open());
    eft_future *other = eft_spawn(take_turns, (void *)"o");
    run_task(note_and_return, "app");
    note("|");
    run_task(note_and_return, "app");
    CHECK(journal_is("o0 app o1 | o2 app o3"));
    eft_run_until_complete(other);
}
THREADED(a_run_ends_with_the_turn_of_its_future)

static void a_complete_future_takes_one_turn_body(void)
{
    journal_clear();
    REQUIRE(eft_loop_open());
    eft_future *future = eft_future_new();
    eft_future_resolve(future, eft_ok_i64(1));
    soon("x");
    CHECK(eft_run_until_complete(future).i64 == 1);
    CHECK(journal_is("x"));
}
THREADED(a_complete_future_takes_one_turn)

static void stop_in_the_middle(void *arg)
{
    (void)arg;
    note("a");
    soon("a2");
    eft_loop_stop();
    soon("a3");
}

static void stop_ends_the_turn_and_no_more_body(void)
{
    journal_clear();
    REQUIRE(eft_loop_open());
    eft_future_free(eft_call_soon(stop_in_the_middle, NULL));
    soon("b");
    CHECK(eft_run_forever() == 0);
    note("|");
    eft_loop_stop();
    soon("c");
    CHECK(eft_run_forever() == 0);
    CHECK(journal_is("a b | a2 a3 c"));
}
THREADED(stop_ends_the_turn_and_no_more)

static void stop_before_a_run_lets_it_run_one_turn_body(void)
{
    journal_clear();
    REQUIRE(eft_loop_open());
    eft_future *other = eft_spawn(take_turns, (void *)"o");
    eft_loop_stop();
    CHECK(eft_run_forever() == 0);
    CHECK(journal_is("o0"));
    eft_run_until_complete(other);
}
THREADED(stop_before_a_run_lets_it_run_one_turn)

static void stop_ends_a_run_with_nothing_to_do_body(void)
{
    REQUIRE(eft_loop_open());
    eft_loop_stop();
    CHECK(eft_run_forever() == 0);
}
THREADED(stop_ends_a_run_with_nothing_to_do)

static void stop_ends_run_forever_later_body(void)
{
    int64_t before;

    REQUIRE(eft_loop_open());
    before = eft_now();
    eft_future_free(eft_call_later(5, stop, NULL));
    CHECK(eft_run_forever() == 0);
    CHECK(eft_now() - before >= 5);
}
THREADED(stop_ends_run_forever_later)

static void a_future_that_loses_its_loop_is_closed_body(void)
{
    REQUIRE(eft_loop_open());
    eft_future *task = eft_future_ref(eft_spawn(sleep_and_give, NULL));
    eft_future_free(eft_call_soon(stop, NULL));
    CHECK(eft_run_until_complete(task).error == EFT_ECLOSED);
    CHECK(strstr(eft_error_detail(), "stopped before") != NULL);
    CHECK(eft_future_state(task) == EFT_PENDING);
    /* It lives on in the next run. */
    CHECK(eft_run_until_complete(task).error == 0);
}
THREADED(a_future_that_loses_its_loop_is_closed)

static void an_operation_that_loses_its_loop_is_dropped_body(void)
{
    REQUIRE(eft_loop_open());
    eft_future_free(eft_call_soon(stop, NULL));
    CHECK(eft_run_until_complete(eft_sleep(1000)).error == EFT_ECLOSED);
    CHECK(eft_live_objects() == 0);
}
THREADED(an_operation_that_loses_its_loop_is_dropped)

static void without_a_loop_nothing_runs_body(void)
{
    CHECK(eft_run_until_complete(eft_sleep(1)).error == EFT_EINVAL);
    CHECK(strstr(eft_error_detail(), "eft_loop_open") != NULL);
    CHECK(eft_run_forever() == EFT_EINVAL);
    CHECK(!eft_loop_is_running());
    eft_loop_stop();
    eft_loop_close();
}
THREADED(without_a_loop_nothing_runs)

static void there_must_be_a_future_body(void)
{
    REQUIRE(eft_loop_open());
    CHECK(eft_run_until_complete(NULL).error == EFT_EINVAL);
}
THREADED(there_must_be_a_future)

static eft_future *foreign;

static void another_loops_future_is_refused_body(void)
{
    REQUIRE(eft_loop_open());
    CHECK(eft_run_until_complete(foreign).error == EFT_EINVAL);
    CHECK(strstr(eft_error_detail(), "another loop") != NULL);
}

static void another_loops_future_is_refused(void)
{
    foreign = eft_future_ref(eft_future_new());
    in_a_thread(another_loops_future_is_refused_body);
    eft_future_free(foreign);
}

/* The runner's own loop runs here. */
static void a_task_cannot_run_the_loop(void)
{
    CHECK(eft_loop_is_running());
    CHECK(eft_run_until_complete(eft_sleep(1)).error == EFT_EDEADLK);
    CHECK(strstr(eft_error_detail(), "await instead") != NULL);
    CHECK(eft_run_forever() == EFT_EDEADLK);
    CHECK(!eft_loop_open());
    eft_loop_close();
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

static void run_in_callback(void *arg)
{
    *(int32_t *)arg = eft_run_until_complete(eft_sleep(1)).error;
}

static void a_callback_cannot_run_the_loop(void)
{
    int32_t error = 0;

    eft_await(eft_call_soon(run_in_callback, &error));
    CHECK(error == EFT_EDEADLK);
}

static eft_result is_running(void *arg)
{
    (void)arg;
    return eft_ok_bool(eft_loop_is_running());
}

static void a_loop_is_running_during_a_run_only_body(void)
{
    REQUIRE(eft_loop_open());
    CHECK(!eft_loop_is_running());
    CHECK(eft_run_until_complete(eft_spawn(is_running, NULL)).boolean);
    CHECK(!eft_loop_is_running());
}
THREADED(a_loop_is_running_during_a_run_only)

const test_case suite_run_until[] = {
    {"a_thread_has_one_loop", a_thread_has_one_loop},
    {"run_until_complete_gives_the_value", run_until_complete_gives_the_value},
    {"run_until_complete_gives_the_error_with_its_sentence",
     run_until_complete_gives_the_error_with_its_sentence},
    {"run_until_complete_gives_owned_values",
     run_until_complete_gives_owned_values},
    {"a_loop_runs_again_and_again", a_loop_runs_again_and_again},
    {"what_plain_code_spawns_runs_in_the_next_run",
     what_plain_code_spawns_runs_in_the_next_run},
    {"a_run_ends_with_the_turn_of_its_future",
     a_run_ends_with_the_turn_of_its_future},
    {"a_complete_future_takes_one_turn", a_complete_future_takes_one_turn},
    {"stop_ends_the_turn_and_no_more", stop_ends_the_turn_and_no_more},
    {"stop_before_a_run_lets_it_run_one_turn",
     stop_before_a_run_lets_it_run_one_turn},
    {"stop_ends_a_run_with_nothing_to_do", stop_ends_a_run_with_nothing_to_do},
    {"stop_ends_run_forever_later", stop_ends_run_forever_later},
    {"a_future_that_loses_its_loop_is_closed",
     a_future_that_loses_its_loop_is_closed},
    {"an_operation_that_loses_its_loop_is_dropped",
     an_operation_that_loses_its_loop_is_dropped},
    {"without_a_loop_nothing_runs", without_a_loop_nothing_runs},
    {"there_must_be_a_future", there_must_be_a_future},
    {"another_loops_future_is_refused", another_loops_future_is_refused},
    {"a_task_cannot_run_the_loop", a_task_cannot_run_the_loop},
    {"a_callback_cannot_run_the_loop", a_callback_cannot_run_the_loop},
    {"a_loop_is_running_during_a_run_only",
     a_loop_is_running_during_a_run_only},
    {NULL, NULL},
};
