/* SPDX-License-Identifier: MIT
 * Tests the native fiber half alone: no core, no world, no CUnit. */
#define _DEFAULT_SOURCE 1
#define _DARWIN_C_SOURCE 1

#include "fiber_native.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "eft/error.h"

/* Build with:
 *
 *     cc -std=c11 -O2 -pthread -I. -Isdk/include tests/fiber_native.c \
 *        tests/fiber_native_faults.c tests/fiber_native_keeps.c \
 *        native/fiber.c native/fiber_ucontext.c native/stack.c \
 *        native/overflow.c native/switch_x86_64.S native/switch_aarch64.S -lm
 */

/* With it, frames lie on the heap where the leak sanitizer does not look for
 * what sleeping fibers hold.  Read by the address sanitizer alone; newer ones
 * have it on. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_stack_use_after_return=0";
}

int failures_in_test;

void must_create(actor *self, void (*entry)(void *arg))
{
    int32_t error = eft_target_fiber_create(&self->fiber, entry, self);

    if (error) {
        printf("# create answered %d\n", (int)error);
        exit(1);
    }
}

void idle(actor *self)
{
    for (;;)
        eft_target_fiber_park(self->fiber);
}

void count_steps(void *arg)
{
    actor *self = arg;
    /* Both on this stack: if two stacks were mixed up, they would differ. */
    volatile unsigned number = self->number;
    volatile unsigned steps = 0;

    self->good = true;
    for (;;) {
        steps++;
        self->steps++;
        if (number != self->number || steps != self->steps)
            self->good = false;
        eft_target_fiber_park(self->fiber);
    }
}

long statm_bytes(int which)
{
    long numbers[2] = {0, 0};
    FILE *file = fopen("/proc/self/statm", "r");

    if (!file)
        return 0;
    if (fscanf(file, "%ld %ld", &numbers[0], &numbers[1]) != 2)
        numbers[which] = 0;
    fclose(file);
    return numbers[which] * sysconf(_SC_PAGESIZE);
}

/* --- switching --------------------------------------------------------- */

static uint32_t random_state = 2463534242u;

static uint32_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static void test_switch_in_any_order(void)
{
    enum { COUNT = 1000, ROUNDS = 100 };
    actor *actors = calloc(COUNT, sizeof *actors);
    unsigned *expected = calloc(COUNT, sizeof *expected);

    for (unsigned i = 0; i < COUNT; i++) {
        actors[i].number = i;
        must_create(&actors[i], count_steps);
    }
    for (unsigned i = 0; i < COUNT * ROUNDS; i++) {
        unsigned which = next_random() % COUNT;
        CHECK(eft_target_fiber_resume(actors[which].fiber));
        expected[which]++;
    }
    for (unsigned i = 0; i < COUNT; i++) {
        CHECK(actors[i].steps == expected[i]);
        CHECK(actors[i].good || expected[i] == 0);
    }
    /* The even ones first, so that holes are left and filled. */
    for (unsigned i = 0; i < COUNT; i += 2)
        eft_target_fiber_destroy(actors[i].fiber);
    for (unsigned i = 0; i < COUNT; i += 2)
        must_create(&actors[i], count_steps);
    for (unsigned i = 0; i < COUNT; i++)
        eft_target_fiber_destroy(actors[i].fiber);
    free(expected);
    free(actors);
}

static void ask_may_park(void *arg)
{
    actor *self = arg;

    self->good = eft_target_fiber_may_park(self->fiber);
    idle(self);
}

static void test_a_fiber_may_always_park(void)
{
    actor self = {.good = false};

    must_create(&self, ask_may_park);
    CHECK(!self.good);
    CHECK(eft_target_fiber_resume(self.fiber));
    CHECK(self.good);
    eft_target_fiber_destroy(self.fiber);
}

static void test_destroy_without_a_run(void)
{
    actor self = {.steps = 0};

    must_create(&self, count_steps);
    eft_target_fiber_destroy(self.fiber);
    CHECK(self.steps == 0);
}

/* --- stacks ------------------------------------------------------------ */

/* Goes down until less than a margin is left of what a stack has. */
static unsigned descend(actor *self, uintptr_t top, uintptr_t reach)
{
    volatile char room[512];
    uintptr_t here = (uintptr_t)&room[0];

    memset((char *)(uintptr_t)here, 1, sizeof room);
    if (top - (uintptr_t)__builtin_frame_address(0) >= reach) {
        eft_target_fiber_park(self->fiber);
        return 1;
    }
    return descend(self, top, reach) + (unsigned)room[3];
}

static void go_deep(void *arg)
{
    actor *self = arg;
    uintptr_t top = (uintptr_t)__builtin_frame_address(0);

    self->steps = descend(self, top, (uintptr_t)(256 - 16) * 1024);
    idle(self);
}

static void test_nearly_all_of_a_stack_can_be_used(void)
{
    actor self = {.steps = 0};

    must_create(&self, go_deep);
    CHECK(eft_target_fiber_resume(self.fiber));
    CHECK(self.steps == 0);
    CHECK(eft_target_fiber_resume(self.fiber));
    CHECK(self.steps > 100);
    eft_target_fiber_destroy(self.fiber);
}

static void test_a_parked_fiber_is_small(void)
{
    size_t count = eft_target_fiber_limit() < 10000 ? 1000 : 10000;
    actor *actors = calloc(count, sizeof *actors);
    const long before = statm_bytes(1);

    for (size_t i = 0; i < count; i++) {
        must_create(&actors[i], count_steps);
        CHECK(eft_target_fiber_resume(actors[i].fiber));
    }
    printf("# note: %zu parked fibers, %ld resident bytes each\n", count,
           (statm_bytes(1) - before) / (long)count);
    for (size_t i = 0; i < count; i++)
        eft_target_fiber_destroy(actors[i].fiber);
    free(actors);
}

static void test_as_many_as_the_limit_says(void)
{
    size_t count = eft_target_fiber_limit();
    actor *actors = calloc(count, sizeof *actors);
    size_t made = 0;
    int32_t error = 0;

    while (made < count && !error) {
        error = eft_target_fiber_create(&actors[made].fiber, count_steps,
                                        &actors[made]);
        made += !error;
    }
    /* A system may be set to allow fewer. */
    CHECK(!error || error == EFT_ELIMIT);
    if (error)
        printf("# note: the system allows only %zu fibers\n", made);
    for (size_t i = 0; i < made; i++) {
        CHECK(eft_target_fiber_resume(actors[i].fiber));
        CHECK(actors[i].steps == 1);
    }
    for (size_t i = 0; i < made; i++)
        eft_target_fiber_destroy(actors[i].fiber);
    free(actors);
}

/* --- threads ----------------------------------------------------------- */

static void *run_fibers(void *arg)
{
    enum { COUNT = 50 };
    static _Thread_local actor actors[COUNT];
    bool *good = arg;

    *good = true;
    for (unsigned i = 0; i < COUNT; i++) {
        actors[i].number = i;
        must_create(&actors[i], count_steps);
    }
    for (unsigned i = 0; i < COUNT * 100; i++)
        eft_target_fiber_resume(actors[i % COUNT].fiber);
    for (unsigned i = 0; i < COUNT; i++) {
        *good = *good && actors[i].good && actors[i].steps == 100;
        eft_target_fiber_destroy(actors[i].fiber);
    }
    return NULL;
}

static void test_threads_have_their_own(void)
{
    enum { COUNT = 4 };
    pthread_t threads[COUNT];
    bool good[COUNT] = {false};

    for (int i = 0; i < COUNT; i++)
        CHECK(pthread_create(&threads[i], NULL, run_fibers, &good[i]) == 0);
    for (int i = 0; i < COUNT; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK(good[i]);
    }
}

static void test_the_signal_stack_goes_with_the_last_fiber(void)
{
    actor one = {.number = 1}, two = {.number = 2};
    stack_t before, during, after;

    CHECK(sigaltstack(NULL, &before) == 0);
    must_create(&one, count_steps);
    must_create(&two, count_steps);
    eft_target_fiber_destroy(one.fiber);
    CHECK(sigaltstack(NULL, &during) == 0);
    CHECK(!(during.ss_flags & SS_DISABLE));
    eft_target_fiber_destroy(two.fiber);
    CHECK(sigaltstack(NULL, &after) == 0);
    CHECK((after.ss_flags & SS_DISABLE) == (before.ss_flags & SS_DISABLE));
}

/* --- the runner -------------------------------------------------------- */

/* A name and what it runs. */
typedef struct test {
    const char *name;  /* without spaces */
    void (*run)(void); /* CHECKs */
} test;

#define TEST(name)                                                             \
    {                                                                          \
#name, test_##name                                                     \
    }

/* Those with children come first: the handler is installed by a process's
 * first fiber, and each child is to have that yet before it. */
static const test tests[] = {
    TEST(an_overflow_is_named),
    TEST(other_faults_are_not_named),
    TEST(the_program_s_handler_is_called),
    TEST(the_system_s_limit_is_an_error),
    TEST(what_a_sleeping_fiber_holds_is_no_leak),
    TEST(exit_on_a_fiber_is_no_leak),
    TEST(switch_in_any_order),
    TEST(a_fiber_may_always_park),
    TEST(destroy_without_a_run),
    TEST(registers_are_kept),
    TEST(float_control_is_kept),
    TEST(longjmp_inside_a_fiber),
    TEST(nearly_all_of_a_stack_can_be_used),
    TEST(a_parked_fiber_is_small),
    TEST(as_many_as_the_limit_says),
    TEST(threads_have_their_own),
    TEST(the_signal_stack_goes_with_the_last_fiber),
};

int main(void)
{
    int passed = 0;
    int failed = 0;

    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        failures_in_test = 0;
        tests[i].run();
        printf("%s %s\n", failures_in_test ? "not ok" : "ok", tests[i].name);
        if (failures_in_test)
            failed++;
        else
            passed++;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
