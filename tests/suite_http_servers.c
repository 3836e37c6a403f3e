/* SPDX-License-Identifier: MIT
 * Requests to nginx, and through a proxy. */
#include <stdio.h>
#include <string.h>

#include "http_case.h"

enum { TEXT = 44000, LINE = 44, LARGE = 200 << 20 };

/* nginx without TLS, with it, and with HTTP/2; ends with NULL. */
static const char *const everyone[] = {"nginx-http", "nginx-https",
                                       "nginx-http2", NULL};

static const char line[] = "All work and no play makes Jack a dull boy.\n";

static bool is_text(const eft_message *body, size_t from, size_t length)
{
    if (!body || body->length != length)
        return false;
    for (size_t i = 0; i < length; i++)
        if (body->data[i] != (uint8_t)line[(from + i) % LINE])
            return false;
    return true;
}

static void files_come_compressed(void)
{
    for (const char *const *at = everyone; *at; at++) {
        eft_http_session *session = http_open((eft_http_session_options){0});
        eft_result got = eft_await(
            eft_http_get(session, http_at(*at, "/files/text.txt"), NULL));

        REQUIRE(test_succeeded(got.error));
        CHECK(http_header_is(got.response, "Content-Encoding", "gzip"));
        CHECK(eft_http_response_length(got.response) == -1);
        if (http_native())
            CHECK(eft_http_response_version(got.response) ==
                  (at == everyone + 2 ? 20 : 11));
        CHECK(!strcmp(eft_http_response_reason(got.response),
                      at == everyone + 2 && !http_in_node() ? "" : "OK"));
        eft_result body = eft_await(eft_http_response_read(got.response));
        CHECK(test_succeeded(body.error) && is_text(body.message, 0, TEXT));
        eft_result_free(body);
        eft_result_free(got);
        eft_http_session_free(session);
    }
}

static void a_part_of_a_file(void)
{
    static const eft_http_pair range = {"Range", "bytes=100-299"};
    eft_http_request request = {.headers = &range, .header_count = 1};

    for (const char *const *at = everyone; *at; at++) {
        eft_http_session *session = http_open((eft_http_session_options){0});
        eft_result got = eft_await(
            eft_http_get(session, http_at(*at, "/files/text.txt"), &request));

        REQUIRE(test_succeeded(got.error));
        CHECK(eft_http_response_status(got.response) == 206);
        CHECK(http_header_is(got.response, "Content-Range",
                             "bytes 100-299/44000"));
        CHECK(eft_http_response_length(got.response) == 200);
        eft_result body = eft_await(eft_http_response_read(got.response));
        CHECK(test_succeeded(body.error) && is_text(body.message, 100, 200));
        eft_result_free(body);
        eft_result_free(got);
        eft_http_session_free(session);
    }
}

static void nginx_redirects(void)
{
    for (const char *const *at = everyone; *at; at++) {
        eft_http_session *session = http_open((eft_http_session_options){0});
        eft_result got =
            eft_await(eft_http_get(session, http_at(*at, "/moved"), NULL));
        size_t count = 0;

        REQUIRE(test_succeeded(got.error));
        CHECK(!strcmp(eft_http_response_url(got.response),
                      http_at(*at, "/files/text.txt")));
        eft_http_response_redirects(got.response, &count);
        CHECK(count == (http_native() ? 1 : 0));
        eft_result body = eft_await(eft_http_response_read(got.response));
        CHECK(test_succeeded(body.error) && is_text(body.message, 0, TEXT));
        eft_result_free(body);
        eft_result_free(got);
        eft_http_session_free(session);
    }
}

static void many_on_kept_connections(void)
{
    enum { COUNT = 100 };

    for (const char *const *at = everyone; *at; at++) {
        eft_http_session *session =
            http_open((eft_http_session_options){.limit_per_host = 8});
        eft_future *all[COUNT];

        for (int i = 0; i < COUNT; i++)
            all[i] = eft_http_get(
                session, http_at(*at, i % 2 ? "/files/text.txt" : "/empty"),
                NULL);
        for (int i = 0; i < COUNT; i++) {
            eft_result got = eft_await(all[i]);

            REQUIRE(test_succeeded(got.error));
            CHECK(eft_http_response_status(got.response) ==
                  (i % 2 ? 200 : 204));
            eft_result body = eft_await(eft_http_response_read(got.response));
            CHECK(test_succeeded(body.error) &&
                  is_text(body.message, 0, i % 2 ? TEXT : 0));
            eft_result_free(body);
            eft_result_free(got);
        }
        eft_http_session_free(session);
    }
}

static void what_is_not_there_or_not_for_us(void)
{
    static const eft_http_request known = {.user = "eft:secret"};

    for (const char *const *at = everyone; *at; at++) {
        eft_http_session *session = http_open((eft_http_session_options){0});

        CHECK(http_status(eft_http_get(session, http_at(*at, "/files/none.txt"),
                                       NULL)) == 404);
        CHECK(http_status(eft_http_get(session, http_at(*at, "/secret.txt"),
                                       NULL)) == 401);
        if (http_native())
            CHECK(http_says(
                eft_http_get(session, http_at(*at, "/secret.txt"), &known),
                "sesame\n"));
        eft_http_session_free(session);
    }
}

static void a_large_file_of_nginx(void)
{
    for (const char *const *at = everyone; *at; at++) {
        eft_http_session *session = http_open(
            (eft_http_session_options){.total_timeout_ms = EFT_FOREVER});
        eft_result got = eft_await(
            eft_http_get(session, http_at(*at, "/files/large.bin"), NULL));
        uint64_t sum = 0;
        bool last = false;

        REQUIRE(test_succeeded(got.error));
        CHECK(eft_http_response_length(got.response) == LARGE);
        while (!last) {
            eft_result piece = eft_await(eft_http_response_chunk(got.response));

            REQUIRE(test_succeeded(piece.error));
            sum += piece.message->length;
            last = piece.message->last;
            eft_result_free(piece);
        }
        CHECK(sum == LARGE);
        eft_result_free(got);
        eft_http_session_free(session);
    }
}

static void through_a_proxy_where_the_target_can(void)
{
    char url[200];

    snprintf(url, sizeof url, "http://%s", test_server("proxy"));
    eft_http_session *session =
        http_open((eft_http_session_options){.proxy = url});
    eft_result got =
        eft_await(eft_http_get(session, http_at("http", "/echo"), NULL));

    CHECK(got.error == (http_native() ? 0 : EFT_ENOTSUP));
    if (got.error)
        CHECK(http_detail_has("proxy"));
    eft_result_free(got);
    eft_http_session_free(session);
}

const test_case suite_http_servers[] = {
    {"files_come_compressed", files_come_compressed},
    {"a_part_of_a_file", a_part_of_a_file},
    {"nginx_redirects", nginx_redirects},
    {"many_on_kept_connections", many_on_kept_connections},
    {"what_is_not_there_or_not_for_us", what_is_not_there_or_not_for_us},
    {"a_large_file_of_nginx", a_large_file_of_nginx},
    {"through_a_proxy_where_the_target_can",
     through_a_proxy_where_the_target_can},
    {NULL, NULL},
};
