/* SPDX-License-Identifier: MIT
 * Sleeps and callbacks: futures that time completes. */
#include "eft/loop.h"

#include "eft/combine.h"
#include "loop.h"
#include "memory.h"
#include "targets/world.h"
#include "task.h"

static const int64_t NANOSECONDS = 1000000;

/* A callback has its node in the timer, also where it needs no deadline. */
typedef struct scheduled {
    eft__timed timed;
    void (*callback)(void *arg); /* NULL: it runs just now */
    void *arg;
} scheduled;

static bool cancel_sleep(eft_future *future)
{
    eft__timer_stop(eft__loop_here, &((eft__timed *)future)->timer);
    return eft__future_cancel_now(future);
}

static bool cancel_callback(eft_future *future)
{
    /* Once it runs, it is too late. */
    return ((scheduled *)future)->callback && cancel_sleep(future);
}

const eft__future_class eft__sleep_class = {.name = "sleep",
                                            .cancel = cancel_sleep};
static const eft__future_class callback_class = {
    .name = "callback", .cancel = cancel_callback, .detaches = true};
static const eft__future_class yield_class = {.name = "yield",
                                              .cancel = cancel_sleep};

eft_future eft__yield = {
    .type = &yield_class, .references = EFT__CONSTANT, .complete = true};

static void wake(eft__node *node)
{
    eft__future_complete(&EFT__OWNER(node, eft__timed, timer.node)->future,
                         eft_ok());
}

static void call(eft__node *node)
{
    scheduled *self = EFT__OWNER(node, scheduled, timed.timer.node);
    eft_future *future = eft_future_ref(&self->timed.future);
    void (*callback)(void *) = self->callback;

    self->callback = NULL;
    callback(self->arg);
    eft__detail_say((eft__detail){0});
    eft__future_complete(future, eft_ok());
    eft_future_free(future);
}

int64_t eft_now(void)
{
    return eft_target_clock() / NANOSECONDS;
}

eft_future *eft__sleep(int64_t delay_ms)
{
    if (delay_ms <= 0 && delay_ms != EFT_FOREVER)
        return &eft__yield;

    eft_future *instead;
    eft__timed *self =
        eft__future_make(sizeof *self, &eft__sleep_class, &instead);
    if (!self)
        return instead;
    self->timer.node.run = wake;
    if (delay_ms != EFT_FOREVER)
        eft__timer_start(eft__loop_here, &self->timer,
                         eft__deadline_after(delay_ms));
    return &self->future;
}

static scheduled *make_callback(void (*callback)(void *arg), void *arg,
                                eft_future **instead)
{
    scheduled *self = NULL;

    if (callback)
        self = eft__future_make(sizeof *self, &callback_class, instead);
    else
        *instead = eft__future_failed(EFT_EINVAL, "there is no callback");
    if (self) {
        self->timed.timer.node.run = call;
        self->callback = callback;
        self->arg = arg;
    }
    return self;
}

eft_future *eft_call_soon(void (*callback)(void *arg), void *arg)
{
    eft_future *instead;
    scheduled *self = make_callback(callback, arg, &instead);

    if (!self)
        return instead;
    eft__loop_ready(eft__loop_here, &self->timed.timer.node);
    return &self->timed.future;
}

eft_future *eft_call_later(int64_t delay_ms, void (*callback)(void *arg),
                           void *arg)
{
    return eft_call_at(eft__deadline_after(delay_ms > 0 ? delay_ms : 0),
                       callback, arg);
}

eft_future *eft_call_at(int64_t when_ms, void (*callback)(void *arg), void *arg)
{
    eft_future *instead;
    scheduled *self = make_callback(callback, arg, &instead);

    if (!self)
        return instead;
    eft__timer_start(eft__loop_here, &self->timed.timer, when_ms);
    return &self->timed.future;
}
