/* SPDX-License-Identifier: MIT
 * Requests to servers that fail: each failure has its own error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_case.h"

/* A GET of the raw server's path ends so. */
static bool raw_fails(const char *path, int32_t natively, int32_t in_page)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.total_timeout_ms = 20000});
    bool well = http_fails(
        eft_http_get(session, http_at("http-raw", "/%s", path), NULL), natively,
        in_page);

    if (!well)
        test_explain("# by %s\n", path);
    eft_http_session_free(session);
    return well;
}

static bool fails(const char *url, int32_t natively)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    bool well =
        http_fails(eft_http_get(session, url, NULL), natively, EFT_ECONNECT);

    if (!well)
        test_explain("# by %s\n", url);
    eft_http_session_free(session);
    return well;
}

static void no_connection(void)
{
    CHECK(fails(http_at("http-refused", "/"), EFT_EREFUSED));
    CHECK(fails(http_at("http-unresolvable", "/"), EFT_ERESOLVE));
}

/* The sentence names whom it was about; a page is not told more. */
static void the_sentence_names_the_host(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *refused = http_at("http-refused", "/");

    CHECK(http_ends(eft_http_get(session, refused, NULL)) != 0);
    if (http_native())
        CHECK(http_detail_has("127.0.0.1"));
    CHECK(http_ends(eft_http_get(session, http_at("http-unresolvable", "/"),
                                 NULL)) != 0);
    if (http_native())
        CHECK(http_detail_has("no-such-host.invalid"));
    eft_http_session_free(session);
}

static void a_server_that_cors_hides(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    const char *url = http_at("http-no-cors", "/echo");

    if (http_in_page()) {
        CHECK(http_ends(eft_http_get(session, url, NULL)) == EFT_ECONNECT);
        CHECK(http_detail_has("CORS"));
    } else {
        CHECK(http_status(eft_http_get(session, url, NULL)) == 200);
    }
    eft_http_session_free(session);
}

static void certificates_that_are_not_to_be_trusted(void)
{
    static const char *const servers[] = {"https-bad", "https-expired",
                                          "https-wrong-host", "https-old"};

    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++)
        CHECK(fails(http_at(servers[i], "/echo"), EFT_ETLS));
}

static void tls_with_who_speaks_none(void)
{
    char url[200];

    snprintf(url, sizeof url, "https://%s/echo",
             strstr(test_server("http"), "//") + 2);
    CHECK(fails(url, EFT_ETLS));
}

static void no_answer(void)
{
    CHECK(raw_fails("end-at-once", EFT_EABNORMAL, EFT_ECONNECT));
    CHECK(raw_fails("reset-at-once", EFT_EABNORMAL, EFT_ECONNECT));
    CHECK(raw_fails("end-mid-head", EFT_EABNORMAL, EFT_ECONNECT));
    CHECK(raw_fails("reset-mid-head", EFT_EABNORMAL, EFT_ECONNECT));
}

static void a_body_that_breaks_off(void)
{
    CHECK(raw_fails("end-mid-body", EFT_EABNORMAL, EFT_EABNORMAL));
    CHECK(raw_fails("reset-mid-body", EFT_EABNORMAL, EFT_EABNORMAL));
    CHECK(raw_fails("end-mid-chunk", EFT_EABNORMAL, EFT_EABNORMAL));
    CHECK(raw_fails("no-last-chunk", EFT_EABNORMAL, EFT_EABNORMAL));
}

static void what_came_before_the_end_is_given_first(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_result got = eft_await(
        eft_http_get(session, http_at("http-raw", "/end-mid-body"), NULL));
    char text[20] = "";
    eft_result piece = got;

    REQUIRE(test_succeeded(got.error));
    CHECK(eft_http_response_length(got.response) == 100);
    while (!(piece = eft_await(eft_http_response_chunk(got.response))).error) {
        CHECK(!piece.message->last);
        strncat(text, (char *)piece.message->data, 12);
        eft_result_free(piece);
    }
    CHECK(piece.error == EFT_EABNORMAL);
    /* A browser may drop what it has not handed out. */
    CHECK(!strcmp(text, "twelve bytes") || (http_in_page() && !*text));
    CHECK(eft_http_response_received(got.response) == strlen(text));
    if (http_native())
        CHECK(http_detail_has("12"));
    eft_result_free(got);
    eft_http_session_free(session);
}

/* Browsers take of what was compressed as much as there is. */
static void broken_chunks_and_compression(void)
{
    CHECK(raw_fails("bad-chunk", EFT_EPROTO, EFT_EABNORMAL));
    CHECK(raw_fails("huge-chunk", EFT_EPROTO, EFT_EABNORMAL));
    CHECK(raw_fails("bad-gzip", EFT_EPROTO, EFT_EABNORMAL));
    CHECK(raw_fails("end-mid-gzip", EFT_EPROTO, EFT_OK));
}

static void what_is_no_http(void)
{
    CHECK(raw_fails("garbage", EFT_EPROTO, EFT_ECONNECT));
    CHECK(raw_fails("smtp", EFT_EPROTO, EFT_ECONNECT));
    CHECK(raw_fails("garbage-flood", EFT_EPROTO, EFT_ECONNECT));
    CHECK(raw_fails("bad-version", EFT_EPROTO, EFT_ECONNECT));
    CHECK(raw_fails("bad-status", EFT_EPROTO, EFT_ECONNECT));
    /* Browsers do not look at that. */
    if (http_native())
        CHECK(raw_fails("bad-length", EFT_EPROTO, EFT_OK));
}

static void a_head_without_an_end(void)
{
    CHECK(raw_fails("head-flood", EFT_EPROTO, EFT_ECONNECT));
    CHECK(raw_fails("line-flood", EFT_EPROTO, EFT_ECONNECT));
}

/* What no byte of a body is in is no progress; browsers have a limit, Node has
 * none. */
static void a_chunk_without_an_end(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.read_timeout_ms = 300});

    CHECK(http_fails(
        eft_http_get(session, http_at("http-raw", "/chunk-flood"), NULL),
        EFT_ETIMEDOUT, http_in_node() ? EFT_ETIMEDOUT : EFT_EABNORMAL));
    eft_http_session_free(session);
}

/* Each of them is whole: who has no limit takes as many as come. */
static void interim_answers_without_an_end(void)
{
    eft_http_session *session;
    eft_http_request request = {.total_timeout_ms = 500};
    int32_t error;

    if (http_in_page())
        SKIP("Chromium's network process is busy with them long after the end");
    session = http_open((eft_http_session_options){0});
    error = http_ends(
        eft_http_get(session, http_at("http-raw", "/interim-flood"), &request));

    CHECK(error == EFT_EPROTO || error == EFT_ETIMEDOUT ||
          eft_error_is(error, EFT_ECONNECT));
    eft_http_session_free(session);
}

static void the_size_of_a_head_is_limited(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});

    /* Node's own limit is lower. */
    if (!http_in_node())
        CHECK(http_status(eft_http_get(session,
                                       http_at("http-raw", "/long-head/60000"),
                                       NULL)) == 200);
    if (http_native())
        CHECK(http_ends(eft_http_get(session,
                                     http_at("http-raw", "/long-head/70000"),
                                     NULL)) == EFT_EPROTO);
    eft_http_session_free(session);
    session = http_open((eft_http_session_options){.max_headers = 1000});
    CHECK(http_fails(
        eft_http_get(session, http_at("http-raw", "/long-head/2000"), NULL),
        EFT_EPROTO, EFT_ENOTSUP));
    CHECK(http_detail_has("max_headers"));
    CHECK(
        http_fails(eft_http_get(session, http_at("http-raw", "/interim"), NULL),
                   EFT_OK, EFT_ENOTSUP));
    eft_http_session_free(session);
}

/* A body that is well, however odd it looks. */
static bool raw_says(const char *path, const char *text)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    bool well = http_says(
        eft_http_get(session, http_at("http-raw", "/%s", path), NULL), text);

    if (!well)
        test_explain("# by %s\n", path);
    eft_http_session_free(session);
    return well;
}

static void odd_answers_that_are_right(void)
{
    CHECK(raw_says("interim", "final"));
    /* Node refuses what it has not asked for. */
    if (!http_in_node())
        CHECK(raw_says("continue", "final2"));
    CHECK(raw_says("no-reason", "terse"));
    CHECK(raw_says("to-the-end", "until the end"));
    CHECK(raw_says("http-1.0", "until the end"));
    CHECK(raw_says("trailer", "body"));
    CHECK(raw_says("pieces", "bytewise"));
    CHECK(raw_says("with-body-204", ""));
    CHECK(raw_says("unknown-coding", "what?"));
    /* Node's parser is strict. */
    if (!http_in_node())
        CHECK(raw_says("bare-lf", "bare"));
}

static void what_follows_a_body_is_no_answer_to_the_next(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});

    CHECK(http_says(
        eft_http_get(session, http_at("http-raw", "/more-than-told"), NULL),
        "body"));
    CHECK(http_says(
        eft_http_get(session, http_at("http-raw", "/interim"), NULL), "final"));
    eft_http_session_free(session);
}

/* Which connection the raw server has answered on; else the error. */
static int64_t connection_of(eft_http_session *session, const char *path,
                             const char *method)
{
    const char *url = http_at("http-raw", "/%s", path);
    eft_http_request request = {.data = "x", .length = 1};
    bool has_body = strcmp(method, "GET") != 0;
    eft_result got = eft_await(
        eft_http_fetch(session, method, url, has_body ? &request : NULL));
    eft_result json;
    int64_t number;

    if (got.error)
        return got.error;
    json = eft_await(eft_http_response_json(got.response));
    number = json.error ? json.error : json_number(json.json, "connection");
    eft_result_free(json);
    eft_result_free(got);
    return number;
}

/* The second request on a kept connection finds it dead. */
static void a_kept_connection_that_has_died_is_tried_again_once(void)
{
    static const char *const ways[] = {"dies/end", "dies/reset"};

    if (http_in_node())
        SKIP("Node's fetch does not try again");
    for (size_t i = 0; i < 2; i++) {
        eft_http_session *session = http_open((eft_http_session_options){0});
        int64_t first = connection_of(session, ways[i], "GET");
        int64_t second = connection_of(session, ways[i], "GET");

        if (first < 0 || second < 0)
            test_explain("# %s: %d, then %d: %s\n", ways[i], (int)first,
                         (int)second, eft_error_detail());
        CHECK(first > 0 && second > 0 && second != first);
        CHECK(connection_of(session, ways[i], "PUT") > second);
        /* What may not be done twice is not sent again; browsers do. */
        if (http_native())
            CHECK(connection_of(session, ways[i], "POST") == EFT_EABNORMAL);
        eft_http_session_free(session);
    }
}

/* It had not said so: whoever asks again has seen the end, or tries again. */
static void a_connection_that_ends_behind_its_answer(void)
{
    eft_http_session *session;
    int64_t first, second;

    if (http_in_node())
        SKIP("Node's fetch does not try again");
    session = http_open((eft_http_session_options){0});
    first = connection_of(session, "leaves", "GET");
    second = connection_of(session, "leaves", "GET");
    CHECK(first > 0 && second > 0 && second != first);
    eft_http_session_free(session);
}

const test_case suite_http_faults[] = {
    {"no_connection", no_connection},
    {"the_sentence_names_the_host", the_sentence_names_the_host},
    {"a_server_that_cors_hides", a_server_that_cors_hides},
    {"certificates_that_are_not_to_be_trusted",
     certificates_that_are_not_to_be_trusted},
    {"tls_with_who_speaks_none", tls_with_who_speaks_none},
    {"no_answer", no_answer},
    {"a_body_that_breaks_off", a_body_that_breaks_off},
    {"what_came_before_the_end_is_given_first",
     what_came_before_the_end_is_given_first},
    {"broken_chunks_and_compression", broken_chunks_and_compression},
    {"what_is_no_http", what_is_no_http},
    {"a_head_without_an_end", a_head_without_an_end},
    {"a_chunk_without_an_end", a_chunk_without_an_end},
    {"interim_answers_without_an_end", interim_answers_without_an_end},
    {"the_size_of_a_head_is_limited", the_size_of_a_head_is_limited},
    {"odd_answers_that_are_right", odd_answers_that_are_right},
    {"what_follows_a_body_is_no_answer_to_the_next",
     what_follows_a_body_is_no_answer_to_the_next},
    {"a_kept_connection_that_has_died_is_tried_again_once",
     a_kept_connection_that_has_died_is_tried_again_once},
    {"a_connection_that_ends_behind_its_answer",
     a_connection_that_ends_behind_its_answer},
    {NULL, NULL},
};
