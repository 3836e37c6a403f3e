/* SPDX-License-Identifier: MIT
 * eft_gather: order, errors, cancelling, who outlives whom. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "suite.h"

static void count_free(void *value)
{
    ++*(int *)value;
}

static eft_result sleep_and_return(void *arg)
{
    int64_t delay_ms = *(const int64_t *)arg;

    EFT_TRY(eft_await(eft_sleep(delay_ms)));
    return eft_ok_i64(delay_ms);
}

static eft_result fail_soon(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(1)));
    return eft_fail(EFT_EUSER, "%s", (const char *)arg);
}

static eft_result note_cancel(void *arg)
{
    eft_result result = eft_await(eft_sleep(3600000));

    note("%s:%s", (const char *)arg,
         result.error == EFT_ECANCELED ? "cancelled" : "ended");
    return result;
}

static eft_result swallow(void *arg)
{
    (void)eft_await(eft_sleep(3600000));
    return eft_ok_ptr(arg);
}

static eft_result return_owned(void *arg)
{
    return eft_owned(arg, count_free);
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
    eft_result result = eft_await(eft_gather_array(NULL, 0));

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

static eft_result await_arg(void *arg)
{
    return eft_await(arg);
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

static void a_child_cancelled_from_elsewhere_counts_as_failed(void)
{
    eft_future *child = eft_spawn(note_cancel, (void *)"child");
    eft_future *gather = eft_gather(eft_future_ref(child),
                                    eft_spawn(note_cancel, (void *)"sibling"));

    journal_clear();
    eft_await(eft_sleep(0));
    eft_cancel(child);
    eft_future_free(child);
    CHECK(eft_await(gather).error == EFT_ECANCELED);
    CHECK(journal_is("child:cancelled sibling:cancelled"));
}

static void cancelling_a_gather_cancels_its_children(void)
{
    eft_future *gather = eft_gather(eft_spawn(note_cancel, (void *)"a"),
                                    eft_spawn(note_cancel, (void *)"b"));

    journal_clear();
    eft_await(eft_sleep(0));
    CHECK(eft_cancel(gather));
    CHECK(eft_await(gather).error == EFT_ECANCELED);
    CHECK(journal_is("a:cancelled b:cancelled"));
}

static void a_cancelled_gather_is_cancelled_though_its_children_swallow(void)
{
    int value = 0;
    eft_future *gather =
        eft_gather(eft_spawn(swallow, &value), eft_spawn(swallow, &value));

    eft_await(eft_sleep(0));
    CHECK(eft_cancel(gather));
    CHECK(eft_await(gather).error == EFT_ECANCELED);
}

static void cancelling_a_finished_gather_touches_no_child(void)
{
    eft_future *child = eft_future_new();
    eft_future *gather = eft_gather(eft_future_ref(child));

    eft_future_resolve(child, eft_ok_i64(1));
    eft_await(eft_sleep(0));
    eft_await(eft_sleep(0));
    CHECK(!eft_cancel(gather));
    CHECK(eft_await(child).i64 == 1);
    eft_result_free(eft_await(gather));
}

static void a_dropped_gather_cancels_its_children(void)
{
    journal_clear();
    eft_future *gather = eft_gather(eft_spawn(note_cancel, (void *)"a"),
                                    eft_spawn(note_cancel, (void *)"b"));
    eft_await(eft_sleep(0));
    eft_future_free(gather);
    eft_await(eft_sleep(1));
    CHECK(journal_is("a:cancelled b:cancelled"));
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
    eft_future *gather = eft_gather(eft_future_ref(future), future);

    eft_future_resolve(future, eft_ok_i64(12));
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
    eft_result result = eft_await(eft_gather_array(futures, COUNT));
    REQUIRE(result.error == 0);
    for (int i = 0; i < COUNT; i++)
        good += result.results->items[i].i64 == delays[i];
    CHECK(good == COUNT);
    eft_result_free(result);
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
    {"a_child_cancelled_from_elsewhere_counts_as_failed",
     a_child_cancelled_from_elsewhere_counts_as_failed},
    {"cancelling_a_gather_cancels_its_children",
     cancelling_a_gather_cancels_its_children},
    {"a_cancelled_gather_is_cancelled_though_its_children_swallow",
     a_cancelled_gather_is_cancelled_though_its_children_swallow},
    {"cancelling_a_finished_gather_touches_no_child",
     cancelling_a_finished_gather_touches_no_child},
    {"a_dropped_gather_cancels_its_children",
     a_dropped_gather_cancels_its_children},
    {"gathers_nest", gathers_nest},
    {"an_error_deep_inside_ends_all", an_error_deep_inside_ends_all},
    {"complete_futures_can_be_gathered", complete_futures_can_be_gathered},
    {"one_future_twice_shares_a_plain_result",
     one_future_twice_shares_a_plain_result},
    {"a_thousand_children", a_thousand_children},
    {NULL, NULL},
};
