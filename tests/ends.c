/* SPDX-License-Identifier: MIT
 * How programs end: ends CASE. tests/drive/ends.mjs knows what each prints. */
#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

static eft_result clean_up(void *arg)
{
    eft_result result = eft_await(eft_sleep(EFT_FOREVER));

    eft_await(eft_sleep(1));
    printf("%s has cleaned up: %s\n", (const char *)arg,
           eft_error_name(result.error));
    return result;
}

static eft_result spawn_at_the_end(void *arg)
{
    (void)eft_await(eft_sleep(EFT_FOREVER));
    eft_future_free(eft_spawn(clean_up, arg));
    puts("spawned at the end");
    return eft_await(eft_sleep(0));
}

static void say(void *arg)
{
    puts(arg);
}

static eft_result value(void)
{
    return eft_ok_i64(42);
}

static eft_result error(void)
{
    return eft_fail(EFT_EUSER, "there is no reason");
}

static eft_result bare_error(void)
{
    return eft_failed(EFT_ETIMEDOUT);
}

static eft_result cancelled(void)
{
    return eft_failed(EFT_ECANCELED);
}

static eft_result leftovers(void)
{
    eft_future_free(eft_spawn(clean_up, (void *)"a"));
    eft_future_free(eft_spawn(clean_up, (void *)"b"));
    eft_future_free(eft_call_later(3600000, say, (void *)"never"));
    eft_await(eft_sleep(0));
    puts("the program ends");
    return eft_ok();
}

static eft_result late(void)
{
    eft_future_free(eft_spawn(spawn_at_the_end, (void *)"late one"));
    eft_await(eft_sleep(0));
    return eft_ok();
}

static eft_result twice(void)
{
    puts("once");
    return eft_ok();
}

static eft_result stuck(void)
{
    return eft_await(eft_sleep(EFT_FOREVER));
}

typedef struct end {
    const char *name;
    eft_result (*run)(void);
} end;

static const end ends[] = {
    {"value", value},           {"error", error},
    {"bare-error", bare_error}, {"cancelled", cancelled},
    {"leftovers", leftovers},   {"late", late},
    {"twice", twice},           {"stuck", stuck},
};

static eft_result app(void *arg)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (!strcmp(ends[i].name, arg))
            return ends[i].run();
    return eft_fail(EFT_EINVAL, "there is no case %s", (const char *)arg);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    char *name = argc > 1 ? argv[1] : (char *)"";
    int code = eft_run(app, name);

    /* Only natively a program comes here. */
    if (!strcmp(name, "twice"))
        code = eft_run(app, name);
    if (eft_live_objects())
        printf("%zu objects are left\n", eft_live_objects());
    return code;
}
