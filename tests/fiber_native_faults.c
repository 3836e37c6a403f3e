/* SPDX-License-Identifier: MIT
 * Tests of the native fiber half that lose a process, or need a fresh one. */
#define _DEFAULT_SOURCE 1
#define _DARWIN_C_SOURCE 1

#include "fiber_native_child.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "eft/error.h"

#define SENTENCE "eft: a fiber overflowed its stack of 256 KiB"

static bool was_named(const ending *end)
{
    return strstr(end->words, SENTENCE) != NULL;
}

/* By the signal; where a tool has a handler of its own, as that one pleases. */
static bool died_of_the_fault(const ending *end)
{
    struct sigaction now;

    sigaction(SIGSEGV, NULL, &now);
    if (!(now.sa_flags & SA_SIGINFO) && now.sa_handler == SIG_DFL) {
        return WIFSIGNALED(end->status) && (WTERMSIG(end->status) == SIGSEGV ||
                                            WTERMSIG(end->status) == SIGBUS);
    }
    return end->status != 0;
}

/* --- overflow ---------------------------------------------------------- */

static volatile unsigned endless_depth = UINT32_MAX;

/* Not instrumented: a handler that jumps away from a signal stack makes the
 * address sanitizer forget the red zones on the thread's own stack, and it
 * does not know that these lie on another one. */
__attribute__((no_sanitize_address)) static unsigned recurse(unsigned depth)
{
    volatile unsigned room[64];

    room[depth % 64] = depth;
    if (depth == endless_depth)
        return 0;
    return recurse(depth + 1) + room[depth % 64];
}

static void overflow(void *arg)
{
    actor *self = arg;

    self->steps = recurse(0);
    idle(self);
}

/* The third of three, so that the list is searched. */
static void overflow_a_fiber(void)
{
    static _Thread_local actor actors[3];

    must_create(&actors[1], overflow);
    must_create(&actors[0], count_steps);
    must_create(&actors[2], count_steps);
    eft_target_fiber_resume(actors[0].fiber);
    eft_target_fiber_resume(actors[1].fiber);
}

static int child_overflows(void)
{
    overflow_a_fiber();
    return 0;
}

static void *overflow_on_thread(void *arg)
{
    overflow_a_fiber();
    return arg;
}

static int child_overflows_on_a_thread(void)
{
    pthread_t thread;

    if (!pthread_create(&thread, NULL, overflow_on_thread, NULL))
        pthread_join(thread, NULL);
    return 0;
}

/* A page that nobody may touch, but no guard. */
static int child_faults_elsewhere(void)
{
    actor self = {.number = 0};
    volatile char *page =
        mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    must_create(&self, count_steps);
    eft_target_fiber_resume(self.fiber);
    page[0] = 1;
    return 0;
}

static int child_is_sent_the_signal(void)
{
    actor self = {.number = 0};

    must_create(&self, count_steps);
    kill(getpid(), SIGSEGV);
    return 0;
}

static void say_and_exit(int number)
{
    static const char words[] = "the program's own handler\n";

    (void)number;
    if (write(STDERR_FILENO, words, sizeof words - 1) < 0)
        _exit(1);
    _exit(42);
}

static void say_and_exit_with_info(int number, siginfo_t *info, void *context)
{
    (void)context;
    say_and_exit(info->si_signo == number ? number : 0);
}

static int child_chains(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = say_and_exit;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    overflow_a_fiber();
    return 0;
}

static int child_chains_with_info(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_sigaction = say_and_exit_with_info;
    action.sa_flags = SA_SIGINFO | (int)SA_RESETHAND;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    overflow_a_fiber();
    return 0;
}

static sigjmp_buf recovery;

static void recover(int number)
{
    siglongjmp(recovery, number);
}

/* The program's handler may leave by a jump, as often as it likes. */
static void overflow_and_recover(void *arg)
{
    actor *self = arg;
    volatile unsigned recovered = 0;

    while (recovered < 3) {
        if (sigsetjmp(recovery, 1) == 0)
            self->steps = recurse(0);
        else
            recovered++;
    }
    self->good = true;
    idle(self);
}

static int child_recovers(void)
{
    struct sigaction action;
    actor self = {.good = false};

    memset(&action, 0, sizeof action);
    action.sa_handler = recover;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    must_create(&self, overflow_and_recover);
    eft_target_fiber_resume(self.fiber);
    eft_target_fiber_destroy(self.fiber);
    return self.good ? 43 : 1;
}

void test_an_overflow_is_named(void)
{
    ending end = run_child(child_overflows);
    CHECK(was_named(&end));
    CHECK(died_of_the_fault(&end));

    end = run_child(child_overflows_on_a_thread);
    CHECK(was_named(&end));
    CHECK(died_of_the_fault(&end));
}

void test_other_faults_are_not_named(void)
{
    ending end = run_child(child_faults_elsewhere);
    CHECK(!was_named(&end));
    CHECK(died_of_the_fault(&end));

    end = run_child(child_is_sent_the_signal);
    CHECK(!was_named(&end));
    CHECK(died_of_the_fault(&end));
}

void test_the_program_s_handler_is_called(void)
{
    ending end = run_child(child_chains);
    CHECK(was_named(&end));
    CHECK(strstr(end.words, "the program's own handler") != NULL);
    CHECK(exited_with(&end, 42));

    end = run_child(child_chains_with_info);
    CHECK(was_named(&end));
    CHECK(strstr(end.words, "the program's own handler") != NULL);
    CHECK(exited_with(&end, 42));

    end = run_child(child_recovers);
    CHECK(was_named(&end));
    CHECK(exited_with(&end, 43));
}

/* --- the limit --------------------------------------------------------- */

/* A tool may need more for itself than a test can leave. */
static bool is_tool_that_counts_fibers(void)
{
    return eft_target_fiber_limit() < 32000;
}

/* Allows room for count fibers and a half; false where that cannot be. */
static bool limit_memory(unsigned count)
{
    const rlim_t stack = 256 * 1024 + (rlim_t)sysconf(_SC_PAGESIZE);
    const long mapped = statm_bytes(0);
    struct rlimit limit;

    if (mapped == 0 || getrlimit(RLIMIT_AS, &limit))
        return false;
    limit.rlim_cur = (rlim_t)mapped + count * stack + stack / 2;
    if (setrlimit(RLIMIT_AS, &limit))
        return false;
    /* Emulators may promise and not keep it. */
    return mmap(NULL, (size_t)(count + 1) * stack, PROT_NONE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static int child_meets_the_limit(void)
{
    enum { COUNT = 200 };
    static actor actors[COUNT];
    unsigned count = 0;
    int32_t error = 0;

    must_create(&actors[count++], count_steps); /* the thread's first */
    if (!limit_memory(100))
        return 77;
    for (; count < COUNT && !error; count += !error) {
        actors[count].number = count;
        error = eft_target_fiber_create(&actors[count].fiber, count_steps,
                                        &actors[count]);
    }
    CHECK(error == EFT_ELIMIT);
    CHECK(count > 80 && count <= 101);
    CHECK(actors[count].fiber == NULL);
    for (unsigned i = 0; i < count; i++) {
        CHECK(eft_target_fiber_resume(actors[i].fiber));
        CHECK(actors[i].good);
    }
    /* One goes, so one can come. */
    eft_target_fiber_destroy(actors[0].fiber);
    must_create(&actors[0], count_steps);
    for (unsigned i = 0; i < count; i++)
        eft_target_fiber_destroy(actors[i].fiber);
    return failures_in_test != 0;
}

void test_the_system_s_limit_is_an_error(void)
{
    if (is_tool_that_counts_fibers()) {
        printf("# skipped: the thread sanitizer needs memory of its own\n");
        return;
    }
    ending end = run_child(child_meets_the_limit);
    if (exited_with(&end, 77))
        printf("# skipped: memory cannot be limited here\n");
    else
        CHECK(exited_with(&end, 0));
}

/* --- leaks ------------------------------------------------------------- */

static void hold_memory(void *arg)
{
    actor *self = arg;
    /* Nothing but this stack points to it. */
    char *volatile memory = malloc(1000);

    memory[0] = (char)self->number;
    for (;;) {
        eft_target_fiber_park(self->fiber);
        self->good = memory[0] == (char)self->number;
    }
}

/* A leak detector, if there is one, makes the exit code 1 or more. */
static int child_sleeps_with_memory(void)
{
    static actor actors[10];

    for (unsigned i = 0; i < 10; i++) {
        actors[i].number = i;
        must_create(&actors[i], hold_memory);
        eft_target_fiber_resume(actors[i].fiber);
    }
    return 0;
}

static void exit_here(void *arg)
{
    (void)arg;
    exit(0);
}

static int child_exits_on_a_fiber(void)
{
    actor self = {.number = 0};
    char *volatile memory = malloc(1000);

    memory[0] = 1;
    must_create(&self, exit_here);
    eft_target_fiber_resume(self.fiber);
    return memory[0];
}

void test_what_a_sleeping_fiber_holds_is_no_leak(void)
{
    ending end = run_child(child_sleeps_with_memory);
    CHECK(exited_with(&end, 0));
    if (end.words[0])
        printf("# it wrote: %s\n", end.words);
}

void test_exit_on_a_fiber_is_no_leak(void)
{
    ending end = run_child(child_exits_on_a_fiber);
    CHECK(exited_with(&end, 0));
    if (end.words[0])
        printf("# it wrote: %s\n", end.words);
}
