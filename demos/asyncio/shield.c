/* SPDX-License-Identifier: MIT
 * What a cancel must not stop.
 *
 *   natively:  build/native/demos/asyncio/shield
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/shield.mjs
 *
 * It prints shield.txt, and so does shield.py. */
#include <stdio.h>

#include <eft/eft.h>

static eft_result save(void *arg)
{
    (void)arg;
    puts("saving");
    EFT_TRY(eft_await(eft_sleep(100)));
    puts("saved");
    return eft_ok_i64(3);
}

/* The shield consumes a reference, so one more is made for it. */
static eft_result edit(void *saving)
{
    eft_result result = eft_await(eft_shield(eft_future_ref(saving)));

    printf("edit: %s\n", result.error ? eft_strerror(result.error) : "saved");
    return result;
}

static eft_result app(void *arg)
{
    (void)arg;
    eft_future *saving = eft_spawn(save, NULL);
    eft_future *editing = eft_spawn(edit, saving);

    eft_await(eft_sleep(0)); /* both have begun */
    eft_cancel(editing);
    eft_await(editing);
    printf("saving goes on: %s\n",
           eft_future_state(saving) == EFT_PENDING ? "yes" : "no");

    eft_result files = eft_await(saving);
    if (files.error)
        return files;
    printf("files: %lld\n", (long long)files.i64);
    return eft_ok();
}

int main(void)
{
    return eft_run(app, NULL);
}
