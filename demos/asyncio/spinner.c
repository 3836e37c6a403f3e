/* SPDX-License-Identifier: MIT
 * Something turns while something else works.
 *
 *   natively:  build/native/demos/asyncio/spinner
 *   Node:      node web/run.mjs build/web-asyncify/demos/asyncio/spinner.mjs
 *
 * It prints spinner.txt, and so does spinner.py. */
#include <stdio.h>

#include <eft/eft.h>

static eft_result spin(void *text)
{
    static const char frames[] = "|/-\\";

    for (int i = 0;; i = (i + 1) % 4) {
        printf("%c %s\n", frames[i], (const char *)text);
        eft_result result = eft_await(eft_sleep(50));
        if (result.error) {
            puts("* the spinner stops");
            return result;
        }
    }
}

static eft_result think(void *arg)
{
    int thought = 0;

    (void)arg;
    for (int piece = 1; piece <= 5; piece++) {
        EFT_TRY(eft_await(eft_sleep(50)));
        thought += piece;
    }
    return eft_ok_i64(thought);
}

static eft_result app(void *arg)
{
    (void)arg;
    eft_future *spinner = eft_spawn(spin, (void *)"thinking");
    eft_result answer = eft_await(eft_spawn(think, NULL));

    eft_cancel(spinner);
    eft_await(spinner);
    if (answer.error)
        return answer;
    printf("the answer is %lld\n", (long long)answer.i64);
    return eft_ok();
}

int main(void)
{
    return eft_run(app, NULL);
}
