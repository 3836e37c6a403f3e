/* SPDX-License-Identifier: MIT
 * eft_gather: cancelling it and its children, however deep. */
#include <eft/eft.h>

#include "journal.h"
#include "suite.h"

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

static eft_result sleep_in_a_scope(void *arg)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(EFT_FOREVER);

    return eft_timeout_scope_close(scope, note_cancel(arg));
}

static eft_result sleep_beside_a_group(void *arg)
{
    eft_group *group = eft_group_new();
    eft_result result = note_cancel(arg);

    eft_group_free(group);
    return result;
}

/* What a child has opened itself holds it, and is no owner of it. */
static void a_sibling_with_a_scope_or_a_group_is_ended(void)
{
    eft_future *failing = eft_future_new();
    eft_future *gather = eft_gather(
        eft_future_ref(failing), eft_spawn(sleep_in_a_scope, (void *)"scope"),
        eft_spawn(sleep_beside_a_group, (void *)"group"));

    journal_clear();
    eft_await(eft_sleep(0));
    eft_future_resolve(failing, eft_failed(EFT_EUSER));
    eft_future_free(failing);
    CHECK(eft_await(gather).error == EFT_EUSER);
    CHECK(journal_is("scope:cancelled group:cancelled"));
}

static eft_result note_end(void *arg)
{
    eft_result result = eft_await(arg);

    note("%s", eft_error_name(result.error));
    return result;
}

/* Two futures fail in one turn: a gather of both ends with the first of them,
 * and so before a gather that waits for the second alone. */
static void a_sibling_that_is_complete_delays_no_error(void)
{
    eft_future *first = eft_future_new();
    eft_future *second = eft_future_new();
    eft_future *one = eft_spawn(note_end, eft_gather(eft_future_ref(second)));
    eft_future *both = eft_spawn(
        note_end, eft_gather(eft_future_ref(first), eft_future_ref(second)));

    journal_clear();
    eft_await(eft_sleep(0));
    eft_future_resolve(first, eft_failed(EFT_EUSER));
    eft_future_resolve(second, eft_failed(EFT_EIO));
    eft_future_free(first);
    eft_future_free(second);
    CHECK(eft_await(one).error == EFT_EIO);
    CHECK(eft_await(both).error == EFT_EUSER);
    CHECK(journal_is("EFT_EUSER EFT_EIO"));
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
    eft_result result = eft_await(gather);
    CHECK(result.error == EFT_ECANCELED);
    eft_result_free(result);
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

static void a_cancelled_child_can_be_returned_as_a_result(void)
{
    eft_future *child = eft_future_new();
    eft_future *other = eft_future_new();
    eft_future *gather =
        eft_gather_with(&(eft_gather_options){.return_errors = true},
                        eft_future_ref(child), eft_future_ref(other));

    eft_cancel(child);
    eft_future_resolve(other, eft_ok_i64(1));
    eft_result result = eft_await(gather);
    REQUIRE(result.error == 0);
    CHECK(result.results->items[0].error == EFT_ECANCELED);
    CHECK(result.results->items[1].i64 == 1);
    eft_result_free(result);
    eft_future_free(child);
    eft_future_free(other);
}

/* bpo-32684 */
static void a_cancel_is_not_returned_as_a_result(void)
{
    eft_future *gather =
        eft_gather_with(&(eft_gather_options){.return_errors = true},
                        eft_sleep(1000), eft_sleep(1000));

    CHECK(eft_cancel(gather));
    CHECK(eft_await(gather).error == EFT_ECANCELED);
}

static eft_result gather_for_ever(void *arg)
{
    (void)arg;
    for (;;) {
        eft_result result = eft_await(eft_gather_with(
            &(eft_gather_options){.return_errors = true}, eft_sleep(50)));

        if (result.error)
            return result;
        eft_result_free(result);
    }
}

static void a_cancel_ends_a_loop_of_gathers_that_return_errors(void)
{
    eft_future *task = eft_spawn(gather_for_ever, NULL);

    eft_await(eft_sleep(220));
    eft_cancel(task);
    CHECK(eft_await(task).error == EFT_ECANCELED);
}

static void cancel_arg(eft_future *future, void *arg)
{
    (void)future;
    note("cancel:%d", eft_cancel(*(eft_future **)arg));
}

static void a_gather_whose_children_are_done_cannot_be_cancelled(void)
{
    eft_future *future = eft_future_new();
    eft_future *gather = NULL;

    journal_clear();
    (void)eft_future_on_done(future, cancel_arg, &gather);
    gather = eft_gather(eft_future_ref(future));
    eft_future_resolve(future, eft_ok_i64(42));
    eft_future_free(future);
    eft_result result = eft_await(gather);
    CHECK(journal_is("cancel:0"));
    REQUIRE(result.error == 0);
    CHECK(result.results->items[0].i64 == 42);
    eft_result_free(result);
}

static void so_it_is_through_other_combinators(void)
{
    eft_future *future = eft_future_new();
    eft_future *gather = NULL;

    journal_clear();
    (void)eft_future_on_done(future, cancel_arg, &gather);
    gather = eft_gather(eft_wait_for(1000, eft_gather(eft_future_ref(future))));
    eft_future_resolve(future, eft_ok_i64(42));
    eft_future_free(future);
    eft_result result = eft_await(gather);
    CHECK(journal_is("cancel:0"));
    CHECK(result.error == 0);
    eft_result_free(result);
}

static void one_child_that_can_be_cancelled_is_enough(void)
{
    eft_future *done = eft_future_new();

    eft_future_resolve(done, eft_ok());
    eft_future *gather = eft_gather(done, eft_sleep(1000));
    CHECK(eft_cancel(gather));
    CHECK(eft_await(gather).error == EFT_ECANCELED);
}

static eft_result clean_up_slowly(void *arg)
{
    eft_result result = eft_await(eft_sleep(3600000));

    note("%s:%d", (const char *)arg, eft_await(eft_sleep(20)).error);
    return result;
}

static void a_cancel_disturbs_no_child_twice(void)
{
    eft_future *gather = eft_gather(eft_spawn(note_cancel, (void *)"quick"),
                                    eft_spawn(clean_up_slowly, (void *)"slow"));

    journal_clear();
    eft_await(eft_sleep(0));
    eft_cancel(gather);
    CHECK(eft_await(gather).error == EFT_ECANCELED);
    CHECK(journal_is("quick:cancelled slow:0"));
}

/* So deep that a recursion would overflow any stack. */
static eft_future *nested(eft_future *inner)
{
    for (int i = 0; i < 10000; i++)
        inner = eft_gather(inner);
    return inner;
}

static void deeply_nested_gathers_complete(void)
{
    eft_future *future = eft_future_new();
    eft_future *gather = nested(eft_future_ref(future));

    eft_future_resolve(future, eft_ok_i64(1));
    eft_future_free(future);
    eft_result result = eft_await(gather);
    CHECK(result.error == 0);
    eft_result_free(result);
}

static void deeply_nested_gathers_fail(void)
{
    eft_future *future = eft_future_new();
    eft_future *gather = nested(eft_future_ref(future));

    eft_future_resolve(future, eft_failed(EFT_EUSER));
    eft_future_free(future);
    CHECK(eft_await(gather).error == EFT_EUSER);
}

static void deeply_nested_gathers_are_cancelled(void)
{
    eft_future *gather = nested(eft_sleep(1000));

    CHECK(eft_cancel(gather));
    CHECK(eft_await(gather).error == EFT_ECANCELED);
}

static void deeply_nested_gathers_are_dropped(void)
{
    eft_future_free(nested(eft_sleep(1000)));
}

static void a_web_of_gathers_is_cancelled_in_one_pass(void)
{
    eft_future *last = eft_sleep(1000);

    /* 2 to the power of 60 ways lead from the top to the bottom. */
    for (int i = 0; i < 60; i++)
        last = eft_gather(eft_future_ref(last), last);
    CHECK(eft_cancel(last));
    CHECK(eft_await(last).error == EFT_ECANCELED);
}

const test_case suite_gather_cancel[] = {
    {"a_child_cancelled_from_elsewhere_counts_as_failed",
     a_child_cancelled_from_elsewhere_counts_as_failed},
    {"a_sibling_with_a_scope_or_a_group_is_ended",
     a_sibling_with_a_scope_or_a_group_is_ended},
    {"a_sibling_that_is_complete_delays_no_error",
     a_sibling_that_is_complete_delays_no_error},
    {"cancelling_a_gather_cancels_its_children",
     cancelling_a_gather_cancels_its_children},
    {"a_cancelled_gather_is_cancelled_though_its_children_swallow",
     a_cancelled_gather_is_cancelled_though_its_children_swallow},
    {"cancelling_a_finished_gather_touches_no_child",
     cancelling_a_finished_gather_touches_no_child},
    {"a_dropped_gather_cancels_its_children",
     a_dropped_gather_cancels_its_children},
    {"a_cancelled_child_can_be_returned_as_a_result",
     a_cancelled_child_can_be_returned_as_a_result},
    {"a_cancel_is_not_returned_as_a_result",
     a_cancel_is_not_returned_as_a_result},
    {"a_cancel_ends_a_loop_of_gathers_that_return_errors",
     a_cancel_ends_a_loop_of_gathers_that_return_errors},
    {"a_gather_whose_children_are_done_cannot_be_cancelled",
     a_gather_whose_children_are_done_cannot_be_cancelled},
    {"so_it_is_through_other_combinators", so_it_is_through_other_combinators},
    {"one_child_that_can_be_cancelled_is_enough",
     one_child_that_can_be_cancelled_is_enough},
    {"a_cancel_disturbs_no_child_twice", a_cancel_disturbs_no_child_twice},
    {"deeply_nested_gathers_complete", deeply_nested_gathers_complete},
    {"deeply_nested_gathers_fail", deeply_nested_gathers_fail},
    {"deeply_nested_gathers_are_cancelled",
     deeply_nested_gathers_are_cancelled},
    {"deeply_nested_gathers_are_dropped", deeply_nested_gathers_are_dropped},
    {"a_web_of_gathers_is_cancelled_in_one_pass",
     a_web_of_gathers_is_cancelled_in_one_pass},
    {NULL, NULL},
};
