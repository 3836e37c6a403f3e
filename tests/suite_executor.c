/* SPDX-License-Identifier: MIT
 * eft_run_in_executor, as every world has it. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"

static eft_result give(void *arg)
{
    return eft_ok_ptr(arg);
}

static eft_result fail(void *arg)
{
    return eft_fail(EFT_EUSER, "failed because of %s", (const char *)arg);
}

static eft_result fail_bare(void *arg)
{
    (void)arg;
    return eft_failed(EFT_EIO);
}

static eft_result note_function(void *arg)
{
    note("%s", (const char *)arg);
    return eft_ok();
}

/* A page has no threads, and says so. */
static bool is_supported(void)
{
    int32_t error = eft_await(eft_run_in_executor(give, NULL)).error;

    if (error != EFT_ENOTSUP)
        return true;
    CHECK(strstr(eft_error_detail(), "no thread") != NULL);
    return false;
}

#define NEEDS_EXECUTOR()                                                       \
    do {                                                                       \
        if (!is_supported())                                                   \
            SKIP("a page has no threads");                                     \
    } while (0)

static void it_gives_what_the_function_returns(void)
{
    int value = 0;

    NEEDS_EXECUTOR();
    CHECK(eft_await(eft_run_in_executor(give, &value)).ptr == &value);
}

static void it_does_not_call_the_function_at_once(void)
{
    NEEDS_EXECUTOR();
    journal_clear();
    eft_future *future = eft_run_in_executor(note_function, (void *)"ran");
    CHECK(eft_future_state(future) == EFT_PENDING);
    CHECK(eft_await(future).error == 0);
    CHECK(journal_is("ran"));
}

static void an_error_comes_with_its_sentence(void)
{
    NEEDS_EXECUTOR();
    CHECK(eft_await(eft_run_in_executor(fail, (void *)"rain")).error ==
          EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "failed because of rain"));
}

static void a_bare_error_has_no_other_sentence(void)
{
    NEEDS_EXECUTOR();
    (void)eft_await(eft_run_in_executor(fail, (void *)"rain"));
    CHECK(eft_await(eft_run_in_executor(fail_bare, NULL)).error == EFT_EIO);
    CHECK(!strcmp(eft_error_detail(), eft_strerror(EFT_EIO)));
}

static void free_count(void *value)
{
    ++*(int *)value;
}

static eft_result give_owned(void *arg)
{
    return eft_owned(arg, free_count);
}

static void an_owned_value_is_freed_once(void)
{
    int freed = 0;

    NEEDS_EXECUTOR();
    eft_result_free(eft_await(eft_run_in_executor(give_owned, &freed)));
    CHECK(freed == 1);
    eft_future *future = eft_run_in_executor(give_owned, &freed);
    eft_result_free(
        eft_await(eft_wait_for(EFT_FOREVER, eft_future_ref(future))));
    eft_future_free(future);
    CHECK(freed == 2);
}

static eft_result give_future(void *arg)
{
    (void)arg;
    return eft_await(eft_sleep(1));
}

static void the_function_cannot_await(void)
{
    NEEDS_EXECUTOR();
    int32_t error = eft_await(eft_run_in_executor(give_future, NULL)).error;
    CHECK(error == EFT_EINVAL || error == EFT_EDEADLK);
}

static void there_must_be_a_function(void)
{
    CHECK(eft_await(eft_run_in_executor(NULL, NULL)).error == EFT_EINVAL);
}

static void many_functions_are_gathered(void)
{
    enum { COUNT = 40 };
    eft_future *futures[COUNT];
    int values[COUNT];

    NEEDS_EXECUTOR();
    for (int i = 0; i < COUNT; i++)
        futures[i] = eft_run_in_executor(give, &values[i]);
    for (int i = 0; i < COUNT; i++)
        CHECK(eft_await(futures[i]).ptr == &values[i]);
}

static void a_dropped_one_is_cancelled_and_leaks_nothing(void)
{
    int freed = 0;

    NEEDS_EXECUTOR();
    eft_future_free(eft_run_in_executor(give_owned, &freed));
    /* Where it had begun, its result is on the way. */
    (void)eft_await(eft_run_in_executor(give, NULL));
    eft_await(eft_sleep(5));
}

static eft_result run_function(void *arg)
{
    return eft_await(eft_run_in_executor(arg ? fail : give, arg));
}

static void a_cancelled_task_lets_go_of_its_function(void)
{
    NEEDS_EXECUTOR();
    eft_future *task = eft_spawn(run_function, NULL);
    eft_await(eft_sleep(0));
    eft_cancel(task);
    int32_t error = eft_await(task).error;
    CHECK(error == EFT_ECANCELED || !error);
    (void)eft_await(eft_run_in_executor(give, NULL));
    eft_await(eft_sleep(5));
}

static void each_failing_allocation_is_answered(void)
{
    size_t before = eft_live_objects();
    bool failed = true;

    NEEDS_EXECUTOR();
    for (size_t n = 0; failed && n < 20; n++) {
        size_t allowed = n;

        eft_set_allocator(run_out, &allowed);
        eft_future *future = eft_run_in_executor(give, NULL);
        eft_set_allocator(NULL, NULL);
        failed = eft_await(future).error == EFT_ENOMEM;
        CHECK(failed || n > 0);
        CHECK(eft_live_objects() == before);
    }
    CHECK(!failed);
}

const test_case suite_executor[] = {
    {"it_gives_what_the_function_returns", it_gives_what_the_function_returns},
    {"it_does_not_call_the_function_at_once",
     it_does_not_call_the_function_at_once},
    {"an_error_comes_with_its_sentence", an_error_comes_with_its_sentence},
    {"a_bare_error_has_no_other_sentence", a_bare_error_has_no_other_sentence},
    {"an_owned_value_is_freed_once", an_owned_value_is_freed_once},
    {"the_function_cannot_await", the_function_cannot_await},
    {"there_must_be_a_function", there_must_be_a_function},
    {"many_functions_are_gathered", many_functions_are_gathered},
    {"a_dropped_one_is_cancelled_and_leaks_nothing",
     a_dropped_one_is_cancelled_and_leaks_nothing},
    {"a_cancelled_task_lets_go_of_its_function",
     a_cancelled_task_lets_go_of_its_function},
    {"each_failing_allocation_is_answered",
     each_failing_allocation_is_answered},
    {NULL, NULL},
};
