/* SPDX-License-Identifier: MIT
 * What the suites of tasks have in common: short bodies, and what they free. */
#include "task_case.h"

#include "journal.h"

void count_free(void *value)
{
    ++*(int *)value;
}

eft_result return_arg(void *arg)
{
    return eft_ok_ptr(arg);
}

eft_result return_owned(void *arg)
{
    return eft_owned(arg, count_free);
}

eft_result note_and_return(void *arg)
{
    note_word(arg);
    return eft_ok();
}

eft_result await_arg(void *arg)
{
    return eft_await(arg);
}

eft_result sleep_long(void *arg)
{
    (void)arg;
    return eft_await(eft_sleep(HOUR));
}

eft_result sleep_and_return(void *arg)
{
    int64_t delay_ms = *(const int64_t *)arg;

    EFT_TRY(eft_await(eft_sleep(delay_ms)));
    return eft_ok_i64(delay_ms);
}
