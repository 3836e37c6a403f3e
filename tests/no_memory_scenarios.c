/* SPDX-License-Identifier: MIT
 * Programs that handle every error: how they are tried. */
#include <stdio.h>
#include <stdlib.h>

#include <eft/eft.h>

#include "no_memory.h"

/* What the scenario that runs has come to. */
static struct {
    eft_result result;
    const char *broken; /* the first claim that did not hold */
    size_t made;        /* owned values */
    size_t freed;
} state;

void scenario_claim(bool holds, const char *claim)
{
    if (!holds && !state.broken)
        state.broken = claim;
}

void *scenario_value(void)
{
    state.made++;
    return malloc(1);
}

void scenario_free(void *value)
{
    state.freed++;
    free(value);
}

eft_result scenario_both(eft_result a, eft_result b)
{
    eft_result_free(a);
    eft_result_free(b);
    if (a.error)
        return a;
    return b.error ? b : eft_ok();
}

eft_result scenario_owned(void)
{
    return eft_owned(scenario_value(), scenario_free);
}

void scenario_begin(void)
{
    state.result = eft_failed(EFT_EUSER);
    state.broken = NULL;
    state.made = state.freed = 0;
}

const char *scenario_broken(void)
{
    if (state.broken)
        return state.broken;
    return state.made == state.freed
               ? NULL
               : "an owned value was not freed exactly once";
}

static const char *wrong(const void *arg, const short_memory *memory)
{
    int32_t error = state.result.error;

    (void)arg;
    if (scenario_broken())
        return scenario_broken();
    if (error && error != EFT_ENOMEM)
        return eft_error_name(error);
    return error && !memory->failed ? "it failed with enough memory" : NULL;
}

static void run(const void *arg)
{
    const scenario *program = arg;

    scenario_begin();
    state.result = program->run(NULL);
    eft_result_free(state.result);
}

bool no_memory_try_scenario(const char *suite, const scenario *program)
{
    trial tried = {.suite = suite,
                   .name = program->name,
                   .run = run,
                   .arg = program,
                   .wrong = wrong};

    return no_memory_try(&tried);
}
