/* SPDX-License-Identifier: MIT
 * Pings of a WebSocket, and the keepalive that sends them. */
#ifndef EFT_NET_WS_PING_H
#define EFT_NET_WS_PING_H

#include "../core/timer.h"
#include "ws.h"

/* IDLE --interval--> ASKING --answer--> IDLE
 *                       +-----timeout--> the connection fails
 * From open until closed, where a connection has a keepalive or a heartbeat. */
typedef struct eft__ws_pulse {
    eft__timed timed; /* a future in disguise: only they have timers */
    eft_ws *ws;
    eft_ws_heartbeat *heartbeat; /* NULL: pings are sent */
    void *arg;                   /* its */
    int64_t interval_ms;         /* EFT_FOREVER: nobody asks */
    int64_t timeout_ms;          /* EFT_FOREVER: no limit */
    int64_t due_ms;              /* when the timer is to fire */
    int64_t blocked_ms; /* for how long this loop was, since the question */
    eft_future *ping;   /* ASKING: one reference; else NULL */
    eft__node node;     /* waits for ping */
    uint8_t looks;      /* without a sign of life, since there was one */
    bool heard;         /* something has come since the last look */
} eft__ws_pulse;

/* eft__ws_pulse_start begins the keepalive of a connection that has just
 * opened; options are filled in.  False: out of memory. */
bool eft__ws_pulse_start(eft_ws *ws, const eft_ws_options *options);

/* eft__ws_pulse_pause ends the asking: the connection is closing. */
void eft__ws_pulse_pause(eft_ws *ws);

/* eft__ws_pulse_free ends all of it: the connection is closed. */
void eft__ws_pulse_free(eft_ws *ws);

/* eft__ws_heard notes a sign of life. */
static inline void eft__ws_heard(eft_ws *ws)
{
    if (ws->pulse)
        ws->pulse->heard = true;
}

#endif
