/* SPDX-License-Identifier: MIT
 * Redirects of real servers. */
#include <string.h>

#include "http_case.h"

static void redirects_are_followed_to_the_last(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_result got =
        eft_await(eft_http_get(session, http_at("http", "/chain/3"), NULL));
    size_t count = 7;

    REQUIRE(test_succeeded(got.error));
    CHECK(eft_http_response_status(got.response) == 200);
    CHECK(
        !strcmp(eft_http_response_url(got.response), http_at("http", "/echo")));
    const eft_http_response *const *all =
        eft_http_response_redirects(got.response, &count);
    CHECK(count == (http_native() ? 3 : 0));
    for (size_t i = 0; i < count; i++) {
        CHECK(eft_http_response_status(all[i]) == 302);
        CHECK(!strcmp(eft_http_response_url(all[i]),
                      http_at("http", "/chain/%d", 3 - (int)i)));
        CHECK(eft_http_response_header(all[i], "Location") != NULL);
    }
    eft_result_free(got);
    eft_http_session_free(session);
}

/* What /echo is asked after a redirect with that status. */
static cJSON *after(eft_http_session *session, int status, const char *method,
                    eft_http_request request)
{
    return http_json(eft_http_fetch(
        session, method, http_at("http", "/redirect/%d?to=/echo", status),
        &request));
}

static void the_method_changes_as_browsers_have_it(void)
{
    static const struct {
        int status;
        const char *method;
        const char *becomes;
        const char *body;
    } cases[] = {
        {301, "POST", "GET", ""},      {302, "POST", "GET", ""},
        {303, "POST", "GET", ""},      {307, "POST", "POST", "body"},
        {308, "POST", "POST", "body"}, {301, "PUT", "PUT", "body"},
        {302, "PUT", "PUT", "body"},   {303, "PUT", "GET", ""},
        {307, "PUT", "PUT", "body"},   {303, "DELETE", "GET", ""},
    };
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cJSON *echo =
            after(session, cases[i].status, cases[i].method,
                  (eft_http_request){
                      .data = "body", .length = 4, .content_type = "text/x-a"});

        CHECK(!strcmp(json_text(echo, "method"), cases[i].becomes));
        CHECK(!strcmp(json_text(echo, "text"), cases[i].body));
        CHECK(!http_came(echo, "Content-Type", 0) == !*cases[i].body);
        cJSON_Delete(echo);
    }
    eft_http_session_free(session);
}

static void a_head_stays_one(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_result got = eft_await(eft_http_head(
        session, http_at("http", "/redirect/303?to=/echo"), NULL));

    REQUIRE(test_succeeded(got.error));
    CHECK(
        !strcmp(eft_http_response_url(got.response), http_at("http", "/echo")));
    eft_result body = eft_await(eft_http_response_read(got.response));
    CHECK(!body.error && body.message->length == 0);
    eft_result_free(body);
    eft_result_free(got);
    eft_http_session_free(session);
}

static void a_location_is_resolved(void)
{
    static const char *const cases[][2] = {
        {"../echo/a", "/echo/a"},
        {"/echo/b%3Fc%23part", "/echo/b?c"},
        {"/echo/a%20b", "/echo/a%20b"},
    };
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cJSON *echo = http_get_json(
            session, http_at("http", "/redirect/302?to=%s", cases[i][0]));

        if (strcmp(json_text(echo, "url"), cases[i][1]) != 0)
            test_explain("# %s\n", json_text(echo, "url"));
        CHECK(!strcmp(json_text(echo, "url"), cases[i][1]));
        cJSON_Delete(echo);
    }
    eft_http_session_free(session);
}

static void another_origin_gets_no_credentials(void)
{
    static const eft_http_pair secret[] = {{"Authorization", "Bearer x"},
                                           {"X-Other", "stays"}};
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.headers = secret, .header_count = 2};
    cJSON *echo = http_json(eft_http_get(
        session,
        http_at("http", "/redirect/302?to=%s/echo", test_server("http-other")),
        &request));

    CHECK(http_came(echo, "Authorization", 0) == NULL);
    CHECK(http_came(echo, "X-Other", 0) != NULL);
    cJSON_Delete(echo);
    echo = http_json(eft_http_get(
        session, http_at("http", "/redirect/302?to=/echo"), &request));
    CHECK(http_came(echo, "Authorization", 0) != NULL);
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static void from_plain_to_tls(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url =
        http_at("http", "/redirect/302?to=%s/echo", test_server("https"));

    CHECK(http_status(eft_http_get(session, url, NULL)) == 200);
    eft_http_session_free(session);
}

static void a_loop_ends(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});

    CHECK(http_fails(eft_http_get(session, http_at("http", "/loop"), NULL),
                     EFT_EREDIRECT, EFT_ECONNECT));
    if (http_native())
        CHECK(http_detail_has("10"));
    eft_http_session_free(session);
}

static void the_number_of_redirects_is_limited(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.max_redirects = 3});
    eft_http_request request = {.max_redirects = 2};

    if (!http_native()) {
        CHECK(http_ends(eft_http_get(session, http_at("http", "/chain/1"),
                                     NULL)) == EFT_ENOTSUP);
        CHECK(http_detail_has("max_redirects"));
        eft_http_session_free(session);
        return;
    }
    CHECK(http_status(
              eft_http_get(session, http_at("http", "/chain/3"), NULL)) == 200);
    CHECK(http_ends(eft_http_get(session, http_at("http", "/chain/4"), NULL)) ==
          EFT_EREDIRECT);
    CHECK(http_ends(eft_http_get(session, http_at("http", "/chain/3"),
                                 &request)) == EFT_EREDIRECT);
    CHECK(http_detail_has("2"));
    eft_http_session_free(session);
}

static void a_redirect_can_be_refused(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.redirects = EFT_HTTP_REFUSE});
    eft_http_request request = {.redirects = EFT_HTTP_FOLLOW};

    CHECK(http_ends(eft_http_get(session, http_at("http", "/chain/1"), NULL)) ==
          EFT_EREDIRECT);
    CHECK(http_status(eft_http_get(session, http_at("http", "/chain/1"),
                                   &request)) == 200);
    CHECK(http_status(eft_http_get(session, http_at("http", "/echo"), NULL)) ==
          200);
    eft_http_session_free(session);
}

static void a_redirect_can_be_the_response(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.redirects = EFT_HTTP_RETURN};
    const char *url = http_at("http", "/redirect/302?to=/echo");

    if (!http_native()) {
        CHECK(http_ends(eft_http_get(session, url, &request)) == EFT_ENOTSUP);
        CHECK(http_detail_has("redirects"));
    } else {
        CHECK(http_status(eft_http_get(session, url, &request)) == 302);
    }
    eft_http_session_free(session);
}

static void what_leads_nowhere_is_the_response(void)
{
    static const int statuses[] = {300, 302, 304, 305, 306};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        CHECK(http_status(eft_http_get(
                  session, http_at("http", "/redirect/%d", statuses[i]),
                  NULL)) == statuses[i]);
    eft_http_session_free(session);
}

static void what_is_no_http_is_not_followed(void)
{
    static const char *const places[] = {"ftp://127.0.0.1/x", "file:///etc/x",
                                         "data:text/plain,x", "http:///",
                                         "ws://127.0.0.1/"};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        CHECK(http_fails(
            eft_http_get(session,
                         http_at("http", "/redirect/302?to=%s", places[i]),
                         NULL),
            EFT_EREDIRECT, EFT_ECONNECT));
    eft_http_session_free(session);
}

static eft_result write_hello(eft_http_upload *upload, void *arg)
{
    int *calls = arg;

    ++*calls;
    return eft_await(eft_http_upload_write(upload, "hello", 5));
}

static void a_writer_is_called_again(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    int calls = 0;
    eft_http_request request = {
        .writer = write_hello, .writer_arg = &calls, .writer_length = 5};
    eft_future *put = eft_http_put(
        session, http_at("http", "/redirect/307?to=/echo"), &request);

    /* Node has sent it, and kept nothing of it. */
    if (http_in_node()) {
        CHECK(http_ends(put) == EFT_ECONNECT);
    } else {
        cJSON *echo = http_json(put);

        CHECK(!strcmp(json_text(echo, "text"), "hello"));
        CHECK(calls == (http_native() ? 2 : 1));
        cJSON_Delete(echo);
    }
    eft_http_session_free(session);
}

static void a_redirect_is_followed_on_the_same_connection(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    cJSON *echo = http_get_json(session, http_at("http", "/chain/3"));

    if (http_native())
        CHECK(json_number(echo, "request") == 4);
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

const test_case suite_http_follow[] = {
    {"redirects_are_followed_to_the_last", redirects_are_followed_to_the_last},
    {"the_method_changes_as_browsers_have_it",
     the_method_changes_as_browsers_have_it},
    {"a_head_stays_one", a_head_stays_one},
    {"a_location_is_resolved", a_location_is_resolved},
    {"another_origin_gets_no_credentials", another_origin_gets_no_credentials},
    {"from_plain_to_tls", from_plain_to_tls},
    {"a_loop_ends", a_loop_ends},
    {"the_number_of_redirects_is_limited", the_number_of_redirects_is_limited},
    {"a_redirect_can_be_refused", a_redirect_can_be_refused},
    {"a_redirect_can_be_the_response", a_redirect_can_be_the_response},
    {"what_leads_nowhere_is_the_response", what_leads_nowhere_is_the_response},
    {"what_is_no_http_is_not_followed", what_is_no_http_is_not_followed},
    {"a_writer_is_called_again", a_writer_is_called_again},
    {"a_redirect_is_followed_on_the_same_connection",
     a_redirect_is_followed_on_the_same_connection},
    {NULL, NULL},
};
