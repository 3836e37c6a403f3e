/* SPDX-License-Identifier: MIT
 * The bodies of requests. */
#include <string.h>

#include <cjson/cJSON.h>
#include <eft/eft.h>

#include "request_case.h"
#include "sdk/core/memory.h"
#include "suite.h"

static bool gives(eft_http_request request, const char *rest)
{
    char text[600] = "POST http://h/ | Content-Type: ";

    strncat(text, rest, sizeof text - strlen(text) - 1);
    return request_is(NULL, "POST", "http://h", &request, text);
}

static bool is_invalid(eft_http_request request, const char *words)
{
    return request_is_invalid(NULL, "POST", "http://h", &request, words);
}

static eft_result write_nothing(eft_http_upload *upload, void *arg)
{
    (void)upload;
    (void)arg;
    return eft_ok();
}

static void bytes_are_copied_unless_they_are_lent(void)
{
    static const char bytes[] = "abc";
    eft_http_request request = {.data = bytes, .length = 3};
    eft__http_options *options;
    eft__http_request *made;

    CHECK(gives(request, "application/octet-stream > abc"));
    for (int lent = 0; lent < 2; lent++) {
        request.lent = lent;
        made = request_made(NULL, &options, "POST", "http://h", &request);
        if (made)
            CHECK((made->target.body == bytes) == request.lent);
        eft__http_request_free(made);
        eft__free(options);
    }
    CHECK(is_invalid((eft_http_request){.length = 3}, "data: there is none"));
    CHECK(is_invalid((eft_http_request){.data = bytes, .length = SIZE_MAX},
                     "length: "));
}

static void a_body_may_be_empty(void)
{
    CHECK(gives((eft_http_request){.data = ""}, "application/octet-stream > "));
    CHECK(request_is(NULL, "DELETE", "http://h", NULL, "DELETE http://h/"));
    CHECK(request_is(NULL, "POST", "http://h", NULL, "POST http://h/ > "));
    CHECK(request_is(NULL, "PUT", "http://h", NULL, "PUT http://h/ > "));
    CHECK(request_is(NULL, "PATCH", "http://h", NULL, "PATCH http://h/ > "));
}

static void json_is_printed_at_once(void)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "a", "\xc3\xbc");
    CHECK(gives((eft_http_request){.json = json},
                "application/json > {\"a\":\"\xc3\xbc\"}"));
}

/* The address sanitizer, or valgrind, sees what is not freed. */
static void json_is_freed_whatever_comes_of_it(void)
{
    eft_http_request request = {.json = cJSON_CreateArray()};

    CHECK(request_is_invalid(NULL, "GET", "http://h", &request, "no body"));
    request.json = cJSON_CreateArray();
    CHECK(request_fails(NULL, "POST", "x", &request, EFT_EURL, "base_url"));
    request.json = cJSON_CreateArray();
    CHECK(request_is_invalid(&(eft_http_session_options){.keep_alive_ms = -2},
                             "POST", "http://h", &request, "keep_alive_ms"));
}

static void json_is_not_too_deep(void)
{
    cJSON *json = cJSON_CreateArray();
    eft_http_request request;

    for (int i = 0; i < EFT_JSON_DEPTH; i++) {
        cJSON *outer = cJSON_CreateArray();

        cJSON_AddItemToArray(outer, json);
        json = outer;
    }
    request = (eft_http_request){.json = json};
    CHECK(request_fails(NULL, "POST", "http://h", &request, EFT_EDEPTH,
                        "json: it is nested more than 500"));
}

static void json_that_cannot_be_printed_is_refused(void)
{
    eft_http_request request = {.json = cJSON_CreateNull()};

    REQUIRE(request.json);
    request.json->type = cJSON_Invalid;
    CHECK(is_invalid(request, "json: it holds what cannot be printed"));
}

static void forms_are_encoded(void)
{
    static const eft_http_pair form[] = {
        {"name", "J\xc3\xbcrgen M."}, {"a", "1&2"}, {"a", ""}};

    CHECK(gives((eft_http_request){.form = form, .form_count = 3},
                "application/x-www-form-urlencoded > "
                "name=J%C3%BCrgen+M.&a=1%262&a="));
    CHECK(is_invalid((eft_http_request){.form = form}, "form: "));
    CHECK(is_invalid((eft_http_request){.form_count = 3}, "form: "));
    CHECK(is_invalid(
        (eft_http_request){.form = (const eft_http_pair[]){{"a", NULL}},
                           .form_count = 1},
        "form: a name or a value"));
}

static void a_writer_streams(void)
{
    eft_http_request request = {.writer = write_nothing,
                                .writer_arg = &request};
    static const int64_t lengths[][2] = {{0, -1}, {5, 5}};
    eft__http_options *options;

    CHECK(gives(request, "application/octet-stream > *"));
    for (int i = 0; i < 2; i++) {
        request.writer_length = lengths[i][0];
        eft__http_request *made =
            request_made(NULL, &options, "PUT", "http://h", &request);
        if (made) {
            CHECK(made->target.has_body && made->target.streams);
            CHECK(made->target.body_length == lengths[i][1]);
            CHECK(made->writer == write_nothing);
            CHECK(made->writer_arg == &request);
            /* Nothing is kept to be sent again. */
            CHECK(!made->target.idempotent);
        }
        eft__http_request_free(made);
        eft__free(options);
    }
    request.writer_length = -1;
    CHECK(is_invalid(request, "writer_length: it is negative"));
    CHECK(is_invalid((eft_http_request){.writer_length = 1},
                     "writer_length: there is no writer"));
}

static void a_body_is_given_in_one_way(void)
{
    static const eft_http_pair pair[] = {{"a", "b"}};
    static const eft_http_part part[] = {{.name = "a"}};
    static const char sentence[] = "a body is given in one way";

    CHECK(is_invalid((eft_http_request){.data = "", .form = pair}, sentence));
    CHECK(is_invalid((eft_http_request){.json = cJSON_CreateNull(), .data = ""},
                     sentence));
    CHECK(is_invalid(
        (eft_http_request){
            .form = pair, .form_count = 1, .parts = part, .part_count = 1},
        sentence));
    CHECK(is_invalid((eft_http_request){.data = "", .writer = write_nothing},
                     sentence));
}

static void some_methods_have_no_body(void)
{
    const eft_http_request request = {.data = "a", .length = 1};

    CHECK(request_is_invalid(NULL, "GET", "http://h", &request, "no body"));
    CHECK(request_is_invalid(NULL, "head", "http://h", &request, "no body"));
    CHECK(request_is_invalid(NULL, "TRACE", "http://h", &request, "no body"));
    CHECK(request_is(NULL, "DELETE", "http://h", &request,
                     "DELETE http://h/ | Content-Type: "
                     "application/octet-stream > a"));
    CHECK(request_is(NULL, "QUERY", "http://h", &request,
                     "QUERY http://h/ | Content-Type: "
                     "application/octet-stream > a"));
}

static void a_content_type_replaces_that_of_the_kind(void)
{
    static const eft_http_pair header[] = {{"content-type", "a/b"}};
    eft_http_request request = {
        .data = "a", .length = 1, .content_type = "text/plain; charset=utf-8"};

    CHECK(gives(request, "text/plain; charset=utf-8 > a"));
    request.content_type = "";
    CHECK(request_is(NULL, "POST", "http://h", &request, "POST http://h/ > a"));
    request.headers = header;
    request.header_count = 1;
    CHECK(is_invalid(request, "content_type: there is that header"));
    request.content_type = NULL;
    CHECK(request_is(NULL, "POST", "http://h", &request,
                     "POST http://h/ | content-type: a/b > a"));
    CHECK(is_invalid((eft_http_request){.data = "a",
                                        .length = 1,
                                        .content_type = "a\r\nb: c"},
                     "content_type: "));
}

static void a_content_type_wants_a_body(void)
{
    const eft_http_request request = {.content_type = "text/plain"};

    CHECK(request_is_invalid(NULL, "GET", "http://h", &request,
                             "content_type: there is no body"));
    CHECK(request_is_invalid(NULL, "DELETE", "http://h", &request,
                             "content_type: there is no body"));
    CHECK(gives(request, "text/plain > "));
}

static void a_session_may_have_a_content_type(void)
{
    static const eft_http_pair header[] = {{"Content-Type", "a/b"}};
    const eft_http_session_options options = {.headers = header,
                                              .header_count = 1};
    eft_http_request request = {.data = "a", .length = 1};

    CHECK(request_is(&options, "POST", "http://h", &request,
                     "POST http://h/ | Content-Type: "
                     "application/octet-stream > a"));
    request.content_type = "";
    CHECK(request_is(&options, "POST", "http://h", &request,
                     "POST http://h/ > a"));
    CHECK(request_is(&options, "POST", "http://h", NULL,
                     "POST http://h/ | Content-Type: a/b > "));
}

static void what_is_compressed_says_so(void)
{
    static const eft_http_pair pair[] = {{"Content-Encoding", "br"}};
    eft_http_request request = {
        .data = "z", .length = 1, .content_encoding = "gzip"};

    CHECK(gives(request,
                "application/octet-stream | Content-Encoding: gzip > z"));
    request.headers = pair;
    request.header_count = 1;
    CHECK(is_invalid(request, "content_encoding: there is that header"));
    CHECK(is_invalid(
        (eft_http_request){.writer = write_nothing, .content_encoding = ""},
        "content_encoding: it is empty"));
    CHECK(is_invalid((eft_http_request){.content_encoding = "gzip"},
                     "content_encoding: it says how data"));
    CHECK(is_invalid((eft_http_request){.form = pair,
                                        .form_count = 1,
                                        .content_encoding = "gzip"},
                     "content_encoding: it says how data"));
}

const test_case suite_http_body[] = {
    {"bytes_are_copied_unless_they_are_lent",
     bytes_are_copied_unless_they_are_lent},
    {"a_body_may_be_empty", a_body_may_be_empty},
    {"json_is_printed_at_once", json_is_printed_at_once},
    {"json_is_freed_whatever_comes_of_it", json_is_freed_whatever_comes_of_it},
    {"json_is_not_too_deep", json_is_not_too_deep},
    {"json_that_cannot_be_printed_is_refused",
     json_that_cannot_be_printed_is_refused},
    {"forms_are_encoded", forms_are_encoded},
    {"a_writer_streams", a_writer_streams},
    {"a_body_is_given_in_one_way", a_body_is_given_in_one_way},
    {"some_methods_have_no_body", some_methods_have_no_body},
    {"a_content_type_replaces_that_of_the_kind",
     a_content_type_replaces_that_of_the_kind},
    {"a_content_type_wants_a_body", a_content_type_wants_a_body},
    {"a_session_may_have_a_content_type", a_session_may_have_a_content_type},
    {"what_is_compressed_says_so", what_is_compressed_says_so},
    {NULL, NULL},
};
