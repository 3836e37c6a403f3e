/* SPDX-License-Identifier: MIT
 * A WebSocket's life: close, free, and the world's events. */
#include "ws.h"

#include <stdio.h>
#include <string.h>

#include "../core/ids.h"
#include "../core/loop.h"
#include "../core/memory.h"
#include "../core/result.h"
#include "eft/combine.h"
#include "eft/loop.h"
#include "targets/complete.h"
#include "targets/world.h"
#include "utf8.h"
#include "ws_opening.h"
#include "ws_ping.h"

/* Design notes.  The struct's memory is kept by its user, by the world until
 * its closed event, and by each operation whose future is not freed; so a late
 * event or a late future never finds it gone.  Whatever happens to a
 * connection, it is the closed event that ends it: a timeout or a cancel only
 * aborts, and notes why in end. */

enum { REASON_MOST = 123 /* RFC 6455 section 5.5: 125 with the code */ };

static void free_ws(void *ws)
{
    eft_ws_free(ws);
}

void eft__ws_unkeep(eft_ws *ws)
{
    if (--ws->keepers)
        return;
    eft__free(ws->close_reason);
    eft__free(ws->subprotocol);
    eft__free(ws->end_detail);
    eft__free(ws);
}

static void stop_timeout(eft_ws *ws)
{
    if (!ws->timeout)
        return;
    eft_cancel(ws->timeout);
    eft_future_free(ws->timeout);
    ws->timeout = NULL;
}

void eft__ws_start_timeout(eft_ws *ws, int64_t timeout_ms,
                           void (*expired)(void *ws))
{
    stop_timeout(ws);
    if (timeout_ms == EFT_FOREVER)
        return;
    ws->timeout = eft_call_later(timeout_ms, expired, ws);
    /* Without memory for a limit there is none to connect with either. */
    if (eft_future_state(ws->timeout) != EFT_PENDING)
        eft__ws_cut(ws, EFT_ENOMEM, NULL);
}

/* The first reason is the one that counts. */
static void note_end(eft_ws *ws, int32_t error, const char *detail)
{
    if (ws->end)
        return;
    ws->end = error;
    if (detail)
        ws->end_detail = eft__copy_text(detail, strlen(detail));
}

void eft__ws_cut(eft_ws *ws, int32_t error, const char *detail)
{
    if (ws->state == EFT__WS_CLOSED)
        return;
    note_end(ws, error, detail);
    ws->aborted = true;
    eft__ws_pulse_pause(ws);
    eft_target_ws_abort(ws->identified.id);
}

static void close_expired(void *arg)
{
    eft_ws *ws = arg;
    char detail[96];

    snprintf(detail, sizeof detail,
             "the peer did not answer the closing handshake within %lld ms",
             (long long)ws->close_timeout_ms);
    eft__ws_cut(ws, EFT_EABNORMAL, detail);
}

/* Closing. */

static bool cancel_close(eft_future *future)
{
    eft__ws_op *op = (eft__ws_op *)future;

    eft__queue_remove(&op->ws->closes, &op->link);
    return eft__future_cancel_now(future);
}

static const eft__future_class close_class = {
    .name = "ws_close", .cancel = cancel_close, .fini = eft__ws_op_fini};

static int32_t check_close(uint16_t code, const char *reason, size_t length,
                           const char **why)
{
    bool registered =
        (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
    bool private_use = code >= 3000 && code <= 4999;

    if (length > REASON_MOST || (length && !code)) {
        *why = "the reason of a close has at most 123 bytes, and goes with a "
               "code";
        return EFT_EINVAL;
    }
    if (!eft__utf8_valid(reason, length))
        return EFT_EUTF8;
    if (code && !registered && !private_use) {
        *why = "a close is sent with a code of 1000 to 1003, 1007 to 1014 or "
               "3000 to 4999";
        return EFT_EINVAL;
    }
    if (registered && code != 1000 && !eft__ws_traits->any_close_code) {
        *why = "a page can close with code 1000, or 3000 to 4999, only";
        return EFT_ENOTSUP;
    }
    return 0;
}

/* A message of which the peer has a part never ends now: that is no normal
 * closure.  Python's websockets says so in the same way. */
static void send_close(eft_ws *ws, uint16_t code, const char *reason)
{
    if (eft__ws_turns_end(ws, EFT_ECLOSED, "the connection is closing") &&
        code < 1002) {
        code = 1011;
        reason = "close during fragmented message";
    }
    ws->state = EFT__WS_CLOSING;
    ws->sent_code = code;
    eft__ws_pulse_pause(ws);
    eft_target_ws_close(ws->identified.id, code, reason, strlen(reason));
    /* Nothing is received any more, but the peer's Close has to be read. */
    if (ws->paused && ws->state == EFT__WS_CLOSING)
        eft_target_ws_pause(ws->identified.id, false);
    ws->paused = false;
    if (ws->state == EFT__WS_CLOSING)
        eft__ws_start_timeout(ws, ws->close_timeout_ms, close_expired);
}

eft_future *eft_ws_close(eft_ws *ws, uint16_t code, const char *reason)
{
    size_t length = reason ? strlen(reason) : 0;
    const char *why = NULL;
    int32_t error = check_close(code, reason ? reason : "", length, &why);
    eft_future *instead;

    if (!ws)
        return eft__ws_refuse(ws);
    if (error)
        return eft__future_failed(error, why);
    eft__ws_op *op = eft__ws_op_make(ws, &close_class, &instead);
    if (!op)
        return instead;
    if (ws->state == EFT__WS_CLOSED) {
        eft__future_complete(&op->future, eft_ok());
        return &op->future;
    }
    eft__queue_append(&ws->closes, &op->link);
    if (ws->state == EFT__WS_OPEN)
        send_close(ws, code, reason ? reason : "");
    return &op->future;
}

void eft__ws_fail(eft_ws *ws, uint16_t code, const char *reason, int32_t error,
                  const char *detail)
{
    if (ws->state != EFT__WS_OPEN) {
        eft__ws_cut(ws, error, detail);
        return;
    }
    note_end(ws, error, detail);
    send_close(ws, code, reason);
}

/* Completes what is pending because the socket is over for its user. */
static void end_operations(eft_ws *ws, int32_t error, const char *detail)
{
    eft__ws_turns_end(ws, error, detail);
    eft__ws_ops_end(&ws->sends, error, detail);
    eft__ws_ops_end(&ws->pings, error, detail);
    eft__ws_receive_end(ws, error, detail);
    if (ws->state == EFT__WS_CLOSED)
        eft__ws_ops_succeed(&ws->closes);
    else
        eft__ws_ops_end(&ws->closes, error, detail);
}

void eft_ws_free(eft_ws *ws)
{
    if (!ws)
        return;
    ws->given_up = true;
    end_operations(ws, EFT_ECLOSED, NULL);
    eft__ws_drop_messages(ws);
    if (ws->state != EFT__WS_CLOSED)
        eft__ws_cut(ws, EFT_ECLOSED, NULL);
    eft__ws_unkeep(ws);
}

const char *eft_ws_subprotocol(const eft_ws *ws)
{
    return ws->subprotocol ? ws->subprotocol : "";
}

uint16_t eft_ws_close_code(const eft_ws *ws)
{
    return ws->close_code;
}

const char *eft_ws_close_reason(const eft_ws *ws)
{
    return ws->close_reason ? ws->close_reason : "";
}

/* Events. */

void eft_core_ws_open(uint32_t id, const char *subprotocol)
{
    eft_ws *ws = (eft_ws *)eft__id_find(id);

    if (!ws || ws->state != EFT__WS_CONNECTING || ws->end)
        return;
    stop_timeout(ws);
    if (*subprotocol) {
        ws->subprotocol = eft__copy_text(subprotocol, strlen(subprotocol));
        if (!ws->subprotocol) {
            eft__ws_cut(ws, EFT_ENOMEM, NULL);
            return;
        }
    }
    if (!eft__ws_pulse_start(ws, &ws->opening->options)) {
        eft__ws_cut(ws, EFT_ENOMEM, NULL);
        return;
    }
    eft__ws_opening *opening = ws->opening;
    ws->opening = NULL;
    ws->state = EFT__WS_OPEN;
    ws->keepers++; /* the user, who finds it in the result */
    eft__future_complete(&opening->connect->future,
                         eft__result_of_kind(EFT_KIND_WS, ws, free_ws));
    eft__free(opening);
}

/* What the end means to the user. */
static void note_closed(eft_ws *ws, const eft_core_ws_end *end)
{
    /* A peer that echoes our own code has nothing to say against us. */
    bool echo = end->error == EFT_EPEERCLOSE && end->code == ws->sent_code;

    const char *detail = echo ? NULL : end->detail;
    char text[160];

    if (end->error == EFT_ECLOSED && !detail && ws->state == EFT__WS_OPEN) {
        snprintf(text, sizeof text, "the peer closed with %u%s%s", end->code,
                 end->reason && *end->reason ? ": " : "",
                 end->reason ? end->reason : "");
        detail = text;
    }
    note_end(ws, echo ? EFT_ECLOSED : end->error, detail);
    ws->state = EFT__WS_CLOSED;
    ws->close_code = ws->aborted ? 1006 : end->code;
    ws->status = (uint16_t)end->status;
    if (end->reason && *end->reason)
        ws->close_reason = eft__copy_text(end->reason, strlen(end->reason));
}

static void finish(eft_ws *ws, const eft_core_ws_end *end)
{
    eft__ws_opening *opening = ws->opening;

    eft__id_free(&ws->identified);
    stop_timeout(ws);
    eft__ws_pulse_free(ws);
    note_closed(ws, end);
    ws->opening = NULL;
    if (opening)
        eft__future_fail_copy(&opening->connect->future, ws->end,
                              ws->end_detail);
    end_operations(ws, ws->end, ws->end_detail);
    eft__ws_unkeep(ws);
}

void eft_core_ws_closed(uint32_t id, const eft_core_ws_end *end)
{
    eft_ws *ws = (eft_ws *)eft__id_find(id);
    eft_core_ws_end told = *end;
    eft__ws_words words;

    if (!ws)
        return;
    /* Lent to the world until this returns. */
    eft__ws_opening *opening = ws->opening;
    if (!opening || ws->end || !eft__ws_redirect(ws, &told, &words))
        finish(ws, &told);
    eft__free(opening);
}
