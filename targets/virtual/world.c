/* SPDX-License-Identifier: MIT
 * The virtual world: a clock that jumps. */
#include "targets/virtual/virtual.h"

#include <stdio.h>

#include "eft/error.h"
#include "eft/log.h"
#include "targets/complete.h"
#include "targets/world.h"

/* Nothing comes from outside, so whatever a program does here it does again in
 * the next run, and an hour passes at once.  Time stands still while anything
 * is ready: a program that is never idle never sees a timer. */

static _Thread_local int64_t now_ns;

void eft__virtual_idle(void)
{
    int64_t deadline = eft_core_deadline();

    if (deadline == INT64_MAX)
        eft_core_stuck();
    else if (deadline > now_ns)
        now_ns = deadline;
}

void eft__virtual_pass(int64_t duration_ns)
{
    now_ns += duration_ns;
}

/* One thread is all that there is. */
void *eft_target_waker(void)
{
    return NULL;
}

void eft_target_wake_thread(void *waker)
{
    (void)waker;
}

int64_t eft_target_clock(void)
{
    return now_ns;
}

int32_t eft_target_open(void)
{
    now_ns = 0;
    eft__virtual_open();
    return 0;
}

void eft_target_close(void)
{
}

void eft_target_log(int level, const char *text)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    const char *name = level >= EFT_LOG_DEBUG && level <= EFT_LOG_ERROR
                           ? names[level]
                           : "info";

    fprintf(stderr, "%s: %s\n", name, text);
}
