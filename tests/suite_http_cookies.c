/* SPDX-License-Identifier: MIT
 * The cookie jar of a native session: what it holds, takes, and sends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_case.h"

/* The cookie of that name in the jar, in a copy that the next call ends; NULL:
 * there is none. */
static const eft_http_cookie *cookie(eft_http_session *session,
                                     const char *name)
{
    static eft_http_cookie found;
    static char texts[4][100];
    eft_result jar = eft_http_session_cookies(session);
    const eft_http_cookies *cookies = jar.ptr;
    bool there = false;

    for (size_t i = 0; !jar.error && i < cookies->count; i++) {
        const eft_http_cookie *one = &cookies->items[i];

        if (strcmp(one->name, name) != 0)
            continue;
        there = true;
        found = *one;
        snprintf(texts[0], sizeof *texts, "%s", one->name);
        snprintf(texts[1], sizeof *texts, "%s", one->value);
        snprintf(texts[2], sizeof *texts, "%s", one->domain);
        snprintf(texts[3], sizeof *texts, "%s", one->path);
    }
    found.name = texts[0];
    found.value = texts[1];
    found.domain = texts[2];
    found.path = texts[3];
    eft_result_free(jar);
    return there ? &found : NULL;
}

static size_t count(eft_http_session *session)
{
    eft_result jar = eft_http_session_cookies(session);
    size_t number = jar.error ? SIZE_MAX : ((eft_http_cookies *)jar.ptr)->count;

    eft_result_free(jar);
    return number;
}

static int32_t set(eft_http_session *session, const char *url, const char *text)
{
    return eft_http_session_set_cookie(session, url, text).error;
}

/* What the server was sent, such as "a=1; b=2"; "": none. */
static const char *sent(eft_http_session *session, const char *url)
{
    static char text[400];
    cJSON *echo = http_get_json(session, url);
    const char *came = echo ? http_came(echo, "Cookie", 0) : NULL;

    CHECK(echo && http_came(echo, "Cookie", 1) == NULL);
    snprintf(text, sizeof text, "%s", came ? came : "");
    cJSON_Delete(echo);
    return text;
}

static void what_a_server_sets_is_in_the_jar(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const eft_http_cookie *found;

    CHECK(http_tell(session,
                    http_at("http",
                            "/cookies/set?a=one%%3B%%20Path%%3D/deep%%3B%%20"
                            "HttpOnly%%3B%%20Max-Age%%3D1000&b=two")));
    found = cookie(session, "a");
    REQUIRE(found != NULL);
    CHECK(!strcmp(found->value, "one") && !strcmp(found->domain, "127.0.0.1"));
    CHECK(!strcmp(found->path, "/deep") && found->http_only);
    CHECK(found->expires > 1000000000 && !found->secure && !found->subdomains);
    found = cookie(session, "b");
    REQUIRE(found != NULL);
    CHECK(!strcmp(found->value, "two") && found->expires == 0);
    CHECK(count(session) == 2);
    eft_http_session_free(session);
}

static void what_is_set_is_sent(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = http_at("http", "/echo/x");

    CHECK(set(session, url, "a=one; Path=/") == 0);
    CHECK(set(session, url, "b=two; Path=/elsewhere") == 0);
    CHECK(set(session, url, "c=three; Secure") == EFT_EINVAL);
    CHECK(!strcmp(sent(session, url), "a=one"));
    CHECK(set(session, url, "a=other; Path=/") == 0);
    CHECK(!strcmp(sent(session, url), "a=other"));
    CHECK(set(session, url, "a=gone; Path=/; Max-Age=0") == 0);
    CHECK(!strcmp(sent(session, url), ""));
    CHECK(count(session) == 1);
    eft_http_session_free(session);
}

/* RFC 6265 section 5.1.4. */
static void a_path_that_is_not_told(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const eft_http_cookie *found;

    CHECK(set(session, "http://127.0.0.1/one/two?three/four", "a=1") == 0);
    found = cookie(session, "a");
    CHECK(found && !strcmp(found->path, "/one"));
    CHECK(set(session, "http://127.0.0.1/one", "b=1") == 0);
    found = cookie(session, "b");
    CHECK(found && !strcmp(found->path, "/"));
    CHECK(set(session, "http://127.0.0.1", "c=1") == 0);
    found = cookie(session, "c");
    CHECK(found && !strcmp(found->path, "/"));
    eft_http_session_free(session);
}

static void domains(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = "https://www.example.org/";
    const eft_http_cookie *found;

    CHECK(set(session, url, "a=1; Domain=.Example.org; Secure") == 0);
    found = cookie(session, "a");
    CHECK(found && found->subdomains && found->secure);
    CHECK(found && strstr(found->domain, "xample.org") == found->domain + 1);
    CHECK(set(session, url, "b=1") == 0);
    found = cookie(session, "b");
    CHECK(found && !found->subdomains);
    CHECK(found && !strcmp(found->domain, "www.example.org"));
    CHECK(set(session, url, "c=1; Domain=org") == EFT_EINVAL);
    CHECK(set(session, url, "c=1; Domain=example.com") == EFT_EINVAL);
    CHECK(http_detail_has("its Domain is another one"));
    CHECK(set(session, url, "c=1; Domain=w.example.org") == EFT_EINVAL);
    CHECK(set(session, "http://127.0.0.1/", "c=1; Domain=0.0.1") == EFT_EINVAL);
    CHECK(!strcmp(sent(session, http_at("http", "/echo")), ""));
    eft_http_session_free(session);
}

static void what_is_no_cookie(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = http_at("http", "/");

    CHECK(set(session, url, "") == EFT_EINVAL);
    CHECK(set(session, url, "; a=b") == EFT_EINVAL);
    CHECK(set(session, url, "=b") == EFT_EINVAL);
    CHECK(set(session, url, "a=b\r\nc: d") == EFT_EINVAL);
    CHECK(set(session, url, "a\t=b") == EFT_EINVAL);
    CHECK(set(session, "what?", "a=b") != 0);
    CHECK(count(session) == 0);
    eft_http_session_free(session);
}

/* RFC 6265bis section 4.1.3. */
static void names_that_promise_something(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = "https://www.example.org/x/";

    CHECK(set(session, url, "__Secure-a=1") == EFT_EINVAL);
    CHECK(set(session, url, "__Host-b=1; Secure") == EFT_EINVAL);
    CHECK(set(session, url, "__Host-b=1; Path=/") == EFT_EINVAL);
    CHECK(set(session, url, "__Host-b=1; Path=/; Secure; Domain=example.org") ==
          EFT_EINVAL);
    CHECK(count(session) == 0);
    CHECK(set(session, url, "__Secure-a=1; Secure") == 0);
    CHECK(set(session, url, "__Host-b=1; Path=/; Secure") == 0);
    CHECK(count(session) == 2);
    eft_http_session_free(session);
}

static void expiry_is_a_date_or_an_age(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = http_at("http", "/");
    const eft_http_cookie *found;

    CHECK(set(session, url, "a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT") == 0);
    found = cookie(session, "a");
    CHECK(found && found->expires == INT64_C(4102444800));
    CHECK(set(session, url,
              "b=1; Max-Age=0; Expires=Fri, 01 Jan 2100 00:00:00 GMT") == 0);
    CHECK(cookie(session, "b") == NULL);
    CHECK(set(session, url, "c=1; Expires=Fri, 01 Jan 1999 00:00:00 GMT") == 0);
    CHECK(cookie(session, "c") == NULL);
    CHECK(set(session, url, "d=; Expires=sometime") == 0);
    found = cookie(session, "d");
    CHECK(found && !*found->value && found->expires == 0);
    eft_http_session_free(session);
}

static void the_jar_is_emptied(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = http_at("http", "/echo");

    CHECK(set(session, url, "a=1") == 0);
    CHECK(count(session) == 1);
    CHECK(eft_http_session_clear_cookies(session).error == 0);
    CHECK(count(session) == 0);
    CHECK(!strcmp(sent(session, url), ""));
    CHECK(eft_http_session_clear_cookies(session).error == 0);
    eft_http_session_free(session);
}

static void a_cookie_of_the_requests_own(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const eft_http_pair own = {"cookie", "own=1; more=2"};
    const char *url = http_at("http", "/echo");
    cJSON *echo;

    CHECK(set(session, url, "a=1") == 0);
    echo = http_json(eft_http_get(
        session, url, &(eft_http_request){.headers = &own, .header_count = 1}));
    REQUIRE(echo && http_came(echo, "Cookie", 0));
    CHECK(!strcmp(http_came(echo, "Cookie", 0), "a=1; own=1; more=2"));
    CHECK(http_came(echo, "Cookie", 1) == NULL);
    cJSON_Delete(echo);
    /* The next request does not inherit it. */
    CHECK(!strcmp(sent(session, url), "a=1"));
    eft_http_session_free(session);
}

/* What a request with a Cookie of its own sends, or NULL. */
static const char *sent_with(eft_http_session *session, const char *url,
                             const char *cookies)
{
    static char text[400];
    const eft_http_pair own = {"Cookie", cookies};
    cJSON *echo = http_json(eft_http_get(
        session, url, &(eft_http_request){.headers = &own, .header_count = 1}));
    const char *came = http_came(echo, "Cookie", 0);

    CHECK(came != NULL && http_came(echo, "Cookie", 1) == NULL);
    snprintf(text, sizeof text, "%s", came ? came : "");
    cJSON_Delete(echo);
    return text;
}

/* What is given for one request is what the server is to see. */
static void its_own_cookie_replaces_one_of_the_jar(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = http_at("http", "/echo");

    CHECK(set(session, url, "a=jar") == 0);
    CHECK(set(session, url, "b=jar; HttpOnly") == 0);
    CHECK(!strcmp(sent_with(session, url, "a=own"), "b=jar; a=own"));
    CHECK(!strcmp(sent_with(session, url, "c=1;a=own ; b="), "c=1;a=own ; b="));
    /* A name is not a part of another, nor of a value. */
    const char *both = sent_with(session, url, "aa=1; c=a=b");
    CHECK(strstr(both, "a=jar") && strstr(both, "b=jar"));
    CHECK(strstr(both, "; aa=1; c=a=b") != NULL);
    /* The jar has kept its own. */
    CHECK(strstr(sent(session, url), "a=jar") && count(session) == 2);
    eft_http_session_free(session);
}

static void what_the_answer_sets_is_in_the_jar_all_the_same(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const eft_http_pair own = {"Cookie", "a=own"};
    const eft_http_request request = {.headers = &own, .header_count = 1};
    const char *url =
        http_at("http", "/cookies/set?a=new&b=two&c=gone%%3B%%20Max-Age%%3D0");
    const eft_http_cookie *found;

    CHECK(set(session, http_at("http", "/"), "a=jar; Path=/") == 0);
    CHECK(set(session, http_at("http", "/"), "c=jar; Path=/cookies") == 0);
    CHECK(set(session, http_at("http", "/"), "d=jar; Path=/") == 0);
    eft_result got = eft_await(eft_http_get(session, url, &request));
    REQUIRE(!got.error);
    /* As soon as the head is there. */
    CHECK(cookie(session, "b") != NULL);
    found = cookie(session, "d");
    CHECK(found && !strcmp(found->value, "jar"));
    CHECK(cookie(session, "c") == NULL);
    /* Beside the one of the jar, which has another path. */
    CHECK(cookie(session, "a") != NULL && count(session) == 4);
    eft_result_free(got);
    eft_http_session_free(session);
}

static void sessions_have_jars_of_their_own(void)
{
    eft_http_session *one = http_open((eft_http_session_options){0});
    eft_http_session *other = http_open((eft_http_session_options){0});
    const char *url = http_at("http", "/echo");

    CHECK(set(one, url, "a=1") == 0);
    CHECK(count(other) == 0 && !strcmp(sent(other, url), ""));
    eft_http_session_free(one);
    eft_http_session_free(other);
}

static void without_cookies_there_is_no_jar(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.no_cookies = true});

    CHECK(count(session) == SIZE_MAX);
    CHECK(set(session, http_at("http", "/"), "a=1") == EFT_EINVAL);
    CHECK(eft_http_session_clear_cookies(session).error == EFT_EINVAL);
    eft_http_session_free(session);
}

const test_case suite_http_cookies[] = {
    {"what_a_server_sets_is_in_the_jar", what_a_server_sets_is_in_the_jar},
    {"what_is_set_is_sent", what_is_set_is_sent},
    {"a_path_that_is_not_told", a_path_that_is_not_told},
    {"domains", domains},
    {"what_is_no_cookie", what_is_no_cookie},
    {"names_that_promise_something", names_that_promise_something},
    {"expiry_is_a_date_or_an_age", expiry_is_a_date_or_an_age},
    {"the_jar_is_emptied", the_jar_is_emptied},
    {"a_cookie_of_the_requests_own", a_cookie_of_the_requests_own},
    {"its_own_cookie_replaces_one_of_the_jar",
     its_own_cookie_replaces_one_of_the_jar},
    {"what_the_answer_sets_is_in_the_jar_all_the_same",
     what_the_answer_sets_is_in_the_jar_all_the_same},
    {"sessions_have_jars_of_their_own", sessions_have_jars_of_their_own},
    {"without_cookies_there_is_no_jar", without_cookies_there_is_no_jar},
    {NULL, NULL},
};
