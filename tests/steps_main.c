/* SPDX-License-Identifier: MIT
 * The runner of tests of steps: steps [--list] [SUITE[.TEST]...] */
#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <eft/eft.h>

#include "report.h"
#include "steps.h"

/* Design notes.  This is tests/main.c for programs without fibers: the runner
 * is a body of steps, and spawns each case as a task of steps.  CUnit holds the
 * registry and the verdicts, but would have to return while a case waits.  So
 * the case leaves its failures in a list, and what CUnit calls afterwards reads
 * them out. */

typedef struct failure {
    const char *condition;
    const char *file;
    unsigned line;
} failure;

/* A case that fails more often says nothing new. */
static failure failures[32];
static size_t failure_count;

bool step_check(bool holds, const char *condition, unsigned line,
                const char *file)
{
    if (!holds && failure_count < sizeof failures / sizeof *failures)
        failures[failure_count++] = (failure){condition, file, line};
    return holds;
}

/* The function of every test in CUnit's registry. */
static void hand_over(void)
{
    for (size_t i = 0; i < failure_count; i++)
        CU_assertImplementation(CU_FALSE, failures[i].line,
                                failures[i].condition, failures[i].file, "",
                                CU_FALSE);
}

/* One case on its way. */
typedef struct test_run {
    eft_step step;
    const step_case *test;
    CU_pSuite cu_suite; /* where CUnit keeps it */
    CU_pTest cu_test;
    test_tally *tally;
    size_t live; /* objects, before the case */
    int64_t give_up;
} test_run;

typedef struct runner {
    eft_step step;
    const test_program *program;
    const step_suite *suite;
    CU_pSuite cu_suite;
    test_run run;
    test_tally tally;
} runner;

static bool add_suites(void)
{
    for (const step_suite *suite = step_suites; suite->name; suite++) {
        CU_pSuite added = CU_add_suite(suite->name, NULL, NULL);

        if (!added)
            return false;
        for (const step_case *test = suite->cases; test->name; test++) {
            if (!CU_add_test(added, test->name, hand_over))
                return false;
        }
    }
    return true;
}

static eft_future *start(const step_case *test)
{
    static const int64_t zero[STEP_STATE_MOST / sizeof(int64_t)];

    test_begin();
    failure_count = 0;
    return eft_spawn_steps(test->steps, zero, test->size);
}

/* Runs one case, from its start to its line.  What it gave up may be on its way
 * still, but not for long. */
static eft_result run_case(void *state)
{
    test_run *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    self->live = eft_live_objects();
    EFT_STEP_AWAIT(result, start(self->test));
    step_check(!result.error, "the case has ended without an error", __LINE__,
               __FILE__);
    eft_result_free(result);
    self->give_up = eft_now() + 5000;
    while (eft_live_objects() != self->live && eft_now() < self->give_up)
        EFT_STEP_TRY(eft_sleep(1));
    EFT_STEP_END();
    CU_run_test(self->cu_suite, self->cu_test);
    test_report(self->cu_suite, self->cu_test, self->live, self->tally);
    return eft_ok();
}

/* Has the next case of the current suite ready to run; false: there is none. */
static bool next_case(runner *self)
{
    test_run *run = &self->run;

    run->step = (eft_step){0};
    run->test = run->test ? run->test + 1 : self->suite->cases;
    run->cu_suite = self->cu_suite;
    run->cu_test = run->cu_test ? run->cu_test->pNext : self->cu_suite->pTest;
    run->tally = &self->tally;
    return run->test->name;
}

static void next_suite(runner *self)
{
    self->suite++;
    self->cu_suite = self->cu_suite->pNext;
    self->run = (test_run){.test = NULL};
}

static eft_result run_all(void *state)
{
    runner *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    if (CU_initialize_registry() != CUE_SUCCESS || !add_suites())
        return eft_fail(EFT_EUSER, "CUnit: %s", CU_get_error_msg());
    self->cu_suite = CU_get_registry()->pSuite;
    for (self->suite = step_suites; self->suite->name; next_suite(self)) {
        while (next_case(self)) {
            if (!test_is_due(self->program, self->cu_suite, self->run.cu_test))
                continue;
            EFT_STEP_CALL(result, run_case, &self->run);
            if (result.error)
                return result;
        }
    }
    EFT_STEP_END();
    CU_cleanup_registry();
    return test_close(self->program, &self->tally);
}

int main(int argc, char **argv)
{
    static test_program program;
    const runner state = {.program = &program};

    test_program_read(&program, argc, argv);
    step_before_the_loop();
    return eft_run_steps(run_all, &state, sizeof state);
}
