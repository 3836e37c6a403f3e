/* SPDX-License-Identifier: MIT
 * Files of a form: how long they are is asked for before it is sent. */
#include <string.h>

#include "http_script.h"
#include "suite.h"

static const char url[] = "http://host/";

/* A file that has a length, this program; and one that has none. */
static const char program[] = "/proc/self/exe", endless[] = "/dev/null";

/* A target without files refuses them: that is tested with eft's own lack of
 * them, in http_multipart. */
static bool has_files(void)
{
    int64_t length;

    return eft_target_file_length("/", &length).error == EFT_EIO;
}

#define NEEDS_FILES()                                                          \
    do {                                                                       \
        if (!has_files())                                                      \
            SKIP("there are no files here");                                   \
    } while (0)

static eft_future *post(eft_http_session *session, const char *path)
{
    const eft_http_part part = {.name = "a", .path = path};

    return eft_http_post(session, url,
                         &(eft_http_request){.parts = &part, .part_count = 1});
}

/* The request that was started for fetch, skipping what came before; NULL: none
 * was, or it is over, and no longer lent. */
static const eft_target_http_request *started(const eft_future *fetch)
{
    const eft__virtual_http_call *call;

    while ((call = eft__virtual_http_next()) != NULL)
        if (call->what == EFT__VIRTUAL_HTTP_START)
            return eft_future_state(fetch) == EFT_PENDING ? call->request
                                                          : NULL;
    return NULL;
}

static void a_form_waits_for_the_length_of_its_file(void)
{
    NEEDS_FILES();
    eft_http_session *session = http_begin(NULL);
    int64_t length = 0;

    REQUIRE(session);
    CHECK(!eft_target_file_length(program, &length).error && length > 1000);
    eft_future *sent = post(session, program);
    CHECK(http_asked(""));
    http_settle();
    const eft_target_http_request *request = started(sent);
    CHECK(request && request->body_length > length);
    CHECK(request && request->body_length < length + 400);
    CHECK(request && request->streams && !request->idempotent);
    eft_future_free(sent);
    http_end(session);
}

static void a_length_that_cannot_be_known_is_none(void)
{
    NEEDS_FILES();
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *sent = post(session, endless);
    http_settle();
    const eft_target_http_request *request = started(sent);
    CHECK(request && request->body_length == -1);
    eft_future_free(sent);
    http_end(session);
}

/* What /proc makes as it is read says that it has 0 bytes. */
static void bytes_without_a_length_are_none(void)
{
    NEEDS_FILES();
    int64_t length = 0;

    CHECK(!eft_target_file_length("/proc/self/stat", &length).error);
    CHECK(length == -1);
}

static void what_cannot_be_read_is_not_sent(void)
{
    static const char *const paths[][2] = {
        {"/no/such/file", "/no/such/file: "},
        {"/", "/: "},
        {"/proc/self/exe/x", "/proc/self/exe/x: "},
    };
    NEEDS_FILES();
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        eft_future *sent = post(session, paths[i][0]);

        http_settle();
        CHECK(http_error(sent) == EFT_EIO);
        CHECK(http_told(paths[i][1]));
    }
    CHECK(http_asked(""));
    http_end(session);
}

static void one_of_many_that_cannot_be_read(void)
{
    const eft_http_part parts[] = {{.name = "a", .path = program},
                                   {.name = "b", .path = "/no/such/file"}};
    NEEDS_FILES();
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *sent = eft_http_post(
        session, url, &(eft_http_request){.parts = parts, .part_count = 2});
    http_settle();
    CHECK(http_error(sent) == EFT_EIO);
    CHECK(http_asked(""));
    http_end(session);
}

static void what_is_given_up_meanwhile_is_not_sent(void)
{
    NEEDS_FILES();
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future_free(post(session, program));
    eft_future *sent = post(session, program);
    CHECK(eft_cancel(sent));
    CHECK(http_error(sent) == EFT_ECANCELED);
    sent = post(session, "/no/such/file");
    CHECK(eft_cancel(sent));
    http_settle();
    CHECK(http_error(sent) == EFT_ECANCELED);
    CHECK(http_asked(""));
    http_end(session);
}

static void a_session_that_is_freed_meanwhile_sends_nothing(void)
{
    NEEDS_FILES();
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *sent = post(session, program);
    eft_http_session_free(session);
    CHECK(http_error(sent) == EFT_ECLOSED);
    http_settle();
    CHECK(http_asked(""));
    http_end(NULL);
}

/* The line is one of calls, not of those whose files are known. */
static void who_is_measured_keeps_its_place_in_line(void)
{
    NEEDS_FILES();
    eft_http_session *session =
        http_begin(&(eft_http_session_options){.limit = 1});

    REQUIRE(session);
    eft_future *first = eft_http_get(session, "http://host/1", NULL);
    eft_future *second = post(session, endless);
    eft_future *third = eft_http_get(session, "http://host/3", NULL);
    http_settle();
    CHECK(http_asked("open | GET http://host/1"));
    eft_future_free(first);
    http_settle();
    const eft_target_http_request *request = started(second);
    CHECK(request && !strcmp(request->method, "POST"));
    eft_future_free(second);
    eft_future_free(third);
    http_end(session);
}

/* That of the hop before is what the next one is told. */
static void a_redirect_keeps_the_length(void)
{
    NEEDS_FILES();
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *sent = post(session, program);
    http_settle();
    const eft_target_http_request *request = started(sent);
    int64_t length = request ? request->body_length : 0;
    http_answers(307, "Location: /other\n");
    http_ends_to(1, 0, NULL);
    http_settle();
    request = started(sent);
    CHECK(length > 0 && request && request->body_length == length);
    eft_future_free(sent);
    http_end(session);
}

const test_case suite_http_measure[] = {
    {"a_form_waits_for_the_length_of_its_file",
     a_form_waits_for_the_length_of_its_file},
    {"a_length_that_cannot_be_known_is_none",
     a_length_that_cannot_be_known_is_none},
    {"bytes_without_a_length_are_none", bytes_without_a_length_are_none},
    {"what_cannot_be_read_is_not_sent", what_cannot_be_read_is_not_sent},
    {"one_of_many_that_cannot_be_read", one_of_many_that_cannot_be_read},
    {"what_is_given_up_meanwhile_is_not_sent",
     what_is_given_up_meanwhile_is_not_sent},
    {"a_session_that_is_freed_meanwhile_sends_nothing",
     a_session_that_is_freed_meanwhile_sends_nothing},
    {"who_is_measured_keeps_its_place_in_line",
     who_is_measured_keeps_its_place_in_line},
    {"a_redirect_keeps_the_length", a_redirect_keeps_the_length},
    {NULL, NULL},
};
