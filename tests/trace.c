/* SPDX-License-Identifier: MIT
 * Prints the order of events of one program: spawns, awaits, sleeps, gathers,
 * cancels. It is the same on every fiber half and in every world: trace.txt.
 *
 * Deadlines lie far enough apart that a busy machine does not let two of them
 * fall together; everything else is ordered by the ready queue alone. */
#include <stdio.h>

#include <eft/eft.h>

enum { GAP_MS = 150 };

static void callback(void *arg)
{
    printf("callback %s\n", (const char *)arg);
}

static void done(eft_future *future, void *arg)
{
    printf("done %s: %s\n", (const char *)arg,
           eft_error_name(eft_future_take(future).error));
}

static eft_result counter(void *arg)
{
    const char *name = arg;

    for (int i = 1; i <= 3; i++) {
        printf("%s counts %d\n", name, i);
        EFT_TRY(eft_await(eft_sleep(0)));
    }
    printf("%s ends\n", name);
    return eft_ok_i64(3);
}

static eft_result sleeper(void *arg)
{
    int gaps = *(const int *)arg;

    printf("sleeper %d begins\n", gaps);
    eft_result result = eft_await(eft_sleep((int64_t)gaps * GAP_MS));
    printf("sleeper %d: %s\n", gaps, eft_error_name(result.error));
    if (result.error) {
        eft_await(eft_sleep(0));
        printf("sleeper %d has cleaned up\n", gaps);
    }
    return result.error ? result : eft_ok_i64(gaps);
}

static eft_result waiter(void *arg)
{
    printf("waiter begins\n");
    eft_result result = eft_await(arg);
    printf("waiter: %s %lld\n", eft_error_name(result.error),
           (long long)result.i64);
    return result;
}

static eft_result failer(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(*(const int *)arg * GAP_MS)));
    printf("failer fails\n");
    return eft_fail(EFT_EUSER, "as it should");
}

static eft_result nester(void *arg)
{
    printf("nester begins\n");
    eft_result inner = eft_await(
        eft_gather(eft_spawn(counter, arg), eft_spawn(counter, (void *)"n2")));
    printf("nester gathered %zu\n", inner.results->count);
    return inner;
}

static void part_of_turns(void)
{
    puts("-- turns");
    eft_future *a = eft_spawn(counter, (void *)"a");
    eft_future_free(eft_call_soon(callback, (void *)"between"));
    eft_future *b = eft_spawn(counter, (void *)"b");
    (void)eft_future_on_done(a, done, (void *)"a");
    eft_await(b);
    eft_await(a);
}

static void part_of_sharing(void)
{
    puts("-- sharing");
    eft_future *gate = eft_future_new();
    eft_future *first = eft_spawn(waiter, eft_future_ref(gate));
    eft_future *second = eft_spawn(waiter, eft_future_ref(gate));

    (void)eft_future_on_done(gate, done, (void *)"gate");
    eft_await(eft_sleep(0));
    puts("resolving");
    eft_future_resolve(gate, eft_ok_i64(42));
    eft_future_free(eft_call_soon(callback, (void *)"after resolve"));
    eft_future_free(gate);
    eft_await(second);
    eft_await(first);
}

static void part_of_gather(void)
{
    static const int gaps[] = {3, 1, 2};

    puts("-- gather");
    eft_result result = eft_await(eft_gather(
        eft_spawn(sleeper, (void *)&gaps[0]),
        eft_spawn(sleeper, (void *)&gaps[1]),
        eft_spawn(sleeper, (void *)&gaps[2]), eft_spawn(nester, (void *)"n1")));
    for (size_t i = 0; !result.error && i < 3; i++)
        printf("result %lld\n", (long long)result.results->items[i].i64);
    eft_result_free(result);
}

static void part_of_errors(void)
{
    static const int gaps[] = {5, 1, 6};

    puts("-- errors");
    eft_result result =
        eft_await(eft_gather(eft_spawn(sleeper, (void *)&gaps[0]),
                             eft_spawn(failer, (void *)&gaps[1]),
                             eft_spawn(sleeper, (void *)&gaps[2])));
    printf("gather: %s, %s\n", eft_error_name(result.error),
           eft_error_detail());
    result =
        eft_await(eft_wait_for(GAP_MS, eft_spawn(sleeper, (void *)&gaps[0])));
    printf("wait_for: %s\n", eft_error_name(result.error));
}

static void part_of_cancels(void)
{
    static const int gaps = 9;

    puts("-- cancels");
    eft_future *never = eft_spawn(sleeper, (void *)&gaps);
    printf("cancel before: %d\n", eft_cancel(never));
    printf("never: %s\n", eft_error_name(eft_await(never).error));

    eft_future *inner = eft_spawn(sleeper, (void *)&gaps);
    eft_future *outer = eft_spawn(waiter, eft_future_ref(inner));
    eft_await(eft_sleep(0));
    printf("cancel outer: %d\n", eft_cancel(outer));
    printf("cancel again: %d\n", eft_cancel(outer));
    printf("outer: %s\n", eft_error_name(eft_await(outer).error));
    printf("inner: %d\n", (int)eft_future_state(inner));
    eft_future_free(inner);
}

static eft_result app(void *arg)
{
    (void)arg;
    part_of_turns();
    part_of_sharing();
    part_of_gather();
    part_of_errors();
    part_of_cancels();
    puts("-- end");
    eft_future_free(eft_spawn(waiter, eft_sleep(EFT_FOREVER)));
    eft_await(eft_sleep(0));
    return eft_ok();
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    return eft_run(app, NULL);
}
