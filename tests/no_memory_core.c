/* SPDX-License-Identifier: MIT
 * Programs for too little memory: results, futures, tasks, the loop, JSON. */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <eft/eft.h>
#include <eft/step.h>

#include "core/memory.h"
#include "net/message.h"
#include "no_memory.h"

static eft_result sleep_one(void *arg)
{
    (void)arg;
    return eft_await(eft_sleep(1));
}

static eft_result make_results(void *arg)
{
    (void)arg;
    SHOULD(eft_ok().kind == EFT_KIND_PLAIN);
    SHOULD(eft_ok_i64(-3).i64 == -3);
    SHOULD(eft_ok_f64(0.5).f64 == 0.5);
    SHOULD(eft_ok_bool(true).boolean);
    SHOULD(eft_ok_size(7).size == 7);
    SHOULD(eft_ok_ptr(arg).ptr == arg);
    eft_result_free(scenario_owned());
    SHOULD(eft_failed(EFT_EIO).error == EFT_EIO);
    SHOULD(strcmp(eft_strerror(EFT_ENOMEM), "out of memory") == 0);
    SHOULD(strcmp(eft_error_name(EFT_ENOMEM), "EFT_ENOMEM") == 0);
    SHOULD(eft_error_is(EFT_EREFUSED, EFT_ECONNECT));
    SHOULD(eft_now() >= 0 && eft_live_objects() > 0);
    return eft_ok();
}

/* The sentence may be lost, the code is not. */
static bool detail_is(const char *sentence, int32_t error)
{
    const char *detail = eft_error_detail();

    return !strcmp(detail, sentence) || !strcmp(detail, eft_strerror(error));
}

static eft_result fail_with_words(void *arg)
{
    return eft_fail(EFT_EUSER, "%s", (const char *)arg);
}

static eft_result fail_and_ask_why(void *arg)
{
    static char words[] = "some words to be copied";
    eft_result result = eft_await(eft_spawn(fail_with_words, words));

    (void)arg;
    if (result.error == EFT_ENOMEM)
        return result;
    SHOULD(result.error == EFT_EUSER);
    SHOULD(detail_is(words, EFT_EUSER));
    result = eft_fail(EFT_EIO, "word %d", 2);
    SHOULD(result.error == EFT_EIO && detail_is("word 2", EFT_EIO));
    return eft_ok();
}

static eft_result resolve_a_future(void *arg)
{
    eft_future *future = eft_future_new();
    bool resolved = eft_future_resolve(future, scenario_owned());

    (void)arg;
    SHOULD(eft_future_state(future) == EFT_FINISHED);
    SHOULD(!eft_future_resolve(future, scenario_owned()));
    eft_result result = eft_future_take(future);
    SHOULD(resolved ? !result.error : result.error == EFT_ENOMEM);
    eft_result_free(result);
    result = eft_await(future);
    SHOULD(result.error == (resolved ? EFT_ETAKEN : EFT_ENOMEM));
    return resolved ? eft_ok() : result;
}

static eft_result give_a_value_that_nobody_takes(void *arg)
{
    eft_future *future = eft_future_new();

    (void)arg;
    eft_future_resolve(eft_future_ref(future), scenario_owned());
    eft_future_free(future);
    eft_future_free(future);
    return eft_ok();
}

static eft_result cancel_a_future(void *arg)
{
    eft_future *future = eft_future_new();
    bool canceled = eft_cancel(future);

    (void)arg;
    SHOULD(canceled == (eft_future_state(future) == EFT_CANCELED));
    eft_result result = eft_await(future);
    SHOULD(result.error == (canceled ? EFT_ECANCELED : EFT_ENOMEM));
    return canceled ? eft_ok() : result;
}

static void count_call(void *arg)
{
    ++*(int *)arg;
}

static void count_done(eft_future *future, void *arg)
{
    SHOULD(eft_future_state(future) != EFT_PENDING);
    ++*(int *)arg;
}

static eft_result be_told(void *arg)
{
    eft_future *future = eft_future_new();
    int told = 0;

    (void)arg;
    int32_t error = eft_future_on_done(future, count_done, &told);
    SHOULD(error == 0 || error == EFT_ENOMEM);
    eft_future_resolve(future, eft_ok());
    SHOULD(told == 0);
    for (int i = 0; i < 2; i++)
        EFT_TRY(eft_await(eft_sleep(0)));
    SHOULD(told == (error ? 0 : 1));
    return eft_await(future);
}

/* A callback that could not be scheduled is never called. */
static eft_result await_call(eft_future *call, const int *calls)
{
    eft_result result = eft_await(call);

    SHOULD(*calls == (result.error ? 0 : 1));
    return result;
}

static eft_result call_callbacks(void *arg)
{
    int calls[3] = {0, 0, 0};
    eft_future *soon = eft_call_soon(count_call, &calls[0]);
    eft_future *later = eft_call_later(2, count_call, &calls[1]);
    eft_future *at = eft_call_at(eft_now() + 3, count_call, &calls[2]);
    eft_result results[] = {await_call(soon, &calls[0]),
                            await_call(later, &calls[1]),
                            await_call(at, &calls[2])};

    (void)arg;
    for (int i = 0; i < 3; i++)
        EFT_TRY(results[i]);
    return eft_ok();
}

static eft_result cancel_a_callback(void *arg)
{
    int calls = 0;
    eft_future *call = eft_call_later(5, count_call, &calls);
    bool canceled = eft_cancel(call);
    eft_result result = eft_await(call);

    (void)arg;
    SHOULD(result.error == (canceled ? EFT_ECANCELED : EFT_ENOMEM));
    result = eft_await(eft_sleep(10));
    SHOULD(calls == 0);
    return result;
}

static eft_result cancel_itself(void *arg)
{
    eft_future *self = eft_current_task();

    (void)arg;
    SHOULD(eft_cancel_count(self) == 0);
    eft_cancel(self);
    SHOULD(eft_cancel_count(self) == 1);
    SHOULD(eft_uncancel(self) == 0);
    return eft_await(eft_sleep(1));
}

static eft_result uncancel_a_task(void *arg)
{
    (void)arg;
    return eft_await(eft_spawn(cancel_itself, NULL));
}

static eft_result take_owned(void *arg)
{
    SHOULD(arg != NULL);
    EFT_TRY(eft_await(eft_sleep(1)));
    return scenario_owned();
}

static eft_result spawn_with_owned_args(void *arg)
{
    eft_future *a =
        eft_spawn_owned(take_owned, scenario_value(), scenario_free);
    eft_future *b =
        eft_spawn_owned(take_owned, scenario_value(), scenario_free);

    (void)arg;
    eft_cancel(b);
    eft_future_free(b);
    eft_result result = eft_await(a);
    eft_result_free(result);
    return result.error ? result : eft_ok();
}

static eft_result meet_the_fiber_limit(void *arg)
{
    eft_future *tasks[3];
    eft_result worst = eft_ok();

    (void)arg;
    eft_set_fiber_limit(3);
    for (int i = 0; i < 3; i++)
        tasks[i] = eft_spawn(sleep_one, NULL);
    for (int i = 0; i < 3; i++) {
        eft_result result = eft_await(tasks[i]);

        if (result.error)
            worst = result;
    }
    eft_set_fiber_limit(0);
    return worst.error == EFT_ELIMIT ? eft_ok() : worst;
}

typedef struct count_down {
    eft_step step;
    int left;
    void *value; /* owned */
} count_down;

static eft_result count_down_steps(void *state)
{
    count_down *self = state;

    EFT_STEP_BEGIN(self);
    for (; self->left; self->left--)
        EFT_STEP_TRY(eft_sleep(1));
    EFT_STEP_END();
    return eft_ok_i64(self->left);
}

typedef struct outer_steps {
    eft_step step;
    count_down inner;
} outer_steps;

static eft_result call_and_sleep(void *state)
{
    outer_steps *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    EFT_STEP_CALL(result, count_down_steps, &self->inner);
    if (result.error)
        return result;
    EFT_STEP_AWAIT(result, eft_spawn(sleep_one, NULL));
    if (result.error)
        return result;
    EFT_STEP_END();
    return eft_ok();
}

static void fini_count_down(void *state)
{
    scenario_free(((count_down *)state)->value);
}

static eft_result walk_in_steps(void *arg)
{
    count_down start = {.left = 2};
    outer_steps outer = {.inner = {.left = 2}};

    (void)arg;
    EFT_TRY(eft_await(eft_spawn_steps(count_down_steps, &start, sizeof start)));
    EFT_TRY(eft_await(eft_spawn_steps(call_and_sleep, &outer, sizeof outer)));
    start.value = scenario_value();
    return eft_await(eft_spawn_steps_owned(count_down_steps, &start,
                                           sizeof start, fini_count_down));
}

/* What the macros are made of. */
static eft_result await_by_hand(void *state)
{
    count_down *self = state;

    if (self->left--)
        return eft_step_is_waiting(eft_step_waiting())
                   ? eft_step_await(eft_call_soon(count_call, self->value))
                   : eft_failed(EFT_EIO);
    return eft_step_result();
}

static eft_result step_by_hand(void *arg)
{
    int calls = 0;
    count_down start = {.left = 1, .value = &calls};
    eft_result result =
        eft_await(eft_spawn_steps(await_by_hand, &start, sizeof start));

    (void)arg;
    SHOULD(calls == (result.error ? 0 : 1));
    return result;
}

/* cJSON is given our memory, so that it runs out of it too. */
static eft_result parse_json(void *arg)
{
    static const char text[] = "{\"a\":[1,\"two\",null],\"b\":{}}";
    cJSON_Hooks hooks = {eft__alloc, eft__free};

    (void)arg;
    cJSON_InitHooks(&hooks);
    eft_result result = eft_json_parse(text, sizeof text - 1);
    eft_result other = eft_json_parse("[[1]]", 5);
    eft_json_free(other.error ? NULL : other.json);
    eft_result_free(result);
    cJSON_InitHooks(NULL);
    if (result.error == EFT_EJSON || other.error == EFT_EJSON)
        return eft_failed(EFT_ENOMEM); /* which cJSON does not tell apart */
    return result.error ? result : eft_ok();
}

static eft_result make_a_message(void *arg)
{
    eft_message *message = eft__message_new(EFT_MESSAGE_TEXT, 100);
    eft_message *larger = message ? eft__message_resize(message, 1000) : NULL;

    (void)arg;
    eft_message_free(larger ? larger : message);
    return larger ? eft_ok() : eft_failed(EFT_ENOMEM);
}

const scenario no_memory_core[] = {
    {"make_results", make_results},
    {"fail_and_ask_why", fail_and_ask_why},
    {"resolve_a_future", resolve_a_future},
    {"give_a_value_that_nobody_takes", give_a_value_that_nobody_takes},
    {"cancel_a_future", cancel_a_future},
    {"be_told", be_told},
    {"call_callbacks", call_callbacks},
    {"cancel_a_callback", cancel_a_callback},
    {"uncancel_a_task", uncancel_a_task},
    {"spawn_with_owned_args", spawn_with_owned_args},
    {"meet_the_fiber_limit", meet_the_fiber_limit},
    {"walk_in_steps", walk_in_steps},
    {"step_by_hand", step_by_hand},
    {"parse_json", parse_json},
    {"make_a_message", make_a_message},
    {NULL, NULL},
};
