/* SPDX-License-Identifier: MIT
 * URLs: what is refused, and why. */
#include <string.h>

#include <eft/eft.h>

#include "sdk/net/url.h"
#include "suite.h"

static int32_t parse(const char *text)
{
    const char *why = NULL;
    eft__url url;
    int32_t error = eft__url_parse(&url, text, &why);

    if (!error)
        eft__url_fini(&url);
    else if (error != EFT_ENOMEM && text && !why)
        return 1;
    return error;
}

/* Does text parse to these parts? */
static bool gives(const char *text, const char *whole, const char *host,
                  unsigned port, const char *target, bool tls)
{
    const char *why = NULL;
    eft__url url;

    if (eft__url_parse(&url, text, &why))
        return false;
    bool same = !strcmp(url.url, whole) && !strcmp(url.host, host) &&
                url.port == port &&
                !strncmp(url.target, target, strlen(target) + 1) &&
                url.tls == tls;
    eft__url_fini(&url);
    return same;
}

static void parts_are_told_apart(void)
{
    CHECK(gives("ws://host/", "ws://host/", "host", 80, "/", false));
    CHECK(gives("wss://host", "wss://host/", "host", 443, "/", true));
    CHECK(gives("ws://127.0.0.1:8765/a/b?c=d", "ws://127.0.0.1:8765/a/b?c=d",
                "127.0.0.1", 8765, "/a/b?c=d", false));
    CHECK(gives("ws://[::1]:81/x", "ws://[::1]:81/x", "::1", 81, "/x", false));
    CHECK(gives("ws://host?q", "ws://host/?q", "host", 80, "/?q", false));
}

static void it_is_normalised(void)
{
    CHECK(gives("WS://host:80", "ws://host/", "host", 80, "/", false));
    CHECK(gives("WsS://host:443/x", "wss://host/x", "host", 443, "/x", true));
    CHECK(gives("wss://host:80/x", "wss://host:80/x", "host", 80, "/x", true));
    CHECK(gives("ws://host:/x", "ws://host/x", "host", 80, "/x", false));
}

static void an_unknown_scheme_has_its_own_error(void)
{
    CHECK(parse("http://host/") == EFT_ESCHEME);
    CHECK(parse("ftp://host/") == EFT_ESCHEME);
    CHECK(parse("w://host/") == EFT_ESCHEME);
    CHECK(parse("wsss://host/") == EFT_ESCHEME);
}

static void malformed_ones_are_refused(void)
{
    static const char *const malformed[] = {
        "",
        "host",
        "://host",
        "ws:/host",
        "ws:host",
        "ws://",
        "ws:///path",
        "ws://:80/",
        "ws://ho st",
        "ws://host\n/",
        "ws://host/\x01",
        "ws://h\xc3\xa4/",
        "ws://host/ ",
        "ws://host:0/",
        "ws://host:65536/",
        "ws://host:1a/",
        "ws://host:-1/",
        "ws://[::1/",
        "ws://[]/",
        "ws://[::g]/",
        "ws://host/#f",
        "ws://host#",
        "ws://a%20b/",
        "ws://host\\x",
        "ws://host:99999999999999999999/",
        " ws://host/",
        "ws://a,b/",
    };

    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        if (parse(malformed[i]) != EFT_EURL)
            CU_FAIL("a malformed URL was not refused with EFT_EURL");
    CHECK(parse(NULL) == EFT_EURL);
}

static void a_long_url_is_refused(void)
{
    static char text[100001];

    memset(text, 'a', sizeof text - 1);
    memcpy(text, "ws://host/", 10);
    CHECK(parse(text) == EFT_EURL);
    text[EFT__URL_LENGTH] = 0;
    CHECK(parse(text) == 0);
}

static void a_long_host_is_refused(void)
{
    char text[400] = "ws://";

    memset(text + 5, 'h', 300);
    CHECK(parse(text) == EFT_EURL);
}

static void user_and_password_are_not_supported_yet(void)
{
    CHECK(parse("ws://user:secret@host/") == EFT_ENOTSUP);
    CHECK(parse("ws://host/a@b") == 0);
    CHECK(parse("ws://host/?to=a@b") == 0);
}

static void connect_answers_a_bad_url_with_its_sentence(void)
{
    CHECK(eft_await(eft_ws_connect("nonsense", NULL)).error == EFT_EURL);
    CHECK(!strcmp(eft_error_detail(), "a URL begins with ws:// or wss://"));
    CHECK(eft_await(eft_ws_connect("gopher://x/", NULL)).error == EFT_ESCHEME);
    CHECK(eft_await(eft_ws_connect(NULL, NULL)).error == EFT_EURL);
}

const test_case suite_url[] = {
    {"parts_are_told_apart", parts_are_told_apart},
    {"it_is_normalised", it_is_normalised},
    {"an_unknown_scheme_has_its_own_error",
     an_unknown_scheme_has_its_own_error},
    {"malformed_ones_are_refused", malformed_ones_are_refused},
    {"a_long_url_is_refused", a_long_url_is_refused},
    {"a_long_host_is_refused", a_long_host_is_refused},
    {"user_and_password_are_not_supported_yet",
     user_and_password_are_not_supported_yet},
    {"connect_answers_a_bad_url_with_its_sentence",
     connect_answers_a_bad_url_with_its_sentence},
    {NULL, NULL},
};
