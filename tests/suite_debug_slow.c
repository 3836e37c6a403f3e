/* SPDX-License-Identifier: MIT
 * Debug mode: what runs too long. */
#include <string.h>

#include <eft/eft.h>

#include "debug_case.h"
#include "log_lines.h"
#include "suite.h"
#include "task_case.h"
#include "targets/virtual/virtual.h"

static const int64_t NANOSECONDS = 1000000;

static eft_result take_time(void *arg)
{
    eft__virtual_pass(*(int64_t *)arg * NANOSECONDS);
    return eft_await(eft_sleep(0));
}

static eft_result take_time_and_end(void *arg)
{
    eft__virtual_pass(*(int64_t *)arg * NANOSECONDS);
    return eft_ok();
}

static void take_time_in_callback(void *arg)
{
    eft__virtual_pass(*(int64_t *)arg * NANOSECONDS);
}

static void run_named(eft_body *body, int64_t *duration_ms)
{
    eft_future *task = (eft_spawn)(body, duration_ms);

    eft_task_set_name(task, "slow");
    eft_await(task);
}

static void a_task_that_takes_long_is_told(void)
{
    int64_t duration = 250;

    debug_begin();
    log_lines_begin();
    run_named(take_time, &duration);
    CHECK(log_lines_are(
        "task slow ran for 250 ms without a pause: all the others waited\n"));
    debug_finish();
}

static void the_place_of_a_slow_task_is_told(void)
{
    int64_t duration = 250;

    debug_begin();
    log_lines_begin();
    eft_await(eft_spawn(take_time, &duration));
    CHECK(!strncmp(log_lines_end(), "task task-1 (suite_debug_slow.c:", 32));
    debug_finish();
}

static void a_task_that_ends_is_told_too(void)
{
    int64_t duration = 100;

    debug_begin();
    log_lines_begin();
    run_named(take_time_and_end, &duration);
    CHECK(log_lines_are(
        "task slow ran for 100 ms without a pause: all the others waited\n"));
    debug_finish();
}

static void a_callback_that_takes_long_is_told(void)
{
    int64_t duration = 120;

    debug_begin();
    log_lines_begin();
    eft_await(eft_call_soon(take_time_in_callback, &duration));
    CHECK(log_lines_are(
        "a callback ran for 120 ms without a pause: all the others waited\n"));
    debug_finish();
}

static void what_is_quicker_is_not_told(void)
{
    int64_t duration = 99;

    debug_begin();
    log_lines_begin();
    run_named(take_time, &duration);
    eft_await(eft_sleep(1000));
    CHECK(log_lines_are(""));
    debug_finish();
}

static void what_is_slow_can_be_set(void)
{
    int64_t duration = 6;

    debug_begin();
    eft_debug_set_slow(5);
    log_lines_begin();
    run_named(take_time, &duration);
    CHECK(log_lines_are(
        "task slow ran for 6 ms without a pause: all the others waited\n"));
    eft_debug_set_slow(EFT_FOREVER);
    duration = HOUR;
    log_lines_begin();
    run_named(take_time, &duration);
    CHECK(log_lines_are(""));
    debug_finish();
}

static void without_debug_mode_nothing_is_slow(void)
{
    int64_t duration = 5000;

    debug_begin();
    eft_debug_enable(false);
    log_lines_begin();
    run_named(take_time, &duration);
    CHECK(log_lines_are(""));
    debug_finish();
}

const test_case suite_debug_slow[] = {
    {"a_task_that_takes_long_is_told", a_task_that_takes_long_is_told},
    {"the_place_of_a_slow_task_is_told", the_place_of_a_slow_task_is_told},
    {"a_task_that_ends_is_told_too", a_task_that_ends_is_told_too},
    {"a_callback_that_takes_long_is_told", a_callback_that_takes_long_is_told},
    {"what_is_quicker_is_not_told", what_is_quicker_is_not_told},
    {"what_is_slow_can_be_set", what_is_slow_can_be_set},
    {"without_debug_mode_nothing_is_slow", without_debug_mode_nothing_is_slow},
    {NULL, NULL},
};
