/* SPDX-License-Identifier: MIT
 * How a native process ends: aborts, and the exit codes of eft_run(). */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <eft/eft.h>

#include "suite.h"

/* How a child process ended, and what it wrote to stderr. */
typedef struct ending {
    int status;
    char text[2048];
} ending;

/* Runs body in a child. It has no loop of its own to close: it leaves by
 * _exit(), or as body ends it. */
static ending run_child(void (*body)(void))
{
    ending ended = {0};
    int ends[2];
    size_t length = 0;
    ssize_t count;

    if (pipe(ends) != 0)
        return ended;
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        body();
        _exit(0);
    }
    close(ends[1]);
    while (length < sizeof ended.text - 1 &&
           (count = read(ends[0], ended.text + length,
                         sizeof ended.text - 1 - length)) > 0)
        length += (size_t)count;
    close(ends[0]);
    waitpid(child, &ended.status, 0);
    return ended;
}

static eft_result wait_for_ever(void *arg)
{
    (void)arg;
    return eft_await(eft_sleep(EFT_FOREVER));
}

static void free_twice(void)
{
    /* A detached task has no reference left that could be given up. */
    eft_future *task = eft_spawn(wait_for_ever, NULL);

    eft_future_free(task);
    eft_future_free(task);
}

static void a_double_free_aborts_with_a_sentence(void)
{
    ending ended = run_child(free_twice);

    CHECK(WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGABRT);
    CHECK(strstr(ended.text, "a future was freed once too often") != NULL);
}

const test_case suite_process[] = {
    {"a_double_free_aborts_with_a_sentence",
     a_double_free_aborts_with_a_sentence},
    {NULL, NULL},
};
