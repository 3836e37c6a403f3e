/* SPDX-License-Identifier: MIT
 * Programs for too little memory: pings, and connections that come again. */
#include <eft/eft.h>

#include "no_memory.h"
#include "ws_script.h"

static const char url[] = "ws://host/";

static void settle(void)
{
    for (int i = 0; i < 8; i++)
        eft_result_free(eft_await(eft_sleep(0)));
}

/* Time passes, with memory or without. */
static void pass(void)
{
    eft_result_free(eft_await(eft_sleep(3)));
    settle();
}

/* Ends what script_begin() began, with nothing left. */
static eft_result leave(eft_result result)
{
    settle();
    eft__virtual_ws_end();
    return result;
}

/* What memory is missing for may end a connection, too. */
static eft_result excuse(eft_result result)
{
    switch (result.error) {
    case EFT_ECLOSED:
    case EFT_EABNORMAL:
    case EFT_ECANCELED:
    case EFT_EDEADLK:
        result.error = EFT_ENOMEM;
        break;
    default:
        break;
    }
    return result;
}

static eft_result ping_and_pong(void *arg)
{
    (void)arg;
    script_begin();
    eft_future *connect = eft_ws_connect(url, NULL);
    if (eft_future_state(connect) == EFT_PENDING)
        script_opens("");
    eft_result opened = eft_await(connect);
    if (opened.error)
        return leave(opened);
    eft_future *pinged = eft_ws_ping(opened.ws, "a", 1);
    script_pongs("a");
    eft_result result = eft_await(pinged);
    eft_ws_free(opened.ws);
    return leave(result);
}

static eft_future *beat(eft_ws *ws, void *arg)
{
    (void)arg;
    return eft_ws_send_text(ws, "?", 1);
}

/* A peer that does not answer ends all the same. */
static eft_result be_kept_alive(void *arg)
{
    const eft_ws_options options = {.heartbeat = arg ? beat : NULL,
                                    .ping_interval_ms = 10,
                                    .ping_timeout_ms = 10,
                                    .close_timeout_ms = 10};

    script_begin();
    eft_future *connect = eft_ws_connect(url, &options);
    if (eft_future_state(connect) == EFT_PENDING)
        script_opens("");
    eft_result opened = eft_await(connect);
    if (opened.error)
        return leave(opened);
    eft_result result = eft_await(eft_ws_receive(opened.ws));
    SHOULD(result.error == EFT_EABNORMAL || result.error == EFT_ENOMEM);
    eft_ws_free(opened.ws);
    return leave(result.error == EFT_EABNORMAL ? eft_ok() : result);
}

static eft_result keep_alive(void *arg)
{
    (void)arg;
    return be_kept_alive(NULL);
}

static eft_result keep_alive_by_heartbeat(void *arg)
{
    static char yes;

    (void)arg;
    return be_kept_alive(&yes);
}

static const eft_ws_header headers[] = {{"X-A", "a"}};
static const eft_ws_options with_header = {.headers = headers,
                                           .header_count = 1};
static const eft_reconnect_options soon = {.min_delay_ms = 1,
                                           .max_delay_ms = 2};

static eft_result connect_again(void *arg)
{
    (void)arg;
    script_begin();
    eft_reconnect *again = eft_reconnect_new(url, &with_header, &soon);
    eft_future *next = eft_reconnect_next(again);
    pass();
    if (script_id(0))
        script_ends(0, (eft_core_ws_end){.error = EFT_EREFUSED,
                                         .code = 1006,
                                         .reason = "",
                                         .detail = "a sentence"});
    pass();
    if (eft_future_state(next) == EFT_PENDING)
        script_opens("");
    settle();
    if (eft_future_state(next) == EFT_PENDING) {
        eft_cancel(next);
        settle();
    }
    eft_result result = eft_await(next);
    eft_result_free(result);
    eft_reconnect_free(again);
    return leave(result.error ? excuse(result) : eft_ok());
}

static eft_result options_refused(void *arg)
{
    (void)arg;
    script_begin();
    eft_reconnect *again =
        eft_reconnect_new(url, &(eft_ws_options){.max_redirects = -2}, &soon);
    eft_result result = eft_await(eft_reconnect_next(again));
    SHOULD(result.error == EFT_EINVAL || result.error == EFT_ENOMEM);
    eft_reconnect_free(again);
    return leave(result.error == EFT_EINVAL ? eft_ok() : result);
}

static eft_result ignore_message(const eft_message *message, void *arg)
{
    (void)message;
    (void)arg;
    return eft_ok();
}

static eft_result receive_again(eft_handler *handler)
{
    eft_future *receive = eft_handler_receive(handler, ignore_message, NULL);

    settle();
    script_closes(1006, "");
    pass();
    script_opens("");
    settle();
    eft_future_free(eft_handler_close(handler, "bye"));
    script_closes(1000, "bye");
    settle();
    if (eft_future_state(receive) == EFT_PENDING) {
        eft_cancel(receive);
        settle();
    }
    return eft_await(receive);
}

static eft_result handle_again(void *arg)
{
    const eft_handler_options options = {
        .ws = &with_header, .reconnect = true, .reconnect_options = &soon};

    (void)arg;
    script_begin();
    eft_handler *handler = eft_handler_new();
    eft_future *connect = eft_handler_connect_with(handler, url, &options);
    settle();
    if (eft_future_state(connect) == EFT_PENDING) {
        script_opens("");
        settle();
    }
    if (eft_future_state(connect) == EFT_PENDING) {
        eft_cancel(connect);
        settle();
    }
    eft_result result = eft_await(connect);
    if (!result.error)
        result = receive_again(handler);
    eft_handler_free(handler);
    return leave(excuse(result));
}

const scenario no_memory_again[] = {
    {"ping_and_pong", ping_and_pong},
    {"keep_alive", keep_alive},
    {"keep_alive_by_heartbeat", keep_alive_by_heartbeat},
    {"connect_again", connect_again},
    {"options_refused", options_refused},
    {"handle_again", handle_again},
    {NULL, NULL},
};
