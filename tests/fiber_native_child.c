/* SPDX-License-Identifier: MIT
 * Tests that run in a process of their own, which they may lose. */
#define _DEFAULT_SOURCE 1
#define _DARWIN_C_SOURCE 1

#include "fiber_native_child.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void read_all(int from, char *words, size_t size)
{
    size_t length = 0;
    char rest[4096];
    ssize_t got;

    while ((got = length < size - 1
                      ? read(from, words + length, size - 1 - length)
                      : read(from, rest, sizeof rest)) > 0) {
        if (length < size - 1)
            length += (size_t)got;
    }
    words[length] = '\0';
}

ending run_child(int (*body)(void))
{
    ending end = {.status = -1};
    struct rlimit no_core = {0, 0};
    int ends[2];

    fflush(stdout);
    if (pipe(ends))
        return end;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        dup2(ends[1], STDERR_FILENO);
        close(ends[1]);
        setrlimit(RLIMIT_CORE, &no_core);
        int code = body();
        fflush(stdout);
        exit(code);
    }
    close(ends[1]);
    if (child > 0) {
        read_all(ends[0], end.words, sizeof end.words);
        waitpid(child, &end.status, 0);
    }
    close(ends[0]);
    return end;
}

bool exited_with(const ending *end, int code)
{
    return WIFEXITED(end->status) && WEXITSTATUS(end->status) == code;
}
