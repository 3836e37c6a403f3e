/* SPDX-License-Identifier: MIT
 * What the requests of a session share: connections, which version of HTTP they
 * speak, limits, cookies. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_case.h"

static void tls_with_a_good_certificate(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_result got =
        eft_await(eft_http_get(session, http_at("https", "/echo"), NULL));

    REQUIRE(test_succeeded(got.error));
    CHECK(eft_http_response_version(got.response) == (http_native() ? 11 : 0));
    eft_result_free(got);
    eft_http_session_free(session);
}

static void http_2_where_the_server_has_it(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    cJSON *echo = http_get_json(session, http_at("http2", "/echo"));

    /* Node's fetch has it, but does not offer it. */
    if (!http_in_node())
        CHECK(!strcmp(json_text(echo, "version"), "2.0"));
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static void http_1_where_that_is_asked_for(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.http1 = true});
    eft_future *get = eft_http_get(session, http_at("http2", "/echo"), NULL);

    if (http_native()) {
        cJSON *echo = http_json(get);
        CHECK(!strcmp(json_text(echo, "version"), "1.1"));
        cJSON_Delete(echo);
    } else {
        CHECK(http_ends(get) == EFT_ENOTSUP);
        CHECK(http_detail_has("http1"));
    }
    eft_http_session_free(session);
}

static int64_t connection_of(eft_http_session *session, const char *url)
{
    cJSON *carried = http_get_json(session, url);
    int64_t number = json_number(carried, "connection");

    cJSON_Delete(carried);
    return number;
}

static void a_connection_is_used_again(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    int64_t first = connection_of(session, http_at("http", "/connection"));

    REQUIRE(first > 0);
    for (int i = 0; i < 3; i++)
        CHECK(connection_of(session, http_at("http", "/connection")) == first ||
              http_in_node());
    eft_http_session_free(session);
}

static void a_connection_that_was_closed_is_not(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = http_at("http", "/connection/close");
    int64_t first = connection_of(session, url);

    REQUIRE(first > 0);
    CHECK(connection_of(session, url) != first);
    eft_http_session_free(session);
}

static void a_kept_connection_lives_for_so_long(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.keep_alive_ms = 1000});
    eft_result got;

    if (http_native()) {
        int64_t first = connection_of(session, http_at("http", "/connection"));

        eft_await(eft_sleep(2100));
        CHECK(connection_of(session, http_at("http", "/connection")) != first);
    } else {
        got = eft_await(eft_http_get(session, http_at("http", "/echo"), NULL));
        CHECK(got.error == EFT_ENOTSUP);
        CHECK(http_detail_has("keep_alive_ms"));
        eft_result_free(got);
    }
    eft_http_session_free(session);
}

static void http_2_carries_many_on_one_connection(void)
{
    enum { COUNT = 20 };
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_future *all[COUNT];
    int64_t first = connection_of(session, http_at("http2", "/connection"));

    for (int i = 0; i < COUNT; i++)
        all[i] = eft_http_get(session, http_at("http2", "/connection"), NULL);
    for (int i = 0; i < COUNT; i++) {
        cJSON *carried = http_json(all[i]);

        if (!http_in_node())
            CHECK(json_number(carried, "connection") == first);
        cJSON_Delete(carried);
    }
    eft_http_session_free(session);
}

static void many_requests_at_once(void)
{
    enum { COUNT = 150 };
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_future *all[COUNT];

    for (int i = 0; i < COUNT; i++)
        all[i] = eft_http_get(session, http_at("http", "/bytes/%d", i), NULL);
    eft_result got = eft_await(eft_gather_array(all, COUNT, NULL));
    REQUIRE(test_succeeded(got.error));
    for (int i = 0; i < COUNT; i++) {
        eft_result body =
            eft_await(eft_http_response_read(got.results->items[i].response));

        CHECK(test_succeeded(body.error) && body.message->length == (size_t)i &&
              http_is_pattern(body.message->data, 0, body.message->length));
        eft_result_free(body);
    }
    eft_result_free(got);
    eft_http_session_free(session);
}

/* COUNT requests, of which the server answers LIMIT at a time: how many were
 * there at once? */
static int64_t most_at_once(eft_http_session *session, const char *server)
{
    enum { COUNT = 9, LIMIT = 3 };
    eft_future *all[COUNT];
    char *group = http_key(session);
    int64_t most = 0;

    for (int i = 0; i < COUNT; i++)
        all[i] = eft_http_get(
            session, http_at(server, "/together/%s/%d?%d", group, LIMIT, i),
            NULL);
    for (int i = 0; i < COUNT; i++) {
        cJSON *told = http_json(all[i]);
        int64_t here = json_number(told, "most");

        most = here > most ? here : most;
        cJSON_Delete(told);
    }
    free(group);
    return most;
}

static void requests_under_way_are_limited(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.limit = 3});

    CHECK(most_at_once(session, "http") == 3);
    eft_http_session_free(session);
    session = http_open((eft_http_session_options){.limit_per_host = 3});
    CHECK(most_at_once(session, "http") == 3);
    CHECK(most_at_once(session, "http2") == 3);
    eft_http_session_free(session);
}

static void one_host_at_its_limit_holds_up_no_other(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.limit_per_host = 1});
    eft_future *held = eft_http_get(session, http_at("http", "/silent"), NULL);
    eft_future *behind = eft_http_get(session, http_at("http", "/echo"), NULL);

    CHECK(http_status(eft_http_get(session, http_at("http-other", "/echo"),
                                   NULL)) == 200);
    CHECK(eft_future_state(behind) == EFT_PENDING);
    CHECK(eft_cancel(held));
    CHECK(eft_await(held).error == EFT_ECANCELED);
    CHECK(http_status(behind) == 200);
    eft_http_session_free(session);
}

static void a_response_that_is_not_read_keeps_its_place(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.limit = 1});
    eft_result got = eft_await(
        eft_http_get(session, http_at("http", "/chunked/10000000"), NULL));
    eft_future *next = eft_http_get(session, http_at("http", "/echo"), NULL);

    REQUIRE(test_succeeded(got.error));
    CHECK(eft_await(eft_wait_for(100, eft_future_ref(next))).error ==
          EFT_ETIMEDOUT);
    eft_future_free(next);
    eft_result_free(got);
    CHECK(http_status(eft_http_get(session, http_at("http", "/echo"), NULL)) ==
          200);
    eft_http_session_free(session);
}

/* Natively the jar is the session's; a browser has one for the page's origin;
 * Node has none. */
static void cookies_are_sent_back(void)
{
    const char *server = http_in_page() ? "page" : "http";
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *set = http_at(server, "/cookies/set?eft=one&other=two");
    cJSON *came;

    CHECK(http_tell(session, set));
    came = http_get_json(session, http_at(server, "/cookies"));
    if (!http_in_node()) {
        CHECK(cJSON_GetArraySize(came) == 2);
    } else {
        CHECK(cJSON_GetArraySize(came) == 0);
    }
    cJSON_Delete(came);
    eft_http_session_free(session);
    session = http_open((eft_http_session_options){.no_cookies = true});
    CHECK(http_tell(session, set));
    came = http_get_json(session, http_at(server, "/cookies"));
    CHECK(cJSON_GetArraySize(came) == 0);
    cJSON_Delete(came);
    eft_http_session_free(session);
}

/* Another origin's: natively always, in a page where it is asked for. */
static void credentials_go_to_other_origins_where_they_are_asked_for(void)
{
    for (int wanted = 0; wanted < 2; wanted++) {
        eft_http_session *session =
            http_open((eft_http_session_options){.credentials = wanted == 1});
        bool kept = http_native() || (http_in_page() && wanted);

        CHECK(http_tell(
            session, http_at("http-other", "/cookies/set?eft-%d=1", wanted)));
        cJSON *came = http_get_json(session, http_at("http-other", "/cookies"));
        CHECK(cJSON_GetArraySize(came) == (kept ? 1 : 0));
        cJSON_Delete(came);
        eft_http_session_free(session);
    }
}

static void a_responses_cookie_is_told(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url =
        http_at("http", "/cookies/set?a=one%%3B%%20Path%%3D/&b=two");
    eft_result got = eft_await(eft_http_get(session, url, NULL));

    REQUIRE(test_succeeded(got.error));
    const char *value = eft_http_response_cookie(got.response, "a");
    CHECK(http_in_page() ? !value : value && !strcmp(value, "one"));
    value = eft_http_response_cookie(got.response, "b");
    CHECK(http_in_page() ? !value : value && !strcmp(value, "two"));
    CHECK(eft_http_response_cookie(got.response, "c") == NULL);
    eft_result_free(got);
    eft_http_session_free(session);
}

static void the_jar_is_a_native_sessions_own(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = http_at("http", "/");
    eft_result jar = eft_http_session_cookies(session);

    if (http_native()) {
        CHECK(!jar.error && ((eft_http_cookies *)jar.ptr)->count == 0);
    } else {
        CHECK(jar.error == EFT_ENOTSUP);
        CHECK(eft_http_session_set_cookie(session, url, "a=b").error ==
              EFT_ENOTSUP);
        CHECK(eft_http_session_clear_cookies(session).error == EFT_ENOTSUP);
    }
    eft_result_free(jar);
    eft_http_session_free(session);
}

/* An option that the target lacks fails each request, and is named. */
static bool is_refused(const char *name, eft_http_session_options options)
{
    eft_http_session *session = eft_http_session_new(&options);
    eft_result got =
        eft_await(eft_http_get(session, http_at("http", "/echo"), NULL));
    bool well = got.error == EFT_ENOTSUP && strstr(eft_error_detail(), name);

    if (!well)
        test_explain("# %s: %s: %s\n", name, eft_error_name(got.error),
                     eft_error_detail());
    eft_result_free(got);
    eft_http_session_free(session);
    return well && eft_http_unsupported(name);
}

static void what_a_page_cannot_is_named(void)
{
    static const eft_http_address address = {"x.test", 0, "127.0.0.1"};
    typedef eft_http_session_options options;

    if (http_native()) {
        CHECK(eft_http_unsupported("proxy") == NULL);
        return;
    }
    CHECK(is_refused("proxy", (options){.proxy = "http://127.0.0.1:1"}));
    CHECK(is_refused("user_agent", (options){.user_agent = "x"}));
    CHECK(is_refused("no_decompress", (options){.no_decompress = true}));
    CHECK(is_refused("http1", (options){.http1 = true}));
    CHECK(is_refused("unix_path", (options){.unix_path = "/x"}));
    CHECK(is_refused("max_headers", (options){.max_headers = 1000}));
    CHECK(is_refused("connect_timeout_ms",
                     (options){.connect_timeout_ms = 1000}));
    CHECK(is_refused("addresses",
                     (options){.addresses = &address, .address_count = 1}));
    CHECK(is_refused("tls.ca_file", (options){.tls = {.ca_file = "x"}}));
    CHECK(is_refused("tls.insecure", (options){.tls = {.insecure = true}}));
}

const test_case suite_http_shared[] = {
    {"tls_with_a_good_certificate", tls_with_a_good_certificate},
    {"http_2_where_the_server_has_it", http_2_where_the_server_has_it},
    {"http_1_where_that_is_asked_for", http_1_where_that_is_asked_for},
    {"a_connection_is_used_again", a_connection_is_used_again},
    {"a_connection_that_was_closed_is_not",
     a_connection_that_was_closed_is_not},
    {"a_kept_connection_lives_for_so_long",
     a_kept_connection_lives_for_so_long},
    {"http_2_carries_many_on_one_connection",
     http_2_carries_many_on_one_connection},
    {"many_requests_at_once", many_requests_at_once},
    {"requests_under_way_are_limited", requests_under_way_are_limited},
    {"one_host_at_its_limit_holds_up_no_other",
     one_host_at_its_limit_holds_up_no_other},
    {"a_response_that_is_not_read_keeps_its_place",
     a_response_that_is_not_read_keeps_its_place},
    {"cookies_are_sent_back", cookies_are_sent_back},
    {"credentials_go_to_other_origins_where_they_are_asked_for",
     credentials_go_to_other_origins_where_they_are_asked_for},
    {"a_responses_cookie_is_told", a_responses_cookie_is_told},
    {"the_jar_is_a_native_sessions_own", the_jar_is_a_native_sessions_own},
    {"what_a_page_cannot_is_named", what_a_page_cannot_is_named},
    {NULL, NULL},
};
