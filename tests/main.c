/* SPDX-License-Identifier: MIT
 * The test runner: suites [--list] [SUITE[.TEST]...] [name=url...] */
#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <eft/eft.h>

#include "report.h"
#include "servers.h"
#include "suite.h"

/* Design notes.  CUnit holds the registry, the assertions and their records;
 * its own interfaces print too much and report success with failed asserts, so
 * each test is run from here, in a task of its own.  CUnit calls it between a
 * setjmp and its longjmp: that is why on the web CUnit is compiled with the
 * flags of the fibers. */

/* One test on its way. */
typedef struct test_run {
    CU_pSuite suite;
    CU_pTest test;
} test_run;

/* A test's task: what it leaves behind, such as the sentence of its last error,
 * ends with it. */
static eft_result run_in_a_task(void *arg)
{
    const test_run *run = arg;

    CU_run_test(run->suite, run->test);
    return eft_ok();
}

/* What a test gave up may be on its way still: a connection that is being cut,
 * a task that is being cancelled.  What does not end soon is a leak. */
static void settle_at(size_t live)
{
    int64_t give_up = eft_now() + 5000;

    while (eft_live_objects() != live && eft_now() < give_up)
        eft_result_free(eft_await(eft_sleep(1)));
}

static void run_test(CU_pSuite suite, CU_pTest test, test_tally *tally)
{
    test_run run = {suite, test};
    size_t live = eft_live_objects();

    test_begin();
    eft_result_free(eft_await(eft_spawn(run_in_a_task, &run)));
    settle_at(live);
    test_report(suite, test, live, tally);
}

static bool add_suites(const test_suite *suites)
{
    for (; suites->name; suites++) {
        CU_pSuite suite = CU_add_suite(suites->name, NULL, NULL);

        if (!suite)
            return false;
        for (const test_case *test = suites->cases; test->name; test++) {
            if (!CU_add_test(suite, test->name, test->run))
                return false;
        }
    }
    return true;
}

static void run_suites(const test_program *program, test_tally *tally)
{
    CU_pSuite suite = CU_get_registry()->pSuite;

    for (; suite; suite = suite->pNext) {
        for (CU_pTest test = suite->pTest; test; test = test->pNext) {
            if (test_is_due(program, suite, test))
                run_test(suite, test, tally);
        }
    }
}

static eft_result runner(void *arg)
{
    const test_program *program = arg;
    test_tally tally = {0, 0, 0};

    if (CU_initialize_registry() != CUE_SUCCESS || !add_suites(test_suites) ||
        !add_suites(test_suites_of_target) ||
        !add_suites(test_suites_of_world) || !add_suites(test_suites_of_both))
        return eft_fail(EFT_EUSER, "CUnit: %s", CU_get_error_msg());
    run_suites(program, &tally);
    CU_cleanup_registry();
    return test_close(program, &tally);
}

int main(int argc, char **argv)
{
    static test_program program;

    test_program_read(&program, argc, argv);
    test_servers_read(argc, argv);
    return eft_run(runner, &program);
}
