/* SPDX-License-Identifier: MIT
 * How a WebSocket begins: a client's by connecting, a server's at once. */
#include <stdio.h>
#include <string.h>

#include "../core/ids.h"
#include "../core/memory.h"
#include "ws_opening.h"
#include "ws_ping.h"

static void open_expired(void *arg)
{
    eft_ws *ws = arg;
    const eft__url *url = &ws->opening->url;
    char detail[384]; /* a host has at most 255 */

    snprintf(detail, sizeof detail,
             strchr(url->host, ':')
                 ? "timed out during opening handshake with [%s]:%u, after "
                   "%lld ms"
                 : "timed out during opening handshake with %s:%u, after "
                   "%lld ms",
             url->host, (unsigned)url->port,
             (long long)ws->opening->options.open_timeout_ms);
    eft__ws_cut(ws, EFT_ETIMEDOUT, detail);
}

static bool cancel_connect(eft_future *future)
{
    eft_ws *ws = ((eft__ws_op *)future)->ws;

    ws->given_up = true;
    eft__ws_cut(ws, EFT_ECANCELED, NULL);
    return true;
}

static const eft__future_class connect_class = {
    .name = "ws_connect", .cancel = cancel_connect, .fini = eft__ws_op_fini};

int eft__ws_connect_status(const eft_future *connect)
{
    return connect && connect->type == &connect_class
               ? ((const eft__ws_op *)connect)->ws->status
               : 0;
}

static void end_of_loop(eft__identified *object)
{
    const eft_core_ws_end end = {
        .error = EFT_ECANCELED, .code = 1006, .reason = ""};

    eft_core_ws_closed(object->id, &end);
}

/* With one keeper, and an id. */
static eft_ws *make(const eft_ws_options *options)
{
    eft_ws *ws = eft__alloc_zero(sizeof *ws);
    eft_ws_options filled = *options;

    if (!ws)
        return NULL;
    ws->identified.end = end_of_loop;
    if (!eft__id_new(&ws->identified)) {
        eft__free(ws);
        return NULL;
    }
    eft__ws_options_fill(&filled);
    ws->keepers = 1;
    ws->close_timeout_ms = filled.close_timeout_ms;
    ws->max_message = filled.max_message;
    ws->receive_queue = filled.receive_queue < UINT32_MAX
                            ? (uint32_t)filled.receive_queue
                            : UINT32_MAX;
    ws->fragments = filled.fragments;
    return ws;
}

/* Takes back what make() has made. */
static void unmake(eft_ws *ws)
{
    if (!ws)
        return;
    eft__free(ws->opening);
    ws->opening = NULL;
    eft__id_free(&ws->identified);
    eft__ws_unkeep(ws);
}

static eft_future *connect(const eft__url_parts *url,
                           const eft_ws_options *options)
{
    eft_future *instead = eft__future_no_memory();
    eft_ws *ws = make(options);
    eft__ws_op *op = NULL;

    if (ws)
        ws->opening = eft__ws_opening_new(url, options, NULL);
    if (ws && ws->opening)
        op = eft__ws_op_make(ws, &connect_class, &instead);
    if (!op) {
        unmake(ws);
        return instead;
    }

    /* The first keeper was the caller's; from here on it is the world. */
    ws->opening->connect = op;
    eft_target_ws_open(ws->identified.id, &ws->opening->request);
    if (ws->state == EFT__WS_CONNECTING)
        eft__ws_start_timeout(ws, ws->opening->options.open_timeout_ms,
                              open_expired);
    return &op->future;
}

/* What a URL and options cannot be together, or on this target. */
static int32_t check_user(const eft__url_parts *url,
                          const eft_ws_options *options, eft__ws_words *words)
{
    const char *why = eft__ws_why_not("url.user");

    if (!url->user)
        return 0;
    if (why) {
        snprintf(words->text, sizeof words->text, "url.user: %s", why);
        return EFT_ENOTSUP;
    }
    if (eft__ws_options_have_header(options, "Authorization")) {
        snprintf(words->text, sizeof words->text,
                 "headers: Authorization is what the URL's user and password "
                 "give");
        return EFT_EINVAL;
    }
    return 0;
}

static eft_future *refuse_url(const char *text, int32_t error, const char *why)
{
    char shown[EFT__URL_SHOWN];
    eft__ws_words words;

    if (!text)
        return eft__future_failed(error, why);
    eft__url_show(shown, sizeof shown, text);
    snprintf(words.text, sizeof words.text, "\"%s\": %s", shown, why);
    return eft__future_failed_copy(error, words.text);
}

eft_future *eft_ws_connect(const char *text, const eft_ws_options *options)
{
    static const eft_ws_options defaults;
    const char *why = NULL;
    eft__ws_words words;
    eft__url_parts url;

    if (!options)
        options = &defaults;
    int32_t error = eft__ws_options_check(options, &words);
    if (error)
        return eft__future_failed_copy(error, words.text);
    error = eft__url_read(&url, text, &why);
    if (error)
        return refuse_url(text, error, why);
    error = check_user(&url, options, &words);
    return error ? eft__future_failed_copy(error, words.text)
                 : connect(&url, options);
}

static bool begin_open(eft_ws *ws, const eft_ws_options *options,
                       const char *subprotocol)
{
    eft_ws_options filled = *options;

    eft__ws_options_fill(&filled);
    ws->state = EFT__WS_OPEN;
    if (*subprotocol) {
        ws->subprotocol = eft__copy_text(subprotocol, strlen(subprotocol));
        if (!ws->subprotocol)
            return false;
    }
    return eft__ws_pulse_start(ws, &filled);
}

eft_ws *eft__ws_accept(const eft_ws_options *options, const char *subprotocol,
                       uint32_t *id)
{
    eft_ws *ws = make(options);

    if (!ws)
        return NULL;
    if (!begin_open(ws, options, subprotocol)) {
        unmake(ws);
        return NULL;
    }
    ws->keepers++; /* the user, and the world */
    *id = ws->identified.id;
    return ws;
}
