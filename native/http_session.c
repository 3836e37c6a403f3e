/* SPDX-License-Identifier: MIT
 * HTTP sessions: a multi handle of libcurl, and when it wants to be called. */
#define _POSIX_C_SOURCE 200809L
#include "http.h"

#include <stdlib.h>

#include "sdk/core/memory.h"

/* Design notes.
 *
 * libcurl asks to be called at once, for each request that begins, and later,
 * for each of its timeouts, most of which it takes back.  "At once" is the next
 * step, which has other requests to begin as well.  "Later" is one timer of
 * libuv's, which is not moved back when the timeout is: it fires, sees that
 * there is time, and is set again.
 *
 * libcurl closes connections that have been idle for too long when it looks for
 * one to use.  Those of a session that is idle altogether are closed with the
 * multi handle, which is made again with the next request. */

enum { MILLISECOND = 1000000, ROUNDS_MOST = 8 };

void eft__http_library(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* The timer */

static void on_timer(uv_timer_t *timer);

/* For the first of what is to come. */
static void arm(eft__http_session *session)
{
    uint64_t at = session->timeout_at, now, delay;

    if (!at || (session->idle_at && session->idle_at < at))
        at = session->idle_at;
    if (!at || (session->armed_at && session->armed_at <= at))
        return;
    /* Never early: libcurl would not ask a second time. libuv counts from its
     * own time, which may be a little old. */
    now = uv_now(&session->all->world->loop);
    delay = at / MILLISECOND + 1;
    delay = delay > now ? delay - now : 0;
    uv_timer_start(&session->timer, on_timer, delay, 0);
    session->armed_at = at;
}

static bool passed(uint64_t *at, uint64_t now)
{
    if (!*at || *at > now)
        return false;
    *at = 0;
    return true;
}

static void close_multi(eft__http_session *session)
{
    if (session->multi)
        curl_multi_cleanup(session->multi);
    session->multi = NULL;
    session->acts = false;
    session->timeout_at = 0;
}

static void on_timer(uv_timer_t *timer)
{
    eft__http_session *session = timer->data;
    uint64_t now = uv_hrtime();

    session->armed_at = 0;
    if (passed(&session->idle_at, now) && !session->count)
        close_multi(session);
    if (passed(&session->timeout_at, now) && session->multi) {
        session->acts = true;
        eft__world_due(session->all->world, &session->due);
    }
    arm(session);
}

/* libcurl's wish. */
static int on_timeout(CURLM *multi, long timeout_ms, void *context)
{
    eft__http_session *session = context;

    (void)multi;
    session->timeout_at = 0;
    if (timeout_ms == 0) {
        session->acts = true;
        eft__world_due(session->all->world, &session->due);
    } else if (timeout_ms > 0) {
        session->timeout_at = uv_hrtime() + (uint64_t)timeout_ms * MILLISECOND;
        arm(session);
    }
    return 0;
}

void eft__http_session_idle(eft__http_session *session)
{
    int64_t keep_ms = session->options ? session->options->keep_alive_ms : 0;

    if (!session->multi || keep_ms <= 0)
        return;
    session->idle_at = uv_hrtime() + (uint64_t)keep_ms * MILLISECOND;
    arm(session);
}

/* Calling libcurl */

static void reap(eft__http_session *session)
{
    CURLMsg *message;
    int left;

    while (session->multi &&
           (message = curl_multi_info_read(session->multi, &left)) != NULL) {
        CURLcode code = message->data.result;
        void *exchange = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
        eft__http_done(exchange, code);
    }
}

/* libcurl gives up where a socket could not be watched: what is under way would
 * wait for ever. */
static void end_all(eft__http_session *session)
{
    for (eft__http_exchange *exchange = session->exchanges; exchange;
         exchange = exchange->later)
        if (exchange->state == EFT__HTTP_RUNNING)
            eft__http_fail(exchange, EFT_ENOMEM, "out of memory");
}

void eft__http_session_call(eft__http_session *session, int fd, int events)
{
    int running;

    if (curl_multi_socket_action(session->multi, fd, events, &running))
        end_all(session);
    reap(session);
}

void eft__http_session_act(eft__http_session *session)
{
    for (int i = 0; session->acts && i < ROUNDS_MOST; i++) {
        session->acts = false;
        eft__http_session_call(session, CURL_SOCKET_TIMEOUT, 0);
    }
    if (session->acts)
        eft__world_due(session->all->world, &session->due);
}

/* Making */

static long places(size_t limit)
{
    enum { MOST = 10000 };

    return limit < MOST ? (long)limit : MOST;
}

static bool shares(CURLSH *share, curl_lock_data what)
{
    return curl_share_setopt(share, CURLSHOPT_SHARE, what) == CURLSHE_OK;
}

static bool make_share(eft__http_session *session)
{
    CURLSH *share = curl_share_init();

    if (!share)
        return false;
    if ((session->options->no_cookies ||
         shares(share, CURL_LOCK_DATA_COOKIE)) &&
        shares(share, CURL_LOCK_DATA_DNS) &&
        shares(share, CURL_LOCK_DATA_SSL_SESSION)) {
        session->share = share;
        return true;
    }
    curl_share_cleanup(share);
    return false;
}

static bool make_multi(eft__http_session *session)
{
    CURLM *multi = curl_multi_init();

    if (!multi)
        return false;
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, eft__http_on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, session);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, session);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS,
                      places(session->options->limit));
    session->multi = multi;
    return true;
}

bool eft__http_session_ready(eft__http_session *session)
{
    if (!session->options)
        return false;
    session->idle_at = 0;
    if (!session->has_timer) {
        uv_timer_init(&session->all->world->loop, &session->timer);
        session->timer.data = session;
        session->has_timer = true;
    }
    return (session->share || make_share(session)) &&
           (session->multi || make_multi(session));
}

/* Freeing */

static void free_exchanges(eft__http_session *session)
{
    while (session->exchanges) {
        eft__http_exchange *exchange = session->exchanges;

        session->exchanges = exchange->later;
        eft__http_own_cookies_end(exchange);
        if (exchange->easy)
            curl_easy_cleanup(exchange->easy);
        eft__http_exchange_fini(exchange);
        eft__release(exchange);
    }
}

static void on_closed(uv_handle_t *timer)
{
    eft__release(timer->data);
}

static void unlink_session(eft__http_session *session)
{
    eft__http_session **at = &session->all->sessions;

    while (*at != session)
        at = &(*at)->next;
    *at = session->next;
}

void eft__http_session_free(eft__http_session *session)
{
    unlink_session(session);
    free_exchanges(session);
    close_multi(session);
    /* libcurl may have had wishes up to here. */
    eft__world_not_due(session->all->world, &session->due);
    if (session->jar)
        curl_easy_cleanup(session->jar);
    if (session->share)
        curl_share_cleanup(session->share);
    eft__http_sockets_fini(session);
    eft__http_route_free(session->route);
    if (session->has_timer)
        uv_close((uv_handle_t *)&session->timer, on_closed);
    else
        eft__release(session);
}
