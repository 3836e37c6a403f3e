/* SPDX-License-Identifier: MIT
 * A log sink that keeps the lines, to compare them. */
#include "log_lines.h"

#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

static char lines[4096];

static void keep(void *context, eft_log_level level, const char *line)
{
    size_t length = strlen(lines);

    (void)context;
    (void)level;
    snprintf(lines + length, sizeof lines - length, "%s\n", line);
}

void log_lines_begin(void)
{
    lines[0] = 0;
    eft_log_set_sink(keep, NULL);
}

const char *log_lines_end(void)
{
    eft_log_set_sink(NULL, NULL);
    return lines;
}

bool log_lines_are(const char *expected)
{
    bool same = !strcmp(log_lines_end(), expected);

    if (!same)
        printf("# expected: %s\n#      got: %s\n", expected, lines);
    return same;
}
