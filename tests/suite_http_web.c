/* SPDX-License-Identifier: MIT
 * What only a page has of HTTP: its browser's rules, and how it gets around. */
#include <stdlib.h>
#include <string.h>

#include "http_case.h"
#include "targets/world.h"

/* In suite_web.js: the requests that JavaScript knows of; what relative URLs
 * are relative to; how the next fetch() answers. */
extern int test_web_requests(void);
extern void test_web_base(const char *url);
extern void test_web_fetch(const char *how);

static void a_header_that_is_the_browsers_is_named(void)
{
    static const char *const names[] = {
        "Cookie",         "User-Agent",  "Origin", "Referer",
        "Accept-Charset", "Sec-Purpose", "DNT",    "Via",
        "Proxy-Anything", "Set-Cookie",  "Date",   "ACCEPT-ENCODING",
    };
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        eft_http_pair header = {names[i], "x"};
        eft_http_request request = {.headers = &header, .header_count = 1};

        CHECK(http_fails(
            eft_http_get(session, http_at("http", "/echo"), &request), 0,
            EFT_ENOTSUP));
        CHECK(http_detail_has(names[i]));
    }
    eft_http_session_free(session);
}

/* Browsers drop these by their value. */
static void a_method_in_a_header_is_one_that_fetch_allows(void)
{
    static const struct {
        eft_http_pair header;
        int32_t error;
    } cases[] = {
        {{"X-HTTP-Method-Override", "TRACE"}, EFT_ENOTSUP},
        {{"X-Method-Override", "PATCH, connect ,x"}, EFT_ENOTSUP},
        {{"X-HTTP-Method", "Track"}, EFT_ENOTSUP},
        {{"X-HTTP-Method-Override", "PATCH"}, 0},
        {{"X-HTTP-Method", "TRACES"}, 0},
        {{"X-Method", "TRACE"}, 0},
    };
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        eft_http_request request = {.headers = &cases[i].header,
                                    .header_count = 1};
        eft_result got = eft_await(
            eft_http_get(session, http_at("http", "/echo"), &request));

        CHECK(got.error == cases[i].error);
        if (got.error) {
            CHECK(http_detail_has(cases[i].header.name));
        } else {
            eft_result echo = eft_await(eft_http_response_json(got.response));

            CHECK(!echo.error && http_came(echo.json, cases[i].header.name, 0));
            eft_result_free(echo);
        }
        eft_result_free(got);
    }
    eft_http_session_free(session);
}

static void other_headers_go_as_they_are(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_pair headers[] = {
        {"Authorization", "Bearer x"},
        {"X-Secret", "a"},
        {"Range", "bytes=0-"},
        {"If-None-Match", "\"tag\""},
    };
    eft_http_request request = {.headers = headers, .header_count = 4};
    cJSON *echo =
        http_json(eft_http_get(session, http_at("http", "/echo"), &request));

    for (size_t i = 0; i < 4; i++) {
        const char *came = http_came(echo, headers[i].name, 0);

        CHECK(came && !strcmp(came, headers[i].value));
    }
    cJSON_Delete(echo);
    eft_http_session_free(session);
}

static void a_method_that_fetch_forbids_is_named(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});

    CHECK(http_ends(eft_http_fetch(session, "TRACE", http_at("http", "/echo"),
                                   NULL)) == EFT_ENOTSUP);
    CHECK(http_detail_has("TRACE"));
    eft_http_session_free(session);
}

static void a_relative_url_is_the_pages(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_future *get = eft_http_get(session, "/http/status/204", NULL);

    if (http_in_page()) {
        eft_result got = eft_await(get);

        REQUIRE(test_succeeded(got.error));
        CHECK(eft_http_response_status(got.response) == 204);
        CHECK(!strncmp(eft_http_response_url(got.response), "http://127.", 11));
        eft_result_free(got);
    } else {
        CHECK(http_ends(get) == EFT_EURL);
        CHECK(http_detail_has("no page"));
    }
    test_web_base("file:///no/server/");
    CHECK(http_ends(eft_http_get(session, "x", NULL)) == EFT_EURL);
    CHECK(http_detail_has("x is relative"));
    test_web_base(NULL);
    eft_http_session_free(session);
}

static void what_failed_is_a_sentence_with_the_url(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});

    CHECK(http_ends(eft_http_get(session, http_at("http-refused", "/some/path"),
                                 NULL)) == EFT_ECONNECT);
    CHECK(http_detail_has("/some/path"));
    CHECK(http_detail_has(http_in_page() ? "CORS" : "ECONNREFUSED"));
    eft_http_session_free(session);
}

static void a_redirect_that_is_refused_is_told_apart(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.redirects = EFT_HTTP_REFUSE});

    CHECK(http_ends(eft_http_get(session,
                                 http_at("http", "/redirect/302?to=/echo"),
                                 NULL)) == EFT_EREDIRECT);
    CHECK(http_detail_has("/redirect/302"));
    CHECK(http_status(eft_http_get(session, http_at("http", "/echo"), NULL)) ==
          200);
    eft_http_session_free(session);
}

static void an_odd_fetch_ends_its_own_request_only(void)
{
    static const struct {
        const char *how;
        int32_t error;
        const char *words;
    } cases[] = {
        {"is nothing", EFT_EIO, "Response"},
        {"throws nothing", EFT_EIO, "fetch()"},
        {"rejects with nothing", EFT_ECONNECT, "no answer"},
        {"is hidden", EFT_ECONNECT, "hides"},
        {"has a body that is taken", EFT_EIO, "getReader()"},
        {"has no body", 0, NULL},
        {"sends no bytes", EFT_EABNORMAL, "after 0 bytes"},
        {"breaks with nothing", EFT_EABNORMAL, "after 0 bytes"},
        {"sends bytes", 0, NULL},
        {"finds no memory", EFT_ENOMEM, "the body of"},
    };
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_web_fetch(cases[i].how);
        int32_t error =
            http_ends(eft_http_get(session, http_at("http", "/echo"), NULL));

        if (error != cases[i].error)
            test_explain("# a fetch() that %s\n", cases[i].how);
        CHECK(error == cases[i].error);
        CHECK(!error || http_detail_has(cases[i].words));
    }
    CHECK(test_web_requests() == 0);
    eft_http_session_free(session);
}

/* A body that is written in pieces around the size of the Blobs that it is
 * gathered in. */
typedef struct pieces {
    size_t size;
    int count;
} pieces;

static eft_result write_pieces(eft_http_upload *upload, void *arg)
{
    const pieces *wanted = arg;
    uint8_t *piece = malloc(wanted->size);
    eft_result result = piece ? eft_ok() : eft_failed(EFT_ENOMEM);

    for (int i = 0; i < wanted->count && !result.error; i++) {
        http_pattern(piece, (uint64_t)wanted->size * (uint64_t)i, wanted->size);
        result = eft_await(eft_http_upload_write(upload, piece, wanted->size));
    }
    free(piece);
    return result;
}

static void a_body_is_gathered_in_any_pieces(void)
{
    static pieces cases[] = {{(1 << 20) - 1, 1}, {1 << 20, 1},
                             {(1 << 20) + 1, 2}, {1 << 20, 3},
                             {1 << 19, 5},       {3 << 20, 1}};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        eft_http_request request = {.writer = write_pieces,
                                    .writer_arg = &cases[i]};
        cJSON *told = http_json(
            eft_http_post(session, http_at("http", "/count"), &request));

        CHECK(json_number(told, "length") ==
              (int64_t)cases[i].size * cases[i].count);
        CHECK(cJSON_IsTrue(cJSON_GetObjectItem(told, "pattern")));
        cJSON_Delete(told);
    }
    eft_http_session_free(session);
}

static void a_body_streams_over_http_2_only(void)
{
    static pieces few = {1000, 3};
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.writer = write_pieces, .writer_arg = &few};
    eft_future *post =
        eft_http_post(session, http_at("https", "/count"), &request);

    if (http_in_page()) {
        CHECK(http_ends(post) == EFT_ECONNECT);
        CHECK(http_detail_has("over HTTP/2 only"));
    } else {
        CHECK(http_status(post) == 200);
    }
    eft_http_session_free(session);
}

static bool decodes(const char *charset, const char *bytes, const char *text)
{
    eft_message *message = NULL;
    int32_t error = eft_target_decode(charset, bytes, strlen(bytes), &message);
    bool same = !error && message->length == strlen(text) &&
                !strcmp((char *)message->data, text);

    if (!same)
        test_explain("# %s: %s\n", charset, eft_error_name(error));
    eft_message_free(message);
    return same;
}

static void charsets_are_the_hosts(void)
{
    eft_message *message = NULL;

    CHECK(decodes("gbk", "\xc4\xe3\xba\xc3", "\xe4\xbd\xa0\xe5\xa5\xbd"));
    CHECK(decodes("windows-1251", "\xcf\xf0", "\xd0\x9f\xd1\x80"));
    CHECK(decodes("shift_jis", "\x93\xfa", "\xe6\x97\xa5"));
    CHECK(decodes("euc-kr", "\xc7\xd1", "\xed\x95\x9c"));
    CHECK(decodes("koi8-r", "\xf0", "\xd0\x9f"));
    CHECK(decodes("gbk", "", ""));
    CHECK(eft_target_decode("gbk", "\x81", 1, &message) == EFT_ECHARSET);
    CHECK(eft_target_decode("klingon", "a", 1, &message) == EFT_ECHARSET);
    CHECK(eft_target_decode("", "a", 1, &message) == EFT_ECHARSET);
    CHECK(message == NULL);
}

static void nothing_is_left_of_a_request(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (int i = 0; i < 20; i++) {
        eft_future *get =
            eft_http_get(session, http_at("http", "/bytes/100000"), NULL);

        CHECK(test_web_requests() > 0);
        if (i % 2)
            eft_cancel(get);
        eft_result got = eft_await(get);
        if (i % 4)
            eft_await(eft_sleep(i % 3));
        CHECK(got.error == (i % 2 ? EFT_ECANCELED : 0));
        eft_result_free(got);
    }
    eft_await(eft_sleep(0));
    CHECK(test_web_requests() == 0);
    eft_http_session_free(session);
}

const test_case suite_http_web[] = {
    {"a_header_that_is_the_browsers_is_named",
     a_header_that_is_the_browsers_is_named},
    {"a_method_in_a_header_is_one_that_fetch_allows",
     a_method_in_a_header_is_one_that_fetch_allows},
    {"other_headers_go_as_they_are", other_headers_go_as_they_are},
    {"a_method_that_fetch_forbids_is_named",
     a_method_that_fetch_forbids_is_named},
    {"a_relative_url_is_the_pages", a_relative_url_is_the_pages},
    {"what_failed_is_a_sentence_with_the_url",
     what_failed_is_a_sentence_with_the_url},
    {"a_redirect_that_is_refused_is_told_apart",
     a_redirect_that_is_refused_is_told_apart},
    {"an_odd_fetch_ends_its_own_request_only",
     an_odd_fetch_ends_its_own_request_only},
    {"a_body_is_gathered_in_any_pieces", a_body_is_gathered_in_any_pieces},
    {"a_body_streams_over_http_2_only", a_body_streams_over_http_2_only},
    {"charsets_are_the_hosts", charsets_are_the_hosts},
    {"nothing_is_left_of_a_request", nothing_is_left_of_a_request},
    {NULL, NULL},
};
