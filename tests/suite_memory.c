/* SPDX-License-Identifier: MIT
 * The allocator, and what happens when it has nothing to give. */
#include <stdlib.h>

#include <eft/eft.h>

#include "suite.h"

/* An allocator whose nth allocation, and all later ones, fail. */
typedef struct failing {
    size_t count;   /* allocations so far */
    size_t fail_at; /* 0: never */
} failing;

static void *allocate(void *context, void *memory, size_t size)
{
    failing *self = context;

    if (!size) {
        free(memory);
        return NULL;
    }
    if (self->fail_at && ++self->count >= self->fail_at)
        return NULL;
    return realloc(memory, size);
}

static eft_result sleep_one(void *arg)
{
    (void)arg;
    return eft_await(eft_sleep(1));
}

static eft_result fail_with_words(void *arg)
{
    (void)arg;
    return eft_fail(EFT_EUSER, "some words to be copied");
}

static void nothing(void *arg)
{
    (void)arg;
}

static void told(eft_future *future, void *arg)
{
    (void)future;
    (void)arg;
}

/* A bit of everything that allocates; what it ends with does not matter. */
static void exercise(void)
{
    eft_future *promise = eft_future_new();

    (void)eft_future_on_done(promise, told, NULL);
    eft_future_resolve(promise, eft_ok());
    eft_future_free(promise);
    eft_result_free(
        eft_await(eft_gather(eft_spawn(sleep_one, NULL), eft_sleep(1),
                             eft_wait_for(5, eft_spawn(sleep_one, NULL)))));
    eft_result_free(eft_await(eft_gather(eft_spawn(fail_with_words, NULL),
                                         eft_spawn(sleep_one, NULL))));
    eft_result_free(eft_await(eft_wait_for(1, eft_sleep(1000))));
    eft_result_free(eft_await(eft_call_soon(nothing, NULL)));
    eft_result_free(eft_await(eft_call_later(1, nothing, NULL)));
    eft_future_free(eft_spawn(sleep_one, NULL));
    eft_result_free(eft_await(eft_ws_connect("ws://", NULL)));
    eft_handler *handler = eft_handler_new();
    eft_result_free(eft_await(eft_handler_send_bytes(handler, "x", 1)));
    eft_handler_free(handler);
}

/* Lets what exercise() left running end. */
static void settle(size_t live)
{
    for (int i = 0; i < 20 && eft_live_objects() > live; i++)
        eft_await(eft_sleep(1));
}

static void each_failing_allocation_leaks_and_crashes_nothing(void)
{
    size_t before = eft_live_objects();
    failing counted = {0};

    /* The first round fails none; then the first to the last fail. */
    for (size_t n = 0; n < 200; n++) {
        counted = (failing){.fail_at = n};
        eft_set_allocator(allocate, &counted);
        exercise();
        counted.fail_at = 0;
        settle(before);
        eft_set_allocator(NULL, NULL);
        CHECK(eft_live_objects() == before);
        if (n && counted.count < n) /* it was not reached */
            break;
    }
}

static void start_functions_give_a_failed_future_without_memory(void)
{
    failing none = {.fail_at = 1};

    eft_set_allocator(allocate, &none);
    eft_future *sleeping = eft_sleep(5);
    eft_future *task = eft_spawn(sleep_one, NULL);
    eft_future *gather = eft_gather(eft_sleep(1));
    eft_set_allocator(NULL, NULL);
    CHECK(eft_await(sleeping).error == EFT_ENOMEM);
    CHECK(eft_await(task).error == EFT_ENOMEM);
    CHECK(eft_await(gather).error == EFT_ENOMEM);
}

static void live_objects_counts_futures(void)
{
    size_t before = eft_live_objects();
    eft_future *future = eft_future_new();

    CHECK(eft_live_objects() == before + 1);
    eft_future_free(future);
    CHECK(eft_live_objects() == before);
}

const test_case suite_memory[] = {
    {"live_objects_counts_futures", live_objects_counts_futures},
    {"start_functions_give_a_failed_future_without_memory",
     start_functions_give_a_failed_future_without_memory},
    {"each_failing_allocation_leaks_and_crashes_nothing",
     each_failing_allocation_leaks_and_crashes_nothing},
    {NULL, NULL},
};
