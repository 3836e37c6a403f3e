/* SPDX-License-Identifier: MIT
 * Redirects: a request that goes on with another URL. */
#include <string.h>

#include "http_script.h"
#include "sdk/net/http_options.h"
#include "suite.h"

static const char url[] = "http://host/";

static const eft_target_http_traits of_a_page = {.follows = true};

/* The hop is answered with another one. */
static void turn(int status, const char *headers)
{
    http_answers(status, headers);
    http_completes();
}

static void a_redirect_is_followed(void)
{
    eft_http_session *session = http_begin(NULL);
    size_t count = 0;

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    http_answers(302, "Location: /second\nSet-Cookie: a=b\n");
    CHECK(http_sends("moved"));
    CHECK(eft_future_state(get) == EFT_PENDING);
    http_completes();
    turn(301, "Location: http://other:81/third#part\n");
    http_answers(200, "");
    CHECK(http_asked("open | GET http://host/ | 2: GET http://host/second | "
                     "3: GET http://other:81/third"));
    eft_http_response *response = http_response(get);
    REQUIRE(response);
    http_sends("here");
    http_completes();
    CHECK(http_reads(eft_http_response_read(response), "here"));
    CHECK(!strcmp(eft_http_response_url(response), "http://other:81/third"));
    const eft_http_response *const *before =
        eft_http_response_redirects(response, &count);
    REQUIRE(count == 2);
    CHECK(eft_http_response_status(before[0]) == 302);
    CHECK(!strcmp(eft_http_response_url(before[0]), url));
    CHECK(!strcmp(eft_http_response_header(before[0], "set-cookie"), "a=b"));
    CHECK(eft_http_response_status(before[1]) == 301);
    eft_http_response_free(response);
    http_end(session);
}

static void a_long_body_of_a_redirect_is_not_waited_for(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    http_answers(302, "Location: /b\n");
    CHECK(!http_sends_many(70000, 'x'));
    CHECK(http_asked("open | GET http://host/ | abort"));
    http_settle();
    CHECK(http_asked("2: GET http://host/b"));
    http_answers(302, "Location: /c\nContent-Length: 1000000\n");
    CHECK(http_asked("2: abort"));
    http_settle();
    CHECK(http_asked("3: GET http://host/c"));
    http_answers(200, "");
    http_completes();
    eft_http_response_free(http_response(get));
    http_end(session);
}

/* It has led elsewhere all the same. */
static void a_redirect_whose_body_breaks_is_followed(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    http_answers(302, "Location: /b\nContent-Length: 100\n");
    http_sends("half");
    http_fails(EFT_EABNORMAL, "lost");
    http_answers(200, "");
    eft_http_response_free(http_response(get));
    http_end(session);
}

static void there_may_be_ten(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    for (int i = 0; i < 10; i++)
        turn(302, "Location: /round\n");
    CHECK(eft_future_state(get) == EFT_PENDING);
    http_answers(302, "Location: /round\n");
    http_settle();
    CHECK(http_error(get) == EFT_EREDIRECT);
    CHECK(http_told("max_redirects, 10") && http_told("led to \"/round\""));
    http_end(session);
}

/* A password may stand in a URL of the server's, too. */
static void no_sentence_has_a_password(void)
{
    static const char location[] = "Location: http://me:secret@other/\n";
    const eft_http_request refuse = {.redirects = EFT_HTTP_REFUSE};
    const eft_http_request once = {.max_redirects = 1};
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *refused = eft_http_get(session, url, &refuse);
    http_answers(302, location);
    http_settle();
    CHECK(http_error(refused) == EFT_EREDIRECT);
    CHECK(http_told("\"http://me:***@other/\""));
    eft_future *stopped = eft_http_get(session, url, &once);
    turn(302, "Location: /a\n");
    http_answers(302, location);
    http_settle();
    CHECK(http_error(stopped) == EFT_EREDIRECT);
    CHECK(http_told("\"http://me:***@other/\""));
    http_end(session);
}

static void an_empty_one_is_told_as_that(void)
{
    eft_http_session *session =
        http_begin(&(eft_http_session_options){.max_redirects = 1});

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    turn(302, "Location: \n");
    http_answers(302, "Location: \n");
    http_settle();
    CHECK(http_error(get) == EFT_EREDIRECT);
    CHECK(http_told("led to \"\""));
    http_end(session);
}

static void they_can_be_refused(void)
{
    const eft_http_session_options refuse = {.redirects = EFT_HTTP_REFUSE};
    eft_http_session *session = http_begin(&refuse);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    http_answers(302, "Location: /b\n");
    CHECK(http_asked("open | GET http://host/ | abort"));
    http_settle();
    CHECK(http_error(get) == EFT_EREDIRECT);
    CHECK(http_told("302") && http_told("/b"));
    http_end(session);
}

static void they_can_be_returned(void)
{
    const eft_http_request plain = {.redirects = EFT_HTTP_RETURN};
    eft_http_session *session = http_begin(NULL);
    size_t count = 1;

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, &plain);
    http_answers(302, "Location: /b\n");
    eft_http_response *response = http_response(get);
    REQUIRE(response);
    CHECK(eft_http_response_status(response) == 302);
    eft_http_response_redirects(response, &count);
    CHECK(count == 0);
    eft_http_response_free(response);
    http_end(session);
}

static void without_a_location_it_is_a_response(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    http_answers(302, "");
    eft_http_response_free(http_response(get));
    get = eft_http_get(session, url, NULL);
    http_answers(304, "Location: /b\n");
    eft_http_response_free(http_response(get));
    http_end(session);
}

static void where_it_cannot_go_it_says_so(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    turn(302, "Location: ftp://host/\n");
    CHECK(http_error(get) == EFT_EREDIRECT);
    http_end(session);
}

static void a_cancel_on_the_way_ends_it(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    http_answers(302, "Location: /b\n");
    CHECK(eft_cancel(get));
    CHECK(http_asked("open | GET http://host/ | abort"));
    http_settle();
    CHECK(http_error(get) == EFT_ECANCELED);
    get = eft_http_get(session, url, NULL);
    turn(302, "Location: /b\n");
    eft_future_free(get);
    CHECK(http_asked("2: GET http://host/ | 3: GET http://host/b | 3: abort"));
    http_end(session);
}

static void a_freed_session_goes_nowhere(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    http_answers(302, "Location: /b\n");
    eft_http_session_free(session);
    http_settle();
    CHECK(http_error(get) == EFT_ECLOSED);
    CHECK(http_asked("open | GET http://host/ | abort | close"));
    http_end(NULL);
}

static void a_page_follows_by_itself(void)
{
    eft_core_http_answer answer = {.status = 200,
                                   .reason = "",
                                   .url = "http://other/where",
                                   .headers = "Location: /b\n",
                                   .headers_length = 13};
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft__http_traits = &of_a_page;
    eft_future *get = eft_http_get(session, url, NULL);
    eft_core_http_head(eft__virtual_http_id(0), &answer);
    eft_http_response *response = http_response(get);
    eft__http_traits = &eft_target_http_traits_of_world;
    REQUIRE(response);
    CHECK(!strcmp(eft_http_response_url(response), "http://other/where"));
    CHECK(eft_http_response_version(response) == 0);
    eft_http_response_free(response);
    http_end(session);
}

const test_case suite_http_hops[] = {
    {"a_redirect_is_followed", a_redirect_is_followed},
    {"a_long_body_of_a_redirect_is_not_waited_for",
     a_long_body_of_a_redirect_is_not_waited_for},
    {"a_redirect_whose_body_breaks_is_followed",
     a_redirect_whose_body_breaks_is_followed},
    {"there_may_be_ten", there_may_be_ten},
    {"an_empty_one_is_told_as_that", an_empty_one_is_told_as_that},
    {"no_sentence_has_a_password", no_sentence_has_a_password},
    {"they_can_be_refused", they_can_be_refused},
    {"they_can_be_returned", they_can_be_returned},
    {"without_a_location_it_is_a_response",
     without_a_location_it_is_a_response},
    {"where_it_cannot_go_it_says_so", where_it_cannot_go_it_says_so},
    {"a_cancel_on_the_way_ends_it", a_cancel_on_the_way_ends_it},
    {"a_freed_session_goes_nowhere", a_freed_session_goes_nowhere},
    {"a_page_follows_by_itself", a_page_follows_by_itself},
    {NULL, NULL},
};
