/* SPDX-License-Identifier: MIT
 * What can only happen on the web: traps, and JavaScript in between. */
#include <emscripten.h>
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "suite.h"

/* In suite_web.js: calls test_web_await_below_javascript() of this file. */
extern int test_web_call_back(void);

static eft_result trap(void *arg)
{
    if (arg)
        EFT_TRY(eft_await(eft_sleep(1)));
    __builtin_trap();
}

static eft_result count(void *arg)
{
    for (int i = 0; i < 20; i++)
        EFT_TRY(eft_await(eft_sleep(0)));
    ++*(int *)arg;
    return eft_ok();
}

static void a_task_that_traps_ends_with_its_own_error(void)
{
    CHECK(eft_await(eft_spawn(trap, NULL)).error == EFT_ETRAP);
    CHECK(strstr(eft_error_detail(), "unreachable") != NULL);
}

static void the_others_go_on_when_a_task_traps(void)
{
    int ended = 0;
    eft_future *before = eft_spawn(count, &ended);
    eft_future *trapped = eft_spawn(trap, &ended);
    eft_future *after = eft_spawn(count, &ended);

    CHECK(eft_await(trapped).error == EFT_ETRAP);
    CHECK(eft_await(before).error == 0);
    CHECK(eft_await(after).error == 0);
    CHECK(ended == 2);
}

static void many_tasks_trap_one_after_the_other(void)
{
    eft_future *tasks[30];
    int ended = 0;

    for (int i = 0; i < 30; i++)
        tasks[i] = i % 3 ? eft_spawn(trap, i % 2 ? &ended : NULL)
                         : eft_spawn(count, &ended);
    for (int i = 0; i < 30; i++)
        CHECK(eft_await(tasks[i]).error == (i % 3 ? EFT_ETRAP : 0));
    CHECK(ended == 10);
}

static void a_trap_in_a_gather_ends_its_siblings(void)
{
    int ended = 0;

    CHECK(eft_await(eft_gather(eft_spawn(trap, &ended), eft_sleep(3600000)))
              .error == EFT_ETRAP);
}

/* Through a volatile pointer, so that the compiler makes no loop of it. */
static int (*volatile deeper)(int depth);

static int recurse(int depth)
{
    return depth < 0 ? 0 : deeper(depth + 1) + 1;
}

static eft_result overflow(void *arg)
{
    (void)arg;
    deeper = recurse;
    return eft_ok_i64(recurse(0));
}

/* With an array in each frame it is the stack in linear memory that ends. */
static int recurse_with_array(int depth)
{
    volatile char frame[1000];

    frame[0] = (char)depth;
    frame[999] = 1;
    return (depth < 0 ? 0 : deeper(depth + 1)) + frame[0] + frame[999];
}

static eft_result overflow_memory(void *arg)
{
    (void)arg;
    deeper = recurse_with_array;
    return eft_ok_i64(recurse_with_array(0));
}

static void endless_recursion_ends_the_task_only(void)
{
    eft_body *bodies[] = {overflow, overflow_memory};

    for (int i = 0; i < 4; i++) {
        int ended = 0;
        eft_future *other = eft_spawn(count, &ended);

        CHECK(eft_await(eft_spawn(bodies[i % 2], NULL)).error == EFT_ESTACK);
        /* In the engine's words. */
        CHECK(strstr(eft_error_detail(), "stack") != NULL ||
              strstr(eft_error_detail(), "recursion") != NULL);
        CHECK(eft_await(other).error == 0);
    }
}

EMSCRIPTEN_KEEPALIVE int test_web_await_below_javascript(void);

int test_web_await_below_javascript(void)
{
    int32_t error = eft_await(eft_sleep(1)).error;

    note("%s", eft_error_name(error));
    return error;
}

static void an_await_below_javascript_is_a_deadlock_error(void)
{
    journal_clear();
    CHECK(test_web_call_back() == EFT_EDEADLK);
    CHECK(strstr(eft_error_detail(), "JavaScript") != NULL);
    CHECK(eft_await(eft_sleep(1)).error == 0);
    CHECK(journal_is("EFT_EDEADLK"));
}

static eft_result call_back(void *arg)
{
    (void)arg;
    EFT_TRY(eft_await(eft_sleep(0)));
    return eft_failed(test_web_call_back());
}

static void it_is_so_in_every_task(void)
{
    for (int i = 0; i < 3; i++)
        CHECK(eft_await(eft_spawn(call_back, NULL)).error == EFT_EDEADLK);
}

const test_case suite_web[] = {
    {"a_task_that_traps_ends_with_its_own_error",
     a_task_that_traps_ends_with_its_own_error},
    {"the_others_go_on_when_a_task_traps", the_others_go_on_when_a_task_traps},
    {"many_tasks_trap_one_after_the_other",
     many_tasks_trap_one_after_the_other},
    {"a_trap_in_a_gather_ends_its_siblings",
     a_trap_in_a_gather_ends_its_siblings},
    {"endless_recursion_ends_the_task_only",
     endless_recursion_ends_the_task_only},
    {"an_await_below_javascript_is_a_deadlock_error",
     an_await_below_javascript_is_a_deadlock_error},
    {"it_is_so_in_every_task", it_is_so_in_every_task},
    {NULL, NULL},
};
