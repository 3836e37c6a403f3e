/* SPDX-License-Identifier: MIT
 * Several tasks at once: their results in order, and what an error does.
 *
 * A second of the usual example is 100 ms here.
 *
 *   natively:  build/native/demos/asyncio/gather
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/gather.mjs
 *
 * It prints gather.txt, and so does gather.py. */
#include <stdio.h>

#include <eft/eft.h>

typedef struct page {
    const char *name;
    int ms;
} page;

static eft_result fetch(void *arg)
{
    const page *self = arg;

    printf("%s takes %d ms\n", self->name, self->ms);
    EFT_TRY(eft_await(eft_sleep(self->ms)));
    printf("%s is here\n", self->name);
    return eft_ok_i64(self->ms);
}

static eft_result fail(void *arg)
{
    EFT_TRY(eft_await(eft_sleep(100)));
    return eft_fail(EFT_EUSER, "there is no %s", (const char *)arg);
}

static eft_result values(void)
{
    long long sum = 0;
    eft_result pages =
        eft_await(eft_gather(eft_spawn(fetch, &(page){"moon", 400}),
                             eft_spawn(fetch, &(page){"pond", 100}),
                             eft_spawn(fetch, &(page){"reed", 200})));

    if (pages.error)
        return pages;
    for (size_t i = 0; i < pages.results->count; i++) {
        printf("%lld ", (long long)pages.results->items[i].i64);
        sum += pages.results->items[i].i64;
    }
    printf("%lld\n", sum);
    eft_result_free(pages);
    return eft_ok();
}

static eft_result errors(void)
{
    const eft_gather_options options = {.return_errors = true};
    eft_result pages = eft_await(
        eft_gather_with(&options, eft_spawn(fetch, &(page){"pond", 200}),
                        eft_spawn(fail, (void *)"fish")));

    if (pages.error)
        return pages;
    for (size_t i = 0; i < pages.results->count; i++) {
        const eft_result *item = &pages.results->items[i];

        if (item->error)
            puts(eft_strerror(item->error));
        else
            printf("%lld\n", (long long)item->i64);
    }
    eft_result_free(pages);
    return eft_ok();
}

/* Nobody else holds the second task, so the gather ends it; asyncio's lets it
 * run on, until the program's end. */
static eft_result first_error(void)
{
    eft_result result =
        eft_await(eft_gather(eft_spawn(fail, (void *)"fish"),
                             eft_spawn(fetch, &(page){"sea", 400})));

    if (result.error != EFT_EUSER)
        return result;
    printf("gather failed: %s\n", eft_error_detail());
    return eft_ok();
}

static eft_result app(void *arg)
{
    (void)arg;
    EFT_TRY(values());
    EFT_TRY(errors());
    return first_error();
}

int main(void)
{
    return eft_run(app, NULL);
}
