/* SPDX-License-Identifier: MIT
 * What the suites of groups have in common: tasks of a group, and its end. */
#include "group_case.h"

#include "journal.h"

const int64_t ten = 10;
const int64_t twenty = 20;
const int64_t thirty = 30;

void group_spawn(eft_group *group, eft_body *body, const void *arg)
{
    eft_future_free(eft_group_spawn(group, body, (void *)(uintptr_t)arg));
}

int32_t group_join(eft_group *group)
{
    int32_t error = eft_await(eft_group_join(group)).error;

    eft_group_free(group);
    return error;
}

eft_result group_leave(eft_group *group, eft_result body)
{
    eft_group_fail(group, body);
    return (eft_result){.error = group_join(group)};
}

eft_result fail_after(void *arg)
{
    int64_t delay_ms = *(const int64_t *)arg;

    EFT_TRY(eft_await(eft_sleep(delay_ms)));
    return eft_fail(EFT_EUSER, "after %d", (int)delay_ms);
}

eft_result note_cancel(void *arg)
{
    eft_result result = eft_await(eft_sleep(HOUR));

    note("%s:%s", (const char *)arg, eft_error_name(result.error));
    return result;
}

eft_result fail_when_cancelled(void *arg)
{
    (void)eft_await(eft_sleep(HOUR));
    return arg ? eft_fail(EFT_EIO, "%s", (const char *)arg)
               : eft_failed(EFT_EIO);
}

eft_result clean_up_slowly(void *arg)
{
    eft_result result = eft_await(eft_sleep(HOUR));

    note("%s:%d", (const char *)arg, eft_await(eft_sleep(1000)).error);
    return result;
}
