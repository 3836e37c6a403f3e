/* SPDX-License-Identifier: MIT
 * A task that waits: the smallest program.
 *
 *   natively:  build/native/demos/asyncio/hello
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/hello.mjs
 *
 * It prints hello.txt, and so does hello.py. */
#include <stdio.h>

#include <eft/eft.h>

static eft_result app(void *arg)
{
    (void)arg;
    puts("hello");
    EFT_TRY(eft_await(eft_sleep(100)));
    puts("world");
    return eft_ok();
}

int main(void)
{
    return eft_run(app, NULL);
}
