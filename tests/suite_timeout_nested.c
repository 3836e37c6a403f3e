/* SPDX-License-Identifier: MIT
 * Timeout scopes, one in another. */
#include <eft/eft.h>

#include "journal.h"
#include "suite.h"
#include "task_case.h"

enum { MANY = 300 };

/* Opens a scope in another one, and sleeps in it for as long as that lets it.
 */
static eft_result sleep_in_an_inner(int64_t timeout_ms)
{
    eft_timeout_scope *inner = eft_timeout_scope_open(timeout_ms);

    return eft_timeout_scope_close(inner, eft_await(eft_sleep(HOUR)));
}

static void of_two_with_one_deadline_the_outer_tells(void)
{
    eft_timeout_scope *outer = eft_timeout_scope_open(10);
    eft_timeout_scope *inner = eft_timeout_scope_open(10);
    eft_result result = eft_await(eft_sleep(HOUR));

    CHECK(eft_timeout_scope_expired(outer));
    CHECK(eft_timeout_scope_expired(inner));
    result = eft_timeout_scope_close(inner, result);
    CHECK(result.error == EFT_ECANCELED);
    CHECK(eft_timeout_scope_close(outer, result).error == EFT_ETIMEDOUT);
    CHECK(eft_await(eft_sleep(1)).error == 0);
}

static void the_inner_of_two_times_out_alone(void)
{
    eft_timeout_scope *outer = eft_timeout_scope_open(100);

    CHECK(sleep_in_an_inner(10).error == EFT_ETIMEDOUT);
    CHECK(!eft_timeout_scope_expired(outer));
    CHECK(eft_timeout_scope_close(outer, eft_await(eft_sleep(10))).error == 0);
}

static void the_outer_of_two_times_out_alone(void)
{
    eft_timeout_scope *outer = eft_timeout_scope_open(10);
    eft_result result = sleep_in_an_inner(100);

    CHECK(result.error == EFT_ECANCELED);
    CHECK(eft_timeout_scope_close(outer, result).error == EFT_ETIMEDOUT);
}

static void after_the_inner_the_outer_still_counts(void)
{
    int64_t start = eft_now();
    eft_timeout_scope *outer = eft_timeout_scope_open(100);

    CHECK(sleep_in_an_inner(10).error == EFT_ETIMEDOUT);
    CHECK(eft_timeout_scope_close(outer, eft_await(eft_sleep(HOUR))).error ==
          EFT_ETIMEDOUT);
    CHECK(eft_now() == start + 100);
}

static void a_scope_in_a_clean_up_has_a_deadline_too(void)
{
    eft_timeout_scope *outer = eft_timeout_scope_open(10);
    eft_result result = eft_await(eft_sleep(HOUR));

    CHECK(sleep_in_an_inner(10).error == EFT_ETIMEDOUT);
    CHECK(eft_timeout_scope_close(outer, result).error == EFT_ETIMEDOUT);
    CHECK(eft_cancel_count(eft_current_task()) == 0);
}

/* A gather ends the sibling that it alone holds, however many scopes that has
 * open: their references of it are no owners'. */
static eft_result sleep_in_many_scopes(void *arg)
{
    eft_timeout_scope *scopes[MANY];

    (void)arg;
    for (int i = 0; i < MANY; i++)
        scopes[i] = eft_timeout_scope_open(HOUR);
    eft_result result = eft_await(eft_sleep(HOUR));
    note("%s", eft_error_name(result.error));
    for (int i = MANY; i-- > 0;)
        result = eft_timeout_scope_close(scopes[i], result);
    return result;
}

static eft_result fail_soon(void *arg)
{
    (void)arg;
    EFT_TRY(eft_await(eft_sleep(10)));
    return eft_failed(EFT_EUSER);
}

static void three_hundred_may_be_nested(void)
{
    int64_t start = eft_now();

    journal_clear();
    CHECK(eft_await(eft_gather(eft_spawn(sleep_in_many_scopes, NULL),
                               eft_spawn(fail_soon, NULL)))
              .error == EFT_EUSER);
    CHECK(journal_is("EFT_ECANCELED"));
    CHECK(eft_now() == start + 10);
}

static void the_innermost_of_three_hundred_ends_first(void)
{
    eft_timeout_scope *scopes[MANY];
    int64_t start = eft_now();

    for (int i = 0; i < MANY; i++)
        scopes[i] = eft_timeout_scope_open(MANY - i);
    for (int i = MANY; i-- > 0;) {
        eft_result result = eft_await(eft_sleep(HOUR));
        CHECK(eft_timeout_scope_close(scopes[i], result).error ==
              EFT_ETIMEDOUT);
        CHECK(eft_now() == start + MANY - i);
    }
    CHECK(eft_cancel_count(eft_current_task()) == 0);
}

static void too_many_are_refused(void)
{
    enum { MOST = 8191 };
    static eft_timeout_scope *scopes[MOST + 1];

    for (int i = 0; i <= MOST; i++)
        scopes[i] = eft_timeout_scope_open(HOUR);
    CHECK(scopes[MOST - 1] && !scopes[MOST]);
    CHECK(!eft_group_new());
    CHECK(eft_timeout_scope_close(scopes[MOST], eft_ok()).error == EFT_ELIMIT);
    for (int i = MOST; i-- > 0;)
        CHECK(!eft_timeout_scope_close(scopes[i], eft_ok()).error);
    CHECK(sleep_in_an_inner(10).error == EFT_ETIMEDOUT);
}

const test_case suite_timeout_nested[] = {
    {"of_two_with_one_deadline_the_outer_tells",
     of_two_with_one_deadline_the_outer_tells},
    {"the_inner_of_two_times_out_alone", the_inner_of_two_times_out_alone},
    {"the_outer_of_two_times_out_alone", the_outer_of_two_times_out_alone},
    {"after_the_inner_the_outer_still_counts",
     after_the_inner_the_outer_still_counts},
    {"a_scope_in_a_clean_up_has_a_deadline_too",
     a_scope_in_a_clean_up_has_a_deadline_too},
    {"three_hundred_may_be_nested", three_hundred_may_be_nested},
    {"the_innermost_of_three_hundred_ends_first",
     the_innermost_of_three_hundred_ends_first},
    {"too_many_are_refused", too_many_are_refused},
    {NULL, NULL},
};
