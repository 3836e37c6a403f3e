/* SPDX-License-Identifier: MIT
 * The clocks and the memory of a process. */
#define _POSIX_C_SOURCE 200809L
#include "measure.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

int64_t measure_wall(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * BENCH_SECOND_NS + now.tv_nsec;
}

static int64_t nanoseconds(struct timeval time)
{
    return (int64_t)time.tv_sec * BENCH_SECOND_NS +
           (int64_t)time.tv_usec * 1000;
}

int64_t measure_busy(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
}

int64_t measure_idle(int64_t delay_ms)
{
    (void)delay_ms;
    return 0;
}

/* 0 where there is no /proc. */
static size_t read_status(const char *format)
{
    char line[128];
    size_t kib = 0;
    FILE *status = fopen("/proc/self/status", "r");

    if (!status)
        return 0;
    while (!kib && fgets(line, sizeof line, status))
        sscanf(line, format, &kib);
    fclose(status);
    return kib;
}

size_t measure_resident_kib(void)
{
    return read_status("VmRSS: %zu");
}

/* Not ru_maxrss: that one survives exec, and would tell the size of whoever
 * started us. */
size_t measure_peak_kib(void)
{
    return read_status("VmHWM: %zu");
}
