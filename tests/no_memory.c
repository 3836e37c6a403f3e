/* SPDX-License-Identifier: MIT
 * The suites without memory: no-memory-virtual [SUITE[.TEST]...] [work=N]
 *
 * Each test that allocates is run with each of its allocations failing.  What
 * its assertions say then does not count: nothing may crash, hang or leak. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <eft/eft.h>

#include "no_memory.h"
#include "suite.h"

static int argument_count;
static char **arguments;
static unsigned passed;
static unsigned failed;

/* The test is one like any other when memory is short. */
void test_skip(const char *reason)
{
    (void)reason;
}

void test_leaves(void)
{
    no_memory_leave();
}

void test_explain(const char *format, ...)
{
    (void)format;
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

static bool is_wanted(const char *suite, const char *test)
{
    bool filtered = false;

    for (int i = 1; i < argument_count; i++) {
        if (strchr(arguments[i], '='))
            continue; /* the address of a server, or work */
        filtered = true;
        if (names(arguments[i], suite, test))
            return true;
    }
    return !filtered;
}

static void count(bool held, const char *suite, const char *test)
{
    if (held)
        printf("ok %s.%s\n", suite, test);
    passed += held;
    failed += !held;
}

static void run_test(const void *arg)
{
    CU_pTest test = (CU_pTest)(uintptr_t)arg;

    CU_run_test(CU_get_registry()->pSuite, test);
}

static void try_test(CU_pSuite suite, CU_pTest test)
{
    trial tried = {.suite = suite->pName,
                   .name = test->pName,
                   .run = run_test,
                   .arg = test,
                   .excuse = no_memory_excuse(suite->pName, test->pName)};

    if (is_wanted(tried.suite, tried.name) &&
        !no_memory_is_left_out(tried.suite, tried.name))
        count(no_memory_try(&tried), tried.suite, tried.name);
}

/* CUnit is given one suite at a time, so that the first is a test's own. */
static bool try_suite(const test_suite *suite)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return false;
    CU_pSuite added = CU_add_suite(suite->name, NULL, NULL);

    for (const test_case *test = suite->cases; added && test->name; test++) {
        CU_pTest adding = CU_add_test(added, test->name, test->run);

        if (!adding)
            return false;
        try_test(added, adding);
    }
    CU_cleanup_registry();
    return added;
}

static bool try_suites(const test_suite *suites)
{
    bool all = true;

    for (; suites->name; suites++)
        all = try_suite(suites) && all;
    return all;
}

static void try_scenarios(const char *suite, const scenario *scenarios)
{
    for (; scenarios->name; scenarios++)
        if (is_wanted(suite, scenarios->name))
            count(no_memory_try_scenario(suite, scenarios), suite,
                  scenarios->name);
}

static eft_result runner(void *arg)
{
    (void)arg;
    try_scenarios("short_core", no_memory_core);
    try_scenarios("short_combine", no_memory_combine);
    try_scenarios("short_sync", no_memory_sync);
    try_scenarios("short_queue", no_memory_queue);
    try_scenarios("short_ws", no_memory_ws);
    try_scenarios("short_again", no_memory_again);
    try_scenarios("short_http", no_memory_http);
    if (!try_suites(test_suites) || !try_suites(test_suites_of_world))
        return eft_fail(EFT_EUSER, "CUnit: %s", CU_get_error_msg());
    printf("%u passed, %u failed\n", passed, failed);
    if (failed || !passed)
        return eft_fail(EFT_EUSER, "%u failed", failed);
    return eft_ok();
}

static void run_programs(const char *suite, const scenario *scenarios)
{
    for (; scenarios->name; scenarios++)
        if (is_wanted(suite, scenarios->name))
            count(no_memory_try_program(scenarios), suite, scenarios->name);
}

/* Where everything takes longer, fewer runs of a long test have to do. */
static void read_work(void)
{
    for (int i = 1; i < argument_count; i++)
        if (!strncmp(arguments[i], "work=", 5))
            no_memory_work = strtoul(arguments[i] + 5, NULL, 10);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    argument_count = argc;
    arguments = argv;
    read_work();
    eft_set_allocator(run_short, &no_memory);
    if (no_memory_has_programs()) {
        run_programs("short_program", no_memory_core);
        run_programs("short_program", no_memory_combine);
        run_programs("short_program", no_memory_sync);
        run_programs("short_program", no_memory_queue);
        run_programs("short_program", no_memory_ws);
        run_programs("short_program", no_memory_again);
        run_programs("short_program", no_memory_http);
    }
    return eft_run(runner, NULL);
}
