/* SPDX-License-Identifier: MIT
 * The test runner: suites [--list] [SUITE[.TEST]...] [name=url...] */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <eft/eft.h>

#include "servers.h"
#include "suite.h"

/* Design notes.  CUnit holds the registry, the assertions and their records;
 * its own interfaces print too much and report success with failed asserts, so
 * each test is run from here, in a task of its own.  CUnit calls it between a
 * setjmp and its longjmp: that is why on the web CUnit is compiled with the
 * flags of the fibers. */

typedef struct test_tally {
    unsigned passed;
    unsigned failed;
    unsigned skipped;
} test_tally;

typedef struct test_program {
    int argc;
    char **argv;
    bool list; /* print the names, run nothing */
} test_program;

/* One test on its way. */
typedef struct test_run {
    CU_pSuite suite;
    CU_pTest test;
} test_run;

static const char *skip_reason;

void test_skip(const char *reason)
{
    skip_reason = reason;
}

/* Is it "SUITE" or "SUITE.TEST"? */
static bool names(const char *argument, const char *suite, const char *test)
{
    size_t length = strlen(suite);

    if (strncmp(argument, suite, length))
        return false;
    if (!argument[length])
        return true;
    return argument[length] == '.' && !strcmp(argument + length + 1, test);
}

static bool is_filter(const char *argument)
{
    return *argument != '-' && !strchr(argument, '=');
}

static bool is_wanted(const test_program *program, const char *suite,
                      const char *test)
{
    bool filtered = false;

    for (int i = 1; i < program->argc; i++) {
        if (!is_filter(program->argv[i]))
            continue;
        filtered = true;
        if (names(program->argv[i], suite, test))
            return true;
    }
    return !filtered;
}

/* Prints each failed assertion once; false where there was none. */
static bool print_failures(const char *suite, const char *test)
{
    CU_pFailureRecord failure = CU_get_failure_list();

    for (CU_pFailureRecord at = failure; at; at = at->pNext)
        printf("not ok %s.%s: %s:%u: %s\n", suite, test,
               at->strFileName ? at->strFileName : "?", at->uiLineNumber,
               at->strCondition ? at->strCondition : "?");
    return failure;
}

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
static bool settles_at(size_t live)
{
    int64_t give_up = eft_now() + 5000;

    while (eft_live_objects() != live && eft_now() < give_up)
        eft_result_free(eft_await(eft_sleep(1)));
    return eft_live_objects() == live;
}

static void run_test(CU_pSuite suite, CU_pTest test, test_tally *tally)
{
    test_run run = {suite, test};
    size_t live = eft_live_objects();
    bool failed;

    skip_reason = NULL;
    eft_result_free(eft_await(eft_spawn(run_in_a_task, &run)));
    failed = print_failures(suite->pName, test->pName);
    if (!settles_at(live)) {
        printf("not ok %s.%s: %zu live objects before it, %zu after it\n",
               suite->pName, test->pName, live, eft_live_objects());
        failed = true;
    }
    if (failed) {
        tally->failed++;
    } else if (skip_reason) {
        printf("skip %s.%s: %s\n", suite->pName, test->pName, skip_reason);
        tally->skipped++;
    } else {
        printf("ok %s.%s\n", suite->pName, test->pName);
        tally->passed++;
    }
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
            if (!is_wanted(program, suite->pName, test->pName))
                continue;
            if (program->list)
                printf("%s.%s\n", suite->pName, test->pName);
            else
                run_test(suite, test, tally);
        }
    }
}

static eft_result runner(void *arg)
{
    const test_program *program = arg;
    test_tally tally = {0, 0, 0};

    if (CU_initialize_registry() != CUE_SUCCESS || !add_suites(test_suites) ||
        !add_suites(test_suites_of_target) || !add_suites(test_suites_of_world))
        return eft_fail(EFT_EUSER, "CUnit: %s", CU_get_error_msg());
    run_suites(program, &tally);
    CU_cleanup_registry();
    if (program->list)
        return eft_ok();
    if (tally.skipped)
        printf("%u skipped\n", tally.skipped);
    printf("%u passed, %u failed\n", tally.passed, tally.failed);
    if (!tally.failed && !tally.passed && !tally.skipped)
        return eft_fail(EFT_EUSER, "no test has such a name");
    if (tally.failed)
        return eft_fail(EFT_EUSER, "%u tests failed", tally.failed);
    return eft_ok();
}

int main(int argc, char **argv)
{
    static test_program program;

    /* A test that takes the process down must not take the lines with it. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    program.argc = argc;
    program.argv = argv;
    for (int i = 1; i < argc; i++)
        program.list = program.list || !strcmp(argv[i], "--list");
    test_servers_read(argc, argv);
    return eft_run(runner, &program);
}
