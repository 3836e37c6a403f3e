/* SPDX-License-Identifier: MIT
 * HTTP through proxies: by option and by environment, and how they fail. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proxy_case.h"

/* All that a proxy is looked up in. */
static const char *const variables[] = {
    "https_proxy", "http_proxy", "all_proxy", "HTTP_PROXY",
    "HTTPS_PROXY", "ALL_PROXY",  "wss_proxy", "ws_proxy",
    "WSS_PROXY",   "WS_PROXY",   "no_proxy",  "NO_PROXY"};

static void clear_environment(void)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
}

static bool both_pass(const char *proxy)
{
    eft_http_session *session = through(proxy);
    bool right = http_status(eft_http_get(session, http_at("http", "/bytes/9"),
                                          NULL)) == 200 &&
                 http_status(eft_http_get(session, http_at("https", "/bytes/9"),
                                          NULL)) == 200;

    eft_http_session_free(session);
    return right;
}

static bool fails(const char *proxy, const char *server, int32_t error,
                  const char *words)
{
    eft_http_session *session = through(proxy);
    int32_t ended =
        http_ends(eft_http_get(session, http_at(server, "/bytes/9"), NULL));

    eft_http_session_free(session);
    return ended == error && http_detail_has(words);
}

static bool both_fail(const char *proxy, const char *words)
{
    return fails(proxy, "http", EFT_EPROXY, words) &&
           fails(proxy, "https", EFT_EPROXY, words);
}

static void a_proxy_by_option(void)
{
    CHECK(both_pass(proxy_url("proxy", "http://")));
    CHECK(both_pass(proxy_url("proxy", "HTTP://")));
    CHECK(both_pass(proxy_url("proxy-split", "http://")));
}

static void user_and_password(void)
{
    CHECK(both_pass(proxy_url("proxy-auth", "http://eft:se%20cret@")));
    CHECK(both_fail(proxy_url("proxy-auth", "http://"),
                    "wants user and password: it answered 407"));
    CHECK(both_fail(proxy_url("proxy-auth", "http://eft:wrong@"),
                    "does not accept user and password"));
    CHECK(strstr(eft_error_detail(), "wrong") == NULL);
}

/* Neither is for the server's eyes. */
static void what_is_the_proxys_stays_there(void)
{
    eft_http_session *session =
        through(proxy_url("proxy-auth", "http://eft:se%20cret@"));
    cJSON *echo = http_get_json(session, http_at("http", "/echo"));

    CHECK(echo && http_came(echo, "Proxy-Authorization", 0) == NULL);
    CHECK(echo && http_came(echo, "User-Agent", 0) != NULL);
    CHECK(echo && http_came(echo, "User-Agent", 1) == NULL);
    cJSON_Delete(echo);
    echo = http_get_json(session, http_at("https", "/echo"));
    CHECK(echo && http_came(echo, "Proxy-Authorization", 0) == NULL);
    CHECK(echo && http_came(echo, "User-Agent", 1) == NULL);
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

/* Within a tunnel the proxy has no say. */
static void a_server_that_answers_as_a_proxy_would(void)
{
    eft_http_session *session = through(proxy_url("proxy", "http://"));

    CHECK(http_status(eft_http_get(session, http_at("https", "/status/407"),
                                   NULL)) == 407);
    CHECK(http_ends(eft_http_get(session, http_at("http", "/status/407"),
                                 NULL)) == EFT_EPROXY);
    eft_http_session_free(session);
}

static void proxies_that_refuse(void)
{
    const char *proxy = proxy_url("proxy-403", "http://");

    CHECK(fails(proxy, "https", EFT_EPROXY, "does not connect to 127.0.0.1:"));
    CHECK(fails(proxy, "https", EFT_EPROXY, "it answered 403"));
    proxy = proxy_url("proxy-502", "http://");
    CHECK(fails(proxy, "https", EFT_EPROXY, "it answered 502"));
    CHECK(fails(proxy, "https", EFT_EPROXY, test_server("proxy-502")));
}

static void proxies_that_are_none(void)
{
    CHECK(fails(proxy_url("proxy-garbage", "http://"), "https", EFT_EPROXY,
                "does not connect to"));
    CHECK(fails(proxy_url("proxy-flood", "http://"), "https", EFT_EPROXY,
                "does not connect to"));
    CHECK(fails(proxy_url("proxy-closes", "http://"), "https", EFT_EPROXY,
                "ended the connection"));
    CHECK(fails(proxy_url("proxy-resets", "http://"), "https", EFT_EPROXY,
                "ended the connection"));
}

static void a_proxy_that_hangs(void)
{
    eft_http_session *session = http_open(
        (eft_http_session_options){.proxy = proxy_url("proxy-hangs", "http://"),
                                   .connect_timeout_ms = 100});

    CHECK(http_ends(eft_http_get(session, http_at("https", "/bytes/9"),
                                 NULL)) == EFT_ETIMEDOUT);
    CHECK(http_detail_has("connect_timeout_ms"));
    eft_http_session_free(session);
}

static void cancelling_in_a_tunnel(void)
{
    cancel_on_the_way(proxy_url("proxy-hangs", "http://"));
    cancel_on_the_way(proxy_url("proxy-split", "http://"));
}

static void proxies_that_are_not_there(void)
{
    char refused[200];
    const char *url = http_at("http-refused", "/");

    snprintf(refused, sizeof refused, "%.*s", (int)strcspn(url + 7, "/") + 7,
             url);
    CHECK(both_fail(refused, "refused the connection"));
    CHECK(both_fail(refused, "the proxy 127.0.0.1:"));
    CHECK(both_fail("http://no-such-proxy.invalid:1",
                    "could not resolve the proxy no-such-proxy.invalid"));
}

/* Its name is resolved here, the server's there. */
static void addresses_of_a_proxy(void)
{
    static const char *const schemes[] = {"http", "socks5", "socks5h"};
    const eft_http_address known[] = {
        {"proxy.test", 0, "127.0.0.1"},
        {"some.test", 0, "127.0.0.1"},
    };

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        const char *port = strchr(test_server(i ? "socks" : "proxy"), ':');
        char url[200];

        snprintf(url, sizeof url, "%s://proxy.test%s", schemes[i], port);
        eft_http_session *session = http_open((eft_http_session_options){
            .proxy = url, .addresses = known, .address_count = 2});
        CHECK(http_status(eft_http_get(session, http_at("http", "/bytes/9"),
                                       NULL)) == 200);
        snprintf(url, sizeof url, "http://some.test%s",
                 strrchr(http_at("http", "/bytes/9"), ':'));
        CHECK((http_status(eft_http_get(session, url, NULL)) == 200) ==
              !strcmp(schemes[i], "socks5"));
        eft_http_session_free(session);
    }
}

/* The proxy connects; whom it connects to does not answer as it should. */
static void servers_behind_a_proxy_that_fail(void)
{
    const char *proxy = proxy_url("proxy", "http://");

    CHECK(fails(proxy, "https-wrong-host", EFT_ETLS,
                "for elsewhere.test, not for 127.0.0.1"));
    CHECK(fails(proxy, "https-bad", EFT_ETLS, "self-signed"));
}

static void what_names_no_proxy(void)
{
    CHECK(fails("http://h:port", "http", EFT_EINVAL, "proxy"));
    CHECK(fails("https://u:hidden@127.0.0.1:1", "http", EFT_ENOTSUP, "proxy"));
    CHECK(!strstr(eft_error_detail(), "hidden"));
}

/* Whether a request without the option goes through what a variable names. */
static bool is_taken(const char *server, const char *name)
{
    eft_http_session *session;
    int32_t error;

    clear_environment();
    setenv(name, "http://no-such-proxy.invalid:1", 1);
    session = through(NULL);
    error = http_ends(eft_http_get(session, http_at(server, "/bytes/9"), NULL));
    eft_http_session_free(session);
    clear_environment();
    CHECK(error == 0 || error == EFT_EPROXY);
    return error != 0;
}

static void the_environment_names_one(void)
{
    CHECK(is_taken("http", "http_proxy"));
    CHECK(is_taken("http", "all_proxy"));
    CHECK(is_taken("http", "ALL_PROXY"));
    CHECK(!is_taken("http", "https_proxy"));
    CHECK(!is_taken("http", "ws_proxy"));
    CHECK(is_taken("https", "https_proxy"));
    CHECK(is_taken("https", "HTTPS_PROXY"));
    CHECK(is_taken("https", "all_proxy"));
    CHECK(!is_taken("https", "http_proxy"));
    CHECK(!is_taken("https", "wss_proxy"));
    /* A CGI program gets it from its client's header Proxy. */
    CHECK(!is_taken("http", "HTTP_PROXY"));
}

static bool is_excepted(const char *list)
{
    eft_http_session *session;
    int32_t error;

    clear_environment();
    setenv("all_proxy", "http://no-such-proxy.invalid:1", 1);
    setenv("no_proxy", list, 1);
    session = through(NULL);
    error = http_ends(eft_http_get(session, http_at("http", "/bytes/9"), NULL));
    eft_http_session_free(session);
    clear_environment();
    return error == 0;
}

static void no_proxy_lists_exceptions(void)
{
    CHECK(is_excepted("*"));
    CHECK(is_excepted("example.org, 127.0.0.1"));
    CHECK(is_excepted("127.0.0.0/8"));
    CHECK(!is_excepted(""));
    CHECK(!is_excepted("127.0.0.2"));
    CHECK(!is_excepted("127.0.0.1:1"));
}

static void the_option_goes_before_the_environment(void)
{
    clear_environment();
    setenv("all_proxy", "http://no-such-proxy.invalid:1", 1);
    CHECK(both_pass(""));
    CHECK(both_pass(proxy_url("proxy", "http://")));
    clear_environment();
}

/* Plain, and what is to be tunnelled. */
static void through_tinyproxy(void)
{
    if (!test_server("tinyproxy-auth"))
        SKIP("tinyproxy is not installed");
    for (int i = 0; i < 2; i++) {
        eft_http_session *session =
            through(i ? proxy_url("tinyproxy-auth", "http://eft:secret@")
                      : proxy_url("tinyproxy", "http://"));
        cJSON *echo = http_get_json(session, http_at("http", "/echo"));

        CHECK(http_came(echo, "Via", 0) != NULL);
        CHECK(http_came(echo, "Proxy-Authorization", 0) == NULL);
        cJSON_Delete(echo);
        CHECK(http_status(eft_http_get(session, http_at("http", "/auth/eft/x"),
                                       NULL)) == 401);
        echo = http_get_json(session, http_at("https", "/echo"));
        CHECK(echo && http_came(echo, "Via", 0) == NULL);
        CHECK(echo && http_came(echo, "Proxy-Authorization", 0) == NULL);
        cJSON_Delete(echo);
        eft_http_session_free(session);
    }
}

static void tinyproxy_wants_the_right_password(void)
{
    if (!test_server("tinyproxy-auth"))
        SKIP("tinyproxy is not installed");
    for (int i = 0; i < 2; i++) {
        eft_http_session *session = through(
            proxy_url("tinyproxy-auth", i ? "http://eft:guessed@" : "http://"));

        CHECK(http_ends(eft_http_get(session, http_at("https", "/echo"),
                                     NULL)) == EFT_EPROXY);
        CHECK(http_ends(eft_http_get(session, http_at("http", "/echo"),
                                     NULL)) == EFT_EPROXY);
        eft_http_session_free(session);
    }
}

static void a_large_body_through_tinyproxy(void)
{
    eft_http_session *session;
    uint8_t *data;

    if (!test_server("tinyproxy"))
        SKIP("tinyproxy is not installed");
    session = through(proxy_url("tinyproxy", "http://"));
    data = malloc(10000000);
    REQUIRE(data != NULL);
    http_pattern(data, 0, 10000000);
    for (int i = 0; i < 2; i++) {
        eft_http_request request = {
            .data = data, .length = 10000000, .lent = true};
        cJSON *told = http_json(eft_http_post(
            session, http_at(i ? "https" : "http", "/count"), &request));

        CHECK(json_number(told, "length") == 10000000);
        CHECK(cJSON_IsTrue(cJSON_GetObjectItem(told, "pattern")));
        cJSON_Delete(told);
        eft_message *body = http_text(eft_http_get(
            session, http_at(i ? "https" : "http", "/bytes/0"), NULL));
        CHECK(body != NULL);
        eft_message_free(body);
    }
    free(data);
    eft_http_session_free(session);
}

const test_case suite_http_proxy[] = {
    {"a_proxy_by_option", a_proxy_by_option},
    {"user_and_password", user_and_password},
    {"what_is_the_proxys_stays_there", what_is_the_proxys_stays_there},
    {"a_server_that_answers_as_a_proxy_would",
     a_server_that_answers_as_a_proxy_would},
    {"proxies_that_refuse", proxies_that_refuse},
    {"proxies_that_are_none", proxies_that_are_none},
    {"a_proxy_that_hangs", a_proxy_that_hangs},
    {"cancelling_in_a_tunnel", cancelling_in_a_tunnel},
    {"proxies_that_are_not_there", proxies_that_are_not_there},
    {"addresses_of_a_proxy", addresses_of_a_proxy},
    {"servers_behind_a_proxy_that_fail", servers_behind_a_proxy_that_fail},
    {"what_names_no_proxy", what_names_no_proxy},
    {"the_environment_names_one", the_environment_names_one},
    {"no_proxy_lists_exceptions", no_proxy_lists_exceptions},
    {"the_option_goes_before_the_environment",
     the_option_goes_before_the_environment},
    {"through_tinyproxy", through_tinyproxy},
    {"tinyproxy_wants_the_right_password", tinyproxy_wants_the_right_password},
    {"a_large_body_through_tinyproxy", a_large_body_through_tinyproxy},
    {NULL, NULL},
};
