/* SPDX-License-Identifier: MIT
 * HTTP through proxies of SOCKS 5: who resolves, who may, and how they fail. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proxy_case.h"

/* What server has at path, as if host were its name; valid until
 * the next call but three. */
static const char *named(const char *host, const char *server, const char *path)
{
    static char urls[4][300];
    static unsigned next;
    char *url = urls[next++ % 4];
    const char *at = http_at(server, "%s", path);

    snprintf(url, sizeof urls[0], "%.*s%s%s", (int)(strstr(at, "://") + 3 - at),
             at, host, strchr(strstr(at, "://") + 3, ':'));
    return url;
}

static bool passes(const char *proxy, const char *url)
{
    eft_http_session *session = through(proxy);
    bool right = http_status(eft_http_get(session, url, NULL)) == 200;

    eft_http_session_free(session);
    return right;
}

static bool fails(const char *proxy, const char *url, int32_t error,
                  const char *words)
{
    eft_http_session *session = through(proxy);
    int32_t ended = http_ends(eft_http_get(session, url, NULL));

    eft_http_session_free(session);
    if (ended == error && http_detail_has(words))
        return true;
    test_explain("# %s: %s\n", eft_error_name(ended), eft_error_detail());
    return false;
}

static bool both_pass(const char *proxy)
{
    return passes(proxy, http_at("http", "/bytes/9")) &&
           passes(proxy, http_at("https", "/bytes/9")) &&
           passes(proxy, http_at("http2", "/bytes/9"));
}

static bool both_fail(const char *proxy, const char *words)
{
    return fails(proxy, http_at("http", "/bytes/9"), EFT_EPROXY, words) &&
           fails(proxy, http_at("https", "/bytes/9"), EFT_EPROXY, words);
}

static void a_proxy_by_option(void)
{
    CHECK(both_pass(proxy_url("socks", "socks5://")));
    CHECK(both_pass(proxy_url("socks", "SOCKS5H://")));
    CHECK(both_pass(proxy_url("socks-addresses", "socks5h://")));
}

/* Only the proxy knows that name. */
static void the_proxy_resolves(void)
{
    const char *url = named("behind-the-proxy.test", "http", "/bytes/9");

    CHECK(passes(proxy_url("socks", "socks5h://"), url));
    CHECK(fails(proxy_url("socks-addresses", "socks5h://"), url, EFT_EPROXY,
                "does not connect to behind-the-proxy.test:"));
    CHECK(http_detail_has("such addresses"));
    CHECK(fails(proxy_url("socks", "socks5h://"),
                named("no-such-host.invalid", "http", "/"), EFT_EPROXY,
                "the host is unreachable"));
}

/* The proxy is given addresses, and would take no names. */
static void we_resolve(void)
{
    const eft_http_address known = {"some.test", 0, "127.0.0.1"};
    const char *proxy = proxy_url("socks-addresses", "socks5://");
    eft_http_session *session = http_open((eft_http_session_options){
        .proxy = proxy, .addresses = &known, .address_count = 1});

    CHECK(http_status(eft_http_get(
              session, named("some.test", "http", "/bytes/9"), NULL)) == 200);
    eft_http_session_free(session);
    CHECK(passes(proxy, named("localhost", "http", "/bytes/9")));
    CHECK(passes(proxy, named("localhost", "https", "/bytes/9")));
    CHECK(fails(proxy, named("no-such-host.invalid", "http", "/"), EFT_ERESOLVE,
                "could not resolve no-such-host.invalid"));
    CHECK(fails(proxy, named("no-such-host.invalid", "https", "/"),
                EFT_ERESOLVE, "could not resolve no-such-host.invalid"));
}

static void user_and_password(void)
{
    CHECK(both_pass(proxy_url("socks-auth", "socks5://eft:se%20cret@")));
    CHECK(both_pass(proxy_url("socks-split", "socks5h://%65ft:se%20cret@")));
    /* One that wants neither is content. */
    CHECK(both_pass(proxy_url("socks", "socks5://eft:se%20cret@")));
    CHECK(both_fail(proxy_url("socks-auth", "socks5h://"),
                    "wants user and password"));
    CHECK(both_fail(proxy_url("socks-auth", "socks5://eft:hidden@"),
                    "does not accept user and password"));
    CHECK(!strstr(eft_error_detail(), "hidden"));
    CHECK(both_fail(proxy_url("socks-auth", "socks5://eft@"),
                    "does not accept user and password"));
}

/* RFC 1928 and 1929 have a byte for each length. */
static void what_no_proxy_can_be_told(void)
{
    char long_one[300] = "socks5://u:", host[400] = "http://";
    const char *url = http_at("http", "/");

    memset(long_one + strlen(long_one), 'p', 256);
    strcat(long_one, "@");
    CHECK(fails(proxy_url("socks-auth", long_one), url, EFT_EINVAL,
                "at most 255 bytes"));
    memset(host + strlen(host), 'h', 255);
    CHECK(fails(proxy_url("socks", "socks5h://"), host, EFT_EPROXY,
                "the host is unreachable"));
    strcat(host, "h");
    CHECK(fails(proxy_url("socks", "socks5h://"), host, EFT_EURL,
                "too long a one"));
    CHECK(fails(proxy_url("socks-auth", "socks5://eft:%00@"), url, EFT_EINVAL,
                "proxy: "));
    CHECK(fails("socks5://h:port", url, EFT_EINVAL, "socks5://[user"));
    CHECK(fails("socks4://u:hidden@127.0.0.1:1", url, EFT_ENOTSUP,
                "only http://, socks5:// and socks5h://"));
    CHECK(!strstr(eft_error_detail(), "hidden"));
}

static void a_connection_is_kept_behind_the_proxy(void)
{
    eft_http_session *session =
        through(proxy_url("socks-auth", "socks5h://eft:se%20cret@"));

    for (int i = 1; i <= 3; i++) {
        cJSON *told = http_get_json(session, http_at("http", "/connection"));

        CHECK(json_number(told, "request") == i);
        cJSON_Delete(told);
    }
    eft_http_session_free(session);
}

static void proxies_that_do_not_connect(void)
{
    CHECK(fails(proxy_url("socks", "socks5://"), http_at("http-refused", "/"),
                EFT_EPROXY, "the connection was refused"));
    CHECK(both_fail(proxy_url("socks-forbids", "socks5://"), "forbid"));
    CHECK(both_fail(proxy_url("socks-closes", "socks5://"),
                    "it ended the connection"));
    CHECK(both_fail(proxy_url("socks-garbage", "socks5h://"),
                    "it speaks no SOCKS 5"));
    CHECK(both_fail(proxy_url("proxy", "socks5://"), "does not connect to"));
    CHECK(both_fail("socks5h://no-such-proxy.invalid",
                    "could not resolve the proxy no-such-proxy.invalid:1080"));
    CHECK(fails(proxy_url("socks", "socks5://"),
                http_at("https-wrong-host", "/"), EFT_ETLS,
                "for elsewhere.test, not for 127.0.0.1"));
}

static void a_proxy_that_is_not_there(void)
{
    const char *refused = strstr(http_at("http-refused", "/"), "://") + 3;
    int length = (int)strcspn(refused, "/");
    char proxy[200];

    snprintf(proxy, sizeof proxy, "socks5://eft:hidden@%.*s", length, refused);
    CHECK(both_fail(proxy, "refused the connection"));
    CHECK(!strstr(eft_error_detail(), "hidden"));
    snprintf(proxy, sizeof proxy, "the proxy %.*s refused", length, refused);
    CHECK(http_detail_has(proxy));
}

static void a_proxy_that_hangs(void)
{
    eft_http_session *session = http_open((eft_http_session_options){
        .proxy = proxy_url("socks-hangs", "socks5://"),
        .connect_timeout_ms = 100});

    CHECK(http_ends(eft_http_get(session, http_at("http", "/"), NULL)) ==
          EFT_ETIMEDOUT);
    CHECK(http_detail_has("connect_timeout_ms"));
    eft_http_session_free(session);
}

static void cancelling_on_the_way(void)
{
    cancel_on_the_way(proxy_url("socks-hangs", "socks5://eft:se%20cret@"));
    cancel_on_the_way(proxy_url("socks-split", "socks5://eft:se%20cret@"));
}

/* Within it answers are the server's, whatever they are. */
static void a_server_that_answers_as_a_proxy_would(void)
{
    eft_http_session *session = through(proxy_url("socks", "socks5://"));

    CHECK(http_status(eft_http_get(session, http_at("http", "/status/407"),
                                   NULL)) == 407);
    eft_http_session_free(session);
}

static void the_environment_names_one(void)
{
    static const char *const names[] = {"all_proxy", "ALL_PROXY", "http_proxy"};
    const char *url = named("behind-the-proxy.test", "http", "/bytes/9");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        setenv(names[i], proxy_url("socks", "socks5h://"), 1);
        CHECK(passes(NULL, url));
        setenv(names[i], "socks4://127.0.0.1:1", 1);
        CHECK(fails(NULL, url, EFT_ENOTSUP, "the environment's "));
        CHECK(http_detail_has(names[i]));
        unsetenv(names[i]);
    }
}

const test_case suite_http_socks[] = {
    {"a_proxy_by_option", a_proxy_by_option},
    {"the_proxy_resolves", the_proxy_resolves},
    {"we_resolve", we_resolve},
    {"user_and_password", user_and_password},
    {"what_no_proxy_can_be_told", what_no_proxy_can_be_told},
    {"a_connection_is_kept_behind_the_proxy",
     a_connection_is_kept_behind_the_proxy},
    {"proxies_that_do_not_connect", proxies_that_do_not_connect},
    {"a_proxy_that_is_not_there", a_proxy_that_is_not_there},
    {"a_proxy_that_hangs", a_proxy_that_hangs},
    {"cancelling_on_the_way", cancelling_on_the_way},
    {"a_server_that_answers_as_a_proxy_would",
     a_server_that_answers_as_a_proxy_would},
    {"the_environment_names_one", the_environment_names_one},
    {NULL, NULL},
};
