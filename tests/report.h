/* SPDX-License-Identifier: MIT
 * What both test runners share: which tests are wanted, what is printed. */
#ifndef EFT_TESTS_REPORT_H
#define EFT_TESTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include <CUnit/CUnit.h>
#include <eft/eft.h>

/* The command line: [--list] [SUITE[.TEST]...] [name=url...] */
typedef struct test_program {
    int argc;
    char **argv;
    bool list; /* print the names, run nothing */
} test_program;

typedef struct test_tally {
    unsigned passed;
    unsigned failed;
    unsigned skipped;
} test_tally;

/* Reads the command line; what it is to print is then written line by line. */
void test_program_read(test_program *program, int argc, char **argv);

/* Is the test to run?  With --list it is printed instead. */
bool test_is_due(const test_program *program, CU_pSuite suite, CU_pTest test);

/* Begins a test: it is not skipped yet. */
void test_begin(void);

/* Prints what came of a test, from CUnit's records and from whether there are
 * as many live objects as before it; counts it. */
void test_report(CU_pSuite suite, CU_pTest test, size_t live,
                 test_tally *tally);

/* Prints the closing lines, and gives what the program ends with. */
eft_result test_close(const test_program *program, const test_tally *tally);

#endif
