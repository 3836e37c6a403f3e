/* SPDX-License-Identifier: MIT
 * Programs for too little memory: combinators, timeout scopes, groups. */
#include <eft/eft.h>

#include "no_memory.h"

static eft_result sleep_and_own(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(*(const int *)arg)));
    return scenario_owned();
}

static eft_result fail_with_words(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(*(const int *)arg)));
    return eft_fail(EFT_EUSER, "failed after %d ms", *(const int *)arg);
}

static eft_result sleep_long(void *arg)
{
    int *ended = arg;
    eft_result result = eft_await(eft_sleep(3600000));

    ++*ended;
    return result;
}

/* Success where a scenario has ended with what it was meant to. */
static eft_result expect(eft_result result, int32_t error)
{
    eft_result_free(result);
    if (result.error == EFT_ENOMEM)
        return result;
    SHOULD(result.error == error);
    return eft_ok();
}

static eft_result gather_values(void *arg)
{
    int one = 1;
    eft_result result =
        eft_await(eft_gather(eft_spawn(sleep_and_own, &one), eft_sleep(2),
                             eft_spawn_owned(sleep_and_own, &one, NULL)));

    (void)arg;
    SHOULD(result.error || result.results->count == 3);
    return expect(result, 0);
}

/* What runs on would use a variable that is gone. */
static eft_result gather_and_fail(void *arg)
{
    int ended = 0;
    int one = 1;
    eft_result result = eft_await(eft_gather(eft_spawn(fail_with_words, &one),
                                             eft_spawn(sleep_long, &ended)));
    int ended_by_then = ended;

    (void)arg;
    (void)eft_await(eft_sleep(0));
    SHOULD(ended == ended_by_then);
    return expect(result, EFT_EUSER);
}

static eft_result gather_errors(void *arg)
{
    const eft_gather_options options = {.return_errors = true};
    int times[] = {1, 2};
    eft_future *futures[] = {eft_spawn(fail_with_words, &times[0]),
                             eft_spawn(sleep_and_own, &times[1])};
    eft_result result = eft_await(eft_gather_array(futures, 2, &options));

    (void)arg;
    EFT_TRY(expect(result, 0));
    result = eft_await(eft_gather_with(&options, eft_sleep(1)));
    EFT_TRY(expect(result, 0));
    return expect(eft_await(eft_gather_array(NULL, 0, NULL)), 0);
}

static eft_result cancel_a_gather(void *arg)
{
    int ended = 0;
    eft_future *gather = eft_gather(eft_spawn(sleep_long, &ended),
                                    eft_spawn(sleep_long, &ended));

    (void)arg;
    (void)eft_await(eft_sleep(1));
    eft_cancel(gather);
    return expect(eft_await(gather), EFT_ECANCELED);
}

static eft_result wait_for_some(void *arg)
{
    int times[] = {1, 5};
    eft_future *a = eft_spawn(sleep_and_own, &times[0]);
    eft_future *b = eft_spawn(fail_with_words, &times[1]);
    eft_future *both[] = {a, b};
    eft_result first = eft_await(eft_wait(EFT_FIRST_COMPLETED, 100, a, b));
    eft_result all =
        eft_await(eft_wait_array(both, 2, EFT_FIRST_ERROR, EFT_FOREVER));

    (void)arg;
    SHOULD(first.error || first.waited->done_count >= 1);
    first = expect(first, 0);
    all = expect(all, 0);
    eft_result value = eft_await(a);
    eft_result_free(value);
    eft_result failure = eft_await(b);
    SHOULD(failure.error == EFT_EUSER || failure.error == EFT_ENOMEM);
    EFT_TRY(first);
    EFT_TRY(all);
    return value.error ? value : expect(failure, EFT_EUSER);
}

static eft_result wait_until_a_deadline(void *arg)
{
    eft_future *gate = eft_future_new();
    eft_result result = eft_await(eft_wait(EFT_ALL_COMPLETED, 3, gate));
    eft_result at_once = eft_await(eft_wait(EFT_ALL_COMPLETED, 0, gate));

    (void)arg;
    eft_result_free(at_once);
    eft_future_free(gate);
    EFT_TRY(expect(result, 0));
    return at_once.error ? at_once : eft_ok();
}

/* All of them, or the error that ended it. */
static eft_result take_each(eft_as_completed *each, eft_future **futures)
{
    while (eft_as_completed_more(each)) {
        eft_result next = eft_await(eft_as_completed_next(each));

        if (next.error)
            return next;
        eft_result_free(eft_await(eft_future_ref(futures[next.size])));
    }
    return eft_ok();
}

static eft_result take_as_completed(void *arg)
{
    int times[] = {2, 1};
    eft_future *futures[] = {eft_spawn(sleep_and_own, &times[0]),
                             eft_spawn(sleep_and_own, &times[1]),
                             eft_future_new()};
    eft_as_completed *each = eft_as_completed_new(futures, 3, 20);
    eft_result result = take_each(each, futures);

    (void)arg;
    SHOULD(result.error == EFT_ETIMEDOUT || result.error == EFT_ENOMEM ||
           !result.error);
    eft_as_completed_free(each);
    eft_future_free(futures[2]);
    for (int i = 0; i < 2; i++)
        eft_result_free(eft_await(futures[i]));
    return result.error == EFT_ETIMEDOUT ? eft_ok() : result;
}

static eft_result limit_what_is_slow(void *arg)
{
    int ended = 0;
    int one = 1;
    eft_result value =
        eft_await(eft_wait_for(50, eft_spawn(sleep_and_own, &one)));

    (void)arg;
    EFT_TRY(expect(value, 0));
    value = eft_await(eft_wait_for(5, eft_spawn(sleep_long, &ended)));
    EFT_TRY(expect(value, EFT_ETIMEDOUT));
    value = eft_await(eft_wait_for(0, eft_spawn(sleep_long, &ended)));
    EFT_TRY(expect(value, EFT_ETIMEDOUT));
    return eft_await(eft_wait_for(EFT_FOREVER, eft_sleep(1)));
}

static eft_result shield_a_task(void *arg)
{
    static const int one = 1;
    eft_future *task = eft_spawn(sleep_and_own, (void *)(uintptr_t)&one);
    eft_future *shield = eft_shield(eft_future_ref(task));

    (void)arg;
    eft_cancel(shield);
    eft_result result = eft_await(shield);
    eft_result value = eft_await(task);
    eft_result_free(value);
    SHOULD(value.error == 0 || value.error == EFT_ENOMEM);
    EFT_TRY(expect(result, EFT_ECANCELED));
    return value.error ? value : eft_ok();
}

static eft_result wait_in_a_scope(void *arg)
{
    eft_timeout_scope *scope = eft_timeout_scope_open(5);
    eft_result result = eft_await(eft_sleep(100));

    (void)arg;
    SHOULD(!scope || result.error == EFT_ENOMEM ||
           eft_timeout_scope_expired(scope));
    result = eft_timeout_scope_close(scope, result);
    SHOULD(eft_cancel_count(eft_current_task()) == 0);
    return expect(result, EFT_ETIMEDOUT);
}

static eft_result move_a_deadline(void *arg)
{
    int64_t begin = eft_now();
    eft_timeout_scope *outer = eft_timeout_scope_open(EFT_FOREVER);
    eft_timeout_scope *scope = eft_timeout_scope_open_at(begin + 2);

    (void)arg;
    eft_timeout_scope_reschedule(scope, begin + 20);
    SHOULD(eft_timeout_scope_when(scope) == (scope ? begin + 20 : EFT_FOREVER));
    eft_result result = eft_await(eft_sleep(10));
    if (!result.error)
        result = scenario_owned();
    result = eft_timeout_scope_close(scope, result);
    return expect(eft_timeout_scope_close(outer, result), 0);
}

static eft_result join_a_group(void *arg)
{
    int one = 1;
    eft_group *group = eft_group_new();
    eft_future *a = eft_group_spawn(group, sleep_and_own, &one);
    eft_future *b = eft_group_spawn_owned(group, sleep_and_own, &one, NULL);

    (void)arg;
    eft_result joined = eft_await(eft_group_join(group));
    if (joined.error) {
        eft_group_cancel(group);
        eft_cancel(a);
        eft_cancel(b);
    }
    eft_result results[] = {eft_await(a), eft_await(b)};
    eft_result_free(results[0]);
    eft_result_free(results[1]);
    eft_group_free(group);
    EFT_TRY(expect(joined, 0));
    return expect(
        eft_failed(results[0].error ? results[0].error : results[1].error), 0);
}

static eft_result sleep_second(void *arg)
{
    (void)arg;
    return eft_await(eft_sleep(1000));
}

static eft_result end_a_group_by_an_error(void *arg)
{
    int one = 1;
    eft_group *group = eft_group_new();
    eft_future *task = eft_group_spawn(group, fail_with_words, &one);
    bool fails = eft_future_state(task) == EFT_PENDING;

    (void)arg;
    eft_future_free(task);
    eft_future_free(eft_group_spawn_owned(group, sleep_second, scenario_value(),
                                          scenario_free));
    eft_result body = eft_await(eft_sleep(fails ? 100 : 1));
    eft_group_fail(group, body);
    eft_result result = eft_await(eft_group_join(group));
    for (size_t i = 0; i < eft_group_errors(group)->count; i++)
        SHOULD(*eft_group_error_detail(group, i));
    eft_group_free(group);
    SHOULD(eft_cancel_count(eft_current_task()) == 0);
    return fails ? expect(result, EFT_EUSER) : eft_failed(EFT_ENOMEM);
}

static eft_result end_a_group_by_its_body(void *arg)
{
    eft_group *group = eft_group_new();

    (void)arg;
    eft_future_free(eft_group_spawn(group, sleep_second, NULL));
    eft_group_fail(group, eft_fail(EFT_EIO, "no %s", "luck"));
    eft_result result = eft_await(eft_group_join(group));
    eft_group_free(group);
    return expect(result, EFT_EIO);
}

static eft_result cancel_a_group(void *arg)
{
    eft_group *group = eft_group_new();

    (void)arg;
    eft_future_free(eft_group_spawn(group, sleep_second, NULL));
    eft_group_cancel(group);
    eft_result result = eft_await(eft_group_join(group));
    eft_group_free(group);
    SHOULD(eft_cancel_count(eft_current_task()) == 0);
    return expect(result, 0);
}

const scenario no_memory_combine[] = {
    {"gather_values", gather_values},
    {"gather_and_fail", gather_and_fail},
    {"gather_errors", gather_errors},
    {"cancel_a_gather", cancel_a_gather},
    {"wait_for_some", wait_for_some},
    {"wait_until_a_deadline", wait_until_a_deadline},
    {"take_as_completed", take_as_completed},
    {"limit_what_is_slow", limit_what_is_slow},
    {"shield_a_task", shield_a_task},
    {"wait_in_a_scope", wait_in_a_scope},
    {"move_a_deadline", move_a_deadline},
    {"join_a_group", join_a_group},
    {"end_a_group_by_an_error", end_a_group_by_an_error},
    {"end_a_group_by_its_body", end_a_group_by_its_body},
    {"cancel_a_group", cancel_a_group},
    {NULL, NULL},
};
