/* SPDX-License-Identifier: MIT
 * The body of a response, read as a whole. */
#include <string.h>

#include <cjson/cJSON.h>

#include "http_script.h"
#include "suite.h"

/* A session, and a response of it. */
static eft_http_session *session;

static eft_http_response *begin(const char *headers)
{
    session = http_begin(NULL);
    return session ? http_gets(session, headers) : NULL;
}

static void end(eft_http_response *response)
{
    eft_http_response_free(response);
    http_end(session);
}

/* Whole */

static void what_came_before_is_in_the_whole(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    http_sends("one ");
    eft_future *read = eft_http_response_read(response);
    http_sends("two ");
    http_sends("three");
    http_completes();
    CHECK(http_reads(read, "one two three"));
    end(response);
}

static void a_whole_has_a_nul_behind_it(void)
{
    eft_http_response *response = begin("Content-Length: 4\n");

    REQUIRE(response);
    http_sends("four");
    http_completes();
    eft_result read = eft_await(eft_http_response_read(response));
    REQUIRE(!read.error);
    CHECK(read.message->data[4] == 0 && read.message->first &&
          read.message->last && read.message->type == EFT_MESSAGE_BINARY);
    eft_result_free(read);
    end(response);
}

static void an_empty_body_is_an_empty_message(void)
{
    eft_http_response *response = begin("Content-Length: 0\n");

    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    http_completes();
    CHECK(http_reads(read, ""));
    CHECK(http_error(eft_http_response_read(response)) == EFT_ETAKEN);
    CHECK(http_error(eft_http_response_chunk(response)) == EFT_ETAKEN);
    CHECK(http_told("has been read"));
    end(response);
}

static void a_large_whole(void)
{
    eft_http_response *response = begin("Content-Length: 5000000\n");

    REQUIRE(response);
    http_sends_many(100000, 'x');
    eft_future *read = eft_http_response_read(response);
    CHECK(http_sends_many(4900000, 'x'));
    http_completes();
    CHECK(http_asked(""));
    eft_result result = eft_await(read);
    REQUIRE(!result.error);
    CHECK(result.message->length == 5000000 &&
          http_is_all(result.message, 'x'));
    eft_result_free(result);
    end(response);
}

/* It says less, or more, than there is. */
static void a_content_length_is_not_believed(void)
{
    eft_http_response *response = begin("Content-Length: 3\n");

    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    http_sends("more than three");
    http_completes();
    CHECK(http_reads(read, "more than three"));
    CHECK(eft_http_response_length(response) == -1);
    eft_http_response_free(response);
    response = http_gets(session, "Content-Length: 60000000\n");
    REQUIRE(response);
    read = eft_http_response_read(response);
    http_sends("less");
    http_completes();
    CHECK(http_reads(read, "less"));
    end(response);
}

static void a_lost_connection_is_the_reads_error(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    http_sends("half");
    http_fails(EFT_EABNORMAL, "lost after 4 bytes");
    CHECK(http_error(read) == EFT_EABNORMAL);
    CHECK(http_told("lost after 4 bytes"));
    CHECK(http_error(eft_http_response_text(response, NULL)) == EFT_EABNORMAL);
    CHECK(http_told("lost after 4 bytes"));
    CHECK(http_reads(eft_http_response_chunk(response), "half"));
    CHECK(http_error(eft_http_response_chunk(response)) == EFT_EABNORMAL);
    CHECK(http_error(eft_http_response_chunk(response)) == EFT_EABNORMAL);
    end(response);
}

static void one_read_at_a_time(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    CHECK(http_error(eft_http_response_read(response)) == EFT_EBUSY);
    CHECK(http_error(eft_http_response_chunk(response)) == EFT_EBUSY);
    CHECK(http_error(eft_http_response_json(response)) == EFT_EBUSY);
    CHECK(http_error(eft_http_response_text(NULL, NULL)) == EFT_EINVAL);
    http_completes();
    CHECK(http_reads(read, ""));
    end(response);
}

/* Limits */

static void max_body_bounds_a_whole(void)
{
    const eft_http_request small = {.max_body = 10};

    session = http_begin(NULL);
    REQUIRE(session);
    eft_future *get = eft_http_get(session, "http://host/", &small);
    http_answers(200, "");
    eft_http_response *response = http_response(get);
    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    CHECK(http_sends("0123456789"));
    CHECK(!http_sends("a"));
    CHECK(http_asked("open | GET http://host/ | abort"));
    http_settle();
    CHECK(http_error(read) == EFT_EMSGSIZE);
    CHECK(http_told("max_body, 10 bytes"));
    CHECK(http_error(eft_http_response_read(response)) == EFT_EMSGSIZE);
    CHECK(http_reads(eft_http_response_chunk(response), "0123456789"));
    CHECK(http_error(eft_http_response_chunk(response)) == EFT_EMSGSIZE);
    end(response);
}

static void what_is_just_small_enough_is_read(void)
{
    const eft_http_request small = {.max_body = 10};

    session = http_begin(NULL);
    REQUIRE(session);
    eft_future *get = eft_http_get(session, "http://host/", &small);
    http_answers(200, "");
    eft_http_response *response = http_response(get);
    REQUIRE(response);
    eft_future *read = eft_http_response_read(response);
    http_sends("01234");
    http_sends("56789");
    http_completes();
    CHECK(http_reads(read, "0123456789"));
    end(response);
}

static void what_is_told_to_be_too_large_is_not_read(void)
{
    const eft_http_session_options small = {.max_body = 10};

    session = http_begin(&small);
    REQUIRE(session);
    eft_http_response *response = http_gets(session, "Content-Length: 11\n");
    REQUIRE(response);
    eft_future *read = eft_http_response_json(response);
    CHECK(http_asked("abort"));
    http_settle();
    CHECK(http_error(read) == EFT_EMSGSIZE);
    end(response);
}

static void only_what_is_left_has_to_be_small_enough(void)
{
    const eft_http_session_options small = {.max_body = 10};

    session = http_begin(&small);
    REQUIRE(session);
    eft_http_response *response = http_gets(session, "Content-Length: 12\n");
    REQUIRE(response);
    http_sends("012");
    CHECK(http_reads(eft_http_response_chunk(response), "012"));
    eft_future *read = eft_http_response_read(response);
    http_sends("345678901");
    http_completes();
    CHECK(http_reads(read, "345678901"));
    end(response);
}

static void pieces_have_no_limit(void)
{
    const eft_http_session_options small = {.max_body = 10};

    session = http_begin(&small);
    REQUIRE(session);
    eft_http_response *response = http_gets(session, "Content-Length: 11\n");
    REQUIRE(response);
    http_sends("01234567890");
    http_completes();
    /* It is too large as a whole, but it is all there. */
    CHECK(http_error(eft_http_response_read(response)) == EFT_EMSGSIZE);
    CHECK(http_reads(eft_http_response_chunk(response), "01234567890"));
    end(response);
}

/* Text and JSON */

static void text_is_decoded(void)
{
    eft_http_response *response =
        begin("Content-Type: text/plain; charset=ISO-8859-1\n");

    REQUIRE(response);
    http_sends("caf\xe9");
    http_completes();
    eft_future_free(eft_http_response_text(response, NULL));
    eft_result text = eft_await(eft_http_response_text(response, NULL));
    REQUIRE(!text.error);
    CHECK(text.message->type == EFT_MESSAGE_TEXT);
    CHECK(!strcmp((char *)text.message->data, "caf\xc3\xa9"));
    eft_result_free(text);
    end(response);
}

static void a_default_charset_is_for_what_names_none(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    http_sends("\xe9");
    http_completes();
    CHECK(http_error(eft_http_response_text(response, NULL)) == EFT_ECHARSET);
    CHECK(http_told("no text in the charset utf-8"));
    CHECK(http_error(eft_http_response_text(response, "gbk")) == EFT_ECHARSET);
    CHECK(http_told("no text in the charset gbk"));
    CHECK(http_error(eft_http_response_text(response, "nonsense")) ==
          EFT_ECHARSET);
    CHECK(http_told("not known here: nonsense"));
    CHECK(http_reads(eft_http_response_text(response, "latin1"), "\xc3\xa9"));
    end(response);
}

static void json_is_parsed(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    eft_future *read = eft_http_response_json(response);
    http_sends("{\"a\": [1, 2]}");
    http_completes();
    eft_result json = eft_await(read);
    REQUIRE(!json.error);
    CHECK(cJSON_GetArraySize(cJSON_GetObjectItem(json.json, "a")) == 2);
    eft_result_free(json);
    end(response);
}

static void no_json_says_where_and_what(void)
{
    eft_http_response *response = begin("Content-Type: text/html\n");

    REQUIRE(response);
    http_sends("<html>no</html>");
    http_completes();
    CHECK(http_error(eft_http_response_json(response)) == EFT_EJSON);
    CHECK(http_told("at byte 0") && http_told("<html>") &&
          http_told("text/html"));
    CHECK(
        http_reads(eft_http_response_text(response, NULL), "<html>no</html>"));
    eft_http_response_free(response);
    response = http_gets(session, "");
    REQUIRE(response);
    for (int i = 0; i < 600; i++)
        http_sends("[");
    http_completes();
    CHECK(http_error(eft_http_response_json(response)) == EFT_EDEPTH);
    CHECK(http_told("500"));
    end(response);
}

static void what_says_not_what_it_is_is_no_json_either(void)
{
    eft_http_response *response = begin("");

    REQUIRE(response);
    http_sends("no");
    http_completes();
    CHECK(http_error(eft_http_response_json(response)) == EFT_EJSON);
    CHECK(http_told("\"no\"; there is no Content-Type"));
    end(response);
}

const test_case suite_http_read[] = {
    {"what_came_before_is_in_the_whole", what_came_before_is_in_the_whole},
    {"a_whole_has_a_nul_behind_it", a_whole_has_a_nul_behind_it},
    {"an_empty_body_is_an_empty_message", an_empty_body_is_an_empty_message},
    {"a_large_whole", a_large_whole},
    {"a_content_length_is_not_believed", a_content_length_is_not_believed},
    {"a_lost_connection_is_the_reads_error",
     a_lost_connection_is_the_reads_error},
    {"one_read_at_a_time", one_read_at_a_time},
    {"max_body_bounds_a_whole", max_body_bounds_a_whole},
    {"what_is_just_small_enough_is_read", what_is_just_small_enough_is_read},
    {"what_is_told_to_be_too_large_is_not_read",
     what_is_told_to_be_too_large_is_not_read},
    {"only_what_is_left_has_to_be_small_enough",
     only_what_is_left_has_to_be_small_enough},
    {"pieces_have_no_limit", pieces_have_no_limit},
    {"text_is_decoded", text_is_decoded},
    {"a_default_charset_is_for_what_names_none",
     a_default_charset_is_for_what_names_none},
    {"json_is_parsed", json_is_parsed},
    {"no_json_says_where_and_what", no_json_says_where_and_what},
    {"what_says_not_what_it_is_is_no_json_either",
     what_says_not_what_it_is_is_no_json_either},
    {NULL, NULL},
};
