/* SPDX-License-Identifier: MIT
 * The beginning and the end of a loop, and of the program that it runs. */
#include "eft/task.h"

#include <stdatomic.h>

#include "eft/log.h"
#include "blocks.h"
#include "debug.h"
#include "ids.h"
#include "loop.h"
#include "memory.h"
#include "remote.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "task.h"

_Thread_local const eft__debug *eft__debug_here;

const char eft__deadlock[] =
    "deadlock: every task waits for what can never come";

enum { EXIT_OK = 0, EXIT_ERROR = 1, EXIT_INTERRUPTED = 130 };

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
    eft__list_init(&loop->tasks);
    loop->debug = eft__debug_here;
    loop->watched = loop->debug != NULL;
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

eft__loop *eft__loop_open(const char **refusal)
{
    *refusal = "a loop runs on this thread already";
    if (eft__loop_here)
        return NULL;
    *refusal = "out of memory";
    eft__loop *loop = make_loop();
    if (!loop)
        return NULL;
    *refusal = "the event loop cannot be started";
    if (eft_target_open() != 0) {
        free_loop(loop);
        return NULL;
    }
    eft__timers_init(&loop->timers); /* opening may have set the clock back */
    return loop;
}

eft__loop *eft__run_open(void)
{
    const char *refusal;
    eft__loop *loop = eft__loop_open(&refusal);

    if (!loop)
        eft_log_line(EFT_LOG_ERROR, refusal);
    return loop;
}

int eft__run_app(eft__loop *loop, eft_future *app)
{
    loop->app = app;
    loop->is_program = loop->in_run = true;
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

static void end_if_empty(eft__loop *loop)
{
    if (loop->state == EFT__LOOP_ENDING && eft__list_is_empty(&loop->tasks))
        loop->state = EFT__LOOP_ENDED;
}

void eft__loop_end(eft__loop *loop)
{
    loop->state = EFT__LOOP_ENDING;
    loop->watched = true;
    cancel_tasks(loop);
    end_if_empty(loop);
}

void eft__loop_task_ended(eft__loop *loop, eft__task *task)
{
    if (loop->debug)
        loop->debug->ended(task);
    if (loop->state == EFT__LOOP_RUNNING) {
        if (loop->is_program && &task->future == loop->app)
            eft__loop_end(loop);
        return;
    }
    if (task->future.in_round && --loop->round_pending == 0)
        cancel_tasks(loop);
    end_if_empty(loop);
}

bool eft_core_interrupt(void)
{
    eft__loop *loop = eft__loop_here;

    if (!loop || !loop->in_run || loop->interrupted ||
        loop->state != EFT__LOOP_RUNNING)
        return false;
    loop->interrupted = true;
    if (loop->app)
        return eft_cancel(loop->app);
    loop->stopping = true;
    eft_target_wake();
    return true;
}

/* A task that sleeps for ever means to be ended by Ctrl-C. */
static bool somebody_sleeps(const eft__loop *loop)
{
    for (eft__link *at = loop->tasks.next; at != &loop->tasks; at = at->next)
        if (EFT__OWNER(at, eft__task, link)->future.sleeping)
            return true;
    return false;
}

bool eft_core_is_stuck(void)
{
    const eft__loop *loop = eft__loop_here;

    return loop && (loop->app || loop->state != EFT__LOOP_RUNNING) &&
           !loop->ready && eft_core_deadline() == INT64_MAX &&
           !eft__ids_any() && !somebody_sleeps(loop) &&
           !(loop->remote && loop->remote->is_held(loop->remote));
}

void eft_core_stuck(void)
{
    eft__loop *loop = eft__loop_here;

    if (!loop)
        return;
    loop->stuck = true;
    if (loop->state != EFT__LOOP_RUNNING)
        cancel_tasks(loop);
    else if (!loop->app || (!eft_cancel(loop->app) && !loop->is_program))
        loop->stopping = true;
}

/* What the program's task has ended with, as an exit code; its sentence is
 * logged. */
static int exit_code(const eft__loop *loop)
{
    const eft_result *result = &loop->app->result;
    const char *sentence = result->ptr; /* of an error, or NULL */

    if (result->error == EFT_ECANCELED && loop->interrupted)
        return EXIT_INTERRUPTED;
    if (loop->stopping)
        sentence = "the loop was stopped too early";
    else if (!result->error)
        return EXIT_OK;
    else if (result->error == EFT_ECANCELED && loop->stuck)
        sentence = eft__deadlock;
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

void eft__loop_close(eft__loop *loop)
{
    cancel_timers(loop);
    if (loop->remote)
        loop->remote->close(loop->remote, loop);
    eft__loop_run_dry(loop);
    eft_target_close();
    eft__ids_end();
    eft__loop_run_dry(loop);
    eft__detail_say((eft__detail){0});
    if (loop->fibers)
        loop->fibers->fini(loop);
    if (loop->debug)
        loop->debug->closing(loop);
    free_loop(loop);
}

int eft_core_close(void)
{
    eft__loop *loop = eft__loop_here;

    loop->in_run = false;
    if (!loop->is_program)
        return EXIT_OK;
    int code = exit_code(loop);

    /* The log has told its error. */
    if (loop->app->result.error && loop->app->references != EFT__CONSTANT)
        loop->app->taken = true;
    eft_future_free(loop->app);
    eft__loop_close(loop);
    return code;
}
