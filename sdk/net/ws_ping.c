/* SPDX-License-Identifier: MIT
 * Pings, and the heartbeats that take their place. */
#include "ws_ping.h"

#include <string.h>

#include "../core/combine.h"
#include "../core/ids.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "ws_options.h"

enum {
    PAYLOAD_MOST = 125, /* RFC 6455 section 5.5 */
    NANOSECONDS_PER_MS = 1000000
};

/* A ping, or a heartbeat, that waits for its answer; in ws->pings. */
typedef struct ping {
    eft__ws_op op;
    int64_t sent;     /* on the target's clock */
    eft__node node;   /* waits for beat */
    eft_future *beat; /* what the heartbeat sends; one reference; NULL: none */
    uint8_t length;   /* of payload */
    uint8_t payload[];
} ping;

static ping *of_link(eft__node *link)
{
    return (ping *)EFT__OWNER(link, eft__ws_op, link);
}

static bool cancel_ping(eft_future *future)
{
    eft__ws_op *op = (eft__ws_op *)future;

    eft__queue_remove(&op->ws->pings, &op->link);
    return eft__future_cancel_now(future);
}

static void fini_ping(eft_future *future)
{
    ping *self = (ping *)future;

    if (self->beat) {
        eft__future_unwait(self->beat, &self->node);
        eft_future_free(self->beat);
    }
    eft__ws_op_fini(future);
}

static const eft__future_class ping_class = {
    .name = "ws_ping", .cancel = cancel_ping, .fini = fini_ping};

static eft_ws_heartbeat *heartbeat_of(const eft_ws *ws)
{
    return ws->pulse ? ws->pulse->heartbeat : NULL;
}

/* The round trip of one whose answer has come. */
static void answer(eft_ws *ws, ping *self)
{
    int64_t trip = eft_target_clock() - self->sent;

    ws->latency = (double)trip / NANOSECONDS_PER_MS;
    eft__queue_remove(&ws->pings, &self->op.link);
    eft__future_complete(&self->op.future, eft_ok_f64(ws->latency));
}

/* The one with this payload that waits, or NULL. */
static ping *find(const eft_ws *ws, const void *payload, size_t length)
{
    eft__node *link = ws->pings;

    if (!link)
        return NULL;
    do {
        ping *self = of_link(link);

        if (self->length == length &&
            (!length || !memcmp(self->payload, payload, length)))
            return self;
        link = link->next;
    } while (link != ws->pings);
    return NULL;
}

void eft_core_ws_pong(uint32_t id, const void *payload, size_t length)
{
    eft_ws *ws = (eft_ws *)eft__id_find(id);

    if (!ws)
        return;
    eft__ws_heard(ws);
    if (heartbeat_of(ws))
        return;
    ping *answered = find(ws, payload, length);
    if (!answered)
        return;
    /* It answers those before it too: a peer need only answer the newest (RFC
     * 6455 section 5.5.3). */
    while (of_link(ws->pings) != answered)
        answer(ws, of_link(ws->pings));
    answer(ws, answered);
}

void eft_ws_answered(eft_ws *ws)
{
    eft__ws_heard(ws);
    if (heartbeat_of(ws) && ws->pings)
        answer(ws, of_link(ws->pings));
}

/* Whatever nobody else has as a payload. */
static uint32_t next_payload(void)
{
    static _Thread_local uint32_t count;

    if (!count)
        count = (uint32_t)eft_target_clock();
    /* An odd factor gives each count another number. */
    return ++count * 0x9E3779B1u;
}

static ping *make(eft_ws *ws, const void *payload, size_t length,
                  eft_future **instead)
{
    ping *self = eft__future_make(sizeof *self + length, &ping_class, instead);

    if (!self)
        return NULL;
    self->op.ws = ws;
    ws->keepers++;
    self->sent = eft_target_clock();
    self->length = (uint8_t)length;
    if (length)
        memcpy(self->payload, payload, length);
    eft__queue_append(&ws->pings, &self->op.link);
    return self;
}

/* The heartbeat has been sent, or it failed, and the ping with it. */
static void beat_sent(eft__node *node)
{
    ping *self = EFT__OWNER(node, ping, node);
    eft_future *future = &self->op.future;
    eft__detail detail = {0};
    eft_result sent = eft__future_consume(self->beat, &detail);

    self->beat = NULL;
    if (sent.error && !future->complete) {
        eft__queue_remove(&self->op.ws->pings, &self->op.link);
        eft__future_fail_move(future, sent.error, &detail);
    }
    eft__detail_clear(&detail);
    eft_result_free(sent);
}

/* The hook is the user's, and may give the connection up: the ping then has
 * ended, and keeps the struct. */
static eft_future *beat(eft_ws *ws)
{
    eft_future *instead;
    ping *self = make(ws, NULL, 0, &instead);

    if (!self)
        return instead;
    self->node.run = beat_sent;
    self->beat = ws->pulse->heartbeat(ws, ws->pulse->arg);
    const char *why = eft__refusal(self->beat);
    if (why) {
        eft_future_free(self->beat);
        self->beat = eft__future_failed(EFT_EINVAL, why);
    }
    eft__future_wait(self->beat, &self->node);
    return &self->op.future;
}

static eft_future *send_ping(eft_ws *ws, const void *payload, size_t length)
{
    eft_future *instead;
    ping *self = make(ws, payload, length, &instead);

    if (!self)
        return instead;
    eft_target_ws_ping(ws->identified.id, payload, length);
    return &self->op.future;
}

static eft_future *send_own_ping(eft_ws *ws)
{
    uint32_t own;

    do
        own = next_payload();
    while (find(ws, &own, sizeof own));
    return send_ping(ws, &own, sizeof own);
}

eft_future *eft_ws_ping(eft_ws *ws, const void *payload, size_t length)
{
    if (payload && length > PAYLOAD_MOST)
        return eft__future_failed(EFT_EINVAL,
                                  "a ping carries at most 125 bytes");
    if (!ws || ws->state != EFT__WS_OPEN)
        return eft__ws_refuse(ws);
    if (heartbeat_of(ws))
        return beat(ws);
    if (!eft__ws_traits->pings)
        return eft__future_failed(EFT_ENOTSUP,
                                  eft__ws_why_not("ping_interval_ms"));
    if (!payload)
        return send_own_ping(ws);
    if (find(ws, payload, length))
        return eft__future_failed(
            EFT_EBUSY, "a ping with the same payload waits for its pong");
    return send_ping(ws, payload, length);
}

double eft_ws_latency(const eft_ws *ws)
{
    return ws->latency;
}
