/* SPDX-License-Identifier: MIT
 * A loop that main() opens, runs and closes itself, instead of eft_run().
 *
 *   natively:  build/native/demos/asyncio/loop
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/loop.mjs
 *
 * Natively it prints loop.txt, and so does loop.py.  A page has a loop already,
 * and nothing may block in it: there it prints loop.web.txt. */
#include <stdio.h>

#include <eft/eft.h>

static eft_result twice(void *arg)
{
    const int *number = arg;

    EFT_TRY(eft_await(eft_sleep(100)));
    return eft_ok_i64(2 * *number);
}

static void tick(void *arg)
{
    int *left = arg;

    printf("tick %d\n", *left);
    if (--*left)
        eft_future_free(eft_call_later(100, tick, left));
    else
        eft_loop_stop();
}

static int fail(const char *what)
{
    printf("%s: %s\n", what, eft_error_detail());
    return 1;
}

int main(void)
{
    int ticks = 3;

    if (!eft_loop_open())
        return fail("eft_loop_open");
    for (int number = 1; number <= 2; number++) {
        eft_result result = eft_run_until_complete(eft_spawn(twice, &number));

        if (result.error)
            return fail("eft_run_until_complete");
        printf("until complete: %lld\n", (long long)result.i64);
    }
    eft_future_free(eft_call_soon(tick, &ticks));
    eft_run_forever();
    puts("stopped");
    eft_loop_close();
    puts("closed");
    return 0;
}
