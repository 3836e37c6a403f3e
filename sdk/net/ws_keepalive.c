/* SPDX-License-Identifier: MIT
 * Keepalive: asking now and then whether the peer is still there. */
#include <stdio.h>

#include "../core/loop.h"
#include "eft/combine.h"
#include "eft/error.h"
#include "eft/log.h"
#include "ws_options.h"
#include "ws_ping.h"

/* Design notes.
 *
 * The timer is armed all the time, once for each interval, so that an idle
 * connection costs nothing else.  Every message is a sign of life as good as a
 * pong, which may stand in line behind it.  While nobody receives, reading has
 * stopped and nothing can be heard: that is no reason to end a connection.
 *
 * A loop that was blocked finds timers due and pongs unread at the same time,
 * and maybe the ping was not even sent.  So the timeout is looked at twice, in
 * its middle and at its end: whenever the block was, the peer had half of it.
 * And nothing is judged before the transport has been read once more, a
 * millisecond later.  A timer that is late by half the timeout (in a page whose
 * tab is hidden they all may be) proves nothing about the peer: once for each
 * question the time begins again. */

enum {
    LOOKS = 2,            /* at the middle and the end */
    LATE_LEAST_MS = 100,  /* less is no blocked loop */
    GRACE_MS = 1000,      /* for our Close to leave: no answer is expected */
    CODE_INTERNAL = 1011, /* RFC 6455 section 7.4.1 */
    CODE_IN_A_PAGE = 4011
};

static bool refuse_cancel(eft_future *future)
{
    (void)future;
    return false;
}

/* It has no references: it is there for as long as its connection. */
static const eft__future_class pulse_class = {
    .name = "ws_keepalive", .cancel = refuse_cancel, .detaches = true};

static void arm(eft__ws_pulse *self, int64_t delay_ms)
{
    self->due_ms = eft__deadline_after(delay_ms);
    eft__timer_start(eft__loop_here, &self->timed.timer, self->due_ms);
}

static void disarm(eft__ws_pulse *self)
{
    eft__timer_stop(eft__loop_here, &self->timed.timer);
}

static void forget_ping(eft__ws_pulse *self)
{
    eft_future *ping = self->ping;

    if (!ping)
        return;
    self->ping = NULL;
    eft__future_unwait(ping, &self->node);
    eft_future_free(ping);
}

/* The next question, an interval after the last: the answer took its time. */
static void rest(eft__ws_pulse *self)
{
    int64_t latency = (int64_t)self->ws->latency;

    arm(self, latency < self->interval_ms ? self->interval_ms - latency : 0);
}

/* A heartbeat of the user's that fails now may succeed the next time; without
 * memory to ask with nobody knows whether the peer is there. */
static void not_asked(eft_ws *ws, int32_t error, const char *detail)
{
    if (error == EFT_ENOMEM)
        eft__ws_cut(ws, EFT_ENOMEM, NULL);
    else
        eft_log(EFT_LOG_WARN, "a keepalive could not be sent: %s",
                detail ? detail : eft_strerror(error));
}

/* An answer has come, or the ping has failed. */
static void answered(eft__node *node)
{
    eft__ws_pulse *self = EFT__OWNER(node, eft__ws_pulse, node);
    eft_ws *ws = self->ws;
    eft__detail detail = {0};
    eft_result result = eft__future_consume(self->ping, &detail);

    self->ping = NULL;
    if (ws->state == EFT__WS_OPEN && !ws->aborted) {
        disarm(self);
        rest(self);
        if (result.error)
            not_asked(ws, result.error, detail.text);
    }
    eft__detail_clear(&detail);
}

static int64_t part_ms(const eft__ws_pulse *self)
{
    int64_t half_ms = self->timeout_ms / 2;

    return self->looks == 0 ? half_ms : self->timeout_ms - half_ms;
}

/* Waits for a sign of life. */
static void listen(eft__ws_pulse *self)
{
    self->heard = false;
    self->looks = 0;
    if (self->timeout_ms != EFT_FOREVER)
        arm(self, part_ms(self));
}

/* A heartbeat is the user's, and may end the connection. */
static void ask(eft__ws_pulse *self)
{
    eft_ws *ws = self->ws;

    ws->keepers++;
    eft_future *ping = eft_ws_ping(ws, NULL, 0);
    if (ws->state == EFT__WS_OPEN && !ws->aborted) {
        self->ping = ping;
        self->blocked_ms = 0;
        eft__future_wait(ping, &self->node);
        listen(self);
    } else {
        eft_future_free(ping);
    }
    eft__ws_unkeep(ws);
}

static void cut(void *ws)
{
    eft__ws_cut(ws, EFT_EABNORMAL, NULL);
}

static void fail(eft__ws_pulse *self)
{
    eft_ws *ws = self->ws;
    uint16_t code =
        eft__ws_traits->any_close_code ? CODE_INTERNAL : CODE_IN_A_PAGE;
    char detail[160], blocked[64] = "";

    if (self->blocked_ms)
        snprintf(blocked, sizeof blocked,
                 "; this loop was blocked for %lld ms meanwhile",
                 (long long)self->blocked_ms);
    snprintf(detail, sizeof detail,
             "keepalive ping timeout: no answer within %lld ms%s",
             (long long)self->timeout_ms, blocked);
    ws->keepers++;
    eft__ws_fail(ws, code, "keepalive ping timeout", EFT_EABNORMAL, detail);
    if (ws->state == EFT__WS_CLOSING && (ws->close_timeout_ms > GRACE_MS ||
                                         ws->close_timeout_ms == EFT_FOREVER))
        eft__ws_start_timeout(ws, GRACE_MS, cut);
    eft__ws_unkeep(ws);
}

/* Was the loop blocked, for so long that this look does not count? */
static bool was_blocked(eft__ws_pulse *self)
{
    int64_t late_ms = eft_now() - self->due_ms;
    bool first = !self->blocked_ms;

    if (late_ms < LATE_LEAST_MS || late_ms < self->timeout_ms / 2)
        return false;
    self->blocked_ms += late_ms;
    if (first)
        eft_log(EFT_LOG_WARN,
                "the loop was blocked for %lld ms, in which no WebSocket could "
                "be kept alive",
                (long long)late_ms);
    return first;
}

/* No answer has come until now. */
static void look(eft__ws_pulse *self)
{
    if (was_blocked(self) || self->heard || self->ws->paused) {
        listen(self);
    } else if (self->looks < LOOKS) {
        self->looks++;
        arm(self, self->looks < LOOKS ? part_ms(self) : 1);
    } else {
        fail(self);
    }
}

static void due(eft__node *node)
{
    eft__ws_pulse *self = EFT__OWNER(node, eft__ws_pulse, timed.timer.node);

    if (!self->ping)
        ask(self);
    else if (!self->ping->complete)
        look(self);
}

bool eft__ws_pulse_start(eft_ws *ws, const eft_ws_options *options)
{
    bool asks = options->ping_interval_ms != EFT_FOREVER &&
                (options->heartbeat || eft__ws_traits->pings);
    eft_future *instead;

    if (!asks && !options->heartbeat)
        return true;
    eft__ws_pulse *self =
        eft__future_make(sizeof *self, &pulse_class, &instead);
    if (!self) {
        eft_future_free(instead);
        return false;
    }
    self->timed.timer.node.run = due;
    self->node.run = answered;
    self->ws = ws;
    self->heartbeat = options->heartbeat;
    self->arg = options->heartbeat_arg;
    self->interval_ms = options->ping_interval_ms;
    self->timeout_ms = options->ping_timeout_ms;
    ws->pulse = self;
    eft_future_free(&self->timed.future);
    if (asks)
        arm(self, self->interval_ms);
    return true;
}

void eft__ws_pulse_pause(eft_ws *ws)
{
    if (!ws->pulse)
        return;
    disarm(ws->pulse);
    forget_ping(ws->pulse);
}

void eft__ws_pulse_free(eft_ws *ws)
{
    eft__ws_pulse *self = ws->pulse;

    if (!self)
        return;
    eft__ws_pulse_pause(ws);
    ws->pulse = NULL;
    eft__future_complete(&self->timed.future, eft_ok());
}
