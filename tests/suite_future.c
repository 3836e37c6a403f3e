/* SPDX-License-Identifier: MIT
 * Futures: resolving, references, who gets the result, who is told. */
#include <string.h>

#include <eft/eft.h>

#include "journal.h"
#include "suite.h"
#include "task_case.h"

static void note_done(eft_future *future, void *arg)
{
    note("%s:%d", (const char *)arg, (int)eft_future_take(future).i64);
}

static eft_result resolve_with_7(void *arg)
{
    eft_future_resolve(arg, eft_ok_i64(7));
    eft_future_free(arg);
    return eft_ok();
}

static void a_new_future_is_pending(void)
{
    eft_future *future = eft_future_new();

    CHECK(eft_future_state(future) == EFT_PENDING);
    CHECK(eft_future_take(future).error == EFT_EBUSY);
    eft_future_free(future);
}

static void await_gives_what_it_was_resolved_with(void)
{
    eft_future *future = eft_future_new();

    CHECK(eft_future_resolve(future, eft_ok_i64(5)));
    CHECK(eft_future_state(future) == EFT_FINISHED);
    CHECK(eft_await(future).i64 == 5);
}

static void await_of_a_pending_future_suspends_until_it_is_resolved(void)
{
    eft_future *future = eft_future_new();

    eft_future_free(eft_spawn(resolve_with_7, eft_future_ref(future)));
    CHECK(eft_await(future).i64 == 7);
}

static void a_second_resolve_answers_false(void)
{
    eft_future *future = eft_future_new();

    CHECK(eft_future_resolve(future, eft_ok_i64(1)));
    CHECK(!eft_future_resolve(future, eft_ok_i64(2)));
    CHECK(eft_await(future).i64 == 1);
}

static void a_refused_result_is_freed(void)
{
    eft_future *future = eft_future_new();
    int freed = 0;

    CHECK(eft_future_resolve(future, eft_ok()));
    CHECK(!eft_future_resolve(future, eft_owned(&freed, count_free)));
    CHECK(freed == 1);
    eft_future_free(future);
}

static void a_result_that_nobody_takes_is_freed(void)
{
    eft_future *future = eft_future_new();
    int freed = 0;

    eft_future_resolve(future, eft_owned(&freed, count_free));
    CHECK(freed == 0);
    eft_future_free(future);
    CHECK(freed == 1);
}

static void the_awaiter_owns_the_result(void)
{
    eft_future *future = eft_future_new();
    int freed = 0;

    eft_future_resolve(future, eft_owned(&freed, count_free));
    eft_result result = eft_await(future);
    CHECK(freed == 0);
    eft_result_free(result);
    CHECK(freed == 1);
}

static void a_plain_value_goes_to_every_awaiter(void)
{
    eft_future *future = eft_future_new();

    eft_future_ref(future);
    eft_future_resolve(future, eft_ok_i64(3));
    CHECK(eft_await(future).i64 == 3);
    CHECK(eft_await(future).i64 == 3);
}

static void an_owned_value_goes_to_the_first_awaiter(void)
{
    eft_future *future = eft_future_new();
    int freed = 0;

    eft_future_ref(future);
    eft_future_resolve(future, eft_owned(&freed, count_free));
    eft_result first = eft_await(future);
    eft_result second = eft_await(future);
    CHECK(first.error == 0 && first.ptr == &freed);
    CHECK(second.error == EFT_ETAKEN);
    eft_result_free(first);
    CHECK(freed == 1);
}

static void cancel_completes_a_promise(void)
{
    eft_future *future = eft_future_new();

    CHECK(eft_cancel(future));
    CHECK(eft_future_state(future) == EFT_CANCELED);
    CHECK(!eft_cancel(future));
    CHECK(!eft_future_resolve(future, eft_ok()));
    CHECK(eft_await(future).error == EFT_ECANCELED);
}

static void callbacks_never_run_inside_resolve(void)
{
    eft_future *future = eft_future_new();

    journal_clear();
    CHECK(eft_future_on_done(future, note_done, (void *)"callback") == 0);
    eft_future_resolve(future, eft_ok_i64(4));
    note("after");
    eft_await(eft_sleep(0));
    CHECK(journal_is("after callback:4"));
    eft_future_free(future);
}

static void callbacks_run_in_the_order_of_registration(void)
{
    eft_future *future = eft_future_new();

    journal_clear();
    eft_future_on_done(future, note_done, (void *)"a");
    eft_future_on_done(future, note_done, (void *)"b");
    eft_future_on_done(future, note_done, (void *)"c");
    eft_future_resolve(future, eft_ok_i64(1));
    eft_future_free(future);
    eft_await(eft_sleep(0));
    CHECK(journal_is("a:1 b:1 c:1"));
}

static void a_callback_on_a_complete_future_runs_soon(void)
{
    eft_future *future = eft_future_new();

    journal_clear();
    eft_future_resolve(future, eft_ok_i64(9));
    eft_future_on_done(future, note_done, (void *)"late");
    CHECK(journal_is(""));
    eft_await(eft_sleep(0));
    CHECK(journal_is("late:9"));
    eft_future_free(future);
}

static void await_in_callback(eft_future *future, void *arg)
{
    *(eft_result *)arg = eft_await(eft_sleep(1));
    (void)future;
}

static void await_in_a_callback_is_a_deadlock_error(void)
{
    eft_future *future = eft_future_new();
    eft_result result = eft_ok();

    eft_future_on_done(future, await_in_callback, &result);
    eft_future_resolve(future, eft_ok());
    eft_future_free(future);
    eft_await(eft_sleep(0));
    CHECK(result.error == EFT_EDEADLK);
}

static void the_detail_of_an_error_reaches_the_awaiter(void)
{
    eft_future *future = eft_future_new();

    eft_future_resolve(future,
                       eft_fail(EFT_EUSER, "the %s is %d", "answer", 42));
    CHECK(eft_await(future).error == EFT_EUSER);
    CHECK(!strcmp(eft_error_detail(), "the answer is 42"));
}

static void the_detail_of_an_error_reaches_every_awaiter(void)
{
    eft_future *future = eft_future_new();

    eft_future_ref(future);
    eft_future_resolve(future, eft_fail(EFT_EUSER, "a reason"));
    for (int i = 0; i < 2; i++) {
        CHECK(eft_await(future).error == EFT_EUSER);
        CHECK(!strcmp(eft_error_detail(), "a reason"));
    }
}

static void an_error_without_detail_has_its_text(void)
{
    eft_future *future = eft_future_new();

    eft_future_resolve(future, eft_failed(EFT_ETIMEDOUT));
    eft_await(future);
    CHECK(!strcmp(eft_error_detail(), "timed out"));
}

static void await_of_null_is_invalid(void)
{
    CHECK(eft_await(NULL).error == EFT_EINVAL);
}

static void a_sleep_cannot_be_resolved_by_others(void)
{
    eft_future *future = eft_sleep(1000);

    CHECK(!eft_future_resolve(future, eft_ok()));
    CHECK(eft_future_state(future) == EFT_PENDING);
    eft_future_free(future);
}

static void error_names_and_kinds(void)
{
    CHECK(!strcmp(eft_error_name(EFT_ETLS), "EFT_ETLS"));
    CHECK(!strcmp(eft_error_name(-999), "EFT_E?"));
    CHECK(!strcmp(eft_strerror(0), "no error"));
    CHECK(eft_error_is(EFT_EREFUSED, EFT_ECONNECT));
    CHECK(eft_error_is(EFT_ECONNECT, EFT_ECONNECT));
    CHECK(!eft_error_is(EFT_EPROTO, EFT_ECONNECT));
    CHECK(!eft_error_is(EFT_EDEPTH, EFT_ECONNECT));
    CHECK(eft_error_is(EFT_EREFUSED, EFT_EREFUSED));
}

static void a_result_is_16_bytes(void)
{
    CHECK(sizeof(eft_result) == 16);
}

static void hear(eft_future *future, void *arg)
{
    eft_result result = eft_future_take(future);

    *(bool *)arg = result.error == EFT_EUSER &&
                   !strcmp(eft_error_detail(), "told to a callback");
}

static void a_callback_hears_the_sentence_of_an_error(void)
{
    eft_future *future = eft_future_new();
    bool heard = false;

    REQUIRE(!eft_future_on_done(future, hear, &heard));
    eft_future_resolve(future, eft_fail(EFT_EUSER, "told to a callback"));
    eft_await(eft_sleep(0));
    CHECK(heard);
    eft_future_free(future);
}

const test_case suite_future[] = {
    {"a_callback_hears_the_sentence_of_an_error",
     a_callback_hears_the_sentence_of_an_error},
    {"a_new_future_is_pending", a_new_future_is_pending},
    {"await_gives_what_it_was_resolved_with",
     await_gives_what_it_was_resolved_with},
    {"await_of_a_pending_future_suspends_until_it_is_resolved",
     await_of_a_pending_future_suspends_until_it_is_resolved},
    {"a_second_resolve_answers_false", a_second_resolve_answers_false},
    {"a_refused_result_is_freed", a_refused_result_is_freed},
    {"a_result_that_nobody_takes_is_freed",
     a_result_that_nobody_takes_is_freed},
    {"the_awaiter_owns_the_result", the_awaiter_owns_the_result},
    {"a_plain_value_goes_to_every_awaiter",
     a_plain_value_goes_to_every_awaiter},
    {"an_owned_value_goes_to_the_first_awaiter",
     an_owned_value_goes_to_the_first_awaiter},
    {"cancel_completes_a_promise", cancel_completes_a_promise},
    {"callbacks_never_run_inside_resolve", callbacks_never_run_inside_resolve},
    {"callbacks_run_in_the_order_of_registration",
     callbacks_run_in_the_order_of_registration},
    {"a_callback_on_a_complete_future_runs_soon",
     a_callback_on_a_complete_future_runs_soon},
    {"await_in_a_callback_is_a_deadlock_error",
     await_in_a_callback_is_a_deadlock_error},
    {"the_detail_of_an_error_reaches_the_awaiter",
     the_detail_of_an_error_reaches_the_awaiter},
    {"the_detail_of_an_error_reaches_every_awaiter",
     the_detail_of_an_error_reaches_every_awaiter},
    {"an_error_without_detail_has_its_text",
     an_error_without_detail_has_its_text},
    {"await_of_null_is_invalid", await_of_null_is_invalid},
    {"a_sleep_cannot_be_resolved_by_others",
     a_sleep_cannot_be_resolved_by_others},
    {"error_names_and_kinds", error_names_and_kinds},
    {"a_result_is_16_bytes", a_result_is_16_bytes},
    {NULL, NULL},
};
