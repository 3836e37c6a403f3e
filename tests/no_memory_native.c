/* SPDX-License-Identifier: MIT
 * Whole programs without memory: eft_run() itself, which returns natively. */
#include <stdio.h>

#include <eft/eft.h>
#include <eft/step.h>

#include "no_memory.h"

typedef struct few_steps {
    eft_step step;
    const scenario *program; /* that is spawned */
} few_steps;

static eft_result spawn_it(void *state)
{
    few_steps *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(eft_sleep(1));
    EFT_STEP_AWAIT(result, eft_spawn(self->program->run, NULL));
    if (result.error)
        return result;
    eft_result_free(result);
    EFT_STEP_END();
    return eft_ok();
}

static int run_steps(const scenario *program)
{
    few_steps state = {.program = program};

    return eft_run_steps(spawn_it, &state, sizeof state);
}

static int run_fiber(const scenario *program)
{
    return eft_run(program->run, NULL);
}

/* One run; false: something was wrong, and printed. */
static bool run_once(const scenario *program, int (*run)(const scenario *),
                     size_t fail_at, bool all_later)
{
    size_t serial = no_memory.serial;
    const char *wrong = NULL;

    scenario_begin();
    eft_log_set_level(EFT_LOG_OFF);
    short_memory_arm(&no_memory, fail_at, all_later);
    int code = run(program);
    no_memory.armed = false;
    eft_log_set_level(EFT_LOG_INFO);
    if (code != 0 && (code != 1 || !no_memory.failed))
        wrong = "it fails with another exit code than it should";
    else if (scenario_broken())
        wrong = scenario_broken();
    else if (eft_live_objects() || no_memory.first)
        wrong = "memory stays alive";
    if (!wrong)
        return true;
    printf("not ok short_program.%s: without block %zu%s: %s\n", program->name,
           fail_at, all_later ? " and all later ones" : "", wrong);
    short_memory_print(&no_memory, serial);
    return false;
}

static bool run_each(const scenario *program, int (*run)(const scenario *))
{
    bool held = run_once(program, run, 0, false);
    size_t count = no_memory.asked;

    for (size_t at = 1; held && at <= count; at++)
        held = run_once(program, run, at, false) &&
               run_once(program, run, at, true);
    return held;
}

bool no_memory_has_programs(void)
{
    return true;
}

bool no_memory_try_program(const scenario *program)
{
    return run_each(program, run_fiber) && run_each(program, run_steps);
}
