/* SPDX-License-Identifier: MIT
 * How requests to real servers end early: cancelled, timed out, freed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_case.h"

/* The server saw the request with that key break off. */
static bool was_aborted(eft_http_session *session, const char *key)
{
    cJSON *seen = http_seen(session, key, "");
    bool aborted = !strcmp(json_text(seen, "ended"), "aborted");

    cJSON_Delete(seen);
    return aborted;
}

static bool has_begun(eft_http_session *session, const char *key)
{
    cJSON *seen = http_seen(session, key, "/begun");
    bool begun = json_number(seen, "begun") > 0;

    cJSON_Delete(seen);
    return begun;
}

static void cancelling_before_the_head(void)
{
    static const char *const servers[] = {"http", "http2"};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < 2; i++) {
        char *key = http_key(session);
        eft_future *get = eft_http_get(
            session, http_at(servers[i], "/silent?key=%s", key), NULL);

        CHECK(has_begun(session, key));
        CHECK(eft_cancel(get));
        CHECK(eft_await(get).error == EFT_ECANCELED);
        CHECK(was_aborted(session, key));
        free(key);
    }
    eft_http_session_free(session);
}

static void cancelling_while_connecting(void)
{
    static const char *const servers[] = {"http", "https", "http2",
                                          "http-silent", "http-unresolvable"};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < 5; i++) {
        for (int turns = 0; turns < 4; turns++) {
            eft_future *get =
                eft_http_get(session, http_at(servers[i], "/silent"), NULL);

            for (int turn = 0; turn < turns; turn++)
                eft_await(eft_sleep(turn));
            if (eft_future_state(get) == EFT_PENDING)
                CHECK(eft_cancel(get));
            eft_result got = eft_await(get);
            CHECK(got.error == EFT_ECANCELED ||
                  eft_error_is(got.error, EFT_ECONNECT));
            eft_result_free(got);
        }
    }
    eft_http_session_free(session);
}

static void cancelling_while_uploading(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(session);
    size_t length = 20000000;
    uint8_t *data = calloc(1, length);
    eft_http_request request = {.data = data, .length = length, .lent = true};
    eft_future *post = eft_http_post(
        session, http_at("http", "/count?hold&key=%s", key), &request);

    REQUIRE(data != NULL);
    CHECK(has_begun(session, key));
    CHECK(eft_cancel(post));
    CHECK(eft_await(post).error == EFT_ECANCELED);
    free(data);
    /* It sees the end behind what has come already, which is all that will. */
    cJSON_Delete(http_seen(session, key, "/still"));
    CHECK(http_tell(session, http_at("http", "/go/%s/read", key)));
    CHECK(was_aborted(session, key));
    free(key);
    eft_http_session_free(session);
}

static eft_result write_for_ever(eft_http_upload *upload, void *arg)
{
    static uint8_t piece[100000];
    int32_t *error = arg;

    while (!*error)
        *error =
            eft_await(eft_http_upload_write(upload, piece, sizeof piece)).error;
    return eft_failed(*error);
}

static void a_writer_hears_of_the_end(void)
{
    const char *server = http_in_page() ? "http2" : "http";
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(session);
    int32_t error = 0;
    eft_http_request request = {.writer = write_for_ever, .writer_arg = &error};
    eft_future *post =
        eft_http_post(session, http_at(server, "/count?key=%s", key), &request);

    CHECK(has_begun(session, key));
    CHECK(eft_cancel(post));
    CHECK(eft_await(post).error == EFT_ECANCELED);
    CHECK(was_aborted(session, key));
    while (!error)
        eft_await(eft_sleep(1));
    CHECK(error == EFT_ECLOSED || error == EFT_ECANCELED);
    free(key);
    eft_http_session_free(session);
}

/* Over HTTP/2 it is a body that goes on slowly: while a write of its own has
 * stalled, Node's server does not hear that the connection has ended. */
static void a_freed_response_ends_its_transfer(void)
{
    static const char *const servers[] = {"http", "http2"};
    static const char *const paths[] = {"/bytes/400000000?key=%s",
                                        "/drip/1000000/5?key=%s"};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < 2; i++) {
        char *key = http_key(session);
        eft_result got = eft_await(
            eft_http_get(session, http_at(servers[i], paths[i], key), NULL));

        REQUIRE(test_succeeded(got.error));
        eft_result_free(got);
        CHECK(was_aborted(session, key));
        free(key);
    }
    eft_http_session_free(session);
}

static void a_future_that_nobody_wants_ends_its_transfer(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(session);
    eft_future *get =
        eft_http_get(session, http_at("http", "/silent?key=%s", key), NULL);

    CHECK(has_begun(session, key));
    eft_future_free(get);
    CHECK(was_aborted(session, key));
    free(key);
    eft_http_session_free(session);
}

static void a_freed_session_ends_what_it_does(void)
{
    eft_http_session *watcher = http_open((eft_http_session_options){0});
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(watcher);
    char *other = http_key(watcher);
    eft_future *silent =
        eft_http_get(session, http_at("http", "/silent?key=%s", key), NULL);
    eft_result got = eft_await(eft_http_get(
        session, http_at("http", "/bytes/400000000?key=%s", other), NULL));

    REQUIRE(test_succeeded(got.error));
    CHECK(has_begun(watcher, key));
    eft_future *read = eft_http_response_chunk(got.response);
    eft_result_free(eft_await(read));
    eft_http_session_free(session);
    CHECK(eft_await(silent).error == EFT_ECLOSED);
    CHECK(was_aborted(watcher, key));
    CHECK(was_aborted(watcher, other));
    CHECK(eft_http_response_status(got.response) == 200);
    eft_result piece = eft_await(eft_http_response_chunk(got.response));
    while (!piece.error) {
        eft_result_free(piece);
        piece = eft_await(eft_http_response_chunk(got.response));
    }
    CHECK(piece.error == EFT_ECLOSED);
    eft_result_free(got);
    free(key);
    free(other);
    eft_http_session_free(watcher);
}

static void the_total_timeout_says_so(void)
{
    static const char *const urls[] = {"/silent", "/drip/1000/20"};
    eft_http_session *session =
        http_open((eft_http_session_options){.total_timeout_ms = 300});

    for (size_t i = 0; i < 2; i++) {
        CHECK(http_ends(eft_http_get(session, http_at("http", "%s", urls[i]),
                                     NULL)) == EFT_ETIMEDOUT);
        CHECK(http_detail_has("total_timeout_ms"));
    }
    CHECK(http_ends(eft_http_get(session, http_at("http-silent", "/"), NULL)) ==
          EFT_ETIMEDOUT);
    eft_http_session_free(session);
}

static void the_read_timeout_says_so(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.read_timeout_ms = 300});

    CHECK(http_ends(eft_http_get(session, http_at("http", "/silent"), NULL)) ==
          EFT_ETIMEDOUT);
    CHECK(http_detail_has("read_timeout_ms"));
    CHECK(
        http_ends(eft_http_get(session, http_at("http-raw", "/silent-mid-body"),
                               NULL)) == EFT_ETIMEDOUT);
    CHECK(http_detail_has("read_timeout_ms"));
    CHECK(
        http_ends(eft_http_get(session, http_at("http-raw", "/silent-mid-head"),
                               NULL)) == EFT_ETIMEDOUT);
    eft_http_session_free(session);
}

/* Each byte comes well within the timeout, all of them far over it. */
static void a_slow_drip_is_no_timeout(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.read_timeout_ms = 1500});

    CHECK(
        http_says(eft_http_get(session, http_at("http", "/drip/20/100"), NULL),
                  "...................."));
    eft_http_session_free(session);
}

static void a_reader_may_take_its_time(void)
{
    eft_http_session *session =
        http_open((eft_http_session_options){.read_timeout_ms = 300});
    eft_result got = eft_await(
        eft_http_get(session, http_at("http", "/bytes/20000000"), NULL));

    REQUIRE(test_succeeded(got.error));
    eft_await(eft_sleep(700));
    eft_result body = eft_await(eft_http_response_read(got.response));
    CHECK(test_succeeded(body.error) && body.message->length == 20000000);
    eft_result_free(body);
    eft_result_free(got);
    eft_http_session_free(session);
}

static void a_deadline_around_a_request(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(session);
    eft_future *get =
        eft_http_get(session, http_at("http", "/silent?key=%s", key), NULL);

    CHECK(has_begun(session, key));
    CHECK(eft_await(eft_wait_for(50, get)).error == EFT_ETIMEDOUT);
    CHECK(was_aborted(session, key));
    free(key);
    eft_http_session_free(session);
}

/* The task that awaits it ends with the program's part; the request with it. */
typedef struct fetching {
    eft_http_session *session;
    const char *key;
} fetching;

static eft_result fetch_in_a_task(void *arg)
{
    const fetching *all = arg;

    return eft_await(eft_http_get(
        all->session, http_at("http", "/silent?key=%s", all->key), NULL));
}

static void a_cancelled_task_ends_its_request(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(session);
    fetching all = {session, key};
    eft_future *task = eft_spawn(fetch_in_a_task, &all);

    CHECK(has_begun(session, key));
    CHECK(eft_cancel(task));
    CHECK(eft_await(task).error == EFT_ECANCELED);
    CHECK(was_aborted(session, key));
    free(key);
    eft_http_session_free(session);
}

const test_case suite_http_ends[] = {
    {"cancelling_before_the_head", cancelling_before_the_head},
    {"cancelling_while_connecting", cancelling_while_connecting},
    {"cancelling_while_uploading", cancelling_while_uploading},
    {"a_writer_hears_of_the_end", a_writer_hears_of_the_end},
    {"a_freed_response_ends_its_transfer", a_freed_response_ends_its_transfer},
    {"a_future_that_nobody_wants_ends_its_transfer",
     a_future_that_nobody_wants_ends_its_transfer},
    {"a_freed_session_ends_what_it_does", a_freed_session_ends_what_it_does},
    {"the_total_timeout_says_so", the_total_timeout_says_so},
    {"the_read_timeout_says_so", the_read_timeout_says_so},
    {"a_slow_drip_is_no_timeout", a_slow_drip_is_no_timeout},
    {"a_reader_may_take_its_time", a_reader_may_take_its_time},
    {"a_deadline_around_a_request", a_deadline_around_a_request},
    {"a_cancelled_task_ends_its_request", a_cancelled_task_ends_its_request},
    {NULL, NULL},
};
