/* SPDX-License-Identifier: MIT
 * HTTP natively: the seam, and what each exchange has to do next. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <stdarg.h>
#include <stdio.h>

#include "eft/error.h"
#include "sdk/core/memory.h"
#include "targets/complete.h"

/* Design notes.
 *
 * libcurl runs on the loop's own stack alone, in the step or in a callback of
 * libuv's: a fiber's is too small for it and OpenSSL.  What the core asks for
 * only changes an exchange's state and makes it due.  So the requests that a
 * turn's tasks have started begin together, and a reader that has had enough
 * and then wants more in the same turn costs nothing.
 *
 * An abort lets go of the request at once: callbacks of libcurl's look at
 * exchange->request before they touch what it lends. */

enum { UPLOAD_MOST = 128 * 1024 };

const eft_target_http_traits eft_target_http_traits_of_world = {.follows =
                                                                    false};

const eft_target_lack eft_target_http_lacks[] = {{NULL, NULL}};

/* Changes of state */

void eft__http_due(eft__http_exchange *exchange)
{
    eft__http_session *session = exchange->session;

    if (exchange->due)
        return;
    exchange->due = true;
    exchange->next = NULL;
    *session->queue_end = exchange;
    session->queue_end = &exchange->next;
    eft__world_due(session->all->world, &session->due);
}

void eft__http_fail(eft__http_exchange *exchange, int32_t error,
                    const char *format, ...)
{
    va_list arguments;

    if (exchange->error)
        return;
    exchange->error = error;
    va_start(arguments, format);
    vsnprintf(exchange->detail, sizeof exchange->detail, format, arguments);
    va_end(arguments);
    eft__http_due(exchange);
}

void eft__http_exchange_fini(eft__http_exchange *exchange)
{
    curl_url_cleanup(exchange->parts);
    eft__http_buffer_fini(&exchange->url);
    eft__http_buffer_fini(&exchange->head);
    eft__http_buffer_fini(&exchange->lines);
    eft__http_buffer_fini(&exchange->copy);
    eft__http_buffer_fini(&exchange->upload);
    eft__unpack_free(exchange->unpack);
    eft__http_tls_forget(exchange);
    eft__http_route_free(exchange->route);
}

/* libcurl keeps the system's last error number in the handle, and would give it
 * as the reason of a later request: such a handle is not used again. */
static void drop_stained(eft__http_exchange *exchange)
{
    long error = 0;

    if (!exchange->easy)
        return;
    curl_easy_getinfo(exchange->easy, CURLINFO_OS_ERRNO, &error);
    if (!error)
        return;
    curl_easy_cleanup(exchange->easy);
    exchange->easy = NULL;
}

/* Ready for another request: what the easy handle has been told stays. */
static void clear(eft__http_exchange *exchange)
{
    drop_stained(exchange);
    eft__http_own_cookies_end(exchange);
    exchange->id = 0;
    exchange->request = NULL;
    exchange->head.length = 0;
    eft__http_buffer_fini(&exchange->upload);
    eft__http_buffer_fini(&exchange->copy);
    exchange->uploaded = 0;
    eft__unpack_free(exchange->unpack);
    exchange->unpack = NULL;
    exchange->coded = EFT__UNPACK_NONE;
    eft__http_tls_forget(exchange);
    exchange->head_bytes = exchange->excess = exchange->taken = 0;
    exchange->sent = 0;
    exchange->status = exchange->attempts = exchange->local_port = 0;
    exchange->told = exchange->paused = exchange->deaf = false;
    exchange->starved = exchange->last = exchange->owing = false;
    exchange->error = 0;
    exchange->detail[0] = exchange->curl_words[0] = 0;
}

static eft__http_exchange *new_exchange(eft__http_session *session)
{
    eft__http_exchange *exchange = session->pool;

    if (exchange) {
        session->pool = exchange->next;
        return exchange;
    }
    exchange = eft__reserve(sizeof *exchange);
    if (!exchange)
        return NULL;
    *exchange = (eft__http_exchange){.session = session};
    exchange->later = session->exchanges;
    session->exchanges = exchange;
    return exchange;
}

/* The last word on it. */
static void end(eft__http_exchange *exchange)
{
    eft__http_session *session = exchange->session;
    uint32_t id = exchange->id;
    int32_t error = exchange->error;

    eft__http_exchange_leave(exchange);
    eft_core_http_ended(id, error,
                        exchange->detail[0] ? exchange->detail : NULL);
    clear(exchange);
    exchange->state = EFT__HTTP_POOLED;
    exchange->next = session->pool;
    session->pool = exchange;
}

/* libcurl 7.88 resets a stream of HTTP/2 by a frame that it keeps until there
 * is something else to send on that connection: the server would go on with an
 * answer that nobody reads.  A connection with no other stream is closed
 * instead, and another stream is made to send something. */
static void flush(eft__http_session *session, int local_port)
{
    for (eft__http_exchange *other = session->exchanges; other;
         other = other->later) {
        long send = other->starved ? CURLPAUSE_SEND : 0;

        if (other->local_port != local_port ||
            other->state != EFT__HTTP_RUNNING || other->deaf || !other->told)
            continue;
        (void)curl_easy_pause(other->easy, (int)(CURLPAUSE_RECV | send));
        (void)curl_easy_pause(other->easy, (int)send);
        session->acts = true;
        return;
    }
}

static void break_off(eft__http_exchange *exchange)
{
    curl_easy_setopt(exchange->easy, CURLOPT_FORBID_REUSE, 1L);
    curl_multi_remove_handle(exchange->session->multi, exchange->easy);
    curl_easy_setopt(exchange->easy, CURLOPT_FORBID_REUSE, 0L);
    exchange->state = EFT__HTTP_ENDED;
    if (exchange->local_port)
        flush(exchange->session, exchange->local_port);
}

void eft__http_done(eft__http_exchange *exchange, CURLcode code)
{
    if (exchange->error && exchange->route->tls)
        break_off(exchange);
    else
        curl_multi_remove_handle(exchange->session->multi, exchange->easy);
    if (!exchange->error)
        eft__http_explain(exchange, code);
    exchange->state = EFT__HTTP_ENDED;
    /* In the queue it stays, until the next step finds it there. */
    if (!exchange->due)
        end(exchange);
}

/* The step */

static void start(eft__http_exchange *exchange)
{
    eft__http_session *session = exchange->session;
    int32_t error = EFT_ENOMEM;

    if (eft__http_session_ready(session)) {
        bool well = eft__http_own_cookies(exchange);

        if (well && !exchange->easy)
            exchange->easy = eft__http_easy_new(session, exchange);
        if (well && exchange->easy)
            error = eft__http_setup(exchange);
    }
    if (!error &&
        curl_multi_add_handle(session->multi, exchange->easy) != CURLM_OK)
        error = EFT_ENOMEM;
    if (error) {
        eft__http_fail(exchange, error, "%s",
                       error == EFT_ENOMEM ? "out of memory" : "");
        exchange->state = EFT__HTTP_ENDED;
        /* It has been told one half, and would not be told that again. */
        curl_easy_cleanup(exchange->easy);
        exchange->easy = NULL;
        return;
    }
    exchange->state = EFT__HTTP_RUNNING;
    session->acts = true;
}

/* Whether it may read, and has something to send. */
static void go_on(eft__http_exchange *exchange)
{
    bool feed =
        exchange->starved && (eft__http_to_send(exchange) || exchange->last);

    if (exchange->paused == exchange->deaf && !feed)
        return;
    exchange->deaf = exchange->paused;
    if (feed)
        exchange->starved = false;
    /* It is not connected yet, or over: then there is nothing to be told. */
    (void)curl_easy_pause(exchange->easy,
                          (exchange->deaf ? CURLPAUSE_RECV : 0) |
                              (exchange->starved ? CURLPAUSE_SEND : 0));
    exchange->session->acts = true;
}

static void step_one(eft__http_exchange *exchange)
{
    if (exchange->state == EFT__HTTP_QUEUED && !exchange->error)
        start(exchange);
    else if (exchange->state == EFT__HTTP_RUNNING && exchange->error)
        eft__http_done(exchange, CURLE_OK);
    else if (exchange->state == EFT__HTTP_RUNNING)
        go_on(exchange);
    else
        exchange->state = EFT__HTTP_ENDED;
    if (exchange->state == EFT__HTTP_ENDED && !exchange->due)
        end(exchange);
}

static void step(eft__due *due)
{
    eft__http_session *session =
        (eft__http_session *)(void *)((char *)due -
                                      offsetof(eft__http_session, due));
    eft__http_exchange *exchange = session->queue;

    session->queue = NULL;
    session->queue_end = &session->queue;
    while (exchange) {
        eft__http_exchange *next = exchange->next;

        exchange->due = false;
        step_one(exchange);
        exchange = next;
    }
    if (!session->options && !session->count)
        eft__http_session_free(session);
    else
        eft__http_session_act(session);
}

/* The world's */

static void end_http(eft__guest *guest)
{
    eft__http *http = (eft__http *)guest;

    eft__world_leave(guest);
    while (http->sessions)
        eft__http_session_free(http->sessions);
    eft__tls_settings_free(http->tls);
    http->world->http = NULL;
    eft__release(http);
}

static eft__http *http_of(eft__world *world)
{
    static uv_once_t once = UV_ONCE_INIT;
    eft__http *http = world->http;

    if (http)
        return http;
    http = eft__reserve(sizeof *http);
    if (!http)
        return NULL;
    uv_once(&once, eft__http_library);
    *http = (eft__http){.world = world};
    eft__world_join(world, &http->guest, end_http);
    world->http = http;
    return http;
}

/* The seam */

void eft_target_http_open(uint32_t id, const eft_http_session_options *options)
{
    eft__world *world = eft__world_here();
    eft__http *http = world ? http_of(world) : NULL;
    eft__http_session *session = http ? eft__reserve(sizeof *session) : NULL;

    /* Its requests will tell. */
    if (!session)
        return;
    *session = (eft__http_session){
        .id = id, .all = http, .options = options, .due = {.run = step}};
    session->queue_end = &session->queue;
    session->next = http->sessions;
    http->sessions = session;
}

void eft_target_http_close(uint32_t id)
{
    eft__http_session *session = eft__http_session_find(id);

    if (!session)
        return;
    session->options = NULL;
    eft__world_due(session->all->world, &session->due);
}

void eft_target_http_start(uint32_t id, uint32_t session_id,
                           const eft_target_http_request *request)
{
    eft__http_session *session = eft__http_session_find(session_id);
    eft__http_exchange *exchange = session ? new_exchange(session) : NULL;

    if (!exchange) {
        eft_core_http_ended(id, EFT_ENOMEM, NULL);
        return;
    }
    exchange->id = id;
    exchange->request = request;
    exchange->state = EFT__HTTP_QUEUED;
    eft__http_exchange_enter(exchange);
    eft__http_due(exchange);
}

void eft_target_http_write(uint32_t id, const void *data, size_t length,
                           bool last)
{
    eft__http_exchange *exchange = eft__http_exchange_find(id);

    if (!exchange || exchange->error)
        return;
    if (length && !eft__http_buffer_add(&exchange->upload, data, length)) {
        eft__http_fail(exchange, EFT_ENOMEM, "out of memory");
        return;
    }
    exchange->last = last;
    exchange->owing = !last && eft__http_to_send(exchange) >= UPLOAD_MOST;
    if (exchange->starved)
        eft__http_due(exchange);
    if (!last && !exchange->owing)
        eft_core_http_written(id);
}

void eft_target_http_pause(uint32_t id, bool paused)
{
    eft__http_exchange *exchange = eft__http_exchange_find(id);

    if (!exchange || exchange->paused == paused)
        return;
    exchange->paused = paused;
    exchange->excess = 0;
    eft__http_due(exchange);
}

void eft_target_http_abort(uint32_t id)
{
    eft__http_exchange *exchange = eft__http_exchange_find(id);

    if (!exchange)
        return;
    exchange->request = NULL;
    exchange->error = EFT_ECANCELED;
    exchange->detail[0] = 0;
    eft__http_due(exchange);
}
