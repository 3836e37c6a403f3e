/* SPDX-License-Identifier: MIT
 * How far it is: a bar on a terminal, or the page's; what was told of a file is
 * a line where no bar shows it. */
#ifndef DOWNLOADER_PROGRESS_H
#define DOWNLOADER_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "list.h"

/* What has become of the files so far. */
typedef struct tally {
    size_t total;
    size_t ok;
    size_t missing; /* the server does not have them */
    size_t failed;
    uint64_t bytes; /* of all, also of those that are not whole yet */
} tally;

typedef enum outcome { WAITS, BEGAN, OK, MISSING, FAILED } outcome;

/* progress_start begins.  True: a bar shows what is done, so that no line
 * need. */
bool progress_start(const file_list *list, const tally *so_far);

/* progress_moved tells that there is more of a file; total -1: not known. */
void progress_moved(size_t number, uint64_t received, int64_t total,
                    const tally *so_far);

/* progress_turned tells what has become of a file; words is a sentence, or
 * "". */
void progress_turned(size_t number, outcome became, const char *words,
                     const tally *so_far);

/* progress_away takes the bar away, so that a line can be printed. */
void progress_away(void);

#endif
