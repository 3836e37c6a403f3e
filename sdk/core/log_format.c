/* SPDX-License-Identifier: MIT
 * Formatted log lines: apart, so that a program which does not use them is not
 * linked with printf. */
#include <stdarg.h>
#include <stdio.h>

#include "log.h"

void eft_log(eft_log_level level, const char *format, ...)
{
    char line[1024];
    va_list arguments;

    if (!eft__log_passes(level))
        return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    eft_log_line(level, line);
}
