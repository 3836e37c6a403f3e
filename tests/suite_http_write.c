/* SPDX-License-Identifier: MIT
 * Writes to a request's body, one after the other, as the test asks for them.
 */
#include "http_script.h"
#include "suite.h"

static const char url[] = "http://host/";

static eft_http_session *session;

/* Answers, reads to the end, frees all. */
static void finish(eft_future *future)
{
    http_answers(200, "");
    http_completes();
    eft_http_response_free(http_response(future));
    http_end(session);
}

static eft_http_upload *lent;

static eft_result lend(eft_http_upload *upload, void *arg)
{
    lent = upload;
    eft_result result = eft_await(eft_future_ref(arg));
    lent = NULL;
    return result;
}

/* An upload that the test writes; it goes on until *until is resolved. */
static eft_future *post_by_hand(eft_future **until)
{
    *until = eft_future_new();
    session = http_begin(NULL);
    lent = NULL;
    eft_future *sent = eft_http_post(
        session, url,
        &(eft_http_request){.writer = lend, .writer_arg = *until});
    http_settle();
    http_ignore();
    return sent;
}

static void one_write_at_a_time(void)
{
    eft_future *until, *sent = post_by_hand(&until);

    REQUIRE(lent);
    eft_future *first = eft_http_upload_write(lent, "a", 1);
    CHECK(http_error(eft_http_upload_write(lent, "b", 1)) == EFT_EBUSY);
    http_writes();
    CHECK(http_error(first) == 0);
    CHECK(http_error(eft_http_upload_write(lent, "", 0)) == 0);
    CHECK(http_error(eft_http_upload_write(lent, NULL, 0)) == 0);
    CHECK(http_error(eft_http_upload_write(lent, NULL, 1)) == EFT_EINVAL);
    CHECK(http_error(eft_http_upload_write(NULL, "a", 1)) == EFT_EINVAL);
    CHECK(http_asked("write a"));
    eft_future_resolve(until, eft_ok());
    http_settle();
    CHECK(http_asked("end"));
    finish(sent);
    eft_future_free(until);
}

static void behind_a_cancelled_write_the_next_one_waits(void)
{
    eft_future *until, *sent = post_by_hand(&until);
    char bytes[] = "second";

    REQUIRE(lent);
    eft_future_free(eft_http_upload_write(lent, "first", 5));
    eft_future *second = eft_http_upload_write(lent, bytes, 6);
    memset(bytes, '?', 6);
    CHECK(http_asked("write first"));
    http_writes();
    CHECK(http_asked("write second"));
    CHECK(eft_future_state(second) == EFT_PENDING);
    http_writes();
    CHECK(http_error(second) == 0);
    eft_future_free(eft_http_upload_write(lent, "third", 5));
    eft_future_free(eft_http_upload_write(lent, "fourth", 6));
    eft_future_resolve(until, eft_ok());
    http_settle();
    CHECK(http_asked("write third"));
    http_writes();
    CHECK(http_asked("write fourth"));
    http_writes();
    CHECK(http_asked("end"));
    finish(sent);
    eft_future_free(until);
}

static void of_several_cancelled_writes_all_is_sent(void)
{
    eft_future *until, *sent = post_by_hand(&until);

    REQUIRE(lent);
    eft_future_free(eft_http_upload_write(lent, "first", 5));
    eft_future_free(eft_http_upload_write(lent, "second", 6));
    eft_future *third = eft_http_upload_write(lent, "third", 5);
    eft_future_resolve(until, eft_ok());
    http_settle();
    CHECK(http_asked("write first"));
    http_writes();
    CHECK(http_asked("write secondthird"));
    http_writes();
    CHECK(http_error(third) == 0);
    CHECK(http_asked("end"));
    finish(sent);
    eft_future_free(until);
}

/* As a page's does whose fetch() throws: it is asked when the body is whole. */
static void the_last_write_may_be_the_requests_end(void)
{
    eft_future *until, *sent = post_by_hand(&until);

    REQUIRE(lent);
    eft_future_free(eft_http_upload_write(lent, "all", 3));
    eft_future_resolve(until, eft_ok());
    http_settle();
    CHECK(http_asked("write all"));
    eft__virtual_http_answer_at_once(EFT__VIRTUAL_HTTP_FAILED);
    http_writes();
    CHECK(http_asked("end"));
    CHECK(http_error(sent) == EFT_EIO);
    http_end(session);
    eft_future_free(until);
}

static void what_has_ended_takes_no_more(void)
{
    eft_future *until, *sent = post_by_hand(&until);

    REQUIRE(lent);
    eft_future *pending = eft_http_upload_write(lent, "a", 1);
    http_fails(EFT_EABNORMAL, NULL);
    CHECK(http_error(pending) == EFT_ECLOSED);
    CHECK(http_error(eft_http_upload_write(lent, "b", 1)) == EFT_ECLOSED);
    CHECK(http_told("the request has ended"));
    http_settle();
    CHECK(http_error(sent) == EFT_EABNORMAL);
    http_end(session);
    eft_future_free(until);
}

const test_case suite_http_write[] = {
    {"one_write_at_a_time", one_write_at_a_time},
    {"behind_a_cancelled_write_the_next_one_waits",
     behind_a_cancelled_write_the_next_one_waits},
    {"of_several_cancelled_writes_all_is_sent",
     of_several_cancelled_writes_all_is_sent},
    {"the_last_write_may_be_the_requests_end",
     the_last_write_may_be_the_requests_end},
    {"what_has_ended_takes_no_more", what_has_ended_takes_no_more},
    {NULL, NULL},
};
