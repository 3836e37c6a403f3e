/* SPDX-License-Identifier: MIT
 * What debug mode says of HTTP's objects at the end of a loop. */
#include <string.h>

#include "debug_case.h"
#include "http_script.h"
#include "log_lines.h"
#include "sdk/core/debug.h"
#include "suite.h"

/* The lines of a loop that would end here. */
static const char *at_the_end(void)
{
    log_lines_begin();
    eft__loop_here->debug->closing(eft__loop_here);
    return log_lines_end();
}

static bool says(const char *words)
{
    const char *lines = at_the_end();
    bool said = strstr(lines, words) != NULL;

    if (!said)
        test_explain("# %s\n", lines);
    return said;
}

static bool says_nothing_of(const char *words)
{
    const char *lines = at_the_end();
    bool said = strstr(lines, words) != NULL;

    if (said)
        test_explain("# %s\n", lines);
    return !said;
}

static void a_response_is_told_by_its_url(void)
{
    debug_begin();
    eft_http_session *session = http_begin(NULL);
    REQUIRE(session);
    eft_future *get = eft_http_get(session, "http://host/a?b", NULL);
    CHECK(says("http_response was not freed: http://host/a?b\n"));
    http_answers(200, "");
    http_completes();
    eft_http_response *response = http_response(get);
    REQUIRE(response);
    CHECK(says(" 1 http_response"));
    CHECK(says("http_response was not freed: http://host/a?b\n"));
    eft_http_response_free(response);
    CHECK(says_nothing_of("http_response"));
    http_end(session);
    debug_finish();
}

static void of_many_the_first_are_told(void)
{
    enum { MANY = 12 };
    eft_future *gets[MANY];
    int told = 0;

    debug_begin();
    eft_http_session *session = http_begin(NULL);
    REQUIRE(session);
    for (int i = 0; i < MANY; i++)
        gets[i] = eft_http_get(session, "http://host/many", NULL);
    const char *at = at_the_end();
    CHECK(strstr(at, " 12 http_response") != NULL);
    for (; (at = strstr(at, "http://host/many")) != NULL; at++)
        told++;
    CHECK(told == 8);
    for (int i = 0; i < MANY; i++)
        eft_future_free(gets[i]);
    http_end(session);
    debug_finish();
}

/* How many objects the first line counts. */
static int counted(void)
{
    int count = 0;

    for (const char *at = at_the_end(); *at >= '0' && *at <= '9'; at++)
        count = count * 10 + (*at - '0');
    return count;
}

/* A program's only session may be made before a loop, and freed behind it. */
static void a_session_without_requests_may_outlive_a_loop(void)
{
    debug_begin();
    http_settle();
    int before = counted();
    eft_http_session *session =
        http_begin(&(eft_http_session_options){.limit_per_host = 2});
    REQUIRE(session);
    CHECK(counted() == before && says_nothing_of("http_session"));
    eft_http_response *response = http_gets(session, "");
    REQUIRE(response);
    CHECK(says(" 1 http_session"));
    CHECK(http_sends_many(100000, 'a'));
    http_completes();
    eft_result_free(eft_await(eft_http_response_read(response)));
    eft_http_response_free(response);
    http_settle();
    CHECK(counted() == before && says_nothing_of("http_session"));
    http_end(session);
    debug_finish();
}

const test_case suite_http_debug[] = {
    {"a_response_is_told_by_its_url", a_response_is_told_by_its_url},
    {"of_many_the_first_are_told", of_many_the_first_are_told},
    {"a_session_without_requests_may_outlive_a_loop",
     a_session_without_requests_may_outlive_a_loop},
    {NULL, NULL},
};
