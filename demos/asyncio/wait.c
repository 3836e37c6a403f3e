/* SPDX-License-Identifier: MIT
 * Waiting for some of several tasks, which run on meanwhile.
 *
 *   natively:  build/native/demos/asyncio/wait
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/wait.mjs
 *
 * It prints wait.txt, and so does wait.py. */
#include <stdio.h>

#include <eft/eft.h>

enum { COUNT = 3 };

static const char *const names[COUNT] = {"hare", "fox", "tortoise"};

static eft_result hare(void *arg)
{
    (void)arg;
    return eft_await(eft_sleep(100));
}

static eft_result fox(void *arg)
{
    (void)arg;
    EFT_TRY(eft_await(eft_sleep(300)));
    return eft_fail(EFT_EUSER, "fell asleep");
}

static eft_result tortoise(void *arg)
{
    (void)arg;
    return eft_await(eft_sleep(1000));
}

static void print_names(const char *what, const size_t *which, size_t count)
{
    printf("%s", what);
    for (size_t i = 0; i < count; i++)
        printf(" %s", names[which[i]]);
    puts("");
}

/* What is awaited here is the waiting: the tasks are only borrowed. */
static eft_result wait_until(const char *what, eft_future *const *tasks,
                             eft_return_when when, int64_t timeout_ms)
{
    eft_result result =
        eft_await(eft_wait_array(tasks, COUNT, when, timeout_ms));

    if (result.error)
        return result;
    const eft_waited *waited = result.waited;
    printf("%s: ", what);
    print_names("done", waited->done, waited->done_count);
    if (waited->pending_count)
        print_names("  pending", waited->pending, waited->pending_count);
    eft_result_free(result);
    return eft_ok();
}

static eft_result watch(eft_future *const *tasks)
{
    EFT_TRY(
        wait_until("first completed", tasks, EFT_FIRST_COMPLETED, EFT_FOREVER));
    EFT_TRY(wait_until("first error", tasks, EFT_FIRST_ERROR, EFT_FOREVER));
    EFT_TRY(wait_until("after a timeout", tasks, EFT_ALL_COMPLETED, 50));
    return wait_until("all completed", tasks, EFT_ALL_COMPLETED, EFT_FOREVER);
}

static eft_result app(void *arg)
{
    (void)arg;
    eft_future *const tasks[COUNT] = {
        eft_spawn(hare, NULL), eft_spawn(fox, NULL), eft_spawn(tortoise, NULL)};
    eft_result watched = watch(tasks);

    for (size_t i = 0; i < COUNT; i++) {
        eft_result result = eft_await(tasks[i]);

        printf("%s: %s\n", names[i],
               result.error ? eft_error_detail() : "arrived");
    }
    return watched;
}

int main(void)
{
    return eft_run(app, NULL);
}
