/* SPDX-License-Identifier: MIT
 * Writers whose request is given up, and what becomes of their argument. */
#include "http_script.h"
#include "suite.h"

static const char url[] = "http://host/";

/* What became of a writer, and of its argument. */
typedef struct fate {
    int begun;
    int ended;
    int freed;
    int freed_while_it_ran;
    int32_t error;     /* of what it awaited */
    int32_t disturbed; /* while it cleaned up, which it should not be */
} fate;

static eft_result hang(eft_http_upload *upload, void *arg)
{
    fate *self = arg;

    (void)upload;
    self->begun++;
    self->error = eft_await(eft_sleep(EFT_FOREVER)).error;
    self->disturbed = eft_await(eft_sleep(1)).error;
    self->ended++;
    return eft_ok();
}

static eft_result write_nothing(eft_http_upload *upload, void *arg)
{
    fate *self = arg;

    (void)upload;
    self->begun++;
    self->ended++;
    return eft_ok();
}

static void note(void *arg)
{
    fate *self = arg;

    self->freed++;
    self->freed_while_it_ran += self->begun > self->ended;
}

static eft_http_session *session;
static fate it;

static eft_future *post_with(eft_http_request request)
{
    it = (fate){0};
    request.writer_arg = &it;
    request.free_writer_arg = note;
    return eft_http_post(session, url, &request);
}

static eft_future *begin(eft_http_writer *writer)
{
    session = http_begin(NULL);
    return post_with((eft_http_request){.writer = writer});
}

/* Time for a writer to clean up in, which is more than it needs. */
static void let_it_end(void)
{
    eft_await(eft_sleep(10));
    http_settle();
}

/* The world answers an abort when it likes: here only at the end. */
static void a_fetch_that_is_dropped_at_once_begins_no_writer(void)
{
    eft_future *sent = begin(hang);

    REQUIRE(session);
    eft__virtual_http_answer_aborts(false);
    eft_future_free(sent);
    http_settle();
    CHECK(it.begun == 0);
    CHECK(http_asked("open | POST http://host/ | abort"));
    http_ends_to(1, EFT_ECANCELED, NULL);
    http_settle();
    CHECK(it.begun == 0 && it.freed == 1);
    eft__virtual_http_answer_aborts(true);
    http_end(session);
}

static void a_fetch_that_is_cancelled_at_once_begins_no_writer(void)
{
    eft_future *sent = begin(hang);

    REQUIRE(session);
    CHECK(eft_cancel(sent));
    CHECK(eft_await(sent).error == EFT_ECANCELED);
    CHECK(it.begun == 0 && it.freed == 1);
    http_end(session);
}

static void a_session_that_is_freed_at_once_begins_no_writer(void)
{
    eft_future *sent = begin(hang);

    REQUIRE(session);
    eft_http_session_free(session);
    CHECK(eft_await(sent).error == EFT_ECLOSED);
    CHECK(it.begun == 0 && it.freed == 1);
    http_end(NULL);
}

static void a_request_in_line_begins_no_writer(void)
{
    session = http_begin(&(eft_http_session_options){.limit = 1});
    REQUIRE(session);
    eft_future *first = eft_http_get(session, url, NULL);
    eft_future *sent = post_with((eft_http_request){.writer = hang});
    eft_future_free(sent);
    CHECK(it.begun == 0 && it.freed == 1);
    eft_future_free(first);
    http_end(session);
}

static void a_dropped_fetch_cancels_its_writer_once(void)
{
    eft_future *sent = begin(hang);

    REQUIRE(session);
    http_settle();
    CHECK(it.begun == 1);
    eft_future_free(sent);
    let_it_end();
    CHECK(it.ended == 1 && it.error == EFT_ECANCELED && !it.disturbed);
    CHECK(it.freed == 1 && it.freed_while_it_ran == 0);
    http_end(session);
}

/* Before the world has said its last word, too. */
static void a_freed_response_cancels_it_at_once(void)
{
    eft_future *sent = begin(hang);

    REQUIRE(session);
    http_settle();
    http_answers(413, "");
    eft_http_response *response = http_response(sent);
    eft__virtual_http_answer_aborts(false);
    eft_http_response_free(response);
    let_it_end();
    CHECK(it.ended == 1 && it.error == EFT_ECANCELED && it.freed == 0);
    http_ends_to(1, EFT_ECANCELED, NULL);
    CHECK(it.freed == 1 && it.freed_while_it_ran == 0);
    eft__virtual_http_answer_aborts(true);
    http_end(session);
}

static void a_cancelled_fetch_waits_for_all_of_it(void)
{
    eft_future *sent = begin(hang);

    REQUIRE(session);
    http_settle();
    CHECK(eft_cancel(sent));
    CHECK(eft_await(sent).error == EFT_ECANCELED);
    CHECK(it.ended == 1 && it.freed == 1 && it.freed_while_it_ran == 0);
    CHECK(it.error == EFT_ECANCELED && !it.disturbed);
    http_end(session);
}

/* An early answer: the fetch is complete, and the body's end waits. */
static void an_answer_comes_before_a_writer_has_ended(void)
{
    eft_future *sent = begin(hang);

    REQUIRE(session);
    http_settle();
    http_answers(413, "");
    eft_http_response *response = http_response(sent);
    REQUIRE(response);
    CHECK(it.ended == 0);
    eft_future *read = eft_http_response_read(response);
    http_completes();
    eft_result body = eft_await(read);
    CHECK(body.error == 0);
    eft_result_free(body);
    CHECK(it.ended == 1 && it.freed == 1 && it.freed_while_it_ran == 0);
    eft_http_response_free(response);
    http_end(session);
}

static void an_error_status_waits_for_it(void)
{
    session = http_begin(NULL);
    REQUIRE(session);
    eft_future *sent =
        post_with((eft_http_request){.writer = hang, .raise_for_status = true});
    http_settle();
    http_answers(413, "");
    CHECK(eft_future_state(sent) == EFT_PENDING);
    CHECK(eft_await(sent).error == EFT_ESTATUS);
    CHECK(http_told("413"));
    CHECK(it.ended == 1 && it.freed == 1 && it.freed_while_it_ran == 0);
    http_end(session);
}

static void a_redirect_frees_the_argument_once(void)
{
    for (int status = 303; status <= 307; status += 4) {
        eft_future *sent = begin(write_nothing);

        REQUIRE(session);
        http_settle();
        http_answers_to(1, status, "Location: /again\n");
        http_ends_to(1, 0, NULL);
        http_settle();
        CHECK(it.begun == (status == 303 ? 1 : 2) && it.freed == 0);
        http_answers(200, "");
        http_completes();
        eft_http_response_free(http_response(sent));
        CHECK(it.freed == 1);
        http_end(session);
    }
}

static void what_fails_at_once_frees_the_argument(void)
{
    const eft_http_request requests[] = {
        {.writer = hang, .data = "two bodies", .length = 10},
        {.writer = hang, .writer_length = -1},
        {.writer = hang, .total_timeout_ms = -2},
        {.writer = NULL},
    };
    const eft_http_session_options broken = {.base_url = "nonsense"};

    session = http_begin(NULL);
    REQUIRE(session);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        CHECK(http_error(post_with(requests[i])) == EFT_EINVAL);
        CHECK(it.begun == 0 && it.freed == 1);
    }
    CHECK(http_told("free_writer_arg: there is no writer"));
    http_end(session);
    session = http_begin(&broken);
    REQUIRE(session);
    CHECK(http_error(post_with(requests[2])) == EFT_EURL);
    CHECK(it.freed == 1);
    http_end(session);
    session = NULL;
    CHECK(http_error(post_with(requests[2])) == EFT_EINVAL);
    CHECK(it.freed == 1);
}

const test_case suite_http_writer[] = {
    {"a_fetch_that_is_dropped_at_once_begins_no_writer",
     a_fetch_that_is_dropped_at_once_begins_no_writer},
    {"a_fetch_that_is_cancelled_at_once_begins_no_writer",
     a_fetch_that_is_cancelled_at_once_begins_no_writer},
    {"a_session_that_is_freed_at_once_begins_no_writer",
     a_session_that_is_freed_at_once_begins_no_writer},
    {"a_request_in_line_begins_no_writer", a_request_in_line_begins_no_writer},
    {"a_dropped_fetch_cancels_its_writer_once",
     a_dropped_fetch_cancels_its_writer_once},
    {"a_freed_response_cancels_it_at_once",
     a_freed_response_cancels_it_at_once},
    {"a_cancelled_fetch_waits_for_all_of_it",
     a_cancelled_fetch_waits_for_all_of_it},
    {"an_answer_comes_before_a_writer_has_ended",
     an_answer_comes_before_a_writer_has_ended},
    {"an_error_status_waits_for_it", an_error_status_waits_for_it},
    {"a_redirect_frees_the_argument_once", a_redirect_frees_the_argument_once},
    {"what_fails_at_once_frees_the_argument",
     what_fails_at_once_frees_the_argument},
    {NULL, NULL},
};
