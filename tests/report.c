/* SPDX-License-Identifier: MIT
 * What both test runners share: which tests are wanted, what is printed. */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/TestRun.h>

#include "suite.h"

static const char *skip_reason;

void test_skip(const char *reason)
{
    skip_reason = reason;
}

/* The runners have nothing to end: a leak is a failure like any other. */
void test_leaves(void)
{
}

void test_explain(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

void test_begin(void)
{
    skip_reason = NULL;
}

void test_program_read(test_program *program, int argc, char **argv)
{
    /* A test that takes the process down must not take the lines with it. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    program->argc = argc;
    program->argv = argv;
    for (int i = 1; i < argc; i++)
        program->list = program->list || !strcmp(argv[i], "--list");
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

bool test_is_due(const test_program *program, CU_pSuite suite, CU_pTest test)
{
    bool wanted = is_wanted(program, suite->pName, test->pName);

    if (wanted && program->list)
        printf("%s.%s\n", suite->pName, test->pName);
    return wanted && !program->list;
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

void test_report(CU_pSuite suite, CU_pTest test, size_t live, test_tally *tally)
{
    bool failed = print_failures(suite->pName, test->pName);

    if (eft_live_objects() != live) {
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

eft_result test_close(const test_program *program, const test_tally *tally)
{
    if (program->list)
        return eft_ok();
    if (tally->skipped)
        printf("%u skipped\n", tally->skipped);
    printf("%u passed, %u failed\n", tally->passed, tally->failed);
    if (!tally->failed && !tally->passed && !tally->skipped)
        return eft_fail(EFT_EUSER, "no test has such a name");
    if (tally->failed)
        return eft_fail(EFT_EUSER, "%u tests failed", tally->failed);
    return eft_ok();
}
