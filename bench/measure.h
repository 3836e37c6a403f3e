/* SPDX-License-Identifier: MIT
 * The clocks and the memory of a process: measure_native.c, measure_web.c. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

enum { BENCH_SECOND_MS = 1000, BENCH_SECOND_NS = 1000000000 };

int64_t measure_wall(void); /* ns of a monotonic clock */
int64_t measure_busy(void); /* ns: natively CPU, on the web the wall's */

/* Of the process, now and at its most; on the web of linear memory. */
size_t measure_resident_kib(void);
size_t measure_peak_kib(void);

/* Lets delay_ms pass where the busy clock would count it although nothing is
 * done, and gives how much it counted: natively, nothing at once. */
int64_t measure_idle(int64_t delay_ms);

#endif
