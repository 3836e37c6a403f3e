/* SPDX-License-Identifier: MIT
 * The timed part of a case whose operations are timed one by one. */
#ifndef BENCH_TIMED_H
#define BENCH_TIMED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct timed {
    int64_t *times; /* ns of each operation */
    size_t count;   /* how many were noted */
    size_t most;    /* how many there is room for */
    int64_t wall;   /* ns: the clock at the beginning, then what passed */
    int64_t busy;   /* likewise, CPU */
} timed;

/* Memory that has been touched, so that it is nobody's growth; NULL: none. */
void *timed_memory(size_t count, size_t size);

/* Makes room for so many operations; false: there is no memory. */
bool timed_make(timed *part, size_t most);

void timed_start(timed *part);
void timed_stop(timed *part);

/* Notes that an operation took this long; more than there is room for are not
 * kept. */
void timed_note(timed *part, int64_t ns);

/* Prints "NAME PER_SECOND CPU_US P50_US P99_US KIB": bench/README.md. */
void timed_print(timed *part, const char *name, size_t operations, size_t kib);

/* Reads a whole number of at most so much. */
bool timed_read(const char *text, size_t most, size_t *number);

#endif
