/* SPDX-License-Identifier: MIT
 * The timeouts of requests: which one, and when it does not run. */
#include "http_script.h"
#include "suite.h"

static const char url[] = "http://host/";

static eft_http_session *session;

static void pass(int64_t delay_ms)
{
    eft_result_free(eft_await(eft_sleep(delay_ms)));
}

static bool is_pending(const eft_future *future)
{
    return eft_future_state(future) == EFT_PENDING;
}

static bool begin(int64_t total_ms, int64_t read_ms)
{
    session = http_begin(&(eft_http_session_options){
        .limit = 1, .total_timeout_ms = total_ms, .read_timeout_ms = read_ms});
    return session;
}

static eft_http_response *answered(eft_future *get)
{
    http_answers(200, "");
    http_ignore();
    return http_response(get);
}

/* The total timeout */

static void five_minutes_are_the_default(void)
{
    session = http_begin(NULL);
    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    int64_t begun = eft_now();
    pass(299999);
    CHECK(is_pending(get));
    pass(1);
    http_settle();
    CHECK(http_asked("open | GET http://host/ | abort"));
    CHECK(http_error(get) == EFT_ETIMEDOUT);
    CHECK(http_told("no answer from http://host") &&
          http_told("total_timeout_ms, 300000 ms"));
    CHECK(eft_now() == begun + 300000);
    http_end(session);
}

static void for_ever_is_no_limit(void)
{
    REQUIRE(begin(EFT_FOREVER, EFT_FOREVER));
    eft_future *get = eft_http_get(session, url, NULL);
    pass(80000000); /* most of a day */
    CHECK(is_pending(get));
    eft_future_free(get);
    http_end(session);
}

static void the_total_counts_from_the_line_to_the_end_of_the_body(void)
{
    REQUIRE(begin(100, 0));
    eft_future *first = eft_http_get(session, url, NULL);
    eft_future *second = eft_http_get(session, url, NULL);
    pass(60);
    http_answers(200, "");
    eft_http_response *response = http_response(first);
    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    http_sends("half");
    pass(40);
    http_settle();
    CHECK(http_error(read) == EFT_ETIMEDOUT);
    CHECK(http_told("no more than 4 bytes of the body from http://host") &&
          http_told("total_timeout_ms, 100 ms"));
    CHECK(http_error(second) == EFT_ETIMEDOUT);
    CHECK(http_told("no turn for a request to http://host"));
    CHECK(http_reads(eft_http_response_chunk(response), "half"));
    CHECK(http_error(eft_http_response_chunk(response)) == EFT_ETIMEDOUT);
    eft_http_response_free(response);
    http_end(session);
}

static void a_request_has_its_own(void)
{
    REQUIRE(begin(1000, 0));
    eft_future *get =
        eft_http_get(session, url, &(eft_http_request){.total_timeout_ms = 10});
    pass(10);
    http_settle();
    CHECK(http_error(get) == EFT_ETIMEDOUT);
    CHECK(http_told("total_timeout_ms, 10 ms"));
    http_end(session);
}

static void what_is_complete_times_out_no_more(void)
{
    REQUIRE(begin(100, 50));
    eft_http_response *response = answered(eft_http_get(session, url, NULL));
    REQUIRE(response);
    http_sends("all");
    http_completes();
    pass(1000);
    CHECK(http_reads(eft_http_response_read(response), "all"));
    CHECK(http_asked(""));
    eft_http_response_free(response);
    http_end(session);
}

static void a_redirect_does_not_begin_the_total_anew(void)
{
    REQUIRE(begin(100, 0));
    eft_future *get = eft_http_get(session, url, NULL);
    pass(60);
    http_answers(302, "Location: /next\n");
    http_completes();
    pass(40);
    http_settle();
    CHECK(http_error(get) == EFT_ETIMEDOUT);
    http_end(session);
}

static eft_result hang(eft_http_upload *upload, void *arg)
{
    (void)upload;
    (void)arg;
    return eft_await(eft_sleep(EFT_FOREVER));
}

static void a_body_that_is_not_sent_in_time_is_told(void)
{
    REQUIRE(begin(50, 0));
    eft_future *post =
        eft_http_post(session, url, &(eft_http_request){.writer = hang});
    pass(50);
    http_settle();
    CHECK(http_error(post) == EFT_ETIMEDOUT);
    CHECK(http_told("the request's body was not sent whole to http://host "
                    "within total_timeout_ms, 50 ms"));
    http_end(session);
}

/* The read timeout */

static void no_answer_within_the_read_timeout(void)
{
    REQUIRE(begin(0, 50));
    eft_future *get = eft_http_get(session, url, NULL);
    pass(49);
    CHECK(is_pending(get));
    pass(1);
    http_settle();
    CHECK(http_error(get) == EFT_ETIMEDOUT);
    CHECK(http_told("no answer from http://host") &&
          http_told("read_timeout_ms, 50 ms"));
    http_end(session);
}

static void each_arrival_begins_the_read_timeout_anew(void)
{
    REQUIRE(begin(0, 50));
    eft_future *get = eft_http_get(session, url, NULL);
    pass(40);
    eft_http_response *response = answered(get);
    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    for (int i = 0; i < 5; i++) {
        pass(40);
        CHECK(http_sends("x"));
    }
    CHECK(is_pending(read));
    pass(49);
    CHECK(is_pending(read));
    pass(1);
    http_settle();
    CHECK(http_error(read) == EFT_ETIMEDOUT);
    CHECK(http_told("nothing more of the body") &&
          http_told("read_timeout_ms, 50 ms"));
    CHECK(http_asked("abort"));
    eft_http_response_free(response);
    http_end(session);
}

static void in_line_nothing_is_read(void)
{
    REQUIRE(begin(0, 50));
    eft_future *first = eft_http_get(session, url, NULL);
    eft_future *second = eft_http_get(session, url, NULL);
    pass(40);
    eft_http_response *response = answered(first);
    pass(40);
    http_completes();
    pass(40);
    CHECK(is_pending(second));
    pass(10);
    http_settle();
    CHECK(http_error(second) == EFT_ETIMEDOUT);
    eft_http_response_free(response);
    http_end(session);
}

static void while_we_do_not_read_the_server_owes_nothing(void)
{
    REQUIRE(begin(0, 50));
    eft_http_response *response = answered(eft_http_get(session, url, NULL));
    REQUIRE(response);
    http_sends_many(300000, 'x');
    CHECK(http_asked("pause"));
    pass(1000);
    CHECK(http_asked(""));
    eft_future *read = eft_http_response_read(response);
    CHECK(http_asked("resume"));
    pass(49);
    CHECK(is_pending(read));
    pass(1);
    http_settle();
    CHECK(http_error(read) == EFT_ETIMEDOUT);
    eft_http_response_free(response);
    http_end(session);
}

static void what_we_send_begins_it_anew(void)
{
    REQUIRE(begin(0, 50));
    eft_future *post = eft_http_post(
        session, url, &(eft_http_request){.data = "body", .length = 4});
    for (uint64_t i = 1; i <= 4; i++) {
        pass(40);
        eft_core_http_sent(eft__virtual_http_id(0), i);
    }
    CHECK(is_pending(post));
    pass(50);
    http_settle();
    CHECK(http_error(post) == EFT_ETIMEDOUT);
    http_end(session);
}

static eft_result write_slowly(eft_http_upload *upload, void *arg)
{
    (void)arg;
    EFT_TRY(eft_await(eft_sleep(500)));
    EFT_TRY(eft_await(eft_http_upload_write(upload, "a", 1)));
    return eft_ok();
}

static void a_writer_may_take_its_time(void)
{
    REQUIRE(begin(0, 50));
    eft_future *post = eft_http_post(
        session, url, &(eft_http_request){.writer = write_slowly});
    pass(500);
    http_settle();
    CHECK(http_asked("open | POST http://host/ | write a"));
    pass(100);
    http_writes();
    http_settle();
    CHECK(http_asked("end"));
    pass(49);
    CHECK(is_pending(post));
    pass(1);
    http_settle();
    CHECK(http_error(post) == EFT_ETIMEDOUT);
    http_end(session);
}

static void the_first_of_both_counts(void)
{
    REQUIRE(begin(60, 50));
    eft_future *get = eft_http_get(session, url, NULL);
    pass(20);
    eft_http_response *response = answered(get);
    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    pass(40);
    http_settle();
    CHECK(http_error(read) == EFT_ETIMEDOUT);
    CHECK(http_told("total_timeout_ms, 60 ms"));
    eft_http_response_free(response);
    http_end(session);
}

const test_case suite_http_timeout[] = {
    {"five_minutes_are_the_default", five_minutes_are_the_default},
    {"for_ever_is_no_limit", for_ever_is_no_limit},
    {"the_total_counts_from_the_line_to_the_end_of_the_body",
     the_total_counts_from_the_line_to_the_end_of_the_body},
    {"a_request_has_its_own", a_request_has_its_own},
    {"what_is_complete_times_out_no_more", what_is_complete_times_out_no_more},
    {"a_redirect_does_not_begin_the_total_anew",
     a_redirect_does_not_begin_the_total_anew},
    {"a_body_that_is_not_sent_in_time_is_told",
     a_body_that_is_not_sent_in_time_is_told},
    {"no_answer_within_the_read_timeout", no_answer_within_the_read_timeout},
    {"each_arrival_begins_the_read_timeout_anew",
     each_arrival_begins_the_read_timeout_anew},
    {"in_line_nothing_is_read", in_line_nothing_is_read},
    {"while_we_do_not_read_the_server_owes_nothing",
     while_we_do_not_read_the_server_owes_nothing},
    {"what_we_send_begins_it_anew", what_we_send_begins_it_anew},
    {"a_writer_may_take_its_time", a_writer_may_take_its_time},
    {"the_first_of_both_counts", the_first_of_both_counts},
    {NULL, NULL},
};
