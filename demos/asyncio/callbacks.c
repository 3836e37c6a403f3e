/* SPDX-License-Identifier: MIT
 * Functions that a future calls when it is done, with an argument of yours.
 *
 *   natively:  build/native/demos/asyncio/callbacks
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/callbacks.mjs
 *
 * It prints callbacks.txt, and so does callbacks.py. */
#include <stdio.h>

#include <eft/eft.h>

static void report(eft_future *future, void *name)
{
    eft_result result = eft_future_take(future);

    if (result.error)
        printf("%s: %s\n", (const char *)name, eft_strerror(result.error));
    else
        printf("%s: %lld\n", (const char *)name, (long long)result.i64);
}

/* Asks for the callback, or says why it will never come. */
static eft_result call_when_done(eft_future *future, const char *name)
{
    return eft_failed(eft_future_on_done(future, report, (void *)name));
}

static eft_result answer(void *arg)
{
    (void)arg;
    EFT_TRY(eft_await(eft_sleep(100)));
    return eft_ok_i64(42);
}

static eft_result refuse(void *arg)
{
    (void)arg;
    return eft_fail(EFT_EUSER, "not today");
}

/* A future of our own: its callbacks never run inside the call that resolves
 * it, but in their order, when the loop has its next turn. */
static eft_result resolve(eft_future *promise)
{
    EFT_TRY(call_when_done(promise, "first"));
    EFT_TRY(call_when_done(promise, "second"));
    puts("resolving");
    eft_future_resolve(promise, eft_ok_i64(7));
    puts("resolved: nothing has been called yet");
    EFT_TRY(call_when_done(promise, "late"));
    return eft_await(eft_sleep(0));
}

/* Takes task; waits for its end, whatever that is. */
static eft_result follow(const char *name, eft_future *task)
{
    eft_result result = call_when_done(task, name);

    eft_await(task);
    return result;
}

static eft_result app(void *arg)
{
    (void)arg;
    eft_future *promise = eft_future_new();
    eft_result result = resolve(promise);

    eft_future_free(promise);
    if (result.error)
        return result;
    EFT_TRY(follow("answer", eft_spawn(answer, NULL)));
    EFT_TRY(follow("refusal", eft_spawn(refuse, NULL)));

    eft_future *sleeper = eft_sleep(60000);
    eft_cancel(sleeper);
    return follow("sleeper", sleeper);
}

int main(void)
{
    return eft_run(app, NULL);
}
