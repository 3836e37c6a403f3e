/* SPDX-License-Identifier: MIT
 * HTTP proxies: by option and by environment, and how they fail. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers.h"
#include "suite.h"
#include "ws_attempt.h"

/* All that a proxy is looked up in, but for no_proxy. */
static const char *const variables[] = {
    "wss_proxy", "https_proxy", "ws_proxy",   "http_proxy",
    "all_proxy", "WSS_PROXY",   "HTTP_PROXY", "HTTPS_PROXY",
    "ALL_PROXY", "WS_PROXY",    "no_proxy",   "NO_PROXY"};

static void clear_environment(void)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
}

/* The URL of proxy name; valid until the next call but three. */
static const char *proxy_url(const char *name, const char *before)
{
    static char urls[4][200];
    static unsigned next;
    char *url = urls[next++ % 4];

    snprintf(url, sizeof urls[0], "%s%s", before, test_server(name));
    return url;
}

static eft_ws_options through(const char *proxy)
{
    return (eft_ws_options){.proxy = proxy,
                            .tls = {.ca_file = test_server("ca")}};
}

static bool both_echo(const char *proxy)
{
    eft_ws_options options = through(proxy);

    return attempt_echoes(test_server("echo"), &options) &&
           attempt_echoes(test_server("wss"), &options);
}

static bool both_fail(const char *proxy, const char *words)
{
    eft_ws_options options = through(proxy);

    return attempt_fails(test_server("echo"), &options, EFT_EPROXY, words) &&
           attempt_fails(test_server("wss"), &options, EFT_EPROXY, words);
}

static void a_proxy_by_option(void)
{
    CHECK(both_echo(proxy_url("proxy", "http://")));
    CHECK(both_echo(proxy_url("proxy", "HTTP://")));
}

static void an_answer_in_pieces(void)
{
    CHECK(both_echo(proxy_url("proxy-split", "http://")));
}

static void an_interim_answer(void)
{
    CHECK(both_echo(proxy_url("proxy-interim", "http://")));
}

static void somebody_elses_proxy(void)
{
    if (!test_server("tinyproxy-auth"))
        SKIP("tinyproxy is not installed");
    CHECK(both_echo(proxy_url("tinyproxy", "http://")));
    CHECK(both_echo(proxy_url("tinyproxy-auth", "http://eft:secret@")));
    CHECK(both_fail(proxy_url("tinyproxy-auth", "http://"),
                    "wants user and password"));
    CHECK(both_fail(proxy_url("tinyproxy-auth", "http://eft:guessed@"),
                    "does not accept user and password"));
    CHECK(strstr(eft_error_detail(), "guessed") == NULL);
}

static void user_and_password(void)
{
    CHECK(both_echo(proxy_url("proxy-auth", "http://eft:se%20cret@")));
    CHECK(both_fail(proxy_url("proxy-auth", "http://"),
                    "wants user and password: it answered 407 Proxy"));
    CHECK(both_fail(proxy_url("proxy-auth", "http://eft:wrong@"),
                    "does not accept user and password"));
    CHECK(strstr(eft_error_detail(), "wrong") == NULL);
    CHECK(both_fail(proxy_url("proxy-auth", "http://eft@"),
                    "does not accept user and password"));
}

static void proxies_that_refuse(void)
{
    CHECK(both_fail(proxy_url("proxy-403", "http://"),
                    "does not connect to 127.0.0.1:"));
    CHECK(both_fail(proxy_url("proxy-403", "http://"), "403 Filtered"));
    CHECK(both_fail(proxy_url("proxy-502", "http://"), "502 Bad Gateway"));
    CHECK(
        both_fail(proxy_url("proxy-502", "http://"), test_server("proxy-502")));
}

static void proxies_that_are_none(void)
{
    CHECK(both_fail(proxy_url("proxy-garbage", "http://"), "no HTTP/1.1"));
    CHECK(both_fail(proxy_url("proxy-talks", "http://"), "more than the head"));
    CHECK(both_fail(proxy_url("proxy-flood", "http://"), "65,536"));
    CHECK(both_fail(proxy_url("proxy-closes", "http://"),
                    "ended the connection"));
    CHECK(both_fail(proxy_url("proxy-resets", "http://"), "connection reset"));
}

static void a_proxy_that_hangs(void)
{
    eft_ws_options options = through(proxy_url("proxy-hangs", "http://"));

    options.open_timeout_ms = 100;
    CHECK(attempt_fails(test_server("echo"), &options, EFT_ETIMEDOUT,
                        "timed out"));
}

static void cancelling_in_a_tunnel(void)
{
    static const char *const proxies[] = {"proxy-hangs", "proxy-split"};

    for (size_t i = 0; i < 2; i++)
        for (int delay = 0; delay < 8; delay++) {
            eft_ws_options options = through(proxy_url(proxies[i], "http://"));
            eft_future *connect = eft_ws_connect(test_server("wss"), &options);

            eft_await(eft_sleep(delay));
            if (eft_future_state(connect) == EFT_PENDING)
                CHECK(eft_cancel(connect));
            eft_result_free(eft_await(connect));
        }
}

static void proxies_that_are_not_there(void)
{
    char refused[100];

    snprintf(refused, sizeof refused, "http://%.*s",
             (int)strcspn(test_server("refused") + 5, "/"),
             test_server("refused") + 5);
    CHECK(both_fail(refused, "refused the connection"));
    CHECK(both_fail(refused, "the proxy 127.0.0.1:"));
    CHECK(both_fail("http://no-such-proxy.invalid:1",
                    "could not resolve the proxy no-such-proxy.invalid"));
}

/* The proxy connects; whom it connects to does not answer as it should. */
static void servers_behind_a_proxy_that_fail(void)
{
    eft_ws_options options = through(proxy_url("proxy", "http://"));

    CHECK(attempt_fails(test_server("not-found"), &options, EFT_EHANDSHAKE,
                        "404"));
    CHECK(attempt_fails(test_server("wss-wrong-host"), &options, EFT_ETLS,
                        "for elsewhere.test, not for 127.0.0.1"));
    CHECK(attempt_fails(test_server("wss-bad"), &options, EFT_ETLS,
                        "self-signed"));
}

static void urls_that_name_no_proxy(void)
{
    static const char *const malformed[] = {
        "http://",          "http://:80",     "http://h:port",
        "http://h:0",       "http://h:65536", "http://[::1",
        "http://[::1]x:80", "http://a b:80",  "http://u:pass\n@h:80",
    };

    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        eft_ws_options options = through(malformed[i]);

        CHECK(
            attempt_fails(test_server("echo"), &options, EFT_EINVAL, "proxy"));
        CHECK(!strstr(eft_error_detail(), "pass\n"));
    }
}

static void other_kinds_are_not_supported(void)
{
    static const char *const others[] = {"https://127.0.0.1:1",
                                         "socks5://127.0.0.1:1",
                                         "socks5h://u:hidden@127.0.0.1:1"};

    for (size_t i = 0; i < 3; i++) {
        eft_ws_options options = through(others[i]);

        CHECK(attempt_fails(test_server("echo"), &options, EFT_ENOTSUP,
                            "proxy: only http:// proxies are supported, not "
                            "https:// or socks"));
        CHECK(!strstr(eft_error_detail(), "hidden"));
    }
}

/* What a connection without the option does, with a variable set: true, it
 * went through the proxy, which is one that says 403. */
static bool is_taken(const char *url, const char *name, const char *value)
{
    eft_ws_options options = {.tls = {.ca_file = test_server("ca")}};
    eft_result result;

    clear_environment();
    setenv(name, value, 1);
    result = eft_await(eft_ws_connect(url, &options));
    CHECK(result.error == 0 || result.error == EFT_EPROXY);
    unsetenv(name);
    if (result.error)
        return true;
    eft_ws_free(result.ws);
    return false;
}

static void the_environment_names_one(void)
{
    const char *plain = test_server("echo"), *tls = test_server("wss");
    const char *proxy = proxy_url("proxy-403", "http://");

    CHECK(is_taken(plain, "ws_proxy", proxy));
    CHECK(is_taken(plain, "http_proxy", proxy));
    CHECK(is_taken(plain, "all_proxy", proxy));
    CHECK(is_taken(plain, "ALL_PROXY", proxy));
    CHECK(!is_taken(plain, "wss_proxy", proxy));
    CHECK(!is_taken(plain, "https_proxy", proxy));
    CHECK(is_taken(tls, "wss_proxy", proxy));
    CHECK(is_taken(tls, "https_proxy", proxy));
    CHECK(is_taken(tls, "HTTPS_PROXY", proxy));
    CHECK(is_taken(tls, "all_proxy", proxy));
    CHECK(!is_taken(tls, "ws_proxy", proxy));
    CHECK(!is_taken(tls, "http_proxy", proxy));
}

/* Does connecting fail with these words, where a variable is set? */
static bool says(const char *name, const char *value, int32_t error,
                 const char *words)
{
    bool right;

    clear_environment();
    setenv(name, value, 1);
    right = attempt_fails(test_server("echo"), NULL, error, words);
    clear_environment();
    return right && !strstr(eft_error_detail(), "hidden");
}

static void a_variable_that_names_none_is_named(void)
{
    char refused[100];

    snprintf(refused, sizeof refused, "%.*s",
             (int)strcspn(test_server("refused") + 5, "/"),
             test_server("refused") + 5);
    CHECK(says("http_proxy", "http://u:hidden@", EFT_EINVAL,
               "the environment's http_proxy: it is no http://["));
    CHECK(says("WS_PROXY", "host:port", EFT_EINVAL,
               "the environment's WS_PROXY: it is no http://["));
    CHECK(says("ALL_PROXY", "socks5://u:hidden@h", EFT_ENOTSUP,
               "the environment's ALL_PROXY: only http:// proxies are "
               "supported, not https:// or socks"));
    CHECK(says("http_proxy", "no-such-proxy.invalid", EFT_EPROXY,
               "could not resolve the proxy no-such-proxy.invalid (the "
               "environment's http_proxy): "));
    CHECK(says("http_proxy", refused, EFT_EPROXY,
               "(the environment's http_proxy) refused the connection"));
}

/* A CGI program gets it from its client's header Proxy. */
static void http_proxy_counts_in_lower_case_only(void)
{
    CHECK(!is_taken(test_server("echo"), "HTTP_PROXY",
                    proxy_url("proxy-403", "http://")));
}

static void the_option_goes_before_the_environment(void)
{
    eft_ws_options options = {.proxy = ""};

    clear_environment();
    setenv("all_proxy", proxy_url("proxy-403", "http://"), 1);
    CHECK(attempt_echoes(test_server("echo"), &options));
    options.proxy = proxy_url("proxy", "http://");
    CHECK(attempt_echoes(test_server("echo"), &options));
    /* An empty variable names none, and hides those behind it. */
    setenv("ws_proxy", "", 1);
    CHECK(attempt_echoes(test_server("echo"), NULL));
    unsetenv("ws_proxy");
    setenv("all_proxy", "socks5://127.0.0.1:1", 1);
    CHECK(attempt_fails(test_server("echo"), NULL, EFT_ENOTSUP, "socks"));
    clear_environment();
}

static bool is_excepted(const char *list)
{
    eft_result result;

    clear_environment();
    setenv("all_proxy", proxy_url("proxy-403", "http://"), 1);
    setenv("no_proxy", list, 1);
    result = eft_await(eft_ws_connect(test_server("echo"), NULL));
    clear_environment();
    if (!result.error)
        eft_ws_free(result.ws);
    return !result.error;
}

static void no_proxy_lists_exceptions(void)
{
    const char *port = strrchr(test_server("base"), ':') + 1;
    char list[100];

    CHECK(is_excepted("*"));
    CHECK(is_excepted("127.0.0.1"));
    CHECK(is_excepted("example.org, 127.0.0.1"));
    CHECK(is_excepted("127.0.0.0/8"));
    CHECK(is_excepted("127.0.0.1/32"));
    CHECK(!is_excepted(""));
    CHECK(!is_excepted("127.0.0.2"));
    CHECK(!is_excepted("27.0.0.1"));
    CHECK(!is_excepted("128.0.0.0/8,::1,::/0"));
    CHECK(!is_excepted("127.0.0.1:1"));
    snprintf(list, sizeof list, "127.0.0.1:%s", port);
    CHECK(is_excepted(list));
}

const test_case suite_ws_proxy[] = {
    {"a_proxy_by_option", a_proxy_by_option},
    {"an_answer_in_pieces", an_answer_in_pieces},
    {"an_interim_answer", an_interim_answer},
    {"somebody_elses_proxy", somebody_elses_proxy},
    {"user_and_password", user_and_password},
    {"proxies_that_refuse", proxies_that_refuse},
    {"proxies_that_are_none", proxies_that_are_none},
    {"a_proxy_that_hangs", a_proxy_that_hangs},
    {"cancelling_in_a_tunnel", cancelling_in_a_tunnel},
    {"proxies_that_are_not_there", proxies_that_are_not_there},
    {"servers_behind_a_proxy_that_fail", servers_behind_a_proxy_that_fail},
    {"urls_that_name_no_proxy", urls_that_name_no_proxy},
    {"other_kinds_are_not_supported", other_kinds_are_not_supported},
    {"the_environment_names_one", the_environment_names_one},
    {"a_variable_that_names_none_is_named",
     a_variable_that_names_none_is_named},
    {"http_proxy_counts_in_lower_case_only",
     http_proxy_counts_in_lower_case_only},
    {"the_option_goes_before_the_environment",
     the_option_goes_before_the_environment},
    {"no_proxy_lists_exceptions", no_proxy_lists_exceptions},
    {NULL, NULL},
};
