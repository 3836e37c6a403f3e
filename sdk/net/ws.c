/* SPDX-License-Identifier: MIT
 * A WebSocket's life: connect, close, free, and the world's events. */
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
#include "url.h"
#include "utf8.h"

/* Design notes.  The struct's memory is kept by its user, by the world until
 * its closed event, and by each operation whose future is not freed; so a late
 * event or a late future never finds it gone.  Whatever happens to a
 * connection, it is the closed event that ends it: a timeout or a cancel only
 * aborts, and notes why in failure. */

enum {
    DEFAULT_TIMEOUT_MS = 10000,
    DEFAULT_MAX_MESSAGE = 1 << 20,
    REASON_MOST = 123 /* RFC 6455 section 5.5: 125 with the code */
};

static void free_ws(void *ws)
{
    eft_ws_free(ws);
}

void eft__ws_unkeep(eft_ws *ws)
{
    if (--ws->keepers)
        return;
    eft__free(ws->failure_detail);
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

static void start_timeout(eft_ws *ws, int64_t timeout_ms,
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

void eft__ws_cut(eft_ws *ws, int32_t error, const char *detail)
{
    if (ws->state == EFT__WS_CLOSED)
        return;
    if (!ws->failure) {
        ws->failure = error;
        if (detail)
            ws->failure_detail = eft__copy_text(detail, strlen(detail));
    }
    eft_target_ws_abort(ws->identified.id);
}

static void open_expired(void *arg)
{
    eft_ws *ws = arg;
    char detail[96];

    snprintf(detail, sizeof detail,
             "timed out during opening handshake, after %lld ms",
             (long long)ws->open_timeout_ms);
    eft__ws_cut(ws, EFT_ETIMEDOUT, detail);
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

/* Connecting. */

static bool cancel_connect(eft_future *future)
{
    eft_ws *ws = ((eft__ws_op *)future)->ws;

    ws->given_up = true;
    eft__ws_cut(ws, EFT_ECANCELED, NULL);
    return true;
}

static const eft__future_class connect_class = {
    .name = "ws_connect", .cancel = cancel_connect, .fini = eft__ws_op_fini};

/* RFC 6455 section 4.1: an element of Sec-WebSocket-Protocol is a token. */
static bool is_token(const char *text)
{
    static const char separators[] = "()<>@,;:\\\"/[]?={} \t";

    for (const char *at = text; *at; at++)
        if (*at <= ' ' || *at > '~' || strchr(separators, *at))
            return false;
    return *text != 0;
}

static int32_t check_options(const eft_ws_options *options, const char **why)
{
    for (size_t i = 0; i < options->subprotocol_count; i++) {
        if (!is_token(options->subprotocols[i])) {
            *why = "a subprotocol is one or more visible ASCII characters, "
                   "without separators";
            return EFT_EINVAL;
        }
        for (size_t k = 0; k < i; k++)
            if (!strcmp(options->subprotocols[i], options->subprotocols[k])) {
                *why = "a subprotocol is named twice";
                return EFT_EINVAL;
            }
    }
    if (options->ca_file && !eft_target_ws_traits_of_world.ca_file) {
        *why = "ca_file: a page cannot choose the authorities that its browser "
               "trusts";
        return EFT_ENOTSUP;
    }
    return 0;
}

static void end_of_loop(eft__identified *object)
{
    const eft_core_ws_end end = {EFT_ECANCELED, 1006, "", NULL};

    eft_core_ws_closed(object->id, &end);
}

static eft_ws *make(const eft_ws_options *options)
{
    eft_ws *ws = eft__alloc_zero(sizeof *ws);

    if (!ws)
        return NULL;
    ws->identified.end = end_of_loop;
    if (!eft__id_new(&ws->identified)) {
        eft__free(ws);
        return NULL;
    }
    ws->keepers = 1;
    ws->open_timeout_ms = options->open_timeout_ms ? options->open_timeout_ms
                                                   : DEFAULT_TIMEOUT_MS;
    ws->close_timeout_ms = options->close_timeout_ms ? options->close_timeout_ms
                                                     : DEFAULT_TIMEOUT_MS;
    ws->max_message =
        options->max_message ? options->max_message : DEFAULT_MAX_MESSAGE;
    return ws;
}

static eft_future *connect(const eft__url *url, const eft_ws_options *options)
{
    eft_ws *ws = make(options);
    eft_future *instead = eft__future_no_memory();

    if (ws)
        ws->connect = eft__ws_op_make(ws, &connect_class, &instead);
    if (!ws || !ws->connect) {
        if (ws) {
            eft__id_free(&ws->identified);
            eft__ws_unkeep(ws);
        }
        return instead;
    }

    /* The first keeper was the caller's; from here on it is the world. */
    eft_future *future = &ws->connect->future;
    eft_target_ws_request request = {
        .url = url->url,
        .host = url->host,
        .target = url->target,
        .port = url->port,
        .tls = url->tls,
        .subprotocols = options->subprotocols,
        .subprotocol_count = options->subprotocol_count,
        .ca_file = options->ca_file,
        .max_message = ws->max_message,
    };

    eft_target_ws_open(ws->identified.id, &request);
    if (ws->state == EFT__WS_CONNECTING)
        start_timeout(ws, ws->open_timeout_ms, open_expired);
    return future;
}

eft_future *eft_ws_connect(const char *text, const eft_ws_options *options)
{
    static const eft_ws_options defaults;
    const char *why = NULL;
    eft__url url;

    if (!options)
        options = &defaults;
    int32_t error = check_options(options, &why);
    if (!error)
        error = eft__url_parse(&url, text, &why);
    if (error)
        return eft__future_failed(error, why);

    eft_future *future = connect(&url, options);

    eft__url_fini(&url);
    return future;
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
    if (registered && code != 1000 &&
        !eft_target_ws_traits_of_world.any_close_code) {
        *why = "a page can close with code 1000, or 3000 to 4999, only";
        return EFT_ENOTSUP;
    }
    return 0;
}

eft_future *eft_ws_close(eft_ws *ws, uint16_t code, const char *reason)
{
    size_t length = reason ? strlen(reason) : 0;
    const char *why = NULL;
    int32_t error = check_close(code, reason ? reason : "", length, &why);
    eft_future *instead;

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
    if (ws->state == EFT__WS_OPEN) {
        ws->state = EFT__WS_CLOSING;
        ws->sent_code = code;
        eft_target_ws_close(ws->identified.id, code, reason ? reason : "",
                            length);
        /* Nothing is received any more, but the peer's Close has to be read. */
        if (ws->paused)
            eft_target_ws_pause(ws->identified.id, false);
        ws->paused = false;
        if (ws->state == EFT__WS_CLOSING)
            start_timeout(ws, ws->close_timeout_ms, close_expired);
    }
    return &op->future;
}

/* Completes what is pending because the socket is over for its user. */
static void end_operations(eft_ws *ws, int32_t error, const char *detail)
{
    eft__ws_ops_end(&ws->sends, error, detail);
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

    if (!ws || ws->state != EFT__WS_CONNECTING || ws->failure)
        return;
    stop_timeout(ws);
    if (*subprotocol) {
        ws->subprotocol = eft__copy_text(subprotocol, strlen(subprotocol));
        if (!ws->subprotocol) {
            eft__ws_cut(ws, EFT_ENOMEM, NULL);
            return;
        }
    }
    eft__ws_op *op = ws->connect;
    ws->connect = NULL;
    ws->state = EFT__WS_OPEN;
    ws->keepers++; /* the user, who finds it in the result */
    eft__future_complete(&op->future,
                         eft__result_of_kind(EFT_KIND_WS, ws, free_ws));
}

void eft_core_ws_closed(uint32_t id, const eft_core_ws_end *end)
{
    eft_ws *ws = (eft_ws *)eft__id_find(id);

    if (!ws)
        return;
    int32_t error = ws->failure ? ws->failure : end->error;
    const char *detail = ws->failure ? ws->failure_detail : end->detail;

    /* A peer that echoes our own code has nothing to say against us. */
    if (error == EFT_EPEERCLOSE && end->code == ws->sent_code) {
        error = EFT_ECLOSED;
        detail = NULL;
    }
    eft__id_free(&ws->identified);
    stop_timeout(ws);
    ws->state = EFT__WS_CLOSED;
    ws->close_code = ws->failure ? 1006 : end->code;
    if (end->reason && *end->reason)
        ws->close_reason = eft__copy_text(end->reason, strlen(end->reason));
    ws->end = error;
    if (detail)
        ws->end_detail = eft__copy_text(detail, strlen(detail));
    if (ws->connect) {
        eft__ws_op *op = ws->connect;

        ws->connect = NULL;
        eft__future_fail_copy(&op->future, error, detail);
    }
    end_operations(ws, error, detail);
    eft__ws_unkeep(ws);
}
