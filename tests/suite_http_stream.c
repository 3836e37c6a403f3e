/* SPDX-License-Identifier: MIT
 * Bodies to and from real servers, piece by piece. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_case.h"

enum { PIECE = 50000 };

/* Where a body can go that is written while it is sent: from a page over HTTP/2
 * alone. */
static const char *streams(void)
{
    return http_in_page() ? "http2" : "http";
}

/* Reads all pieces of a response: is it the pattern, and how long? */
static int64_t length_of_pattern(eft_http_response *response)
{
    int64_t length = 0;
    bool last = false;

    while (!last) {
        eft_result piece = eft_await(eft_http_response_chunk(response));

        if (!test_succeeded(piece.error))
            return -1;
        if (piece.message->length > 256 * 1024 ||
            !http_is_pattern(piece.message->data, (uint64_t)length,
                             piece.message->length))
            return -2;
        length += (int64_t)piece.message->length;
        last = piece.message->last;
        eft_result_free(piece);
    }
    return length;
}

static void a_body_comes_in_pieces(void)
{
    static const char *const paths[] = {"/bytes/5000000", "/chunked/5000000",
                                        "/encoded/gzip/5000000", "/bytes/0",
                                        "/chunked/0"};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < 10; i++) {
        eft_result got = eft_await(eft_http_get(
            session, http_at(i % 2 ? "http2" : "http", "%s", paths[i / 2]),
            NULL));

        REQUIRE(test_succeeded(got.error));
        CHECK(length_of_pattern(got.response) == (i / 2 < 3 ? 5000000 : 0));
        eft_result more = eft_await(eft_http_response_chunk(got.response));
        CHECK(!more.error && more.message->last && more.message->length == 0);
        eft_result_free(more);
        eft_result_free(got);
    }
    eft_http_session_free(session);
}

/* Is a piece that? */
static bool brings(eft_future *chunk, const char *text)
{
    eft_result piece = eft_await(chunk);
    bool same = test_succeeded(piece.error) &&
                !strcmp((char *)piece.message->data, text);

    if (!piece.error && !same)
        test_explain("# not %s but %s\n", text, (char *)piece.message->data);
    eft_result_free(piece);
    return same;
}

static void a_piece_comes_when_it_is_there(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(session);
    eft_future *get =
        eft_http_get(session, http_at("http", "/puppet?key=%s", key), NULL);

    CHECK(http_tell(session, http_at("http", "/go/%s/head?length=6", key)));
    eft_result got = eft_await(get);
    REQUIRE(test_succeeded(got.error));
    eft_future *first = eft_http_response_chunk(got.response);
    CHECK(http_tell(session, http_at("http", "/go/%s/send?text=abc", key)));
    CHECK(brings(first, "abc"));
    CHECK(eft_http_response_received(got.response) == 3);
    eft_future *second = eft_http_response_chunk(got.response);
    CHECK(eft_cancel(second));
    CHECK(eft_await(second).error == EFT_ECANCELED);
    CHECK(http_tell(session, http_at("http", "/go/%s/send?text=def", key)));
    CHECK(brings(eft_http_response_chunk(got.response), "def"));
    eft_result_free(got);
    free(key);
    eft_http_session_free(session);
}

/* Sets an event when the first half of six bytes is here. */
static void see_half(const eft_http_progress *progress, void *arg)
{
    if (progress->received >= 3)
        eft_event_set(arg);
}

static void a_cancelled_read_keeps_what_has_come(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(session);
    eft_event *half = eft_event_new();
    const eft_http_request request = {.on_progress = see_half,
                                      .progress_arg = half};
    eft_future *get =
        eft_http_get(session, http_at("http", "/puppet?key=%s", key), &request);

    CHECK(http_tell(session, http_at("http", "/go/%s/head?length=6", key)));
    eft_result got = eft_await(get);
    REQUIRE(test_succeeded(got.error));
    eft_future *read = eft_http_response_read(got.response);
    CHECK(http_tell(session, http_at("http", "/go/%s/send?text=abc", key)));
    CHECK(test_succeeded(eft_await(eft_event_wait(half)).error));
    CHECK(eft_http_response_received(got.response) == 3);
    CHECK(eft_cancel(read));
    CHECK(eft_await(read).error == EFT_ECANCELED);
    read = eft_http_response_read(got.response);
    CHECK(eft_await(eft_http_response_read(got.response)).error == EFT_EBUSY);
    CHECK(http_tell(session, http_at("http", "/go/%s/send?text=def", key)));
    eft_result body = eft_await(read);
    CHECK(test_succeeded(body.error) &&
          !strcmp((char *)body.message->data, "abcdef"));
    eft_result_free(body);
    eft_result_free(got);
    eft_event_free(half);
    free(key);
    eft_http_session_free(session);
}

/* The server stands still once as much is on its way as the systems and the
 * browser keep, and the program holds next to none of it. */
static void a_slow_reader_stops_the_server(void)
{
    static const int64_t whole = 400000000;
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(session);
    size_t before = http_memory();
    eft_result got = eft_await(eft_http_get(
        session, http_at("http", "/bytes/%lld?key=%s", (long long)whole, key),
        NULL));

    REQUIRE(test_succeeded(got.error));
    cJSON *seen = http_seen(session, key, "/still");
    CHECK(json_number(seen, "sent") < whole / 2);
    CHECK(cJSON_IsNull(cJSON_GetObjectItem(seen, "ended")));
    cJSON_Delete(seen);
    CHECK(http_memory() < before + (16 << 20));
    eft_result_free(got);
    seen = http_seen(session, key, "");
    CHECK(!strcmp(json_text(seen, "ended"), "aborted"));
    cJSON_Delete(seen);
    free(key);
    eft_http_session_free(session);
}

/* What a writer of the pattern is told, and tells. */
typedef struct writing {
    int64_t length;   /* to be written */
    int64_t written;  /* so far */
    int32_t error;    /* of the last write */
    eft_event *moved; /* is set by each, or NULL */
} writing;

static eft_result write_pattern(eft_http_upload *upload, void *arg)
{
    writing *state = arg;
    static uint8_t piece[PIECE];

    while (state->written < state->length) {
        int64_t left = state->length - state->written;
        size_t length = left < PIECE ? (size_t)left : PIECE;

        http_pattern(piece, (uint64_t)state->written, length);
        eft_result result =
            eft_await(eft_http_upload_write(upload, piece, length));
        state->error = result.error;
        EFT_TRY(result);
        state->written += (int64_t)length;
        if (state->moved)
            eft_event_set(state->moved);
    }
    return eft_ok();
}

static void a_body_is_written_while_it_is_sent(void)
{
    static const int64_t lengths[] = {0, 1, PIECE, PIECE + 1, 3000000};
    static const char *const servers[] = {"http", "http2"};
    eft_http_session *session = http_open((eft_http_session_options){0});

    for (size_t i = 0; i < 20; i++) {
        writing state = {.length = lengths[i / 4]};
        eft_http_request request = {
            .writer = write_pattern,
            .writer_arg = &state,
            .writer_length = i % 2 ? state.length : 0,
        };
        cJSON *told = http_json(eft_http_post(
            session, http_at(servers[i / 2 % 2], "/count"), &request));

        CHECK(json_number(told, "length") == state.length);
        CHECK(cJSON_IsTrue(cJSON_GetObjectItem(told, "pattern")));
        CHECK(state.written == state.length);
        if (http_native() && i % 2 && state.length > 0)
            CHECK(atoll(json_text(told, "told")) == state.length);
        cJSON_Delete(told);
    }
    eft_http_session_free(session);
}

/* No event says that a writer stands still: it is given the time to go on.  On
 * a slow machine it only gets less far in that than it could. */
static void a_server_that_does_not_read_stops_the_writer(void)
{
    enum { STILL_MS = 500 };
    eft_http_session *session = http_open((eft_http_session_options){0});
    char *key = http_key(session);
    writing state = {.length = 100000000, .moved = eft_event_new()};
    eft_http_request request = {.writer = write_pattern, .writer_arg = &state};
    size_t before = http_memory();
    eft_future *post = eft_http_post(
        session, http_at(streams(), "/count?hold&key=%s", key), &request);

    CHECK(!eft_await(eft_event_wait(state.moved)).error);
    do
        eft_event_clear(state.moved);
    while (
        !eft_await(eft_wait_for(STILL_MS, eft_event_wait(state.moved))).error);
    CHECK(state.written > 0 && state.written < 50000000);
    CHECK(http_memory() < before + (16 << 20));
    CHECK(http_tell(session, http_at(streams(), "/go/%s/read", key)));
    cJSON *told = http_json(post);
    CHECK(json_number(told, "length") == state.length);
    cJSON_Delete(told);
    eft_event_free(state.moved);
    free(key);
    eft_http_session_free(session);
}

static eft_result write_too_little(eft_http_upload *upload, void *arg)
{
    (void)arg;
    return eft_await(eft_http_upload_write(upload, "abc", 3));
}

static eft_result write_too_much(eft_http_upload *upload, void *arg)
{
    int32_t *error = arg;

    EFT_TRY(eft_await(eft_http_upload_write(upload, "abc", 3)));
    *error = eft_await(eft_http_upload_write(upload, "defgh", 5)).error;
    return eft_failed(*error);
}

static void a_writer_keeps_to_its_length(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    int32_t error = 0;
    eft_http_request request = {.writer = write_too_little, .writer_length = 7};

    CHECK(http_ends(eft_http_post(session, http_at(streams(), "/count"),
                                  &request)) == EFT_EINVAL);
    request.writer = write_too_much;
    request.writer_arg = &error;
    CHECK(http_ends(eft_http_post(session, http_at(streams(), "/count"),
                                  &request)) == EFT_EMSGSIZE);
    CHECK(error == EFT_EMSGSIZE);
    eft_http_session_free(session);
}

static eft_result write_and_fail(eft_http_upload *upload, void *arg)
{
    (void)arg;
    EFT_TRY(eft_await(eft_http_upload_write(upload, "abc", 3)));
    return eft_fail(EFT_EUSER, "no more of it");
}

static void what_a_writer_returns_ends_the_request(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    eft_http_request request = {.writer = write_and_fail};

    CHECK(http_ends(eft_http_post(session, http_at(streams(), "/count"),
                                  &request)) == EFT_EUSER);
    CHECK(http_detail_has("no more of it"));
    eft_http_session_free(session);
}

static eft_result write_a_file(eft_http_upload *upload, void *arg)
{
    return eft_await(eft_http_upload_file(upload, arg));
}

static void a_writer_sends_a_file(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    char path[300];
    eft_http_request request = {.writer = write_a_file, .writer_arg = path};

    snprintf(path, sizeof path, "%s", http_native() ? test_server("ca") : "/x");
    eft_future *post =
        eft_http_post(session, http_at(streams(), "/echo"), &request);
    if (http_native()) {
        cJSON *echo = http_json(post);

        CHECK(!strncmp(json_text(echo, "text"), "-----BEGIN CERT", 15));
        cJSON_Delete(echo);
        snprintf(path, sizeof path, "/no/such/file");
        post = eft_http_post(session, http_at(streams(), "/echo"), &request);
        CHECK(http_ends(post) == EFT_EIO);
        CHECK(http_detail_has("/no/such/file"));
    } else {
        CHECK(http_ends(post) == EFT_ENOTSUP);
    }
    eft_http_session_free(session);
}

/* An answer that does not wait for the body is there before the body is, and
 * ends its writer.  A browser looks at it when the body has gone. */
static void an_answer_may_come_before_the_body_has_gone(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    writing state = {.length = http_in_page() ? 5000000 : INT64_MAX};
    eft_http_request request = {.writer = write_pattern, .writer_arg = &state};

    CHECK(http_says(
        eft_http_post(session, http_at(streams(), "/early/413"), &request),
        "early\n"));
    CHECK(http_in_page() || state.error == EFT_ECLOSED ||
          state.error == EFT_ECANCELED);
    CHECK(http_status(
              eft_http_get(session, http_at(streams(), "/echo"), NULL)) == 200);
    eft_http_session_free(session);
}

/* What a callback was told. */
typedef struct progress_seen {
    eft_http_progress last;
    int calls;
    bool fell; /* below what it had been told */
} progress_seen;

static void see_progress(const eft_http_progress *progress, void *arg)
{
    progress_seen *seen = arg;

    seen->fell |= progress->sent < seen->last.sent ||
                  progress->received < seen->last.received;
    seen->last = *progress;
    seen->calls++;
}

static void progress_is_told(void)
{
    eft_http_session *session = http_open((eft_http_session_options){0});
    progress_seen seen = {0};
    eft_http_request request = {.on_progress = see_progress,
                                .progress_arg = &seen};

    CHECK(http_status(eft_http_get(session, http_at("http", "/bytes/1000000"),
                                   &request)) == 200);
    CHECK(seen.calls > 0 && !seen.fell);
    CHECK(seen.last.received == 1000000 && seen.last.total == 1000000);
    seen = (progress_seen){0};
    CHECK(http_status(eft_http_get(session,
                                   http_at("http", "/encoded/gzip/100000"),
                                   &request)) == 200);
    CHECK(seen.last.received == 100000 && seen.last.total == -1);
    seen = (progress_seen){0};
    writing state = {.length = 1000000};
    request.writer = write_pattern;
    request.writer_arg = &state;
    request.writer_length = state.length;
    CHECK(http_status(eft_http_put(session, http_at(streams(), "/count"),
                                   &request)) == 200);
    CHECK(!seen.fell && seen.last.send_total == 1000000);
    CHECK(seen.last.sent == 1000000);
    eft_http_session_free(session);
}

const test_case suite_http_stream[] = {
    {"a_body_comes_in_pieces", a_body_comes_in_pieces},
    {"a_piece_comes_when_it_is_there", a_piece_comes_when_it_is_there},
    {"a_cancelled_read_keeps_what_has_come",
     a_cancelled_read_keeps_what_has_come},
    {"a_slow_reader_stops_the_server", a_slow_reader_stops_the_server},
    {"a_body_is_written_while_it_is_sent", a_body_is_written_while_it_is_sent},
    {"a_server_that_does_not_read_stops_the_writer",
     a_server_that_does_not_read_stops_the_writer},
    {"a_writer_keeps_to_its_length", a_writer_keeps_to_its_length},
    {"what_a_writer_returns_ends_the_request",
     what_a_writer_returns_ends_the_request},
    {"a_writer_sends_a_file", a_writer_sends_a_file},
    {"an_answer_may_come_before_the_body_has_gone",
     an_answer_may_come_before_the_body_has_gone},
    {"progress_is_told", progress_is_told},
    {NULL, NULL},
};
