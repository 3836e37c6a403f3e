/* SPDX-License-Identifier: MIT
 * What a response tells of its head. */
#include <string.h>

#include "http_script.h"
#include "suite.h"

static eft_http_session *session;

static eft_http_response *begin(const char *headers)
{
    session = http_begin(NULL);
    return session ? http_gets(session, headers) : NULL;
}

static void end(eft_http_response *response)
{
    eft_http_response_free(response);
    http_end(session);
}

static bool is_header(const eft_http_response *response, const char *name,
                      const char *value)
{
    const char *found = eft_http_response_header(response, name);

    return value ? found && !strcmp(found, value) : !found;
}

static void headers_are_found_in_any_case(void)
{
    eft_http_response *response =
        begin("X-One: 1\nEMPTY: \nx-two: a: b\nX-One: second\n");
    size_t count = 0;

    REQUIRE(response);
    CHECK(is_header(response, "x-one", "1"));
    CHECK(is_header(response, "X-TWO", "a: b"));
    CHECK(is_header(response, "Empty", ""));
    CHECK(is_header(response, "X-Three", NULL));
    CHECK(is_header(response, "X", NULL));
    CHECK(is_header(response, "X-One-", NULL));
    const eft_http_pair *pairs = eft_http_response_headers(response, &count);
    REQUIRE(count == 4);
    CHECK(!strcmp(pairs[0].name, "X-One") && !strcmp(pairs[0].value, "1"));
    CHECK(!strcmp(pairs[3].name, "X-One") && !strcmp(pairs[3].value, "second"));
    end(response);
}

static void of_null_they_give_nothing(void)
{
    size_t count = 1;

    CHECK(eft_http_response_status(NULL) == 0);
    CHECK(eft_http_response_version(NULL) == 0);
    CHECK(!strcmp(eft_http_response_reason(NULL), ""));
    CHECK(!strcmp(eft_http_response_url(NULL), ""));
    CHECK(!strcmp(eft_http_response_charset(NULL), ""));
    CHECK(!eft_http_response_header(NULL, "a"));
    CHECK(!eft_http_response_cookie(NULL, "a"));
    CHECK(eft_http_response_length(NULL) == -1);
    CHECK(eft_http_response_received(NULL) == 0);
    CHECK(!eft_http_response_headers(NULL, &count) && count == 0);
    count = 1;
    CHECK(!eft_http_response_redirects(NULL, &count) && count == 0);
    CHECK(eft_http_response_raise(NULL).error == EFT_EINVAL);
    CHECK(http_told("there is no response: NULL"));
    eft_http_response *response = begin("a: b\nSet-Cookie: c=d\n");
    REQUIRE(response);
    CHECK(!eft_http_response_header(response, NULL));
    CHECK(!eft_http_response_cookie(response, NULL));
    CHECK(eft_http_response_headers(response, NULL) != NULL);
    CHECK(!eft_http_response_redirects(response, NULL));
    end(response);
}

static void there_may_be_none(void)
{
    eft_http_response *response = begin("");
    size_t count = 1;

    REQUIRE(response);
    CHECK(is_header(response, "X", NULL));
    eft_http_response_headers(response, &count);
    CHECK(count == 0);
    CHECK(eft_http_response_length(response) == -1);
    CHECK(!strcmp(eft_http_response_charset(response), ""));
    CHECK(!eft_http_response_cookie(response, "a"));
    CHECK(eft_http_response_version(response) == 11);
    CHECK(!eft_http_response_raise(response).error);
    end(response);
}

static int64_t length_of(const char *headers)
{
    eft_http_response *response = http_gets(session, headers);
    int64_t length = response ? eft_http_response_length(response) : -2;

    eft_http_response_free(response);
    return length;
}

static void the_length_is_of_what_will_be_read(void)
{
    session = http_begin(NULL);
    REQUIRE(session);
    CHECK(length_of("Content-Length: 123\n") == 123);
    CHECK(length_of("content-length: 0\n") == 0);
    CHECK(length_of("Content-Length: 123\nContent-Encoding: gzip\n") == -1);
    CHECK(length_of("Content-Length: -1\n") == -1);
    CHECK(length_of("Content-Length: \n") == -1);
    CHECK(length_of("Content-Length: 1e3\n") == -1);
    CHECK(length_of("Content-Length: 9000000000000000000\n") > 0);
    CHECK(length_of("Content-Length: 99999999999999999999999\n") == -1);
    http_end(session);
}

static void undecoded_the_length_is_that_of_the_bytes(void)
{
    const eft_http_session_options raw = {.no_decompress = true};

    session = http_begin(&raw);
    REQUIRE(session);
    CHECK(length_of("Content-Length: 12\nContent-Encoding: gzip\n") == 12);
    http_end(session);
}

static void a_head_tells_the_length_of_what_does_not_come(void)
{
    session = http_begin(NULL);
    REQUIRE(session);
    eft_future *head = eft_http_head(session, "http://host/", NULL);
    http_answers(200, "Content-Length: 123\n");
    http_completes();
    eft_http_response *response = http_response(head);
    REQUIRE(response);
    CHECK(eft_http_response_length(response) == 123);
    CHECK(eft_http_response_received(response) == 0);
    CHECK(http_reads(eft_http_response_read(response), ""));
    end(response);
}

static void received_counts_what_has_come(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    http_sends("12345");
    CHECK(eft_http_response_received(response) == 5);
    CHECK(http_reads(eft_http_response_chunk(response), "12345"));
    http_sends("6");
    CHECK(eft_http_response_received(response) == 6);
    end(response);
}

static bool is_charset(const char *headers, const char *charset)
{
    eft_http_response *response = http_gets(session, headers);
    bool same = response &&
                !strcmp(eft_http_response_charset(response), charset) &&
                !strcmp(eft_http_response_charset(response), charset);

    eft_http_response_free(response);
    return same;
}

static void the_charset_is_that_of_the_content_type(void)
{
    session = http_begin(NULL);
    REQUIRE(session);
    CHECK(is_charset("Content-Type: text/html; charset=GBK\n", "GBK"));
    CHECK(is_charset("content-type: text/html;charset=\"utf-8\"\n", "utf-8"));
    CHECK(is_charset("Content-Type: text/html\n", ""));
    CHECK(is_charset("Content-Type: text/html; charset="
                     "a-name-that-is-so-long-that-it-cannot-be-any\n",
                     ""));
    http_end(session);
}

static bool is_cookie(eft_http_response *response, const char *name,
                      const char *value)
{
    const char *found = eft_http_response_cookie(response, name);

    return value ? found && !strcmp(found, value) : !found;
}

static void cookies_that_it_sets(void)
{
    eft_http_response *response =
        begin("Set-Cookie: a=1; Path=/\nset-cookie: bc=two words ; Secure\n"
              "Set-Cookie: a=last\nSet-Cookie: empty=\nX-Cookie: d=4\n");

    REQUIRE(response);
    CHECK(is_cookie(response, "a", "last"));
    CHECK(is_cookie(response, "bc", "two words"));
    CHECK(is_cookie(response, "empty", ""));
    CHECK(is_cookie(response, "b", NULL));
    CHECK(is_cookie(response, "A", NULL));
    CHECK(is_cookie(response, "d", NULL));
    CHECK(is_cookie(response, "Path", NULL));
    end(response);
}

static void the_url_has_no_user(void)
{
    session = http_begin(NULL);
    REQUIRE(session);
    eft_future *get =
        eft_http_get(session, "http://me:secret@host/a?b#c", NULL);
    http_answers(200, "");
    eft_http_response *response = http_response(get);
    REQUIRE(response);
    CHECK(!strcmp(eft_http_response_url(response), "http://host/a?b"));
    end(response);
}

/* A world that trusts its server more than it should. */
static void broken_lines_are_no_headers(void)
{
    eft_http_response *response = begin("nonsense\nA: 1\nno end");
    size_t count = 0;

    REQUIRE(response);
    eft_http_response_headers(response, &count);
    CHECK(count == 1);
    CHECK(is_header(response, "a", "1"));
    end(response);
}

const test_case suite_http_response[] = {
    {"headers_are_found_in_any_case", headers_are_found_in_any_case},
    {"of_null_they_give_nothing", of_null_they_give_nothing},
    {"there_may_be_none", there_may_be_none},
    {"the_length_is_of_what_will_be_read", the_length_is_of_what_will_be_read},
    {"undecoded_the_length_is_that_of_the_bytes",
     undecoded_the_length_is_that_of_the_bytes},
    {"a_head_tells_the_length_of_what_does_not_come",
     a_head_tells_the_length_of_what_does_not_come},
    {"received_counts_what_has_come", received_counts_what_has_come},
    {"the_charset_is_that_of_the_content_type",
     the_charset_is_that_of_the_content_type},
    {"cookies_that_it_sets", cookies_that_it_sets},
    {"the_url_has_no_user", the_url_has_no_user},
    {"broken_lines_are_no_headers", broken_lines_are_no_headers},
    {NULL, NULL},
};
