/* SPDX-License-Identifier: MIT
 * Steps await what is made of futures: gather, wait, as_completed, wait_for,
 * shield. */
#include <string.h>

#include "journal.h"
#include "steps.h"

typedef struct test {
    eft_step step;
    eft_result result;
    eft_future *future;
    eft_future *tasks[3];
    eft_as_completed *each;
    size_t i;
    size_t order[3];
} test;

static eft_result gather_gives_results_in_order(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, eft_gather(step_sleeper(2, 1), step_sleeper(0, 2),
                                         step_sleeper(1, 3)));
    STEP_REQUIRE(!t->result.error && t->result.results->count == 3);
    for (t->i = 0; t->i < 3; t->i++)
        STEP_CHECK(t->result.results->items[t->i].i64 == (int64_t)t->i + 1);
    eft_result_free(t->result);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result gather_ends_with_the_first_error(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    EFT_STEP_AWAIT(t->result, eft_gather(step_noting(STEP_HOUR, "sibling"),
                                         step_failing(1, "the first")));
    STEP_CHECK(t->result.error == EFT_EUSER);
    STEP_CHECK(!strcmp(eft_error_detail(), "the first"));
    STEP_CHECK(journal_is("sibling:EFT_ECANCELED"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result gather_leaves_a_child_that_is_kept(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = step_sleeper(1, 5);
    EFT_STEP_AWAIT(t->result, eft_gather(eft_future_ref(t->future),
                                         step_failing(0, "no")));
    STEP_CHECK(t->result.error == EFT_EUSER);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.i64 == 5);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result gather_can_return_errors(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result,
                   eft_gather_with(&(eft_gather_options){.return_errors = true},
                                   step_failing(0, "no"), step_sleeper(1, 2)));
    STEP_REQUIRE(!t->result.error && t->result.results->count == 2);
    STEP_CHECK(t->result.results->items[0].error == EFT_EUSER);
    STEP_CHECK(t->result.results->items[1].i64 == 2);
    eft_result_free(t->result);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result gather_passes_a_cancel_on(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->future =
        eft_gather(step_noting(STEP_HOUR, "a"), step_noting(STEP_HOUR, "b"));
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(eft_cancel(t->future));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    STEP_CHECK(journal_is("a:EFT_ECANCELED b:EFT_ECANCELED"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result gather_frees_what_nobody_takes(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_TRY(eft_gather(step_giving_owned(), step_giving_owned()));
    STEP_CHECK(step_values_left == 0);
    EFT_STEP_END();
    return eft_ok();
}

static void start_three(test *t)
{
    t->tasks[0] = step_sleeper(STEP_HOUR, 0);
    t->tasks[1] = step_sleeper(1, 1);
    t->tasks[2] = step_sleeper(STEP_HOUR, 2);
}

static void drop_three(test *t)
{
    for (size_t i = 0; i < 3; i++) {
        eft_cancel(t->tasks[i]);
        eft_future_free(t->tasks[i]);
    }
}

static eft_result wait_tells_which_came_first(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    start_three(t);
    EFT_STEP_AWAIT(t->result, eft_wait_array(t->tasks, 3, EFT_FIRST_COMPLETED,
                                             EFT_FOREVER));
    STEP_REQUIRE(!t->result.error);
    STEP_CHECK(t->result.waited->done_count == 1);
    STEP_CHECK(t->result.waited->done[0] == 1);
    STEP_CHECK(t->result.waited->pending_count == 2);
    eft_result_free(t->result);
    drop_three(t);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result wait_ends_at_its_deadline_and_cancels_nothing(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    start_three(t);
    EFT_STEP_TRY(eft_future_ref(t->tasks[1]));
    EFT_STEP_AWAIT(t->result,
                   eft_wait_array(t->tasks, 3, EFT_ALL_COMPLETED, STEP_SOON));
    STEP_REQUIRE(!t->result.error);
    STEP_CHECK(t->result.waited->done_count == 1);
    STEP_CHECK(eft_future_state(t->tasks[0]) == EFT_PENDING);
    eft_result_free(t->result);
    drop_three(t);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result wait_for_the_first_error(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->tasks[0] = step_sleeper(0, 0);
    t->tasks[1] = step_failing(1, "no");
    t->tasks[2] = step_sleeper(STEP_HOUR, 0);
    EFT_STEP_AWAIT(t->result,
                   eft_wait_array(t->tasks, 3, EFT_FIRST_ERROR, EFT_FOREVER));
    STEP_REQUIRE(!t->result.error);
    STEP_CHECK(t->result.waited->done_count == 2);
    STEP_CHECK(t->result.waited->pending[0] == 2);
    eft_result_free(t->result);
    drop_three(t);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result cancelling_a_wait_leaves_the_tasks(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    start_three(t);
    t->future = eft_wait_array(t->tasks, 3, EFT_ALL_COMPLETED, EFT_FOREVER);
    eft_cancel(t->future);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    STEP_CHECK(eft_future_state(t->tasks[0]) == EFT_PENDING);
    drop_three(t);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result as_completed_tells_one_after_the_other(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->tasks[0] = step_sleeper(STEP_LATER, 0);
    t->tasks[1] = step_sleeper(1, 1);
    t->tasks[2] = step_sleeper(0, 2);
    t->each = eft_as_completed_new(t->tasks, 3, EFT_FOREVER);
    while (eft_as_completed_more(t->each)) {
        EFT_STEP_AWAIT(t->result, eft_as_completed_next(t->each));
        if (t->result.error)
            break;
        t->order[t->i++] = t->result.size;
        EFT_STEP_AWAIT(t->result, t->tasks[t->result.size]);
        STEP_CHECK(t->result.i64 == (int64_t)t->order[t->i - 1]);
    }
    eft_as_completed_free(t->each);
    STEP_CHECK(t->i == 3);
    STEP_CHECK(t->order[0] == 2 && t->order[1] == 1 && t->order[2] == 0);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result as_completed_has_a_deadline(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    start_three(t);
    t->each = eft_as_completed_new(t->tasks, 3, STEP_LATER);
    EFT_STEP_AWAIT(t->result, eft_as_completed_next(t->each));
    STEP_CHECK(!t->result.error && t->result.size == 1);
    EFT_STEP_AWAIT(t->result, eft_as_completed_next(t->each));
    STEP_CHECK(t->result.error == EFT_ETIMEDOUT);
    eft_as_completed_free(t->each);
    drop_three(t);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result wait_for_gives_the_value_in_time(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, eft_wait_for(STEP_HOUR, step_sleeper(1, 3)));
    STEP_CHECK(t->result.i64 == 3);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result wait_for_cancels_at_its_deadline(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    EFT_STEP_AWAIT(t->result, eft_wait_for(1, step_cleaning("late")));
    STEP_CHECK(t->result.error == EFT_ETIMEDOUT);
    STEP_CHECK(journal_is("late:EFT_ECANCELED late:clean"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result wait_for_gives_the_value_of_who_goes_on(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, eft_wait_for(1, step_stubborn(1, 12)));
    STEP_CHECK(!t->result.error && t->result.i64 == 12);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result wait_for_no_time_begins_nothing(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    EFT_STEP_AWAIT(t->result, eft_wait_for(0, step_noting(0, "never")));
    STEP_CHECK(t->result.error == EFT_ETIMEDOUT);
    STEP_CHECK(journal_is(""));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_cancel_of_wait_for_is_no_timeout(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = eft_wait_for(STEP_HOUR, step_sleeper(STEP_HOUR, 0));
    EFT_STEP_TRY(eft_sleep(0));
    eft_cancel(t->future);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result shield_keeps_a_cancel_away(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->tasks[0] = step_sleeper(1, 6);
    t->future = eft_shield(eft_future_ref(t->tasks[0]));
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(eft_cancel(t->future));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    EFT_STEP_AWAIT(t->result, t->tasks[0]);
    STEP_CHECK(t->result.i64 == 6);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result shield_ends_as_what_it_shields(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, eft_shield(step_failing(0, "inside")));
    STEP_CHECK(t->result.error == EFT_EUSER);
    STEP_CHECK(!strcmp(eft_error_detail(), "inside"));
    EFT_STEP_AWAIT(t->result, eft_shield(step_giving_owned()));
    STEP_CHECK(step_values_left == 1);
    eft_result_free(t->result);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result combinators_may_be_nested(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(
        t->result,
        eft_wait_for(STEP_HOUR,
                     eft_gather(eft_gather(step_sleeper(0, 1), eft_sleep(1)),
                                eft_shield(step_sleeper(1, 2)))));
    STEP_REQUIRE(!t->result.error);
    STEP_CHECK(t->result.results->items[0].results->items[0].i64 == 1);
    STEP_CHECK(t->result.results->items[1].i64 == 2);
    eft_result_free(t->result);
    EFT_STEP_END();
    return eft_ok();
}

const step_case steps_combine[] = {
    STEP_CASE(gather_gives_results_in_order),
    STEP_CASE(gather_ends_with_the_first_error),
    STEP_CASE(gather_leaves_a_child_that_is_kept),
    STEP_CASE(gather_can_return_errors),
    STEP_CASE(gather_passes_a_cancel_on),
    STEP_CASE(gather_frees_what_nobody_takes),
    STEP_CASE(wait_tells_which_came_first),
    STEP_CASE(wait_ends_at_its_deadline_and_cancels_nothing),
    STEP_CASE(wait_for_the_first_error),
    STEP_CASE(cancelling_a_wait_leaves_the_tasks),
    STEP_CASE(as_completed_tells_one_after_the_other),
    STEP_CASE(as_completed_has_a_deadline),
    STEP_CASE(wait_for_gives_the_value_in_time),
    STEP_CASE(wait_for_cancels_at_its_deadline),
    STEP_CASE(wait_for_gives_the_value_of_who_goes_on),
    STEP_CASE(wait_for_no_time_begins_nothing),
    STEP_CASE(a_cancel_of_wait_for_is_no_timeout),
    STEP_CASE(shield_keeps_a_cancel_away),
    STEP_CASE(shield_ends_as_what_it_shields),
    STEP_CASE(combinators_may_be_nested),
    {NULL, NULL, 0},
};
