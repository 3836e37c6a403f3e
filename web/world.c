/* SPDX-License-Identifier: MIT
 * The web world's beginning and end, and what it can do. */
#include <stddef.h>

#include "targets/world.h"
#include "web/pump.h"

static eft__web_closer *closers;

const eft_target_traits eft_target_traits_of_world = {.returns = false,
                                                      .threads = false};

const eft_target_ws_traits eft_target_ws_traits_of_world = {
    .any_close_code = false, /* WHATWG WebSockets, close() */
    .pings = false,
    .fragments = false,
};

#define BY_THE_BROWSER "a page leaves it to its browser"

const eft_target_lack eft_target_ws_lacks[] = {
    {"headers", "a page cannot add headers to the upgrade request"},
    {"origin", "a page's origin is its own"},
    {"user_agent", "a page's user agent is its browser's"},
    {"deflate", "compression: " BY_THE_BROWSER},
    {"max_redirects", "a browser follows no redirect of a WebSocket"},
    {"ping_interval_ms", "a page cannot ping; give it a heartbeat"},
    {"ping_timeout_ms", "a page cannot ping; give it a heartbeat"},
    {"tls.ca_file", "whom to trust: " BY_THE_BROWSER},
    {"tls.ca_text", "whom to trust: " BY_THE_BROWSER},
    {"tls.certificate_file", "client certificates: " BY_THE_BROWSER},
    {"tls.key_file", "client certificates: " BY_THE_BROWSER},
    {"tls.key_password", "client certificates: " BY_THE_BROWSER},
    {"tls.server_name", "the server's name is the URL's host in a page"},
    {"tls.insecure", "whom to trust: " BY_THE_BROWSER},
    {"proxy", "proxies: " BY_THE_BROWSER},
    {"unix_path", "a page has no sockets of a file system"},
    {"url.user", "a page cannot send the user and password of a URL"},
    {NULL, NULL},
};

/* The host's loop runs already; pump.c joins it in eft_target_run(). */
int32_t eft_target_open(void)
{
    eft__web_look_for_debug();
    return 0;
}

/* One thread is all that there is. */
void *eft_target_waker(void)
{
    return NULL;
}

void eft_target_wake_thread(void *waker)
{
    (void)waker;
}

void eft__web_at_close(eft__web_closer *closer)
{
    if (closer->listed)
        return;
    closer->listed = true;
    closer->next = closers;
    closers = closer;
}

void eft_target_close(void)
{
    for (eft__web_closer *one = closers; one; one = one->next)
        one->close();
}
