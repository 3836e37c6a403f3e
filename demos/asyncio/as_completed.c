/* SPDX-License-Identifier: MIT
 * Results as they come, and a time after which no more are waited for.
 *
 *   natively:  build/native/demos/asyncio/as_completed
 *   Node:      node web/run.mjs
 * build/web-asyncify/demos/asyncio/as_completed.mjs
 *
 * It prints as_completed.txt, and so does as_completed.py. */
#include <stdio.h>

#include <eft/eft.h>

enum { COUNT = 4 };

typedef struct dish {
    const char *name;
    int ms;
} dish;

static const dish dishes[COUNT] = {
    {"stew", 400}, {"tea", 100}, {"toast", 200}, {"ham", 60000}};

static eft_result cook(void *arg)
{
    const dish *self = arg;

    EFT_TRY(eft_await(eft_sleep(self->ms)));
    return eft_ok_ptr((void *)self->name);
}

/* The iterator tells which one is done; the result is the task's own. */
static eft_result serve(eft_future *const *tasks)
{
    eft_as_completed *served = eft_as_completed_new(tasks, COUNT, 1000);
    eft_result result = eft_ok();

    while (!result.error && eft_as_completed_more(served)) {
        result = eft_await(eft_as_completed_next(served));
        if (!result.error)
            result = eft_await(eft_future_ref(tasks[result.size]));
        if (!result.error)
            printf("served: %s\n", (const char *)result.ptr);
    }
    eft_as_completed_free(served);
    return result;
}

static eft_result app(void *arg)
{
    eft_future *tasks[COUNT];

    (void)arg;
    for (size_t i = 0; i < COUNT; i++)
        tasks[i] = eft_spawn(cook, (void *)&dishes[i]);

    eft_result result = serve(tasks);
    if (result.error == EFT_ETIMEDOUT)
        printf("the kitchen closes: %s\n", eft_strerror(result.error));
    for (size_t i = 0; i < COUNT; i++) {
        if (eft_cancel(tasks[i]))
            printf("still in the oven: %s\n", dishes[i].name);
        eft_await(tasks[i]);
    }
    return result.error == EFT_ETIMEDOUT ? eft_ok() : result;
}

int main(void)
{
    return eft_run(app, NULL);
}
