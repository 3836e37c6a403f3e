/* SPDX-License-Identifier: MIT
 * Queries and forms, encoded. */
#include <string.h>

#include <eft/eft.h>

#include "request_case.h"
#include "suite.h"

#define QUERY(...)                                                             \
    .query = (const eft_http_pair[]){__VA_ARGS__},                             \
    .query_count =                                                             \
        sizeof(const eft_http_pair[]){__VA_ARGS__} / sizeof(eft_http_pair)

static bool gives(const char *url, eft_http_request request, const char *whole)
{
    return request_is(NULL, "GET", url, &request, whole);
}

static bool is_invalid(eft_http_request request, const char *words)
{
    return request_is_invalid(NULL, "GET", "http://h", &request, words);
}

static void pairs_are_appended_in_their_order(void)
{
    CHECK(gives(
        "http://h",
        (eft_http_request){QUERY({"b", "1"}, {"a", "2"}, {"b", "3"}, {"", ""})},
        "GET http://h/?b=1&a=2&b=3&="));
}

static void pairs_follow_what_the_url_has(void)
{
    const eft_http_request request = {QUERY({"a", "b"})};

    CHECK(gives("http://h/x?y=z", request, "GET http://h/x?y=z&a=b"));
    CHECK(gives("http://h/x?y=z#f?", request, "GET http://h/x?y=z&a=b"));
    CHECK(gives("http://h/x?", request, "GET http://h/x?a=b"));
    CHECK(gives("http://h/x?y&", request, "GET http://h/x?y&a=b"));
}

static void what_pairs_hold_is_encoded(void)
{
    CHECK(gives("http://h",
                (eft_http_request){
                    QUERY({"a b", "c+d&e=f"}, {"\xc3\xbc", "*-._~'%\n/?#"})},
                "GET http://h/?a+b=c%2Bd%26e%3Df&%C3%BC=*-._%7E%27%25%0A%2F%3F"
                "%23"));
}

static void an_encoded_query_is_left_alone(void)
{
    CHECK(gives("http://h", (eft_http_request){.encoded_query = "a=%20&b='+\""},
                "GET http://h/?a=%20&b='+\""));
    CHECK(gives("http://h?x", (eft_http_request){.encoded_query = "a=b"},
                "GET http://h/?x&a=b"));
    CHECK(gives("http://h?x",
                (eft_http_request){.encoded_query = "a=b", QUERY({"c", "d"})},
                "GET http://h/?x&c=d&a=b"));
    CHECK(gives("http://h?x", (eft_http_request){.encoded_query = ""},
                "GET http://h/?x"));
}

static void an_encoded_query_cannot_break_the_request(void)
{
    static const char *const broken[] = {"a b",      "a\r\nX: y", "a#b",
                                         "\xc3\xbc", "a\tb",      "\x7f"};

    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        CHECK(is_invalid((eft_http_request){.encoded_query = broken[i]},
                         "encoded_query: "));
}

static void names_and_values_are_there(void)
{
    CHECK(is_invalid((eft_http_request){QUERY({NULL, "a"})}, "query: a name"));
    CHECK(is_invalid((eft_http_request){QUERY({"a", NULL})}, "query: a name"));
    CHECK(is_invalid((eft_http_request){.query_count = 1}, "query: there are"));
    CHECK(is_invalid(
        (eft_http_request){.query = (const eft_http_pair[]){{"a", "b"}}},
        "query: their count"));
}

static void a_url_is_bounded_with_its_query(void)
{
    static char large[9000];
    eft_http_request request = {QUERY({"a", large})};
    const eft_http_request encoded = {.encoded_query = large};

    memset(large, 'a', sizeof large - 1);
    CHECK(request_fails(NULL, "GET", "http://h", &request, EFT_EURL, "8192"));
    CHECK(request_fails(NULL, "GET", "http://h", &encoded, EFT_EURL, "8192"));
    large[8192 - strlen("http://h/?a=")] = 0;
    CHECK(strlen(request_of(NULL, "GET", "http://h", &request)) == 4 + 8192);
    CHECK(request_fails(NULL, "GET", "http://h/b", &request, EFT_EURL, "8192"));
}

const test_case suite_http_query[] = {
    {"pairs_are_appended_in_their_order", pairs_are_appended_in_their_order},
    {"pairs_follow_what_the_url_has", pairs_follow_what_the_url_has},
    {"what_pairs_hold_is_encoded", what_pairs_hold_is_encoded},
    {"an_encoded_query_is_left_alone", an_encoded_query_is_left_alone},
    {"an_encoded_query_cannot_break_the_request",
     an_encoded_query_cannot_break_the_request},
    {"names_and_values_are_there", names_and_values_are_there},
    {"a_url_is_bounded_with_its_query", a_url_is_bounded_with_its_query},
    {NULL, NULL},
};
