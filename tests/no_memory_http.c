/* SPDX-License-Identifier: MIT
 * Programs for too little memory: requests, whose server is a script. */
#include <string.h>

#include <eft/eft.h>

#include "http_script.h"
#include "no_memory.h"

static const char url[] = "http://host/";

/* Ends what http_begin() began, with nothing left. */
static eft_result leave(eft_http_session *session, eft_result result)
{
    http_end(session);
    return result;
}

/* What memory is missing for may end a request, too. */
static eft_result excuse(eft_result result)
{
    if (result.error == EFT_ECLOSED || result.error == EFT_ECANCELED)
        result.error = EFT_ENOMEM;
    return result;
}

/* The text of a response, and its own memory with it. */
static eft_result read_text(eft_http_response *response, const char *text)
{
    eft_future *read = eft_http_response_text(response, "latin1");

    http_sends(text);
    http_completes();
    eft_result got = eft_await(read);
    if (!got.error)
        SHOULD(!strcmp((char *)got.message->data, text));
    eft_result_free(got);
    eft_http_response_free(response);
    return got.error ? got : eft_ok();
}

static eft_result get_by_way_of_another(void *arg)
{
    const eft_http_session_options options = {
        .base_url = url, .user = "me:secret", .limit_per_host = 1};
    eft_http_session *session = http_begin(&options);

    (void)arg;
    if (!session)
        return leave(NULL, eft_failed(EFT_ENOMEM));
    eft_future *get = eft_http_get(session, "a", NULL);
    if (eft_future_state(get) == EFT_PENDING) {
        http_answers(302, "Location: http://other/\nSet-Cookie: a=b\n");
        http_sends("moved");
        http_completes();
    }
    if (eft_future_state(get) == EFT_PENDING)
        http_answers(200, "Content-Type: text/plain; charset=\"latin1\"\n");
    eft_result got = eft_await(get);
    return leave(session, got.error ? got : read_text(got.response, "text"));
}

static eft_result fail_with_a_sentence(void *arg)
{
    eft_http_session *session = http_begin(NULL);

    (void)arg;
    if (!session)
        return leave(NULL, eft_failed(EFT_ENOMEM));
    eft_future *get = eft_http_get(session, url, NULL);
    if (eft_future_state(get) == EFT_PENDING)
        http_fails(EFT_EREFUSED, "a sentence");
    eft_result got = eft_await(get);
    SHOULD(got.error == EFT_EREFUSED || got.error == EFT_ENOMEM);
    return leave(session, got.error == EFT_EREFUSED ? eft_ok() : got);
}

static eft_result wait_in_line(void *arg)
{
    const eft_http_session_options one = {.limit = 1};
    eft_http_session *session = http_begin(&one);

    (void)arg;
    if (!session)
        return leave(NULL, eft_failed(EFT_ENOMEM));
    eft_future *first = eft_http_get(session, url, NULL);
    eft_future *second = eft_http_get(session, url, NULL);
    eft_future *third = eft_http_get(session, url, NULL);
    eft_cancel(second);
    eft_future_free(second);
    eft_cancel(first);
    eft_future_free(first);
    http_settle();
    if (eft_future_state(third) == EFT_PENDING)
        http_answers(200, "");
    eft_result got = eft_await(third);
    return leave(session, got.error ? got : read_text(got.response, ""));
}

static eft_result write_twice(eft_http_upload *upload, void *arg)
{
    (void)arg;
    eft_future *first = eft_http_upload_write(upload, "first", 5);
    if (eft_future_state(first) != EFT_PENDING)
        return eft_await(first);
    eft_future_free(first);
    return eft_await(eft_http_upload_write(upload, "second", 6));
}

static int given;

static void count_down(void *count)
{
    --*(int *)count;
}

/* Whatever comes of it, its argument is freed once. */
static eft_result leave_with_all(eft_http_session *session, eft_result result)
{
    result = leave(session, result);
    SHOULD(given == 0);
    return result;
}

static eft_result write_a_body(void *arg)
{
    const eft_http_request request = {.writer = write_twice,
                                      .writer_arg = &given,
                                      .free_writer_arg = count_down};
    eft_http_session *session = http_begin(NULL);

    (void)arg;
    if (!session)
        return leave(NULL, eft_failed(EFT_ENOMEM));
    given = 1;
    eft_future *post = eft_http_post(session, url, &request);
    for (int i = 0; i < 3; i++) {
        http_settle();
        http_writes();
    }
    if (eft_future_state(post) == EFT_PENDING)
        http_answers(200, "");
    eft_result got = eft_await(post);
    return leave_with_all(session, got.error ? excuse(got)
                                             : read_text(got.response, "x"));
}

static eft_result read_pieces(void *arg)
{
    eft_http_session *session = http_begin(NULL);
    eft_result piece = eft_ok();

    (void)arg;
    if (!session)
        return leave(NULL, eft_failed(EFT_ENOMEM));
    eft_future *get = eft_http_get(session, url, NULL);
    if (eft_future_state(get) == EFT_PENDING)
        http_answers(200, "X: y\n");
    eft_result got = eft_await(get);
    if (got.error)
        return leave(session, got);
    http_sends_many(300000, 'x');
    eft_future_free(eft_http_response_read(got.response));
    http_completes();
    for (bool last = false; !last && !piece.error;) {
        piece = eft_await(eft_http_response_chunk(got.response));
        last = !piece.error && piece.message->last;
        eft_result_free(piece);
    }
    eft_http_response_free(got.response);
    return leave(session, piece.error ? piece : eft_ok());
}

const scenario no_memory_http[] = {
    {"get_by_way_of_another", get_by_way_of_another},
    {"fail_with_a_sentence", fail_with_a_sentence},
    {"wait_in_line", wait_in_line},
    {"write_a_body", write_a_body},
    {"read_pieces", read_pieces},
    {NULL, NULL},
};
