/* SPDX-License-Identifier: MIT
 * Tries one thing with each of its allocations failing. */
#include <stdio.h>

#include <eft/eft.h>

#include "core/fiber_pool.h"
#include "core/loop.h"
#include "core/task.h"
#include "no_memory.h"
#include "targets/virtual/http.h"
#include "targets/virtual/ws.h"

/* Design notes.  The allocator fails from the beginning of a trial's task to
 * its end, and never while the runner itself asks.  Time is virtual: what has
 * not ended after a day waits for ever.  It is then cancelled, the tasks that
 * it started before itself, whose arguments lie on its stack. */

enum {
    DAY = 24 * 3600 * 1000, /* milliseconds */
    FIRST = 8,              /* that are refused where that is not too much */
    ROUNDS = 100,           /* of cancelling what waits for ever */
    PRINTED = 3             /* failures of one trial */
};

/* One run of a trial. */
typedef struct attempt {
    const trial *tried;
    size_t fail_at; /* 0: the one that counts */
    bool all_later;
    eft_future *task;
    bool left; /* by a REQUIRE that failed */
} attempt;

short_memory no_memory;
size_t no_memory_work = 60000;

static attempt *running;

/* On the loop's stack: no fiber is left to be used again, so that each task
 * asks for one; and nothing is left that was said there. */
static void clear_loop(void *arg)
{
    (void)arg;
    eft__fiber_pool_fini(eft__loop_here);
    eft__detail_say((eft__detail){0});
}

static void pass_time(int64_t delay_ms)
{
    eft_result_free(eft_await(eft_sleep(delay_ms)));
}

static void clear(void)
{
    eft_result_free(eft_await(eft_call_soon(clear_loop, NULL)));
}

/* Cancels the tasks that were spawned after this one. */
static bool cancel_after(const eft__task *task)
{
    eft__loop *loop = eft__loop_here;
    eft__link *at = task->link.next;
    bool any = at != &loop->tasks;

    for (; at != &loop->tasks; at = at->next)
        eft_cancel(&EFT__OWNER(at, eft__task, link)->future);
    return any;
}

static void end_after(const eft__task *task)
{
    for (int i = 0; i < ROUNDS && cancel_after(task); i++)
        pass_time(i < ROUNDS / 2 ? 1 : DAY);
}

void no_memory_leave(void)
{
    running->left = true;
    no_memory.armed = false;
    eft__virtual_ws_end();
    eft__virtual_http_end();
    if (eft_current_task() == running->task)
        end_after((eft__task *)running->task);
}

static eft_result run_armed(void *arg)
{
    attempt *self = arg;

    clear();
    short_memory_arm(&no_memory, self->fail_at, self->all_later);
    self->tried->run(self->tried->arg);
    no_memory.armed = false;
    return eft_ok();
}

/* Waits for the trial's task; what is wrong with it, or NULL. */
static const char *wait_for_end(attempt *self)
{
    eft_future *wait = eft_wait_array(&self->task, 1, EFT_ALL_COMPLETED, DAY);

    eft_result_free(eft_await(wait));
    no_memory.armed = false;
    if (eft_future_state(self->task) != EFT_PENDING)
        return NULL;
    for (int i = 0; i < ROUNDS; i++) {
        end_after((eft__task *)self->task);
        eft_cancel(self->task);
        pass_time(1);
        if (eft_future_state(self->task) != EFT_PENDING)
            return "waits for ever";
    }
    return "waits for ever, and cannot be cancelled";
}

/* What was started and not waited for may be on its way still. */
static const char *settle(const eft__task *self, size_t live)
{
    for (int i = 0; i < 3 && eft_live_objects() != live; i++) {
        clear();
        pass_time(i ? 5000 : 1);
    }
    if (eft_live_objects() == live)
        return NULL;
    end_after(self);
    clear();
    return eft_live_objects() == live ? "a task of it waits for ever"
                                      : "memory stays alive";
}

static void print(const attempt *self, const char *wrong, size_t serial)
{
    const char *more = self->all_later ? " and all later ones" : "";

    printf("not ok %s.%s: without block %zu%s (%zu asked for): %s\n",
           self->tried->suite, self->tried->name, self->fail_at, more,
           no_memory.asked, wrong);
    short_memory_print(&no_memory, serial);
}

/* Runs it once; false: something was wrong, and printed. */
static bool attempt_once(attempt *self, bool quiet)
{
    const trial *tried = self->tried;
    eft__task *here = (eft__task *)eft_current_task();
    size_t live = eft_live_objects();
    size_t serial = no_memory.serial;

    eft_log_set_level(EFT_LOG_OFF);
    self->left = false;
    self->task = eft_spawn(run_armed, self);
    running = self;
    const char *waits = wait_for_end(self);
    running = NULL;
    eft_future_free(self->task);
    const char *kept = settle(here, live);
    eft_log_set_level(EFT_LOG_INFO);
    const char *wrong =
        tried->wrong ? tried->wrong(tried->arg, &no_memory) : NULL;
    if (!wrong && !(tried->excuse && self->fail_at))
        wrong = waits ? waits : self->left ? NULL : kept;
    if (wrong && !quiet)
        print(self, wrong, serial);
    return !wrong;
}

/* Of a few hundred allocations each is refused.  Tests of thousands do the same
 * thing over and over: there it is the first ones, and some of the rest. */
static size_t stride_at(size_t at, size_t count)
{
    bool first = at < FIRST && at * count < no_memory_work;

    return first ? 1 : 1 + count * (count / 8) / (no_memory_work / 8 + 1);
}

bool no_memory_try(const trial *tried)
{
    attempt self = {.tried = tried};
    bool held = attempt_once(&self, false);
    size_t count = no_memory.asked;
    int printed = 0;

    for (size_t at = 1; held && at <= count; at += stride_at(at, count)) {
        for (int all = 0; all < 2; all++) {
            self.fail_at = at;
            self.all_later = all;
            if (!attempt_once(&self, printed >= PRINTED))
                printed++;
        }
    }
    return held && !printed;
}
