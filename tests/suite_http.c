/* SPDX-License-Identifier: MIT
 * Requests to real servers: what is sent, and the head of what comes. */
#include <stdio.h>
#include <string.h>

#include "http_case.h"

static void a_get_gives_status_head_and_body(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url =
        http_at("http", "/give?type=text/x-test&text=hello&header=X-A:%%20b");
    eft_result got = eft_await(eft_http_get(session, url, NULL));

    REQUIRE(test_succeeded(got.error));
    CHECK(eft_http_response_status(got.response) == 200);
    CHECK(!strcmp(eft_http_response_reason(got.response), "OK"));
    CHECK(!strcmp(eft_http_response_url(got.response), url));
    CHECK(eft_http_response_version(got.response) == (http_native() ? 11 : 0));
    CHECK(http_header_is(got.response, "x-a", "b"));
    CHECK(http_header_is(got.response, "CONTENT-TYPE", "text/x-test"));
    CHECK(eft_http_response_header(got.response, "X-None") == NULL);
    CHECK(eft_http_response_length(got.response) == 5);
    eft_result text = eft_await(eft_http_response_text(got.response, NULL));
    REQUIRE(test_succeeded(text.error));
    CHECK(!strcmp((char *)text.message->data, "hello"));
    CHECK(eft_http_response_received(got.response) == 5);
    eft_result_free(text);
    CHECK(eft_await(eft_http_response_read(got.response)).error == EFT_ETAKEN);
    eft_result_free(got);
    eft_http_session_free(session);
}

typedef eft_future *start_request(eft_http_session *session, const char *url,
                                  const eft_http_request *request);

static void each_method_reaches_the_server(void)
{
    static const struct {
        start_request *start;
        const char *method;
    } all[] = {{eft_http_get, "GET"},       {eft_http_post, "POST"},
               {eft_http_put, "PUT"},       {eft_http_patch, "PATCH"},
               {eft_http_delete, "DELETE"}, {eft_http_options, "OPTIONS"}};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        cJSON *echo =
            http_json(all[i].start(session, http_at("http", "/echo"), NULL));

        CHECK(!strcmp(json_text(echo, "method"), all[i].method));
        CHECK(json_number(echo, "length") == 0);
        cJSON_Delete(echo);
    }
    eft_http_session_free(session);
}

static void any_other_method_reaches_the_server(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.data = "<a/>", .length = 4};
    cJSON *echo = http_json(eft_http_fetch(session, "PROPFIND",
                                           http_at("http", "/echo"), &request));

    CHECK(!strcmp(json_text(echo, "method"), "PROPFIND"));
    CHECK(!strcmp(json_text(echo, "text"), "<a/>"));
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static void head_has_a_length_and_no_body(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_result got =
        eft_await(eft_http_head(session, http_at("http", "/bytes/1000"), NULL));

    REQUIRE(test_succeeded(got.error));
    CHECK(http_header_is(got.response, "Content-Length", "1000"));
    eft_result body = eft_await(eft_http_response_read(got.response));
    CHECK(test_succeeded(body.error));
    CHECK(!body.error && body.message->length == 0);
    eft_result_free(body);
    eft_result_free(got);
    eft_http_session_free(session);
}

/* Does an echo's query have these pairs, in this order? */
static bool has_query(const cJSON *echo, const char *text)
{
    char *printed =
        cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(echo, "query"));
    bool same = printed && !strcmp(printed, text);

    if (!same)
        test_explain("# query %s\n", printed);
    cJSON_free(printed);
    return same;
}

static void a_query_comes_as_it_was_given(void)
{
    static const eft_http_pair pairs[] = {
        {"a", "1"}, {"a", "2 & =+%"}, {"\xc3\xa4", "\xe2\x82\xac"}, {"b", ""}};
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.query = pairs, .query_count = 4};
    cJSON *echo = http_json(
        eft_http_get(session, http_at("http", "/echo?z=0"), &request));

    CHECK(has_query(echo, "[[\"z\",\"0\"],[\"a\",\"1\"],[\"a\",\"2 & =+%\"],"
                          "[\"\xc3\xa4\",\"\xe2\x82\xac\"],[\"b\",\"\"]]"));
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static void an_encoded_query_is_passed_as_it_is(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.encoded_query = "q=%41+b%2fc"};
    cJSON *echo =
        http_json(eft_http_get(session, http_at("http", "/echo"), &request));

    CHECK(!strcmp(json_text(echo, "url"), "/echo?q=%41+b%2fc"));
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static bool came_as(const cJSON *echo, const char *name, const char *value)
{
    const char *came = http_came(echo, name, 0);
    bool same = came && !strcmp(came, value);

    if (!same)
        test_explain("# %s: %s\n", name, came ? came : "did not come");
    return same && !http_came(echo, name, 1);
}

static void headers_of_a_request_stand_before_the_sessions(void)
{
    static const eft_http_pair defaults[] = {{"X-A", "session"},
                                             {"X-B", "session"}};
    static const eft_http_pair own[] = {{"x-a", "request"},
                                        {"Accept", "text/x-test"},
                                        {"X-Long", "a \t b; \"c\""}};
    eft_http_session *session = http_open(
        (eft_http_session_options){.headers = defaults, .header_count = 2});
    eft_http_request request = {.headers = own, .header_count = 3};
    cJSON *echo =
        http_json(eft_http_get(session, http_at("http", "/echo"), &request));

    CHECK(came_as(echo, "X-A", "request"));
    CHECK(came_as(echo, "X-B", "session"));
    CHECK(came_as(echo, "Accept", "text/x-test"));
    CHECK(came_as(echo, "X-Long", "a \t b; \"c\""));
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static void nothing_is_sent_that_nobody_asked_for(void)
{
    static const char *const known[] = {"Host", "User-Agent", "Accept",
                                        "Accept-Encoding", NULL};
    eft_http_session *session = http_open((eft_http_session_options){0});
    cJSON *echo = http_get_json(session, http_at("http", "/echo"));
    const cJSON *pair;
    const cJSON *headers = cJSON_GetObjectItem(echo, "headers");

    CHECK(came_as(echo, "Accept", "*/*"));
    CHECK(http_came(echo, "User-Agent", 0) != NULL);
    CHECK(http_came(echo, "Content-Length", 0) == NULL);
    CHECK(http_came(echo, "Expect", 0) == NULL);
    if (http_native()) {
        CHECK(!strncmp(http_came(echo, "User-Agent", 0), "eft/", 4));
        cJSON_ArrayForEach(pair, headers)
        {
            const char *name = cJSON_GetArrayItem(pair, 0)->valuestring;
            size_t i = 0;

            while (known[i] && strcmp(known[i], name) != 0)
                i++;
            if (!known[i])
                test_explain("# %s\n", name);
            CHECK(known[i] != NULL);
        }
    }
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static void a_body_without_bytes_has_its_length_told(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    cJSON *echo =
        http_json(eft_http_post(session, http_at("http", "/echo"), NULL));

    CHECK(came_as(echo, "Content-Length", "0"));
    CHECK(http_came(echo, "Transfer-Encoding", 0) == NULL);
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static void user_and_password_are_sent(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.user = "eft:o p:n"};
    const char *url = http_at("http", "/auth/eft/o%%20p%%3An");

    CHECK(http_status(eft_http_get(session, url, &request)) == 200);
    CHECK(http_status(eft_http_get(session, url, NULL)) == 401);
    request.user = "eft:wrong";
    CHECK(http_status(eft_http_get(session, url, &request)) == 401);
    eft_http_session_free(session);
    session = http_open((eft_http_session_options){
        .user = "eft:o p:n", .base_url = test_server("http")});
    CHECK(http_status(eft_http_get(session, url, NULL)) == 200);
    eft_http_session_free(session);
}

static void user_and_password_of_a_url_are_sent_and_not_told(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *place = strstr(test_server("http"), "//") + 2;
    char url[200];

    snprintf(url, sizeof url, "http://eft:x%%20y@%s/auth/eft/x%%20y", place);
    eft_result got = eft_await(eft_http_get(session, url, NULL));
    REQUIRE(test_succeeded(got.error));
    CHECK(eft_http_response_status(got.response) == 200);
    CHECK(strchr(eft_http_response_url(got.response), '@') == NULL);
    eft_result_free(got);
    eft_http_session_free(session);
}

static void relative_urls_are_resolved_against_the_base(void)
{
    eft_http_session *session = http_open((eft_http_session_options){
        .base_url = http_at("http", "/echo/one/two?x=y")});
    static const char *const cases[][2] = {{"three", "/echo/one/three"},
                                           {"../three", "/echo/three"},
                                           {"/echo", "/echo"},
                                           {"?q", "/echo/one/two?q"},
                                           {"", "/echo/one/two?x=y"}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cJSON *echo = http_get_json(session, cases[i][0]);

        if (strcmp(json_text(echo, "url"), cases[i][1]) != 0)
            test_explain("# %s\n", json_text(echo, "url"));
        CHECK(!strcmp(json_text(echo, "url"), cases[i][1]));
        cJSON_Delete(echo);
    }
    eft_http_session_free(session);
}

static void a_url_is_encoded_and_its_fragment_kept_back(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    cJSON *echo = http_get_json(
        session, http_at("http", "/echo/a b/\xc3\xa4?\xe2\x82\xac=\"#part"));

    CHECK(!strcmp(json_text(echo, "url"), "/echo/a%20b/%C3%A4?%E2%82%AC=%22"));
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static void every_status_is_an_answer(void)
{
    static const int statuses[] = {200, 201, 202, 203, 206, 226, 299, 300,
                                   399, 400, 401, 403, 404, 410, 418, 429,
                                   499, 500, 502, 503, 504, 599};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        CHECK(http_status(eft_http_get(
                  session, http_at("http", "/status/%d", statuses[i]), NULL)) ==
              statuses[i]);
    eft_http_session_free(session);
}

static void the_reason_is_told(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_result got = eft_await(eft_http_get(
        session, http_at("http", "/status/404/Gone%%20fishing"), NULL));

    REQUIRE(test_succeeded(got.error));
    CHECK(!strcmp(eft_http_response_reason(got.response), "Gone fishing"));
    eft_result_free(got);
    eft_http_session_free(session);
}

static void some_statuses_have_no_body(void)
{
    static const char *const paths[] = {"/status/204", "/give?status=205",
                                        "/status/304"};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < 3; i++) {
        eft_message *body = http_text(
            eft_http_get(session, http_at("http", "%s", paths[i]), NULL));

        CHECK(body && body->length == 0);
        eft_message_free(body);
    }
    eft_http_session_free(session);
}

static void repeated_headers_are_all_there(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = http_at(
        "http", "/give?header=X-A:1&header=X-B:2&header=X-A:%%203,%%204");
    eft_result got = eft_await(eft_http_get(session, url, NULL));
    size_t count = 0;
    int found = 0;

    REQUIRE(test_succeeded(got.error));
    const eft_http_pair *all = eft_http_response_headers(got.response, &count);
    CHECK(http_header_is(got.response, "X-A", http_native() ? "1" : "1, 3, 4"));
    for (size_t i = 0; i < count; i++)
        found += !strcmp(all[i].name, http_native() ? "X-A" : "x-a");
    CHECK(found == (http_native() ? 2 : 1));
    eft_result_free(got);
    eft_http_session_free(session);
}

static void what_raises_for_a_status(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.raise_for_status = true});
    const char *url = http_at("http", "/status/404/Gone");

    CHECK(
        http_fails(eft_http_get(session, url, NULL), EFT_ESTATUS, EFT_ESTATUS));
    CHECK(http_detail_has("404 Gone"));
    CHECK(http_detail_has("/status/404/Gone"));
    CHECK(http_status(eft_http_get(session, http_at("http", "/status/399"),
                                   NULL)) == 399);
    eft_http_session_free(session);
    session = http_open((eft_http_session_options){0});
    eft_result got = eft_await(eft_http_get(session, url, NULL));
    REQUIRE(test_succeeded(got.error));
    CHECK(eft_http_response_raise(got.response).error == EFT_ESTATUS);
    CHECK(http_detail_has("404 Gone"));
    eft_result_free(got);
    eft_http_session_free(session);
}

const test_case suite_http[] = {
    {"a_get_gives_status_head_and_body", a_get_gives_status_head_and_body},
    {"each_method_reaches_the_server", each_method_reaches_the_server},
    {"any_other_method_reaches_the_server",
     any_other_method_reaches_the_server},
    {"head_has_a_length_and_no_body", head_has_a_length_and_no_body},
    {"a_query_comes_as_it_was_given", a_query_comes_as_it_was_given},
    {"an_encoded_query_is_passed_as_it_is",
     an_encoded_query_is_passed_as_it_is},
    {"headers_of_a_request_stand_before_the_sessions",
     headers_of_a_request_stand_before_the_sessions},
    {"nothing_is_sent_that_nobody_asked_for",
     nothing_is_sent_that_nobody_asked_for},
    {"a_body_without_bytes_has_its_length_told",
     a_body_without_bytes_has_its_length_told},
    {"user_and_password_are_sent", user_and_password_are_sent},
    {"user_and_password_of_a_url_are_sent_and_not_told",
     user_and_password_of_a_url_are_sent_and_not_told},
    {"relative_urls_are_resolved_against_the_base",
     relative_urls_are_resolved_against_the_base},
    {"a_url_is_encoded_and_its_fragment_kept_back",
     a_url_is_encoded_and_its_fragment_kept_back},
    {"every_status_is_an_answer", every_status_is_an_answer},
    {"the_reason_is_told", the_reason_is_told},
    {"some_statuses_have_no_body", some_statuses_have_no_body},
    {"repeated_headers_are_all_there", repeated_headers_are_all_there},
    {"what_raises_for_a_status", what_raises_for_a_status},
    {NULL, NULL},
};
