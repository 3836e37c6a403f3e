/* SPDX-License-Identifier: MIT
 * a loop's beginning and end. */
#include "eft/task.h"

#include <stdatomic.h>

#include "eft/log.h"
#include "ids.h"
#include "loop.h"
#include "blocks.h"
#include "memory.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "task.h"

enum { EXIT_OK = 0, EXIT_ERROR = 1, EXIT_INTERRUPTED = 130 };

static void refuse(const char *sentence)
{
    eft_log_line(EFT_LOG_ERROR, sentence);
}

/* Numbers come again after 65,535 loops: they are there to find mistakes. */
static uint16_t next_number(void)
{
    static atomic_ushort last;
    uint16_t number = 0;

    while (!number)
        number = (uint16_t)(atomic_fetch_add(&last, 1) + 1);
    return number;
}

static eft__loop *make_loop(void)
{
    eft__loop *loop = eft__reserve(sizeof *loop);

    if (!loop)
        return NULL;
    *loop = (eft__loop){.number = next_number()};
    eft__timers_init(&loop->timers);
    loop->tasks.next = loop->tasks.previous = &loop->tasks;
    eft__loop_here = loop;
    eft__blocks_open();
    return loop;
}

static void free_loop(eft__loop *loop)
{
    eft__loop_here = NULL;
    eft__blocks_close();
    eft__release(loop);
}

eft__loop *eft__run_open(void)
{
    if (eft__loop_here) {
        refuse("a loop runs on this thread already");
        return NULL;
    }
    eft__loop *loop = make_loop();
    if (!loop) {
        refuse("out of memory");
        return NULL;
    }
    if (eft_target_open() != 0) {
        free_loop(loop);
        refuse("the event loop cannot be started");
        return NULL;
    }
    return loop;
}

int eft__run_app(eft__loop *loop, eft_future *app)
{
    loop->app = app;
    if (app->complete)
        loop->state = EFT__LOOP_ENDED;
    return eft_target_run();
}

/* Cancels all tasks that there are; those that they start while they clean up
 * are left alone until this round is over. */
static void cancel_tasks(eft__loop *loop)
{
    loop->round_pending = 0;
    for (eft__link *at = loop->tasks.next; at != &loop->tasks; at = at->next) {
        eft__task *task = EFT__OWNER(at, eft__task, link);

        task->future.in_round = true;
        loop->round_pending++;
        eft_cancel(&task->future);
    }
}

void eft__loop_task_ended(eft__loop *loop, eft__task *task)
{
    if (&task->future == loop->app) {
        loop->state = EFT__LOOP_ENDING;
        cancel_tasks(loop);
    } else if (loop->state == EFT__LOOP_ENDING && task->future.in_round) {
        if (--loop->round_pending == 0)
            cancel_tasks(loop);
    }
    if (loop->state == EFT__LOOP_ENDING && loop->tasks.next == &loop->tasks)
        loop->state = EFT__LOOP_ENDED;
}

bool eft_core_interrupt(void)
{
    eft__loop *loop = eft__loop_here;

    if (!loop || loop->interrupted || loop->state != EFT__LOOP_RUNNING)
        return false;
    loop->interrupted = true;
    return eft_cancel(loop->app);
}

void eft_core_stuck(void)
{
    eft__loop *loop = eft__loop_here;

    if (!loop)
        return;
    loop->stuck = true;
    if (loop->state == EFT__LOOP_RUNNING)
        eft_cancel(loop->app);
    else
        cancel_tasks(loop);
}

/* What the program's task has ended with, as an exit code; its sentence is
 * logged. */
static int exit_code(const eft__loop *loop)
{
    const eft_result *result = &loop->app->result;
    const char *sentence = result->ptr; /* of an error, or NULL */

    if (!result->error)
        return EXIT_OK;
    if (result->error == EFT_ECANCELED && loop->interrupted)
        return EXIT_INTERRUPTED;
    if (result->error == EFT_ECANCELED && loop->stuck)
        sentence = "deadlock: every task waits for what can never come";
    eft_log_line(EFT_LOG_ERROR,
                 sentence ? sentence : eft_strerror(result->error));
    return EXIT_ERROR;
}

/* What waits for time is cancelled, so that it completes and frees itself. */
static void cancel_timers(eft__loop *loop)
{
    for (;;) {
        eft__timer *timer = eft__timers_any(&loop->timers);

        if (!timer)
            return;
        eft__timer_stop(loop, timer);
        eft_cancel(&EFT__OWNER(timer, eft__timed, timer)->future);
    }
}

int eft_core_close(void)
{
    eft__loop *loop = eft__loop_here;
    int code = exit_code(loop);

    eft_future_free(loop->app);
    cancel_timers(loop);
    eft__loop_run_dry(loop);
    eft_target_close();
    eft__ids_end();
    eft__loop_run_dry(loop);
    eft__detail_say((eft__detail){0});
    if (loop->fibers)
        loop->fibers->fini(loop);
    free_loop(loop);
    return code;
}
