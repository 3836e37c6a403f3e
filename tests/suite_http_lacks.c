/* SPDX-License-Identifier: MIT
 * Options of HTTP that a target lacks: each is named, with its reason. */
#include <string.h>

#include <eft/eft.h>

#include "request_case.h"
#include "suite.h"

static const eft_target_lack some_page[] = {
    {"proxy", "a page has none of its own."},
    {"tls", "a page's is its browser's."},
    {"connect_timeout_ms", "a page is not told."},
    {"redirects.return", "a page cannot."},
    {"max_redirects", "its browser has its own."},
    {NULL, NULL},
};

static void what_a_target_lacks_is_named(void)
{
    const eft_http_request request = {.connect_timeout_ms = 5};
    const eft_http_request returned = {.redirects = EFT_HTTP_RETURN};

    request_world(NULL, some_page);
    CHECK(session_refuses((eft_http_session_options){.proxy = "http://p"},
                          EFT_ENOTSUP, "proxy: a page has none of its own."));
    CHECK(session_refuses((eft_http_session_options){.proxy = ""}, EFT_ENOTSUP,
                          "proxy: "));
    CHECK(session_refuses((eft_http_session_options){.tls = {.insecure = true}},
                          EFT_ENOTSUP,
                          "tls.insecure: a page's is its browser's."));
    CHECK(session_refuses(
        (eft_http_session_options){.redirects = EFT_HTTP_RETURN}, EFT_ENOTSUP,
        "redirects: a page cannot."));
    CHECK(session_refuses((eft_http_session_options){.max_redirects = 3},
                          EFT_ENOTSUP, "max_redirects: "));
    CHECK(request_fails(NULL, "GET", "http://h", &request, EFT_ENOTSUP,
                        "connect_timeout_ms: a page is not told."));
    CHECK(request_fails(NULL, "GET", "http://h", &returned, EFT_ENOTSUP,
                        "redirects: a page cannot."));
    request_world(NULL, NULL);
}

static void what_asks_for_nothing_is_had_everywhere(void)
{
    const eft_http_request request = {.connect_timeout_ms = EFT_FOREVER,
                                      .redirects = EFT_HTTP_REFUSE};

    request_world(NULL, some_page);
    CHECK(session_accepts((eft_http_session_options){0}));
    CHECK(session_accepts(
        (eft_http_session_options){.connect_timeout_ms = EFT_FOREVER}));
    CHECK(session_accepts(
        (eft_http_session_options){.redirects = EFT_HTTP_FOLLOW}));
    CHECK(request_is(NULL, "GET", "http://h", &request, "GET http://h/"));
    request_world(NULL, NULL);
}

static void unsupported_answers_by_name(void)
{
    static const char *const known[] = {
        "base_url",
        "limit",
        "user",
        "query",
        "parts",
        "parts.path",
        "writer",
        "redirects",
        "redirects.follow",
        "redirects.refuse",
        "json",
    };

    request_world(NULL, some_page);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        CHECK(!eft_http_unsupported(known[i]));
    CHECK(
        !strcmp(eft_http_unsupported("proxy"), "a page has none of its own."));
    CHECK(!strcmp(eft_http_unsupported("tls.ca_file"),
                  "a page's is its browser's."));
    CHECK(!strcmp(eft_http_unsupported("tls"), "a page's is its browser's."));
    CHECK(!strcmp(eft_http_unsupported("redirects.return"), "a page cannot."));
    request_world(NULL, NULL);
    CHECK(!strcmp(eft_http_unsupported("speed"), "there is no such option"));
    CHECK(!strcmp(eft_http_unsupported(NULL), "there is no such option"));
    CHECK(!strcmp(eft_http_unsupported("tl"), "there is no such option"));
}

const test_case suite_http_lacks[] = {
    {"what_a_target_lacks_is_named", what_a_target_lacks_is_named},
    {"what_asks_for_nothing_is_had_everywhere",
     what_asks_for_nothing_is_had_everywhere},
    {"unsupported_answers_by_name", unsupported_answers_by_name},
    {NULL, NULL},
};
