/* SPDX-License-Identifier: MIT
 * Requests as the seam gets them: method, headers, who they are from. */
#include <string.h>

#include <eft/eft.h>

#include "request_case.h"
#include "sdk/core/memory.h"
#include "suite.h"

#define HEADERS(...)                                                           \
    .headers = (const eft_http_pair[]){__VA_ARGS__},                           \
    .header_count =                                                            \
        sizeof(const eft_http_pair[]){__VA_ARGS__} / sizeof(eft_http_pair)

static bool gets(const char *url, const char *expected)
{
    char text[400] = "GET ";

    strncat(text, expected, sizeof text - 5);
    return request_is(NULL, "GET", url, NULL, text);
}

static bool is_no_url(const char *url, const char *words)
{
    return request_fails(NULL, "GET", url, NULL, EFT_EURL, words);
}

/* Methods */

static void a_method_is_a_token(void)
{
    CHECK(request_is(NULL, "PURGE", "http://h", NULL, "PURGE http://h/"));
    CHECK(request_is(NULL, "M-SEARCH", "http://h", NULL, "M-SEARCH http://h/"));
    CHECK(request_is_invalid(NULL, NULL, "http://h", NULL, "a method is"));
    CHECK(request_is_invalid(NULL, "", "http://h", NULL, "a method is"));
    CHECK(request_is_invalid(NULL, "GET ", "http://h", NULL, "a method is"));
    CHECK(request_is_invalid(NULL, "GET / HTTP/1.1\r\n", "http://h", NULL,
                             "a method is"));
    CHECK(request_is_invalid(NULL,
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                             "AAAAAAAAAAAAAAAA",
                             "http://h", NULL, "up to 64"));
    CHECK(request_is_invalid(NULL, "CONNECT", "http://h", NULL, "transport"));
    CHECK(request_is_invalid(NULL, "connect", "http://h", NULL, "transport"));
}

static void common_methods_may_be_in_lower_case(void)
{
    CHECK(request_is(NULL, "get", "http://h", NULL, "GET http://h/"));
    CHECK(request_is(NULL, "Options", "http://h", NULL, "OPTIONS http://h/"));
    CHECK(request_is(NULL, "delete", "http://h", NULL, "DELETE http://h/"));
    CHECK(request_is(NULL, "post", "http://h", NULL, "POST http://h/ > "));
    /* As fetch: it is no POST. */
    CHECK(request_is(NULL, "patch", "http://h", NULL, "patch http://h/"));
}

static void what_fetch_refuses_is_lacked(void)
{
    static const eft_target_lack page[] = {{"method.TRACE", "no."},
                                           {NULL, NULL}};

    CHECK(request_is(NULL, "TRACE", "http://h", NULL, "TRACE http://h/"));
    request_world(NULL, page);
    CHECK(request_fails(NULL, "TRACE", "http://h", NULL, EFT_ENOTSUP,
                        "TRACE: no."));
    CHECK(request_fails(NULL, "trace", "http://h", NULL, EFT_ENOTSUP, "no."));
    request_world(NULL, NULL);
}

static void what_can_be_done_twice_may_be_sent_again(void)
{
    static const struct {
        const char *method;
        bool idempotent;
    } methods[] = {{"GET", true},   {"HEAD", true},  {"OPTIONS", true},
                   {"TRACE", true}, {"PUT", true},   {"DELETE", true},
                   {"QUERY", true}, {"POST", false}, {"PATCH", false},
                   {"PURGE", false}};

    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        eft__http_options *options;
        eft__http_request *made =
            request_made(NULL, &options, methods[i].method, "http://h", NULL);

        if (made)
            CHECK(made->target.idempotent == methods[i].idempotent);
        eft__http_request_free(made);
        eft__free(options);
    }
}

/* Headers */

static void headers_of_a_session_are_defaults(void)
{
    const eft_http_session_options options = {HEADERS(
        {"X-A", "1"}, {"X-B", "2"}, {"X-B", "3"}, {"Accept", "text/html"})};
    const eft_http_request request = {
        HEADERS({"x-b", "4"}, {"X-C", "5"}, {"X-C", ""})};

    CHECK(request_is(&options, "GET", "http://h", NULL,
                     "GET http://h/ | X-A: 1 | X-B: 2 | X-B: 3 | "
                     "Accept: text/html"));
    CHECK(request_is(&options, "GET", "http://h", &request,
                     "GET http://h/ | X-A: 1 | Accept: text/html | x-b: 4 | "
                     "X-C: 5 | X-C: "));
}

static void everything_is_accepted_unless_said_otherwise(void)
{
    eft_http_request request = {HEADERS({"accept", "a/b"})};
    eft__http_options *options;
    eft__http_request *made =
        request_made(NULL, &options, "GET", "http://h", NULL);

    if (made) {
        REQUIRE(made->target.header_count == 1);
        CHECK(!strcmp(made->target.headers[0].name, "Accept"));
        CHECK(!strcmp(made->target.headers[0].value, "*/*"));
    }
    eft__http_request_free(made);
    eft__free(options);
    CHECK(request_is(NULL, "GET", "http://h", &request,
                     "GET http://h/ | accept: a/b"));
}

static bool header_is_refused(const char *name, const char *value,
                              const char *words)
{
    const eft_http_pair header[] = {{name, value}};
    const eft_http_session_options options = {.headers = header,
                                              .header_count = 1};
    const eft_http_request request = {.headers = header, .header_count = 1};

    return request_is_invalid(&options, "GET", "http://h", NULL, words) &&
           request_is_invalid(NULL, "GET", "http://h", &request, words);
}

static void headers_are_well_formed(void)
{
    CHECK(header_is_refused(NULL, "b", "the name of a header is"));
    CHECK(header_is_refused("", "b", "the name of a header is"));
    CHECK(header_is_refused("X A", "b", "the name of a header is"));
    CHECK(header_is_refused("X-A:", "b", "the name of a header is"));
    CHECK(header_is_refused("\xc3\xbc", "b", "the name of a header is"));
    CHECK(header_is_refused("X-A", NULL, "the value of X-A"));
    CHECK(header_is_refused("X-A", "b\r\nX-B: c", "the value of X-A"));
    CHECK(header_is_refused("X-A", "\x7f", "the value of X-A"));
}

static void the_transport_has_headers_of_its_own(void)
{
    static const char *const owned[] = {
        "Host",    "connection",       "Content-length", "Transfer-Encoding",
        "Expect",  "UPGRADE",          "Keep-Alive",     "te",
        "Trailer", "Proxy-Connection",
    };

    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        CHECK(header_is_refused(owned[i], "x", "belongs to the transport"));
}

static void headers_are_bounded(void)
{
    static eft_http_pair many[1025];
    static char large[65536];
    const eft_http_pair one[] = {{"X-A", large}};
    eft_http_request request = {.headers = many, .header_count = 1025};

    for (size_t i = 0; i < 1025; i++)
        many[i] = (eft_http_pair){"A", "b"};
    memset(large, 'a', sizeof large - 1);
    CHECK(request_is_invalid(NULL, "GET", "http://h", &request,
                             "more than 1024"));
    request.header_count = 1024;
    CHECK(!strncmp(request_of(NULL, "GET", "http://h", &request), "GET", 3));
    request = (eft_http_request){.headers = one, .header_count = 1};
    CHECK(request_is_invalid(NULL, "GET", "http://h", &request, "64 KiB"));
    request = (eft_http_request){.headers = one};
    CHECK(request_is_invalid(NULL, "GET", "http://h", &request, "headers: "));
    request = (eft_http_request){.header_count = 1};
    CHECK(request_is_invalid(NULL, "GET", "http://h", &request, "headers: "));
}

/* Who it is from */

static void users_become_basic_authentication(void)
{
    eft_http_request request = {.user = "Aladdin:open sesame"};
    const eft_http_session_options options = {.user = "s:t"};

    CHECK(gets("http://a:b%40@h", "http://h/ | Authorization: Basic YTpiQA=="));
    CHECK(gets("http://a@h", "http://h/ | Authorization: Basic YTo="));
    CHECK(gets("http://@h", "http://h/"));
    CHECK(request_is(NULL, "GET", "http://h", &request,
                     "GET http://h/ | Authorization: Basic "
                     "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    request.user = "a:100%41";
    CHECK(request_is(NULL, "GET", "http://h", &request,
                     "GET http://h/ | Authorization: Basic YToxMDAlNDE="));
    CHECK(request_is(&options, "GET", "http://h", &request,
                     "GET http://h/ | Authorization: Basic YToxMDAlNDE="));
    CHECK(request_is(&options, "GET", "http://a:b@h", NULL,
                     "GET http://h/ | Authorization: Basic YTpi"));
    CHECK(request_is(&options, "GET", "http://h", NULL,
                     "GET http://h/ | Authorization: Basic czp0"));
}

static void the_user_of_a_base_is_for_its_origin(void)
{
    eft_http_session_options options = {.base_url = "https://h/x",
                                        .user = "s:t"};
    static const char given[] = "GET https://h/y | Authorization: Basic czp0";

    CHECK(request_is(&options, "GET", "y", NULL, given));
    CHECK(request_is(&options, "GET", "https://H:443/y", NULL, given));
    CHECK(request_is(&options, "GET", "http://h/y", NULL, "GET http://h/y"));
    CHECK(request_is(&options, "GET", "https://h:8443/y", NULL,
                     "GET https://h:8443/y"));
    CHECK(
        request_is(&options, "GET", "//other/y", NULL, "GET https://other/y"));
    options = (eft_http_session_options){.base_url = "https://s:t@h/x"};
    CHECK(request_is(&options, "GET", "y", NULL, given));
    CHECK(request_is(&options, "GET", "http://h/y", NULL, "GET http://h/y"));
}

static void an_empty_user_is_none(void)
{
    const eft_http_request nobody = {.user = ""};
    eft_http_session_options options = {.user = ""};

    CHECK(request_is(&options, "GET", "http://h", NULL, "GET http://h/"));
    CHECK(request_is(NULL, "GET", "http://h", &nobody, "GET http://h/"));
    options.base_url = "http://a:b@h";
    CHECK(request_is(&options, "GET", "/", NULL,
                     "GET http://h/ | Authorization: Basic YTpi"));
    CHECK(request_is(&options, "GET", "/", &nobody, "GET http://h/"));
    options = (eft_http_session_options){.user = "s:t"};
    CHECK(request_is(&options, "GET", "http://h", &nobody, "GET http://h/"));
    CHECK(request_is(&options, "GET", "http://a:b@h", &nobody,
                     "GET http://h/ | Authorization: Basic YTpi"));
    options =
        (eft_http_session_options){HEADERS({"Authorization", "Bearer s"})};
    CHECK(request_is(&options, "GET", "http://h", &nobody, "GET http://h/"));
}

static void only_one_says_who_it_is_from(void)
{
    const eft_http_request both = {.user = "a:b",
                                   HEADERS({"authorization", "Bearer x"})};
    const eft_http_request header = {HEADERS({"authorization", "Bearer x"})};
    const eft_http_request user = {.user = "a:b"};
    const eft_http_session_options session = {
        HEADERS({"Authorization", "Bearer s"})};
    eft_http_session_options twice = {.user = "a:b",
                                      HEADERS({"Authorization", "Bearer s"})};

    CHECK(request_is_invalid(NULL, "GET", "http://h", &both, "only one"));
    CHECK(request_is_invalid(NULL, "GET", "http://a@h", &header, "only one"));
    CHECK(request_is_invalid(NULL, "GET", "http://a@h", &user, "only one"));
    CHECK(request_is(&session, "GET", "http://h", &header,
                     "GET http://h/ | authorization: Bearer x"));
    CHECK(request_is(&session, "GET", "http://h", &user,
                     "GET http://h/ | Authorization: Basic YTpi"));
    CHECK(request_is(&session, "GET", "http://h", NULL,
                     "GET http://h/ | Authorization: Bearer s"));
    CHECK(request_is_invalid(&twice, "GET", "http://h", NULL, "user: "));
    twice.user = NULL;
    twice.base_url = "http://a:b@h";
    CHECK(request_is_invalid(&twice, "GET", "http://h", NULL, "user: "));
}

static void users_have_no_controls(void)
{
    static char large[4098];
    eft_http_request request = {.user = "a:b\n"};

    CHECK(request_is_invalid(NULL, "GET", "http://h", &request, "user: "));
    request.user = "a\t";
    CHECK(request_is_invalid(NULL, "GET", "http://h", &request, "user: "));
    memset(large, 'a', sizeof large - 1);
    request.user = large;
    CHECK(request_is_invalid(NULL, "GET", "http://h", &request, "user: "));
    CHECK(is_no_url("http://a%0ab@h", "user and password"));
}

const test_case suite_http_request[] = {
    {"a_method_is_a_token", a_method_is_a_token},
    {"common_methods_may_be_in_lower_case",
     common_methods_may_be_in_lower_case},
    {"what_fetch_refuses_is_lacked", what_fetch_refuses_is_lacked},
    {"what_can_be_done_twice_may_be_sent_again",
     what_can_be_done_twice_may_be_sent_again},
    {"headers_of_a_session_are_defaults", headers_of_a_session_are_defaults},
    {"everything_is_accepted_unless_said_otherwise",
     everything_is_accepted_unless_said_otherwise},
    {"headers_are_well_formed", headers_are_well_formed},
    {"the_transport_has_headers_of_its_own",
     the_transport_has_headers_of_its_own},
    {"headers_are_bounded", headers_are_bounded},
    {"users_become_basic_authentication", users_become_basic_authentication},
    {"the_user_of_a_base_is_for_its_origin",
     the_user_of_a_base_is_for_its_origin},
    {"an_empty_user_is_none", an_empty_user_is_none},
    {"only_one_says_who_it_is_from", only_one_says_who_it_is_from},
    {"users_have_no_controls", users_have_no_controls},
    {NULL, NULL},
};
