/* SPDX-License-Identifier: MIT
 * The order in which tasks of steps run: among themselves, and with fibers. */
#include "journal.h"
#include "steps.h"

typedef struct test {
    eft_step step;
    eft_result result;
    eft_future *tasks[6];
    eft_future *future;
    int64_t start;
    int i;
    int sum;
    bool fibers;
} test;

/* What both kinds of tasks do: a number of naps of one length. */
typedef struct napper {
    eft_step step;
    const char *name;
    int64_t nap_ms;
    int naps;
    int i;
} napper;

static eft_result nap_in_steps(void *state)
{
    napper *self = state;

    EFT_STEP_BEGIN(self);
    for (self->i = 0; self->i < self->naps; self->i++) {
        note("%s%d", self->name, self->i);
        EFT_STEP_TRY(eft_sleep(self->nap_ms));
    }
    EFT_STEP_END();
    note("%s.", self->name);
    return eft_ok();
}

static eft_result nap_on_a_fiber(void *arg)
{
    const napper *self = arg;

    for (int i = 0; i < self->naps; i++) {
        note("%s%d", self->name, i);
        EFT_TRY(eft_await(eft_sleep(self->nap_ms)));
    }
    note("%s.", self->name);
    return eft_ok();
}

static eft_future *start(const napper *it, bool fiber)
{
    return fiber ? eft_spawn(nap_on_a_fiber, (void *)(uintptr_t)it)
                 : eft_spawn_steps(nap_in_steps, it, sizeof *it);
}

static const napper yielders[] = {{.name = "a", .naps = 3},
                                  {.name = "b", .naps = 2},
                                  {.name = "c", .naps = 1}};
static const char yields_in_order[] = "a0 b0 c0 a1 b1 c. a2 b. a.";

static eft_result spawned_tasks_begin_in_order_after_what_is_ready(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->tasks[0] = start(&yielders[2], false);
    t->tasks[1] = start(&yielders[1], false);
    note("spawned");
    EFT_STEP_TRY(eft_sleep(0));
    note("turn");
    EFT_STEP_TRY(eft_gather(t->tasks[0], t->tasks[1]));
    STEP_CHECK(journal_is("spawned c0 b0 turn c. b1 b."));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result yields_take_turns(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    for (t->i = 0; t->i < 3; t->i++)
        t->tasks[t->i] = start(&yielders[t->i], false);
    EFT_STEP_TRY(eft_gather_array(t->tasks, 3, NULL));
    STEP_CHECK(journal_is(yields_in_order));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result steps_and_fibers_take_turns(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    STEP_NEEDS_FIBERS();
    journal_clear();
    for (t->i = 0; t->i < 3; t->i++)
        t->tasks[t->i] = start(&yielders[t->i], t->i % 2);
    EFT_STEP_TRY(eft_gather_array(t->tasks, 3, NULL));
    STEP_CHECK(journal_is(yields_in_order));
    journal_clear();
    for (t->i = 0; t->i < 3; t->i++)
        t->tasks[t->i] = start(&yielders[t->i], t->i % 2 == 0);
    EFT_STEP_TRY(eft_gather_array(t->tasks, 3, NULL));
    STEP_CHECK(journal_is(yields_in_order));
    EFT_STEP_END();
    return eft_ok();
}

static const napper sleepers[] = {
    {.name = "a", .nap_ms = STEP_LATER, .naps = 1},
    {.name = "b", .nap_ms = 1, .naps = 1},
    {.name = "c", .nap_ms = STEP_LATER, .naps = 1}};
static const char sleeps_in_order[] = "a0 b0 c0 b. a. c.";

static eft_result sleeps_end_in_the_order_of_their_deadlines(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    for (t->i = 0; t->i < 3; t->i++)
        t->tasks[t->i] = start(&sleepers[t->i], false);
    EFT_STEP_TRY(eft_gather_array(t->tasks, 3, NULL));
    STEP_CHECK(journal_is(sleeps_in_order));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result sleeps_of_steps_and_fibers_are_in_one_order(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    STEP_NEEDS_FIBERS();
    journal_clear();
    for (t->i = 0; t->i < 3; t->i++)
        t->tasks[t->i] = start(&sleepers[t->i], t->i % 2);
    EFT_STEP_TRY(eft_gather_array(t->tasks, 3, NULL));
    STEP_CHECK(journal_is(sleeps_in_order));
    journal_clear();
    for (t->i = 0; t->i < 3; t->i++)
        t->tasks[t->i] = start(&sleepers[t->i], true);
    EFT_STEP_TRY(eft_gather_array(t->tasks, 3, NULL));
    STEP_CHECK(journal_is(sleeps_in_order));
    EFT_STEP_END();
    return eft_ok();
}

static void note_call(void *arg)
{
    note("%s", (const char *)arg);
}

/* A sleep that its task alone holds has no future any more; it has the place of
 * one in the order. */
static eft_result a_fused_sleep_keeps_its_place(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->start = eft_now() + STEP_SOON;
    eft_future_free(eft_call_at(t->start, note_call, (void *)"before"));
    EFT_STEP_TRY(eft_sleep(t->start - eft_now()));
    note("slept");
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(journal_is("before slept"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_sleep_that_is_held_twice_wakes_both(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->future = eft_sleep(STEP_SOON);
    t->tasks[0] = eft_shield(eft_future_ref(t->future));
    EFT_STEP_AWAIT(t->result, t->future);
    STEP_CHECK(!t->result.error);
    EFT_STEP_AWAIT(t->result, t->tasks[0]);
    STEP_CHECK(!t->result.error);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_sleep_begun_before_is_not_begun_again(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    t->start = eft_now();
    t->future = eft_sleep(STEP_SOON);
    EFT_STEP_TRY(eft_sleep(STEP_LATER));
    t->sum = (int)(eft_now() - t->start);
    journal_clear();
    eft_future_free(eft_call_soon(note_call, (void *)"turn"));
    EFT_STEP_TRY(t->future); /* it has ended long ago */
    STEP_CHECK(journal_is(""));
    STEP_CHECK(t->sum >= STEP_LATER);
    EFT_STEP_TRY(eft_sleep(0));
    STEP_CHECK(journal_is("turn"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_sleep_is_never_short(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    for (t->i = 1; t->i <= 5; t->i++) {
        t->start = eft_now();
        EFT_STEP_TRY(eft_sleep(t->i));
        STEP_CHECK(eft_now() - t->start >= t->i);
    }
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_negative_sleep_is_a_turn(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    eft_future_free(eft_call_soon(note_call, (void *)"call"));
    EFT_STEP_TRY(eft_sleep(-5));
    note("me");
    STEP_CHECK(journal_is("call me"));
    EFT_STEP_END();
    return eft_ok();
}

static eft_result who_awaits_runs_after_what_became_ready_before(void *state)
{
    test *t = state;

    EFT_STEP_BEGIN(t);
    journal_clear();
    t->future = eft_future_new();
    eft_future_free(eft_call_soon(note_call, (void *)"first"));
    t->tasks[0] = step_noting(0, "second");
    eft_future_resolve(t->future, eft_ok());
    EFT_STEP_TRY(eft_sleep(0));
    note("me");
    EFT_STEP_TRY(t->future);
    EFT_STEP_TRY(t->tasks[0]);
    STEP_CHECK(journal_is("first me second"));
    EFT_STEP_END();
    return eft_ok();
}

typedef struct counter {
    eft_step step;
    int *sum;
} counter;

static eft_result count_after_a_nap(void *state)
{
    counter *self = state;

    EFT_STEP_BEGIN(self);
    EFT_STEP_TRY(eft_sleep(0));
    EFT_STEP_TRY(eft_sleep(1));
    EFT_STEP_END();
    ++*self->sum;
    return eft_ok();
}

static eft_result a_hundred_thousand_tasks_at_once(void *state)
{
    static int sum;
    test *t = state;

    EFT_STEP_BEGIN(t);
    sum = 0;
    for (t->i = 0; t->i < 100000; t->i++)
        eft_future_free(eft_spawn_steps(
            count_after_a_nap, &(counter){.sum = &sum}, sizeof(counter)));
    STEP_CHECK(sum == 0);
    STEP_CHECK(eft_live_objects() > 100000);
    t->start = eft_now() + 60000;
    while (sum < 100000 && eft_now() < t->start)
        EFT_STEP_TRY(eft_sleep(1));
    STEP_CHECK(sum == 100000);
    EFT_STEP_END();
    return eft_ok();
}

static eft_result a_hundred_thousand_tasks_are_cancelled(void *state)
{
    static eft_future *tasks[100000];
    test *t = state;

    EFT_STEP_BEGIN(t);
    for (t->i = 0; t->i < 100000; t->i++)
        tasks[t->i] = step_sleeper(STEP_HOUR, 0);
    EFT_STEP_TRY(eft_sleep(0));
    for (t->i = 0; t->i < 100000; t->i++)
        t->sum += eft_cancel(tasks[t->i]);
    STEP_CHECK(t->sum == 100000);
    t->sum = 0;
    for (t->i = 0; t->i < 100000; t->i++) {
        EFT_STEP_AWAIT(t->result, tasks[t->i]);
        t->sum += t->result.error == EFT_ECANCELED;
    }
    STEP_CHECK(t->sum == 100000);
    EFT_STEP_END();
    return eft_ok();
}

const step_case steps_order[] = {
    STEP_CASE(spawned_tasks_begin_in_order_after_what_is_ready),
    STEP_CASE(yields_take_turns),
    STEP_CASE(steps_and_fibers_take_turns),
    STEP_CASE(sleeps_end_in_the_order_of_their_deadlines),
    STEP_CASE(sleeps_of_steps_and_fibers_are_in_one_order),
    STEP_CASE(a_fused_sleep_keeps_its_place),
    STEP_CASE(a_sleep_that_is_held_twice_wakes_both),
    STEP_CASE(a_sleep_begun_before_is_not_begun_again),
    STEP_CASE(a_sleep_is_never_short),
    STEP_CASE(a_negative_sleep_is_a_turn),
    STEP_CASE(who_awaits_runs_after_what_became_ready_before),
    STEP_CASE(a_hundred_thousand_tasks_at_once),
    STEP_CASE(a_hundred_thousand_tasks_are_cancelled),
    {NULL, NULL, 0},
};
