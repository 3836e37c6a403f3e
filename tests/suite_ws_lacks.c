/* SPDX-License-Identifier: MIT
 * The options of a connection: what a target cannot do. */
#include <string.h>

#include "sdk/net/ws_options.h"
#include "suite.h"
#include "ws_case.h"
#include "ws_script.h"

static const eft_target_lack lacks_of_a_page[] = {
    {"headers", "no headers"},
    {"origin", "no origin"},
    {"deflate", "no choice"},
    {"max_redirects", "no redirects"},
    {"ping_interval_ms", "no pings"},
    {"ping_timeout_ms", "no pings"},
    {"tls.ca_file", "no trust"},
    {"tls.insecure", "no trust"},
    {"proxy", "no proxy"},
    {"url.user", "no user"},
    {NULL, NULL},
};

static bool lacks(const eft_ws_options *options, const char *words)
{
    return refuses(options, EFT_ENOTSUP, words);
}

static eft_future *beat(eft_ws *ws, void *arg)
{
    (void)ws;
    (void)arg;
    return eft_sleep(0);
}

static void what_a_target_lacks_is_named(void)
{
    eft_ws_header header = {"X-A", "b"};

    script_begin();
    eft__ws_lacks = lacks_of_a_page;
    CHECK(lacks(&(eft_ws_options){.headers = &header, .header_count = 1},
                "headers: no headers"));
    CHECK(lacks(&(eft_ws_options){.origin = "http://a"}, "origin: no origin"));
    CHECK(lacks(&(eft_ws_options){.deflate.off = true},
                "deflate.off: no choice"));
    CHECK(lacks(&(eft_ws_options){.deflate.threshold = 1},
                "deflate.threshold: no choice"));
    CHECK(lacks(&(eft_ws_options){.tls.ca_file = "x"}, "tls.ca_file: "));
    CHECK(lacks(&(eft_ws_options){.tls.insecure = true}, "tls.insecure: "));
    CHECK(lacks(&(eft_ws_options){.proxy = ""}, "proxy: no proxy"));
    CHECK(lacks(&(eft_ws_options){.max_redirects = 1}, "max_redirects: "));
    CHECK(lacks(&(eft_ws_options){.ping_interval_ms = 1}, "ping_interval_ms"));
    CHECK(lacks(&(eft_ws_options){.ping_timeout_ms = 1}, "ping_timeout_ms"));
    CHECK(script_error(eft_ws_connect("ws://u:p@host/", NULL)) == EFT_ENOTSUP);
    CHECK(script_told("url.user: no user"));
    eft__ws_lacks = eft_target_ws_lacks;
    script_end();
}

static void what_asks_for_nothing_is_had_everywhere(void)
{
    script_begin();
    eft__ws_lacks = lacks_of_a_page;
    CHECK(accepts(NULL));
    CHECK(accepts(&(eft_ws_options){.max_redirects = -1}));
    CHECK(accepts(&(eft_ws_options){.ping_interval_ms = EFT_FOREVER,
                                    .ping_timeout_ms = EFT_FOREVER}));
    CHECK(accepts(&(eft_ws_options){
        .ping_interval_ms = 1, .ping_timeout_ms = 2, .heartbeat = beat}));
    CHECK(accepts(&(eft_ws_options){.user_agent = "x", .receive_queue = 1}));
    eft__ws_lacks = eft_target_ws_lacks;
    script_end();
}

static void unsupported_answers_by_name(void)
{
    CHECK(!eft_ws_unsupported("max_message"));
    CHECK(!strcmp(eft_ws_unsupported("nonsense"), "there is no such option"));
    CHECK(!strcmp(eft_ws_unsupported(""), "there is no such option"));
    CHECK(!strcmp(eft_ws_unsupported(NULL), "there is no such option"));
    CHECK(eft_ws_unsupported("tls.nonsense") != NULL);
    CHECK(eft_ws_unsupported("max") != NULL);
    eft__ws_lacks = lacks_of_a_page;
    CHECK(!strcmp(eft_ws_unsupported("origin"), "no origin"));
    CHECK(!strcmp(eft_ws_unsupported("deflate.level"), "no choice"));
    CHECK(!strcmp(eft_ws_unsupported("deflate"), "no choice"));
    CHECK(!strcmp(eft_ws_unsupported("tls.insecure"), "no trust"));
    CHECK(!eft_ws_unsupported("tls.server_name"));
    CHECK(!eft_ws_unsupported("tls"));
    CHECK(!eft_ws_unsupported("receive_queue"));
    eft__ws_lacks = eft_target_ws_lacks;
}

const test_case suite_ws_lacks[] = {
    {"what_a_target_lacks_is_named", what_a_target_lacks_is_named},
    {"what_asks_for_nothing_is_had_everywhere",
     what_asks_for_nothing_is_had_everywhere},
    {"unsupported_answers_by_name", unsupported_answers_by_name},
    {NULL, NULL},
};
