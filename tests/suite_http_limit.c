/* SPDX-License-Identifier: MIT
 * Whose turn it is: limits of a session. */
#include "http_script.h"
#include "suite.h"

static eft_http_session *session;

static eft_future *get(const char *url)
{
    return eft_http_get(session, url, NULL);
}

static bool begin(size_t limit, size_t per_host)
{
    session = http_begin(&(eft_http_session_options){
        .limit = limit, .limit_per_host = per_host});
    return session;
}

/* Answers a request, reads it to its end, and frees its response. */
static void serve(unsigned number, eft_future *future)
{
    http_answers_to(number, 200, "");
    http_ends_to(number, 0, NULL);
    eft_http_response_free(http_response(future));
}

static void more_than_the_limit_wait_for_their_turn(void)
{
    REQUIRE(begin(2, 0));
    eft_future *first = get("http://a/1");
    eft_future *second = get("http://b/2");
    eft_future *third = get("http://c/3");
    eft_future *fourth = get("http://a/4");
    CHECK(http_asked("open | GET http://a/1 | 2: GET http://b/2"));
    serve(2, second);
    CHECK(http_asked("3: GET http://c/3"));
    serve(1, first);
    CHECK(http_asked("4: GET http://a/4"));
    serve(3, third);
    serve(4, fourth);
    CHECK(http_asked(""));
    http_end(session);
}

static void a_turn_ends_with_the_body(void)
{
    REQUIRE(begin(1, 0));
    eft_future *first = get("http://a/1");
    eft_future *second = get("http://a/2");
    http_answers(200, "");
    eft_http_response *response = http_response(first);
    http_sends("half");
    CHECK(http_asked("open | GET http://a/1"));
    http_completes();
    CHECK(http_asked("2: GET http://a/2"));
    eft_http_response_free(response);
    serve(2, second);
    http_end(session);
}

static void an_abort_frees_its_turn_when_it_has_ended(void)
{
    REQUIRE(begin(1, 0));
    eft_future *first = get("http://a/1");
    eft_future *second = get("http://a/2");
    eft__virtual_http_answer_aborts(false);
    eft_future_free(first);
    CHECK(http_asked("open | GET http://a/1 | abort"));
    http_ends_to(1, EFT_ECANCELED, NULL);
    CHECK(http_asked("2: GET http://a/2"));
    serve(2, second);
    http_end(session);
}

static void one_host_does_not_hold_up_another(void)
{
    REQUIRE(begin(0, 1));
    eft_future *a1 = get("http://a/1");
    eft_future *a2 = get("http://a/2");
    eft_future *b3 = get("http://b/3");
    eft_future *a4 = get("http://a/4");
    eft_future *tls = get("https://a/5");
    CHECK(http_asked("open | GET http://a/1 | 2: GET http://b/3 | "
                     "3: GET https://a/5"));
    serve(2, b3);
    CHECK(http_asked(""));
    serve(1, a1);
    CHECK(http_asked("4: GET http://a/2"));
    serve(4, a2);
    CHECK(http_asked("5: GET http://a/4"));
    serve(5, a4);
    serve(3, tls);
    http_end(session);
}

static void of_two_hosts_the_older_request_is_next(void)
{
    REQUIRE(begin(2, 1));
    eft_future *a1 = get("http://a/1");
    eft_future *b2 = get("http://b/2");
    eft_future *b3 = get("http://b/3");
    eft_future *a4 = get("http://a/4");
    eft_future *c5 = get("http://c/5");
    CHECK(http_asked("open | GET http://a/1 | 2: GET http://b/2"));
    serve(1, a1);
    CHECK(http_asked("3: GET http://a/4"));
    serve(2, b2);
    CHECK(http_asked("4: GET http://b/3"));
    serve(3, a4);
    CHECK(http_asked("5: GET http://c/5"));
    serve(4, b3);
    serve(5, c5);
    http_end(session);
}

static void who_is_cancelled_in_line_is_not_sent(void)
{
    REQUIRE(begin(1, 0));
    eft_future *first = get("http://a/1");
    eft_future *second = get("http://a/2");
    eft_future *third = get("http://a/3");
    CHECK(eft_cancel(second));
    CHECK(http_error(second) == EFT_ECANCELED);
    serve(1, first);
    CHECK(http_asked("open | GET http://a/1 | 2: GET http://a/3"));
    serve(2, third);
    http_end(session);
}

static void a_freed_session_ends_its_line(void)
{
    REQUIRE(begin(1, 1));
    eft_future *first = get("http://a/1");
    eft_future *second = get("http://a/2");
    eft_future *third = get("http://b/3");
    eft_http_session_free(session);
    CHECK(http_error(second) == EFT_ECLOSED);
    CHECK(http_error(third) == EFT_ECLOSED);
    CHECK(http_asked("open | GET http://a/1 | abort"));
    http_settle();
    CHECK(http_error(first) == EFT_ECLOSED);
    CHECK(http_asked("close"));
    http_end(NULL);
}

static void a_hundred_is_the_default(void)
{
    eft_future *gets[102];

    REQUIRE(begin(0, 0));
    for (int i = 0; i < 102; i++)
        gets[i] = get("http://a/");
    CHECK(eft__virtual_http_id(100) == eft__virtual_http_id(0));
    for (int i = 0; i < 102; i++)
        serve((unsigned)i + 1, gets[i]);
    CHECK(eft__virtual_http_id(102) == eft__virtual_http_id(0));
    http_end(session);
}

static void a_redirect_takes_its_turn_with_the_other_host(void)
{
    REQUIRE(begin(0, 1));
    eft_future *a1 = get("http://a/1");
    eft_future *b2 = get("http://b/2");
    eft_future *a3 = get("http://a/3");
    http_ignore();
    http_answers_to(1, 302, "Location: http://b/moved\n");
    http_ends_to(1, 0, NULL);
    /* Its place with a is free, and with b there is none. */
    CHECK(http_asked("3: GET http://a/3"));
    eft_future *b4 = get("http://b/4");
    serve(2, b2);
    CHECK(http_asked("4: GET http://b/moved"));
    serve(4, a1);
    CHECK(http_asked("5: GET http://b/4"));
    serve(3, a3);
    serve(5, b4);
    http_end(session);
}

static void a_redirect_keeps_its_turn_where_it_can(void)
{
    REQUIRE(begin(1, 0));
    eft_future *first = get("http://a/1");
    eft_future *second = get("http://a/2");
    http_ignore();
    http_answers_to(1, 302, "Location: /moved\n");
    http_ends_to(1, 0, NULL);
    CHECK(http_asked("2: GET http://a/moved"));
    serve(2, first);
    CHECK(http_asked("3: GET http://a/2"));
    serve(3, second);
    http_end(session);
}

const test_case suite_http_limit[] = {
    {"more_than_the_limit_wait_for_their_turn",
     more_than_the_limit_wait_for_their_turn},
    {"a_turn_ends_with_the_body", a_turn_ends_with_the_body},
    {"an_abort_frees_its_turn_when_it_has_ended",
     an_abort_frees_its_turn_when_it_has_ended},
    {"one_host_does_not_hold_up_another", one_host_does_not_hold_up_another},
    {"of_two_hosts_the_older_request_is_next",
     of_two_hosts_the_older_request_is_next},
    {"who_is_cancelled_in_line_is_not_sent",
     who_is_cancelled_in_line_is_not_sent},
    {"a_freed_session_ends_its_line", a_freed_session_ends_its_line},
    {"a_hundred_is_the_default", a_hundred_is_the_default},
    {"a_redirect_takes_its_turn_with_the_other_host",
     a_redirect_takes_its_turn_with_the_other_host},
    {"a_redirect_keeps_its_turn_where_it_can",
     a_redirect_keeps_its_turn_where_it_can},
    {NULL, NULL},
};
