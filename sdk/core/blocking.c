/* SPDX-License-Identifier: MIT
 * A loop that plain code opens, runs and closes. */
#include "eft/loop.h"

#include "loop.h"
#include "memory.h"
#include "targets/world.h"
#include "task.h"

/* Design notes.  Only these runs know turns: a node at the end of the ready
 * queue runs when all that was ready before it has run, and goes there again
 * as long as there is something.  It is where a stop takes effect, so what a
 * turn makes ready is left for the next run. */

bool eft_loop_open(void)
{
    const char *refusal;

    return eft__loop_open(&refusal) != NULL;
}

bool eft_loop_is_running(void)
{
    return eft__loop_here && eft__loop_here->in_run;
}

static void end_turn(eft__node *node)
{
    eft__loop *loop = eft__loop_here;

    if (loop->stopping)
        loop->stopped = loop->away = true;
    else if (loop->ready)
        eft__queue_append(&loop->ready, node);
}

/* Why this thread's loop cannot be run here, or 0. */
static int32_t refuse(const char **sentence)
{
    if (!eft_target_traits_of_world.returns) {
        *sentence = "a page cannot be waited for: start with eft_run()";
        return EFT_ENOTSUP;
    }
    if (!eft__loop_here) {
        *sentence = "no loop is open on this thread: call eft_loop_open()";
        return EFT_EINVAL;
    }
    *sentence = "the loop runs already: await instead";
    return eft__loop_here->in_run ? EFT_EDEADLK : 0;
}

static eft_result failed(int32_t error, const char *sentence)
{
    eft__detail_say((eft__detail){sentence, error, false});
    return eft_failed(error);
}

/* Runs until somebody stops it. */
static void run(eft__loop *loop, eft_future *app)
{
    loop->app = app;
    loop->in_run = true;
    loop->interrupted = loop->stuck = false;
    loop->turn.run = end_turn;
    (void)eft_target_run();
    loop->turn.run = NULL;
    loop->stopping = false;
    loop->app = NULL;
}

static void stop(eft__node *node)
{
    (void)node;
    eft__loop_here->stopping = true;
}

static eft_result consume(eft_future *future)
{
    eft__detail detail = {0};
    eft_result result = eft__future_consume(future, &detail);

    if (result.error)
        eft__detail_say(detail);
    return result;
}

eft_result eft_run_until_complete(eft_future *future)
{
    eft__loop *loop = eft__loop_here;
    const char *sentence = "there is no future";
    int32_t error = future ? refuse(&sentence) : EFT_EINVAL;

    if (!error && eft__future_is_foreign(future)) {
        error = EFT_EINVAL;
        sentence = eft__foreign;
    }
    if (error) {
        eft_future_free(future);
        return failed(error, sentence);
    }
    eft__node done = {.run = stop};

    eft__future_wait(future, &done);
    run(loop, future);
    eft__future_unwait(future, &done);
    if (!future->complete) {
        eft_future_free(future);
        return failed(EFT_ECLOSED,
                      "the loop was stopped before the future was complete");
    }
    eft_result result = consume(future);

    if (result.error == EFT_ECANCELED && loop->stuck && !loop->interrupted)
        return failed(EFT_EDEADLK, eft__deadlock);
    return result;
}

int32_t eft_run_forever(void)
{
    eft__loop *loop = eft__loop_here;
    const char *sentence;
    int32_t error = refuse(&sentence);

    if (!error) {
        run(loop, NULL);
        if (loop->interrupted)
            return EFT_ECANCELED;
        sentence = eft__deadlock;
        error = loop->stuck ? EFT_EDEADLK : 0;
    }
    return error ? failed(error, sentence).error : 0;
}

void eft_loop_stop(void)
{
    eft__loop *loop = eft__loop_here;

    if (!loop || loop->state != EFT__LOOP_RUNNING)
        return;
    loop->stopping = true;
    if (loop->is_program)
        eft__loop_end(loop);
}

void eft_loop_close(void)
{
    eft__loop *loop = eft__loop_here;

    if (!loop || loop->in_run)
        return;
    loop->stopping = false;
    eft__loop_end(loop);
    if (eft_target_traits_of_world.returns) {
        loop->in_run = true;
        (void)eft_target_run();
    } else {
        /* Nothing has ever run here: no task has begun. */
        eft__loop_run_dry(loop);
    }
    eft__loop_close(loop);
}
