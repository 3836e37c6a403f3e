/* SPDX-License-Identifier: MIT
 * A limit for whatever a task does, in as many awaits as it likes.
 *
 *   natively:  build/native/demos/asyncio/timeout
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/timeout.mjs
 *
 * It prints timeout.txt, and so does timeout.py. */
#include <stdio.h>

#include <eft/eft.h>

static eft_result read_pages(int pages, int ms)
{
    for (int i = 0; i < pages; i++)
        EFT_TRY(eft_await(eft_sleep(ms)));
    printf("read %d pages\n", pages);
    return eft_ok();
}

static eft_result quick(void)
{
    eft_timeout_scope *limit = eft_timeout_scope_open(5000);

    EFT_TRY(eft_timeout_scope_close(limit, read_pages(3, 10)));
    puts("in time");
    return eft_ok();
}

/* Says what was expected, and passes on what was not. */
static eft_result expect_timeout(const char *name, eft_result result)
{
    if (result.error != EFT_ETIMEDOUT)
        return result;
    printf("%s: %s\n", name, eft_strerror(result.error));
    return eft_ok();
}

static eft_result slow(void)
{
    eft_timeout_scope *limit = eft_timeout_scope_open(100);
    eft_result result = read_pages(1, 60000);

    return expect_timeout("slow", eft_timeout_scope_close(limit, result));
}

static eft_result extended(void)
{
    eft_timeout_scope *limit = eft_timeout_scope_open(100);

    eft_timeout_scope_reschedule(limit, eft_now() + 5000);
    eft_result result = read_pages(2, 100);
    bool expired = eft_timeout_scope_expired(limit);
    EFT_TRY(eft_timeout_scope_close(limit, result));
    printf("extended: %s\n", expired ? "expired" : "in time");
    return eft_ok();
}

static eft_result inner(void)
{
    eft_timeout_scope *limit = eft_timeout_scope_open(100);
    eft_result result = read_pages(1, 60000);

    EFT_TRY(expect_timeout("inner", eft_timeout_scope_close(limit, result)));
    return read_pages(1, 10);
}

static eft_result outer(void)
{
    eft_timeout_scope *limit = eft_timeout_scope_open(5000);

    EFT_TRY(eft_timeout_scope_close(limit, inner()));
    puts("outer: in time");
    return eft_ok();
}

static eft_result one_page(void *arg)
{
    (void)arg;
    return read_pages(1, 60000);
}

/* One future needs no scope. */
static eft_result one_call(void)
{
    return expect_timeout(
        "wait_for", eft_await(eft_wait_for(100, eft_spawn(one_page, NULL))));
}

static eft_result app(void *arg)
{
    (void)arg;
    EFT_TRY(quick());
    EFT_TRY(slow());
    EFT_TRY(extended());
    EFT_TRY(outer());
    return one_call();
}

int main(void)
{
    return eft_run(app, NULL);
}
