/* SPDX-License-Identifier: MIT
 * Functions that await, called by functions that await, at any depth.
 *
 *   natively:  build/native/demos/asyncio/nested
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/nested.mjs
 *
 * It prints nested.txt, and so does nested.py. */
#include <stdio.h>

#include <eft/eft.h>

static eft_result boil(int cups)
{
    printf("boiling water for %d\n", cups);
    EFT_TRY(eft_await(eft_sleep(100)));
    return eft_ok_i64(cups * 200);
}

static eft_result brew(int cups)
{
    if (cups > 4)
        return eft_fail(EFT_EUSER, "the pot does not hold %d cups", cups);
    eft_result millilitres = boil(cups);
    if (millilitres.error)
        return millilitres;
    puts("pouring");
    EFT_TRY(eft_await(eft_sleep(100)));
    return millilitres;
}

static eft_result serve(int cups)
{
    eft_result millilitres = brew(cups);

    if (millilitres.error)
        return millilitres;
    printf("served %lld ml\n", (long long)millilitres.i64);
    return eft_ok();
}

/* A task has a stack, so that it can be suspended twenty calls deep. */
static eft_result factorial(int n)
{
    if (n < 2)
        return eft_ok_i64(1);
    EFT_TRY(eft_await(eft_sleep(0)));
    eft_result rest = factorial(n - 1);
    return rest.error ? rest : eft_ok_i64(n * rest.i64);
}

static eft_result app(void *arg)
{
    (void)arg;
    EFT_TRY(serve(2));
    if (serve(5).error)
        printf("no tea: %s\n", eft_error_detail());

    eft_result product = factorial(20);
    if (product.error)
        return product;
    printf("20! = %lld\n", (long long)product.i64);
    return eft_ok();
}

int main(void)
{
    return eft_run(app, NULL);
}
