/* SPDX-License-Identifier: MIT
 * The timeouts of a request. */
#include <stdio.h>

#include "../core/loop.h"
#include "eft/error.h"
#include "http.h"

/* Design notes.  One timer serves both.  Whatever comes moves the deadline of
 * the read timeout, but not the timer: when that is due too early it is armed
 * again. */

static bool refuse_cancel(eft_future *future)
{
    (void)future;
    return false;
}

static const eft__future_class timer_class = {.name = "http_timeout",
                                              .cancel = refuse_cancel};

static int64_t first_of(const eft_http_response *self)
{
    return self->read_at < self->total_at ? self->read_at : self->total_at;
}

/* Sees to it that the timer is not later than what is due first. */
static void arm(eft_http_response *self)
{
    int64_t first = first_of(self);

    if (first >= self->armed_at)
        return;
    eft__timer_stop(eft__loop_here, &self->timed.timer);
    self->armed_at = first;
    eft__timer_start(eft__loop_here, &self->timed.timer, first);
}

/* "http://host:80", or a part of it. */
static void say_host(const eft_http_response *self, char *text, size_t size)
{
    const eft__http_request *request = self->request;
    size_t length = request->origin_length;

    snprintf(text, size, "%.*s", (int)(length < 120 ? length : 120),
             request->target.url);
}

static void total_expired(eft_http_response *self)
{
    char detail[320], host[128], how[64] = "no answer";
    long long limit = (long long)self->request->total_timeout_ms;
    bool measures = self->state == EFT__HTTP_FILES;
    bool sends = measures || (self->state == EFT__HTTP_SENT &&
                              eft__http_upload_is_open(self));

    say_host(self, host, sizeof host);
    if (self->state == EFT__HTTP_LINE)
        snprintf(how, sizeof how, "no turn for a request");
    else if (measures)
        snprintf(how, sizeof how, "no answer about the files of a request");
    else if (sends)
        snprintf(how, sizeof how, "the request's body was not sent whole");
    else if (self->state == EFT__HTTP_BODY && !self->turns)
        snprintf(how, sizeof how, "no more than %llu bytes of the body",
                 (unsigned long long)self->received);
    snprintf(detail, sizeof detail, "%s %s %s within total_timeout_ms, %lld ms",
             how, self->state == EFT__HTTP_LINE || sends ? "to" : "from", host,
             limit);
    eft__http_cut(self, EFT_ETIMEDOUT, detail);
}

static void read_expired(eft_http_response *self)
{
    char detail[320], host[128];

    say_host(self, host, sizeof host);
    snprintf(detail, sizeof detail,
             "%s from %s within read_timeout_ms, %lld ms",
             self->state == EFT__HTTP_SENT ? "no answer"
                                           : "nothing more of the body",
             host, (long long)self->request->read_timeout_ms);
    eft__http_cut(self, EFT_ETIMEDOUT, detail);
}

static void due(eft__node *node)
{
    eft_http_response *self =
        EFT__OWNER(node, eft_http_response, timed.timer.node);
    int64_t fired_at = self->armed_at;

    self->armed_at = INT64_MAX;
    if (self->total_at <= fired_at)
        total_expired(self);
    else if (self->read_at <= fired_at)
        read_expired(self);
    else
        arm(self);
}

void eft__http_total_start(eft_http_response *self)
{
    int64_t limit_ms = self->request->total_timeout_ms;

    eft__future_init(&self->timed.future, &timer_class, eft__loop_here->number,
                     0);
    self->timed.timer.node.run = due;
    self->armed_at = self->total_at = self->read_at = INT64_MAX;
    if (limit_ms == EFT_FOREVER)
        return;
    self->total_at = eft__deadline_after(limit_ms);
    arm(self);
}

/* A server that waits for the rest of a body owes nothing. */
void eft__http_read_start(eft_http_response *self)
{
    int64_t limit_ms = self->request->read_timeout_ms;

    if (limit_ms == EFT_FOREVER || limit_ms == 0)
        return;
    if (self->aborted || self->paused || eft__http_upload_is_open(self)) {
        self->read_at = INT64_MAX;
        return;
    }
    self->read_at = eft__deadline_after(limit_ms);
    arm(self);
}

void eft__http_read_stop(eft_http_response *self)
{
    self->read_at = INT64_MAX;
}

void eft__http_timer_stop(eft_http_response *self)
{
    if (self->timed.timer.node.run)
        eft__timer_stop(eft__loop_here, &self->timed.timer);
    self->armed_at = self->total_at = self->read_at = INT64_MAX;
}
