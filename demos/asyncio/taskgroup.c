/* SPDX-License-Identifier: MIT
 * Tasks that end together, and together when one of them fails.
 *
 *   natively:  build/native/demos/asyncio/taskgroup
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/taskgroup.mjs
 *
 * It prints taskgroup.txt, and so does taskgroup.py. */
#include <stdio.h>

#include <eft/eft.h>

typedef struct boat {
    const char *name;
    int ms;
} boat;

static eft_result row(void *arg)
{
    const boat *self = arg;
    eft_result result = eft_await(eft_sleep(self->ms));

    if (result.error) {
        printf("%s turns back\n", self->name);
        return result;
    }
    printf("%s has arrived\n", self->name);
    return eft_ok_i64(self->ms);
}

static eft_result sink(void *arg)
{
    const boat *self = arg;

    EFT_TRY(eft_await(eft_sleep(self->ms)));
    return eft_fail(EFT_EUSER, "%s has sunk", self->name);
}

static eft_result fair_weather(eft_group *group)
{
    boat alder = {"Alder", 200}, birch = {"Birch", 100};
    eft_future *first = eft_group_spawn(group, row, &alder);
    eft_future *second = eft_group_spawn(group, row, &birch);
    eft_result joined = eft_await(eft_group_join(group));
    eft_result a = eft_await(first), b = eft_await(second);

    if (joined.error)
        return joined;
    printf("together %lld\n", (long long)(a.i64 + b.i64));
    return eft_ok();
}

static eft_result storm(eft_group *group)
{
    boat alder = {"Alder", 60000}, cedar = {"Cedar", 100};

    eft_future_free(eft_group_spawn(group, row, &alder));
    eft_future_free(eft_group_spawn(group, sink, &cedar));

    eft_result joined = eft_await(eft_group_join(group));
    if (joined.error != EFT_EUSER)
        return joined;
    for (size_t i = 0; i < eft_group_errors(group)->count; i++)
        printf("error: %s\n", eft_group_error_detail(group, i));
    return eft_ok();
}

static eft_result with_group(eft_result (*body)(eft_group *group))
{
    eft_group *group = eft_group_new();
    eft_result result = group ? body(group) : eft_failed(EFT_ENOMEM);

    eft_group_free(group);
    return result;
}

static eft_result app(void *arg)
{
    (void)arg;
    EFT_TRY(with_group(fair_weather));
    return with_group(storm);
}

int main(void)
{
    return eft_run(app, NULL);
}
