/* SPDX-License-Identifier: MIT
 * Handler with options: one connection after the other, and who is told. */
#include <stdio.h>
#include <string.h>

#include "../core/future.h"
#include "../core/memory.h"
#include "eft/log.h"
#include "handler.h"

/* Design notes.  With reconnect or without, connections come from an
 * eft_reconnect: without, it gives up after the first attempt, and nobody asks
 * it again.  The user is told from its hook, and from the handler's own tasks;
 * after each time the handler may have been given up. */

enum { DETAIL_SIZE = 512 /* as much as a sentence has */ };

typedef struct eft__handler_again {
    eft_reconnect *reconnect; /* NULL: there are no more connections */
    bool reconnects;          /* the option */
    eft_handler_on_state *on_state;
    void *arg; /* for on_state */
    eft_reconnect_retry *retry;
    void *retry_arg;
    char url[];
} eft__handler_again;

typedef struct sentence {
    char text[DETAIL_SIZE];
} sentence;

/* What was said of an error: hooks may make this task hear of others. */
static sentence copy_detail(int32_t error)
{
    sentence copy;

    snprintf(copy.text, sizeof copy.text, "%s",
             error ? eft_error_detail() : "");
    return copy;
}

static eft_result fail_again(int32_t error, const sentence *detail)
{
    return *detail->text ? eft_fail(error, "%s", detail->text)
                         : eft_failed(error);
}

static void tell(eft_handler *handler, eft_handler_news news)
{
    const eft__handler_again *again = handler->again;

    if (again->on_state && !handler->given_up)
        again->on_state(&news, again->arg);
}

static void stop(eft_handler *handler)
{
    eft_reconnect_free(handler->again->reconnect);
    handler->again->reconnect = NULL;
}

static void tell_closed(eft_handler *handler, int32_t error)
{
    sentence detail = copy_detail(error);

    stop(handler);
    tell(handler, (eft_handler_news){.state = EFT_HANDLER_CLOSED,
                                     .error = error,
                                     .detail = detail.text});
    if (error)
        (void)fail_again(error, &detail);
}

static void fini(eft_handler *handler)
{
    stop(handler);
    eft__free(handler->again);
    handler->again = NULL;
}

/* Attempts */

static bool retry(const eft_reconnect_failure *failure, void *arg)
{
    const eft__handler_again *again = ((eft_handler *)arg)->again;

    return again->retry(failure, again->retry_arg);
}

/* The sentence, or at least the text, of a failure; "": there was none. */
static const char *words_of(const eft_reconnect_failure *why)
{
    if (!why)
        return "";
    return *why->detail ? why->detail : eft_strerror(why->error);
}

static void tell_waiting(eft_handler *handler, const eft_reconnect_news *news)
{
    const eft_reconnect_failure *why = news->failure;
    const char *detail = words_of(why);

    eft_log(EFT_LOG_INFO, "reconnecting in %lld ms%s%s",
            (long long)news->delay_ms, *detail ? ": " : "", detail);
    tell(handler, (eft_handler_news){.state = EFT_HANDLER_WAITING,
                                     .error = why ? why->error : 0,
                                     .detail = why ? why->detail : "",
                                     .delay_ms = news->delay_ms});
}

static void on_attempt(const eft_reconnect_news *news, void *arg)
{
    eft_handler *handler = arg;

    if (news->state == EFT_RECONNECT_WAITING) {
        tell_waiting(handler, news);
    } else if (news->state == EFT_RECONNECT_CONNECTING) {
        eft__handler_log_attempt(handler->again->url);
        tell(handler,
             (eft_handler_news){.state = EFT_HANDLER_CONNECTING, .detail = ""});
    } else if (news->state == EFT_RECONNECT_FAILED &&
               handler->again->reconnects) {
        eft_log(EFT_LOG_INFO, "giving up: %s", words_of(news->failure));
    }
}

/* Takes what an attempt gave in the place of the connection before; false: the
 * handler was given up over it. */
static bool take(eft_handler *handler, eft_ws *ws)
{
    eft_ws_free(handler->ws);
    handler->ws = ws;
    handler->away = false;
    eft_log_line(EFT_LOG_INFO, "connected");
    tell(handler,
         (eft_handler_news){.state = EFT_HANDLER_CONNECTED, .detail = ""});
    return !handler->given_up;
}

static eft_result connect_body(void *arg)
{
    eft_handler *handler = ((eft__handler_job *)arg)->handler;

    if (handler->given_up)
        return eft__handler_gone();
    eft_result result =
        eft_await(eft_reconnect_next(handler->again->reconnect));
    if (handler->given_up) {
        eft_result_free(result);
        return eft__handler_gone();
    }
    if (!result.error)
        return take(handler, result.ws) ? eft_ok() : eft__handler_gone();
    tell_closed(handler, result.error);
    return result;
}

/* The next connection */

/* What the peer's Close says, and an error's sentence else. */
static sentence why_away(const eft_handler *handler, int32_t error)
{
    const char *reason = eft_ws_close_reason(handler->ws);
    sentence why = copy_detail(error);

    if (!error || error == EFT_EPEERCLOSE)
        snprintf(why.text, sizeof why.text, "the peer closed with %u%s%s",
                 eft_ws_close_code(handler->ws), *reason ? " " : "", reason);
    else if (!*why.text)
        snprintf(why.text, sizeof why.text, "%s", eft_strerror(error));
    return why;
}

static void leave(eft_handler *handler, int32_t error)
{
    sentence why = why_away(handler, error);

    handler->away = true;
    eft_log(EFT_LOG_INFO, "disconnected: %s", why.text);
    tell(handler, (eft_handler_news){.state = EFT_HANDLER_DISCONNECTED,
                                     .error = error ? error : EFT_ECLOSED,
                                     .detail = why.text});
}

/* No connection came, or none is wanted: how does the receiving end? */
static eft_result come_back_without(eft_handler *handler, eft_result result)
{
    eft_result_free(result);
    if (handler->given_up)
        return eft__handler_gone();
    /* A cancel is the task's own, and somebody else may be waiting. */
    if (result.error == EFT_ECANCELED || result.error == EFT_EBUSY)
        return result;
    if (handler->closing)
        return eft_ok();
    handler->away = false;
    return result;
}

static bool go_on(eft_handler *handler, eft_result *result)
{
    eft__handler_again *again = handler->again;

    if (!again->reconnects || handler->closing || !again->reconnect ||
        eft_ws_close_code(handler->ws) == 1000)
        return false;
    if (!handler->away)
        leave(handler, result->error);
    if (!handler->given_up && !handler->closing)
        *result = eft_await(eft_reconnect_next(again->reconnect));
    if (result->error || handler->given_up || handler->closing) {
        *result = come_back_without(handler, *result);
        return false;
    }
    if (take(handler, result->ws))
        return true;
    *result = eft__handler_gone();
    return false;
}

static const eft__handler_hooks hooks = {
    .go_on = go_on, .stop = stop, .tell_closed = tell_closed, .fini = fini};

/* Connecting */

static eft_reconnect *make_reconnect(eft_handler *handler, const char *url,
                                     const eft_handler_options *options)
{
    eft_reconnect_options attempts = {0};

    if (options->reconnect && options->reconnect_options)
        attempts = *options->reconnect_options;
    handler->again->retry = attempts.retry;
    handler->again->retry_arg = attempts.arg;
    attempts.retry = attempts.retry ? retry : NULL;
    attempts.on_state = on_attempt;
    attempts.arg = handler;
    if (!options->reconnect)
        attempts.max_attempts = 1;
    return eft_reconnect_new(url, options->ws, &attempts);
}

/* False: out of memory. */
static bool prepare(eft_handler *handler, const char *url,
                    const eft_handler_options *options)
{
    size_t size = strlen(url) + 1;
    eft__handler_again *again = eft__alloc_zero(sizeof *again + size);

    if (!again)
        return false;
    memcpy(again->url, url, size);
    again->reconnects = options->reconnect;
    again->on_state = options->on_state;
    again->arg = options->arg;
    handler->again = again;
    handler->hooks = &hooks;
    again->reconnect = make_reconnect(handler, url, options);
    return again->reconnect;
}

eft_future *eft_handler_connect_with(eft_handler *handler, const char *url,
                                     const eft_handler_options *options)
{
    static const eft_handler_options defaults;
    eft_future *refusal = eft__handler_refuse_connect(handler);

    if (refusal)
        return refusal;
    if (!url)
        url = "";
    if (!prepare(handler, url, options ? options : &defaults))
        return eft__future_no_memory();
    return eft__handler_start_connect(handler, connect_body, url);
}
