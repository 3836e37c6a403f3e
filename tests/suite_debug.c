/* SPDX-License-Identifier: MIT
 * Debug mode: names, and the tree of tasks. */
#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

#include "debug_case.h"
#include "log_lines.h"
#include "short_memory.h"
#include "suite.h"
#include "task_case.h"

static void end(eft_future *task)
{
    eft_cancel(task);
    eft_result_free(eft_await(task));
}

/* The lines of the tree after the two of the runner and the test. */
static const char *tree(void)
{
    const char *at;

    log_lines_begin();
    eft_debug_print_tasks();
    at = log_lines_end();
    for (int line = 0; line < 2 && strchr(at, '\n'); line++)
        at = strchr(at, '\n') + 1;
    return at;
}

static bool tree_is(const char *expected)
{
    const char *lines = tree();
    bool same = !strcmp(lines, expected);

    if (!same)
        printf("# expected: %s\n#      got: %s\n", expected, lines);
    return same;
}

static void tasks_are_numbered_in_the_order_of_spawning(void)
{
    debug_begin();
    eft_future *a = eft_spawn(sleep_long, NULL);
    eft_future *b = eft_spawn(sleep_long, NULL);
    CHECK(!strcmp(eft_task_name(a), "task-1"));
    CHECK(!strcmp(eft_task_name(b), "task-2"));
    end(a);
    end(b);
    debug_finish();
}

static void the_tree_tells_kind_place_and_state(void)
{
    char expected[256];

    debug_begin();
    int line = __LINE__ + 1;
    eft_future *a = eft_spawn(sleep_long, NULL);
    eft_future *b = eft_spawn(await_arg, eft_future_new());
    eft_task_set_name(b, "waiter");
    eft_await(eft_sleep(0));
    eft_future *c = eft_spawn(sleep_long, NULL);
    snprintf(expected, sizeof expected,
             "task-1 (fiber, suite_debug.c:%d sleep_long): sleeps\n"
             "waiter (fiber, suite_debug.c:%d await_arg): awaits future\n"
             "task-3 (fiber, suite_debug.c:%d sleep_long): ready\n",
             line, line + 1, line + 4);
    CHECK(tree_is(expected));
    end(a);
    end(b);
    end(c);
    debug_finish();
}

static void what_a_task_awaits_stands_below_it(void)
{
    debug_begin();
    eft_future *a = (eft_spawn)(sleep_long, NULL);
    eft_future *b = (eft_spawn)(await_arg, a);
    eft_future *c = (eft_spawn)(await_arg, b);
    eft_await(eft_sleep(0));
    CHECK(tree_is("task-3 (fiber): awaits task task-2\n"
                  "  task-2 (fiber): awaits task task-1\n"
                  "    task-1 (fiber): sleeps\n"));
    end(c);
    debug_finish();
}

static void what_two_tasks_await_is_told_once(void)
{
    debug_begin();
    eft_future *a = (eft_spawn)(sleep_long, NULL);
    eft_future *b = (eft_spawn)(await_arg, eft_future_ref(a));
    eft_future *c = (eft_spawn)(await_arg, eft_future_ref(a));
    eft_await(eft_sleep(0));
    CHECK(tree_is("task-2 (fiber): awaits task task-1\n"
                  "  task-1 (fiber): sleeps\n"
                  "task-3 (fiber): awaits task task-1\n"
                  "  task-1: see above\n"));
    end(a);
    eft_await(b);
    eft_await(c);
    debug_finish();
}

static eft_future *ring[2];

static eft_result await_other(void *arg)
{
    return eft_await(eft_future_ref(ring[*(int *)arg]));
}

static void a_ring_is_told_once(void)
{
    static int indices[] = {0, 1};

    debug_begin();
    ring[0] = (eft_spawn)(await_other, &indices[1]);
    ring[1] = (eft_spawn)(await_other, &indices[0]);
    eft_await(eft_sleep(0));
    CHECK(tree_is("task-1 (fiber): awaits task task-2\n"
                  "  task-2 (fiber): awaits task task-1\n"
                  "    task-1: see above\n"));
    eft_cancel(ring[0]);
    eft_await(ring[0]);
    eft_await(ring[1]);
    debug_finish();
}

struct waiter {
    eft_step step;
    eft_future *future;
};

static eft_result wait_in_steps(void *state)
{
    struct waiter *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(self->future);
    EFT_STEP_END();
    return eft_ok();
}

static eft_future *spawn_waiter(eft_future *future)
{
    struct waiter start = {.future = future};

    return eft_spawn_steps(wait_in_steps, &start, sizeof start);
}

static void count_line(void *context, eft_log_level level, const char *line)
{
    (void)level;
    (void)line;
    ++*(int *)context;
}

static void a_chain_of_ten_thousand_is_told(void)
{
    enum { DEPTH = 10000 };
    eft_future *last = eft_sleep(HOUR);
    int lines = 0;

    debug_begin();
    size_t others = eft_all_tasks(NULL, 0);
    for (int i = 0; i < DEPTH; i++)
        last = spawn_waiter(last);
    eft_await(eft_sleep(0));
    eft_log_set_sink(count_line, &lines);
    eft_debug_print_tasks();
    eft_log_set_sink(NULL, NULL);
    CHECK(lines == (int)(DEPTH + others));
    end(last);
    debug_finish();
}

static void without_debug_mode_the_tree_is_told_too(void)
{
    eft_future *task;

    debug_begin();
    eft_debug_enable(false);
    task = eft_spawn(sleep_long, NULL);
    eft_task_set_name(task, "sleeper");
    eft_await(eft_sleep(0));
    CHECK(tree_is("sleeper (fiber): sleeps\n"));
    end(task);
    debug_finish();
}

static void a_new_name_keeps_the_place(void)
{
    debug_begin();
    eft_future *task = eft_spawn(sleep_long, NULL);
    eft_task_set_name(task, "sleeper");
    CHECK(strstr(tree(), "sleeper (fiber, suite_debug.c:") != NULL);
    end(task);
    debug_finish();
}

static void the_tree_names_steps(void)
{
    debug_begin();
    eft_future *task = spawn_waiter(eft_future_new());
    eft_await(eft_sleep(0));
    CHECK(strstr(tree(), "task-1 (steps, suite_debug.c:") != NULL);
    CHECK(strstr(tree(), " wait_in_steps): awaits future\n") != NULL);
    end(task);
    debug_finish();
}

static void memory_short_the_tree_says_so(void)
{
    size_t allowed = 0;

    log_lines_begin();
    eft_set_allocator(run_out, &allowed);
    eft_debug_print_tasks();
    eft_set_allocator(NULL, NULL);
    CHECK(log_lines_are("out of memory for the tree of tasks\n"));
}

static void memory_short_a_task_has_no_number(void)
{
    size_t allowed = 1;

    debug_begin();
    eft_set_allocator(run_out, &allowed);
    eft_future *task = (eft_spawn)(sleep_long, NULL);
    eft_set_allocator(NULL, NULL);
    CHECK(!strcmp(eft_task_name(task), "task"));
    end(task);
    debug_finish();
}

static void debug_mode_can_be_asked_for(void)
{
    debug_begin();
    CHECK(eft_debug_is_enabled());
    eft_debug_enable(true);
    CHECK(eft_debug_is_enabled());
    eft_debug_enable(false);
    CHECK(!eft_debug_is_enabled());
    debug_finish();
}

static eft_result take_turns(void *arg)
{
    for (int i = 0; i < 3; i++)
        EFT_TRY(eft_await(eft_sleep(0)));
    return eft_ok_ptr(arg);
}

static void debug_mode_may_begin_in_the_middle(void)
{
    int value = 0;
    eft_future *before = eft_spawn(take_turns, &value);

    eft_await(eft_sleep(0));
    debug_begin();
    eft_future *during = eft_spawn(take_turns, &value);
    eft_await(eft_sleep(0));
    eft_debug_enable(false);
    CHECK(eft_await(before).ptr == &value);
    CHECK(eft_await(during).ptr == &value);
    debug_finish();
}

const test_case suite_debug[] = {
    {"tasks_are_numbered_in_the_order_of_spawning",
     tasks_are_numbered_in_the_order_of_spawning},
    {"the_tree_tells_kind_place_and_state",
     the_tree_tells_kind_place_and_state},
    {"what_a_task_awaits_stands_below_it", what_a_task_awaits_stands_below_it},
    {"what_two_tasks_await_is_told_once", what_two_tasks_await_is_told_once},
    {"a_ring_is_told_once", a_ring_is_told_once},
    {"a_chain_of_ten_thousand_is_told", a_chain_of_ten_thousand_is_told},
    {"without_debug_mode_the_tree_is_told_too",
     without_debug_mode_the_tree_is_told_too},
    {"a_new_name_keeps_the_place", a_new_name_keeps_the_place},
    {"the_tree_names_steps", the_tree_names_steps},
    {"memory_short_the_tree_says_so", memory_short_the_tree_says_so},
    {"memory_short_a_task_has_no_number", memory_short_a_task_has_no_number},
    {"debug_mode_can_be_asked_for", debug_mode_can_be_asked_for},
    {"debug_mode_may_begin_in_the_middle", debug_mode_may_begin_in_the_middle},
    {NULL, NULL},
};
