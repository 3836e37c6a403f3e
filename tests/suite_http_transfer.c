/* SPDX-License-Identifier: MIT
 * Requests on their way: what ends them, and how. */
#include <string.h>

#include <cjson/cJSON.h>

#include "http_script.h"
#include "suite.h"

static const char url[] = "http://host/";

static void a_get_gives_a_response(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    CHECK(http_asked("open | GET http://host/"));
    http_answers(200, "Content-Length: 5\n");
    eft_http_response *response = http_response(get);
    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    http_sends("hel");
    http_sends("lo");
    CHECK(eft_future_state(read) == EFT_PENDING);
    http_completes();
    CHECK(http_reads(read, "hello"));
    eft_http_response_free(response);
    CHECK(http_asked(""));
    http_end(session);
}

static void each_method_has_a_name(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future_free(eft_http_head(session, url, NULL));
    eft_future_free(eft_http_post(session, url, NULL));
    eft_future_free(eft_http_put(session, url, NULL));
    eft_future_free(eft_http_patch(session, url, NULL));
    eft_future_free(eft_http_delete(session, url, NULL));
    eft_future_free(eft_http_options(session, url, NULL));
    eft_future_free(eft_http_fetch(session, "PURGE", url, NULL));
    CHECK(http_asked("open | HEAD http://host/ | abort | 2: POST http://host/ "
                     "| 2: abort | 3: PUT http://host/ | 3: abort | "
                     "4: PATCH http://host/ | 4: abort | "
                     "5: DELETE http://host/ | 5: abort | "
                     "6: OPTIONS http://host/ | 6: abort | "
                     "7: PURGE http://host/ | 7: abort"));
    http_end(session);
}

static void the_virtual_world_has_no_network(void)
{
    eft_http_session *session = eft_http_session_new(NULL);

    REQUIRE(session);
    CHECK(http_error(eft_http_get(session, url, NULL)) == EFT_ENOTSUP);
    CHECK(http_told("no network"));
    eft_http_session_free(session);
}

static void what_is_wrong_with_options_each_request_tells(void)
{
    const eft_http_session_options wrong = {.max_redirects = -2};
    eft_http_session *session = http_begin(&wrong);

    REQUIRE(session);
    CHECK(http_error(eft_http_get(session, url, NULL)) == EFT_EINVAL);
    CHECK(http_told("max_redirects"));
    CHECK(
        http_error(eft_http_post(
            session, url, &(eft_http_request){.json = cJSON_CreateObject()})) ==
        EFT_EINVAL);
    CHECK(http_asked(""));
    http_end(session);
}

static void null_is_answered_with_a_sentence(void)
{
    eft_http_session *session = http_begin(NULL);

    CHECK(http_error(eft_http_post(
              NULL, url, &(eft_http_request){.json = cJSON_CreateNull()})) ==
          EFT_EINVAL);
    CHECK(http_told("NULL"));
    CHECK(http_error(eft_http_get(session, NULL, NULL)) != 0);
    CHECK(http_error(eft_http_fetch(session, NULL, url, NULL)) != 0);
    eft_http_session_free(NULL);
    eft_http_response_free(NULL);
    CHECK(http_asked(""));
    http_end(session);
}

static void a_failure_before_the_head_is_the_fetchs(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    http_fails(EFT_EREFUSED, "host:80 refused");
    CHECK(http_error(get) == EFT_EREFUSED);
    CHECK(http_told("host:80 refused"));
    get = eft_http_get(session, url, NULL);
    http_completes();
    CHECK(http_error(get) == EFT_EABNORMAL);
    CHECK(http_told("without an answer"));
    http_end(session);
}

static void a_cancelled_fetch_ends_when_its_transfer_has(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    eft__virtual_http_answer_aborts(false);
    CHECK(eft_cancel(get));
    CHECK(eft_cancel(get));
    CHECK(http_asked("open | GET http://host/ | abort"));
    CHECK(eft_future_state(get) == EFT_PENDING);
    http_answers(200, "");
    CHECK(!http_sends("too late"));
    CHECK(eft_future_state(get) == EFT_PENDING);
    http_fails(EFT_ECANCELED, NULL);
    CHECK(http_error(get) == EFT_ECANCELED);
    http_completes();
    http_end(session);
}

static void a_dropped_future_aborts(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future_free(eft_http_get(session, url, NULL));
    CHECK(http_asked("open | GET http://host/ | abort"));
    /* So it does when it is complete, and nobody has taken the response. */
    eft_future *get = eft_http_get(session, url, NULL);
    http_answers(200, "");
    eft_future_free(get);
    CHECK(http_asked("2: GET http://host/ | 2: abort"));
    http_end(session);
}

static void freeing_a_response_aborts_what_is_not_at_its_end(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_http_response *response = http_gets(session, "");
    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    http_sends("some");
    eft_http_response_free(response);
    CHECK(http_error(read) == EFT_ECLOSED);
    CHECK(http_asked("abort"));
    CHECK(!http_sends("more"));
    http_end(session);
}

static void freeing_a_response_at_its_end_aborts_nothing(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_http_response *response = http_gets(session, "");
    REQUIRE(response);
    http_sends("some");
    http_completes();
    eft_http_response_free(response);
    CHECK(http_asked(""));
    http_end(session);
}

static void a_read_outlives_its_response(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_http_response *response = http_gets(session, "");
    REQUIRE(response);
    http_sends("some");
    http_completes();
    eft_future *taken = eft_http_response_read(response);
    eft_http_response_free(response);
    CHECK(http_reads(taken, "some"));
    response = http_gets(session, "");
    REQUIRE(response);
    http_completes();
    eft_future *dropped = eft_http_response_read(response);
    eft_http_response_free(response);
    eft_future_free(dropped);
    http_end(session);
}

/* The end of a session */

static void a_freed_session_ends_its_requests(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_http_response *response = http_gets(session, "");
    REQUIRE(response);
    http_sends("what has come");
    eft_future *get = eft_http_get(session, url, NULL);
    http_ignore();
    eft_http_session_free(session);
    CHECK(http_asked("abort | 2: abort"));
    http_settle();
    CHECK(http_asked("close"));
    CHECK(http_error(get) == EFT_ECLOSED);
    CHECK(http_told("session was freed"));
    CHECK(http_reads(eft_http_response_chunk(response), "what has come"));
    CHECK(http_error(eft_http_response_chunk(response)) == EFT_ECLOSED);
    CHECK(http_error(eft_http_response_read(response)) == EFT_ECLOSED);
    CHECK(eft_http_response_status(response) == 200);
    eft_http_response_free(response);
    http_end(NULL);
}

static void a_freed_session_ends_pending_reads(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_http_response *response = http_gets(session, "");
    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    http_sends("half");
    eft_http_session_free(session);
    http_settle();
    CHECK(http_error(read) == EFT_ECLOSED);
    CHECK(http_reads(eft_http_response_chunk(response), "half"));
    eft_http_response_free(response);
    http_end(NULL);
}

static void a_complete_response_outlives_its_session(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_http_response *response = http_gets(session, "");
    REQUIRE(response);
    http_sends("all of it");
    http_completes();
    eft_http_session_free(session);
    CHECK(http_asked("close"));
    CHECK(http_reads(eft_http_response_read(response), "all of it"));
    eft_http_response_free(response);
    http_end(NULL);
}

static void a_session_without_requests_is_nobodys_business(void)
{
    eft_http_session *session = http_begin(NULL);

    eft_http_session_free(session);
    CHECK(http_asked(""));
    http_end(NULL);
}

/* Statuses */

static void an_error_of_the_servers_is_a_response(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    http_answers(404, "");
    eft_http_response *response = http_response(get);
    REQUIRE(response);
    CHECK(eft_http_response_status(response) == 404);
    CHECK(eft_http_response_raise(response).error == EFT_ESTATUS);
    CHECK(http_told("404 Whatever: http://host/"));
    eft_http_response_free(response);
    http_end(session);
}

static void raise_for_status_makes_it_an_error(void)
{
    const eft_http_session_options raises = {.raise_for_status = true};
    eft_http_session *session = http_begin(&raises);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, NULL);
    http_answers(404, "Content-Length: 9\n");
    CHECK(http_error(get) == EFT_ESTATUS);
    CHECK(http_told("404 Whatever: http://host/"));
    /* A little is read to its end, so that the connection stays. */
    CHECK(http_sends("not found"));
    http_completes();
    CHECK(http_asked("open | GET http://host/"));
    get = eft_http_get(session, url, NULL);
    http_answers(500, "Content-Length: 100000\n");
    CHECK(http_error(get) == EFT_ESTATUS);
    CHECK(http_asked("2: GET http://host/ | 2: abort"));
    get = eft_http_get(session, url, NULL);
    http_answers(399, "");
    eft_http_response_free(http_response(get));
    http_end(session);
}

static void a_request_raises_by_itself(void)
{
    const eft_http_request raises = {.raise_for_status = true};
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, &raises);
    http_answers(400, "");
    CHECK(http_error(get) == EFT_ESTATUS);
    /* Endless bodies are not read for ever. */
    CHECK(!http_sends_many(100000, 'x'));
    CHECK(http_asked("open | GET http://host/ | abort"));
    http_end(session);
}

const test_case suite_http_transfer[] = {
    {"a_get_gives_a_response", a_get_gives_a_response},
    {"each_method_has_a_name", each_method_has_a_name},
    {"the_virtual_world_has_no_network", the_virtual_world_has_no_network},
    {"what_is_wrong_with_options_each_request_tells",
     what_is_wrong_with_options_each_request_tells},
    {"null_is_answered_with_a_sentence", null_is_answered_with_a_sentence},
    {"a_failure_before_the_head_is_the_fetchs",
     a_failure_before_the_head_is_the_fetchs},
    {"a_cancelled_fetch_ends_when_its_transfer_has",
     a_cancelled_fetch_ends_when_its_transfer_has},
    {"a_dropped_future_aborts", a_dropped_future_aborts},
    {"freeing_a_response_aborts_what_is_not_at_its_end",
     freeing_a_response_aborts_what_is_not_at_its_end},
    {"freeing_a_response_at_its_end_aborts_nothing",
     freeing_a_response_at_its_end_aborts_nothing},
    {"a_read_outlives_its_response", a_read_outlives_its_response},
    {"a_freed_session_ends_its_requests", a_freed_session_ends_its_requests},
    {"a_freed_session_ends_pending_reads", a_freed_session_ends_pending_reads},
    {"a_complete_response_outlives_its_session",
     a_complete_response_outlives_its_session},
    {"a_session_without_requests_is_nobodys_business",
     a_session_without_requests_is_nobodys_business},
    {"an_error_of_the_servers_is_a_response",
     an_error_of_the_servers_is_a_response},
    {"raise_for_status_makes_it_an_error", raise_for_status_makes_it_an_error},
    {"a_request_raises_by_itself", a_request_raises_by_itself},
    {NULL, NULL},
};
