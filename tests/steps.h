/* SPDX-License-Identifier: MIT
 * What a suite of steps needs: its cases, assertions that are kept, skip. */
#ifndef EFT_TESTS_STEPS_H
#define EFT_TESTS_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include <eft/eft.h>

#include "steps_parts.h"
#include "suite.h"

/* A suite of steps is one file, tests/steps_x.c, as a suite is; its cases are
 * bodies of steps, so that it runs in builds without fibers too.
 *
 *     typedef struct test {
 *         eft_step step;
 *         int64_t start;
 *     } test;
 *
 *     static eft_result a_sleep_waits_for_its_delay(void *state)
 *     {
 *         test *t = state;
 *
 *         EFT_STEP_BEGIN(t);
 *         t->start = eft_now();
 *         EFT_STEP_TRY(eft_sleep(5));
 *         STEP_CHECK(eft_now() - t->start >= 5);
 *         EFT_STEP_END();
 *         return eft_ok();
 *     }
 *
 *     const step_case steps_sleep[] = {
 *         STEP_CASE(a_sleep_waits_for_its_delay),
 *         {NULL, NULL, 0},
 *     };
 *
 * Each case is a task of its own, whose state, a struct test, is zero when it
 * begins.  It must leave eft_live_objects() as it found it, and it may not end
 * with an error. */
typedef struct step_case {
    const char *name;
    eft_body *steps;
    size_t size; /* of its state, at most STEP_STATE_MOST */
} step_case;

#define STEP_CASE(name)                                                        \
    {                                                                          \
#name, name, sizeof(test)                                              \
    }

enum { STEP_STATE_MOST = 512 };

typedef struct step_suite {
    const char *name;
    const step_case *cases; /* ends with a NULL name */
} step_suite;

extern const step_suite step_suites[];

/* CUnit hears of failures when the case has ended: it does not call it, since
 * it could not go on where the case waits. */
#define STEP_CHECK(condition)                                                  \
    step_check((condition), #condition, __LINE__, __FILE__)

/* STEP_REQUIRE is a STEP_CHECK which ends the case when it fails. */
#define STEP_REQUIRE(condition)                                                \
    do {                                                                       \
        if (!STEP_CHECK(condition))                                            \
            return eft_ok();                                                   \
    } while (0)

/* STEP_SKIP ends a case here, and has the reason printed instead of "ok". */
#define STEP_SKIP(reason)                                                      \
    do {                                                                       \
        test_skip(reason);                                                     \
        return eft_ok();                                                       \
    } while (0)

/* STEP_NEEDS_FIBERS skips a case where the build has no fibers. */
#define STEP_NEEDS_FIBERS()                                                    \
    do {                                                                       \
        eft_result step_probe;                                                 \
        EFT_STEP_AWAIT(step_probe, step_fiber());                              \
        if (step_probe.error == EFT_ENOTSUP)                                   \
            STEP_SKIP("this build has no fibers");                             \
    } while (0)

/* What main() does before the loop begins, for the case that looks at it. */
void step_before_the_loop(void);

/* step_check keeps a failed assertion, and answers whether it holds; the texts
 * are literals. */
bool step_check(bool holds, const char *condition, unsigned line,
                const char *file);

#endif
