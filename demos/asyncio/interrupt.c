/* SPDX-License-Identifier: MIT
 * Ctrl-C cancels everything, and everything cleans up; exit code 130.
 *
 *   natively:  build/native/demos/asyncio/interrupt
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/interrupt.mjs
 *
 * It prints interrupt.txt, and so does interrupt.py. */
#include <stdio.h>

#include <eft/eft.h>

static eft_result work(void *arg)
{
    const char *name = arg;

    printf("%s works\n", name);
    eft_result result = eft_await(eft_sleep(3600 * 1000));
    if (!result.error)
        return result;
    printf("%s puts its tools away\n", name);
    /* It has been told once: what it awaits from here on is its own affair. */
    EFT_TRY(eft_await(eft_sleep(100)));
    printf("%s has gone home\n", name);
    return result;
}

/* An interrupt, be it a signal or an AbortSignal, cancels this task, and so
 * what it awaits. */
static eft_result app(void *arg)
{
    (void)arg;
    eft_future *all = eft_gather(eft_spawn(work, (void *)"smith"),
                                 eft_spawn(work, (void *)"mason"),
                                 eft_spawn(work, (void *)"cooper"));
    eft_await(eft_sleep(0));
    puts("ready: press Ctrl-C");

    eft_result result = eft_await(all);
    if (result.error == EFT_ECANCELED)
        puts("all have gone");
    return result;
}

int main(void)
{
    /* Who reads this through a pipe waits for the line above. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    return eft_run(app, NULL);
}
