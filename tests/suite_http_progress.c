/* SPDX-License-Identifier: MIT
 * What else a session tells: progress, and the cookie jar. */
#include "http_script.h"
#include "suite.h"

static const char url[] = "http://host/";

/* Progress */

typedef struct seen {
    eft_http_progress last;
    int count;
    eft_http_response *frees; /* in the callback */
    eft_future *cancels;      /* likewise */
} seen;

static void see(const eft_http_progress *progress, void *arg)
{
    seen *all = arg;

    all->last = *progress;
    all->count++;
    eft_http_response_free(all->frees);
    all->frees = NULL;
    eft_cancel(all->cancels);
}

static void progress_is_told_from_the_loop(void)
{
    seen all = {0};
    const eft_http_request request = {
        .data = "body", .length = 4, .on_progress = see, .progress_arg = &all};
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *post = eft_http_post(session, url, &request);
    eft_core_http_sent(eft__virtual_http_id(0), 3);
    eft_core_http_sent(eft__virtual_http_id(0), 4);
    CHECK(all.count == 0);
    http_settle();
    CHECK(all.count == 1 && all.last.sent == 4 && all.last.send_total == 4);
    CHECK(all.last.received == 0 && all.last.total == -1);
    http_answers(200, "Content-Length: 6\n");
    eft_http_response *response = http_response(post);
    REQUIRE(response);
    http_sends("a");
    http_sends("bc");
    http_settle();
    CHECK(all.count == 2 && all.last.received == 3 && all.last.total == 6);
    http_sends("def");
    http_completes();
    http_settle();
    CHECK(all.count == 3 && all.last.received == 6);
    eft_http_response_free(response);
    http_end(session);
}

static void progress_may_free_the_response(void)
{
    seen all = {0};
    const eft_http_request request = {.on_progress = see, .progress_arg = &all};
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, &request);
    http_answers(200, "");
    all.frees = http_response(get);
    REQUIRE(all.frees);
    http_sends("a");
    http_settle();
    CHECK(all.count == 1);
    CHECK(http_asked("open | GET http://host/ | abort"));
    eft_http_response_free(all.frees);
    http_end(session);
}

static void progress_may_cancel(void)
{
    seen all = {0};
    const eft_http_request request = {.on_progress = see, .progress_arg = &all};
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, &request);
    all.cancels = get;
    eft_core_http_sent(eft__virtual_http_id(0), 1);
    http_settle();
    CHECK(http_error(get) == EFT_ECANCELED);
    /* Nothing is told any more when the future is complete. */
    CHECK(all.count == 1);
    http_end(session);
}

static void what_is_queued_for_a_freed_response_is_not_told(void)
{
    seen all = {0};
    const eft_http_request request = {.on_progress = see, .progress_arg = &all};
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    eft_future *get = eft_http_get(session, url, &request);
    http_answers(200, "");
    eft_http_response *response = http_response(get);
    REQUIRE(response);
    http_sends("a");
    eft_http_response_free(response);
    http_settle();
    CHECK(all.count == 0);
    http_end(session);
}

/* Cookies */

static void cookies_are_the_worlds(void)
{
    eft_http_session *session = http_begin(NULL);

    REQUIRE(session);
    CHECK(eft_http_session_cookies(session).error == EFT_ENOTSUP);
    eft__virtual_http_answer_cookies(0);
    http_ignore();
    eft_result got = eft_http_session_cookies(session);
    CHECK(!got.error);
    if (!got.error)
        CHECK(((eft_http_cookies *)got.ptr)->count == 0);
    eft_result_free(got);
    CHECK(!eft_http_session_set_cookie(session, url, "a=b; Path=/").error);
    CHECK(!eft_http_session_clear_cookies(session).error);
    CHECK(http_asked("cookies | set-cookie a=b; Path=/ | set-cookie"));
    CHECK(eft_http_session_set_cookie(session, "nonsense", "a=b").error ==
          EFT_EURL);
    CHECK(eft_http_session_set_cookie(session, url, "a=b\r\nX: y").error ==
          EFT_EINVAL);
    CHECK(eft_http_session_set_cookie(session, url, NULL).error == EFT_EINVAL);
    CHECK(eft_http_session_set_cookie(session, url, "a").error == EFT_EINVAL);
    CHECK(eft_http_session_set_cookie(session, url, "=a").error == EFT_EINVAL);
    CHECK(eft_http_session_cookies(NULL).error == EFT_EINVAL);
    CHECK(http_asked(""));
    http_end(session);
}

static void without_cookies_there_is_no_jar(void)
{
    const eft_http_session_options none = {.no_cookies = true};
    eft_http_session *session = http_begin(&none);

    REQUIRE(session);
    eft__virtual_http_answer_cookies(0);
    CHECK(eft_http_session_cookies(session).error == EFT_EINVAL);
    CHECK(http_told("no_cookies"));
    CHECK(http_asked(""));
    http_end(session);
}

const test_case suite_http_progress[] = {
    {"progress_is_told_from_the_loop", progress_is_told_from_the_loop},
    {"progress_may_free_the_response", progress_may_free_the_response},
    {"progress_may_cancel", progress_may_cancel},
    {"what_is_queued_for_a_freed_response_is_not_told",
     what_is_queued_for_a_freed_response_is_not_told},
    {"cookies_are_the_worlds", cookies_are_the_worlds},
    {"without_cookies_there_is_no_jar", without_cookies_there_is_no_jar},
    {NULL, NULL},
};
