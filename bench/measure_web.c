/* SPDX-License-Identifier: MIT
 * The clock and the memory of a WebAssembly program. */
#define _POSIX_C_SOURCE 200809L
#include "measure.h"

#include <time.h>

enum { WASM_PAGE_KIB = 64 };

/* performance.now(), which a page is given in steps of up to 100 us. */
int64_t measure_wall(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * BENCH_SECOND_NS + now.tv_nsec;
}

/* A page is not told its CPU time. */
int64_t measure_busy(void)
{
    return measure_wall();
}

int64_t measure_idle(int64_t delay_ms)
{
    int64_t begin = measure_wall();
    int64_t now = begin;

    while (now - begin < delay_ms * (BENCH_SECOND_NS / BENCH_SECOND_MS))
        now = measure_wall();
    return now - begin;
}

size_t measure_resident_kib(void)
{
    return __builtin_wasm_memory_size(0) * WASM_PAGE_KIB;
}

/* It never shrinks, so what it has is its peak. */
size_t measure_peak_kib(void)
{
    return measure_resident_kib();
}
