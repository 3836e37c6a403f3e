/* SPDX-License-Identifier: MIT
 * Bodies that a task writes while they are sent. */
#include <string.h>

#include "http_script.h"
#include "suite.h"

static const char url[] = "http://host/";

/* What a writer does, and what came of it. */
typedef struct writing {
    const char *const *pieces; /* ends with a NULL */
    eft_result fails;          /* in the end, where it has an error */
    bool hangs;                /* in the end, until it is cancelled */
    int called;
    int ended;
    int32_t error; /* of the last write, or of hanging */
} writing;

static eft_result write_pieces(eft_http_upload *upload, void *arg)
{
    writing *self = arg;
    eft_result result = eft_ok();

    self->called++;
    for (size_t i = 0; self->pieces && self->pieces[i] && !result.error; i++)
        result = eft_await(eft_http_upload_write(upload, self->pieces[i],
                                                 strlen(self->pieces[i])));
    if (self->hangs && !result.error)
        result = eft_await(eft_sleep(EFT_FOREVER));
    self->error = result.error;
    self->ended++;
    if (self->fails.error)
        return eft_fail(self->fails.error, "the cat sat on it");
    return result;
}

static const char *const one_two[] = {"one", "two", NULL};
static const char *const one[] = {"one", NULL};

static eft_http_session *session;

static eft_future *post(writing *self, int64_t length)
{
    const eft_http_request request = {
        .writer = write_pieces, .writer_arg = self, .writer_length = length};

    session = http_begin(NULL);
    return eft_http_post(session, url, &request);
}

/* Answers, reads to the end, frees all. */
static void finish(eft_future *future)
{
    http_answers(200, "");
    http_completes();
    eft_http_response_free(http_response(future));
    http_end(session);
}

static void a_body_is_written_as_there_is_room(void)
{
    writing self = {.pieces = one_two};
    eft_future *sent = post(&self, 0);

    REQUIRE(session);
    const eft__virtual_http_call *call = eft__virtual_http_next();
    if (call && call->what == EFT__VIRTUAL_HTTP_OPEN)
        call = eft__virtual_http_next();
    CHECK(call && call->what == EFT__VIRTUAL_HTTP_START &&
          eft_future_state(sent) == EFT_PENDING && call->request->streams &&
          call->request->has_body && call->request->body_length == -1);
    http_settle();
    CHECK(http_asked("write one"));
    http_writes();
    http_settle();
    CHECK(http_asked("write two"));
    http_writes();
    http_settle();
    CHECK(http_asked("end"));
    CHECK(self.called == 1 && self.ended == 1 && !self.error);
    finish(sent);
}

static void its_length_can_be_told(void)
{
    writing self = {.pieces = one_two};
    eft_future *sent = post(&self, 6);

    REQUIRE(session);
    http_settle();
    http_writes();
    http_settle();
    http_writes();
    http_settle();
    CHECK(http_asked("open | POST http://host/ | write one | write two | end"));
    finish(sent);
}

static void more_than_its_length_is_refused(void)
{
    writing self = {.pieces = one_two};
    eft_future *sent = post(&self, 5);

    REQUIRE(session);
    http_settle();
    http_writes();
    http_settle();
    CHECK(self.error == EFT_EMSGSIZE);
    CHECK(http_asked("open | POST http://host/ | write one | abort"));
    CHECK(http_error(sent) == EFT_EMSGSIZE);
    CHECK(http_told("writer_length, 5 bytes"));
    http_end(session);
}

static void less_than_its_length_is_an_error(void)
{
    writing self = {.pieces = one};
    eft_future *sent = post(&self, 5);

    REQUIRE(session);
    http_settle();
    http_writes();
    http_settle();
    CHECK(http_error(sent) == EFT_EINVAL);
    CHECK(http_told("3 bytes") && http_told("writer_length, 5"));
    http_end(session);
}

static void what_a_writer_returns_is_the_requests_error(void)
{
    writing self = {.pieces = one, .fails = {.error = EFT_EUSER}};
    eft_future *sent = post(&self, 0);

    REQUIRE(session);
    http_settle();
    http_writes();
    http_settle();
    CHECK(http_asked("open | POST http://host/ | write one | abort"));
    CHECK(http_error(sent) == EFT_EUSER);
    CHECK(http_told("the cat sat on it"));
    http_end(session);
}

static void a_cancelled_fetch_waits_for_its_writer(void)
{
    writing self = {.hangs = true};
    eft_future *sent = post(&self, 0);

    REQUIRE(session);
    http_settle();
    CHECK(eft_cancel(sent));
    CHECK(self.ended == 0);
    eft_result result = eft_await(sent);
    CHECK(result.error == EFT_ECANCELED);
    CHECK(self.ended == 1 && self.error == EFT_ECANCELED);
    http_end(session);
}

static void a_failed_request_ends_a_pending_write(void)
{
    writing self = {.pieces = one_two};
    eft_future *sent = post(&self, 0);

    REQUIRE(session);
    http_settle();
    http_fails(EFT_EABNORMAL, "it broke");
    CHECK(eft_future_state(sent) == EFT_PENDING);
    http_settle();
    CHECK(self.ended == 1);
    CHECK(self.error == EFT_ECLOSED || self.error == EFT_ECANCELED);
    CHECK(http_error(sent) == EFT_EABNORMAL);
    CHECK(http_told("it broke"));
    http_end(session);
}

static void an_answer_may_come_before_the_body_has_gone(void)
{
    writing self = {.pieces = one_two};
    eft_future *sent = post(&self, 0);

    REQUIRE(session);
    http_settle();
    http_answers(413, "");
    eft_http_response *response = http_response(sent);
    REQUIRE(response);
    CHECK(eft_http_response_status(response) == 413);
    eft_future *read = eft_http_response_read(response);
    http_sends("enough");
    http_completes();
    /* The writer's argument is in use still. */
    CHECK(eft_future_state(read) == EFT_PENDING);
    http_settle();
    CHECK(self.ended == 1);
    CHECK(http_reads(read, "enough"));
    eft_http_response_free(response);
    http_end(session);
}

static void the_answer_comes_while_the_body_goes_on(void)
{
    writing self = {.pieces = one_two};
    eft_future *sent = post(&self, 0);

    REQUIRE(session);
    http_settle();
    http_answers(200, "");
    eft_http_response *response = http_response(sent);
    REQUIRE(response);
    http_writes();
    http_settle();
    http_writes();
    http_settle();
    CHECK(http_asked("open | POST http://host/ | write one | write two | end"));
    http_completes();
    CHECK(http_reads(eft_http_response_read(response), ""));
    eft_http_response_free(response);
    http_end(session);
}

static void a_freed_response_ends_its_writer(void)
{
    static writing self; /* it may run on a little */
    eft_future *sent;

    self = (writing){.hangs = true};
    sent = post(&self, 0);
    REQUIRE(session);
    http_settle();
    http_answers(200, "");
    eft_http_response_free(http_response(sent));
    http_settle();
    CHECK(self.ended == 1 && self.error == EFT_ECANCELED);
    http_end(session);
}

/* Redirects */

static void a_redirect_calls_the_writer_again(void)
{
    writing self = {.pieces = one};
    eft_future *sent = post(&self, 0);

    REQUIRE(session);
    http_settle();
    http_writes();
    http_settle();
    http_answers(307, "Location: /again\n");
    http_completes();
    http_settle();
    CHECK(http_asked("open | POST http://host/ | write one | end | "
                     "2: POST http://host/again | 2: write one"));
    http_writes();
    http_settle();
    CHECK(self.called == 2 && self.ended == 2);
    finish(sent);
}

static void it_is_not_called_while_it_runs(void)
{
    writing self = {.pieces = one, .hangs = true};
    eft_future *sent = post(&self, 0);

    REQUIRE(session);
    http_settle();
    http_answers(308, "Location: /again\n");
    http_completes();
    CHECK(http_asked("open | POST http://host/ | write one"));
    CHECK(self.called == 1 && self.ended == 0);
    self.hangs = false;
    http_settle();
    CHECK(http_asked("2: POST http://host/again | 2: write one"));
    CHECK(self.called == 2 && self.ended == 1);
    http_writes();
    http_settle();
    finish(sent);
}

static void a_see_other_needs_no_body(void)
{
    writing self = {.pieces = one, .hangs = true};
    eft_future *sent = post(&self, 0);

    REQUIRE(session);
    http_settle();
    http_answers(303, "Location: /result\n");
    http_completes();
    http_settle();
    CHECK(http_asked("open | POST http://host/ | write one | "
                     "2: GET http://host/result"));
    CHECK(self.called == 1 && self.ended == 1);
    finish(sent);
}

static void a_fetch_that_is_cancelled_between_two_hops_ends_there(void)
{
    writing self = {.hangs = true};
    eft_future *sent = post(&self, 0);

    REQUIRE(session);
    http_settle();
    http_answers(307, "Location: /again\n");
    http_completes();
    CHECK(eft_cancel(sent));
    http_settle();
    CHECK(http_error(sent) == EFT_ECANCELED);
    CHECK(http_asked("open | POST http://host/"));
    http_end(session);
}

const test_case suite_http_upload[] = {
    {"a_body_is_written_as_there_is_room", a_body_is_written_as_there_is_room},
    {"its_length_can_be_told", its_length_can_be_told},
    {"more_than_its_length_is_refused", more_than_its_length_is_refused},
    {"less_than_its_length_is_an_error", less_than_its_length_is_an_error},
    {"what_a_writer_returns_is_the_requests_error",
     what_a_writer_returns_is_the_requests_error},
    {"a_cancelled_fetch_waits_for_its_writer",
     a_cancelled_fetch_waits_for_its_writer},
    {"a_failed_request_ends_a_pending_write",
     a_failed_request_ends_a_pending_write},
    {"an_answer_may_come_before_the_body_has_gone",
     an_answer_may_come_before_the_body_has_gone},
    {"the_answer_comes_while_the_body_goes_on",
     the_answer_comes_while_the_body_goes_on},
    {"a_freed_response_ends_its_writer", a_freed_response_ends_its_writer},
    {"a_redirect_calls_the_writer_again", a_redirect_calls_the_writer_again},
    {"it_is_not_called_while_it_runs", it_is_not_called_while_it_runs},
    {"a_see_other_needs_no_body", a_see_other_needs_no_body},
    {"a_fetch_that_is_cancelled_between_two_hops_ends_there",
     a_fetch_that_is_cancelled_between_two_hops_ends_there},
    {NULL, NULL},
};
