/* SPDX-License-Identifier: MIT
 * What the suites of barriers have in common: a barrier, and who passes it. */
#include "barrier_case.h"

#include "journal.h"
#include "suite.h"

eft_barrier *barrier;
int barrier_passed;
int barrier_broken;

void barrier_begin(void)
{
    journal_clear();
    barrier_passed = 0;
    barrier_broken = 0;
    barrier = eft_barrier_new(PARTIES);
}

void barrier_finish(void)
{
    CHECK(eft_barrier_waiting(barrier) == 0);
    eft_barrier_free(barrier);
}

eft_result barrier_passer(void *arg)
{
    (void)arg;
    eft_result result = eft_await(eft_barrier_wait(barrier));

    if (!result.error)
        barrier_passed++;
    else if (result.error == EFT_EBROKEN)
        barrier_broken++;
    return result;
}

void spawn_all(eft_body *body, eft_future **tasks, int count)
{
    for (int i = 0; i < count; i++)
        tasks[i] = eft_spawn(body, NULL);
}

void await_all(eft_future **tasks, int count)
{
    for (int i = 0; i < count; i++)
        eft_result_free(eft_await(tasks[i]));
}

void run_all(eft_body *body)
{
    eft_future *tasks[PARTIES];

    spawn_all(body, tasks, PARTIES);
    await_all(tasks, PARTIES);
}
