/* SPDX-License-Identifier: MIT
 * What a test suite needs: CUnit's soft assertions, return on failure, skip. */
#ifndef EFT_TESTS_SUITE_H
#define EFT_TESTS_SUITE_H

#include <stdbool.h>

#include <CUnit/CUnit.h>

/* A suite is one file, tests/suite_x.c, which exports its cases; tests/suites.c
 * lists it (tests/suites_network.c where it needs a server).
 *
 *     static void sleep_waits_for_its_delay(void)
 *     {
 *         REQUIRE(!eft_await(eft_sleep(5)).error);
 *         CU_ASSERT_EQUAL(eft_now(), 5);
 *     }
 *
 *     const test_case suite_loop[] = {
 *         {"sleep_waits_for_its_delay", sleep_waits_for_its_delay},
 *         {NULL, NULL},
 *     };
 *
 * Each case runs inside a task of its own on the program's loop, so it may
 * await.  It must leave eft_live_objects() as it found it.  It may install an
 * allocator or a log sink, and has to take them back. */
typedef struct test_case {
    const char *name;
    void (*run)(void);
} test_case;

typedef struct test_suite {
    const char *name;
    const test_case *cases; /* ends with a NULL name */
} test_suite;

/* Each list ends with a NULL name. */
extern const test_suite test_suites[];
extern const test_suite test_suites_of_target[];
extern const test_suite test_suites_of_world[];
extern const test_suite test_suites_of_both[]; /* a target with a network */

/* REQUIRE is an assertion which returns from a void function when it fails.
 * (CU_..._FATAL is a longjmp: across fibers and wasm frames it must not be.) */
#define REQUIRE(condition)                                                     \
    do {                                                                       \
        bool test_holds = (condition);                                         \
        CU_assertImplementation(test_holds, __LINE__, #condition, __FILE__,    \
                                "", CU_FALSE);                                 \
        if (!test_holds) {                                                     \
            test_leaves();                                                     \
            return;                                                            \
        }                                                                      \
    } while (0)

/* CHECK is an assertion which goes on when it fails. */
#define CHECK(condition)                                                       \
    CU_assertImplementation((condition), __LINE__, #condition, __FILE__, "",   \
                            CU_FALSE)

/* SKIP ends a test here, and has the reason printed instead of "ok". */
#define SKIP(reason)                                                           \
    do {                                                                       \
        test_skip(reason);                                                     \
        return;                                                                \
    } while (0)

/* test_leaves is called by a REQUIRE that fails, before it returns: a runner
 * may end what the test has started, while its variables are there still. */
void test_leaves(void);

/* test_explain prints a line that says more about a failure, as printf does. */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void test_explain(const char *format, ...);

/* test_skip marks the running test as skipped; reason is a literal. */
void test_skip(const char *reason);

#endif
