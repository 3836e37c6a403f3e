/* SPDX-License-Identifier: MIT
 * The log natively: a line on stderr. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <time.h>

#include <uv.h>

#include "eft/log.h"
#include "targets/world.h"

static const char *name_of(int level)
{
    static const char *const names[] = {
        [EFT_LOG_DEBUG] = "debug",
        [EFT_LOG_INFO] = "info",
        [EFT_LOG_WARN] = "warn",
        [EFT_LOG_ERROR] = "error",
    };

    return level >= EFT_LOG_DEBUG && level <= EFT_LOG_ERROR ? names[level]
                                                            : "log";
}

void eft_target_log(int level, const char *text)
{
    uv_timeval64_t now;
    struct tm local = {0};
    time_t seconds;

    /* Should there be no clock, the line is worth more than its time. */
    if (uv_gettimeofday(&now) != 0)
        now = (uv_timeval64_t){0, 0};
    seconds = (time_t)now.tv_sec;
    localtime_r(&seconds, &local);
    fprintf(stderr, "%02d:%02d:%02d.%03d %s %s\n", local.tm_hour, local.tm_min,
            local.tm_sec, (int)(now.tv_usec / 1000), name_of(level), text);
}
