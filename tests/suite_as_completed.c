/* SPDX-License-Identifier: MIT
 * eft_as_completed: the order, the deadline, and who asks when. */
#include <eft/eft.h>

#include "journal.h"
#include "short_memory.h"
#include "suite.h"

enum { HOUR = 3600000 };

static void free_all(eft_future *const *futures, size_t count)
{
    for (size_t i = 0; i < count; i++)
        eft_future_free(futures[i]);
}

static void note_next(eft_result next)
{
    if (next.error)
        note("%s", eft_error_name(next.error));
    else
        note("%zu", next.size);
}

/* Notes what the iterator gives until it has no more, and frees it. */
static void note_all(eft_as_completed *each)
{
    bool goes_on = true;

    while (goes_on && eft_as_completed_more(each)) {
        eft_result next = eft_await(eft_as_completed_next(each));

        note_next(next);
        goes_on = next.error != EFT_ENOMEM;
    }
    eft_as_completed_free(each);
}

static eft_result take_two(void *arg)
{
    for (int i = 0; i < 2; i++) {
        eft_result next = eft_await(eft_as_completed_next(arg));

        note_next(next);
    }
    return eft_ok();
}

static void they_come_in_the_order_of_their_end(void)
{
    eft_future *futures[] = {eft_sleep(30), eft_sleep(10), eft_sleep(20)};

    journal_clear();
    note_all(eft_as_completed_new(futures, 3, EFT_FOREVER));
    CHECK(journal_is("1 2 0"));
    free_all(futures, 3);
}

static void each_comes_as_soon_as_it_is_complete(void)
{
    int64_t start = eft_now();
    eft_future *futures[] = {eft_sleep(30), eft_sleep(10)};
    eft_as_completed *each = eft_as_completed_new(futures, 2, EFT_FOREVER);

    CHECK(eft_await(eft_as_completed_next(each)).size == 1);
    CHECK(eft_now() == start + 10);
    CHECK(eft_await(eft_as_completed_next(each)).size == 0);
    CHECK(eft_now() == start + 30);
    eft_as_completed_free(each);
    free_all(futures, 2);
}

static void those_that_end_together_come_in_that_order(void)
{
    eft_future *futures[] = {eft_future_new(), eft_future_new(),
                             eft_future_new()};
    eft_as_completed *each = eft_as_completed_new(futures, 3, EFT_FOREVER);

    journal_clear();
    eft_future_resolve(futures[2], eft_ok());
    eft_future_resolve(futures[0], eft_ok());
    eft_future_resolve(futures[1], eft_ok());
    note_all(each);
    CHECK(journal_is("2 0 1"));
    free_all(futures, 3);
}

static void complete_ones_come_in_their_order(void)
{
    eft_future *futures[] = {eft_future_new(), eft_future_new()};

    journal_clear();
    eft_future_resolve(futures[1], eft_ok());
    eft_future_resolve(futures[0], eft_ok());
    note_all(eft_as_completed_new(futures, 2, EFT_FOREVER));
    CHECK(journal_is("0 1"));
    free_all(futures, 2);
}

static void errors_and_cancels_come_like_values(void)
{
    eft_future *futures[] = {eft_future_new(), eft_future_new()};
    eft_as_completed *each = eft_as_completed_new(futures, 2, EFT_FOREVER);

    journal_clear();
    eft_cancel(futures[1]);
    eft_future_resolve(futures[0], eft_failed(EFT_EUSER));
    note_all(each);
    CHECK(journal_is("1 0"));
    CHECK(eft_await(futures[0]).error == EFT_EUSER);
    CHECK(eft_await(futures[1]).error == EFT_ECANCELED);
}

static void the_values_stay_with_the_futures(void)
{
    eft_future *futures[] = {eft_future_new()};
    eft_as_completed *each = eft_as_completed_new(futures, 1, EFT_FOREVER);

    eft_future_resolve(futures[0], eft_ok_i64(9));
    CHECK(eft_await(eft_as_completed_next(each)).size == 0);
    eft_as_completed_free(each);
    CHECK(eft_await(futures[0]).i64 == 9);
}

static void the_deadline_ends_it_and_cancels_nothing(void)
{
    int64_t start = eft_now();
    eft_future *futures[] = {eft_sleep(10), eft_sleep(100), eft_sleep(200)};

    journal_clear();
    note_all(eft_as_completed_new(futures, 3, 50));
    CHECK(journal_is("0 EFT_ETIMEDOUT EFT_ETIMEDOUT"));
    CHECK(eft_now() == start + 50);
    CHECK(eft_await(futures[1]).error == 0);
    CHECK(eft_await(futures[2]).error == 0);
    eft_future_free(futures[0]);
}

static void what_ended_before_the_deadline_still_comes(void)
{
    eft_future *futures[] = {eft_sleep(10), eft_sleep(100)};
    eft_as_completed *each = eft_as_completed_new(futures, 2, 50);

    journal_clear();
    eft_await(eft_sleep(200));
    note_all(each);
    CHECK(journal_is("0 EFT_ETIMEDOUT"));
    free_all(futures, 2);
}

static void a_deadline_that_is_not_reached_is_forgotten(void)
{
    eft_future *futures[] = {eft_sleep(10)};

    journal_clear();
    note_all(eft_as_completed_new(futures, 1, 20));
    CHECK(eft_await(eft_sleep(50)).error == 0);
    CHECK(journal_is("0"));
    free_all(futures, 1);
}

static void a_timeout_of_zero_gives_what_is_there(void)
{
    eft_future *futures[] = {eft_future_new(), eft_future_new()};

    journal_clear();
    eft_future_resolve(futures[1], eft_ok());
    note_all(eft_as_completed_new(futures, 2, 0));
    CHECK(journal_is("1 EFT_ETIMEDOUT"));
    free_all(futures, 2);
}

static void of_no_futures_there_is_no_next(void)
{
    eft_as_completed *each = eft_as_completed_new(NULL, 0, EFT_FOREVER);

    CHECK(!eft_as_completed_more(each));
    CHECK(eft_await(eft_as_completed_next(each)).error == EFT_EINVAL);
    eft_as_completed_free(each);
}

static void after_the_last_there_is_no_next(void)
{
    eft_future *futures[] = {eft_sleep(0)};
    eft_as_completed *each = eft_as_completed_new(futures, 1, EFT_FOREVER);

    eft_await(eft_as_completed_next(each));
    CHECK(!eft_as_completed_more(each));
    CHECK(eft_await(eft_as_completed_next(each)).error == EFT_EINVAL);
    eft_as_completed_free(each);
}

static void several_may_ask_before_anything_is_complete(void)
{
    eft_future *futures[] = {eft_sleep(20), eft_sleep(10)};
    eft_as_completed *each = eft_as_completed_new(futures, 2, EFT_FOREVER);
    eft_future *first = eft_as_completed_next(each);
    eft_future *second = eft_as_completed_next(each);

    CHECK(!eft_as_completed_more(each));
    CHECK(eft_await(second).size == 0);
    CHECK(eft_await(first).size == 1);
    eft_as_completed_free(each);
    free_all(futures, 2);
}

static void two_tasks_may_share_it(void)
{
    eft_future *futures[] = {eft_sleep(1), eft_sleep(2), eft_sleep(3),
                             eft_sleep(4)};
    eft_as_completed *each = eft_as_completed_new(futures, 4, EFT_FOREVER);

    journal_clear();
    eft_result_free(eft_await(
        eft_gather(eft_spawn(take_two, each), eft_spawn(take_two, each))));
    CHECK(journal_is("0 1 2 3"));
    eft_as_completed_free(each);
    free_all(futures, 4);
}

static void it_may_be_gone_on_with_after_a_break(void)
{
    eft_future *futures[] = {eft_sleep(1), eft_sleep(2), eft_sleep(3)};
    eft_as_completed *each = eft_as_completed_new(futures, 3, EFT_FOREVER);

    journal_clear();
    note_next(eft_await(eft_as_completed_next(each)));
    eft_await(eft_sleep(10));
    note_all(each);
    CHECK(journal_is("0 1 2"));
    free_all(futures, 3);
}

static void a_cancelled_next_leaves_its_turn_to_another(void)
{
    eft_future *futures[] = {eft_sleep(10), eft_sleep(20)};
    eft_as_completed *each = eft_as_completed_new(futures, 2, EFT_FOREVER);
    eft_future *next = eft_as_completed_next(each);

    journal_clear();
    CHECK(eft_cancel(next));
    CHECK(eft_await(next).error == EFT_ECANCELED);
    note_all(each);
    CHECK(journal_is("0 1"));
    free_all(futures, 2);
}

static void a_next_that_times_out_loses_nothing(void)
{
    eft_future *futures[] = {eft_sleep(10)};
    eft_as_completed *each = eft_as_completed_new(futures, 1, EFT_FOREVER);

    journal_clear();
    note_next(eft_await(eft_wait_for(5, eft_as_completed_next(each))));
    note_all(each);
    CHECK(journal_is("EFT_ETIMEDOUT 0"));
    free_all(futures, 1);
}

static void freed_it_closes_those_who_wait(void)
{
    eft_future *futures[] = {eft_sleep(10)};
    eft_as_completed *each = eft_as_completed_new(futures, 1, HOUR);
    eft_future *next = eft_as_completed_next(each);

    eft_as_completed_free(each);
    CHECK(eft_await(next).error == EFT_ECLOSED);
    CHECK(eft_await(futures[0]).error == 0);
}

static void it_keeps_what_its_owner_drops(void)
{
    eft_future *futures[] = {eft_sleep(10)};
    eft_as_completed *each = eft_as_completed_new(futures, 1, EFT_FOREVER);

    eft_future_free(futures[0]);
    journal_clear();
    note_all(each);
    CHECK(journal_is("0"));
}

static void one_future_twice_comes_twice(void)
{
    eft_future *future = eft_sleep(1);
    eft_future *futures[] = {future, future};

    journal_clear();
    note_all(eft_as_completed_new(futures, 2, EFT_FOREVER));
    CHECK(journal_is("0 1"));
    eft_future_free(future);
}

static void a_future_that_is_null_is_invalid(void)
{
    eft_future *futures[] = {NULL, NULL};

    journal_clear();
    note_all(eft_as_completed_new(futures, 2, 10));
    CHECK(journal_is("EFT_EINVAL EFT_EINVAL"));
}

static void without_memory_the_next_says_so(void)
{
    eft_future *futures[] = {eft_sleep(1)};
    size_t allowed = 0;

    eft_set_allocator(run_out, &allowed);
    eft_as_completed *each = eft_as_completed_new(futures, 1, EFT_FOREVER);
    eft_set_allocator(NULL, NULL);
    CHECK(!each);
    CHECK(eft_as_completed_more(each));
    CHECK(eft_await(eft_as_completed_next(each)).error == EFT_ENOMEM);
    eft_as_completed_free(each);
    free_all(futures, 1);
}

static void a_next_without_memory_loses_nothing(void)
{
    eft_future *futures[] = {eft_sleep(1)};
    eft_as_completed *each = eft_as_completed_new(futures, 1, EFT_FOREVER);
    size_t allowed = 0;

    journal_clear();
    eft_set_allocator(run_out, &allowed);
    note_next(eft_await(eft_as_completed_next(each)));
    eft_set_allocator(NULL, NULL);
    note_all(each);
    CHECK(journal_is("EFT_ENOMEM 0"));
    free_all(futures, 1);
}

const test_case suite_as_completed[] = {
    {"they_come_in_the_order_of_their_end",
     they_come_in_the_order_of_their_end},
    {"each_comes_as_soon_as_it_is_complete",
     each_comes_as_soon_as_it_is_complete},
    {"those_that_end_together_come_in_that_order",
     those_that_end_together_come_in_that_order},
    {"complete_ones_come_in_their_order", complete_ones_come_in_their_order},
    {"errors_and_cancels_come_like_values",
     errors_and_cancels_come_like_values},
    {"the_values_stay_with_the_futures", the_values_stay_with_the_futures},
    {"the_deadline_ends_it_and_cancels_nothing",
     the_deadline_ends_it_and_cancels_nothing},
    {"what_ended_before_the_deadline_still_comes",
     what_ended_before_the_deadline_still_comes},
    {"a_deadline_that_is_not_reached_is_forgotten",
     a_deadline_that_is_not_reached_is_forgotten},
    {"a_timeout_of_zero_gives_what_is_there",
     a_timeout_of_zero_gives_what_is_there},
    {"of_no_futures_there_is_no_next", of_no_futures_there_is_no_next},
    {"after_the_last_there_is_no_next", after_the_last_there_is_no_next},
    {"several_may_ask_before_anything_is_complete",
     several_may_ask_before_anything_is_complete},
    {"two_tasks_may_share_it", two_tasks_may_share_it},
    {"it_may_be_gone_on_with_after_a_break",
     it_may_be_gone_on_with_after_a_break},
    {"a_cancelled_next_leaves_its_turn_to_another",
     a_cancelled_next_leaves_its_turn_to_another},
    {"a_next_that_times_out_loses_nothing",
     a_next_that_times_out_loses_nothing},
    {"freed_it_closes_those_who_wait", freed_it_closes_those_who_wait},
    {"it_keeps_what_its_owner_drops", it_keeps_what_its_owner_drops},
    {"one_future_twice_comes_twice", one_future_twice_comes_twice},
    {"a_future_that_is_null_is_invalid", a_future_that_is_null_is_invalid},
    {"without_memory_the_next_says_so", without_memory_the_next_says_so},
    {"a_next_without_memory_loses_nothing",
     a_next_without_memory_loses_nothing},
    {NULL, NULL},
};
