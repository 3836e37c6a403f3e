/* SPDX-License-Identifier: MIT
 * The timed part of a case whose operations are timed one by one. */
#include "timed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

enum { NS_PER_US = 1000 };

void *timed_memory(size_t count, size_t size)
{
    void *memory = malloc(count * size + 1);

    if (memory)
        memset(memory, 0x5A, count * size);
    return memory;
}

bool timed_make(timed *part, size_t most)
{
    *part = (timed){.most = most};
    part->times = timed_memory(most, sizeof *part->times);
    return part->times != NULL;
}

void timed_start(timed *part)
{
    part->count = 0;
    part->busy = measure_busy();
    part->wall = measure_wall();
}

void timed_stop(timed *part)
{
    part->wall = measure_wall() - part->wall;
    part->busy = measure_busy() - part->busy;
}

void timed_note(timed *part, int64_t ns)
{
    if (part->count < part->most)
        part->times[part->count++] = ns;
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* In microseconds; 0 where no operation was timed. */
static double percentile(const timed *part, size_t percent)
{
    size_t at = part->count * percent / 100;

    if (!part->count)
        return 0;
    return (double)part->times[at < part->count ? at : part->count - 1] /
           NS_PER_US;
}

void timed_print(timed *part, const char *name, size_t operations, size_t kib)
{
    double n = (double)operations;

    qsort(part->times, part->count, sizeof *part->times, compare);
    printf("%s %.0f %.3f %.2f %.2f %zu\n", name,
           n * BENCH_SECOND_NS / (double)part->wall,
           (double)part->busy / n / NS_PER_US, percentile(part, 50),
           percentile(part, 99), kib);
}

bool timed_read(const char *text, size_t most, size_t *number)
{
    char *end;
    unsigned long long value = strtoull(text, &end, 10);

    *number = (size_t)value;
    return *text >= '0' && *text <= '9' && !*end && value <= most;
}
