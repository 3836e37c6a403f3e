/* SPDX-License-Identifier: MIT
 * Lines of standard input: a thread waits for them, so that the loop does not.
 */
#define _POSIX_C_SOURCE 200809L
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input.h"

/* What was read and is no whole line yet; and a pipe that ends the waiting,
 * since a thread that sits in read() could not be told to stop. */
static struct {
    bool open;
    int stop[2];
    size_t length;
    char bytes[4096];
} input;

static eft_result take(size_t length, size_t more)
{
    char *line = malloc(length + 1);

    if (!line)
        return eft_failed(EFT_ENOMEM);
    memcpy(line, input.bytes, length);
    line[length] = 0;
    input.length -= length + more;
    memmove(input.bytes, input.bytes + length + more, input.length);
    return eft_owned(line, free);
}

/* False: the input has ended, or is to end. */
static bool read_more(void)
{
    struct pollfd files[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                             {.fd = input.stop[0], .events = POLLIN}};
    ssize_t count = 0;

    if (poll(files, 2, -1) > 0 && !files[1].revents)
        count = read(STDIN_FILENO, input.bytes + input.length,
                     sizeof input.bytes - input.length);
    if (count > 0)
        input.length += (size_t)count;
    return count > 0;
}

/* Runs on another thread. */
static eft_result read_line(void *arg)
{
    (void)arg;
    for (;;) {
        char *end = memchr(input.bytes, '\n', input.length);

        if (end)
            return take((size_t)(end - input.bytes), 1);
        if (input.length == sizeof input.bytes)
            return take(input.length, 0);
        if (!read_more())
            return input.length ? take(input.length, 0)
                                : eft_failed(EFT_ECLOSED);
    }
}

eft_future *chat_read_line(void)
{
    if (!input.open)
        input.open = pipe(input.stop) == 0;
    return eft_run_in_executor(read_line, NULL);
}

/* The pipe stays: the thread looks at it last when the program ends. */
void chat_input_close(void)
{
    if (input.open)
        close(input.stop[1]);
}
