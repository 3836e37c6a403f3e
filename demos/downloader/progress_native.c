/* SPDX-License-Identifier: MIT
 * How far it is: a bar on the last line of a terminal. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <eft/eft.h>

#include "progress.h"

enum { WIDTH = 30, PAUSE = 50 }; /* characters; ms between two drawings */

static struct {
    bool exists;
    bool shows;
    int64_t drawn; /* when */
} bar;

static void draw_size(uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    size_t unit = 0;

    for (; size >= 1000 && unit < 4; unit++)
        size /= 1000;
    printf("  %.*f %s", unit ? 1 : 0, size, units[unit]);
}

static void draw(const tally *so_far)
{
    size_t done = so_far->ok + so_far->missing + so_far->failed;
    size_t full = so_far->total ? done * WIDTH / so_far->total : WIDTH;

    /* A terminal that is narrower cuts the line off, and does not wrap it. */
    printf("\r\033[K\033[?7l[");
    for (size_t i = 0; i < WIDTH; i++)
        putchar(i < full ? '#' : '.');
    printf("] %zu/%zu", done, so_far->total);
    if (so_far->missing)
        printf("  %zu not found", so_far->missing);
    if (so_far->failed)
        printf("  %zu failed", so_far->failed);
    draw_size(so_far->bytes);
    printf("\033[?7h");
    fflush(stdout);
    bar.shows = true;
    bar.drawn = eft_now();
}

bool progress_start(const file_list *list, const tally *so_far)
{
    const char *terminal = getenv("TERM");

    (void)list;
    /* Whoever reads what is told may go; the files are to come all the same. */
    signal(SIGPIPE, SIG_IGN);
    bar.exists =
        isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
    if (bar.exists)
        draw(so_far);
    return bar.exists;
}

void progress_moved(size_t number, uint64_t received, int64_t total,
                    const tally *so_far)
{
    (void)number;
    (void)received;
    (void)total;
    if (bar.exists && eft_now() >= bar.drawn + PAUSE)
        draw(so_far);
}

void progress_turned(size_t number, outcome became, const char *words,
                     const tally *so_far)
{
    (void)number;
    (void)became;
    (void)words;
    if (bar.exists)
        draw(so_far);
}

void progress_away(void)
{
    if (bar.shows)
        printf("\r\033[K");
    bar.shows = false;
}
