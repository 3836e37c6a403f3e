/* SPDX-License-Identifier: MIT
 * How loops end: closed, interrupted, stopped, stuck, short of memory. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "task_case.h"
#include "threads.h"

static eft_result sleep_and_give(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(2)));
    return eft_ok_ptr(arg);
}

static eft_result wait_for_ever(void *arg)
{
    eft_result result = eft_await(eft_future_new());

    note("%s:%s", (const char *)arg, eft_error_name(result.error));
    return result;
}

static eft_result run_task(eft_body *body, const char *word)
{
    return eft_run_until_complete(eft_spawn(body, (void *)word));
}

static eft_result clean_up(void *arg)
{
    eft_result result = eft_await(eft_sleep(EFT_FOREVER));

    eft_await(eft_sleep(1));
    note("%s", (const char *)arg);
    return result;
}

static void close_cancels_tasks_and_waits_for_them_body(void)
{
    journal_clear();
    REQUIRE(eft_loop_open());
    eft_future_free(eft_spawn(clean_up, (void *)"a"));
    eft_future_free(eft_spawn(clean_up, (void *)"b"));
    eft_run_until_complete(eft_sleep(0));
    eft_run_until_complete(eft_sleep(0));
    eft_loop_close();
    CHECK(journal_is("a b"));
}
THREADED(close_cancels_tasks_and_waits_for_them)

static void tasks_that_never_began_never_will_body(void)
{
    journal_clear();
    REQUIRE(eft_loop_open());
    eft_future_free(eft_spawn(note_and_return, (void *)"never"));
    eft_loop_close();
    CHECK(journal_is(""));
}
THREADED(tasks_that_never_began_never_will)

static void close_forgets_timers_body(void)
{
    journal_clear();
    REQUIRE(eft_loop_open());
    eft_future_free(eft_call_later(1000, note_word, (void *)"never"));
    eft_loop_close();
    CHECK(journal_is(""));
    CHECK(eft_live_objects() == 0);
}
THREADED(close_forgets_timers)

static void a_loop_can_be_opened_after_another_body(void)
{
    for (int i = 0; i < 3; i++) {
        REQUIRE(eft_loop_open());
        CHECK(eft_run_until_complete(eft_sleep(1)).error == 0);
        eft_loop_close();
    }
    CHECK(eft_run(return_arg, NULL) == 0);
}
THREADED(a_loop_can_be_opened_after_another)

static void no_program_runs_where_a_loop_is_open_body(void)
{
    REQUIRE(eft_loop_open());
    eft_log_set_level(EFT_LOG_OFF);
    CHECK(eft_run(return_arg, NULL) == 1);
    eft_log_set_level(EFT_LOG_INFO);
    CHECK(eft_run_until_complete(eft_sleep(1)).error == 0);
}
THREADED(no_program_runs_where_a_loop_is_open)

static void what_can_never_come_is_a_deadlock_body(void)
{
    REQUIRE(eft_loop_open());
    eft_future *promise = eft_future_new();
    CHECK(eft_run_until_complete(promise).error == EFT_EDEADLK);
    CHECK(strstr(eft_error_detail(), "deadlock") != NULL);
    journal_clear();
    CHECK(run_task(wait_for_ever, "task").error == EFT_EDEADLK);
    CHECK(journal_is("task:EFT_ECANCELED"));
    CHECK(eft_run_until_complete(eft_sleep(1)).error == 0);
}
THREADED(what_can_never_come_is_a_deadlock)

static void nothing_to_run_forever_is_a_deadlock_body(void)
{
    if (eft_target_traits_of_world.threads)
        SKIP("natively Ctrl-C may come");
    REQUIRE(eft_loop_open());
    CHECK(eft_run_forever() == EFT_EDEADLK);
}
THREADED(nothing_to_run_forever_is_a_deadlock)

static void interrupt(void *arg)
{
    *(bool *)arg = eft_core_interrupt();
}

static void an_interrupt_cancels_the_future_body(void)
{
    bool asked = false;

    journal_clear();
    REQUIRE(eft_loop_open());
    eft_future_free(eft_call_later(1, interrupt, &asked));
    CHECK(run_task(wait_for_ever, "task").error == EFT_ECANCELED);
    CHECK(asked);
    CHECK(journal_is("task:EFT_ECANCELED"));
    CHECK(eft_run_until_complete(eft_sleep(1)).error == 0);
}
THREADED(an_interrupt_cancels_the_future)

static void an_interrupt_ends_run_forever_body(void)
{
    bool asked = false;

    REQUIRE(eft_loop_open());
    eft_future_free(eft_call_later(1, interrupt, &asked));
    CHECK(eft_run_forever() == EFT_ECANCELED);
    CHECK(asked);
    CHECK(!eft_core_interrupt());
}
THREADED(an_interrupt_ends_run_forever)

static eft_result stop_the_program(void *arg)
{
    eft_future_free(eft_spawn(wait_for_ever, (void *)"other"));
    EFT_TRY(eft_await(eft_sleep(0)));
    EFT_TRY(eft_await(eft_sleep(0)));
    eft_loop_stop();
    return wait_for_ever(arg);
}

static void stop_ends_a_program_with_an_error_body(void)
{
    journal_clear();
    eft_log_set_level(EFT_LOG_OFF);
    CHECK(eft_run(stop_the_program, (void *)"app") == 1);
    eft_log_set_level(EFT_LOG_INFO);
    CHECK(journal_is("other:EFT_ECANCELED app:EFT_ECANCELED"));
}
THREADED(stop_ends_a_program_with_an_error)

static void memory_short_no_loop_opens_body(void)
{
    size_t allowed = 0;

    eft_set_allocator(run_out, &allowed);
    CHECK(!eft_loop_open());
    eft_set_allocator(NULL, NULL);
    CHECK(eft_loop_open());
}
THREADED(memory_short_no_loop_opens)

static char alive[1024];

static void keep_line(void *context, eft_log_level level, const char *line)
{
    (void)context;
    (void)level;
    strncat(alive, line, sizeof alive - strlen(alive) - 2);
    strcat(alive, "\n");
}

static void debug_mode_counts_what_is_alive_at_the_end_body(void)
{
    eft_future *promises[2];
    eft_handler *handler;

    alive[0] = 0;
    eft_debug_enable(true);
    REQUIRE(eft_loop_open());
    promises[0] = eft_future_new();
    promises[1] = eft_future_new();
    handler = eft_handler_new();
    CHECK(eft_run_until_complete(eft_sleep(1)).error == 0);
    eft_log_set_sink(keep_line, NULL);
    eft_loop_close();
    eft_log_set_sink(NULL, NULL);
    CHECK(!strcmp(alive, "3 objects are still alive: 2 future, "
                         "1 of other kinds\n"));
    eft_debug_enable(false);
    eft_handler_free(handler);
    eft_future_free(promises[0]);
    eft_future_free(promises[1]);
}
THREADED(debug_mode_counts_what_is_alive_at_the_end)

/* What it says of others: http_debug. */
static void debug_mode_lets_an_http_session_outlive_a_loop_body(void)
{
    eft_http_session *session = eft_http_session_new(NULL);

    REQUIRE(session);
    alive[0] = 0;
    eft_debug_enable(true);
    REQUIRE(eft_loop_open());
    CHECK(eft_run_until_complete(eft_sleep(1)).error == 0);
    eft_log_set_sink(keep_line, NULL);
    eft_loop_close();
    eft_log_set_sink(NULL, NULL);
    CHECK(!strcmp(alive, ""));
    eft_debug_enable(false);
    eft_http_session_free(session);
}
THREADED(debug_mode_lets_an_http_session_outlive_a_loop)

static void debug_mode_is_silent_where_all_was_freed_body(void)
{
    alive[0] = 0;
    eft_debug_enable(true);
    REQUIRE(eft_loop_open());
    CHECK(eft_run_until_complete(eft_spawn(sleep_and_give, NULL)).error == 0);
    eft_log_set_sink(keep_line, NULL);
    eft_loop_close();
    eft_log_set_sink(NULL, NULL);
    eft_debug_enable(false);
    CHECK(!strcmp(alive, ""));
}
THREADED(debug_mode_is_silent_where_all_was_freed)

/* In a world without a network the first one ends at once. */
static void close_ends_requests_body(void)
{
    const eft_http_session_options one = {.limit = 1};
    eft_http_session *session = eft_http_session_new(&one);

    REQUIRE(session && eft_loop_open());
    eft_future *get = eft_http_get(session, "http://127.0.0.1:1/", NULL);
    eft_future *waits = eft_http_get(session, "http://127.0.0.1:1/", NULL);
    eft_loop_close();
    CHECK(eft_future_state(get) != EFT_PENDING);
    CHECK(eft_future_state(waits) != EFT_PENDING);
    eft_future_free(get);
    eft_future_free(waits);
    /* The session is there for the next one. */
    REQUIRE(eft_loop_open());
    get = eft_http_get(session, "http://127.0.0.1:1/", NULL);
    int32_t error = eft_run_until_complete(get).error;
    CHECK(error == EFT_EREFUSED || error == EFT_ENOTSUP);
    eft_loop_close();
    eft_http_session_free(session);
}
THREADED(close_ends_requests)

/* Another thread may be asking how long the file is. */
static void close_ends_requests_whose_files_are_measured_body(void)
{
    const eft_http_part part = {.name = "a", .path = "/proc/self/exe"};
    const eft_http_request request = {.parts = &part, .part_count = 1};
    eft_http_session *session = eft_http_session_new(NULL);

    for (int turns = 0; turns < 3; turns++) {
        REQUIRE(session && eft_loop_open());
        eft_future *post =
            eft_http_post(session, "http://127.0.0.1:1/", &request);
        for (int turn = 0; turn < turns; turn++)
            CHECK(eft_run_until_complete(eft_sleep(0)).error == 0);
        eft_loop_close();
        CHECK(eft_future_state(post) != EFT_PENDING);
        eft_future_free(post);
    }
    eft_http_session_free(session);
}
THREADED(close_ends_requests_whose_files_are_measured)

const test_case suite_loop_end[] = {
    {"close_ends_requests", close_ends_requests},
    {"close_ends_requests_whose_files_are_measured",
     close_ends_requests_whose_files_are_measured},
    {"close_cancels_tasks_and_waits_for_them",
     close_cancels_tasks_and_waits_for_them},
    {"tasks_that_never_began_never_will", tasks_that_never_began_never_will},
    {"close_forgets_timers", close_forgets_timers},
    {"a_loop_can_be_opened_after_another", a_loop_can_be_opened_after_another},
    {"no_program_runs_where_a_loop_is_open",
     no_program_runs_where_a_loop_is_open},
    {"what_can_never_come_is_a_deadlock", what_can_never_come_is_a_deadlock},
    {"nothing_to_run_forever_is_a_deadlock",
     nothing_to_run_forever_is_a_deadlock},
    {"an_interrupt_cancels_the_future", an_interrupt_cancels_the_future},
    {"an_interrupt_ends_run_forever", an_interrupt_ends_run_forever},
    {"stop_ends_a_program_with_an_error", stop_ends_a_program_with_an_error},
    {"memory_short_no_loop_opens", memory_short_no_loop_opens},
    {"debug_mode_counts_what_is_alive_at_the_end",
     debug_mode_counts_what_is_alive_at_the_end},
    {"debug_mode_lets_an_http_session_outlive_a_loop",
     debug_mode_lets_an_http_session_outlive_a_loop},
    {"debug_mode_is_silent_where_all_was_freed",
     debug_mode_is_silent_where_all_was_freed},
    {NULL, NULL},
};
