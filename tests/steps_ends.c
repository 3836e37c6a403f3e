/* SPDX-License-Identifier: MIT
 * How programs of steps end: as tests/ends.c, and without fibers. */
#include <stdio.h>
#include <string.h>

#include <eft/eft.h>

/* One of the tasks that the program leaves behind. */
typedef struct leftover {
    eft_step step;
    const char *name;
    int32_t error; /* with which its wait has ended */
} leftover;

static eft_result clean_up(void *state)
{
    leftover *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    EFT_STEP_AWAIT(result, eft_sleep(EFT_FOREVER));
    self->error = result.error;
    EFT_STEP_TRY(eft_sleep(1));
    EFT_STEP_END();
    return eft_failed(self->error);
}

static void tell(void *state)
{
    const leftover *self = state;

    printf("%s has cleaned up: %s\n", self->name, eft_error_name(self->error));
}

static void leave(const char *name)
{
    const leftover state = {.name = name};

    eft_future_free(
        eft_spawn_steps_owned(clean_up, &state, sizeof state, tell));
}

static eft_result spawn_at_the_end(void *state)
{
    leftover *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    EFT_STEP_AWAIT(result, eft_sleep(EFT_FOREVER));
    (void)result;
    leave(self->name);
    puts("spawned at the end");
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_END();
    return eft_ok();
}

static void say(void *arg)
{
    puts(arg);
}

typedef struct program {
    eft_step step;
    const char *name;
} program;

static bool is(const program *self, const char *name)
{
    return !strcmp(self->name, name);
}

/* What has to have begun before the program ends. */
static void begin(const program *self)
{
    const leftover late = {.name = "late one"};

    if (is(self, "leftovers")) {
        leave("a");
        leave("b");
        eft_future_free(eft_call_later(3600000, say, (void *)"never"));
    } else if (is(self, "late")) {
        eft_future_free(eft_spawn_steps(spawn_at_the_end, &late, sizeof late));
    }
}

static eft_result end(const program *self)
{
    if (is(self, "value"))
        return eft_ok_i64(42);
    if (is(self, "error"))
        return eft_fail(EFT_EUSER, "there is no reason");
    if (is(self, "bare-error"))
        return eft_failed(EFT_ETIMEDOUT);
    if (is(self, "cancelled"))
        return eft_failed(EFT_ECANCELED);
    if (is(self, "leftovers"))
        puts("the program ends");
    else if (is(self, "twice"))
        puts("once");
    else if (!is(self, "late"))
        return eft_fail(EFT_EINVAL, "there is no case %s", self->name);
    return eft_ok();
}

static eft_result app(void *state)
{
    program *self = state;

    EFT_STEP_BEGIN(self);
    begin(self);
    EFT_STEP_TRY(eft_sleep(0));
    if (is(self, "stuck"))
        EFT_STEP_TRY(eft_sleep(EFT_FOREVER));
    EFT_STEP_END();
    return end(self);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    const program state = {.name = argc > 1 ? argv[1] : ""};
    int code = eft_run_steps(app, &state, sizeof state);

    /* Only natively a program comes here. */
    if (is(&state, "twice"))
        code = eft_run_steps(app, &state, sizeof state);
    if (eft_live_objects())
        printf("%zu objects are left\n", eft_live_objects());
    return code;
}
