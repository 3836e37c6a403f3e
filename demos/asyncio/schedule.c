/* SPDX-License-Identifier: MIT
 * Callbacks that the loop runs soon, later, at a time; and one that never runs.
 *
 *   natively:  build/native/demos/asyncio/schedule
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/schedule.mjs
 *
 * It prints schedule.txt, and so does schedule.py. */
#include <stdio.h>

#include <eft/eft.h>

static void ring(void *text)
{
    puts(text);
}

/* A scheduled callback is a future too: dropped, it runs all the same. */
static void forget(eft_future *callback)
{
    eft_future_free(callback);
}

static eft_result app(void *arg)
{
    int64_t begin = eft_now();

    (void)arg;
    forget(eft_call_later(300, ring, (void *)"after 300 ms"));
    forget(eft_call_later(100, ring, (void *)"after 100 ms"));
    forget(eft_call_soon(ring, (void *)"soon"));
    forget(eft_call_soon(ring, (void *)"soon, but second"));

    eft_future *never = eft_call_later(200, ring, (void *)"never");
    eft_cancel(never);
    forget(never);

    puts("scheduled");
    return eft_await(eft_call_at(begin + 500, ring, (void *)"at 500 ms"));
}

int main(void)
{
    return eft_run(app, NULL);
}
