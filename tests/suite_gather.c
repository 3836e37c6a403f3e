/* SPDX-License-Identifier: MIT
 * eft_gather: order, errors, who outlives whom. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "suite.h"
#include "task_case.h"

static eft_result fail_soon(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(1)));
    return eft_fail(EFT_EUSER, "%s", (const char *)arg);
}

static eft_result note_cancel(void *arg)
{
    eft_result result = eft_await(eft_sleep(HOUR));

    note("%s:%s", (const char *)arg,
         result.error == EFT_ECANCELED ? "cancelled" : "ended");
    return result;
}

static void results_are_in_the_order_of_the_arguments(void)
{
    int64_t delays[] = {30, 10, 20};
    eft_result result =
        eft_await(eft_gather(eft_spawn(sleep_and_return, &delays[0]),
                             eft_spawn(sleep_and_return, &delays[1]),
                             eft_spawn(sleep_and_return, &delays[2])));

    REQUIRE(result.error == 0);
    CHECK(result.results->count == 3);
    for (int i = 0; i < 3; i++)
        CHECK(result.results->items[i].i64 == delays[i]);
    eft_result_free(result);
}

static void gather_of_nothing_is_done_at_once(void)
{
    eft_result result = eft_await(eft_gather_array(NULL, 0, NULL));

    REQUIRE(result.error == 0);
    CHECK(result.results->count == 0);
    eft_result_free(result);
}

static void gather_waits_for_the_longest_only(void)
{
    int64_t delays[] = {10, 20, 30};
    eft_future *sum = eft_sleep(5000);

    eft_result_free(
        eft_await(eft_gather(eft_spawn(sleep_and_return, &delays[0]),
                             eft_spawn(sleep_and_return, &delays[1]),
                             eft_spawn(sleep_and_return, &delays[2]))));
    CHECK(eft_future_state(sum) == EFT_PENDING);
    eft_future_free(sum);
}

static eft_future *made(const char *name)
{
    note("%s", name);
    return eft_sleep(0);
}

static void the_arguments_are_evaluated_from_left_to_right(void)
{
    journal_clear();
    eft_result_free(eft_await(eft_gather(made("a"), made("b"), made("c"))));
    CHECK(journal_is("a b c"));
}

static void the_first_error_ends_the_siblings_it_alone_holds(void)
{
    journal_clear();
    eft_result result =
        eft_await(eft_gather(eft_spawn(note_cancel, (void *)"a"),
                             eft_spawn(fail_soon, (void *)"this one"),
                             eft_spawn(note_cancel, (void *)"b")));
    CHECK(result.error == EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "this one"));
    CHECK(journal_is("a:cancelled b:cancelled"));
}

static void a_sibling_whose_reference_was_kept_runs_on(void)
{
    eft_future *gate = eft_future_new();
    eft_future *kept = eft_spawn(await_arg, eft_future_ref(gate));
    eft_result result = eft_await(eft_gather(
        eft_future_ref(kept), eft_spawn(fail_soon, (void *)"early")));

    CHECK(result.error == EFT_EUSER);
    CHECK(eft_future_state(kept) == EFT_PENDING);
    eft_future_resolve(gate, eft_ok_i64(20));
    eft_future_free(gate);
    CHECK(eft_await(kept).i64 == 20);
}

static void values_of_a_failed_gather_are_freed(void)
{
    int freed = 0;

    CHECK(eft_await(eft_gather(eft_spawn(return_owned, &freed),
                               eft_spawn(fail_soon, (void *)"late")))
              .error == EFT_EUSER);
    CHECK(freed == 1);
}

static void values_of_a_gather_are_freed_with_the_results(void)
{
    int freed = 0;
    eft_result result = eft_await(eft_gather(eft_spawn(return_owned, &freed),
                                             eft_spawn(return_owned, &freed)));

    CHECK(freed == 0);
    eft_result_free(result);
    CHECK(freed == 2);
}

static void gathers_nest(void)
{
    int64_t delays[] = {3, 1, 2};
    eft_result result = eft_await(
        eft_gather(eft_gather(eft_spawn(sleep_and_return, &delays[0]),
                              eft_spawn(sleep_and_return, &delays[1])),
                   eft_spawn(sleep_and_return, &delays[2])));

    REQUIRE(result.error == 0);
    CHECK(result.results->items[0].results->items[1].i64 == 1);
    CHECK(result.results->items[1].i64 == 2);
    eft_result_free(result);
}

static void an_error_deep_inside_ends_all(void)
{
    journal_clear();
    CHECK(
        eft_await(eft_gather(eft_gather(eft_spawn(note_cancel, (void *)"deep"),
                                        eft_spawn(fail_soon, (void *)"x")),
                             eft_spawn(note_cancel, (void *)"outer")))
            .error == EFT_EUSER);
    CHECK(journal_is("deep:cancelled outer:cancelled"));
}

static void complete_futures_can_be_gathered(void)
{
    eft_future *done = eft_future_new();

    eft_future_resolve(done, eft_ok_i64(6));
    eft_result result = eft_await(eft_gather(done));
    REQUIRE(result.error == 0);
    CHECK(result.results->items[0].i64 == 6);
    eft_result_free(result);
}

static void one_future_twice_shares_a_plain_result(void)
{
    eft_future *future = eft_future_new();
    eft_future *gather =
        eft_gather(eft_future_ref(future), eft_future_ref(future));

    eft_future_resolve(future, eft_ok_i64(12));
    eft_future_free(future);
    eft_result result = eft_await(gather);
    REQUIRE(result.error == 0);
    CHECK(result.results->items[0].i64 == 12);
    CHECK(result.results->items[1].i64 == 12);
    eft_result_free(result);
}

static void a_thousand_children(void)
{
    enum { COUNT = 1000 };
    static eft_future *futures[COUNT];
    static int64_t delays[COUNT];
    int good = 0;

    for (int i = 0; i < COUNT; i++) {
        delays[i] = i % 7;
        futures[i] = eft_spawn(sleep_and_return, &delays[i]);
    }
    eft_result result = eft_await(eft_gather_array(futures, COUNT, NULL));
    REQUIRE(result.error == 0);
    for (int i = 0; i < COUNT; i++)
        good += result.results->items[i].i64 == delays[i];
    CHECK(good == COUNT);
    eft_result_free(result);
}

static void errors_can_be_returned_as_results(void)
{
    int64_t delay = 2;
    eft_result result =
        eft_await(eft_gather_with(&(eft_gather_options){.return_errors = true},
                                  eft_spawn(sleep_and_return, &delay),
                                  eft_spawn(fail_soon, (void *)"one"),
                                  eft_spawn(fail_soon, (void *)"two")));

    REQUIRE(result.error == 0);
    CHECK(result.results->items[0].i64 == 2);
    CHECK(result.results->items[1].error == EFT_EUSER);
    CHECK(result.results->items[2].error == EFT_EUSER);
    eft_result_free(result);
}

static void a_gather_that_returns_errors_ends_nobody(void)
{
    int64_t delay = 50;
    eft_result result =
        eft_await(eft_gather_with(&(eft_gather_options){.return_errors = true},
                                  eft_spawn(fail_soon, (void *)"early"),
                                  eft_spawn(sleep_and_return, &delay)));

    REQUIRE(result.error == 0);
    CHECK(result.results->items[1].i64 == 50);
    eft_result_free(result);
}

static void one_future_twice_gives_an_owned_value_once(void)
{
    int freed = 0;
    eft_future *future = eft_future_new();
    eft_future *gather =
        eft_gather_with(&(eft_gather_options){.return_errors = true},
                        eft_future_ref(future), eft_future_ref(future));

    eft_future_resolve(future, eft_owned(&freed, count_free));
    eft_future_free(future);
    eft_result result = eft_await(gather);
    REQUIRE(result.error == 0);
    CHECK(result.results->items[0].ptr == &freed);
    CHECK(result.results->items[1].error == EFT_ETAKEN);
    eft_result_free(result);
    CHECK(freed == 1);
}

static void one_future_twice_is_ended_by_an_error(void)
{
    eft_future *twice = eft_spawn(note_cancel, (void *)"twice");

    journal_clear();
    CHECK(eft_await(eft_gather(eft_future_ref(twice), twice,
                               eft_spawn(fail_soon, (void *)"x")))
              .error == EFT_EUSER);
    CHECK(journal_is("twice:cancelled"));
}

static void a_future_that_is_null_is_invalid(void)
{
    eft_future *sleep = eft_sleep(1000);

    CHECK(eft_await(eft_gather(eft_future_ref(sleep), NULL, eft_sleep(1)))
              .error == EFT_EINVAL);
    CHECK(eft_future_state(sleep) == EFT_PENDING);
    eft_future_free(sleep);
    CHECK(eft_await(eft_gather_array(NULL, 2, NULL)).error == EFT_EINVAL);
}

const test_case suite_gather[] = {
    {"results_are_in_the_order_of_the_arguments",
     results_are_in_the_order_of_the_arguments},
    {"gather_of_nothing_is_done_at_once", gather_of_nothing_is_done_at_once},
    {"gather_waits_for_the_longest_only", gather_waits_for_the_longest_only},
    {"the_arguments_are_evaluated_from_left_to_right",
     the_arguments_are_evaluated_from_left_to_right},
    {"the_first_error_ends_the_siblings_it_alone_holds",
     the_first_error_ends_the_siblings_it_alone_holds},
    {"a_sibling_whose_reference_was_kept_runs_on",
     a_sibling_whose_reference_was_kept_runs_on},
    {"values_of_a_failed_gather_are_freed",
     values_of_a_failed_gather_are_freed},
    {"values_of_a_gather_are_freed_with_the_results",
     values_of_a_gather_are_freed_with_the_results},
    {"gathers_nest", gathers_nest},
    {"an_error_deep_inside_ends_all", an_error_deep_inside_ends_all},
    {"complete_futures_can_be_gathered", complete_futures_can_be_gathered},
    {"one_future_twice_shares_a_plain_result",
     one_future_twice_shares_a_plain_result},
    {"a_thousand_children", a_thousand_children},
    {"errors_can_be_returned_as_results", errors_can_be_returned_as_results},
    {"a_gather_that_returns_errors_ends_nobody",
     a_gather_that_returns_errors_ends_nobody},
    {"one_future_twice_gives_an_owned_value_once",
     one_future_twice_gives_an_owned_value_once},
    {"one_future_twice_is_ended_by_an_error",
     one_future_twice_is_ended_by_an_error},
    {"a_future_that_is_null_is_invalid", a_future_that_is_null_is_invalid},
    {NULL, NULL},
};
