/* SPDX-License-Identifier: MIT
 * Bodies of steps that call others: values, errors, nesting. */
#include <string.h>

#include "steps.h"

typedef struct test {
    eft_step step;
    step_part part;
    eft_result result;
    int i;
    int sum;
} test;

static eft_result a_call_runs_to_its_end_and_gives_its_value(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->part = (step_part){.turns = 3};
    EFT_STEP_CALL(t->result, step_make_turns, &t->part);
    STEP_CHECK(t->result.i64 == 3 && t->part.made == 3);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_call_may_be_made_again_with_a_zeroed_state(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    for (t->i = 0; t->i < 4; t->i++) {
        t->part = (step_part){.turns = t->i};
        EFT_STEP_CALL(t->result, step_make_turns, &t->part);
        t->sum += (int)t->result.i64;
    }
    EFT_STEP_END();
    STEP_CHECK(t->sum == 6);
    return eft_ok();
}

/* As deep as its number says. */
typedef struct nest {
    eft_step step;
    int depth;
    struct nest *inner;
} nest;

static eft_result descend(void *state)
{
    nest *self = state;
    eft_result result;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(eft_sleep(0));
    if (!self->inner)
        return eft_ok_i64(self->depth);
    EFT_STEP_CALL(result, descend, self->inner);
    if (result.error)
        return result;
    result.i64 += self->depth;
    EFT_STEP_END();
    return result;
}

static eft_result calls_may_be_nested(void *state)
{
    static nest nests[6];
    test *t = state;

    EFT_STEP_BEGIN(t);
    for (t->i = 0; t->i < 6; t->i++)
        nests[t->i] =
            (nest){.depth = t->i, .inner = t->i < 5 ? &nests[t->i + 1] : NULL};
    EFT_STEP_CALL(t->result, descend, &nests[0]);
    STEP_CHECK(t->result.i64 == 15);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result fail_after_a_turn(void *state)
{
    step_part *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(step_failing(0, "the part has failed"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_call_gives_an_error_with_its_sentence(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    EFT_STEP_CALL(t->result, fail_after_a_turn, &t->part);
    STEP_CHECK(t->result.error == EFT_EUSER);
    STEP_CHECK(!strcmp(eft_error_detail(), "the part has failed"));
    EFT_STEP_END();
    return eft_ok();
}

const step_case steps_call[] = {
    STEP_CASE(a_call_runs_to_its_end_and_gives_its_value),
    STEP_CASE(a_call_may_be_made_again_with_a_zeroed_state),
    STEP_CASE(calls_may_be_nested),
    STEP_CASE(a_call_gives_an_error_with_its_sentence),
    {NULL, NULL, 0},
};
