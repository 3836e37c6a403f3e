/* SPDX-License-Identifier: MIT
 * eft_shield: what it keeps from the inner future, and what not. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"
#include "task_case.h"

static eft_result note_end(void *arg)
{
    eft_result result = eft_await(eft_sleep(50));

    note("%s:%d", (const char *)arg, result.error);
    return result;
}

static eft_result shield_arg(void *arg)
{
    return eft_await(eft_shield(arg));
}

static eft_result fail(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(1)));
    return eft_fail(EFT_EUSER, "%s", (const char *)arg);
}

static void the_value_comes_through(void)
{
    eft_future *inner = eft_future_new();
    eft_future *outer = eft_shield(eft_future_ref(inner));

    eft_future_resolve(inner, eft_ok_i64(42));
    eft_future_free(inner);
    CHECK(eft_await(outer).i64 == 42);
}

static void the_error_comes_through_with_its_sentence(void)
{
    CHECK(eft_await(eft_shield(eft_spawn(fail, (void *)"words"))).error ==
          EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "words"));
}

static void an_owned_value_comes_through_once(void)
{
    eft_future *inner = eft_future_new();
    eft_future *outer = eft_shield(eft_future_ref(inner));
    int freed = 0;

    eft_future_resolve(inner, eft_owned(&freed, count_free));
    eft_future_free(inner);
    eft_result result = eft_await(outer);
    CHECK(result.error == 0 && freed == 0);
    eft_result_free(result);
    CHECK(freed == 1);
}

static void a_cancelled_inner_cancels_the_shield(void)
{
    eft_future *inner = eft_sleep(1000);
    eft_future *outer = eft_shield(eft_future_ref(inner));

    eft_cancel(inner);
    eft_future_free(inner);
    CHECK(eft_await(outer).error == EFT_ECANCELED);
}

static void a_cancelled_shield_leaves_the_inner_alone(void)
{
    eft_future *inner = eft_future_new();
    eft_future *outer = eft_shield(eft_future_ref(inner));

    CHECK(eft_cancel(outer));
    CHECK(eft_future_state(outer) == EFT_CANCELED);
    CHECK(eft_future_state(inner) == EFT_PENDING);
    eft_future_resolve(inner, eft_ok_i64(42));
    CHECK(eft_await(inner).i64 == 42);
    CHECK(eft_await(outer).error == EFT_ECANCELED);
}

static void a_complete_future_is_its_own_shield(void)
{
    eft_future *inner = eft_future_new();

    eft_future_resolve(inner, eft_ok_i64(3));
    eft_future *outer = eft_shield(inner);
    CHECK(outer == inner);
    CHECK(eft_await(outer).i64 == 3);
}

static void the_waiting_task_is_cancelled_and_the_inner_goes_on(void)
{
    journal_clear();
    eft_future *inner = eft_spawn(note_end, (void *)"inner");
    eft_future *task = eft_spawn(shield_arg, eft_future_ref(inner));

    eft_await(eft_sleep(10));
    CHECK(eft_cancel(task));
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(eft_await(inner).error == 0);
    CHECK(journal_is("inner:0"));
}

static void an_inner_that_nobody_else_holds_goes_on_too(void)
{
    journal_clear();
    eft_future *shield = eft_shield(eft_spawn(note_end, (void *)"inner"));

    eft_cancel(shield);
    eft_future_free(shield);
    eft_await(eft_sleep(100));
    CHECK(journal_is("inner:0"));
}

static void note_done(eft_future *future, void *arg)
{
    note("%s:%d", (const char *)arg, eft_future_take(future).error);
}

static void an_operation_that_nobody_else_holds_is_not_cancelled(void)
{
    eft_future *sleep = eft_sleep(20);

    journal_clear();
    (void)eft_future_on_done(sleep, note_done, (void *)"sleep");
    eft_future_free(eft_shield(sleep));
    eft_await(eft_sleep(100));
    CHECK(journal_is("sleep:0"));
}

static void a_value_that_comes_too_late_is_freed(void)
{
    eft_future *inner = eft_future_new();
    eft_future *outer = eft_shield(eft_future_ref(inner));
    int freed = 0;

    eft_cancel(outer);
    eft_future_free(outer);
    eft_future_resolve(inner, eft_owned(&freed, count_free));
    eft_future_free(inner);
    eft_await(eft_sleep(0));
    eft_await(eft_sleep(0));
    CHECK(freed == 1);
}

static void an_error_that_comes_too_late_stays_with_the_inner(void)
{
    eft_future *inner = eft_spawn(fail, (void *)"late");
    eft_future *outer = eft_shield(eft_future_ref(inner));

    eft_await(eft_sleep(0));
    eft_cancel(outer);
    CHECK(eft_await(outer).error == EFT_ECANCELED);
    CHECK(eft_await(inner).error == EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "late"));
}

static void a_shielded_gather_goes_on(void)
{
    eft_future *a = eft_future_new();
    eft_future *b = eft_future_new();
    eft_future *gather = eft_gather(eft_future_ref(a), eft_future_ref(b));
    eft_future *outer = eft_shield(eft_future_ref(gather));

    eft_cancel(outer);
    CHECK(eft_await(outer).error == EFT_ECANCELED);
    eft_future_resolve(a, eft_ok_i64(1));
    eft_future_resolve(b, eft_ok_i64(2));
    eft_result result = eft_await(gather);
    REQUIRE(result.error == 0);
    CHECK(result.results->items[1].i64 == 2);
    eft_result_free(result);
    eft_future_free(a);
    eft_future_free(b);
}

static void a_gather_of_shields_cancels_them_only(void)
{
    eft_future *a = eft_future_new();
    eft_future *b = eft_future_new();
    eft_future *gather = eft_gather(eft_shield(eft_future_ref(a)),
                                    eft_shield(eft_future_ref(b)));

    CHECK(eft_cancel(gather));
    CHECK(eft_await(gather).error == EFT_ECANCELED);
    CHECK(eft_future_state(a) == EFT_PENDING);
    CHECK(eft_future_state(b) == EFT_PENDING);
    eft_future_resolve(a, eft_ok());
    eft_future_resolve(b, eft_ok());
    eft_future_free(a);
    eft_future_free(b);
}

static void a_deadline_over_a_shield_leaves_the_inner_alone(void)
{
    journal_clear();
    eft_future *inner = eft_spawn(note_end, (void *)"inner");

    CHECK(
        eft_await(eft_wait_for(10, eft_shield(eft_future_ref(inner)))).error ==
        EFT_ETIMEDOUT);
    CHECK(eft_await(inner).error == 0);
    CHECK(journal_is("inner:0"));
}

static void a_shield_of_null_is_invalid(void)
{
    CHECK(eft_await(eft_shield(NULL)).error == EFT_EINVAL);
}

static void without_memory_it_fails_and_gives_the_future_up(void)
{
    eft_future *sleep = eft_sleep(HOUR);
    size_t allowed = 0;

    eft_set_allocator(run_out, &allowed);
    eft_future *shield = eft_shield(eft_future_ref(sleep));
    eft_set_allocator(NULL, NULL);
    CHECK(eft_await(shield).error == EFT_ENOMEM);
    eft_future_free(sleep);
}

const test_case suite_shield[] = {
    {"the_value_comes_through", the_value_comes_through},
    {"the_error_comes_through_with_its_sentence",
     the_error_comes_through_with_its_sentence},
    {"an_owned_value_comes_through_once", an_owned_value_comes_through_once},
    {"a_cancelled_inner_cancels_the_shield",
     a_cancelled_inner_cancels_the_shield},
    {"a_cancelled_shield_leaves_the_inner_alone",
     a_cancelled_shield_leaves_the_inner_alone},
    {"a_complete_future_is_its_own_shield",
     a_complete_future_is_its_own_shield},
    {"the_waiting_task_is_cancelled_and_the_inner_goes_on",
     the_waiting_task_is_cancelled_and_the_inner_goes_on},
    {"an_inner_that_nobody_else_holds_goes_on_too",
     an_inner_that_nobody_else_holds_goes_on_too},
    {"an_operation_that_nobody_else_holds_is_not_cancelled",
     an_operation_that_nobody_else_holds_is_not_cancelled},
    {"a_value_that_comes_too_late_is_freed",
     a_value_that_comes_too_late_is_freed},
    {"an_error_that_comes_too_late_stays_with_the_inner",
     an_error_that_comes_too_late_stays_with_the_inner},
    {"a_shielded_gather_goes_on", a_shielded_gather_goes_on},
    {"a_gather_of_shields_cancels_them_only",
     a_gather_of_shields_cancels_them_only},
    {"a_deadline_over_a_shield_leaves_the_inner_alone",
     a_deadline_over_a_shield_leaves_the_inner_alone},
    {"a_shield_of_null_is_invalid", a_shield_of_null_is_invalid},
    {"without_memory_it_fails_and_gives_the_future_up",
     without_memory_it_fails_and_gives_the_future_up},
    {NULL, NULL},
};
