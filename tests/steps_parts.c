/* SPDX-License-Identifier: MIT
 * Tasks of steps that the cases start, and things that they look at. */
#include "steps_parts.h"

#include "journal.h"

typedef struct sleeper {
    eft_step step;
    int64_t delay_ms;
    int64_t value;
} sleeper;

static eft_result sleep_and_give(void *state)
{
    sleeper *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(eft_sleep(self->delay_ms));
    EFT_STEP_END();
    return eft_ok_i64(self->value);
}

eft_future *step_sleeper(int64_t delay_ms, int64_t value)
{
    const sleeper state = {.delay_ms = delay_ms, .value = value};

    return eft_spawn_steps(sleep_and_give, &state, sizeof state);
}

typedef struct named {
    eft_step step;
    int64_t delay_ms;
    const char *name;
    int i;
} named;

static eft_future *spawn_named(eft_body *steps, int64_t delay_ms,
                               const char *name)
{
    const named state = {.delay_ms = delay_ms, .name = name};

    return eft_spawn_steps(steps, &state, sizeof state);
}

static eft_result sleep_and_fail(void *state)
{
    named *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(eft_sleep(self->delay_ms));
    EFT_STEP_END();
    return eft_fail(EFT_EUSER, "%s", self->name);
}

eft_future *step_failing(int64_t delay_ms, const char *sentence)
{
    return spawn_named(sleep_and_fail, delay_ms, sentence);
}

static eft_result sleep_and_note(void *state)
{
    named *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    EFT_STEP_AWAIT(result, eft_sleep(self->delay_ms));
    EFT_STEP_END();
    if (result.error)
        note("%s:%s", self->name, eft_error_name(result.error));
    else
        note("%s", self->name);
    return result;
}

eft_future *step_noting(int64_t delay_ms, const char *name)
{
    return spawn_named(sleep_and_note, delay_ms, name);
}

static eft_result clean_up(void *state)
{
    named *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    EFT_STEP_AWAIT(result, eft_sleep(EFT_FOREVER));
    note("%s:%s", self->name, eft_error_name(result.error));
    for (self->i = 0; self->i < 3; self->i++)
        EFT_STEP_TRY(eft_sleep(0));
    note("%s:clean", self->name);
    EFT_STEP_END();
    return eft_failed(EFT_ECANCELED);
}

eft_future *step_cleaning(const char *name)
{
    return spawn_named(clean_up, 0, name);
}

typedef struct stubborn {
    eft_step step;
    int times;
    int64_t value;
} stubborn;

static eft_result refuse_to_end(void *state)
{
    stubborn *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    while (self->times > 0) {
        EFT_STEP_AWAIT(result, eft_sleep(EFT_FOREVER));
        if (result.error == EFT_ECANCELED)
            self->times--;
    }
    EFT_STEP_END();
    return eft_ok_i64(self->value);
}

eft_future *step_stubborn(int times, int64_t value)
{
    const stubborn state = {.times = times, .value = value};

    return eft_spawn_steps(refuse_to_end, &state, sizeof state);
}

int step_values_left;

static void free_value(void *value)
{
    --*(int *)value;
}

eft_result step_owned_value(void)
{
    step_values_left++;
    return eft_owned(&step_values_left, free_value);
}

typedef struct giving {
    eft_step step;
} giving;

static eft_result give_owned(void *state)
{
    giving *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_END();
    return step_owned_value();
}

eft_future *step_giving_owned(void)
{
    const giving state = {{0}};

    return eft_spawn_steps(give_owned, &state, sizeof state);
}

void step_count(void *arg)
{
    ++*(int *)arg;
}

static eft_result do_nothing(void *arg)
{
    (void)arg;
    return eft_ok();
}

eft_future *step_fiber(void)
{
    return eft_spawn(do_nothing, NULL);
}

eft_result step_make_turns(void *state)
{
    step_part *self = state;

    EFT_STEP_BEGIN(self);
    for (self->made = 0; self->made < self->turns; self->made++)
        EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_END();
    return eft_ok_i64(self->made);
}
