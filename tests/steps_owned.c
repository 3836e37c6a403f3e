/* SPDX-License-Identifier: MIT
 * eft_spawn_steps_owned: a state that holds things is freed, once, always. */
#include "journal.h"
#include "short_memory.h"
#include "steps.h"

typedef struct test {
    eft_step step;
    eft_result result;
    eft_future *future;
    size_t allowed; /* blocks of memory */
    int32_t error;
    size_t size; /* of a state */
    bool aligned;
} test;

/* What is freed: its fini counts, and looks at what it is given. */
typedef struct holder {
    eft_step step;
    int64_t delay_ms;
    int32_t error; /* what the body ends with, where nothing else happens */
    int *freed;    /* what the state holds */
    bool began;
} holder;

static int freed;
static bool last_had_begun;

static void free_holder(void *state)
{
    holder *self = state;

    ++*self->freed;
    last_had_begun = self->began;
}

static eft_result hold(void *state)
{
    holder *self = state;

    self->began = true;
    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(eft_sleep(self->delay_ms));
    STEP_CHECK(*self->freed == 0); /* not while it lives */
    EFT_STEP_END();
    return self->error ? eft_failed(self->error) : step_owned_value();
}

static eft_future *spawn(int64_t delay_ms, int32_t error)
{
    const holder state = {
        .delay_ms = delay_ms, .error = error, .freed = &freed};

    freed = 0;
    last_had_begun = false;
    return eft_spawn_steps_owned(hold, &state, sizeof state, free_holder);
}

static eft_result after_a_value(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, spawn(0, 0));
    STEP_CHECK(freed == 1 && last_had_begun);
    STEP_CHECK(step_values_left == 1);
    eft_result_free(t->result);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result after_an_error(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, spawn(0, EFT_EIO));
    STEP_CHECK(t->result.error == EFT_EIO);
    STEP_CHECK(freed == 1 && last_had_begun);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result after_a_cancel_in_an_await(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = spawn(STEP_HOUR, 0);
    EFT_STEP_TRY(eft_sleep(0));
    eft_cancel(t->future);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    STEP_CHECK(freed == 1 && last_had_begun);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result where_it_never_begins(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = spawn(0, 0);
    eft_cancel(t->future);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ECANCELED);
    STEP_CHECK(freed == 1 && !last_had_begun);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result where_nobody_holds_the_task(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    eft_future_free(spawn(0, 0));
    STEP_CHECK(freed == 0);
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(freed == 1 && step_values_left == 0);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result before_who_awaits_the_task_goes_on(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = spawn(1, EFT_EUSER);
    STEP_CHECK(freed == 0);
    EFT_STEP_AWAIT(t->result, eft_wait_for(STEP_HOUR, t->future));
    STEP_CHECK(t->result.error == EFT_EUSER && freed == 1);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result where_a_deadline_ends_the_task(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result, eft_wait_for(1, spawn(STEP_HOUR, 0)));
    STEP_CHECK(t->result.error == EFT_ETIMEDOUT);
    STEP_CHECK(freed == 1 && last_had_begun);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result where_a_sibling_fails(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_AWAIT(t->result,
                   eft_gather(spawn(STEP_HOUR, 0), step_failing(0, "no")));
    STEP_CHECK(t->result.error == EFT_EUSER && freed == 1);
    EFT_STEP_END();
    return eft_ok();
}

/* The allocator is another one only while nothing else allocates; memory that
 * it gives is realloc's too. */
static eft_result where_there_is_no_memory(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->allowed = 0;
    eft_set_allocator(run_out, &t->allowed);
    t->future = spawn(0, 0);
    eft_set_allocator(NULL, NULL);
    STEP_CHECK(freed == 1);
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(t->result.error == EFT_ENOMEM);
    STEP_CHECK(freed == 1 && !last_had_begun);
    EFT_STEP_END();
    return eft_ok();
}

static void count_free(void *state)
{
    (void)state;
    freed++;
}

static eft_result where_the_size_is_no_size(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    freed = 0;
    EFT_STEP_AWAIT(t->result,
                   eft_spawn_steps_owned(hold, t, SIZE_MAX, count_free));
    STEP_CHECK(t->result.error == EFT_ENOMEM && freed == 1);
    EFT_STEP_AWAIT(t->result, eft_spawn_steps(hold, t, SIZE_MAX - 8));
    STEP_CHECK(t->result.error == EFT_ENOMEM);
    EFT_STEP_END();
    return eft_ok();
}

static int freed_before_the_loop;
static int32_t error_before_the_loop;

void step_before_the_loop(void)
{
    eft_future *future = spawn(0, 0);

    freed_before_the_loop = freed;
    error_before_the_loop = eft_future_take(future).error;
    eft_future_free(future);
}

static eft_result where_no_loop_runs(void *state)
{
    (void)state;
    STEP_CHECK(error_before_the_loop == EFT_EINVAL);
    STEP_CHECK(freed_before_the_loop == 1);
    return eft_ok();
}

static eft_result without_a_fini_it_is_a_plain_spawn(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    freed = 0;
    EFT_STEP_AWAIT(t->result,
                   eft_spawn_steps_owned(
                       hold, &(holder){.error = EFT_EIO, .freed = &freed},
                       sizeof(holder), NULL));
    STEP_CHECK(t->result.error == EFT_EIO && freed == 0);
    EFT_STEP_END();
    return eft_ok();
}

typedef struct sized {
    eft_step step;
    bool *aligned;
    int64_t rest[30];
} sized;

static eft_result note_alignment(void *state)
{
    const sized *self = state;

    *self->aligned = *self->aligned && (uintptr_t)state % 8 == 0 &&
                     (uintptr_t)eft_current_task() % 8 == 0;
    return eft_ok();
}

static void keep_nothing(void *state)
{
    (void)state;
}

/* Of all sizes that are cut from slabs, and of some that are not. */
static eft_result a_state_lies_at_a_multiple_of_8(void *state)
{
    test *t = state;
    sized given = {.aligned = &t->aligned};

    EFT_STEP_BEGIN(t);
    t->aligned = true;
    for (t->size = offsetof(sized, rest); t->size <= sizeof given; t->size++) {
        t->future = eft_spawn_steps(note_alignment, &given, t->size);
        EFT_STEP_TRY(eft_spawn_steps_owned(note_alignment, &given, t->size,
                                           keep_nothing));
        EFT_STEP_TRY(t->future);
        STEP_REQUIRE(t->aligned);
    }
    EFT_STEP_END();
    return eft_ok();
}

const step_case steps_owned[] = {
    STEP_CASE(after_a_value),
    STEP_CASE(after_an_error),
    STEP_CASE(after_a_cancel_in_an_await),
    STEP_CASE(where_it_never_begins),
    STEP_CASE(where_nobody_holds_the_task),
    STEP_CASE(before_who_awaits_the_task_goes_on),
    STEP_CASE(where_a_deadline_ends_the_task),
    STEP_CASE(where_a_sibling_fails),
    STEP_CASE(where_there_is_no_memory),
    STEP_CASE(where_the_size_is_no_size),
    STEP_CASE(where_no_loop_runs),
    STEP_CASE(without_a_fini_it_is_a_plain_spawn),
    STEP_CASE(a_state_lies_at_a_multiple_of_8),
    {NULL, NULL, 0},
};
