/* SPDX-License-Identifier: MIT
 * What the tests of HTTP's proxies share. */
#include "proxy_case.h"

#include <stdio.h>

const char *proxy_url(const char *name, const char *before)
{
    static char urls[4][2000];
    static unsigned next;
    char *url = urls[next++ % 4];

    snprintf(url, sizeof urls[0], "%s%s", before, test_server(name));
    return url;
}

eft_http_session *through(const char *proxy)
{
    return http_open((eft_http_session_options){.proxy = proxy});
}

void cancel_on_the_way(const char *proxy)
{
    for (int delay = 0; delay < 8; delay++) {
        eft_http_session *session = through(proxy);
        eft_future *get =
            eft_http_get(session, http_at("https", "/bytes/9"), NULL);

        eft_await(eft_sleep(delay));
        if (eft_future_state(get) == EFT_PENDING)
            CHECK(eft_cancel(get));
        eft_result got = eft_await(get);
        CHECK(!got.error || got.error == EFT_ECANCELED);
        eft_result_free(got);
        eft_http_session_free(session);
    }
}
