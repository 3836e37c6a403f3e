/* SPDX-License-Identifier: MIT
 * The native world: a libuv loop around the core's pump. */
#define _POSIX_C_SOURCE 200809L
#include "world.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>

#include "eft/error.h"
#include "sdk/core/memory.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "environment.h"
#include "ws.h"

/* Design notes.
 *
 * Whatever libuv calls only completes futures or marks sockets as due; user
 * code runs in the pump alone, and writing happens in the step between the
 * pump and uv_run(): all frames of a turn leave together.
 *
 *     pump --> step (write, connect, report ends) --> uv_run() --> pump ...
 *
 * uv_run() waits only if neither the pump nor the step left anything to do.
 * What the step has completed, a send that was written at once, is pumped first
 * for some rounds: to look at I/O in between would cost a system call.
 *
 * The clock is uv_hrtime(), which uv_now() is the milliseconds of: rounded up
 * to those, a deadline is never early. */

enum { NANOSECONDS = 1000000, BUDGET = 1000000, ROUNDS_MOST = 16 };

const eft_target_traits eft_target_traits_of_world = {.returns = true,
                                                      .threads = true};

static _Thread_local eft__world *world;

eft__world *eft__world_here(void)
{
    return world && world->open ? world : NULL;
}

int64_t eft_target_clock(void)
{
    return (int64_t)uv_hrtime();
}

void eft__world_join(eft__world *host, eft__guest *guest,
                     void (*end)(eft__guest *guest))
{
    guest->end = end;
    guest->next = host->guests;
    guest->link = &host->guests;
    if (guest->next)
        guest->next->link = &guest->next;
    host->guests = guest;
}

void eft__world_leave(eft__guest *guest)
{
    if (!guest->link)
        return;
    *guest->link = guest->next;
    if (guest->next)
        guest->next->link = guest->link;
    guest->link = NULL;
}

void eft__world_due(eft__world *host, eft__due *due)
{
    if (due->queued)
        return;
    due->queued = true;
    due->next = NULL;
    *host->due_end = due;
    host->due_end = &due->next;
    eft__world_end_wait(host);
}

void eft__world_not_due(eft__world *host, eft__due *due)
{
    eft__due **at = &host->due;

    if (!due->queued)
        return;
    while (*at != due)
        at = &(*at)->next;
    *at = due->next;
    if (!due->next)
        host->due_end = at;
    due->queued = false;
}

/* True: there is more already. */
static bool run_due(void)
{
    size_t count = 0;

    for (eft__due *due = world->due; due; due = due->next)
        count++;
    /* One at a time: it may take others out of the queue. */
    while (count-- && world->due) {
        eft__due *due = world->due;

        eft__world_not_due(world, due);
        due->run(due);
    }
    return world->due != NULL;
}

void eft__world_end_wait(eft__world *waiting)
{
    if (waiting->waiting)
        uv_stop(&waiting->loop);
}

void eft_target_wake(void)
{
    if (!world)
        return;
    world->woken = true;
    eft__world_end_wait(world);
}

/* Waiting */

static void on_keeper(uv_async_t *keeper)
{
    (void)keeper;
}

/* The pump that follows uv_run() sees what is due. */
static void on_alarm(uv_timer_t *alarm)
{
    (void)alarm;
    world->alarm_at = UINT64_MAX;
    eft__world_end_wait(world);
}

static void set_alarm(int64_t deadline)
{
    uint64_t due, now;

    if (deadline == INT64_MAX) {
        if (world->alarm_at != UINT64_MAX)
            uv_timer_stop(&world->alarm);
        world->alarm_at = UINT64_MAX;
        return;
    }
    due = deadline > 0
              ? (uint64_t)deadline / NANOSECONDS + (deadline % NANOSECONDS != 0)
              : 0;
    if (due == world->alarm_at)
        return;
    now = uv_now(&world->loop);
    uv_timer_start(&world->alarm, on_alarm, due > now ? due - now : 0, 0);
    world->alarm_at = due;
}

void *eft_target_waker(void)
{
    return &world->keeper;
}

/* libuv's one function that any thread may call. */
void eft_target_wake_thread(void *waker)
{
    uv_async_send(waker);
}

/* The pump and the step have nothing to do. */
static void wait(void)
{
    if (eft_core_is_stuck()) {
        /* A signal may have come that nobody has looked at. */
        uv_run(&world->loop, UV_RUN_NOWAIT);
        if (eft_core_is_stuck())
            eft_core_stuck();
        return;
    }
    set_alarm(eft_core_deadline());
    world->waiting = true;
    uv_run(&world->loop, UV_RUN_ONCE);
    world->waiting = false;
}

static void pump_until_done(void)
{
    for (int rounds = 0;; rounds++) {
        eft_pump pump;
        bool busy;

        world->woken = false;
        pump = eft_core_pump(BUDGET);
        if (pump == EFT_PUMP_DONE)
            return;
        /* Fibers park before resume returns here, and nobody pumps above. */
        assert(pump != EFT_PUMP_AWAY);
        busy = eft__sockets_step(world);
        busy = run_due() || busy;
        if (pump == EFT_PUMP_IDLE && world->woken && rounds < ROUNDS_MOST)
            continue;
        rounds = 0;
        if (pump == EFT_PUMP_MORE || busy || world->woken)
            uv_run(&world->loop, UV_RUN_NOWAIT);
        else
            wait();
    }
}

/* Ctrl-C */

/* The watchers are one-shot: from the first signal on the system has its
 * default action back, so that a second one ends even a program that never
 * returns to its loop. */
static void on_signal(uv_signal_t *watcher, int number)
{
    (void)watcher;
    uv_signal_stop(&world->interrupt);
    uv_signal_stop(&world->terminate);
    if (!eft_core_interrupt())
        raise(number);
}

/* Only the default action is ours to replace: a program's own handler and
 * nohup's SIG_IGN stay. */
static void watch_signal(uv_signal_t *watcher, int number)
{
    struct sigaction action;

    if (sigaction(number, NULL, &action) == 0 &&
        !(action.sa_flags & SA_SIGINFO) && action.sa_handler == SIG_DFL)
        uv_signal_start_oneshot(watcher, on_signal, number);
}

/* Ctrl-C means one loop of the process: the one whose run began first. */
static atomic_flag signals_taken = ATOMIC_FLAG_INIT;

static void watch_signals(void)
{
    if (atomic_flag_test_and_set(&signals_taken))
        return;
    world->signals = true;
    watch_signal(&world->interrupt, SIGINT);
    watch_signal(&world->terminate, SIGTERM);
}

static void unwatch_signals(void)
{
    if (!world->signals)
        return;
    world->signals = false;
    uv_signal_stop(&world->interrupt);
    uv_signal_stop(&world->terminate);
    atomic_flag_clear(&signals_taken);
}

int eft_target_run(void)
{
    watch_signals();
    pump_until_done();
    unwatch_signals();
    return eft_core_close();
}

/* Opening and closing */

static bool start_world(void)
{
    eft__world *made = eft__reserve(sizeof *made);

    if (!made)
        return false;
    *made = (eft__world){.alarm_at = UINT64_MAX};
    made->due_end = &made->due;
    if (uv_loop_init(&made->loop) != 0) {
        eft__release(made);
        return false;
    }
    world = made;
    return true;
}

static void init_signal(uv_signal_t *watcher)
{
    uv_signal_init(&world->loop, watcher);
    uv_unref((uv_handle_t *)watcher);
}

int32_t eft_target_open(void)
{
    /* One may be left over, see eft_target_close(). */
    if (!world && !start_world())
        return EFT_EIO;
    assert(!world->open);
    eft__environment_debug();
    if (uv_async_init(&world->loop, &world->keeper, on_keeper) != 0) {
        if (uv_loop_close(&world->loop) == 0) {
            eft__release(world);
            world = NULL;
        }
        return EFT_EIO;
    }
    uv_timer_init(&world->loop, &world->alarm);
    init_signal(&world->interrupt);
    init_signal(&world->terminate);
    world->alarm_at = UINT64_MAX;
    world->woken = false;
    world->open = true;
    return 0;
}

static void count_closing(uv_handle_t *handle, void *count)
{
    *(size_t *)count += uv_is_closing(handle) != 0;
}

void eft_target_close(void)
{
    size_t closing;

    if (!eft__world_here())
        return;
    while (world->jobs)
        uv_run(&world->loop, UV_RUN_ONCE);
    while (world->guests)
        world->guests->end(world->guests);
    eft__sockets_close(world);
    uv_close((uv_handle_t *)&world->keeper, NULL);
    uv_close((uv_handle_t *)&world->alarm, NULL);
    uv_close((uv_handle_t *)&world->interrupt, NULL);
    uv_close((uv_handle_t *)&world->terminate, NULL);
    world->open = false;
    do {
        closing = 0;
        uv_run(&world->loop, UV_RUN_NOWAIT);
        uv_walk(&world->loop, count_closing, &closing);
    } while (closing);
    /* A lookup that the system does not let go of, for as long as a dead name
     * server is asked, keeps the loop busy: rather than wait for it, the loop
     * is kept for this thread's next one. */
    if (uv_loop_close(&world->loop) == 0) {
        eft__release(world);
        world = NULL;
    }
}
